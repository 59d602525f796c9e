using System.Globalization;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Corrections;

/// <summary>
/// The effect of a correction on the debt of a charge. Another correction puts back the debt that a credit note or a write-off took.
/// </summary>
public enum DebtCorrection
{
    /// <summary>A credit note forgives the whole charge, on which no payment has settled anything.</summary>
    Cancel,

    /// <summary>A credit note forgives a part of what is open.</summary>
    Credit,

    /// <summary>Takes credit notes back, also those of refunds: the debt that they forgave is open again.</summary>
    Reinstate,

    /// <summary>Gives up what is open as a bad debt.</summary>
    WriteOff,

    /// <summary>Takes a write-off back, since money comes after all: the debt is open again, and a payment settles it.</summary>
    Recover,
}

public static class DebtCorrections
{
    extension(DebtCorrection correction)
    {
        /// <summary>The name of the correction in the audit log, behind <c>charge.</c>, and at the command line.</summary>
        public string Verb => correction switch
        {
            DebtCorrection.Cancel => "cancel",
            DebtCorrection.Credit => "credit",
            DebtCorrection.Reinstate => "reinstate",
            DebtCorrection.WriteOff => "write-off",
            DebtCorrection.Recover => "recover",
        };
    }
}

/// <summary>
/// Corrects what a customer owes on one charge. Where an operator gives up more of it than the limit, it becomes a request, which waits for
/// a second person (<see cref="SecondPerson"/>).
/// </summary>
/// <param name="Amount">How much, above zero; null for all that there is, as a cancellation takes anyway.</param>
public sealed record CorrectCharge(Origin Origin, AccountTarget Account, ChargeId Charge, DebtCorrection Correction, Money? Amount = null)
    : AccountCommand(Origin, Account)
{
    /// <summary>The id of the request that it becomes above the limit; only a command of a person becomes one.</summary>
    public Guid RequestId { get; init; }

    /// <summary>Whether a second person has approved it.</summary>
    internal bool IsApproved { get; init; }

    private bool TakesDebt => Correction is DebtCorrection.Cancel or DebtCorrection.Credit or DebtCorrection.WriteOff;

    private ActKind Kind => Correction switch
    {
        DebtCorrection.Cancel => ActKind.Cancellation,
        DebtCorrection.Credit => ActKind.CreditNote,
        DebtCorrection.WriteOff => ActKind.WriteOff,
        DebtCorrection.Reinstate or DebtCorrection.Recover => throw new InvalidOperationException("It gives no debt up."),
    };

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Accounts.Charge.Shelf, Charge);
        wanted.Add(Claim.OnCharge, Charge);
        if (TakesDebt)
            wanted.Add(Attempt.OfClaimant, Charge);
        wanted.Add(Event.OfSubject, Charge.Subject);
        if (TakesDebt)
            SecondPerson.Want(wanted, Origin, Charge.Value);
    }

    /// <summary>
    /// The effect of payments and refunds on a charge so far, as JSON: a request holds the figures that the person who asked saw.
    /// </summary>
    internal static string SeenOf(Charge charge) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"allocated":{{charge.AllocatedMinor}},"credited":{{charge.CreditedMinor}}}""");

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed && !TakesDebt)
            return Decision.Refused(account.WhyClosed);
        if (state.Charge(Charge) is not { } charge || charge.Account != account.Id)
            return Decision.Refused(Refusal.ChargeUnknown);
        if (Amount is { } said && said.Currency != charge.Amount.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        // The payment under way would find less to settle than it collects. One that waits for its customer is voided if nothing is left.
        if (TakesDebt && state.ClaimantOf(Charge) is not null && !(TakesAll(charge) && state.WaitsForCustomer(Charge)))
            return Decision.Refused(Refusal.ChargeClaimed);
        if (Correction == DebtCorrection.Cancel && charge.AllocatedMinor > 0)
            return Decision.Refused(Refusal.ChargeSettled);
        var mostMinor = MostMinor(state, charge);
        var amountMinor = (Correction == DebtCorrection.Cancel ? null : Amount?.AmountMinor) ?? mostMinor;
        if (amountMinor == 0)
            return Decision.Refused(TakesDebt ? Refusal.NothingDue : Refusal.ExceedsCorrected);
        if (amountMinor > mostMinor)
            return Decision.Refused(TakesDebt ? Refusal.ExceedsDue : Refusal.ExceedsCorrected);

        if (TakesDebt && !IsApproved
            && SecondPerson.IsNeeded(
                state, Origin, charge.Amount with { AmountMinor = GivenUpMinor(state, charge) + amountMinor },
                isAtAnyAmount: charge.MovedFrom is not null))
        {
            var act = new Act(Kind, Charge.Value, charge.Amount with { AmountMinor = amountMinor }) { Parameters = SeenOf(charge) };
            return SecondPerson.Ask(state, stamp, account, Origin, RequestId, act, charge.Events);
        }

        var (corrected, transfer, type) = Corrected(account, charge, amountMinor);
        var changes = new Changes();
        changes.Put(corrected with { Events = charge.Events + 1 });
        changes.Put(new Event(Charge.Value, charge.Events + 1, type, null, stamp.Time, Origin, [transfer]));
        return Decision.Accepted(changes);
    }

    /// <summary>Whether nothing is open any more after it.</summary>
    private bool TakesAll(Charge charge) =>
        Correction == DebtCorrection.Cancel || Amount is null || Amount.Value.AmountMinor == charge.OpenMinor;

    /// <summary>The most that the correction can move, minor units.</summary>
    private long MostMinor(State state, Charge charge) => Correction switch
    {
        DebtCorrection.Cancel or DebtCorrection.Credit or DebtCorrection.WriteOff => charge.OpenMinor,
        DebtCorrection.Reinstate => charge.CreditedMinor - MovedMinor(state, charge),
        DebtCorrection.Recover => charge.WrittenOffMinor,
    };

    /// <summary>How much of the charge is owed on another account since a merge, minor units: no credit note forgave it.</summary>
    private static long MovedMinor(State state, Charge charge) => state.History(charge.Id.Subject, charge.Events)
        .Where(happened => happened.Type == EventType.ChargeMoved).SelectMany(happened => happened.Transfers)
        .Sum(transfer => transfer.Meaning switch
        {
            TransferMeaning.Forgives => transfer.AmountMinor,
            TransferMeaning.Bills => -transfer.AmountMinor,
            _ => 0,
        });

    /// <summary>How much of the charge corrections have given up and not taken back, minor units.</summary>
    private long GivenUpMinor(State state, Charge charge) => Corrections(state, charge)
        .Sum(transfer => transfer.Credit.Kind == LedgerKind.Receivable ? transfer.AmountMinor : -transfer.AmountMinor);

    private IEnumerable<Transfer> Corrections(State state, Charge charge) => state.History(Charge.Subject, charge.Events)
        .Where(happened => happened.Type is not (EventType.ChargeRaised or EventType.ChargeMoved))
        .SelectMany(happened => happened.Transfers);

    private (Charge Charge, Transfer Transfer, EventType Type) Corrected(Account account, Charge charge, long amountMinor)
    {
        var receivable = Chart.Receivable(account, charge.Amount.Currency);
        var forgiven = new Transfer(Chart.Billed(account, charge.Amount.Currency), receivable, amountMinor, Charge);
        var writtenOff = forgiven with { Debit = Chart.WriteOff(account, charge.Amount.Currency) };
        return Correction switch
        {
            DebtCorrection.Cancel => (Credited(amountMinor), forgiven, EventType.ChargeCancelled),
            DebtCorrection.Credit => (Credited(amountMinor), forgiven, EventType.ChargeCredited),
            DebtCorrection.Reinstate => (Credited(-amountMinor), forgiven.Mirrored, EventType.ChargeReinstated),
            DebtCorrection.WriteOff => (WrittenOff(amountMinor), writtenOff, EventType.ChargeWrittenOff),
            DebtCorrection.Recover => (WrittenOff(-amountMinor), writtenOff.Mirrored, EventType.ChargeRecovered),
        };

        Charge Credited(long minor) => charge with { CreditedMinor = charge.CreditedMinor + minor };

        Charge WrittenOff(long minor) => charge with { WrittenOffMinor = charge.WrittenOffMinor + minor };
    }
}
