using System.Globalization;
using System.Text;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>
/// Refunds unallocated general credit of an account, from its oldest payments first and through the holder of each. It leaves
/// allocations and disputed payments alone. Where one payment has enough, this is a refund of that payment; else each payment has a
/// share of the refund (<see cref="RefundShares"/>).
/// </summary>
/// <param name="Payments">The payments to take it from, in this order, at most <see cref="MostPayments"/>.</param>
/// <param name="Dialect">The dialect through which it is asked for.</param>
/// <param name="Amount">How much, above zero.</param>
public sealed record RefundCredit(
    Origin Origin, AccountTarget Account, IReadOnlyList<PaymentId> Payments, RefundId Id, string Dialect, Money Amount)
        : AccountCommand(Origin, Account)
{
    /// <summary>
    /// The most payments of one refund: each takes its share in the one commit, and each provider gets a request for its share.
    /// </summary>
    public const int MostPayments = 1000;

    /// <summary>JSON of the dialect, for its answers; the engine does not read it.</summary>
    public string? Details { get; init; }

    public override bool MayAskProvider => true;

    public override bool AsksForRefund => true;

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        SecondPerson.Want(wanted, Origin, Id.Value);
        foreach (var payment in Payments)
        {
            wanted.AddWhole(payment);
            wanted.Add(Funds.HeldBy, payment);
            wanted.Add(Dispute.OfPayment, payment);
        }
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        // The limit is for what goes back of one payment, and credit may be of many: where there is a limit, operators refund payments.
        if (SecondPerson.IsNeeded(state, Origin, Amount, isAtAnyAmount: true))
            return Decision.Refused(Refusal.SecondPersonNeeded);
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        var shares = Shares(state, account);
        if (shares.Sum(share => share.Credit.AmountMinor) < Amount.AmountMinor)
            return Decision.Refused(Refusal.ExceedsRefundable);
        var refunding = new Refunding(state, account, Origin, Dialect, stamp);
        if (shares is [var only])
        {
            refunding.Take(Id, only.Payment, Amount, [only.Credit], [], Details);
            return Decision.Accepted(refunding.Changes);
        }

        for (var index = 0; index < shares.Count; index++)
        {
            var (payment, credit) = shares[index];
            refunding.Take(
                ShareId(index), payment, Amount with { AmountMinor = credit.AmountMinor }, [credit], [], details: null, shareOf: Id);
        }

        refunding.AddWhole(Id, Amount, Details);
        return Decision.Accepted(refunding.Changes);
    }

    /// <summary>The credit to take from each payment, until it is enough.</summary>
    private List<(Payment Payment, Credit Credit)> Shares(State state, Account account)
    {
        List<(Payment Payment, Credit Credit)> shares = [];
        var leftMinor = Amount.AmountMinor;
        foreach (var id in Payments)
        {
            if (leftMinor == 0)
                break;
            if (state.Payment(id) is not { Status: PaymentStatus.Captured } payment || payment.Account != account.Id
                || payment.Amount?.Currency != Amount.Currency)
            {
                continue;
            }

            if (state.DisputesOf(id).Any(dispute => dispute.Status == DisputeStatus.Open))
                continue;
            var thereMinor = state.CreditsOf(id).Where(credit => credit.Purpose == CreditPurpose.General).Sum(credit => credit.AmountMinor);
            var takenMinor = Math.Min(thereMinor, leftMinor);
            if (takenMinor <= 0)
                continue;
            shares.Add((payment, new Credit(CreditPurpose.General, takenMinor)));
            leftMinor -= takenMinor;
        }

        return shares;
    }

    private RefundId ShareId(int index) =>
        new(Id.Merchant, DerivedId.Of(Encoding.UTF8.GetBytes($"share {index.ToString(CultureInfo.InvariantCulture)} of {Id.Value:D}")));
}
