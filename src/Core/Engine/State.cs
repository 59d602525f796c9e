using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Engine;

/// <summary>
/// The rows that a batch works on, as its commands see them: read under the slots' locks, then changed in memory by each
/// accepted command, so that the next one sees it. Whatever was not read does not exist here.
/// </summary>
public sealed class State
{
    private readonly Dictionary<Reference, Referent> _references = [];
    private readonly Dictionary<AccountId, Account> _accounts = [];
    private readonly Dictionary<ChargeId, Charge> _charges = [];
    private readonly Dictionary<AccountId, List<ChargeId>> _openCharges = [];
    private readonly Dictionary<OrderId, Order> _orders = [];
    private readonly Dictionary<OrderId, List<ChargeId>> _orderCharges = [];
    private readonly Dictionary<InstrumentId, Instrument> _instruments = [];
    private readonly Dictionary<PaymentId, Payment> _payments = [];
    private readonly Dictionary<PaymentId, List<Credit>> _credits = [];
    private readonly Dictionary<RequestKey, KeptAnswer> _kept = [];
    private readonly Dictionary<SlotKey, long> _lastNumbers = [];

    /// <summary>What a reference names; null when it names nothing.</summary>
    public Referent? Find(Reference reference) => _references.TryGetValue(reference, out var found) ? found : null;

    /// <summary>Where the account is that a target means; null when there is none.</summary>
    public Referent? Locate(AccountTarget target)
    {
        if (target.Known is { } known)
            return known;
        foreach (var name in target.Names)
        {
            if (_references.TryGetValue(name, out var found))
                return found;
        }

        return null;
    }

    /// <summary>The account that a target means; null when there is none.</summary>
    public Account? Find(AccountTarget target) => Locate(target) is { } found ? Account(found.Account) : null;

    /// <summary>An account by id.</summary>
    public Account? Account(AccountId id) => _accounts.GetValueOrDefault(id);

    /// <summary>A charge by id.</summary>
    public Charge? Charge(ChargeId id) => _charges.GetValueOrDefault(id);

    /// <summary>An order by id.</summary>
    public Order? Order(OrderId id) => _orders.GetValueOrDefault(id);

    /// <summary>An instrument by id.</summary>
    public Instrument? Instrument(InstrumentId id) => _instruments.GetValueOrDefault(id);

    /// <summary>A payment by id.</summary>
    public Payment? Payment(PaymentId id) => _payments.GetValueOrDefault(id);

    /// <summary>The credits that are left of a payment.</summary>
    public IReadOnlyList<Credit> CreditsOf(PaymentId id) => _credits.TryGetValue(id, out var credits) ? credits : [];

    /// <summary>All charges of an order.</summary>
    public IEnumerable<Charge> ChargesOf(OrderId id) =>
        _orderCharges.TryGetValue(id, out var charges) ? charges.Select(charge => _charges[charge]) : [];

    /// <summary>The open charges of an account in one currency.</summary>
    public IEnumerable<Charge> OpenCharges(AccountId id, Currency currency) => _openCharges.TryGetValue(id, out var charges)
        ? charges.Select(charge => _charges[charge]).Where(charge => charge.OpenMinor > 0 && charge.Amount.Currency == currency)
        : [];

    /// <summary>The answer kept under a key; null when the key is unused.</summary>
    public KeptAnswer? Kept(RequestKey key) => _kept.GetValueOrDefault(key);

    /// <summary>The counter of human numbers of a slot.</summary>
    public long LastNumber(SlotKey slot) => _lastNumbers.GetValueOrDefault(slot);

    /// <summary>Takes in a reference that was looked up.</summary>
    public void Load(Reference reference, Referent referent) => _references[reference] = referent;

    /// <summary>Takes in an account that was read.</summary>
    public void Load(Account account) => _accounts[account.Id] = account;

    /// <summary>Takes in a charge that was read.</summary>
    public void Load(Charge charge) => _charges[charge.Id] = charge;

    /// <summary>Takes in an order that was read, with all of its charges.</summary>
    public void Load(Order order, IEnumerable<Charge> charges)
    {
        _orders[order.Id] = order;
        _orderCharges[order.Id] = [.. LoadAll(charges)];
    }

    /// <summary>Takes in the oldest open charges of an account.</summary>
    public void LoadOpenCharges(AccountId account, IEnumerable<Charge> charges) => _openCharges[account] = [.. LoadAll(charges)];

    /// <summary>Takes in an instrument that was read.</summary>
    public void Load(Instrument instrument) => _instruments[instrument.Id] = instrument;

    /// <summary>Takes in a payment that was read, with the credits that are left of it.</summary>
    public void Load(Payment payment, IEnumerable<Credit> credits)
    {
        _payments[payment.Id] = payment;
        _credits[payment.Id] = [.. credits];
    }

    /// <summary>Takes in a kept answer, read or just made.</summary>
    public void Keep(KeptAnswer answer) => _kept[answer.Key] = answer;

    /// <summary>Takes in the counter of a slot.</summary>
    public void Load(SlotKey slot, long lastNumber) => _lastNumbers[slot] = lastNumber;

    /// <summary>Applies what an accepted command changes, so that the next command of the batch sees it.</summary>
    public void Apply(Changes changes, SlotKey slot)
    {
        foreach (var account in changes.Accounts)
        {
            // A new account owes nothing yet, and that is known: its charges are gathered from here on.
            Load(account);
            LoadOpenCharges(account.Id, []);
        }

        foreach (var given in changes.References)
            Load(given.Reference, given.Referent);
        foreach (var order in changes.Orders)
            Load(order, []);
        foreach (var charge in changes.Charges)
            Apply(charge);
        foreach (var instrument in changes.Instruments)
            Load(instrument);
        foreach (var (charge, amountMinor) in changes.Settled)
            _charges[charge.Id] = _charges[charge.Id] with { AllocatedMinor = checked(_charges[charge.Id].AllocatedMinor + amountMinor) };
        foreach (var deposit in changes.Deposits)
            Apply(deposit);
        foreach (var payment in changes.Payments)
            Load(payment, CreditsRaised(changes, payment));
        foreach (var allocated in changes.Allocated)
            Apply(allocated, changes);
        if (changes.NumbersTaken > 0)
            _lastNumbers[slot] = LastNumber(slot) + changes.NumbersTaken;
    }

    private void Apply(Charge charge)
    {
        Load(charge);
        if (charge.Order is { } order)
            _orderCharges[order].Add(charge.Id);
        if (_openCharges.TryGetValue(charge.Account, out var open))
            open.Add(charge.Id);
    }

    private void Apply(DepositChanged deposit)
    {
        var order = _orders[deposit.Order];
        _orders[deposit.Order] = order with
        {
            DepositAskedMinor = checked(order.DepositAskedMinor + deposit.AskedMinor),
            DepositPaidMinor = checked(order.DepositPaidMinor + deposit.PaidMinor),
            Events = order.Events + (deposit.AskedMinor > 0 ? 1 : 0),
        };
    }

    private void Apply(PaymentAllocated allocated, Changes changes)
    {
        var payment = _payments[allocated.Payment];
        _payments[allocated.Payment] = payment with
        {
            AllocatedMinor = checked(payment.AllocatedMinor + allocated.AmountMinor),
            Events = payment.Events + 1,
        };
        var credits = _credits[allocated.Payment];
        foreach (var transfer in changes.Events.Where(e => e.Subject == allocated.Payment.Value).SelectMany(e => e.Transfers))
        {
            var spent = credits.FindIndex(credit => credit.Purpose == transfer.Debit.Purpose);
            credits[spent] = credits[spent] with { AmountMinor = credits[spent].AmountMinor - transfer.AmountMinor };
        }
    }

    private static IEnumerable<Credit> CreditsRaised(Changes changes, Payment payment) =>
        from happened in changes.Events
        where happened.Subject == payment.Id.Value
        from transfer in happened.Transfers
        where transfer.Credit.Kind == LedgerKind.Credit
        select new Credit(transfer.Credit.Purpose, transfer.AmountMinor);

    private IEnumerable<ChargeId> LoadAll(IEnumerable<Charge> charges)
    {
        foreach (var charge in charges)
        {
            Load(charge);
            yield return charge.Id;
        }
    }
}
