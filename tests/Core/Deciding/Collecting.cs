using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding;

/// <summary>Anna, who owes charges and pays by a card of our vault: one piece of news after the other, each seen by the next.</summary>
internal sealed class Collecting
{
    private readonly State _state = new();
    private readonly SlotKey _slot = new(Given.Merchant, 5);
    private readonly Account _anna = new(Given.AccountId(Given.Anna), 5, 1, Given.Euro, Given.Anna);
    private readonly List<ChargeId> _charges = [];

    private Collecting()
    {
        _state.Load(_anna);
        _state.Load(Given.AccountName(Given.Anna), new NamedObject(_anna.Id, 5, _anna.Id.Value));
        var card = new InstrumentId(Given.Merchant, Given.ChargeId("card").Value);
        _state.Load(Given.InstrumentName("card"), new NamedObject(_anna.Id, 5, card.Value));
        _state.Load(new Instrument(card, _anna.Id, "card", PaymentMethod.BankCard, null)
        {
            Vaulted = new Vaulted("sandbox", new MaskedInstrument(InstrumentKind.Card, "4242")),
        });
    }

    public DateTimeOffset Now { get; set; } = Given.Now;

    /// <summary>How far the time of the slot is ahead of the clock.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>When the books were restored; null for never.</summary>
    public DateTimeOffset? RestoredAt { get; private set; }

    /// <summary>The books are lost and restored: what they have is of the time before.</summary>
    public Collecting Restored()
    {
        Ahead += TimeSpan.FromHours(1);
        RestoredAt = Now + Ahead;
        Ahead += TimeSpan.FromHours(1);
        return this;
    }

    /// <summary>All rows as they stand now.</summary>
    public State State => _state;

    /// <summary>The transfers since the last look, in the words of the ledger.</summary>
    public IReadOnlyList<string> Moved { get; private set; } = [];

    public Changes Last { get; private set; } = new();

    public static Collecting Anna(params (string Charge, long AmountMinor)[] owing)
    {
        var collecting = new Collecting();
        foreach (var (charge, amountMinor) in owing)
            collecting.Owing(charge, amountMinor);
        return collecting;
    }

    public static PaymentId Id(string payment) => Given.PaymentId(payment);

    public Collecting Owing(string charge, long amountMinor)
    {
        Do(new RaiseCharge(Given.Origin, Given.Target(), Given.ChargeId(charge), new Money(amountMinor, Given.Euro), Given.Today)
        {
            Reference = Given.ChargeName(charge),
        }).IsAccepted();
        _charges.Add(Given.ChargeId(charge));
        return this;
    }

    /// <summary>Asks the provider for a payment.</summary>
    public Decision Begins(string payment, long amountMinor, params IReadOnlyList<Part> parts) =>
        Do(new RecordPayment(Given.Origin, Given.Target(), Id(payment), "test")
        {
            Amount = new Money(amountMinor, Given.Euro),
            Instrument = Given.InstrumentName("card"),
            Parts = parts,
        });

    public Collecting Began(string payment, long amountMinor, params IReadOnlyList<Part> parts)
    {
        Begins(payment, amountMinor, parts).IsAccepted();
        return this;
    }

    public Decision PaysInCash(string payment, long amountMinor, params IReadOnlyList<Part> parts) =>
        Do(Given.Paying(amountMinor, parts) with { Id = Id(payment) });

    public Decision Hears(string payment, Verb verb, ProviderAnswer answer, int? askedAfter = null, bool isConfirmed = false) =>
        Do(new TakeAnswer(Given.Origin, Attempt(payment, verb), answer) { AskedAfter = askedAfter, IsConfirmed = isConfirmed });

    public Collecting Heard(string payment, Verb verb, ProviderAnswer answer)
    {
        Hears(payment, verb, answer).IsAccepted();
        return this;
    }

    /// <summary>Began, authorised and captured.</summary>
    public Collecting Paid(string payment, long amountMinor, params IReadOnlyList<Part> parts) =>
        Began(payment, amountMinor, parts).Heard(payment, Verb.Authorise, ProviderAnswer.Approved)
            .Heard(payment, Verb.Capture, ProviderAnswer.Approved);

    public Decision Disputes(string payment, long amountMinor, long feeMinor = 0, string reference = "dispute", bool isWon = false) =>
        Do(new OpenDispute(Given.Origin, Attempt(payment, Verb.Authorise), reference, DisputeKind.Chargeback, amountMinor, feeMinor)
        {
            IsWon = isWon,
        });

    public Decision Ends(string payment, bool won, string reference = "dispute") =>
        Do(new CloseDispute(Given.Origin, Attempt(payment, Verb.Authorise), reference, won));

    public Decision Refunds(string payment, string refund, long? amountMinor = null) =>
        Do(new RefundPayment(Given.Origin, Given.Target(), Id(payment), RefundId(refund), "test")
        {
            Amount = amountMinor is { } minor ? new Money(minor, Given.Euro) : null,
        });

    /// <summary>Gives credit back, of these payments in this order.</summary>
    public Decision RefundsCredit(string refund, long amountMinor, params IReadOnlyList<string> payments) =>
        Do(new RefundCredit(
            Given.Origin, Given.Target(), [.. payments.Select(Id)], RefundId(refund), "test", new Money(amountMinor, Given.Euro)));

    public static RefundId RefundId(string refund) => new(Given.Merchant, Given.ChargeId($"refund {refund}").Value);

    /// <summary>Hears of the refund that was asked for last, or of the one before it.</summary>
    public Decision HearsOfRefund(string payment, ProviderAnswer answer, int latest = 1) =>
        Do(new TakeAnswer(
            Given.Origin, _state.AttemptsOf(Id(payment)).Where(attempt => attempt.Verb == Verb.Refund).OrderBy(attempt => attempt.OpenedAt)
            .TakeLast(latest).First(), answer));

    public Decision Leases(string payment, Verb verb) => Do(new LeaseAttempt(Given.Origin, Attempt(payment, verb)));

    public Attempt Attempt(string payment, Verb verb) => _state.AttemptsOf(Id(payment)).Single(attempt => attempt.Verb == verb);

    public bool HasAttempt(string payment, Verb verb) => _state.AttemptsOf(Id(payment)).Any(attempt => attempt.Verb == verb);

    public Payment Payment(string payment) => _state.Payment(Id(payment))!;

    public PaymentStatus Status(string payment) => Payment(payment).Status;

    public long Open(string charge) => _state.Charge(Given.ChargeId(charge))!.OpenMinor;

    /// <summary>Every payment's parts add up, and no charge is settled by more than it is.</summary>
    public void AddsUp(params IReadOnlyList<string> payments)
    {
        foreach (var payment in payments.Select(Payment).Where(payment => payment.Status == PaymentStatus.Captured))
        {
            var creditMinor = _state.CreditsOf(payment.Id).Sum(credit => credit.AmountMinor);
            Assert.Equal(
                payment.Amount!.Value.AmountMinor, payment.AllocatedMinor + creditMinor + payment.ReversedMinor + payment.RefundedMinor);
            Assert.Equal(payment.AllocatedMinor, _state.AllocationsOf(payment.Id).Sum(allocation => allocation.AmountMinor));
        }

        Assert.All(_charges, charge => Assert.InRange(_state.Charge(charge)!.OpenMinor, 0, _state.Charge(charge)!.Amount.AmountMinor));
    }

    /// <summary>Decides on a command, and lets the next one see what it changes.</summary>
    public Decision Do(Command command)
    {
        var decision = command.Decide(_state, new Stamp(Now + Ahead, Now, _slot.Slot, _state.LastNumber(_slot), Given.Lease)
        {
            ApprovalLifetime = TimeSpan.FromDays(7),
            RestoredAt = RestoredAt,
        });
        if (decision.Changes is not { } changes)
            return decision;
        _state.Apply(changes, _slot);
        Last = changes;
        Moved = [.. changes.Events.SelectMany(happened => happened.Transfers).Select(Then.Text)];
        return decision;
    }
}
