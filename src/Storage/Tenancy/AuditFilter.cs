namespace Quittance.Storage.Tenancy;

/// <summary>Which actions of the audit log are meant. What is null is anything.</summary>
/// <param name="Person">Who did it; <see cref="Guid.Empty"/> for the command line.</param>
/// <param name="What">The action, such as <c>payment.refund</c>.</param>
/// <param name="From">The first moment.</param>
/// <param name="Before">The moment after the last one.</param>
public sealed record AuditFilter(Guid? Person = null, string? What = null, DateTimeOffset? From = null, DateTimeOffset? Before = null);
