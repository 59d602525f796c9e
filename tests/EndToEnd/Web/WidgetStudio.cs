using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Core.Webhooks;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Web;

/// <summary>A studio whose members pay in the widget. It takes their money at an account of its own at the sandbox.</summary>
internal sealed class WidgetStudio
{
    private readonly BooksFixture _books;
    private readonly string _currency;

    private WidgetStudio(BooksFixture books, TestStudio studio, string currency) => (_books, Studio, _currency) = (books, studio, currency);

    public TestStudio Studio { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<WidgetStudio> OpenAsync(BooksFixture books, string currency = "EUR")
    {
        var studio = await TestStudio.OpenAsync(books, currency: currency);
        var account = new ProviderAccount(
            studio.Merchant, SandboxProvider.ProviderName, books.Sandbox, $"studio-{studio.Merchant.Value}", [SigningKey.New()]);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(account, Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
        return new WidgetStudio(books, studio, currency);
    }

    /// <summary>Opens a session and gives its token. For an amount of 0 it is for an instrument.</summary>
    public Task<string> OpenSessionAsync(long member, decimal amount, params string[] choices) =>
        OpenSessionAsync(member, amount, isSigned: false, choices);

    /// <summary>Opens a session in which a direct debit is signed.</summary>
    public Task<string> OpenSignedSessionAsync(long member, decimal amount, params string[] choices) =>
        OpenSessionAsync(member, amount, isSigned: true, choices);

    private async Task<string> OpenSessionAsync(long member, decimal amount, bool isSigned, string[] choices)
    {
        var body = new JsonObject
        {
            ["amount"] = amount,
            ["scope"] = amount == 0 ? "MEMBER_ACCOUNT" : "ECOM",
            ["customerId"] = member,
            ["referenceText"] = "Membership fees, March and April",
            ["requireDirectDebitSignature"] = isSigned,
            ["permittedPaymentChoices"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]),
        };
        using var answer = await PostAsync("/v1/payments/user-session", body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return (string)JsonNode.Parse(text)!["token"]!;
    }

    /// <summary>Books what was paid in a session; gives the payment's id.</summary>
    public async Task<Guid> BookAsync(long member, string token, decimal amount, params long[] claims)
    {
        using var answer = await PostAsync($"/v1/customers/{member}/account/payment", new JsonObject
        {
            ["paymentRequestToken"] = token,
            ["amount"] = new JsonObject { ["amount"] = amount, ["currency"] = _currency },
            ["debtClaimIds"] = new JsonArray([.. claims.Select(claim => JsonValue.Create(claim))]),
        });
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        return Guid.Parse(Assert.Single(answer.Headers.GetValues("Quittance-Payment")));
    }

    /// <summary>Makes the instrument of a session the member's.</summary>
    public async Task TakeInstrumentAsync(long member, string token)
    {
        using var answer =
            await PostAsync($"/v1/customers/{member}/account/payment-instrument", new JsonObject { ["paymentRequestToken"] = token });
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>A claim that is due in a week, and its id.</summary>
    public async Task<long> ClaimAsync(long member, long amountMinor)
    {
        var claim = TestStudio.NewId();
        await Studio.ClaimAsync(member, claim, amountMinor, Studio.Today.AddDays(7), _currency);
        return claim;
    }

    /// <summary>The open amounts of the member's claims to come, in the order of their ids.</summary>
    public async Task<IReadOnlyList<decimal>> OpenAmountsAsync(long member)
    {
        var answered =
            await Studio.GetAsync($"/v1/customers/{member.ToString(CultureInfo.InvariantCulture)}/account/transactions/upcoming");
        return [.. answered.Body!["result"]!.AsArray().Select(entry => (decimal)entry!["openAmount"]!["amount"]!)];
    }

    /// <summary>Waits until nothing is open any more: a bank takes its time for a debit.</summary>
    public async Task AssertSettledAsync(long member)
    {
        for (var tries = 0; (await OpenAmountsAsync(member)).Any(open => open != 0); tries++)
        {
            Assert.True(tries < 60, "A claim is still open.");
            await Task.Delay(TimeSpan.FromMilliseconds(250), Cancel);
        }
    }

    /// <summary>Lets the session's time pass, but for what is left of it.</summary>
    public async Task ExpireAsync(string token, TimeSpan left = default) => await _books.ScalarAsync(
        "UPDATE session SET expires_at = now() + $2 WHERE merchant_id = $1 AND id = $3 RETURNING id",
        Studio.Merchant.Value, left, SessionToken.TryRead(token, SessionToken.UserPrefix)!.Session.Value);

    /// <summary>An operator's choice of the origins whose pages may embed the widget for the studio's sessions.</summary>
    public Task<(int ExitCode, string Output, string Error)> OriginAsync(params string[] command) => RunningProgram.RunAsync(
        ["origin", .. command, "--merchant", $"{Studio.Merchant.Value}", "--api", "sport-alliance", "--database", _books.ConnectionString]);

    private async Task<HttpResponseMessage> PostAsync(string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("X-API-KEY", Studio.Key);
        return await _books.Client.SendAsync(request, Cancel);
    }
}
