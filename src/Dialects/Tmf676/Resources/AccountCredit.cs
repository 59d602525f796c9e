using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>Which payments a refund takes its money from that names none: the account's oldest ones that have credit (TMF676 5.18, Oracle BRM 5.16).</summary>
public static class AccountCredit
{
    // Others may take some of the money before the refund is decided on.
    private const int AtOnce = 100;

    /// <summary>
    /// The payments of an account that have money which settles no charge, the oldest first: as many as have the amount, and some more.
    /// What of it is earmarked the command sees.
    /// </summary>
    /// <param name="call">The request.</param>
    /// <param name="account">The account.</param>
    /// <param name="amount">How much is asked for; payments in other currencies do not count.</param>
    public static async Task<IReadOnlyList<PaymentId>> PaymentsAsync(Call call, AccountId account, Money amount)
    {
        var query = new ListQuery(account.Merchant, AtOnce)
        {
            Criteria = [new AccountCriterion([account.Value]), new UnallocatedCriterion()],
        };
        List<Payment> payments = [];
        for (var slice = await call.Books.PaymentsAsync(query, call.Cancel); ;)
        {
            var hasEnough = payments.Aggregate(Int128.Zero, (sumMinor, payment) => sumMinor + payment.UnallocatedMinor) >= amount.AmountMinor;
            payments.AddRange(slice.Items.Select(item => item.Payment).Where(payment => payment.Amount!.Value.Currency == amount.Currency));
            if (hasEnough || !slice.HasMore || payments.Count >= RefundCredit.MostPayments)
                return [.. payments.Take(RefundCredit.MostPayments).Select(payment => payment.Id)];
            slice = await call.Books.PaymentsAsync(query with { After = slice.Items[^1].Payment.Id.Value }, call.Cancel);
        }
    }
}
