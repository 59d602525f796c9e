using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program opens the widget for its customers, and books its payment or takes its instrument.</summary>
public sealed class SessionTests(BooksFixture books)
{
    [Fact]
    public async Task Payment_OfASession_IsBookedOnce_AndSettlesTheCharge()
    {
        var (biller, account) = await OpenAsync();
        var charge = await biller.OwingAsync(account, "20");
        var (body, key) = (Session(account, "25"), Biller.NewText());
        var opened = await biller.PostAsync(Biller.Sessions, body, key);
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        Assert.Equal(("open", "25.00"), ((string)opened.Json["status"]!, (string)opened.Json["amount"]!["amount"]!));
        var path = $"{Biller.Sessions}/{opened.Json["id"]}";

        var result = await PaidAsync((string)opened.Json["token"]!, isAnsweredAgain: true);
        var again = await biller.PostAsync(Biller.Sessions, body, key);
        var submitted = (await biller.GetAsync(path)).Json;
        var (booking, once) = (new JsonObject { ["token"] = result, ["charges"] = new JsonArray(charge) }, Biller.NewText());
        var booked = await biller.PostAsync($"{Biller.Sessions}/book", booking, once);
        var repeated = await biller.PostAsync($"{Biller.Sessions}/book", booking, once);
        var twice = await biller.PostAsync($"{Biller.Sessions}/book", booking);

        Assert.Equal((opened.Text, true), (again.Text, again.Replayed));
        Assert.Equal(("open", false, true),
            ((string)submitted["status"]!, submitted["token"] is not null, submitted["payment"] is not null));
        Assert.True(booked.Status == HttpStatusCode.Created, booked.Text);
        Assert.Equal(("captured", "5.00", "widget"),
            ((string)booked.Json["status"]!, (string)booked.Json["credit"]!["amount"]!, (string)(await biller.GetAsync(
                $"{Biller.Payments}/{booked.Json["id"]}")).Json["api"]!));
        Assert.Equal((booked.Text, true), (repeated.Text, repeated.Replayed));
        Assert.Equal((409, "session-used"), twice.Problem);
        Assert.Equal(["/token"], twice.Places);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        Assert.Equal("used", (string)(await biller.GetAsync(path)).Json["status"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Card_OfASession_IsTakenOver_AndCharged()
    {
        var (biller, account) = await OpenAsync();
        var opened = await biller.PostAsync(Biller.Sessions, Session(account));
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        Assert.Null(opened.Json["amount"]);
        var result = await PaidAsync((string)opened.Json["token"]!);

        Assert.Equal((422, "session-of-other-kind"),
            (await biller.PostAsync($"{Biller.Sessions}/book", new JsonObject { ["token"] = result })).Problem);
        var taken = await biller.PostAsync($"{Biller.Sessions}/take", new JsonObject { ["token"] = result });
        var paid = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = account,
            ["amount"] = Biller.Euro("3"),
            ["instrument"] = (string)taken.Json["id"]!,
        });

        Assert.Equal((HttpStatusCode.OK, "current"), (taken.Status, (string)taken.Json["standing"]!));
        Assert.True(paid.Status == HttpStatusCode.Created && (string)paid.Json["status"]! == "captured", paid.Text);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Session_OfAnotherMerchant_OrWithAFalseToken_IsNotThere()
    {
        var ((biller, account), (stranger, _)) = (await OpenAsync(), await OpenAsync());
        var opened = await biller.PostAsync(Biller.Sessions, Session(account, "25"));
        var result = await PaidAsync((string)opened.Json["token"]!);
        var booking = new JsonObject { ["token"] = result };

        Assert.Equal((404, "session-unknown"), (await stranger.PostAsync($"{Biller.Sessions}/book", booking)).Problem);
        Assert.Equal((404, "session-unknown"), (await stranger.GetAsync($"{Biller.Sessions}/{opened.Json["id"]}")).Problem);
        Assert.Equal((404, "session-unknown"), (await biller.PostAsync(
            $"{Biller.Sessions}/book", new JsonObject { ["token"] = $"{result[..^1]}{(result[^1] == 'A' ? 'B' : 'A')}" })).Problem);
        Assert.Equal((404, "session-unknown"), (await biller.PostAsync(
            $"{Biller.Sessions}/book", new JsonObject { ["token"] = (string)opened.Json["token"]! })).Problem);
    }

    [Fact]
    public async Task Session_ThatCantBeMeant_IsRefused()
    {
        var (biller, account) = await OpenAsync();
        var bacs = Session(account, "25");
        bacs["choices"] = new JsonArray("bacs");
        var beer = Session(account, "25");
        beer["choices"] = new JsonArray("beer");
        var dollars = Session(account);
        dollars["amount"] = Biller.Euro("25", "USD");
        TravelAnswer[] refused =
        [
            await biller.PostAsync(Biller.Sessions, bacs), await biller.PostAsync(Biller.Sessions, beer),
            await biller.PostAsync(Biller.Sessions, dollars), await biller.PostAsync(Biller.Sessions, Session("C-none", "25")),
        ];

        Assert.Equal(
            [(400, "invalid-request"), (400, "invalid-request"), (422, "currency-mismatch"), (404, "account-unknown")],
            refused.Select(one => one.Problem));
        Assert.Equal(["/choices", "/choices", "/amount/currency", "/account"], refused.Select(one => one.Places.Single()));
        var reader = await Biller.OpenAsync(books, biller.Merchant, "read");
        Assert.Equal((403, "forbidden"), (await reader.PostAsync(Biller.Sessions, Session(account, "25"))).Problem);
    }

    [Fact]
    public async Task Links_AreListedInParts_ByAccountAndWhereTheyStand()
    {
        var (biller, account) = await OpenAsync();
        var other = await biller.CustomerAsync();
        List<string> made = [];
        for (var each = 0; each < 3; each++)
        {
            var charge = await biller.OwingAsync(account, "5");
            made.Add((string)(await biller.PostAsync(
                Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(charge) })).Json["id"]!);
        }

        await biller.PostAsync($"{Biller.Links}/{made[1]}/take-back", new JsonObject { ["reason"] = "paid in cash" });

        var first = (await biller.GetAsync($"{Biller.Links}?account={account}&limit=2")).Json;
        var rest = (await biller.GetAsync($"{Biller.Links}?account={account}&limit=2&cursor={first["next"]}")).Json;
        Assert.Equal(made, IdsOf(first).Concat(IdsOf(rest)));
        Assert.Null(rest["next"]);
        Assert.Equal([made[1]], IdsOf((await biller.GetAsync($"{Biller.Links}?status=taken_back")).Json));
        Assert.Equal([made[0], made[2]], IdsOf((await biller.GetAsync($"{Biller.Links}?status=open&account={account}")).Json));
        Assert.Empty(IdsOf((await biller.GetAsync($"{Biller.Links}?account={other}")).Json));
        Assert.DoesNotContain("/pay/", (await biller.GetAsync(Biller.Links)).Text, StringComparison.Ordinal);
        Assert.Equal(["status"], (await biller.GetAsync($"{Biller.Links}?status=lost")).Places);
        Assert.Empty(IdsOf((await (await Biller.OpenAsync(books)).GetAsync(Biller.Links)).Json));
    }

    private static IEnumerable<string> IdsOf(JsonNode page) => page["items"]!.AsArray().Select(one => (string)one!["id"]!);

    private static JsonObject Session(string account, string? amount = null)
    {
        var body = new JsonObject { ["account"] = account, ["text"] = "Fees of March" };
        if (amount is not null)
            body["amount"] = Biller.Euro(amount);
        return body;
    }

    private async Task<(Biller Biller, string Account)> OpenAsync()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        return (biller, await biller.CustomerAsync());
    }

    /// <param name="isAnsweredAgain">Whether the session's own answer, with the token, comes once more.</param>
    private Task<string> PaidAsync(string token, bool isAnsweredAgain = false) => PaidAsync(books, token, isAnsweredAgain);

    /// <summary>A customer sends a session's form. Returns the token for the client.</summary>
    internal static async Task<string> PaidAsync(BooksFixture books, string token, bool isAnsweredAgain = false)
    {
        if (!isAnsweredAgain)
            SecretWatch.OfTheRun.Add([token]);
        using var payer = new Payer(books);
        var (status, answer) = await payer.PayAsync(token);
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
        var result = (string)answer["paymentRequestToken"]!;
        SecretWatch.OfTheRun.Add([result]);
        return result;
    }
}
