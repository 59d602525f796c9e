using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.BackOffice.Webhooks;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Dialects.OwnApi;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.Host.Demo;

/// <summary>
/// The demo's first day, so that there is something to look at: two customers pay in cash, a payer disputes a card payment, a bank takes a
/// debit back, and the warehouse, which is to hear of both, answers no webhook. The money moves at the sandbox, and its notices tell the
/// server.
/// </summary>
/// <param name="address">Where the demo is.</param>
/// <param name="sandbox">Where its provider is.</param>
internal sealed class DemoTrouble(
    string address, Uri sandbox, MerchantId merchant, NpgsqlDataSource books, IVault vault, TimeProvider clock) : IDisposable
{
    /// <summary>The customer whose card payment is disputed, with the bill.</summary>
    public static (string Customer, string Bill, long Minor) Disputed { get; } = ("M-2016", "K-2016", 290_00);

    /// <summary>The customer whose bank returns a debit, with the bill.</summary>
    public static (string Customer, string Bill, long Minor) Returned { get; } = ("M-2008", "K-2008", 89_00);

    private const string Warehouse = "Warehouse";

    // Nothing listens there.
    private static readonly Uri Deserted = new("http://127.0.0.1:9/quittance");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly HttpClient _api = ClientFor($"{address}/api/v1/", DemoCredentials.OwnToken);
    private readonly HttpClient _provider = ClientFor(sandbox.AbsoluteUri, DemoSandbox.ApiKey);

    /// <summary>
    /// Has it happen, unless it has, or the demo's month is not in these books. Should the provider be out of reach, the next start tries
    /// again.
    /// </summary>
    public async Task HappenAsync(CancellationToken cancel)
    {
        if ((await ItemsAsync("disputes?limit=2", cancel)).Count == 2)
            return;
        if (await InstrumentAsync(Disputed.Customer, cancel) is not { } card
            || await InstrumentAsync(Returned.Customer, cancel) is not { } bank)
        {
            return;
        }

        await ListenAsync(cancel);
        await Task.WhenAll(
            PayInCashAsync("M-2032", 49_00, "EUR", cancel),
            PayInCashAsync("S-3003", 120_00, "CHF", cancel),
            GoBackAsync(Disputed, card, "chargeback", feeMinor: 15_00, cancel),
            GoBackAsync(Returned, bank, "returned_debit", feeMinor: 3_00, cancel));
        for (var since = clock.GetTimestamp(); clock.GetElapsedTime(since) < Patience;)
        {
            if ((await ItemsAsync("disputes?limit=2", cancel)).Count == 2)
                return;
            await Task.Delay(Pause, clock, cancel);
        }
    }

    public void Dispose()
    {
        _api.Dispose();
        _provider.Dispose();
    }

    /// <summary>The program of the warehouse is to hear of money that goes back. Nobody knows its secret.</summary>
    private async Task ListenAsync(CancellationToken cancel)
    {
        if ((await ItemsAsync("webhooks", cancel)).Any(one => (string?)one!["url"] == Deserted.AbsoluteUri))
            return;
        var merchants = new Merchants(books, clock);
        var installation = await merchants.InstallAsync(merchant, OwnApiNames.Dialect, Currency.Parse("USD"), cancel);
        if (await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, Warehouse, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)),
            [OwnApiRoutes.ReadScope, OwnApiRoutes.EventsScope], cancel) is not { } credential)
        {
            return;
        }

        var subscription = new Subscription(
            new SubscriptionId(merchant, Guid.CreateVersion7(clock.GetUtcNow())), credential, OwnApiNames.Dialect, Deserted,
            [EventType.PaymentReversed, EventType.PaymentReinstated, EventType.DisputeLost], Query: null);
        await new Receivers(new Subscriptions(books, clock), new WebhookSecrets(books, vault, clock)).AddAsync(
            subscription, new Origin(merchant, credential, Guid.CreateVersion7(clock.GetUtcNow())), cancel);
    }

    private async Task GoBackAsync(
        (string Customer, string Bill, long Minor) of, string instrument, string kind, long feeMinor, CancellationToken cancel)
    {
        using var answer = await PayAsync(
            $"demo {of.Bill}",
            new { account = of.Customer, instrument, charges = new[] { of.Bill }, amount = Sum(of.Minor, "EUR") }, cancel);
        if (!answer.IsSuccessStatusCode)
            return;
        var payment = (Guid)(await answer.Content.ReadFromJsonAsync<JsonObject>(cancel))!["id"]!;
        var attempts = await new Attempts(books).OfPaymentAsync(new PaymentId(merchant, payment), cancel);
        if (attempts.FirstOrDefault(attempt => attempt.Verb == Verb.Authorise) is not { } asked)
            return;
        using var opened = await _provider.PostAsJsonAsync("v1/disputes", new
        {
            id = $"dp_{of.Bill}",
            authorisation = asked.Id.Value,
            kind,
            fee_minor = feeMinor,
        }, cancel);
    }

    private async Task PayInCashAsync(string customer, long minor, string currency, CancellationToken cancel)
    {
        using var answer = await PayAsync(
            $"demo cash {customer}", new { account = customer, method = "cash", amount = Sum(minor, currency) }, cancel);
    }

    private async Task<HttpResponseMessage> PayAsync<T>(string key, T payment, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "payments") { Content = JsonContent.Create(payment) };
        request.Headers.Add("Idempotency-Key", key);
        return await _api.SendAsync(request, cancel);
    }

    private static object Sum(long minor, string currency) => new { amount = $"{minor / 100}.{minor % 100:00}", currency };

    private async Task<string?> InstrumentAsync(string customer, CancellationToken cancel) =>
        (await ItemsAsync($"instruments?account={customer}&limit=1", cancel)) is [var known, ..] ? (string?)known!["id"] : null;

    private async Task<JsonArray> ItemsAsync(string list, CancellationToken cancel)
    {
        using var answer = await _api.GetAsync(new Uri(list, UriKind.Relative), cancel);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonObject>(cancel))!["items"]!.AsArray() : [];
    }

    private static HttpClient ClientFor(string address, string secret)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }
}
