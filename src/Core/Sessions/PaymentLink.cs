using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>The status of a payment link. That it has ended, or that all is paid, follows from the time and from the books.</summary>
public enum LinkStatus
{
    Open,

    /// <summary>The merchant took it back before it was paid.</summary>
    TakenBack,
}

/// <summary>How often a payment link opens.</summary>
public enum LinkOpening
{
    /// <summary>Until it is paid, has ended or is taken back.</summary>
    Many,

    /// <summary>Once: the browser that opens it first keeps it.</summary>
    Once,
}

/// <summary>
/// An address that a merchant sends to a customer, who pays at it. Each opening that needs one has a session for what is due by then;
/// a payment in it needs no client that books it.
/// </summary>
/// <param name="Slot">The slot of the account (0 to 31).</param>
/// <param name="Installation">The installation that made it.</param>
/// <param name="Amount">For charges: what was due on them when the link was made.</param>
/// <param name="Charges">The charges that it is for, in this order; none for an amount.</param>
/// <param name="Text">The purpose, as the customer reads it.</param>
/// <param name="EndsAt">The moment from which it opens no longer.</param>
public sealed record PaymentLink(
    PaymentLinkId Id, AccountId Account, int Slot, long Installation, Money Amount, IReadOnlyList<ChargeId> Charges, string Text,
    DateTimeOffset EndsAt) : IRow<PaymentLinkId, PaymentLink>
{
    public static Shelf<PaymentLinkId, PaymentLink> Shelf { get; } = new(link => link.Id);

    /// <summary>How many charges a link is for at most.</summary>
    public const int MostCharges = 50;

    /// <summary>How long its text is at most.</summary>
    public const int LongestText = 140;

    private const int UsualDays = 30;
    private const int MostDays = 366;

    public LinkOpening Opens { get; init; }

    public LinkStatus Status { get; init; }

    /// <summary>Its last session; null before it was opened.</summary>
    public SessionId? Session { get; init; }

    public int Events { get; init; } = 1;

    public AccountTarget Target => AccountTarget.Of(Account, Slot);

    /// <summary>The moment from which a link opens no longer, by its last day; null for a day that is too far away.</summary>
    /// <param name="lastDay">Null for 30 days from now.</param>
    /// <param name="by">The installation that makes it, in whose merchant's zone the day is.</param>
    public static DateTimeOffset? EndOf(DateOnly? lastDay, Installation by, DateTimeOffset now)
    {
        var zone = by.MerchantZone;
        var today = zone.DayOf(now);
        return lastDay > today.AddDays(MostDays) ? null : zone.StartOf((lastDay ?? today.AddDays(UsualDays)).AddDays(1));
    }

    public bool HasEnded(DateTimeOffset now) => now >= EndsAt;

    /// <summary>
    /// The id of a payment by it: a new id of which the last part follows from the first one and from the link. Providers keep the
    /// payment's id, so their record of a payment that a restore lost says which link it has paid.
    /// </summary>
    /// <param name="fresh">A new id, which begins with its time.</param>
    public PaymentId PaymentOf(Guid fresh)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> named = stackalloc byte[24];
        fresh.TryWriteBytes(id, bigEndian: true, out _);
        Id.Value.TryWriteBytes(named, bigEndian: true, out _);
        id[..8].CopyTo(named[16..]);
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(named, hash);
        hash[..8].CopyTo(id[8..]);
        // RFC 9562: the variant.
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new PaymentId(Id.Merchant, new Guid(id, bigEndian: true));
    }

    /// <summary>
    /// Whether its payment settles it: the money is on its way, or has come. An amount is settled also where we gave the money back, as
    /// nothing else says that it is due again; a charge says that itself. Where the bank took the rest back, it is due again.
    /// </summary>
    /// <param name="payment">The payment of its last session; null for none.</param>
    public bool IsSettledBy(Payment? payment) =>
        payment is { Pays: true }
        || (Charges.Count == 0 && payment is { Status: PaymentStatus.Captured, RefundedMinor: > 0, ReversedMinor: 0 });

    /// <summary>Whether a payment was made by it.</summary>
    public bool Names(PaymentId payment) => PaymentOf(payment.Value) == payment;

    /// <summary>The plan of a payment by it now; the money must be exactly the amount due.</summary>
    internal AllocationPlan PlanOf(State state, Account account) => PlanOf(state, account, DueIn(state));

    /// <summary>The plan of a sum that was paid by it: it settles charges, in their order, that no payment under way has claimed.</summary>
    internal AllocationPlan PlanOf(State state, Account account, Money amount)
    {
        var plan = new AllocationPlan(state, account, amount);
        foreach (var charge in Charges.Where(charge => state.ClaimantOf(charge) is null))
            plan.TakeUpTo(state.Charge(charge)!, amountMinor: null);
        return plan;
    }

    /// <summary>The amount due by it.</summary>
    internal Money DueIn(State state) => DueOf([.. Charges.Select(charge => state.Charge(charge)!)]);

    /// <summary>The amount due by it, where its charges are these.</summary>
    public Money DueOf(IReadOnlyCollection<Charge> charges) =>
        Charges.Count == 0 ? Amount : Amount with { AmountMinor = charges.Sum(charge => charge.OpenMinor) };

    /// <summary>Wants what the decision on it needs.</summary>
    internal void Want(Wanted wanted)
    {
        wanted.Add(Shelf, Id);
        foreach (var charge in Charges)
        {
            wanted.Add(Charge.Shelf, charge);
            wanted.Add(Claim.OnCharge, charge);
        }
    }
}

public static class PaymentLinkRows
{
    public static PaymentLink? Link(this State state, PaymentLinkId id) => state.Find(PaymentLink.Shelf, id);
}

/// <summary>Reads committed payment links, without locks.</summary>
public interface ILinks
{
    /// <summary>A link by id; null when the merchant has none.</summary>
    Task<PaymentLink?> FindAsync(PaymentLinkId id, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's links, in the order in which they were made.</summary>
    Task<ListSlice<PaymentLink>> ListAsync(ListQuery query, CancellationToken cancel);

    /// <summary>
    /// The last bank transfer that has settled charges of a link, and nothing beside them; null for none. It may have gone back since.
    /// </summary>
    Task<PaymentId?> TransferAsync(PaymentLink link, CancellationToken cancel);

    /// <summary>The link of a customer by which a payment was made; null for none.</summary>
    Task<PaymentLink?> OfPaymentAsync(AccountId account, PaymentId payment, CancellationToken cancel);

    /// <summary>The link whose last session this is; null where there is none, or it has a later one.</summary>
    Task<PaymentLink?> OfSessionAsync(SessionId session, CancellationToken cancel);
}
