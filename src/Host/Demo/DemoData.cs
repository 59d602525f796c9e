using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676.Resources;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Demo;

/// <summary>
/// The sample data of the demo: <i>Demo Company</i> with a customer for each API. Filling in is safe to repeat; what is there
/// already is left as it is.
/// </summary>
internal sealed class DemoData(Merchants merchants, Clients clients, People people, PaymentEngine engine, IVault vault, TimeProvider clock)
{
    private const string Company = "Demo Company";
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly Currency Euro = Currency.Parse("EUR");

    // The booking of the API's own sample, and others beside it.
    private const string OpenBooking = "1725ff48-ab45-4bb5-9d02-88745177dedb";
    private const string DearerBooking = "2b9d6b1e-4f0a-4c57-9c3b-6f5d2a7e8c10";
    private const string ExpiredBooking = "3c1f0a52-7d64-4b1e-8a2f-9e0b5c6d7f21";
    private const string PaidBooking = "4d8e2b63-9a75-4c2f-b3d0-1f7a6e5c8b32";

    private static readonly DateTimeOffset LastTrain = new(2179, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private Origin _origin = null!;

    /// <summary>Fills in what is missing. Returns the demo's merchant.</summary>
    /// <param name="isEmpty">Whether that is only the merchant and those who may come in, without customers and their business.</param>
    /// <param name="month">What came before today; null for nothing.</param>
    public static async Task<MerchantId> FillInAsync(
        NpgsqlDataSource database, PaymentEngine engine, IVault vault, TimeProvider clock, CancellationToken cancel, bool isEmpty = false,
        DemoMonth? month = null)
    {
        var born = month is null ? clock : month.Clock;
        using var people = new People(database, clock, new HashSet<string>());
        return await new DemoData(new Merchants(database, clock), new Clients(database, clock, new HashSet<string>()), people, engine,
            vault, clock).FillInAsync(isEmpty, new Merchants(database, born), month, cancel);
    }

    /// <summary>
    /// Has a running demo take the money for the booking that is paid for, as any client of its would. Done again, it changes nothing.
    /// </summary>
    /// <param name="address">Where the demo is.</param>
    /// <param name="clock">Tells which cards are good yet.</param>
    public static async Task PayForBookingAsync(string address, TimeProvider clock, CancellationToken cancel)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoCredentials.TravelToken);
        var card = new
        {
            @object = "card",
            name = "Ines Duarte",
            number = "4242424242424242",
            cvc = "123",
            exp_month = 12,
            exp_year = clock.GetUtcNow().Year + 4,
            address_country = "gb",
        };
        // Should the provider be out of reach, the next start tries again.
        using var answer =
            await client.PostAsJsonAsync(new Uri($"{address}/bookings/{PaidBooking}/payment"), new { source = card }, cancel);
    }

    /// <summary>Ends what a demo has left open in these books, and names to the operator what only the operator may end.</summary>
    public static async Task EndAsync(NpgsqlDataSource books, Run run)
    {
        foreach (var left in await DemoRemains.EndAsync(
            books, DemoCredentials.Secrets, [DemoCredentials.ConsoleUser, DemoCredentials.Traveller], run.Clock.GetUtcNow(), run.Cancel))
        {
            Terminal.Say(
                $"[yellow]![/] These are a demo's books, and they are still open to the {left}: end it in the console, or by its command");
        }
    }

    private async Task<MerchantId> FillInAsync(bool isEmpty, Merchants founding, DemoMonth? month, CancellationToken cancel)
    {
        var known = await merchants.ListAsync(cancel);
        var company = known.FirstOrDefault(merchant => merchant.Name == Company);
        var merchant = company.Name is null ? await founding.CreateAsync(Company, cancel) : company.Id;
        // The books' time never goes back.
        if (month is not null)
            await month.FillInAsync(merchant, isNew: company.Name is null);
        _origin = new Origin(merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));
        foreach (var (api, kind, secret) in DemoCredentials.All)
        {
            var installation = await InstallAsync(merchant, api, cancel);
            await merchants.EnsureCredentialAsync(installation, kind, "demo", secret, api.Scopes, cancel);
        }

        foreach (var (api, name, title, secret, redirectUris) in DemoCredentials.Clients)
            await clients.EnsureAsync(await InstallAsync(merchant, api, cancel), name, title, secret, api.Scopes, redirectUris, cancel);
        await people.EnsureAsync(
            merchant, DemoCredentials.ConsoleUser, "Demo operator", DemoCredentials.ConsolePassword, cancel, OperatorRole.Admin);
        await people.EnsureAsync(merchant, DemoCredentials.Traveller, "Ines Duarte", DemoCredentials.TravellerPassword, cancel);
        if (isEmpty)
            return merchant;
        await FillInTravelAsync(cancel);
        await FillInMaryIrwinAsync(cancel);
        await FillInNorthwindAsync();
        await FillInMembersAsync();
        return merchant;
    }

    private Task<Installation> InstallAsync(MerchantId merchant, Api api, CancellationToken cancel) =>
        merchants.InstallAsync(merchant, api.Dialect, api == Api.SportAlliance || api == Api.TrainTravel ? Euro : Usd, cancel);

    /// <summary>What the client of Train Travel has booked.</summary>
    private async Task FillInTravelAsync(CancellationToken cancel)
    {
        var client = await clients.FindAsync(DemoCredentials.TravelClient, cancel)
            ?? throw new InvalidOperationException("There is no client of the demo's name.");
        await HoldAsync(client.Credential.Subject, OpenBooking, 49_99);
        await HoldAsync(client.Credential.Subject, DearerBooking, 100_50);
        await HoldAsync(client.Credential.Subject, ExpiredBooking, 20_00, isExpired: true);
        await HoldAsync(client.Credential.Subject, PaidBooking, 35_00);
    }

    /// <summary>
    /// A booking of the demo's client, on the last train that there will ever be: unless its time was over from the start, there is time to
    /// pay for it.
    /// </summary>
    private Task HoldAsync(Guid owner, string id, long priceMinor, bool isExpired = false)
    {
        var timetable = Timetable.Load();
        var (london, edinburgh) = (StationNamed("London King's Cross"), StationNamed("Edinburgh Waverley"));
        var trip = timetable.Trips(london, edinburgh, LastTrain)[^1];
        var booking = new Booking(
            new BookingId(_origin.Merchant, Guid.Parse(id)), new DepartureId(_origin.Merchant, trip.Run),
            new AccountId(_origin.Merchant, NewId()),
            new ChargeId(_origin.Merchant, NewId()), owner, new Money(priceMinor, Currency.Parse("GBP")),
            isExpired ? clock.GetUtcNow() : trip.DepartsAt.ToUniversalTime())
        {
            Trip = trip.Id,
            Passenger = "Ines Duarte",
        };
        return DoAsync(new HoldSeat(_origin, booking, trip.Seats) { Key = Once($"booking {id}") });

        Station StationNamed(string name) => timetable.Stations.Single(station => station.Name == name);
    }

    private async Task FillInMaryIrwinAsync(CancellationToken cancel)
    {
        var mary = Oracle(TmfNames.Account, "0.0.0.1+-account+84808");
        await DoAsync(
            new OpenAccount(_origin, new AccountId(_origin.Merchant, NewId()), [mary, Oracle(TmfNames.BillUnit, "0.0.0.1+-billinfo+84809")],
            Usd, "Mary Irwin"));
        var account = AccountTarget.Named(mary);
        await DoAsync(new RegisterInstrument(
            _origin, account, new InstrumentId(_origin.Merchant, NewId()), Oracle(TmfNames.PaymentMethod, "Test123XYZ"),
            PaymentMethod.BankCard, "Mary Irwin's Credit Card")
        { Standing = InstrumentStanding.Current });
        // The sandbox approves the first, declines the second and does not answer for the third.
        await RegisterCardAsync(account, "0.0.0.1+-payinfo-cc+1001", "4242424242424242", cancel);
        await RegisterCardAsync(account, "0.0.0.1+-payinfo-cc+1002", "4000000000000002", cancel);
        await RegisterCardAsync(account, "0.0.0.1+-payinfo-cc+1003", "4000000000000119", cancel);
        await RaiseBillAsync(account, "60001", "B1-101", 40_00, dueInDays: -10);
        await RaiseBillAsync(account, "60002", "B1-102", 60_00, dueInDays: 20);
    }

    /// <summary>Registers a card of Mary Irwin's that the vault holds and the sandbox charges.</summary>
    private async Task RegisterCardAsync(AccountTarget account, string name, string number, CancellationToken cancel)
    {
        var id = new InstrumentId(_origin.Merchant, NewId());
        var card = new Card(CardNumber.Parse(number), new CardExpiry(12, clock.GetUtcNow().Year + 4), "Mary Irwin");
        var holding = new Holding(new Vaulted("sandbox", card.Shown), await vault.SealAsync(id, card, cancel));
        await DoAsync(new RegisterInstrument(
            _origin, account, id, Oracle(TmfNames.PaymentMethod, name), PaymentMethod.BankCard, $"Mary Irwin's {card.Masked}")
        { Holding = holding });
    }

    private Task RaiseBillAsync(AccountTarget account, string poidNumber, string billNumber, long amountMinor, int dueInDays) =>
        DoAsync(new RaiseCharge(_origin, account, new ChargeId(_origin.Merchant, NewId()), new Money(amountMinor, Usd), DueIn(dueInDays))
        {
            Reference = Oracle(TmfNames.Bill, $"0.0.0.1+-bill+{poidNumber}"),
            Document = Oracle(TmfNames.BillNumber, billNumber),
            Description = "Monthly bill",
        });

    private async Task FillInNorthwindAsync()
    {
        var northwind = Midnight(MidnightNames.Customer, "3");
        await DoAsync(new OpenAccount(_origin, new AccountId(_origin.Merchant, NewId()), [northwind], Usd, "Northwind Print"));
        await DoAsync(new OpenAccount(
            _origin, new AccountId(_origin.Merchant, NewId()), [Midnight(MidnightNames.Customer, "4")], Usd, "Tailspin Mailers"));
        var account = AccountTarget.Named(northwind);
        await RaiseOnOrderAsync(account, "1", MidnightNames.Services, 100_00);
        await RaiseOnOrderAsync(account, "1", MidnightNames.Postage, 50_00);
        await AskDepositAsync(account, "1", 25_00);
        await RaiseOnOrderAsync(account, "2", MidnightNames.Services, 80_00);
        await RaiseOnOrderAsync(account, "2", MidnightNames.Postage, 20_00);
        await DoAsync(new RecordPayment(_origin, account, new PaymentId(_origin.Merchant, NewId()), MidnightNames.Dialect)
        {
            Amount = new Money(100_00, Usd),
            ReceivedBy = ClearingProvider.Cash,
            Parts =
            [
                Part.Order(Midnight(MidnightNames.Order, "2"), MidnightNames.Services, 80_00),
                Part.Order(Midnight(MidnightNames.Order, "2"), MidnightNames.Postage, 20_00),
            ],
            Key = Once("order 2 paid"),
        });
    }

    private async Task FillInMembersAsync()
    {
        await DoAsync(new OpenAccount(
            _origin, new AccountId(_origin.Merchant, NewId()), [Studio(SportAllianceNames.Customer, "1001")], Euro, "Anna Keller")
        {
            Contact = new Contact(
                "anna.keller@example.com", "+49 30 5550100",
                new PostalAddress("Lindenstraße 4", null, "10969", "Berlin", null, "DE"), "de"),
        });
        var jonas = Studio(SportAllianceNames.Customer, "1002");
        await DoAsync(new OpenAccount(_origin, new AccountId(_origin.Merchant, NewId()), [jonas], Euro, "Jonas Brandt"));
        await RaiseClaimAsync(jonas, 501, 20_00, dueInDays: 7, "Monthly fee");
        await RaiseClaimAsync(jonas, 502, 35_50, dueInDays: 14, "Personal training");
        await RaiseClaimAsync(jonas, 503, 9_99, dueInDays: 21, "No-show fee");
    }

    /// <summary>Raises a debt claim. A claim that is there already keeps its first day.</summary>
    private Task RaiseClaimAsync(Reference member, long id, long amountMinor, int dueInDays, string description) =>
        DoAsync(new RaiseCharge(
            _origin, AccountTarget.Named(member), new ChargeId(_origin.Merchant, NewId()), new Money(amountMinor, Euro), DueIn(dueInDays))
        {
            Reference = Studio(SportAllianceNames.DebtClaim, $"{id}"),
            ReferenceNumber = id,
            Description = description,
        });

    private Task RaiseOnOrderAsync(AccountTarget account, string order, string label, long amountMinor) =>
        DoAsync(new RaiseCharge(_origin, account, new ChargeId(_origin.Merchant, NewId()), new Money(amountMinor, Usd), DueIn(30))
        {
            Label = label,
            Order = OrderNamed(order),
            Reference = Midnight(MidnightNames.Charge, $"{order}-{label}"),
        });

    private Task AskDepositAsync(AccountTarget account, string order, long amountMinor) =>
        DoAsync(new AskDeposit(
            _origin, account, OrderNamed(order), new Money(amountMinor, Usd))
        { Key = Once($"deposit of order {order}") });

    private OrderNaming OrderNamed(string order) => new(
        new OrderId(_origin.Merchant, NewId()),
        [
            Midnight(MidnightNames.Order, order),
            Midnight(MidnightNames.OrderNumber, $"ORD-{order.PadLeft(4, '0')}"),
        ]);

    /// <summary>A key, so that a step without a name of its own happens once.</summary>
    private KeyUse Once(string what) =>
        new(new RequestKey(_origin.Merchant, "demo", what, 0), Encoding.UTF8.GetBytes(what), Expires: false);

    private async Task DoAsync(Command command)
    {
        var outcome = await engine.SubmitAsync(command, patient: true);
        if (!outcome.Accepted && outcome.Faults.Any(fault => fault.Refusal != Refusal.ReferenceTaken))
            throw new InvalidOperationException($"The demo data was refused: {string.Join(", ", outcome.Faults)}");
    }

    private Reference Oracle(string kind, string value) => new(_origin.Merchant, TmfNames.OracleBrm, kind, value);

    private Reference Midnight(string kind, string value) => new(_origin.Merchant, MidnightNames.Dialect, kind, value);

    private Reference Studio(string kind, string value) => new(_origin.Merchant, SportAllianceNames.Dialect, kind, value);

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());

    private DateOnly DueIn(int days) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(days);
}
