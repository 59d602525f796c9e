using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage;
using Quittance.Storage.Backups;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Operations;

/// <summary>A person's data goes when they ask for it; the history of money stays.</summary>
public sealed class ErasingTests(BooksFixture books)
{
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly Currency Euro = Currency.Parse("EUR");

    // No other customer of the tests is called so: the end of an id is drawn, while its beginning is a time that two tests share.
    private readonly string _name = $"Quellhardt{Traveller.NewText()[^10..]}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A program names the customer, and its number as well: another customer's name with it erases nobody.</summary>
    [Fact]
    public async Task Program_ErasesACustomer_WhoseNumberItNamesToo()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, uwe) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var shown = (await biller.GetAsync($"{Biller.Accounts}/{ada}")).Json;
        var (fee, number) = (await biller.OwingAsync(ada, "10"), (long)shown["number"]!);
        const string Erase = $"{Biller.Accounts}/erase";

        Assert.Equal(["/number"], (await biller.PostAsync(Erase, Erasure(uwe, number))).Places);
        Assert.Equal((404, "account-unknown"), (await biller.PostAsync(Erase, Erasure("nobody", number))).Problem);
        var link = await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = ada, ["charges"] = new JsonArray(fee) });
        Assert.True((int)link.Status == 201, link.Text);
        var waits = await biller.PostAsync(Erase, Erasure(ada, number));
        Assert.Equal((409, "not-done"), waits.Problem);
        Assert.Contains("a payment link opens until", waits.Text, StringComparison.Ordinal);
        await biller.PostAsync($"{Biller.Links}/{link.Json["id"]}/take-back", new JsonObject { ["reason"] = "They asked" });
        Assert.Equal("Ada Nkemelu", (string)(await biller.GetAsync($"{Biller.Accounts}/{ada}")).Json["name"]!);

        // By its id, which a program keeps.
        var erased = await biller.PostAsync(Erase, Erasure($"{shown["id"]}", number));

        Assert.True((int)erased.Status == 200, erased.Text);
        Assert.Null((await biller.GetAsync($"{Biller.Accounts}/{ada}")).Json["name"]);
        Assert.Equal("Ada Nkemelu", (string)(await biller.GetAsync($"{Biller.Accounts}/{uwe}")).Json["name"]!);
        Assert.Contains("Nothing was left", (await biller.PostAsync(Erase, Erasure(ada, number))).Text, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    private static JsonObject Erasure(string account, long number) =>
        new() { ["account"] = account, ["number"] = number, ["reason"] = "They asked" };

    [Fact]
    public async Task Erase_OfACustomerOfEveryApi_LeavesNothingOfThem_AndTheBooksClean()
    {
        var tmf = await PaidAtTmf676Async();
        var brm = await PaidAtOracleBrmAsync();
        var midnight = await PaidAtMidnightAsync();
        var sport = await PaidAtSportAllianceAsync();
        var rail = await TravelledAsync();
        var before = await FindAsync();
        Assert.Superset(
            new HashSet<string>(["account_holder", "charge", "instrument", "payment", "refund", "session"]), before.ToHashSet());
        await NotedAsync(rail.Account);

        string[] all = [tmf.Account, brm.Account, midnight, sport, rail.Account];
        foreach (var account in all)
        {
            var report = await EraseAsync(account);
            Assert.NotEqual(0, (long)report["rows"]!);
            Assert.Equal(0, (long)(await EraseAsync(account))["rows"]!);
        }

        Assert.Empty(await FindAsync());
        var numbers = string.Join(',', all.Select(account => $"'{account}'"));
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM vault_entry v JOIN instrument i ON i.merchant_id = v.merchant_id AND i.id = v.instrument_id "
                + "JOIN account a ON a.merchant_id = i.merchant_id AND a.id = i.account_id WHERE "
                + $"a.merchant_id = {books.DemoCompany.Value} AND a.number::text IN ({numbers})"));
        Assert.Equal(5L, await books.ScalarAsync(
            $"SELECT count(*) FROM operator_action WHERE merchant_id = {books.DemoCompany.Value} AND what = 'account.erase' AND reason = "
                + $"'asked to' AND subject IN ({string.Join(',', all.Select(account => $"'account {account}'"))})"));
        await books.AssertBooksAreCleanAsync();
        Assert.Equal(HttpStatusCode.OK, (await GetAsync($"paymentManagement/v4/payment/{tmf.Payment}", "demo-telco")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync($"brm/payment/v4/payment/{brm.Payment}", "demo-brm")).Status);
        Assert.Equal(HttpStatusCode.OK, (await rail.By.GetAsync($"/bookings/{rail.Booking:D}")).Status);
    }

    [Fact]
    public async Task Erase_OfACard_LetsNobodyChargeItAgain()
    {
        var brm = await PaidAtOracleBrmAsync();
        await EraseAsync(brm.Account);
        var again = await PostAsync("brm/payment/v4/payment", "demo-brm", BrmPayment(brm.Name));
        Assert.Equal((HttpStatusCode.Created, "denied"), (again.Status, (string?)again.Body["status"]));
    }

    [Long]
    [Fact]
    public async Task Erase_WhileMoneyIsUnderWay_IsRefused_AndErasesNothing()
    {
        var held = await Traveller.OpenAsync(books);
        var booking = await held.PostAsync(
            "/bookings", $$"""{"trip_id":"{{Traveller.NewTrip().Id:D}}","passenger_name":"Ada {{_name}}"}""");
        await AssertRefusedAsync(await AccountOfAsync((string)booking.Json["id"]!), "a seat is held until");

        var member = TestStudio.NewId();
        var account = await OpenAsync("sport-alliance", "customer", $"{member}", Euro);
        await new Visits(books, await TestStudio.OfDemoCompanyAsync(books)).SessionAsync(member, "5");
        await AssertRefusedAsync(account, "a payment session is open until");

        var waiting = $"T-{Traveller.NewText()}";
        var pending = await OpenAsync("tmf676", "account", waiting, Usd);
        var paid = await PostAsync("paymentManagement/v4/payment", "demo-telco",
            $$"""{"account":{"id":"{{waiting}}"},"paymentMethod":{},"totalAmount":{"unit":"USD","value":5} }""");
        Assert.Equal("pendingAuthorization", (string?)paid.Body["status"]);
        await AssertRefusedAsync(pending, "complete or cancel it");
        Assert.Contains("account_holder", await FindAsync());
    }

    [Fact]
    public async Task Erase_IsOfOneAccount_ThatIsNamedWithoutADoubt()
    {
        var name = $"{TestStudio.NewId()}";
        var first = await OpenAsync("sport-alliance", "customer", name, Euro);
        var second = await OpenAsync("midnight", "customer", name, Euro);
        Assert.Contains("Several accounts", (await RunAsync(name, "--yes")).Error, StringComparison.Ordinal);
        Assert.Contains("Say --yes", (await RunAsync(first)).Error, StringComparison.Ordinal);
        Assert.Contains("has no account", (await RunAsync($"{name}9", "--yes")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(name, "--api", "midnight", "--yes")).ExitCode);
        Assert.Equal(1L, await HoldersAsync(first));
        Assert.Equal(0L, await HoldersAsync(second));

        async Task<object?> HoldersAsync(string account) => await books.ScalarAsync(
            $"SELECT count(*) FROM account_holder h JOIN account a ON a.merchant_id = h.merchant_id AND a.id = h.account_id WHERE "
                + $"a.merchant_id = {books.DemoCompany.Value} AND a.number::text = '{account}'");
    }

    [Fact]
    public async Task EveryColumnThatCanHoldWords_IsErased_OrKeptForAReason()
    {
        var columns = await OperatedBooks.ReadAsync(
            books.Database,
            $"""
            SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name IN ({string.Join(',', BooksTables.Names.Select(table => $"'{table}'"))})
               AND (data_type IN ('text', 'json', 'jsonb', 'bytea', 'ARRAY') AND is_generated = 'NEVER')
             ORDER BY 1
            """);
        var erased = ErasureSteps.All.SelectMany(step => step.Columns.Select(column => $"{step.Table}.{column}")).ToHashSet();
        Assert.DoesNotContain(columns, column => !erased.Contains(column) && !KeptColumns.IsKept(column));
    }

    private async Task<(string Account, string Payment)> PaidAtTmf676Async()
    {
        var id = $"T-{Traveller.NewText()}";
        var account = await OpenAsync("tmf676", "account", id, Usd);
        await RaiseAsync("tmf676", "account", id, Usd);
        var paid = await PostAsync(
            "paymentManagement/v4/payment", "demo-telco",
            $$"""
            {"account":{"id":"{{id}}"},"payer":{"id":"P-1","name":"Ada {{_name}}","@referredType":"Individual"},
             "description":"From {{_name}}@example.org",
             "paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"USD","value":60.50} }
            """);
        Assert.True(paid.Status == HttpStatusCode.Created, paid.Body.ToJsonString());
        var refunded = await PostAsync(
            "paymentManagement/v4/refund", "demo-telco",
            $$"""
            {"account":{"id":"{{id}}"},"payment":{"id":"{{(string)paid.Body["id"]!}}"},"paymentMethod":{"@type":"Cash"},
             "description":"To {{_name}}","totalAmount":{"unit":"USD","value":1.00} }
            """);
        Assert.True(refunded.Status == HttpStatusCode.Created, refunded.Body.ToJsonString());
        return (account, (string)paid.Body["id"]!);
    }

    private async Task<(string Account, string Name, string Payment)> PaidAtOracleBrmAsync()
    {
        var number = TestStudio.NewId();
        var id = $"0.0.0.1+-account+{number}";
        var account = await OpenAsync("oracle-brm", "account", id, Usd);
        await RegisterAsync("oracle-brm", "account", id, $"method-{number}", PaymentMethod.BankCard,
            new Card(CardNumber.Parse(Visits.GoodCard), new CardExpiry(12, 2090), $"Ada {_name}"), $"{_name}'s card");
        var paid = await PostAsync("brm/payment/v4/payment", "demo-brm", BrmPayment($"{number}"));
        Assert.True(paid.Status == HttpStatusCode.Created, paid.Body.ToJsonString());
        Assert.Equal("done", (string?)paid.Body["status"]);
        return (account, $"{number}", (string)paid.Body["id"]!);
    }

    private string BrmPayment(string number) =>
        $$"""
        {"@type":"Payment_Create","account":{"id":"0.0.0.1+-account+{{number}}"},"description":"By {{_name}}",
         "paymentMethod":{"id":"method-{{number}}","@referredType":"bankCard","@type":"PaymentMethodRef"},
         "totalAmount":{"value":10,"unit":"USD"} }
        """;

    private async Task<string> PaidAtMidnightAsync()
    {
        var id = $"{TestStudio.NewId()}";
        var account = await OpenAsync("midnight", "customer", id, Usd);
        await RaiseAsync("midnight", "customer", id, Usd);
        var shop = await MidnightShop.OpenAsync(books);
        Assert.Equal(
            ["stored"],
            await shop.InsertAsync(
                $$"""[{"CustomerId":{{id}},"AmountBilled":5.00,"RequestSource":"PRCMerchant","OrderNumber":"{{_name}}"}]"""));
        return account;
    }

    private async Task<string> PaidAtSportAllianceAsync()
    {
        var member = TestStudio.NewId();
        var account = await OpenAsync("sport-alliance", "customer", $"{member}", Euro);
        await RaiseAsync("sport-alliance", "customer", $"{member}", Euro);
        await RegisterAsync(
            "sport-alliance", "customer", $"{member}", $"iban-{member}", PaymentMethod.BankAccountDebit,
            new IbanAccount(Iban.Parse("DE02120300000000202051"), null, $"Ada {_name}") { Signature = $"data:image/png;base64,{_name}" },
            $"{_name}'s account");
        await RegisterAsync(
            "sport-alliance", "customer", $"{member}", $"uk-{member}", PaymentMethod.BankAccountDebit,
            new UkAccount(SortCode.Parse("200000"), UkAccountNumber.Parse("55779911"), $"Ada {_name}") { Email = $"{_name}@example.org" },
            null);
        var studio = await TestStudio.OfDemoCompanyAsync(books);
        var visits = new Visits(books, studio);
        var opened = await studio.PostAsync(
            "/v1/payments/user-session", $$"""{"amount":5,"scope":"ECOM","referenceText":"{{_name}}","customerId":{{member}} }""");
        Assert.True(opened.Status == HttpStatusCode.OK, $"{opened.Body}");
        var ready = await visits.ReadyAsync(
            opened.Text("token")!, Visits.Card().Replace("Ada Nkemelu", $"Ada {_name}", StringComparison.Ordinal));
        var booked = await visits.BookAsync(member, ready, "5");
        Assert.True(booked.Status == HttpStatusCode.OK, $"{booked.Body}");
        return account;
    }

    private async Task<(string Account, Traveller By, Guid Booking)> TravelledAsync()
    {
        var by = await Traveller.OpenAsync(books);
        var booked = await by.PostAsync("/bookings", $$"""{"trip_id":"{{Traveller.NewTrip().Id:D}}","passenger_name":"Ada {{_name}}"}""");
        Assert.True(booked.Status == HttpStatusCode.Created, booked.Text);
        var booking = Guid.Parse((string)booked.Json["id"]!);
        var paid = await by.PayAsync(
            booking, Traveller.Card().Replace("Ada Nkemelu", $"Ada {_name}", StringComparison.Ordinal)
            .Replace("8 Hidden Lane", $"8 {_name} Lane", StringComparison.Ordinal));
        Assert.True(paid.Status == HttpStatusCode.OK, paid.Text);
        return (await AccountOfAsync($"{booking}"), by, booking);
    }

    /// <summary>The notes and notices of a provider about an account's payment.</summary>
    private async Task NotedAsync(string account)
    {
        var attempts =
            $"SELECT t.id FROM attempt t JOIN account a ON a.merchant_id = t.merchant_id AND a.id = t.account_id WHERE a.merchant_id = "
                + $"{books.DemoCompany.Value} AND a.number::text = '{account}'";
        await books.ScalarAsync(
            $"UPDATE attempt SET note = 'paid by {_name}' WHERE merchant_id = $1 AND id IN ({attempts})", books.DemoCompany.Value);
        await books.ScalarAsync(
            $$"""
            INSERT INTO notice (merchant_id, provider, id, body, received_at, tries, outcome)
            SELECT {{books.DemoCompany.Value}}, 'sandbox', '{{Traveller.NewText()}}',
                   json_build_object('authorisation', min(id::text), 'payer', '{{_name}}'), now(), 1, 'processed'
              FROM ({{attempts}}) named
            """);
    }

    private async Task<string> OpenAsync(string dialect, string kind, string name, Currency currency)
    {
        var origin = NewOrigin();
        var id = new AccountId(books.DemoCompany, NewId());
        await DoAsync(new OpenAccount(origin, id, [new Reference(books.DemoCompany, dialect, kind, name)], currency, $"Ada {_name}"));
        return (string)(await books.ScalarAsync($"SELECT number::text FROM account WHERE id = '{id.Value}'"))!;
    }

    private Task RaiseAsync(string dialect, string kind, string name, Currency currency) => DoAsync(new RaiseCharge(
        NewOrigin(), AccountTarget.Named(new Reference(books.DemoCompany, dialect, kind, name)), new ChargeId(books.DemoCompany, NewId()),
        new Money(500, currency), new DateOnly(2030, 1, 1))
    {
        Description = $"Lessons of {_name}",
    });

    private async Task RegisterAsync(
        string dialect, string kind, string account, string name, PaymentMethod method, InstrumentSecret secret, string? shown)
    {
        var id = new InstrumentId(books.DemoCompany, NewId());
        await DoAsync(new RegisterInstrument(
            NewOrigin(), AccountTarget.Named(new Reference(books.DemoCompany, dialect, kind, account)), id,
            new Reference(books.DemoCompany, dialect, "payment-method", name), method, shown)
        {
            Holding = new Holding(new Vaulted("sandbox", secret.Shown, null), await books.Vault.SealAsync(id, secret, Cancel)),
        });
    }

    private Origin NewOrigin() => new(books.DemoCompany, 0, NewId());

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private Task DoAsync(Command command) => books.Engine.DoAsync(command);

    private async Task<string> AccountOfAsync(string booking) =>
        (string)(await books.ScalarAsync(
            $"SELECT a.number::text FROM booking b JOIN account a ON a.merchant_id = b.merchant_id AND a.id = b.account_id WHERE b.id = "
                + $"'{booking}'"))!;

    /// <summary>The tables that hold the name.</summary>
    private async Task<IReadOnlyList<string>> FindAsync()
    {
        List<string> found = [];
        foreach (var table in BooksTables.Names)
        {
            if (await books.ScalarAsync($"SELECT 1 FROM {table} t WHERE t::text ILIKE '%{_name}%' LIMIT 1") is not null)
                found.Add(table);
        }

        return found;
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string account, params string[] more) => RunningProgram.RunAsync(
        ["account", "erase", "--merchant", $"{books.DemoCompany.Value}", "--account", account, "--reason", "asked to", "--database",
            books.ConnectionString, .. more]);

    private async Task<JsonNode> EraseAsync(string account)
    {
        var (exitCode, output, error) = await RunAsync(account, "--yes", "--json");
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!;
    }

    private async Task AssertRefusedAsync(string account, string reason)
    {
        var (exitCode, _, error) = await RunAsync(account, "--yes");
        Assert.Equal(1, exitCode);
        Assert.Contains("money is under way", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, string token, string body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(path, UriKind.Relative))
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await SendAsync(request, token);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        return await SendAsync(request, token);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpRequestMessage request, string token)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await books.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }
}
