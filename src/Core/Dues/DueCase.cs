using Quittance.Core.Accounts;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;

namespace Quittance.Core.Dues;

/// <summary>Why a charge that is due is not asked for.</summary>
public enum DueWait
{
    /// <summary>A payment under way has claimed it.</summary>
    UnderWay,

    /// <summary>The payer has taken back the money that settled it, and the dispute is not decided.</summary>
    Disputed,

    /// <summary>An agency collects what the customer owes.</summary>
    WithAgency,

    /// <summary>The charge or the customer is paused.</summary>
    Paused,

    /// <summary>The customer's credit covers it.</summary>
    CreditCovers,

    /// <summary>The customer had bills collected by themselves, and has ended that.</summary>
    AutopayEnded,

    /// <summary>The customer has stored no card and no bank account that may be charged.</summary>
    NoMethod,

    CardExpired,

    /// <summary>The mandate was ended, or is void.</summary>
    MandateEnded,

    /// <summary>The customer pays by another method than the run is for.</summary>
    OtherMethod,

    /// <summary>The run is for customers who chose autopay, and the customer has not.</summary>
    NoAutopay,

    /// <summary>The customer chose a card or a bank account for autopay that is gone, and no other one.</summary>
    ChosenGone,

    /// <summary>A payment with the same instrument failed: the tries of failed payments go on with it.</summary>
    FailedBefore,

    /// <summary>A card or another provider is asked on the due day at the earliest.</summary>
    NotDueYet,

    BelowMinimum,
}

/// <summary>An open charge with what decides whether a run asks for it.</summary>
/// <param name="ClaimedMinor">The part that a payment under way is for, minor units.</param>
/// <param name="IsDisputed">Whether the payer has taken back the money that settled it.</param>
/// <param name="HasFailed">Whether a payment for it with the customer's instrument failed.</param>
public readonly record struct DueCharge(Charge Charge, long ClaimedMinor, bool IsDisputed, bool HasFailed);

/// <summary>The decision on a charge that is due.</summary>
/// <param name="AmountMinor">The open part that the customer's credit does not cover, minor units.</param>
/// <param name="Why">Null where it is asked for.</param>
public readonly record struct DueVerdict(DueCharge Due, long AmountMinor, DueWait? Why)
{
    /// <summary>What is asked for; of a charge that is left out, all that is open.</summary>
    public Money Amount => Due.Charge.Amount with { AmountMinor = Why is null ? AmountMinor : Due.Charge.OpenMinor };
}

/// <summary>The facts that decide which charges of a customer a run asks for.</summary>
/// <param name="Instrument">The instrument that is charged; null for none.</param>
/// <param name="Open">All open charges of the customer in the account's currency.</param>
/// <param name="CreditMinor">The money of the customer that settles no charge, minor units.</param>
public sealed record DueCase(
    Account Account, AccountDunning Dunning, Instrument? Instrument, IReadOnlyList<DueCharge> Open, long CreditMinor)
{
    /// <summary>The customer's last consent; null where the customer never gave one here.</summary>
    public Autopay? Autopay { get; init; }

    /// <summary>How the customer is charged; null where that can't be.</summary>
    public DueWay? Way => Instrument?.Vaulted is not { } vaulted ? null
        : vaulted.Shown.Kind == InstrumentKind.Card ? DueWay.Card : DueWay.Debit;

    /// <summary>
    /// Decides on each charge that is due until the filter's day, the oldest first. Credit covers the oldest open charges, as in dunning.
    /// </summary>
    public IReadOnlyList<DueVerdict> On(DueFilter filter, DateOnly today)
    {
        var (leftMinor, whyNot, verdicts) = (CreditMinor, WhyNotCharged(filter, today), new List<DueVerdict>());
        foreach (var due in Open.OrderBy(due => due.Charge.DueOn).ThenBy(due => due.Charge.Number))
        {
            // What this run asks for takes no credit from the charges behind it.
            var freeMinor = due.Charge.OpenMinor - due.ClaimedMinor;
            var coveredMinor = due.Charge.Label == DunningCommand.FeeLabel ? 0 : Math.Min(leftMinor, freeMinor);
            leftMinor -= coveredMinor;
            if (due.Charge.DueOn <= filter.Until)
                verdicts.Add(new DueVerdict(due, freeMinor - coveredMinor, WhyNot(due, freeMinor - coveredMinor, whyNot, filter, today)));
        }

        return verdicts;
    }

    private DueWait? WhyNot(DueCharge due, long amountMinor, DueWait? whyNotCharged, DueFilter filter, DateOnly today)
    {
        if (due.ClaimedMinor > 0)
            return DueWait.UnderWay;
        if (due.IsDisputed)
            return DueWait.Disputed;
        if (Dunning.IsWithAgency)
            return DueWait.WithAgency;
        if (Dunning.IsPaused(today) || today <= due.Charge.DunningPausedUntil)
            return DueWait.Paused;
        if (amountMinor == 0)
            return DueWait.CreditCovers;
        if (whyNotCharged is not null)
            return whyNotCharged;
        if (due.HasFailed)
            return DueWait.FailedBefore;
        // A file of the merchant's own bank says the due day.
        if (today < due.Charge.DueOn && Instrument!.Vaulted!.Provider != ClearingProvider.Bank)
            return DueWait.NotDueYet;
        return filter.Minimum is { } least && least.Currency == Account.Currency && amountMinor < least.AmountMinor
            ? DueWait.BelowMinimum : null;
    }

    private DueWait? WhyNotCharged(DueFilter filter, DateOnly today) => Instrument switch
    {
        _ when Autopay is { IsInForce: false } => DueWait.AutopayEnded,
        var found when Autopay is { } chosen && (found is not { IsOffered: true } || !chosen.Allows(found.Id)) => DueWait.ChosenGone,
        not { Vaulted: not null } => DueWait.NoMethod,
        { Vaulted.Mandate: { } mandate } when mandate.Status != MandateStatus.Active || mandate.LastDay < today => DueWait.MandateEnded,
        { IsOffered: false } => DueWait.NoMethod,
        { Vaulted.Shown.Expiry: { } expiry } when expiry.IsPast(today) => DueWait.CardExpired,
        _ when filter.Way is { } way && way != Way => DueWait.OtherMethod,
        _ when filter.IsAutopayOnly && Autopay is null => DueWait.NoAutopay,
        _ => null,
    };
}

/// <summary>A customer who owes something that is due, with what decides.</summary>
/// <param name="Verdicts">The decision on each charge that is due, the oldest first.</param>
public sealed record DueCustomer(DueCase Case, IReadOnlyList<DueVerdict> Verdicts)
{
    /// <summary>The command that asks for a charge.</summary>
    /// <param name="id">The id of the payment.</param>
    public AskForDue CommandFor(DueVerdict verdict, DueRun run, DateOnly today, Origin origin, PaymentId id) =>
        new(origin, AccountTarget.Of(Case.Account.Id, Case.Account.Slot), id, new DuePaymentId(run.Id, verdict.Due.Charge.Id))
        {
            Filter = run.Filter,
            Today = today,
            Read = Case,
            AmountMinor = verdict.AmountMinor,
        };
}
