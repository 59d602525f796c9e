namespace Quittance.Core.Bookings;

/// <summary>Where a booking stands.</summary>
public enum BookingStatus
{
    /// <summary>A seat is held until it is paid for, or its time is over.</summary>
    Held,

    /// <summary>It is paid for.</summary>
    Confirmed,

    /// <summary>The customer gave the seat back. For clients there is no such booking any more.</summary>
    Released,

    /// <summary>Nobody paid in time; the seat is free again.</summary>
    Expired,
}
