using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Host.Providers;
using Quittance.Providers.Stripe;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>A studio that takes its members' money at the Stripe face of a sandbox, under an account of its own.</summary>
internal sealed class StripeStudio(BooksFixture books, TestStudio studio, Uri sandbox)
{
    /// <summary>The widget's request when a customer has come back from Stripe's page.</summary>
    public const string Returned = """{"entered":true,"returnUrl":"https://studio.example/back"}""";

    private string? _secret;

    private string ApiKey => $"sk_test_{studio.Merchant.Value}Pgafk9Xw2c";

    public Visits Visits { get; } = new(books, studio);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="sandbox">The sandbox; null: the run's.</param>
    public static async Task<StripeStudio> OpenAsync(BooksFixture books, string currency = "EUR", Uri? sandbox = null)
    {
        var opened = new StripeStudio(books, await TestStudio.OpenAsync(books, currency: currency), sandbox ?? books.Sandbox);
        await opened.ConnectAsync(new Uri(sandbox ?? books.Sandbox, "stripe/"));
        return opened;
    }

    /// <summary>Connects the account, at another address too.</summary>
    public async Task ConnectAsync(Uri address)
    {
        _secret ??= await AddEndpointAsync();
        SecretWatch.OfTheRun.Add([ApiKey, _secret]);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(studio.Merchant, StripeProvider.ProviderName, address, ApiKey, [_secret]), Cancel);
    }

    /// <summary>As a merchant does at Stripe: it sends its events here. Returns the secret that signs them.</summary>
    private async Task<string> AddEndpointAsync()
    {
        using var client = Client();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["url"] = new Uri(books.Address, NoticeRoutes.PathOf(studio.Merchant, StripeProvider.ProviderName)).AbsoluteUri,
            ["enabled_events"] = string.Join(',', new StripeKind().Setup.Events),
        });
        using var answer = await client.PostAsync(new Uri("v1/webhook_endpoints", UriKind.Relative), form, Cancel);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["secret"]!;
    }

    /// <summary>Sends an event as this account's Stripe signs it, to any merchant's address.</summary>
    public async Task<HttpStatusCode> TellAsync(MerchantId merchant, string body)
    {
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(_secret!), Encoding.UTF8.GetBytes($"{time}.{body}"));
        using var message = new HttpRequestMessage(
            HttpMethod.Post, new Uri(NoticeRoutes.PathOf(merchant, StripeProvider.ProviderName), UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        message.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={time},v1={Convert.ToHexStringLower(hash)}");
        using var answer = await books.Client.SendAsync(message, Cancel);
        return answer.StatusCode;
    }

    /// <summary>Asks for Stripe's page in a session. Returns its address.</summary>
    public async Task<Uri> PageAsync(string session, string more = "", string choice = "CREDIT_CARD")
    {
        var sent = await Visits.SubmitAsync(session, Page(more, choice));
        Assert.True((sent.Status, sent.Text("status")) == (HttpStatusCode.OK, "pending"), $"{sent.Status} {sent.Body}");
        return new Uri(sent.Text("redirectTo")!);
    }

    public static string Page(string more = "", string choice = "CREDIT_CARD") =>
        $$"""{"choice":"{{choice}}","returnUrl":"https://studio.example/back"{{more}} }""";

    /// <summary>Enters a card on the page, as a customer does in a browser. Returns where the page leads then.</summary>
    public static Task<Uri?> EnterAsync(Uri page, string number = Visits.GoodCard) =>
        EnterAsync(page, ("number", number), ("expiry", "12/40"), ("code", "123"), ("name", "Ada Nkemelu"));

    /// <summary>Fills the page's form in. Returns where the page leads then; null where something of it is wrong.</summary>
    public static async Task<Uri?> EnterAsync(Uri page, params (string Name, string Value)[] fields)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await browser.PostAsync(page, form, Cancel);
        return answer.Headers.Location;
    }

    /// <summary>Enters a bank account with its mandate on Stripe's page and comes back.</summary>
    public async Task<TestStudio.Answered> DebitAsync(string session, string iban, string more = "")
    {
        var page = await PageAsync(session, more, "SEPA");
        Assert.NotNull(await EnterAsync(page, ("iban", iban), ("name", "Ada Nkemelu"), ("mandate", "true")));
        return await ComeBackAsync(session);
    }

    /// <summary>The customer comes back from the page.</summary>
    public Task<TestStudio.Answered> ComeBackAsync(string session) =>
        Visits.SubmitAsync(session, Returned);

    /// <summary>Enters a card on Stripe's page and comes back.</summary>
    public async Task<TestStudio.Answered> PayAsync(string session, string number = Visits.GoodCard, string more = "")
    {
        Assert.Equal("https://studio.example/back", (await EnterAsync(await PageAsync(session, more), number))?.AbsoluteUri);
        return await ComeBackAsync(session);
    }

    /// <summary>The objects that the face has of the account, the newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string objects)
    {
        using var client = Client();
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri($"v1/{objects}?limit=100", UriKind.Relative), Cancel))!;
        return [.. list["data"]!.AsArray().Select(one => one!)];
    }

    /// <summary>Opens or ends a dispute at the sandbox.</summary>
    public async Task DisputeAsync(string path, object dispute)
    {
        using var client = Client("");
        (await client.PostAsJsonAsync(new Uri(path, UriKind.Relative), dispute, Cancel)).EnsureSuccessStatusCode();
    }

    /// <summary>Does something at the face as a person does at Stripe's console. Returns the object.</summary>
    public async Task<JsonNode> DoAsync(string path, params (string Name, string Value)[] fields)
    {
        using var client = Client();
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await client.PostAsync(new Uri($"v1/{path}", UriKind.Relative), form, Cancel);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel))!;
    }

    /// <summary>The server's own client of the account.</summary>
    public async Task<StripeProvider> ProviderAsync() =>
        (StripeProvider)(await books.PartOf<IProviders>().FindAsync(studio.Merchant, StripeProvider.ProviderName, Cancel))!;

    /// <summary>A member who owes an amount and has paid it. Returns the authorisation.</summary>
    public async Task<(long Member, Guid Payment, Guid Authorisation)> PaidAsync(long amountMinor)
    {
        var amount = (amountMinor / 100m).ToString(CultureInfo.InvariantCulture);
        var (member, claims) = await Visits.OwingAsync(amountMinor);
        var paid = await PayAsync(await Visits.SessionAsync(member, amount));
        var booked = await Visits.BookAsync(member, paid.Text("paymentRequestToken")!, amount, claims);
        Assert.Equal(HttpStatusCode.OK, booked.Status);
        return (member, booked.Payment!.Value, await AuthorisationAsync(booked.Payment.Value));
    }

    /// <summary>The attempt that authorised a payment.</summary>
    public async Task<Guid> AuthorisationAsync(Guid payment) => (Guid)(await books.ScalarAsync(
        "SELECT id FROM attempt WHERE merchant_id = $1 AND payment_id = $2 AND verb = 'authorise'", studio.Merchant.Value, payment))!;

    /// <summary>Gives money of a payment back.</summary>
    public async Task RefundAsync(long member, Guid payment, long amountMinor)
    {
        var (merchant, id) = (studio.Merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        var refunded = await books.Engine.SubmitAsync(new RefundPayment(
            new Origin(merchant, 0, id), studio.Target(member), new PaymentId(merchant, payment), new RefundId(merchant, id), "test")
        {
            Amount = new Money(amountMinor, TestStudio.Euro),
        });
        Assert.True(refunded.Accepted);
    }

    private HttpClient Client(string below = "stripe/")
    {
        var client = new HttpClient { BaseAddress = new Uri(sandbox, below) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        return client;
    }

    /// <summary>Waits until the newest object is in a status.</summary>
    public Task UntilAsync(string objects, string status) => NoticePost.UntilAsync(
        async () => (await ListAsync(objects)).Select(one => (string?)one["status"]).FirstOrDefault() == status);
}
