namespace Quittance.Sandbox.Books;

/// <summary>Something that happens to an authorisation by itself.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When.</param>
public sealed record DueWork(DueWorkKind Kind, DateTimeOffset At);
