using System.Globalization;
using System.Text;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>
/// Gives credit of an account back, as far as it is earmarked for nothing: of its oldest payments first, each by whoever took it. Nothing that
/// settles a charge is touched, and what is disputed is passed over. Where one payment has enough this is a refund of that payment; else each
/// payment has a share of the refund, which stands and counts as they do together (<see cref="RefundShares"/>).
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Account">Whose credit it is.</param>
/// <param name="Payments">The payments to take it from, in this order, at most <see cref="MostPayments"/>.</param>
/// <param name="Id">The id the refund gets.</param>
/// <param name="Dialect">The dialect through which it is asked for.</param>
/// <param name="Amount">How much, above zero.</param>
public sealed record RefundCredit(
    Origin Origin, AccountTarget Account, IReadOnlyList<PaymentId> Payments, RefundId Id, string Dialect, Money Amount) : Command(Origin, Account)
{
    /// <summary>Of how many payments one refund is at most: each takes its share in the one commit, and each provider is asked for its share.</summary>
    public const int MostPayments = 1000;

    /// <summary>What the dialect wants to show again, as JSON of its own.</summary>
    public string? Details { get; init; }

    /// <inheritdoc/>
    public override bool MayAskProvider => true;

    /// <inheritdoc/>
    public override bool AsksForRefund => true;

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        foreach (var payment in Payments)
        {
            wanted.WholePayments.Add(payment);
            wanted.HoldersOf.Add(payment);
            wanted.DisputesOf.Add(payment);
        }
    }

    /// <inheritdoc/>
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        var shares = Shares(state, account);
        if (shares.Sum(share => share.Credit.AmountMinor) < Amount.AmountMinor)
            return Decision.Refused(Refusal.ExceedsRefundable);
        var refunding = new Refunding(state, account, Origin, Dialect, stamp);
        if (shares is [var only])
        {
            refunding.Take(Id, only.Payment, Amount, [only.Credit], [], Details);
            return Decision.Accepted(refunding.ToChanges());
        }

        for (var index = 0; index < shares.Count; index++)
        {
            var (payment, credit) = shares[index];
            refunding.Take(ShareId(index), payment, Amount with { AmountMinor = credit.AmountMinor }, [credit], [], details: null, shareOf: Id);
        }

        refunding.AddWhole(Id, Amount, Details);
        return Decision.Accepted(refunding.ToChanges());
    }

    /// <summary>What is taken of which payment, until there is enough.</summary>
    private List<(Payment Payment, Credit Credit)> Shares(State state, Account account)
    {
        List<(Payment Payment, Credit Credit)> shares = [];
        var leftMinor = Amount.AmountMinor;
        foreach (var id in Payments)
        {
            if (leftMinor == 0)
                break;
            if (state.Payment(id) is not { Status: PaymentStatus.Captured } payment || payment.Account != account.Id || payment.Amount?.Currency != Amount.Currency)
                continue;
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
