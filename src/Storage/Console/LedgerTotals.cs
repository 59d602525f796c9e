using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>A ledger account with its totals.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">What it is.</param>
/// <param name="DebitsMinor">All its debits, minor units.</param>
/// <param name="CreditsMinor">All its credits, minor units.</param>
public sealed record LedgerTotals(Guid Id, LedgerAccount Account, long DebitsMinor, long CreditsMinor)
{
    /// <summary>The customer's number; null where it is the merchant's own.</summary>
    public long? HolderNumber { get; init; }

    /// <summary>The customer's name, where there is one.</summary>
    public string? HolderName { get; init; }

    /// <summary>What stands on it, on its usual side: above zero for what a customer owes, and for what is kept for one.</summary>
    public Money Balance => new(Chart.IsDebitNormal(Account.Kind) ? DebitsMinor - CreditsMinor : CreditsMinor - DebitsMinor, Account.Currency);
}
