using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Host.Providers;
using Quittance.Providers.GoCardless;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>A studio that debits its members' accounts at the GoCardless face of the sandbox, under an account of its own.</summary>
internal sealed class GoCardlessStudio(BooksFixture books, TestStudio studio)
{
    /// <summary>Accounts by what happens to their debits.</summary>
    public const string Paid = "DE76120300000000012345";
    public const string Later = "DE02120300000000202051";
    public const string Refused = "DE45120300000000000002";

    private string Token => $"sandbox_{studio.Merchant.Value}pRtXw92kfLqZ";

    public string? Secret { get; private set; }

    public Visits Visits { get; } = new(books, studio);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<GoCardlessStudio> OpenAsync(BooksFixture books, TestStudio? studio = null)
    {
        var opened = new GoCardlessStudio(books, studio ?? await TestStudio.OpenAsync(books));
        await opened.ConnectAsync(new Uri(books.Sandbox, "gocardless/"));
        return opened;
    }

    /// <summary>Connects the account, at another address too.</summary>
    public async Task ConnectAsync(Uri address)
    {
        Secret ??= (string)(await DoAsync("webhook_endpoints", new JsonObject
        {
            ["url"] = new Uri(books.Address, NoticeRoutes.PathOf(studio.Merchant, GoCardlessProvider.ProviderName)).AbsoluteUri,
        }))["secret"]!;
        SecretWatch.OfTheRun.Add([Token, Secret]);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(studio.Merchant, GoCardlessProvider.ProviderName, address, Token, [Secret]), Cancel);
    }

    public static string Page(string choice = "SEPA", string more = "") =>
        $$"""{"choice":"{{choice}}","returnUrl":"https://studio.example/back"{{more}} }""";

    /// <summary>Asks for GoCardless's page in a session. Returns its address.</summary>
    public async Task<Uri> PageAsync(string session, string more = "")
    {
        var sent = await Visits.SubmitAsync(session, Page(more: more));
        Assert.True((sent.Status, sent.Text("status")) == (HttpStatusCode.OK, "pending"), $"{sent.Status} {sent.Body}");
        return new Uri(sent.Text("redirectTo")!);
    }

    /// <summary>Enters an account on the page, as a customer does in a browser. Returns where the page leads then.</summary>
    public static async Task<Uri?> EnterAsync(Uri page, string number = Paid)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["number"] = number, ["name"] = "Ada Nkemelu" });
        using var answer = await browser.PostAsync(page, form, Cancel);
        return answer.Headers.Location;
    }

    /// <summary>The customer comes back from the page.</summary>
    public Task<TestStudio.Answered> ComeBackAsync(string session) =>
        Visits.SubmitAsync(session, """{"entered":true,"returnUrl":"https://studio.example/back"}""");

    /// <summary>Enters an account on GoCardless's page and comes back.</summary>
    public async Task<TestStudio.Answered> PayAsync(string session, string number = Paid, string more = "")
    {
        Assert.Equal("https://studio.example/back", (await EnterAsync(await PageAsync(session, more), number))?.AbsoluteUri);
        return await ComeBackAsync(session);
    }

    /// <summary>A member who owes an amount and has its debit booked. Returns the payment, and GoCardless's id of it.</summary>
    public async Task<(long Member, Guid Payment, string Name)> BookedAsync(long amountMinor, string number = Paid)
    {
        var amount = (amountMinor / 100m).ToString(CultureInfo.InvariantCulture);
        var (member, claims) = await Visits.OwingAsync(amountMinor);
        var paid = await PayAsync(await Visits.SessionAsync(member, amount), number);
        var booked = await Visits.BookAsync(member, paid.Text("paymentRequestToken")!, amount, claims);
        Assert.Equal(HttpStatusCode.OK, booked.Status);
        return (member, booked.Payment!.Value, (string)(await books.ScalarAsync(
            "SELECT provider_reference FROM attempt WHERE merchant_id = $1 AND payment_id = $2 AND verb = 'authorise'",
            studio.Merchant.Value, booked.Payment.Value))!);
    }

    /// <summary>Waits until a payment is in a status of the books.</summary>
    public Task UntilPaymentIsAsync(Guid payment, string status) => NoticePost.UntilAsync(
        async () => (string?)await books.ScalarAsync(
            "SELECT status FROM payment WHERE merchant_id = $1 AND id = $2", studio.Merchant.Value, payment) == status);

    /// <summary>The objects that the face has of the account, the newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string resource)
    {
        using var client = Client();
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri($"{resource}?limit=500", UriKind.Relative), Cancel))!;
        return [.. list[resource]!.AsArray().Select(one => one!)];
    }

    /// <summary>Does something at the face as a person does at GoCardless's console. Returns the answer.</summary>
    public async Task<JsonNode> DoAsync(string path, JsonObject content)
    {
        using var client = Client();
        using var answer = await client.PostAsJsonAsync(new Uri(path, UriKind.Relative), content, Cancel);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel))!;
    }

    /// <summary>Runs one of GoCardless's scenarios.</summary>
    public Task SimulateAsync(string scenario, string name) => DoAsync(
        $"scenario_simulators/{scenario}/actions/run",
        new JsonObject { ["data"] = new JsonObject { ["links"] = new JsonObject { ["resource"] = name } } });

    /// <summary>Opens or ends a dispute at the sandbox.</summary>
    public async Task DisputeAsync(string path, object dispute)
    {
        using var client = Client("");
        (await client.PostAsJsonAsync(new Uri(path, UriKind.Relative), dispute, Cancel)).EnsureSuccessStatusCode();
    }

    /// <summary>Sends events to the server as GoCardless does.</summary>
    public async Task<HttpStatusCode> PostAsync(string body, string? secret = null, MerchantId? merchant = null)
    {
        using var message = new HttpRequestMessage(
            HttpMethod.Post, NoticeRoutes.PathOf(merchant ?? studio.Merchant, GoCardlessProvider.ProviderName))
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        message.Headers.TryAddWithoutValidation("Webhook-Signature", GoCardlessNoticeTests.Signed(body, secret ?? Secret!));
        using var answer = await books.Client.SendAsync(message, Cancel);
        return answer.StatusCode;
    }

    /// <summary>The server's own client of the account.</summary>
    public async Task<GoCardlessProvider> ProviderAsync() =>
        (GoCardlessProvider)(await books.PartOf<IProviders>().FindAsync(studio.Merchant, GoCardlessProvider.ProviderName, Cancel))!;

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

    /// <param name="below">The path of the face; empty for the sandbox itself.</param>
    private HttpClient Client(string below = "gocardless/")
    {
        var client = new HttpClient { BaseAddress = new Uri(books.Sandbox, below) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (below.Length > 0)
            client.DefaultRequestHeaders.Add("GoCardless-Version", "2015-07-06");
        return client;
    }
}
