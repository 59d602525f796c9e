using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Core.Executing;

/// <summary>
/// Books money that goes back to the payer against our will, by disputes and late declines. A refund of it that has not left is called off:
/// disputes and refunds of one payment meet here.
/// </summary>
internal static class MoneyTakenBack
{
    /// <summary>Wants what tells which refunds of a payment have not left.</summary>
    public static void Want(Wanted wanted, PaymentId payment)
    {
        wanted.Add(Refund.OfPayment, payment);
        wanted.Add(Debit.OfRefunds, payment);
    }

    /// <summary>
    /// Books that money went back to the payer. Where the payment lacks it, refunds that have not left are called off first: the payer gets
    /// no money twice. Returns the part of it that the payment had, minor units.
    /// </summary>
    public static long Reverse(PaymentChanges progress, string provider, long amountMinor, long feeMinor)
    {
        var (state, account, payment, currency) = (progress.State, progress.Account, progress.Payment.Id, progress.Amount.Currency);
        var clearing = Chart.Clearing(account, provider, currency);
        var (credits, allocations) = (state.CreditsOf(payment), state.AllocationsOf(payment));
        var withdrawal = Withdrawal.Of(amountMinor, credits, allocations);
        foreach (var refund in RefundAnswers.NotLeft(state, payment, progress.Stamp.RestoredAt).ToList())
        {
            if (withdrawal.MissingMinor == 0)
                break;
            (credits, allocations) = Withdrawal.After(RefundAnswers.CallOff(progress, refund), credits, allocations);
            withdrawal = Withdrawal.Of(amountMinor, credits, allocations);
        }

        var transfers = withdrawal.ToHolder(clearing, account);
        if (feeMinor > 0)
            transfers.Add(new Transfer(Chart.Fees(account, currency), clearing, feeMinor, null));
        progress.Move(EventType.PaymentReversed, null, transfers);
        return amountMinor - withdrawal.MissingMinor;
    }

    /// <summary>
    /// Books a late decline of an authorisation or a capture. Disputes have taken their part already; what we refunded, the customer has
    /// twice, and the merchant writes it off.
    /// </summary>
    public static void ReverseDeclined(PaymentChanges progress, Attempt attempt)
    {
        if (!Reversals.IsDeclinedElsewhere(progress, attempt) && Reversals.DisputableMinor(progress) is > 0 and var goneMinor)
            Reverse(progress, attempt.Provider, goneMinor, feeMinor: 0);
        else
            progress.Move(EventType.PaymentVoiding);
    }
}
