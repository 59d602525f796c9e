using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Faults;

/// <summary>Members who pay in sessions of a studio at a server that is killed.</summary>
internal sealed class KilledStudio : IAsyncDisposable
{
    private static readonly Purchase[] PaidByStored =
    [
        Purchase.OfCard("4242424242424242", 3000, "captured"), Purchase.OfCard("4000000000009995", 3100, "declined"),
        Purchase.OfCard("4000000000000341", 3200, "failed"), Purchase.OfCard("4000000000000119", 3300, "captured"),
        Purchase.OfCard("4242424242424242", 66601, "captured"), Purchase.OfCard("4242424242424242", 66608, "captured"),
        Purchase.OfIban("DE02120300000000202051", 3400, "captured"),
    ];

    private static readonly Purchase[] PaidAndLeft =
    [
        Purchase.OfCard("4242424242424242", 4000, "cancelled"), Purchase.OfCard("4242424242424242", 4100, "cancelled"),
        Purchase.OfCard("4000000000000119", 4200, "cancelled"), Purchase.OfCard("4242424242424242", 66610, "cancelled"),
        Purchase.OfIban("DE02120300000000202051", 4300, "cancelled"),
    ];

    private KilledStudio(KilledServer server) => Server = server;

    public KilledServer Server { get; }

    public IReadOnlyList<Purchase> Purchases { get; private set; } = [];

    public IReadOnlyList<KilledVisit> Visits { get; private set; } = [];

    /// <summary>Those without a booking.</summary>
    public IEnumerable<KilledVisit> Left => Visits.Where(visit => visit.Kind == KilledVisitKind.Left);

    /// <summary>Those that can be booked, as far as is known, and are.</summary>
    public IEnumerable<KilledVisit> Payable => Visits.Where(visit => visit is { Kind: not KilledVisitKind.Left, Token: not null });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sets the studio up, with its server running.</summary>
    public static async Task<KilledStudio> StartAsync(BooksFixture books, KilledProvider provider, bool isCut)
    {
        var studio = new KilledStudio(await KilledServer.CreateAsync(books, provider));
        await studio.Server.StartAsync(isCut: isCut);
        await studio.FillInAsync();
        return studio;
    }

    /// <summary>Lets the time of these be over.</summary>
    /// <param name="visits">Sessions that are open.</param>
    /// <param name="onlyPaid">Only where something is paid, if perhaps not known to be.</param>
    public async Task EndAsync(IEnumerable<KilledVisit> visits, bool onlyPaid = false)
    {
        foreach (var visit in visits.Where(visit => !visit.IsEnded))
        {
            visit.IsEnded = await SealedSql.ScalarAsync(
                Server.Books.Database,
                "UPDATE session SET expires_at = expires_at - interval '2 hours' WHERE id = $1 AND status = 'open' AND (payment_id IS NOT "
                    + "NULL OR NOT $2) RETURNING id",
                visit.Session!, onlyPaid) is not null;
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task FillInAsync()
    {
        await using var engine = Server.Books.Engine();
        var studio = await TestStudio.OfAsync(
            Server.Client, Server.Merchants, engine,
            await Server.Merchants.InstallAsync(Server.Merchant, "sport-alliance", TestStudio.Euro, Cancel));
        var entered = Server.Provider.Holds ? Purchase.OfStripe("EUR") : Purchase.All;
        List<KilledVisit> visits = [];
        List<Purchase> purchases = [];
        foreach (var (purchase, kind) in entered.Select(purchase => (purchase, KilledVisitKind.Entered))
            .Concat(PaidByStored.Select(purchase => (purchase, KilledVisitKind.Stored)))
                .Concat(PaidAndLeft.Select(purchase => (purchase, KilledVisitKind.Left))))
        {
            var member = await studio.MemberAsync();
            // Two in three settle claims, and something is left over.
            long[] claims = visits.Count % 3 == 0 ? [] : [TestStudio.NewId(), TestStudio.NewId()];
            foreach (var claim in claims)
                await studio.ClaimAsync(member, claim, (purchase.AmountMinor / 2) - 1, studio.Today.AddDays(1));
            purchases.Add(purchase with { Name = $"{kind} {purchase.Name}" });
            visits.Add(new KilledVisit(studio, Server, purchases[^1], kind, member, claims));
        }

        (Visits, Purchases) = (visits, purchases);
        await Task.WhenAll(visits.Where(visit => visit.Kind == KilledVisitKind.Stored).Select(visit => visit.StoreAsync()));
    }
}
