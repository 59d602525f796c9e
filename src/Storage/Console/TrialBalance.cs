namespace Quittance.Storage.Console;

/// <summary>The sums of all ledger accounts as of one moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Cells">The sums, in the order of currencies, the chart and purposes.</param>
/// <param name="Took">How long adding up took.</param>
public sealed record TrialBalance(DateTimeOffset At, IReadOnlyList<TrialBalanceCell> Cells, TimeSpan Took);
