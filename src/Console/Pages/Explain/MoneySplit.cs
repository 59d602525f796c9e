using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Explain;

/// <summary>What a payment's money became, by its transfers alone, minor units.</summary>
/// <param name="TakenMinor">What came in and was not taken back by the payer.</param>
/// <param name="SettlesMinor">What of it settles charges.</param>
/// <param name="CreditMinor">What of it is credit.</param>
/// <param name="RefundedMinor">What of it went back, or is on its way back, as refunds.</param>
internal sealed record MoneySplit(long TakenMinor, long SettlesMinor, long CreditMinor, long RefundedMinor)
{
    /// <summary>Adds transfers up.</summary>
    public static MoneySplit Of(IEnumerable<BookedTransfer> transfers)
    {
        var sum = new MoneySplit(0, 0, 0, 0);
        foreach (var transfer in transfers)
        {
            var effect = TransferMeanings.EffectOf(transfer.Debit.Account.Kind, transfer.Credit.Account.Kind);
            var minor = transfer.Amount.AmountMinor;
            sum = new MoneySplit(
                sum.TakenMinor + (effect.Taken * minor),
                sum.SettlesMinor + (effect.Settled * minor),
                sum.CreditMinor + (effect.Credit * minor),
                sum.RefundedMinor + (effect.Refunded * minor));
        }

        return sum;
    }

    /// <summary>Whether it is what the payment says, and its parts are the whole.</summary>
    public bool Is(Payment payment) =>
        TakenMinor == (payment.Status == PaymentStatus.Captured ? payment.Amount!.Value.AmountMinor - payment.ReversedMinor : 0)
        && SettlesMinor == payment.AllocatedMinor && CreditMinor == payment.UnallocatedMinor && RefundedMinor == payment.RefundedMinor
        && TakenMinor == SettlesMinor + CreditMinor + RefundedMinor;
}
