using Quittance.Core;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Faults;

/// <summary>Travellers who book and pay through Train Travel at a server that is killed.</summary>
internal sealed class KilledRailway : IAsyncDisposable
{
    // So that they ask again often, and none too often; and departures of several slots.
    private const int Travellers = 6;

    private static readonly Purchase[] PaidLate =
    [
        Purchase.OfCard("4242424242424242", 5000, "captured"), Purchase.OfCard("4000000000000002", 5100, "declined"),
        Purchase.OfCard("4000000000000119", 5200, "captured"), Purchase.OfCard("4242424242424242", 66601, "captured"),
        Purchase.OfCard("4242424242424242", 66608, "captured"), Purchase.OfIban("DE02120300000000202051", 5300, "captured"),
        Purchase.OfIban("DE45120300000000000002", 5400, "failed"),
    ];

    private static readonly Purchase[] Unpaid =
        [.. Enumerable.Range(60, 6).Select(euros => Purchase.OfCard("4242424242424242", euros * 100))];

    private KilledRailway(KilledServer server) => Server = server;

    public KilledServer Server { get; }

    public IReadOnlyList<KilledJourney> Journeys { get; private set; } = [];

    /// <summary>Every payment that there must be in the end.</summary>
    public IReadOnlyList<Purchase> Purchases { get; private set; } = [];

    /// <summary>Those that are paid for.</summary>
    public IEnumerable<KilledJourney> Paid => Journeys.Where(journey => journey.IsPaid);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sets the railway up, with its server running.</summary>
    public static async Task<KilledRailway> StartAsync(BooksFixture books, bool isCut)
    {
        var railway = new KilledRailway(await KilledServer.CreateAsync(books));
        await railway.Server.StartAsync(isCut: isCut);
        await railway.FillInAsync();
        return railway;
    }

    public IEnumerable<KilledJourney> Of(KilledJourneyKind kind) => Journeys.Where(journey => journey.Kind == kind);

    /// <summary>Does something with each of these, again and again until there is a last word.</summary>
    public static Task AllAsync(IEnumerable<KilledJourney> journeys, Func<KilledJourney, Task<ClientAnswer?>> does) =>
        Task.WhenAll(journeys.Select(journey => KilledServer.PatientlyAsync(() => does(journey))));

    /// <summary>
    /// Books all trips. The provider goes by the amount, and fares are the timetable's: so each gets the price that is to be paid.
    /// </summary>
    public async Task BookAsync()
    {
        await AllAsync(Journeys, journey => journey.BookAsync());
        foreach (var journey in Journeys)
        {
            await SealedSql.ScalarAsync(
                Server.Books.Database, "UPDATE booking SET price_minor = $2 WHERE id = $1 AND payment_id IS NULL",
                journey.Booking!, journey.PriceMinor);
        }
    }

    /// <summary>Lets the time of those be over that have no payment, or whose payment has begun.</summary>
    public async Task EndAsync(KilledJourneyKind kind)
    {
        foreach (var journey in Of(kind).Where(journey => journey is { IsEnded: false, Booking: not null }))
        {
            journey.IsEnded = await SealedSql.ScalarAsync(
                Server.Books.Database,
                "UPDATE booking SET held_until = held_until - interval '2 hours' WHERE id = $1 AND status = 'held' AND (payment_id IS NOT "
                    + "NULL OR $2) RETURNING id",
                journey.Booking!, !journey.IsPaid) is not null;
        }
    }

    /// <summary>Where each booking stands, and the payment that was begun last.</summary>
    public async Task<IReadOnlyDictionary<Guid, (string Status, Guid Payment)>> BookingsAsync()
    {
        await using var command = Server.Books.Database.CreateCommand("SELECT id, status, coalesce(payment_id, id) FROM booking");
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        Dictionary<Guid, (string, Guid)> found = [];
        while (await reader.ReadAsync(Cancel))
            found.Add(reader.GetGuid(0), (reader.GetString(1), reader.GetGuid(2)));
        return found;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task FillInAsync()
    {
        var installation = await Server.Merchants.InstallAsync(Server.Merchant, "train-travel", Currency.Parse("EUR"), Cancel);
        var tokens = new List<string>();
        while (tokens.Count < Travellers)
            tokens.Add(await Traveller.TokenAsync(Server.Client, Server.Books.Database, installation));
        var trips = tokens.ConvertAll(_ => Traveller.NewTrip("Paris Gare du Nord", "London St Pancras International"));
        List<KilledJourney> journeys = [];
        foreach (var (purchase, kind) in Purchase.All.Select(purchase => (purchase, KilledJourneyKind.Paid))
            .Concat(PaidLate.Select(purchase => (purchase, KilledJourneyKind.Late)))
            .Concat(Unpaid.Select((purchase, index) => (purchase, index % 2 == 0 ? KilledJourneyKind.Released : KilledJourneyKind.Left))))
        {
            var number = journeys.Count;
            var named = purchase with { Name = $"{kind} {purchase.Secret.Shown.LastFour} {purchase.AmountMinor}" };
            // A client that pays again without a key after a decline pays anew.
            journeys.Add(new KilledJourney(
                Server.Client, tokens[number % Travellers], trips[(number / 2) % Travellers], named, kind, hasKey: number % 2 == 0
                    || purchase.Ends is not ["captured"]));
        }

        (Journeys, Purchases) = (journeys, [.. journeys.SelectMany(journey => journey.Purchases)]);
    }
}
