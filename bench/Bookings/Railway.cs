using System.Security.Cryptography;
using Quittance.Bench.Books;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Host;
using Quittance.Storage.Tenancy;

namespace Quittance.Bench.Bookings;

/// <summary>A railway with passengers and trains.</summary>
/// <param name="Merchant">Its books.</param>
/// <param name="Passengers">The clients that book; they take turns, since each may ask only so often.</param>
/// <param name="Trips">The trips to book: many trains, so that none is full.</param>
internal sealed record Railway(BenchMerchant Merchant, IReadOnlyList<Passenger> Passengers, IReadOnlyList<Trip> Trips)
{
    // A thousand requests a minute each: as many as no machine here answers.
    private const int PassengerCount = 500;
    private const int Days = 400;
    private const int AtOnce = 4096;

    private int _next;

    /// <summary>The client that books next; each takes its turn.</summary>
    public Passenger NextPassenger => Passengers[(int)((uint)Interlocked.Increment(ref _next) % Passengers.Count)];

    /// <summary>Any trip.</summary>
    public Trip AnyTrip => Trips[Random.Shared.Next(Trips.Count)];

    /// <summary>Creates a railway with its passengers, each of whom has an access token.</summary>
    public static async Task<Railway> CreateAsync(BenchDatabase database, string name, CancellationToken cancel)
    {
        var api = Api.TrainTravel;
        var merchant = await database.Merchants.CreateAsync(name, cancel);
        var installation = await database.Merchants.InstallAsync(merchant, api.Dialect, Currency.Parse("EUR"), cancel);
        var clients = new Clients(database.Source, TimeProvider.System, new HashSet<string>());
        var authorisations = new Authorisations(
            database.Source, TimeProvider.System,
            new Credentials(database.Source, await database.OpenVaultAsync(cancel), TimeProvider.System, new HashSet<string>()));
        List<Passenger> passengers = [];
        while (passengers.Count < PassengerCount)
        {
            var secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
            var clientName = $"bench-{merchant.Value}-{passengers.Count}";
            await clients.EnsureAsync(installation, clientName, "Bench", secret, api.Scopes, [], cancel);
            var client = (await clients.FindAsync(clientName, cancel))!;
            var tokens = await authorisations.IssueAsync(client, api.Scopes, cancel);
            passengers.Add(new Passenger(client.Credential.Subject, $"Authorization: Bearer {tokens.AccessToken}"));
        }

        return new Railway(new BenchMerchant(merchant, []), passengers, TripsOf(Timetable.Load()));
    }

    /// <summary>Holds seats for a day, spread over trips and passengers at random.</summary>
    public async Task<IReadOnlyList<HeldSeat>> HoldAsync(PaymentEngine engine, int count)
    {
        List<HeldSeat> held = [];
        foreach (var numbers in Enumerable.Range(0, count).Chunk(AtOnce))
            held.AddRange(await Task.WhenAll(numbers.Select(number => HoldOneAsync(engine, Passengers[number % Passengers.Count]))));
        return held;
    }

    private async Task<HeldSeat> HoldOneAsync(PaymentEngine engine, Passenger owner)
    {
        var (merchant, trip) = (Merchant.Id, AnyTrip);
        var booking = new Booking(
            new BookingId(merchant, NewId()), new DepartureId(merchant, trip.Run), new AccountId(merchant, NewId()),
            new ChargeId(merchant, NewId()),
            owner.Subject, trip.Price, TimeProvider.System.GetUtcNow().AddDays(1))
        {
            Trip = trip.Id,
            Passenger = "Bench",
        };
        var outcome =
            await engine.SubmitAsync(new HoldSeat(new Origin(merchant, Credential: 0, NewId()), booking, trip.Seats), patient: true);
        return outcome.Accepted
            ? new HeldSeat(booking.Id.Value, owner)
            : throw new BenchException($"A seat was refused: {string.Join(", ", outcome.Faults)}");
    }

    private static IReadOnlyList<Trip> TripsOf(Timetable timetable)
    {
        var (origin, destination) = (Station("Paris Gare du Nord"), Station("London St Pancras International"));
        // From its morning on: what leaves late in the day may have gone.
        var tomorrow = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return [.. Enumerable.Range(1, Days).SelectMany(day => timetable.Trips(origin, destination, tomorrow.AddDays(day)))];

        Station Station(string name) => timetable.Stations.Single(station => station.Name == name);
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
