using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Dialects.Http;
using Quittance.Dialects.TrainTravel.Timetables;

namespace Quittance.Dialects.TrainTravel;

/// <summary>The traveller for whom a request acts: only the one who booked sees the booking.</summary>
internal static class Traveller
{
    /// <summary>The traveller's id, as bookings keep it.</summary>
    public static Guid Of(Call call) => call.Credential.Subject;

    /// <summary>
    /// The booking that the path names; a problem where it does not exist, belongs to another traveller, or was given back.
    /// </summary>
    public static async Task<Reading<Booking, TrainTravelProblem>> BookingAsync(Call call, IBookings bookings)
    {
        if (!TrainTravelRequests.Id(call, TrainTravelRequests.BookingId).TryGet(out var id, out var problem))
            return problem;
        return await bookings.FindAsync(new BookingId(call.Credential.Merchant, id), call.Cancel) is { } booking
            && booking.Owner == Of(call) && booking.Status != BookingStatus.Released
                ? booking
                : TrainTravelErrors.BookingUnknown;
    }
}

/// <summary>Booking a trip, looking at bookings, and giving one back.</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="timetable">The trains.</param>
/// <param name="bookings">The bookings, to read.</param>
internal sealed class TrainTravelBookings(PublicAddress address, Timetable timetable, IBookings bookings)
{
    private const string NotCached = "no-store";

    // Train Travel 5.13.
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(60);

    /// <summary>The client's bookings.</summary>
    public async Task<Answer> ListAsync(Call call, DocumentFormat format)
    {
        if (!TrainTravelRequests.Page(call.Http.Request.Query).TryGet(out var page, out var problem))
            return problem.ToAnswer(call.Http, address);
        // One more than the page shows, to know whether there is a next page.
        var found = await bookings.OfOwnerAsync(call.Credential.Merchant, Traveller.Of(call), page.Offset, page.Limit + 1, call.Cancel);
        var links = TrainTravelResponses.LinksOf(call.Http.Request, address, page, found.Count > page.Limit);
        var listed = new ItemPage<Booking>([.. found.Take(page.Limit)], links);
        return TrainTravelResponses.Bookings.ToAnswer(StatusCodes.Status200OK, format, listed) with { CacheControl = NotCached };
    }

    /// <summary>Books a trip: a seat is held until it is paid for.</summary>
    public async Task<Answer> CreateAsync(Call call, DocumentFormat format)
    {
        if (!TrainTravelRequests.Booked(call.Http.Request, call.Body).TryGet(out var request, out var problem))
            return problem.ToAnswer(call.Http, address);
        if (timetable.Trip(request.Trip) is not { } trip)
            return TrainTravelErrors.TripUnknown.ToAnswer(call.Http, address);

        var held = Held(call, request, trip);
        var conflict = ConflictOf(request, trip, call.Now);
        // A trip that can't be booked has no seats to give; a request that repeats an earlier one still gets its answer.
        var outcome = await call.SubmitAsync(new HoldSeat(call.Origin, held, conflict is null ? trip.Seats : 0) { Key = call.KeyUse() });
        if (!outcome.Accepted)
        {
            var refusal = outcome.Faults[0].Refusal;
            var refused = refusal == Refusal.SoldOut && conflict is not null ? conflict : TrainTravelErrors.Of(refusal, held);
            return refused.ToAnswer(call.Http, address);
        }

        var booking = outcome.Replayed
            ? await bookings.FindAsync(held.Id with { Value = outcome.Subject }, call.Cancel)
                ?? throw new InvalidOperationException("A kept answer names a booking that is not in the books.")
            : held;
        return Shown(StatusCodes.Status201Created, format, booking) with
        {
            Location = TrainTravelResponses.Href(address, booking.Id),
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>A booking.</summary>
    public async Task<Answer> FindAsync(Call call, DocumentFormat format)
    {
        var booking = await Traveller.BookingAsync(call, bookings);
        return booking.Error?.ToAnswer(call.Http, address) ?? Shown(StatusCodes.Status200OK, format, booking.Value);
    }

    /// <summary>Gives a booking back that is not paid for.</summary>
    public async Task<Answer> ReleaseAsync(Call call)
    {
        if (!(await Traveller.BookingAsync(call, bookings)).TryGet(out var booking, out var problem))
            return problem.ToAnswer(call.Http, address);
        var outcome = await call.SubmitAsync(new ReleaseBooking(call.Origin, booking));
        return outcome.Accepted
            ? new Answer(StatusCodes.Status204NoContent, null)
            : TrainTravelErrors.Of(outcome.Faults[0].Refusal, booking).ToAnswer(call.Http, address);
    }

    private static Booking Held(Call call, BookingRequest request, Trip trip)
    {
        var merchant = call.Credential.Merchant;
        var until = call.Now + HeldFor;
        return new Booking(
            new BookingId(merchant, call.NewId()), new DepartureId(merchant, trip.Run), new AccountId(merchant, call.NewId()),
            new ChargeId(merchant, call.NewId()), Traveller.Of(call), trip.Price, until < trip.DepartsAt ? until
                : trip.DepartsAt.ToUniversalTime())
        {
            Trip = trip.Id,
            Passenger = request.Passenger,
            HasBicycle = request.HasBicycle,
            HasDog = request.HasDog,
        };
    }

    private static TrainTravelProblem? ConflictOf(BookingRequest request, Trip trip, DateTimeOffset now)
    {
        if (trip.DepartsAt <= now)
            return TrainTravelErrors.Departed;
        if (request.HasBicycle && !trip.TakesBicycles)
            return TrainTravelErrors.NoBicycles;
        return request.HasDog && !trip.TakesDogs ? TrainTravelErrors.NoDogs : null;
    }

    private Answer Shown(int status, DocumentFormat format, Booking booking) =>
        TrainTravelResponses.Booking.ToAnswer(status, format, new Linked<Booking>(booking, address)) with { CacheControl = NotCached };
}
