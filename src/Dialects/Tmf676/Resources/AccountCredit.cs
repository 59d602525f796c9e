using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Lists;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>Which payments a refund takes its money from that names none: the account's oldest ones that have credit (TMF676 5.18, Oracle BRM 5.16).</summary>
public static class AccountCredit
{
    /// <summary>
    /// The payments of an account that have money which settles no charge, the oldest first, as many as one refund can be of. More than are
    /// needed now: others may take some of the money before the refund is decided on. What of it is earmarked the command will see.
    /// </summary>
    /// <param name="call">The request.</param>
    /// <param name="account">The account.</param>
    /// <param name="amount">How much is asked for; payments in other currencies do not count.</param>
    public static async Task<IReadOnlyList<PaymentId>> PaymentsAsync(Call call, AccountId account, Money amount)
    {
        var query = new ListQuery(account.Merchant, RefundCredit.MostPayments)
        {
            Criteria = [new AccountCriterion([account.Value]), new UnallocatedCriterion()],
        };
        List<PaymentId> payments = [];
        for (var slice = await call.Books.PaymentsAsync(query, call.Cancel); ;)
        {
            payments.AddRange(slice.Items.Select(item => item.Payment).Where(payment => payment.Amount!.Value.Currency == amount.Currency).Select(payment => payment.Id));
            if (!slice.HasMore || payments.Count >= RefundCredit.MostPayments)
                return [.. payments.Take(RefundCredit.MostPayments)];
            slice = await call.Books.PaymentsAsync(query with { After = slice.Items[^1].Payment.Id.Value }, call.Cancel);
        }
    }
}
