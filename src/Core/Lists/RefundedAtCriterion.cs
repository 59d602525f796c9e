namespace Quittance.Core.Lists;

/// <summary>A refund was performed within one of these times: when the client said, what details hold as <c>refundDate</c>; else when it was done.</summary>
/// <param name="Times">The times.</param>
public sealed record RefundedAtCriterion(IReadOnlyList<Range<DateTimeOffset>> Times) : Criterion;
