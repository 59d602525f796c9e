using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Explain;

/// <summary>The use of a payment's money, by its transfers alone, minor units.</summary>
/// <param name="TakenMinor">The money that came in, less reversals.</param>
/// <param name="SettlesMinor">The part that settles charges.</param>
/// <param name="CreditMinor">The part that is credit.</param>
/// <param name="RefundedMinor">The part of refunds, done or under way.</param>
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

    /// <summary>Whether it equals the payment's own amounts, and its parts are the whole.</summary>
    public bool Is(Payment payment) =>
        TakenMinor == (payment.Status == PaymentStatus.Captured ? payment.Amount!.Value.AmountMinor - payment.ReversedMinor : 0)
        && SettlesMinor == payment.AllocatedMinor && CreditMinor == payment.UnallocatedMinor && RefundedMinor == payment.RefundedMinor
        && TakenMinor == SettlesMinor + CreditMinor + RefundedMinor;
}
