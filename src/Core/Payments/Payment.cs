using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;

namespace Quittance.Core.Payments;

/// <summary>
/// Money from a customer, or the promise of it. While it is captured,
/// allocated + unallocated + refunded + reversed = amount.
/// </summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Amount">The whole payment; null for a bare record, which moves no money.</param>
/// <param name="AllocatedMinor">The part that settles charges, minor units.</param>
/// <param name="Method">How it was made.</param>
/// <param name="Instrument">The registered instrument it was made with, if any.</param>
/// <param name="Details">JSON of the dialect, for its answers; the engine does not read it.</param>
/// <param name="StatusAt">The time of the status.</param>
public sealed record Payment(
    PaymentId Id, long Number, AccountId Account, string Dialect, PaymentStatus Status, Money? Amount, long AllocatedMinor,
    PaymentMethod Method, InstrumentId? Instrument, string? Details, int Events, DateTimeOffset StatusAt) : IRow<PaymentId, Payment>
{
    public static Shelf<PaymentId, Payment> Shelf { get; } = new(payment => payment.Id);

    /// <summary>The payments of an account that are under way or have credit left.</summary>
    public static Relation<AccountId, PaymentId, Payment> Unfinished { get; } =
        new(Shelf, payment => payment.IsUnderWay || payment.UnallocatedMinor > 0 ? payment.Account : null);

    /// <summary>The payments of an account. Only those with an open dispute are read.</summary>
    public static Relation<AccountId, PaymentId, Payment> OfAccount { get; } = new(Shelf, payment => payment.Account);

    /// <summary>
    /// The part that left the payment without a refund, minor units: the payer took it back (chargeback, returned debit), or a correction
    /// moved it to another customer or unbooked it.
    /// </summary>
    public long ReversedMinor { get; init; }

    /// <summary>The payment of another customer from which an operator moved the money here; null for none.</summary>
    public PaymentId? MovedFrom { get; init; }

    /// <summary>The payments that hold the credit of a merged account: those of the accounts that it went to.</summary>
    public static Relation<AccountId, PaymentId, Payment> MergedOf { get; } = new(Shelf, payment => payment.MergedFrom);

    /// <summary>The payments whose credit merges moved away from an account.</summary>
    public static Lookup<AccountId> MovedAway { get; } = new();

    /// <summary>The merged account whose credit this is; null for none.</summary>
    public AccountId? MergedFrom { get; init; }

    /// <summary>The part that we refunded or are refunding, minor units.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>The part that can still be refunded, minor units.</summary>
    public long RefundableMinor =>
        Status == PaymentStatus.Captured && Amount is { } amount ? amount.AmountMinor - RefundedMinor - ReversedMinor : 0;

    /// <summary>Whether its money is on its way, or has come and has not gone back as a whole.</summary>
    public bool Pays => Status == PaymentStatus.Settling || RefundableMinor > 0;

    /// <summary>Whether its money may still come. A bare record has none.</summary>
    public bool IsUnderWay => Amount is not null
        && Status is PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling;

    /// <summary>The part that settles no charge, minor units.</summary>
    public long UnallocatedMinor => RefundableMinor - (Status == PaymentStatus.Captured ? AllocatedMinor : 0);
}

/// <summary>Money of a payment that settles no charge, kept for a purpose.</summary>
/// <param name="Purpose">See <see cref="Ledger.CreditPurpose"/>.</param>
/// <param name="AmountMinor">How much of it is left, minor units.</param>
public readonly record struct Credit(string Purpose, long AmountMinor);

/// <summary>Money of a payment that settles a charge. In the ledger it is a transfer to receivable that names the charge.</summary>
/// <param name="Charge">The charge before the allocation.</param>
/// <param name="AmountMinor">The settled part, minor units.</param>
public readonly record struct Allocation(Charge Charge, long AmountMinor)
{
    /// <summary>When money of the payment last went to the charge; null where the books were not read again.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>
/// The money of a payment, as the sums of its own transfers. It stands in no table; a payment that is wanted as a whole has all of it.
/// </summary>
public sealed record Funds(PaymentId Id) : IRow<PaymentId, Funds>
{
    public static Shelf<PaymentId, Funds> Shelf { get; } = new(funds => funds.Id);

    /// <summary>Asks for the charges that a payment settles.</summary>
    public static Lookup<PaymentId> Settled { get; } = new();

    /// <summary>Asks for the holder of the money.</summary>
    public static Lookup<PaymentId> HeldBy { get; } = new();

    /// <summary>The credits that are left of it.</summary>
    public IReadOnlyList<Credit> Credits { get; init; } = [];

    /// <summary>The charges that it settles, in the order in which it settled them; null where they were not read.</summary>
    public IReadOnlyList<Allocation>? Allocations { get; init; }

    /// <summary>The holder of the captured money; null where it was not read.</summary>
    public string? Holder { get; init; }
}

public static class PaymentRows
{
    public static Payment? Payment(this State state, PaymentId id) => state.Find(Payments.Payment.Shelf, id);

    /// <summary>The credits that are left of a payment.</summary>
    public static IReadOnlyList<Credit> CreditsOf(this State state, PaymentId id) => state.Find(Funds.Shelf, id)?.Credits ?? [];

    /// <summary>The charges that a payment settles, in the order in which it settled them. Only for whole payments.</summary>
    public static IReadOnlyList<Allocation> AllocationsOf(this State state, PaymentId id) => state.Find(Funds.Shelf, id)?.Allocations ?? [];

    /// <summary>The holder of the money of a captured payment that was read whole.</summary>
    public static string? HolderOf(this State state, PaymentId id) => state.Find(Funds.Shelf, id)?.Holder;

    /// <summary>Wants a payment, with the credits that are left of it.</summary>
    public static void AddPayment(this Wanted wanted, PaymentId id)
    {
        wanted.Add(Payments.Payment.Shelf, id);
        wanted.Add(Funds.Shelf, id);
    }

    /// <summary>Wants the charges that parts name.</summary>
    public static void AddCharges(this Wanted wanted, State known, IEnumerable<Part> parts)
    {
        foreach (var name in parts.Select(part => part.Target!.Value))
        {
            if (known.Find(name) is { } found)
                wanted.Add(Charge.Shelf, new ChargeId(name.Merchant, found.Object));
        }
    }

    /// <summary>
    /// Wants a payment with all that belongs to it: its credits, the charges that it settles and those that it claims, its attempts, and
    /// the orders that its money is earmarked for.
    /// </summary>
    public static void AddWhole(this Wanted wanted, PaymentId id)
    {
        wanted.AddPayment(id);
        wanted.Add(Funds.Settled, id);
        wanted.Add(Attempt.OfPayment, id);
        wanted.Add(Claim.OfPayment, id);
        wanted.Add(Order.EarmarkedFor, id);
    }

    extension(Outcome outcome)
    {
        /// <summary>The payment after the command; null for other commands and for replays, which read it from the books.</summary>
        public PaymentView? Payment => outcome.View as PaymentView;
    }
}
