using System.Numerics;
using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>The sum of the ledger accounts of one kind, purpose and currency.</summary>
/// <param name="Currency">The currency.</param>
/// <param name="Kind">The line of the chart.</param>
/// <param name="Purpose">What it is kept for, or who holds it; credit for any one order is <c>earmarked:</c>.</param>
/// <param name="Accounts">How many ledger accounts.</param>
/// <param name="DebitsMinor">All debits, minor units.</param>
/// <param name="CreditsMinor">All credits, minor units.</param>
public sealed record TrialBalanceCell(Currency Currency, LedgerKind Kind, string Purpose, long Accounts, BigInteger DebitsMinor, BigInteger CreditsMinor)
{
    /// <summary>Debits less credits, minor units: above zero in the debit column, below in the credit column.</summary>
    public BigInteger BalanceMinor => DebitsMinor - CreditsMinor;
}
