using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>
/// Gives the customer's general credit back, the oldest payment's first. A refund asks one provider at most, so that it is done or failed as
/// a whole: it is of several payments only where no provider has their money. Money that is kept for a purpose is left where it is.
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Account">Whose credit it is.</param>
/// <param name="Candidates">The payments that may have credit, the oldest first.</param>
/// <param name="Amount">How much, above zero.</param>
/// <param name="Id">The id the refund gets.</param>
/// <param name="Dialect">The dialect through which it is asked for.</param>
public sealed record RefundCredit(
    Origin Origin, AccountTarget Account, IReadOnlyList<PaymentId> Candidates, Money Amount, RefundId Id, string Dialect) : Command(Origin, Account)
{
    /// <summary>How many payments one refund looks at.</summary>
    public const int CandidatesLimit = 1000;

    /// <summary>What the dialect wants to show again, as JSON of its own.</summary>
    public string? Details { get; init; }

    /// <inheritdoc/>
    public override bool MayAskProvider => true;

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.WholePayments.UnionWith(Candidates);
        wanted.HoldersOf.UnionWith(Candidates);
        wanted.DisputesOf.UnionWith(Candidates);
    }

    /// <inheritdoc/>
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        var usable = Candidates.Select(candidate => Usable(state, account, candidate)).OfType<Source>().ToList();
        if (Spread(usable) is [var oldest])
            return Alone(oldest.Payment, state, stamp);
        if (Spread(usable.Where(source => !source.IsAtProvider)) is { Count: > 0 } several)
            return several is [var one] ? Alone(one.Payment, state, stamp) : Decision.Accepted(Shared(state, account, several, stamp));
        return usable.Find(source => source.CreditMinor >= Amount.AmountMinor) is { } enough
            ? Alone(enough.Payment, state, stamp)
            : Decision.Refused(Refusal.ExceedsRefundable);
    }

    private Source? Usable(State state, Account account, PaymentId candidate)
    {
        if (state.Payment(candidate) is not { Status: PaymentStatus.Captured } payment || payment.Account != account.Id
            || payment.Amount!.Value.Currency != Amount.Currency || state.DisputesOf(candidate).Any(dispute => dispute.Status == DisputeStatus.Open))
        {
            return null;
        }

        var creditMinor = state.CreditsOf(candidate).Where(credit => credit.Purpose == CreditPurpose.General).Sum(credit => credit.AmountMinor);
        return creditMinor == 0 ? null : new Source(payment, creditMinor, state.AttemptsOf(candidate).Any(attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Approved }));
    }

    /// <summary>What to take of which payments; none where they do not have enough together.</summary>
    private List<(Payment Payment, long AmountMinor)> Spread(IEnumerable<Source> sources)
    {
        List<(Payment Payment, long AmountMinor)> taken = [];
        var leftMinor = Amount.AmountMinor;
        foreach (var source in sources)
        {
            var takenMinor = Math.Min(source.CreditMinor, leftMinor);
            if (takenMinor > 0)
                taken.Add((source.Payment, takenMinor));
            leftMinor -= takenMinor;
        }

        return leftMinor == 0 ? taken : [];
    }

    private Decision Alone(Payment payment, State state, Stamp stamp) =>
        new RefundPayment(Origin, Account, payment.Id, Id, Dialect) { Amount = Amount, Details = Details }.Decide(state, stamp);

    private Changes Shared(State state, Account account, List<(Payment Payment, long AmountMinor)> taken, Stamp stamp)
    {
        var refund = new Refund(
            Id, stamp.Number(1), Payment: null, account.Id, Dialect, Amount, RefundStatus.Done, Attempt: null, Details, Events: 1, stamp.Now)
        {
            TakenBy = 0,
            Shares = [.. taken.Select(share => new RefundShare(share.Payment.Id, share.AmountMinor, share.Payment.Events + 1))],
        };
        return new Changes
        {
            Refunds = [refund],
            PaymentsChanged = [.. taken.Select(share => new PaymentChanged(share.Payment.Id, RefundedMinor: share.AmountMinor))],
            Events =
            [
                .. taken.Select(share => new Event(
                    share.Payment.Id.Value, share.Payment.Events + 1, EventType.PaymentRefunded, null, stamp.Now, Origin,
                    Transfers(account, share.AmountMinor, state.HolderOf(share.Payment.Id)!))),
                new Event(Id.Value, 1, EventType.RefundMade, null, stamp.Now, Origin, []),
            ],
            NumbersTaken = 1,
        };
    }

    private IReadOnlyList<Transfer> Transfers(Account account, long amountMinor, string holder)
    {
        var inTransit = Chart.RefundsInTransit(account, Amount.Currency);
        return
        [
            new Transfer(Chart.Credit(account, CreditPurpose.General, Amount.Currency), inTransit, amountMinor, null),
            new Transfer(inTransit, Chart.Clearing(account, holder, Amount.Currency), amountMinor, null),
        ];
    }

    /// <summary>A payment whose credit may be given back.</summary>
    private sealed record Source(Payment Payment, long CreditMinor, bool IsAtProvider);
}
