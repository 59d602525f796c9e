using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Dialects.Tmf676;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>Money that is given back at a server that is killed, and how that must end.</summary>
/// <param name="Name">Its special feature.</param>
/// <param name="Account">The account whose money it is.</param>
/// <param name="Payment">The payment; null for the account's credit.</param>
/// <param name="AmountMinor">How much, in cents.</param>
/// <param name="Ends">The status that the refund ends in.</param>
internal sealed record KilledRefund(string Name, string Account, string? Payment, long AmountMinor, string Ends);

/// <summary>Customers who have paid through TMF676, and get money back, at a server that is killed.</summary>
internal sealed class KilledTelco : IAsyncDisposable
{
    private const string Token = "qt_the token of the telco that is killed";
    private const string Good = "4242424242424242";
    private const string Path = "/paymentManagement/v4";

    private readonly List<Purchase> _purchases = [];
    private readonly List<KilledRefund> _refunds = [];
    private readonly Dictionary<string, Guid> _payments = [];

    private KilledTelco(KilledServer server) => Server = server;

    public KilledServer Server { get; }

    /// <summary>Every payment at the provider.</summary>
    public IReadOnlyList<Purchase> Purchases => _purchases;

    /// <summary>The amount to give back.</summary>
    public IReadOnlyList<KilledRefund> Refunds => _refunds;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sets the telco up, with its server running and everything paid.</summary>
    public static async Task<KilledTelco> StartAsync(BooksFixture books, KilledProvider provider, bool isCut)
    {
        var telco = new KilledTelco(await KilledServer.CreateAsync(books, provider));
        await telco.Server.StartAsync(isCut: isCut);
        await telco.FillInAsync();
        return telco;
    }

    /// <summary>Gives money back; null when no answer came.</summary>
    public Task<ClientAnswer?> RefundAsync(KilledRefund refund) => PostAsync(
        "/refund",
        $$"""
        {"account":{"id":"{{refund.Account}}"},"paymentMethod":{},
         "totalAmount":{"unit":"USD","value":{{Customer.Decimal(refund.AmountMinor)}}}
         {{(refund.Payment is null ? "" : $",\"payment\":{{\"id\":\"{refund.Payment}\"}}")}} }
        """,
        $"refund {refund.Name}");

    /// <summary>Gives money back, again and again until there is a last word.</summary>
    public Task<ClientAnswer?> RefundPatientlyAsync(KilledRefund refund) => KilledServer.PatientlyAsync(() => RefundAsync(refund));

    /// <summary>Where a refund stands that a client heard of.</summary>
    public async Task<string> StatusAsync(ClientAnswer report)
    {
        using var body = JsonDocument.Parse(report.Text);
        return await StatusAsync($"/refund/{body.RootElement.GetProperty("id").GetString()}");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task FillInAsync()
    {
        var installation = await Server.Merchants.InstallAsync(Server.Merchant, "tmf676", Currency.Parse("USD"), Cancel);
        await Server.Merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", Token, [Tmf676Routes.ReadScope, Tmf676Routes.WriteScope], Cancel);
        SecretWatch.OfTheRun.Add([Token]);
        await using var engine = Server.Books.Engine();
        var customers = new Customers(engine, Server.Vault, Server.Merchant, "tmf676");
        foreach (var (name, amountMinor, billMinor, givenBackMinor) in new (string, long, long, long[])[]
            {
                ("the whole", 10_00, 0, [10_00]), ("a part", 20_00, 0, [5_00]), ("several parts", 30_00, 0, [10_00, 9_00, 11_00]),
                ("what settled a bill", 40_00, 40_00, [40_00]), ("what settled a bill, and more", 50_00, 30_00, [35_00]),
            })
        {
            var customer = await customers.CreateAsync(await CardAsync(), billMinor > 0 ? [billMinor] : []);
            var payment = await PayAsync(name, customer, amountMinor);
            _refunds.AddRange(
                givenBackMinor.Select(
                (minor, index) => new KilledRefund($"{name} {index}", customer.Account, $"{payment}", minor, "done")));
        }

        var generous = await customers.CreateAsync(await CardAsync());
        foreach (var amountMinor in (long[])[7_00, 8_00, 9_00])
            await PayAsync($"credit {amountMinor}", generous, amountMinor);
        _refunds.Add(new("credit of several", generous.Account, null, 16_00, "done"));

        // The provider gives back what has gone back already no second time.
        var refused = await customers.CreateAsync(await CardAsync(), 25_00);
        var spent = await PayAsync("what is gone", refused, 60_00, elsewhereMinor: 50_00);
        _refunds.Add(new("what is gone", refused.Account, $"{spent}", 20_00, "failed"));

        var cash = await PostAsync(
            "/payment", """{"account":{"id":"by cash"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"USD","value":12}}""",
                "cash");
        Assert.Equal(HttpStatusCode.Created, cash?.Status);
        _refunds.Add(new("cash", "by cash", null, 4_00, "done"));
    }

    private Task<InstrumentSecret> CardAsync() => Server.EnterAsync(Customers.CardOf(Good));

    private async Task<Guid> PayAsync(string name, Customer customer, long amountMinor, long elsewhereMinor = 0)
    {
        var purchase =
            Purchase.OfCard(Good, amountMinor, "captured") with { Name = name, Customer = customer, ElsewhereMinor = elsewhereMinor };
        var paid = await PostAsync("/payment", purchase.Body, $"pay {name}");
        Assert.Equal(HttpStatusCode.Created, paid?.Status);
        using var body = JsonDocument.Parse(paid!.Text);
        // On a machine that is busy the provider may answer after its time, so that the payment rests before it is done.
        _payments[name] = body.RootElement.GetProperty("id").GetGuid();
        var done = await KilledServer.PatientlyAsync(async () =>
        {
            var status = await StatusAsync($"/payment/{_payments[name]}");
            return new ClientAnswer(HttpStatusCode.OK, status, status == "done");
        });
        Assert.Equal("done", done?.Text);
        _purchases.Add(purchase);
        if (elsewhereMinor > 0)
            await Server.RefundElsewhereAsync(_payments[name], elsewhereMinor);
        return _payments[name];
    }

    private async Task<string> StatusAsync(string path)
    {
        using var request = Request(HttpMethod.Get, path);
        using var answer = await Server.Client.SendAsync(request, Cancel);
        using var resource = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return resource.RootElement.GetProperty("status").GetString()!;
    }

    private async Task<ClientAnswer?> PostAsync(string path, string body, string key)
    {
        using var request = Request(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await Server.Client.SendAsync(request, Cancel);
            return new ClientAnswer(
                answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), (int)answer.StatusCode is not (409 or 503));
        }
        catch (Exception broken) when (Connections.IsBroken(broken))
        {
            return null;
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path) => new(method, $"{Path}{path}")
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };
}
