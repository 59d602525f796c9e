using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Deciding;

/// <summary>The rows that a decision sees, and the decision on them. The default customer is Anna, billed in euros.</summary>
internal sealed class Given
{
    public const string Anna = "anna";
    public const string Jonas = "jonas";
    public static readonly Currency Euro = Currency.Parse("EUR");
    public static readonly Currency Dollar = Currency.Parse("USD");
    public static readonly MerchantId Merchant = new(7);
    public static readonly Origin Origin = new(Merchant, 3, Guid.Empty);
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly Today = new(2026, 5, 4);

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private const int Slot = 5;
    private readonly State _state = new();
    private long _number;

    /// <summary>The customer Anna has an account.</summary>
    public static Given Account() => new Given().And(Anna);

    /// <summary>There is no account yet.</summary>
    public static Given Nobody() => new();

    public static Reference AccountName(string name) => new(Merchant, "test", "account", name);

    public static Reference ChargeName(string name) => new(Merchant, "test", "bill", name);

    public static Reference OrderName(string name) => new(Merchant, "test", "order", name);

    public static Reference InstrumentName(string name) => new(Merchant, "test", "instrument", name);

    public static AccountTarget Target(string account = Anna) => AccountTarget.Named(AccountName(account));

    public static ChargeId ChargeId(string name) => new(Merchant, IdOf(name));

    public static OrderId OrderId(string name) => new(Merchant, IdOf(name));

    public static SettlementLineId LineId { get; } = new(Merchant, IdOf("line"));

    private static SettlementLineId OtherLineId { get; } = new(Merchant, IdOf("other line"));

    public static PaymentId PaymentId(string name) => new(Merchant, IdOf(name));

    public static AccountId AccountId(string name) => new(Merchant, IdOf(name));

    /// <summary>A payment of Anna's in cash.</summary>
    public static RecordPayment Paying(long amountMinor, params IReadOnlyList<Part> parts) =>
        new(Origin, Target(), PaymentId("new"), "test")
        {
            Amount = new Money(amountMinor, Euro),
            ReceivedBy = ClearingProvider.Cash,
            Parts = parts,
        };

    /// <summary>An account under that name, which is taken on with its first payment.</summary>
    public static OpenAccount Opening(params IReadOnlyList<string> names) =>
        new(Origin, AccountId("new customer"), [.. names.Select(AccountName)], Euro, "New Customer");

    public Given And(string account, Currency? currency = null)
    {
        _state.Load(new Account(AccountId(account), Slot, ++_number, currency ?? Euro, account));
        return Name(AccountName(account), account, account);
    }

    /// <summary>The customer owes this.</summary>
    public Given Owing(
        long amountMinor, string charge = "bill", string account = Anna, Currency? currency = null, string? order = null,
        string label = RaiseCharge.Bill, int dueInDays = 0, long settledMinor = 0)
    {
        var row = new Charge(
            ChargeId(charge), AccountId(account), order is null ? null : OrderId(order), ++_number, label, charge, null, null,
            Today.AddDays(dueInDays), new Money(amountMinor, currency ?? Euro), settledMinor, CreditedMinor: 0);
        _state.Load(row);
        if (order is not null && _state.Order(OrderId(order)) is null)
            Ordering(order, account);
        return Name(ChargeName(charge), account, charge);
    }

    /// <summary>The customer has an order, which may ask for a deposit.</summary>
    public Given Ordering(
        string order = "order", string account = Anna, long depositMinor = 0, long depositPaidMinor = 0, long? earmarkedMinor = null)
    {
        var row = new Order(OrderId(order), AccountId(account), depositMinor, depositPaidMinor, earmarkedMinor ?? depositPaidMinor,
            Events: depositMinor > 0 ? 1 : 0);
        _state.Load(row);
        return Name(OrderName(order), account, order);
    }

    public Given Holding(
        PaymentMethod method, string instrument = "card", string account = Anna, InstrumentStanding standing = InstrumentStanding.Saved)
    {
        _state.Load(new Instrument(
            new InstrumentId(Merchant, IdOf(instrument)), AccountId(account), instrument, method, null)
        { Standing = standing });
        return Name(InstrumentName(instrument), account, instrument);
    }

    /// <summary>The customer paid earlier, and this is left of it.</summary>
    public Given HavingPaid(long amountMinor, params IReadOnlyList<Credit> left) =>
        HavingPaid("payment", Anna, PaymentStatus.Captured, new Money(amountMinor, Euro), left);

    public Given HavingPaid(string payment, string account, PaymentStatus status, Money? amount, params IReadOnlyList<Credit> left)
    {
        _state.Load(
            new Payment(
                PaymentId(payment), ++_number, AccountId(account), "test", status, amount,
                status == PaymentStatus.Captured ? amount!.Value.AmountMinor - left.Sum(credit => credit.AmountMinor) : 0,
                PaymentMethod.Cash, null, null, Events: 1, Now));
        _state.Load(new Funds(PaymentId(payment)) { Credits = left });
        return this;
    }

    /// <summary>A line of a bank's statement, or of a provider's report.</summary>
    public Given Seeing(
        long amountMinor, SettlementLineKind kind = SettlementLineKind.Entry, SettlementStatus status = SettlementStatus.Open,
        string account = "DE ···· 3000", long feeMinor = 0)
    {
        _state.Load(new SettlementLine(
            LineId, new StatementId(Merchant, IdOf("statement")), 1, kind == SettlementLineKind.Entry ? StatementSource.Camt
                : StatementSource.Payout, account, kind,
            Today, new Money(amountMinor, Euro), feeMinor, status, Events: 0));
        return this;
    }

    /// <summary>So much of the payment went back by our decision.</summary>
    public Given GivenBack(long amountMinor)
    {
        var payment = PaymentId("payment");
        _state.Load(_state.Payment(payment)! with { RefundedMinor = amountMinor });
        return this;
    }

    /// <summary>A correction took this of the payment: its money went to another customer, or its line was unbooked.</summary>
    public Given Corrected(long amountMinor, EventType type)
    {
        var payment = _state.Payment(PaymentId("payment"))!;
        _state.Load(payment with { AllocatedMinor = payment.AllocatedMinor - amountMinor, ReversedMinor = amountMinor, Events = 2 });
        _state.Load(new Event(payment.Id.Value, 2, type, null, new EventTime(Now, Today, Today), Origin, []));
        return this;
    }

    /// <summary>The payment settles this of charges that are owed.</summary>
    public Given Settling(params IReadOnlyList<(string Charge, long AmountMinor)> settled)
    {
        _state.Load(FundsOf("payment") with
        {
            Allocations = [.. settled.Select(one => new Allocation(_state.Charge(ChargeId(one.Charge))!, one.AmountMinor))],
        });
        return this;
    }

    /// <summary>The payment's money was taken back at the sandbox.</summary>
    public Given Disputed(long amountMinor, long feeMinor, string reference = "dispute")
    {
        _state.Load(new Dispute(
            DisputeId.Of(Merchant, "sandbox", reference), PaymentId("payment"), "sandbox", reference, DisputeKind.Chargeback,
            DisputeStatus.Open, amountMinor, feeMinor,
            amountMinor, Now));
        return this;
    }

    /// <summary>Another line is booked for the payment.</summary>
    public Given HavingSeen(long amountMinor, SettlementLineKind kind, string account, long feeMinor = 0)
    {
        _state.Load(new SettlementLine(
            OtherLineId, new StatementId(Merchant, IdOf("statement")), 2, StatementSource.Payout,
            account, kind,
            Today, new Money(amountMinor, Euro), feeMinor, SettlementStatus.Booked, Events: 1)
        { Use = SettlementUse.Reported, Payment = PaymentId("payment") });
        return this;
    }

    /// <summary>A provider, or the bank, has the money of a payment.</summary>
    public Given HeldBy(string holder, string payment = "payment")
    {
        _state.Load(FundsOf(payment) with { Holder = holder });
        return this;
    }

    /// <summary>Another line is booked for this.</summary>
    public Given SettledElsewhere(Guid id)
    {
        HavingSeen(1_00, SettlementLineKind.Entry, "DE ···· 3000");
        _state.Load(_state.SettlementLine(OtherLineId)! with { Payment = null, Settles = id });
        return this;
    }

    /// <summary>Refunds have forgiven this of the charge.</summary>
    public Given Forgiven(long amountMinor, string charge = "bill")
    {
        _state.Load(_state.Charge(ChargeId(charge))! with { CreditedMinor = amountMinor });
        return this;
    }

    /// <summary>A payment under way has claimed the charge.</summary>
    public Given Claimed(string charge = "bill")
    {
        _state.Load(new Claim(PaymentId("under way"), 1, ChargeId(charge), 1));
        return this;
    }

    /// <summary>Operators need a second person to give up more than this.</summary>
    public void Limited(long amountMinor) => _state.Load(new ApprovalLimit(Merchant, new Money(amountMinor, Euro)));

    /// <summary>The merchant duns customers so.</summary>
    public Given Dunning(long minimumMinor, params IReadOnlyList<DunningLevel> levels)
    {
        _state.Load(new DunningPolicy(Merchant, Euro, minimumMinor, levels));
        return this;
    }

    /// <summary>The customer is so far.</summary>
    public Given Dunned(AccountDunning dunning)
    {
        _state.Load(dunning);
        return this;
    }

    /// <summary>The customer has announced a transfer for the bill.</summary>
    public Given Announcing(DateTimeOffset at, string charge = "bill")
    {
        var payment = PaymentId("announced");
        _state.Load(new Attempt(
            AttemptId.Of(payment, Verb.Capture, 1), payment, AccountId(Anna), Slot, ClearingProvider.BankTransfer, Verb.Capture,
            new Money(1_00, Euro), at));
        _state.Load(new Claim(payment, 1, ChargeId(charge), 1_00));
        return this;
    }

    public IReadOnlyList<Credit> CreditsOf(string payment) => [.. _state.CreditsOf(PaymentId(payment)).Where(one => one.AmountMinor > 0)];

    /// <summary>Decides, with the slot's counter at 0.</summary>
    public Decision When(Command command)
    {
        return command.Decide(_state, new Stamp(Now, Now, Slot, LastNumber: 0, Lease));
    }

    /// <summary>Decides, and carries it out: the next decision sees it.</summary>
    public Changes Then(Command command)
    {
        var changes = When(command).IsAccepted();
        _state.Apply(changes, new SlotKey(Merchant, Slot));
        return changes;
    }

    private Funds FundsOf(string payment) =>
        _state.Find(Funds.Shelf, PaymentId(payment)) ?? new Funds(PaymentId(payment));

    private Given Name(Reference reference, string account, string thing)
    {
        _state.Load(reference, new NamedObject(AccountId(account), Slot, IdOf(thing)));
        return this;
    }

    private static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
