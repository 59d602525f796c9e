using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>
/// Plans which charges a sum of money settles and which part stays credit. The plan remembers what it takes from each charge, so that
/// parts count cumulatively; it changes nothing.
/// </summary>
internal sealed class AllocationPlan(State state, Account account, Money amount)
{
    private readonly Currency _currency = amount.Currency;
    private readonly Dictionary<Guid, long> _takenMinor = [];

    // Parts may add up to more than 64 bits; it is enough to know that this is more than any payment.
    private Int128 _plannedMinor;

    /// <summary>The charges to settle, in the order in which they were planned.</summary>
    public List<Allocation> Allocations { get; } = [];

    /// <summary>The merged accounts whose names led to this one. Only of accounts whose moved charges were wanted.</summary>
    public IReadOnlyList<AccountId> LedFrom { get; init; } = [];

    /// <summary>The money that stays credit.</summary>
    public List<Credit> Credits { get; } = [];

    /// <summary>The part of the sum that has no use yet, minor units; below zero when the parts are more than the sum.</summary>
    public long LeftMinor => ToMinor(amount.AmountMinor - _plannedMinor);

    /// <summary>Plans one part. Null when it is possible.</summary>
    public Refusal? Take(Part part) => part.Kind switch
    {
        PartKind.Charge => TakeCharge(part.Target!.Value, part.AmountMinor),
        PartKind.ChargeUpTo => TakeChargeUpTo(part.Target!.Value),
        PartKind.ChargeIfKnown => TakeChargeIfKnown(part.Target!.Value, part.AmountMinor),
        PartKind.Order => TakeOrder(part.Target!.Value, part.Label!, part.AmountMinor!.Value),
        PartKind.Deposit => TakeDeposit(part.Target!.Value, part.AmountMinor!.Value),
        PartKind.Prepaid => TakePrepaid(part.Target, part.AmountMinor!.Value),
        PartKind.Credit => TakeCredit(part.Target, part.Label!, part.AmountMinor!.Value),
    };

    /// <summary>Plans parts, each for another charge. The faults of the parts that are not possible.</summary>
    /// <param name="named">The charges that no part may name.</param>
    public List<Fault> TakeEach(IReadOnlyList<Part> parts, HashSet<ChargeId> named)
    {
        List<Fault> faults = [];
        for (var index = 0; index < parts.Count; index++)
        {
            var isNamedTwice = ChargeOf(parts[index].Target!.Value) is { } charge && !named.Add(charge.Id);
            if ((isNamedTwice ? Refusal.ChargeNamedTwice : Take(parts[index])) is { } refusal)
                faults.Add(new Fault(refusal, index));
        }

        return faults;
    }

    /// <summary>The account's charge of a name; null also where another account has it.</summary>
    public Charge? ChargeOf(Reference target) =>
        state.Find(target) is { } found && found.Account == account.Id ? state.Charge(new ChargeId(target.Merchant, found.Object)) : null;

    /// <summary>
    /// Whether a part names a charge of another account of which nothing is left, as of one that a merge has moved, and would be taken for
    /// one that names nothing.
    /// </summary>
    public bool MayHaveMoved(Part part) => part is { Kind: PartKind.ChargeIfKnown, Target: { } target }
        && state.Find(target) is { } found && found.Account != account.Id
        && state.Charge(new ChargeId(target.Merchant, found.Object)) is { OpenMinor: 0, CreditedMinor: > 0 };

    /// <summary>Settles what is due on a charge, at most this amount and at most what is left of the sum; it may take nothing.</summary>
    public void TakeUpTo(Charge charge, long? amountMinor) => SettleUpTo(charge, amountMinor ?? long.MaxValue);

    /// <summary>Uses the rest of the sum.</summary>
    public void TakeRemainder(Remainder remainder)
    {
        var leftMinor = LeftMinor;
        if (remainder == Remainder.OldestDueFirst)
            leftMinor = TakeOldest(leftMinor);
        Keep(CreditPurpose.General, leftMinor);
    }

    /// <summary>The transfers that carry the plan out with money that a provider holds.</summary>
    public IReadOnlyList<Transfer> TransfersFrom(string provider)
    {
        var clearing = Chart.Clearing(account, provider, _currency);
        var transfers = new List<Transfer>(Allocations.Count + Credits.Count);
        foreach (var allocation in Allocations)
            transfers.Add(new Transfer(clearing, Chart.Receivable(account, _currency), allocation.AmountMinor, allocation.Charge.Id));
        foreach (var credit in Credits)
            transfers.Add(new Transfer(clearing, Chart.Credit(account, credit.Purpose, _currency), credit.AmountMinor, null));
        return transfers;
    }

    /// <summary>Puts the plan as claims of a payment that is yet to be collected: one for each charge.</summary>
    public void PutClaims(Changes changes, PaymentId payment)
    {
        var line = 0;
        foreach (var claimed in Allocations.GroupBy(allocation => allocation.Charge.Id))
            changes.Put(new Claim(payment, ++line, claimed.Key, claimed.Sum(allocation => allocation.AmountMinor)));
    }

    /// <summary>Settles as many of the account's open charges as the amount covers, oldest due first. Returns what is left.</summary>
    private long TakeOldest(long amountMinor) => SettleInOrder(state.OpenCharges(account.Id, _currency), amountMinor);

    /// <summary>Keeps money as credit of a purpose.</summary>
    public void Keep(string purpose, long amountMinor)
    {
        if (amountMinor == 0)
            return;
        _plannedMinor += amountMinor;
        var known = Credits.FindIndex(credit => credit.Purpose == purpose);
        if (known < 0)
            Credits.Add(new Credit(purpose, amountMinor));
        else
            Credits[known] = new Credit(purpose, ToMinor((Int128)Credits[known].AmountMinor + amountMinor));
    }

    private static long ToMinor(Int128 sumMinor) => (long)Int128.Clamp(sumMinor, long.MinValue, long.MaxValue);

    private Refusal? TakeCharge(Reference target, long? amountMinor)
    {
        if (ChargeOf(target) is not { } charge)
            return Refusal.ChargeUnknown;
        return charge.Amount.Currency == _currency ? Settle(charge, amountMinor) : Refusal.CurrencyMismatch;
    }

    private Refusal? TakeChargeUpTo(Reference target)
    {
        if (ChargeOf(target) is not { } charge)
            return Refusal.ChargeUnknown;
        if (charge.Amount.Currency != _currency)
            return Refusal.CurrencyMismatch;
        SettleUpTo(charge, long.MaxValue);
        return null;
    }

    private Refusal? TakeChargeIfKnown(Reference target, long? amountMinor)
    {
        if (ChargeOf(target) is { } charge && charge.Amount.Currency == _currency)
            SettleUpTo(charge, amountMinor ?? long.MaxValue);
        return null;
    }

    /// <summary>Settles what is due, at most this amount and at most what is left.</summary>
    private void SettleUpTo(Charge charge, long amountMinor)
    {
        var settledMinor = Math.Min(Math.Min(DueMinor(charge), LeftMinor), amountMinor);
        if (settledMinor > 0)
            Settle(charge, settledMinor);
    }

    private Refusal? TakeOrder(Reference target, string label, long amountMinor)
    {
        if (!IsOrder(target))
            return Refusal.OrderUnknown;
        var charges = ChargesOf(new OrderId(target.Merchant, state.Find(target)!.Value.Object), label).ToList();
        var dueMinor = charges.Sum(DueMinor);
        if (dueMinor == 0)
            return Refusal.NothingDue;
        if (amountMinor > dueMinor)
            return Refusal.ExceedsDue;
        SettleInOrder(charges, amountMinor);
        return null;
    }

    private Refusal? TakeDeposit(Reference target, long amountMinor)
    {
        if (OrderOf(target) is not { } order)
            return Refusal.OrderUnknown;
        var dueMinor = order.DepositDueMinor - Taken(order.Id.Value);
        if (dueMinor <= 0 || DueMinor(order, label: null) == 0)
            return Refusal.NothingDue;
        if (amountMinor > dueMinor)
            return Refusal.ExceedsDue;
        PayDeposit(order, amountMinor);
        return null;
    }

    private Refusal? TakePrepaid(Reference? target, long amountMinor)
    {
        if (target is { } reference && OrderOf(reference) is { } order)
            PayDeposit(order, amountMinor);
        else
            Keep(CreditPurpose.Escrow, amountMinor);
        return null;
    }

    private Refusal? TakeCredit(Reference? note, string purpose, long amountMinor)
    {
        if (note is { } reference && !IsOrder(reference))
            return Refusal.OrderUnknown;
        Keep(purpose, amountMinor);
        return null;
    }

    private void PayDeposit(Order order, long amountMinor)
    {
        Keep(CreditPurpose.Earmarked(order.Id), amountMinor);
        var paidMinor = Math.Min(amountMinor, Math.Max(0, order.DepositDueMinor - Taken(order.Id.Value)));
        Remember(order.Id.Value, paidMinor);
    }

    private Refusal? Settle(Charge charge, long? amountMinor)
    {
        var dueMinor = DueMinor(charge);
        if (dueMinor == 0)
            return Refusal.NothingDue;
        if (amountMinor > dueMinor)
            return Refusal.ExceedsDue;
        Allocations.Add(new Allocation(charge, amountMinor ?? dueMinor));
        _plannedMinor += amountMinor ?? dueMinor;
        Remember(charge.Id.Value, amountMinor ?? dueMinor);
        return null;
    }

    private long SettleInOrder(IEnumerable<Charge> charges, long amountMinor)
    {
        foreach (var charge in charges.OrderBy(charge => charge.DueOn).ThenBy(charge => charge.Number))
        {
            var settledMinor = Math.Min(DueMinor(charge), amountMinor);
            if (settledMinor == 0)
                continue;
            Settle(charge, settledMinor);
            amountMinor -= settledMinor;
        }

        return amountMinor;
    }

    private Order? OrderOf(Reference target) =>
        state.Find(target) is { } found && found.Account == account.Id ? state.Order(new OrderId(target.Merchant, found.Object)) : null;

    /// <summary>Whether a name is that of an order of the account, or of one that led here.</summary>
    private bool IsOrder(Reference target) => state.Find(target) is { } found
        && (found.Account == account.Id || LedFrom.Contains(found.Account))
        && state.Order(new OrderId(target.Merchant, found.Object)) is not null;

    /// <summary>An order's charges of a label, or of all; in the place of those that a merge has moved here, what they became.</summary>
    private IEnumerable<Charge> ChargesOf(OrderId order, string? label) => state.ChargesOf(order)
        .Where(charge => (label is null || charge.Label == label) && charge.Amount.Currency == _currency)
        .Select(Here).OfType<Charge>();

    private Charge? Here(Charge charge)
    {
        for (Charge? one = charge; one is not null;)
        {
            if (one.Account == account.Id)
                return one;
            one = state.All(Charge.MergedOf, one.Account).Where(moved => moved.MovedFrom == one.Id)
                .OrderByDescending(moved => moved.OpenMinor > 0).ThenByDescending(moved => moved.Number).FirstOrDefault();
        }

        return null;
    }

    private long DueMinor(Order order, string? label) => ChargesOf(order.Id, label).Sum(DueMinor);

    private long DueMinor(Charge charge) => charge.OpenMinor - Taken(charge.Id.Value);

    private long Taken(Guid id) => _takenMinor.GetValueOrDefault(id);

    private void Remember(Guid id, long minor) => _takenMinor[id] = Taken(id) + minor;
}
