namespace Quittance.Storage.Console;

/// <summary>What came in, as of a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Quarters">By quarters of an hour; there may be several sums of one.</param>
public sealed record Taken(DateTimeOffset At, IReadOnlyList<MoneyIn> Quarters);
