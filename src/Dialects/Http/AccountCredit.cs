using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Dialects.Http;

/// <summary>
/// The payments of a refund that names none: the account's oldest ones that have credit (TMF676 5.18, Oracle BRM 5.16).
/// </summary>
public static class AccountCredit
{
    // Others may take some of the money before the refund is decided on.
    private const int AtOnce = 100;

    /// <summary>
    /// The payments of an account that have money which settles no charge, the oldest first: as many as have the amount, and some more.
    /// The command sees which part of it is earmarked.
    /// </summary>
    /// <param name="amount">How much is asked for; payments in other currencies do not count.</param>
    public static async Task<IReadOnlyList<PaymentId>> PaymentsAsync(
        IBooks books, AccountId account, Money amount, CancellationToken cancel)
    {
        var query = new ListQuery(account.Merchant, AtOnce)
        {
            Criteria = [new AccountCriterion([account.Value]), new UnallocatedCriterion()],
        };
        List<Payment> payments = [];
        for (var slice = await books.PaymentsAsync(query, cancel); ;)
        {
            var hasEnough =
                payments.Aggregate(Int128.Zero, (sumMinor, payment) => sumMinor + payment.UnallocatedMinor) >= amount.AmountMinor;
            payments.AddRange(slice.Items.Select(item => item.Payment).Where(payment => payment.Amount!.Value.Currency == amount.Currency));
            if (hasEnough || !slice.HasMore || payments.Count >= RefundCredit.MostPayments)
                return [.. payments.Take(RefundCredit.MostPayments).Select(payment => payment.Id)];
            slice = await books.PaymentsAsync(query with { After = slice.Items[^1].Payment.Id.Value }, cancel);
        }
    }
}
