using Quittance.Core.Ledger;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.TrainTravel;

/// <summary>The names of this dialect.</summary>
public static class TrainTravelNames
{
    /// <summary>The dialect.</summary>
    public const string Dialect = "train-travel";

    /// <summary>References to instruments that were entered for one payment.</summary>
    public const string Instrument = "instrument";

    /// <summary>References to accounts: that of a booking.</summary>
    public const string Booking = "booking";

    /// <summary>What its clients can be told of (Train Travel 5.20).</summary>
    public static IReadOnlyList<WebhookEvent> WebhookEvents { get; } = [new WebhookEvent("newBooking", [EventType.BookingHeld])];
}
