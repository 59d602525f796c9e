using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>One of the two ledger accounts that a transfer moves between.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">What it is.</param>
/// <param name="HolderNumber">The customer's number; null where it is the merchant's own.</param>
public sealed record LedgerSide(Guid Id, LedgerAccount Account, long? HolderNumber);
