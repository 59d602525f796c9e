using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Core.Bookings;

/// <summary>
/// A seat on a departure, held for a while and kept by paying for it. It has an account of its own, which owes its price only from the
/// commit on that pays it.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Departure">What it is a seat of.</param>
/// <param name="Account">Its account, in the slot of the departure.</param>
/// <param name="Charge">The charge that it will be paid by; fixed from the start, so that it is never collected twice at once.</param>
/// <param name="Owner">Who booked, as the authorisation server names them.</param>
/// <param name="Price">What it costs, above zero.</param>
/// <param name="HeldUntil">When an unpaid seat is free again.</param>
public sealed record Booking(
    BookingId Id, DepartureId Departure, AccountId Account, ChargeId Charge, Guid Owner, Money Price, DateTimeOffset HeldUntil)
{
    /// <summary>What the departure is called, by its API.</summary>
    public required Guid Trip { get; init; }

    /// <summary>Who travels; null once that was erased.</summary>
    public string? Passenger { get; init; }

    /// <summary>Whether a bicycle comes along.</summary>
    public bool HasBicycle { get; init; }

    /// <summary>Whether a dog comes along.</summary>
    public bool HasDog { get; init; }

    /// <summary>Where it stands.</summary>
    public BookingStatus Status { get; init; }

    /// <summary>The payment that was begun last; the one that paid it, once it is confirmed.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>How many events it has had.</summary>
    public int Events { get; init; } = 1;

    /// <summary>Where a command for it goes.</summary>
    public AccountTarget Target => AccountTarget.Of(Account, Departure.Slot());

    /// <summary>Whether its time was over before it was paid for.</summary>
    public bool IsExpired(DateTimeOffset now) => Status == BookingStatus.Expired || (Status == BookingStatus.Held && now >= HeldUntil);

    /// <summary>The charge that its price becomes when it is paid.</summary>
    internal Charge ToCharge(Account account, long number, DateTimeOffset now) => new(
        Charge, account.Id, Order: null, number, "booking", Id.Value.ToString("D"), Document: null, Description: null,
        DateOnly.FromDateTime(now.UtcDateTime), Price, AllocatedMinor: 0, CreditedMinor: 0);
}
