using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;

namespace Quittance.Core.Engine;

/// <summary>
/// The rows that a batch works on, as its commands see them: read under the slots' locks, then changed in memory by each
/// accepted command, so that the next one sees it. A row that was not read does not exist here.
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
    private readonly Dictionary<PaymentId, List<Allocation>> _allocations = [];
    private readonly Dictionary<AttemptId, Attempt> _attempts = [];
    private readonly Dictionary<PaymentId, IReadOnlyList<Claim>> _claims = [];
    private readonly Dictionary<ChargeId, PaymentId> _claimants = [];
    private readonly Dictionary<SessionId, Session> _sessions = [];
    private readonly Dictionary<DisputeId, Dispute> _disputes = [];
    private readonly Dictionary<RefundId, Refund> _refunds = [];
    private readonly Dictionary<AttemptId, RefundId> _refundsAsked = [];
    private readonly Dictionary<PaymentId, string> _holders = [];
    private readonly Dictionary<DepartureId, Departure> _departures = [];
    private readonly Dictionary<BookingId, Booking> _bookings = [];
    private readonly Dictionary<PaymentId, BookingId> _paidBookings = [];
    private readonly Dictionary<SettlementLineId, SettlementLine> _settlementLines = [];
    private readonly Dictionary<(MerchantId Merchant, Guid Id), SettlementLineId> _settled = [];
    private readonly Dictionary<RequestKey, KeptAnswer> _kept = [];
    private readonly Dictionary<SlotKey, long> _lastNumbers = [];
    private readonly Dictionary<SlotKey, DateTimeOffset> _lastTimes = [];

    /// <summary>What a reference names; null when it names nothing.</summary>
    public Referent? Find(Reference reference) => _references.TryGetValue(reference, out var found) ? found : null;

    /// <summary>The place of a target's account; null when there is none.</summary>
    public Referent? Find(AccountTarget target)
    {
        if (target.Known is { } known)
            return known;
        foreach (var name in target.Names)
        {
            if (Find(name) is { } found)
                return found;
        }

        return null;
    }


    public Account? Account(AccountTarget target) => Find(target) is { } found ? Account(found.Account) : null;

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

    /// <summary>What a payment settles now, in the order in which it was settled. Only for payments that were read whole.</summary>
    public IReadOnlyList<Allocation> AllocationsOf(PaymentId id) => _allocations.TryGetValue(id, out var allocations) ? allocations : [];

    /// <summary>What a payment under way is meant to settle.</summary>
    public IReadOnlyList<Claim> ClaimsOf(PaymentId id) => _claims.GetValueOrDefault(id, []);

    /// <summary>The payment under way that has claimed a charge; null when none has.</summary>
    public PaymentId? ClaimantOf(ChargeId id) => _claimants.TryGetValue(id, out var claimant) ? claimant : null;

    /// <summary>
    /// The payment that has claimed a charge and waits for the customer's bank transfer; null when none does. Only for charges of accounts
    /// whose transfers were read.
    /// </summary>
    public PaymentId? TransferFor(ChargeId id) =>
        ClaimantOf(id) is { } claimant && AttemptsOf(claimant).Any(attempt => attempt.WaitsForTransfer) ? claimant : null;

    /// <summary>An attempt by id.</summary>
    public Attempt? Attempt(AttemptId id) => _attempts.GetValueOrDefault(id);

    /// <summary>All attempts of a payment.</summary>
    public IEnumerable<Attempt> AttemptsOf(PaymentId id) => _attempts.Values.Where(attempt => attempt.Payment == id);

    /// <summary>A session by id.</summary>
    public Session? Session(SessionId id) => _sessions.GetValueOrDefault(id);

    /// <summary>The account's own instrument; null when it has none.</summary>
    public Instrument? CurrentInstrumentOf(AccountId id) =>
        _instruments.Values.FirstOrDefault(instrument => instrument.Account == id && instrument.Standing == InstrumentStanding.Current);

    /// <summary>The refund that an attempt asks for; null when it asks for none.</summary>
    public Refund? RefundOf(AttemptId id) => _refundsAsked.TryGetValue(id, out var asked) ? Refund(asked) : null;

    /// <summary>A refund by id. Only those of payments whose refunds were read, and what those are shares of.</summary>
    public Refund? Refund(RefundId id) => _refunds.GetValueOrDefault(id);

    /// <summary>The shares of a refund.</summary>
    public IEnumerable<Refund> SharesOf(RefundId id) => _refunds.Values.Where(refund => refund.ShareOf == id);

    /// <summary>Who holds the money of a captured payment that was read whole.</summary>
    public string? HolderOf(PaymentId id) => _holders.GetValueOrDefault(id);

    /// <summary>A departure by id; null before the first booking of a seat.</summary>
    public Departure? Departure(DepartureId id) => _departures.GetValueOrDefault(id);

    /// <summary>A booking by id.</summary>
    public Booking? Booking(BookingId id) => _bookings.GetValueOrDefault(id);

    /// <summary>
    /// The booking that a payment is to pay, or has paid; null when it pays none, or another payment was begun for it since.
    /// </summary>
    public Booking? BookingOf(PaymentId id) =>
        _paidBookings.TryGetValue(id, out var paid) && Booking(paid) is { } booking && booking.Payment == id ? booking : null;

    /// <summary>A line of a statement by id.</summary>
    public SettlementLine? SettlementLine(SettlementLineId id) => _settlementLines.GetValueOrDefault(id);

    /// <summary>The lines of statements that are booked for a payment. Only of payments whose lines were read.</summary>
    public IEnumerable<SettlementLine> SettlementLinesOf(PaymentId id) =>
        _settlementLines.Values.Where(line => line.Payment == id && line.Status == SettlementStatus.Booked);

    /// <summary>The line of a statement that is booked for a payment or an attempt; null when none is.</summary>
    public SettlementLineId? SettlementOf(MerchantId merchant, Guid id) => _settled.TryGetValue((merchant, id), out var line) ? line : null;

    /// <summary>A dispute by id.</summary>
    public Dispute? Dispute(DisputeId id) => _disputes.GetValueOrDefault(id);

    /// <summary>The disputes of a payment, in the order in which we were told of them.</summary>
    public IEnumerable<Dispute> DisputesOf(PaymentId id) =>
        _disputes.Values.Where(dispute => dispute.Payment == id).OrderBy(dispute => dispute.OpenedAt).ThenBy(dispute => dispute.Id.Value);

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

    /// <summary>The time of the last batch of a slot.</summary>
    public DateTimeOffset LastAt(SlotKey slot) => _lastTimes.GetValueOrDefault(slot);

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

    /// <summary>Takes in an order that was read without its charges, for the money that is earmarked for it.</summary>
    public void Load(Order order) => _orders[order.Id] = order;

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

    /// <summary>Takes in what belongs to a payment that was read whole.</summary>
    public void Load(PaymentId payment, IEnumerable<Allocation> allocations, IReadOnlyList<Claim> claims)
    {
        _allocations[payment] = [.. allocations];
        _claims[payment] = claims;
    }

    /// <summary>Takes in an attempt that was read.</summary>
    public void Load(Attempt attempt) => _attempts[attempt.Id] = attempt;

    /// <summary>Takes in that a payment under way has claimed a charge.</summary>
    public void LoadClaimant(ChargeId charge, PaymentId claimant) => _claimants[charge] = claimant;

    /// <summary>Takes in a session that was read.</summary>
    public void Load(Session session) => _sessions[session.Id] = session;

    /// <summary>Takes in a refund that was read. What took its money is known of those alone that a provider was asked for.</summary>
    public void Load(Refund refund)
    {
        _refunds[refund.Id] = refund;
        if (refund.Attempt is { } attempt)
            _refundsAsked[attempt] = refund.Id;
    }

    /// <summary>Takes in who holds the money of a payment.</summary>
    public void LoadHolder(PaymentId payment, string holder) => _holders[payment] = holder;

    /// <summary>Takes in a departure that was read.</summary>
    public void Load(Departure departure) => _departures[departure.Id] = departure;

    /// <summary>Takes in a booking that was read.</summary>
    public void Load(Booking booking)
    {
        _bookings[booking.Id] = booking;
        if (booking.Payment is { } payment)
            _paidBookings[payment] = booking.Id;
    }

    /// <summary>Takes in a dispute that was read.</summary>
    public void Load(Dispute dispute) => _disputes[dispute.Id] = dispute;

    /// <summary>Takes in a line of a statement that was read, or just booked.</summary>
    public void Load(SettlementLine line)
    {
        _settlementLines[line.Id] = line;
        if (line.Settles is { } settled)
            LoadSettled(line.Id.Merchant, settled, line.Id);
    }

    /// <summary>Takes in that a line of a statement is booked for a payment or an attempt.</summary>
    public void LoadSettled(MerchantId merchant, Guid id, SettlementLineId line) => _settled[(merchant, id)] = line;

    /// <summary>Takes in a kept answer, read or just made.</summary>
    public void Keep(KeptAnswer answer) => _kept[answer.Key] = answer;

    /// <summary>Takes in the counter of a slot, and the time of its last batch.</summary>
    public void Load(SlotKey slot, long lastNumber, DateTimeOffset lastAt) => (_lastNumbers[slot], _lastTimes[slot]) = (lastNumber, lastAt);

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
        foreach (var instrument in changes.Instruments.Concat(changes.InstrumentsChanged))
            Load(instrument);
        foreach (var session in changes.Sessions.Concat(changes.SessionsChanged))
            Load(session);
        foreach (var departure in changes.Departures)
            Load(departure);
        foreach (var booking in changes.Bookings.Concat(changes.BookingsChanged))
            Load(booking);
        foreach (var (charge, amountMinor) in changes.Settled)
            _charges[charge.Id] = _charges[charge.Id] with { AllocatedMinor = checked(_charges[charge.Id].AllocatedMinor + amountMinor) };
        foreach (var (charge, amountMinor) in changes.Forgiven)
            _charges[charge.Id] = _charges[charge.Id] with { CreditedMinor = checked(_charges[charge.Id].CreditedMinor + amountMinor) };
        foreach (var refund in changes.Refunds.Concat(changes.RefundsChanged))
            Load(refund);
        foreach (var line in changes.SettlementLines)
            Load(line);
        foreach (var deposit in changes.Deposits)
            Apply(deposit);
        foreach (var payment in changes.Payments)
            Load(payment, []);
        foreach (var changed in changes.PaymentsChanged)
            Apply(changed, changes);
        foreach (var happened in changes.Events)
            ApplyTransfers(happened);
        ApplyAttempts(changes);
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
            EarmarkedMinor = checked(order.EarmarkedMinor + deposit.EarmarkedMinor),
            Events = order.Events + (deposit.AskedMinor > 0 ? 1 : 0),
        };
    }

    private void Apply(PaymentChanged changed, Changes changes)
    {
        var payment = _payments[changed.Payment];
        _payments[changed.Payment] = payment with
        {
            Status = changed.Status ?? payment.Status,
            StatusAt = changed.Status is null ? payment.StatusAt : changes.Events[^1].At,
            AllocatedMinor = checked(payment.AllocatedMinor + changed.AllocatedMinor),
            ReversedMinor = checked(payment.ReversedMinor + changed.ReversedMinor),
            RefundedMinor = checked(payment.RefundedMinor + changed.RefundedMinor),
            Events = payment.Events + 1,
        };
    }

    /// <summary>What a payment has left and what it settles are the sums of its own transfers.</summary>
    private void ApplyTransfers(Event happened)
    {
        var payment = new PaymentId(happened.Origin.Merchant, happened.Subject);
        if (!_credits.TryGetValue(payment, out var credits))
            return;
        foreach (var transfer in happened.Transfers)
        {
            var effect = transfer.Effect;
            if (effect.Credit != 0)
                Add(credits, (effect.Credit > 0 ? transfer.Credit : transfer.Debit).Purpose, effect.Credit * transfer.AmountMinor);
            if (transfer.Debit.Kind == LedgerKind.Clearing)
                _holders[payment] = transfer.Debit.Purpose;
            if (effect.Settled != 0 && transfer.Charge is { } charge && _allocations.TryGetValue(payment, out var allocations))
                Add(allocations, _charges[charge], effect.Settled * transfer.AmountMinor);
        }
    }

    private static void Add(List<Credit> credits, string purpose, long amountMinor)
    {
        var known = credits.FindIndex(credit => credit.Purpose == purpose);
        if (known < 0)
            credits.Add(new Credit(purpose, amountMinor));
        else
            credits[known] = credits[known] with { AmountMinor = checked(credits[known].AmountMinor + amountMinor) };
    }

    private static void Add(List<Allocation> allocations, Charge charge, long amountMinor)
    {
        // In the order of the last: what was settled last is reversed first.
        var known = allocations.FindIndex(allocation => allocation.Charge.Id == charge.Id);
        var beforeMinor = known < 0 ? 0 : allocations[known].AmountMinor;
        if (known >= 0)
            allocations.RemoveAt(known);
        allocations.Add(new Allocation(charge, checked(beforeMinor + amountMinor)));
    }

    private void ApplyAttempts(Changes changes)
    {
        foreach (var attempt in changes.Attempts.Concat(changes.AttemptsChanged))
            Load(attempt);
        foreach (var claims in changes.Claims.GroupBy(claim => claim.Payment))
            _claims[claims.Key] = [.. claims];
        foreach (var claim in changes.Claims)
            LoadClaimant(claim.Charge, claim.Payment);
        foreach (var released in changes.ClaimsReleased)
        {
            foreach (var claim in ClaimsOf(released).Where(claim => ClaimantOf(claim.Charge) == released))
                _claimants.Remove(claim.Charge);
        }

        foreach (var dispute in changes.Disputes)
            Load(dispute);
    }

    private IEnumerable<ChargeId> LoadAll(IEnumerable<Charge> charges)
    {
        foreach (var charge in charges)
        {
            Load(charge);
            yield return charge.Id;
        }
    }
}
