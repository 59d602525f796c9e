using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.TrainTravel;

/// <summary>Whom a request acts for: whoever booked sees the booking, and nobody else.</summary>
internal static class Traveller
{
    /// <summary>Who it is, as bookings keep it.</summary>
    public static Guid Of(Call call) => call.Credential.Subject;

    /// <summary>The booking that the path names; a problem where there is none, or it is somebody else's, or was given back.</summary>
    public static async Task<Reading<Booking>> BookingAsync(Call call, IBookings bookings)
    {
        var id = TrainTravelRequests.Id(call, TrainTravelRequests.BookingId);
        if (id.Problem is { } problem)
            return problem;
        return await bookings.FindAsync(new BookingId(call.Credential.Merchant, id.Value), call.Cancel) is { } booking
            && booking.Owner == Of(call) && booking.Status != BookingStatus.Released
                ? booking
                : TrainTravelErrors.BookingUnknown;
    }
}
