using Quittance.Core.Accounts;

namespace Quittance.Core.Ledger;

/// <summary>
/// One movement of money: it balances by construction and is never changed or deleted. A correction is another transfer.
/// A transfer from clearing or credit to receivable is an allocation and names the charge it settles; one from billed to there is a
/// credit note and names the charge it forgives.
/// </summary>
/// <param name="Debit">The ledger account debited.</param>
/// <param name="Credit">The ledger account credited.</param>
/// <param name="AmountMinor">Always above zero, in minor units of the two accounts' currency.</param>
/// <param name="Charge">The charge it raises, settles or forgives, if any.</param>
public sealed record Transfer(LedgerAccount Debit, LedgerAccount Credit, long AmountMinor, ChargeId? Charge)
{
    /// <summary>The same movement the other way round.</summary>
    public Transfer Mirrored => this with { Debit = Credit, Credit = Debit };
}
