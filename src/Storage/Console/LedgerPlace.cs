namespace Quittance.Storage.Console;

/// <summary>A place in a list of ledger accounts of customers.</summary>
/// <param name="Holder">The customer's account.</param>
/// <param name="Id">The ledger account.</param>
public sealed record LedgerPlace(Guid Holder, Guid Id);
