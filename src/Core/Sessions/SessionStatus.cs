namespace Quittance.Core.Sessions;

/// <summary>Where a payment session stands.</summary>
public enum SessionStatus
{
    /// <summary>The customer may pay in it. What the customer has paid waits to be booked.</summary>
    Open,

    /// <summary>What was paid in it was booked, or its instrument taken over.</summary>
    Used,

    /// <summary>Its time is over; what nobody booked was given back.</summary>
    Expired,
}
