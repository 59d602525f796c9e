using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>The browser of somebody who got a payment link: it keeps cookies and runs no scripts.</summary>
internal sealed class Payer : IDisposable
{
    private readonly HttpClient _client;

    public Payer(BooksFixture books, string language = "en")
        : this(books.Address, language)
    {
    }

    /// <param name="server">The server's address.</param>
    public Payer(Uri server, string language = "en") =>
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = server,
            DefaultRequestHeaders = { { "Accept-Language", language } },
        };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A page, also behind the way to it.</summary>
    public async Task<(HttpStatusCode Status, string Html)> OpenAsync(string address)
    {
        using var answer = await GetAsync(address);
        return answer.Headers.Location is { } further
            ? await OpenAsync(further.ToString())
            : (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel)));
    }

    public Task<HttpResponseMessage> GetAsync(string address) => _client.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute), Cancel);

    /// <summary>The token of the session in a page.</summary>
    public static string TokenIn(string html)
    {
        var from = html.IndexOf("data-token=\"", StringComparison.Ordinal);
        Assert.True(from >= 0, html);
        return html[(from + 12)..html.IndexOf('"', from + 12)];
    }

    /// <summary>Pays with a card, as the widget does.</summary>
    /// <param name="returnUrl">Where a customer comes back to from the bank; null where the widget knows none.</param>
    /// <param name="autopay">The language of the words by which the customer chooses autopay; null where the customer does not.</param>
    /// <param name="key">The key of a request that is sent again; null for a new one.</param>
    public async Task<(HttpStatusCode Status, JsonNode Answer)> PayAsync(
        string token, string card = VaultedPayments.GoodCard, string? returnUrl = null, string? autopay = null, string? key = null)
    {
        var body = new JsonObject
        {
            ["choice"] = "CREDIT_CARD",
            ["card"] = new JsonObject
            {
                ["number"] = card,
                ["expiry"] = "12/40",
                ["securityCode"] = "123",
                ["holder"] = "Ada Nkemelu",
            },
        };
        if (returnUrl is not null)
            body["returnUrl"] = returnUrl;
        if (autopay is not null)
            body["autopay"] = autopay;
        return await SendAsync(HttpMethod.Post, "/widget/session/payment", token, body, key);
    }

    /// <summary>The session as the widget gets it.</summary>
    public Task<(HttpStatusCode Status, JsonNode Answer)> ShownAsync(string token) => SendAsync(HttpMethod.Get, "/widget/session", token);

    /// <summary>Gives up what waits for the customer at the bank, as the widget does.</summary>
    public Task<(HttpStatusCode Status, JsonNode Answer)> GiveUpAsync(string token) =>
        SendAsync(HttpMethod.Delete, "/widget/session/payment", token);

    /// <summary>Gives up what waits at the bank, once the answer to a capture that may be out has come.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Answer)> GivenUpAsync(string token)
    {
        var given = await GiveUpAsync(token);
        await NoticePost.UntilAsync(async () =>
            given.Status != HttpStatusCode.Conflict || (given = await GiveUpAsync(token)).Status != HttpStatusCode.Conflict);
        return given;
    }

    /// <summary>Presses a button of a page, and says which page is behind it.</summary>
    /// <param name="fields">What its form has.</param>
    public async Task<(HttpStatusCode Status, string Html)> PressAsync(
        string address, params IEnumerable<(string Name, string Value)> fields)
    {
        using var pressed = await SendFormAsync(address, fields);
        return pressed.Headers.Location is { } further
            ? await OpenAsync(further.ToString()) : (pressed.StatusCode, await pressed.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>The answer to a form.</summary>
    public async Task<HttpResponseMessage> SendFormAsync(string address, params IEnumerable<(string Name, string Value)> fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await _client.PostAsync(new Uri(address, UriKind.RelativeOrAbsolute), form, Cancel);
    }

    /// <summary>Presses a button on the page of the bank.</summary>
    public async Task DecideAsync(string bank, bool approves)
    {
        using var form = new FormUrlEncodedContent([new("approve", approves ? "true" : "false")]);
        using var decided = await _client.PostAsync(new Uri(bank), form, Cancel);
        Assert.True((int)decided.StatusCode < 400, $"{decided.StatusCode}");
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> SendAsync(
        HttpMethod method, string path, string token, JsonObject? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Authorization", $"Bearer {token}");
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", key ?? Biller.NewText());
        }

        using var answer = await _client.SendAsync(request, Cancel);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A merchant takes cards at an account of its own at the sandbox, and names its bank account.</summary>
    public static async Task ConnectAsync(BooksFixture books, MerchantId merchant, Payee? payee = null)
    {
        var account = new ProviderAccount(
            merchant, SandboxProvider.ProviderName, books.Sandbox, $"links-{merchant.Value}", [SigningKey.New()]);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(account, Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
        if (payee is not null)
            await new Payees(books.Database, TimeProvider.System).SaveAsync(merchant, payee, by: null, Cancel);
    }
}
