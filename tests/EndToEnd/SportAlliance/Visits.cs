using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Quittance.Core.Sessions;
using Quittance.Host.Demo;
using Quittance.Tests.Running;
using Quittance.Tests.Sandbox;

namespace Quittance.Tests.SportAlliance;

/// <summary>
/// Members of Demo Company's studio in the payment widget: opens sessions, pays in them as the widget does, and books them, all over HTTP.
/// </summary>
internal sealed class Visits(BooksFixture books, TestStudio studio)
{
    public const string GoodCard = "4242424242424242";

    public TestStudio Studio => studio;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Visits> OpenAsync(BooksFixture books) => new(books, await TestStudio.OfDemoCompanyAsync(books));

    /// <summary>A member who owes claims, and the claims' ids.</summary>
    public async Task<(long Member, long[] Claims)> OwingAsync(params long[] amountsMinor)
    {
        var member = await studio.MemberAsync();
        var claims = new List<long>();
        foreach (var amountMinor in amountsMinor)
        {
            claims.Add(TestStudio.NewId());
            await studio.ClaimAsync(member, claims[^1], amountMinor, studio.Today.AddDays(1));
        }

        return (member, [.. claims]);
    }

    /// <summary>Opens a session. Returns the widget's token.</summary>
    public async Task<string> SessionAsync(long member, string amount, string scope = "ECOM", string more = "")
    {
        var opened = await studio.PostAsync(
            "/v1/payments/user-session",
            $$"""{"amount":{{amount}},"scope":"{{scope}}","referenceText":"Fees","customerId":{{member}}{{more}} }""");
        Assert.True(opened.Status == HttpStatusCode.OK, $"{opened.Status} {opened.Body}");
        return opened.Text("token")!;
    }

    /// <summary>Further members of a session's request, so that it offers these ways to pay alone.</summary>
    public static string Permitting(params IEnumerable<string> choices) =>
        $",\"permittedPaymentChoices\":[{string.Join(',', choices.Select(choice => $"\"{choice}\""))}]";

    public static string Card(string number = GoodCard, string expiry = "12/2090", string more = "") =>
        $$"""{"choice":"CREDIT_CARD","card":{"number":"{{number}}","expiry":"{{expiry}}","securityCode":"123","holder":"Ada """
            + $$"""Nkemelu"}{{more}} }""";

    /// <summary>Sends what a customer has entered in the widget.</summary>
    public Task<TestStudio.Answered> SubmitAsync(string userToken, string body, string? once = null) =>
        SubmitAsync(books.Client, userToken, body, once);

    /// <summary>Sends what a customer has entered in the widget, to any server.</summary>
    public static Task<TestStudio.Answered> SubmitAsync(HttpClient client, string userToken, string body, string? once)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/widget/session/payment", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", userToken);
        if (once is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", once);
        return TestStudio.SendAsync(client, request);
    }

    /// <summary>The session as the widget gets it.</summary>
    public Task<TestStudio.Answered> ShownAsync(string userToken) => ShownAsync(books.Client, userToken);

    /// <summary>The session as the widget gets it, of any server.</summary>
    public static Task<TestStudio.Answered> ShownAsync(HttpClient client, string userToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/widget/session", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", userToken);
        return TestStudio.SendAsync(client, request);
    }

    /// <summary>Gives up the payment that waits for the customer at the bank, as the widget does.</summary>
    public Task<TestStudio.Answered> GiveUpAsync(string userToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, new Uri("/widget/session/payment", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", userToken);
        return TestStudio.SendAsync(books.Client, request);
    }

    /// <summary>Pays with a card in a session. Returns the token to book it with.</summary>
    public async Task<string> PaidAsync(long member, string amount, string? card = null) =>
        await ReadyAsync(await SessionAsync(member, amount), Card(card ?? GoodCard));

    /// <summary>Leaves a card for payments to come. Returns the token to take it over with.</summary>
    public async Task<string> LeftAsync(long member, string card = GoodCard) =>
        await ReadyAsync(await SessionAsync(member, "0", "MEMBER_ACCOUNT"), Card(card));

    /// <summary>Chooses the one stored card in a session. Returns the token to book it with.</summary>
    public async Task<string> ChosenAsync(long member, string amount)
    {
        var session = await SessionAsync(member, amount);
        var offered = (await ShownAsync(session)).Body!["instruments"]!.AsArray();
        return await ReadyAsync(session, $$"""{"instrument":"{{(string)Assert.Single(offered)!["id"]!}}"}""");
    }

    public async Task<string> ReadyAsync(string userToken, string body)
    {
        var submitted = await SubmitAsync(userToken, body);
        Assert.True(submitted.Text("status") == "ready", $"{submitted.Status} {submitted.Body}");
        return submitted.Text("paymentRequestToken")!;
    }

    public Task<TestStudio.Answered> BookAsync(
        long member, string token, string amount, IEnumerable<long>? claims = null, string currency = "EUR", string? language = null,
        string? once = null) =>
        studio.PostAsync($"/v1/customers/{member}/account/payment", Booking(token, amount, claims, currency), language, once);

    public static string Booking(string token, string amount, IEnumerable<long>? claims = null, string currency = "EUR") =>
        $$"""{"paymentRequestToken":"{{token}}","amount":{"amount":{{amount}},"currency":"{{currency}}"},"debtClaimIds":"""
            + $$"""[{{string.Join(',', claims ?? [])}}]}""";

    public Task<TestStudio.Answered> ReplaceAsync(long member, string token, string? language = null, string? once = null) =>
        studio.PostAsync($"/v1/customers/{member}/account/payment-instrument", Replacing(token), language, once);

    public static string Replacing(string token) => $$"""{"paymentRequestToken":"{{token}}"}""";

    /// <summary>The open amount of each of a member's upcoming claims.</summary>
    public async Task<decimal[]> OwedAsync(long member)
    {
        var upcoming = await studio.GetAsync($"/v1/customers/{member}/account/transactions/upcoming?sliceSize=50");
        return [.. upcoming.Body!["result"]!.AsArray().Select(entry => (decimal)entry!["openAmount"]!["amount"]!)];
    }

    public async Task<decimal> BalanceAsync(long member) =>
        (decimal)(await studio.GetAsync($"/v1/customers/{member}/account/balances")).Body!["accountBalance"]!["amount"]!;

    /// <summary>How many payments of a member have a status.</summary>
    public async Task<long> PaymentsAsync(long member, string status) => (long)(await books.ScalarAsync(
        "SELECT count(*) FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id WHERE r.kind = "
            + "'customer' AND r.value = $1 AND p.status = $2",
        member.ToString(CultureInfo.InvariantCulture), status))!;

    /// <summary>The session that a token of either kind is of.</summary>
    public static Guid SessionOf(string token) =>
        (SessionToken.TryRead(token, SessionToken.RequestPrefix) ?? SessionToken.TryRead(token, SessionToken.UserPrefix))!.Session.Value;

    /// <summary>Lets a session's time be over.</summary>
    public Task EndAsync(string token) => books.ScalarAsync(
        "UPDATE session SET expires_at = now() - interval '1 hour' WHERE merchant_id = $1 AND id = $2 RETURNING 1",
        studio.Merchant.Value, SessionOf(token));

    /// <summary>Has the sandbox take the money of an authorisation by a request that is not ours.</summary>
    public async Task TakeAtSandboxAsync(Guid authorisation, long amountMinor)
    {
        using var client = RunningSandbox.ClientOf(books.Sandbox, DemoSandbox.ApiKey);
        (await client.PostAsJsonAsync(
            "/v1/captures", new { id = RunningSandbox.NewId, authorisation, amount_minor = amountMinor, currency = "EUR" }, Cancel))
            .EnsureSuccessStatusCode();
    }

    /// <summary>The state of an authorisation at the sandbox; null where it has none.</summary>
    public async Task<JsonElement?> AtSandboxAsync(Guid authorisation)
    {
        using var client = new HttpClient { BaseAddress = books.Sandbox };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoSandbox.ApiKey);
        for (var after = ""; ;)
        {
            using var page =
                JsonDocument.Parse(await client.GetStringAsync(new Uri($"v1/books?limit=1000{after}", UriKind.Relative), Cancel));
            foreach (var known in page.RootElement.GetProperty("authorisations").EnumerateArray())
            {
                if (known.GetProperty("id").GetGuid() == authorisation)
                    return known.Clone();
            }

            if (page.RootElement.GetProperty("next").ValueKind == JsonValueKind.Null)
                return null;
            after = $"&after={page.RootElement.GetProperty("next").GetGuid()}";
        }
    }
}
