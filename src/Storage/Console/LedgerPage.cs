namespace Quittance.Storage.Console;

/// <summary>A part of the ledger accounts of one kind and currency.</summary>
/// <param name="Accounts">The ledger accounts.</param>
/// <param name="Next">The last one, behind which the next part begins; null where there is none.</param>
/// <param name="IsAll">Whether these are all of them, so that they add up to the whole.</param>
public sealed record LedgerPage(IReadOnlyList<LedgerTotals> Accounts, LedgerPlace? Next, bool IsAll);
