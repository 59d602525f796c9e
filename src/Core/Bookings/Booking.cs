using Quittance.Core.Accounts;
using Quittance.Core.Engine;

namespace Quittance.Core.Bookings;

/// <summary>Something that departs at one time with so many seats, such as one train on one day.</summary>
public readonly record struct DepartureId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>
    /// The slot (0 to 31) of the accounts of all its bookings, so that its seats, their charges and their payments commit together.
    /// Equal in every process and version.
    /// </summary>
    public int Slot()
    {
        Span<byte> id = stackalloc byte[16];
        Value.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(id, hash);
        return hash[0] % MerchantId.Slots;
    }
}

/// <summary>The seats of a departure of which at least one was ever booked.</summary>
/// <param name="Seats">How many it has.</param>
/// <param name="Taken">How many are held or sold.</param>
public sealed record Departure(DepartureId Id, int Seats, int Taken) : IRow<DepartureId, Departure>
{
    public static Shelf<DepartureId, Departure> Shelf { get; } = new(departure => departure.Id);
}

/// <summary>The status of a booking.</summary>
public enum BookingStatus
{
    /// <summary>A seat is held until it is paid for, or its time is over.</summary>
    Held,

    /// <summary>It is paid for.</summary>
    Confirmed,

    /// <summary>The customer gave the seat back. Clients can't see the booking any more.</summary>
    Released,

    /// <summary>The customer did not pay in time; the seat is free again.</summary>
    Expired,
}

/// <summary>
/// A seat on a departure, held for a while and kept by paying for it. It has an account of its own, which owes its price only from the
/// commit on that pays it.
/// </summary>
/// <param name="Account">Its account, in the slot of the departure.</param>
/// <param name="Charge">The charge that it will be paid by; fixed from the start, so that it is never collected twice at once.</param>
/// <param name="Owner">The subject that booked, as the authorisation server names it.</param>
/// <param name="Price">Above zero.</param>
/// <param name="HeldUntil">When an unpaid seat is free again.</param>
public sealed record Booking(
    BookingId Id, DepartureId Departure, AccountId Account, ChargeId Charge, Guid Owner, Money Price, DateTimeOffset HeldUntil)
    : IRow<BookingId, Booking>
{
    public static Shelf<BookingId, Booking> Shelf { get; } = new(booking => booking.Id);

    public static Relation<PaymentId, BookingId, Booking> OfPayment { get; } = new(Shelf, booking => booking.Payment);

    /// <summary>The booking of an account while its seat is held.</summary>
    public static Relation<AccountId, BookingId, Booking> HeldOf { get; } =
        new(Shelf, booking => booking.Status == BookingStatus.Held ? booking.Account : null);

    /// <summary>The API's id of the departure.</summary>
    public required Guid Trip { get; init; }

    /// <summary>The traveller's name; null once it was erased.</summary>
    public string? Passenger { get; init; }

    /// <summary>Whether a bicycle comes along.</summary>
    public bool HasBicycle { get; init; }

    /// <summary>Whether a dog comes along.</summary>
    public bool HasDog { get; init; }

    public BookingStatus Status { get; init; }

    /// <summary>The payment that was begun last; the one that paid it, once it is confirmed.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>How many payments were begun for it.</summary>
    public int Tries { get; init; }

    public int Events { get; init; } = 1;

    /// <summary>Whether no further payment can be tried: as many as in a session, so that a thief can't try card numbers out.</summary>
    public bool IsTriedOut => Tries >= Sessions.Session.MostTries;

    /// <summary>The target of a command for it.</summary>
    public AccountTarget Target => AccountTarget.Of(Account, Departure.Slot());

    /// <summary>Whether its time was over before it was paid for.</summary>
    public bool IsExpired(DateTimeOffset now) => Status == BookingStatus.Expired || (Status == BookingStatus.Held && now >= HeldUntil);

    /// <summary>The charge that its price becomes when it is paid.</summary>
    internal Charge ToCharge(Account account, long number, DateOnly today) => new(
        Charge, account.Id, Order: null, number, "booking", Id.Value.ToString("D"), Document: null, Description: null,
        today, Price, AllocatedMinor: 0, CreditedMinor: 0);
}

public static class BookingRows
{
    /// <summary>A departure by id; null before the first booking of a seat.</summary>
    public static Departure? Departure(this State state, DepartureId id) => state.Find(Bookings.Departure.Shelf, id);

    public static Booking? Booking(this State state, BookingId id) => state.Find(Bookings.Booking.Shelf, id);

    /// <summary>
    /// The booking that a payment is to pay, or has paid; null when it pays none, or another payment was begun for it since.
    /// </summary>
    public static Booking? BookingOf(this State state, PaymentId id) => state.All(Bookings.Booking.OfPayment, id).FirstOrDefault();
}
