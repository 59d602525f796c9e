namespace Quittance.Core.Lists;

/// <summary>It is of one of these accounts.</summary>
/// <param name="Accounts">The ids of the accounts.</param>
public sealed record AccountCriterion(IReadOnlyList<Guid> Accounts) : Criterion;
