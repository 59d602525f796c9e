using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Refunds;

/// <summary>
/// Refunds money of a payment, at most the part that has not gone back: unallocated credit first, then allocations, newest first (<see
/// cref="Refunding"/>). Where an operator asks for more than the limit, it becomes a request under the same id, which waits for a second
/// person (<see cref="SecondPerson"/>).
/// </summary>
/// <param name="Dialect">The dialect through which it is asked for.</param>
public sealed record RefundPayment(Origin Origin, AccountTarget Account, PaymentId Payment, RefundId Id, string Dialect)
    : AccountCommand(Origin, Account)
{
    /// <summary>Above zero; null for all that has not gone back.</summary>
    public Money? Amount { get; init; }

    /// <summary>
    /// Whether the customer owes again what the money had settled; else credit notes forgive it.
    /// </summary>
    public bool KeepsDebt { get; init; }

    /// <summary>JSON of the dialect, for its answers; the engine does not read it.</summary>
    public string? Details { get; init; }

    /// <summary>
    /// The attempt's id at the provider, where the provider has given the money back already and restored books lack the refund; else null.
    /// The provider can give money back that is in dispute.
    /// </summary>
    public AttemptId? TakenOver { get; private init; }

    /// <summary>The provider's own id of what it has given back: it is asked about by that alone, and never asked for again.</summary>
    private string? ProviderReference { get; init; }

    /// <summary>Whether a second person has approved it.</summary>
    internal bool IsApproved { get; init; }

    /// <summary>The parameters of a request for a refund that keeps the debt.</summary>
    internal const string DebtIsKept = """{"keep_debt": true}""";

    public override bool MayAskProvider => TakenOver is null;

    public override bool AsksForRefund => true;

    /// <summary>The refund that a provider has carried out and restored books lack. Refused where the books have its attempt.</summary>
    public static RefundPayment OfTakenOver(
        Origin origin, Attempt authorisation, AttemptId attempt, Money amount, string? providerReference = null) =>
        new(origin, authorisation.Target, authorisation.Payment, RefundId.OfTakenOver(attempt), Reference.House)
        {
            Amount = amount,
            TakenOver = attempt,
            ProviderReference = providerReference,
        };

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
        wanted.Add(Funds.HeldBy, Payment);
        wanted.Add(Dispute.OfPayment, Payment);
        SecondPerson.Want(wanted, Origin, Payment.Value);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment is not { Status: PaymentStatus.Captured, Amount: { } paid })
            return Decision.Refused(Refusal.PaymentNotCaptured);
        if (TakenOver is { } known && state.Attempt(known) is not null)
            return Decision.Refused(Refusal.AttemptSettled);
        if (TakenOver is not null && !state.AttemptsOf(Payment).Any(one => one is { Verb: Verb.Capture, Status: AttemptStatus.Approved }))
            return Decision.Refused(Refusal.PaymentNotCaptured);
        if (TakenOver is null && state.DisputesOf(Payment).Any(dispute => dispute.Status == DisputeStatus.Open))
            return Decision.Refused(Refusal.PaymentDisputed);
        var amount = Amount ?? paid with { AmountMinor = payment.RefundableMinor };
        if (amount.Currency != paid.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (amount.AmountMinor == 0 || amount.AmountMinor > payment.RefundableMinor)
            return Decision.Refused(Refusal.ExceedsRefundable);
        if (TakenOver is null && !IsApproved
            && SecondPerson.IsNeeded(
                state, Origin, amount with { AmountMinor = payment.RefundedMinor + amount.AmountMinor },
                isAtAnyAmount: payment.MovedFrom is not null))
        {
            var act = new Act(ActKind.Refund, Payment.Value, amount) { Parameters = KeepsDebt ? DebtIsKept : null };
            return SecondPerson.Ask(state, stamp, account, Origin, Id.Value, act, payment.Events);
        }

        var refunding = new Refunding(state, account, Origin, Dialect, stamp) { KeepsDebt = KeepsDebt };
        refunding.Take(
            Id, payment, amount, state.CreditsOf(Payment), state.AllocationsOf(Payment), Details,
            takenOver: TakenOver is { } id ? (id, ProviderReference) : null);
        return Decision.Accepted(refunding.Changes);
    }
}
