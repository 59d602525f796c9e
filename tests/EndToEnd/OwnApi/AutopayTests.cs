using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>Customers choose that their bills are collected when they are due, and end it.</summary>
public sealed class AutopayTests(BooksFixture books)
{
    private const string Autopay = "/api/v1/autopay";
    private const string Dues = "/api/v1/dues";

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Consent_IsKeptWithItsWords_AndEndsWithTheCustomersWord()
    {
        var biller = await OpenAsync();
        var (account, first) = await OwingAsync(biller, "10");
        var second = await StoreAsync(biller, account);
        Assert.False((bool)(await ConsentsAsync(biller, account))["in_force"]!);

        await ChooseAsync(biller, account, first, ("language", "de"));
        await ChooseAsync(biller, account, second, ("text", "My bills by this card, as of form 17"));
        var again = await ChooseAsync(biller, account, second);
        Assert.Contains("already", again, StringComparison.Ordinal);

        var shown = await ConsentsAsync(biller, account);
        Assert.True((bool)shown["in_force"]!);
        var (last, former) = (shown["consents"]![0]!, shown["consents"]![1]!);
        Assert.Equal(
            (second, "api", "My bills by this card, as of form 17", "en", null),
            ((string)last["instrument"]!, (string)last["source"]!, (string)last["text"]!, (string)last["language"]!, last["ended_at"]));
        Assert.Equal(
            (AutopayTexts.Of("de"), "de", "api"), ((string)former["text"]!, (string)former["language"]!, (string)former["ended_by"]!));

        await EndAsync(biller, account);
        Assert.False((bool)(await ConsentsAsync(biller, account))["in_force"]!);
        Assert.Contains("has ended it already", await EndAsync(biller, account), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Runs_AskTheChosenCard_OrOnlyThoseWhoChose_AndNobodyWhoEndedIt()
    {
        var biller = await OpenAsync();
        var (chosen, older) = await OwingAsync(biller, "10");
        await StoreAsync(biller, chosen);
        await ChooseAsync(biller, chosen, older);
        await OwingAsync(biller, "20");
        var (gone, card) = await OwingAsync(biller, "30");
        await ChooseAsync(biller, gone, card);
        await EndAsync(biller, gone);

        Assert.Equal("2 autopay_ended 1", await PreviewAsync(biller));
        Assert.Equal("1 autopay_ended 1, no_autopay 1", await PreviewAsync(biller, onlyAutopay: true));

        var begun = await biller.PostAsync(Dues, new JsonObject { ["until"] = $"{Today:O}", ["autopay"] = true });
        Assert.True(begun.Status == HttpStatusCode.Created, begun.Text);
        await UntilAsync(biller, $"{begun.Json["id"]}");
        // The newer card would be asked without the consent.
        Assert.Equal(Guid.Parse(older), await books.ScalarAsync(
            "SELECT instrument_id FROM payment WHERE merchant_id = $1", biller.Merchant.Value));

        await ChooseAsync(biller, gone, card);
        Assert.Equal("2", await PreviewAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>A try of a failed payment is a collection too.</summary>
    [Fact]
    public async Task Tries_EndWithTheConsent()
    {
        var biller = await OpenAsync();
        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync("/api/v1/tries", new JsonObject
        {
            ["tries"] = new JsonArray(new JsonObject { ["after_days"] = 3 }),
            ["reason"] = "agreed",
        })).Status);
        var (account, card) = await OwingAsync(biller, "30", "4000000000009995");
        await ChooseAsync(biller, account, card);
        var begun = await biller.PostAsync(Dues, new JsonObject { ["until"] = $"{Today:O}" });
        await UntilAsync(biller, $"{begun.Json["id"]}");
        Assert.Equal("early", await NextAsync());

        await EndAsync(biller, account);

        Assert.Equal("autopay_ended", await NextAsync());
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        async Task<string> NextAsync() =>
            (string)(await biller.GetAsync($"{Dues}/{begun.Json["id"]}/payments?result=failed")).Json["items"]![0]!["next_why"]!;
    }

    [Fact]
    public async Task Tries_GoOnWithNoOtherCardThanTheChosenOne()
    {
        var biller = await OpenAsync();
        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync("/api/v1/tries", new JsonObject
        {
            ["tries"] = new JsonArray(new JsonObject { ["after_days"] = 3 }),
            ["reason"] = "agreed",
        })).Status);
        var (account, _) = await OwingAsync(biller, "30", "4000000000009995");
        var begun = await biller.PostAsync(Dues, new JsonObject { ["until"] = $"{Today:O}" });
        await UntilAsync(biller, $"{begun.Json["id"]}");

        await ChooseAsync(biller, account, await StoreAsync(biller, account));

        var failed = (await biller.GetAsync($"{Dues}/{begun.Json["id"]}/payments?result=failed")).Json["items"]![0]!;
        Assert.Equal("autopay_ended", (string)failed["next_why"]!);
        Assert.Equal("1", await PreviewAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>Many customers' cards were stored by clients. Who says stop means it.</summary>
    [Fact]
    public async Task Customer_WhoNeverChoseItHere_CanWantNothingCollected()
    {
        var biller = await OpenAsync();
        var (account, card) = await OwingAsync(biller, "10");
        Assert.Equal("1", await PreviewAsync(biller));

        await EndAsync(biller, account);

        Assert.Equal("0 autopay_ended 1", await PreviewAsync(biller));
        var said = Assert.Single((await ConsentsAsync(biller, account))["consents"]!.AsArray())!;
        Assert.Equal((null, "api", $"{said["given_at"]}"), (said["instrument"], (string)said["ended_by"]!, $"{said["ended_at"]}"));
        await ChooseAsync(biller, account, card);
        Assert.Equal("1", await PreviewAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task CardThatWasChosen_AndIsGone_IsReplacedByNoOther()
    {
        var biller = await OpenAsync();
        var (account, other) = await OwingAsync(biller, "10");
        var chosen = await StoreAsync(biller, account);
        await ChooseAsync(biller, account, chosen);

        await biller.SendAsync(HttpMethod.Delete, $"/api/v1/instruments/{chosen}", null, Biller.NewText());

        Assert.Equal("0 chosen_gone 1", await PreviewAsync(biller));
        await ChooseAsync(biller, account, other);
        Assert.Equal("1", await PreviewAsync(biller));
    }

    [Fact]
    public async Task CardInThePlaceOfTheChosenOne_IsAskedInTheSameWords()
    {
        var biller = await OpenAsync();
        var account = await biller.CustomerAsync();
        var first = await TakenAsync();
        await ChooseAsync(biller, account, first, ("text", "My bills by this card"));

        var second = await TakenAsync();

        var consents = (await ConsentsAsync(biller, account))["consents"]!.AsArray();
        Assert.Equal(
            (2, second, "replacement", "My bills by this card", null),
            (consents.Count, (string)consents[0]!["instrument"]!, (string)consents[0]!["source"]!, (string)consents[0]!["text"]!,
                consents[0]!["ended_at"]));
        Assert.Equal("replacement", (string)consents[1]!["ended_by"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        async Task<string> TakenAsync()
        {
            var opened = await biller.PostAsync(Biller.Sessions, new JsonObject { ["account"] = account, ["text"] = "A card" });
            var token = await SessionTests.PaidAsync(books, (string)opened.Json["token"]!);
            var taken = await biller.PostAsync($"{Biller.Sessions}/take", new JsonObject { ["token"] = token });
            Assert.True(taken.Status == HttpStatusCode.OK, taken.Text);
            return (string)taken.Json["id"]!;
        }
    }

    /// <summary>It is one person: who said stop there means it here, and what was chosen there can't be charged here.</summary>
    [Fact]
    public async Task Merge_KeepsThatNothingIsCollected_AndEndsAConsentOfTheMergedAccount()
    {
        var biller = await OpenAsync();
        var ((stopped, card), (into, _)) = (await OwingAsync(biller, "10"), await OwingAsync(biller, "20"));
        await ChooseAsync(biller, stopped, card);
        await EndAsync(biller, stopped);
        var ((chosen, its), (other, _)) = (await OwingAsync(biller, "30"), await OwingAsync(biller, "40"));
        await ChooseAsync(biller, chosen, its);

        await MergeAsync(stopped, into);
        await MergeAsync(chosen, other);

        Assert.Equal("2 autopay_ended 2", await PreviewAsync(biller));
        Assert.Equal("merge", (string)(await ConsentsAsync(biller, into))["consents"]![0]!["ended_by"]!);
        Assert.Empty((await ConsentsAsync(biller, other))["consents"]!.AsArray());
        var refused = await biller.PostAsync($"{Autopay}/end", new JsonObject { ["account"] = chosen, ["reason"] = "a letter" });
        Assert.Equal((409, "account-merged"), refused.Problem);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        async Task MergeAsync(string account, string kept)
        {
            var merged = await biller.PostAsync(
                $"{Biller.Accounts}/{account}/merge", new JsonObject { ["into"] = kept, ["reason"] = "one person" });
            Assert.True(merged.Status == HttpStatusCode.OK, merged.Text);
        }
    }

    [Fact]
    public async Task Operator_KeepsAndEndsAConsent_AndErasingTakesItsWords()
    {
        var biller = await OpenAsync();
        var (account, card) = await OwingAsync(biller, "10");
        var shown = (await biller.GetAsync($"{Biller.Accounts}/{account}")).Json;
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Admin, biller.Merchant, "Grace");
        var page = $"/console/customers/{shown["id"]}";
        var form = await SeenForm.OpenAsync(grace, $"/console/instruments/{card}/autopay");
        Assert.Null((await form.SendAsync(("language", "xx"), ("Reason", "form 17"))).To);
        Assert.NotNull((await form.SendAsync(("language", "fr"), ("Reason", "form 17"))).To);
        Assert.Contains("Payer automatiquement mes prochaines factures", await grace.PageAsync(page), StringComparison.Ordinal);
        Assert.NotNull((await (await SeenForm.OpenAsync(grace, $"{page}/autopay/end")).SendAsync(("Reason", "a letter"))).To);
        Assert.Contains("Autopay was ended in the console", await grace.PageAsync(page), StringComparison.Ordinal);

        var erased = await biller.PostAsync($"{Biller.Accounts}/erase", new JsonObject
        {
            ["account"] = account,
            ["number"] = (long)shown["number"]!,
            ["reason"] = "They asked",
        });

        Assert.True(erased.Status == HttpStatusCode.OK, erased.Text);
        var consent = (await ConsentsAsync(biller, $"{shown["id"]}"))["consents"]![0]!;
        Assert.Equal(("console", null, null), ((string)consent["source"]!, consent["text"], consent["language"]));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task WrongConsents_AreRefusedByTheirField()
    {
        var biller = await OpenAsync();
        var (account, card) = await OwingAsync(biller, "10");
        var (_, other) = await OwingAsync(biller, "10");
        foreach (var (body, place) in new (JsonObject, string)[]
        {
            (Asked(account, other), "/instrument"), (Asked(account, "no id"), "/instrument"), (Asked("nobody", card), "/account"),
            (Asked(account, card, ("language", "xx")), "/language"), (Asked(account, card, ("text", "")), "/text"),
        })
        {
            Assert.Equal([place], (await biller.PostAsync(Autopay, body)).Places);
        }

        await biller.SendAsync(HttpMethod.Delete, $"/api/v1/instruments/{card}", null, Biller.NewText());
        Assert.Equal(["/instrument"], (await biller.PostAsync(Autopay, Asked(account, card))).Places);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM autopay WHERE merchant_id = $1", biller.Merchant.Value));
    }

    private static async Task<string> PreviewAsync(Biller biller, bool onlyAutopay = false)
    {
        var preview = (await biller.PostAsync(
            Dues, new JsonObject { ["until"] = $"{Today:O}", ["dry"] = true, ["autopay"] = onlyAutopay })).Json;
        return $"{preview["count"]} {string.Join(", ", preview["left_out"]!.AsArray().Select(one => $"{one!["why"]} {one["count"]}"))}"
            .TrimEnd();
    }

    private static JsonObject Asked(string account, string instrument, params (string Name, string Value)[] more)
    {
        var body = new JsonObject { ["account"] = account, ["instrument"] = instrument, ["reason"] = "the customer said so" };
        foreach (var (name, value) in more)
            body[name] = value;
        return body;
    }

    private static async Task<string> ChooseAsync(Biller biller, string account, string instrument, params (string, string)[] more)
    {
        var chosen = await biller.PostAsync(Autopay, Asked(account, instrument, more));
        Assert.True(chosen.Status == HttpStatusCode.OK, chosen.Text);
        return chosen.Text;
    }

    private static async Task<string> EndAsync(Biller biller, string account)
    {
        var ended = await biller.PostAsync($"{Autopay}/end", new JsonObject { ["account"] = account, ["reason"] = "a letter" });
        Assert.True(ended.Status == HttpStatusCode.OK, ended.Text);
        return ended.Text;
    }

    private static async Task<JsonNode> ConsentsAsync(Biller biller, string account) =>
        (await biller.GetAsync($"{Biller.Accounts}/{account}/autopay")).Json;

    private async Task<Biller> OpenAsync()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        return biller;
    }

    /// <summary>A customer with a stored card owes a charge of today.</summary>
    private async Task<(string Account, string Instrument)> OwingAsync(
        Biller biller, string amount, string card = VaultedPayments.GoodCard)
    {
        var account = await biller.CustomerAsync();
        var instrument = await StoreAsync(biller, account, card);
        var charge = Biller.Charge(account, amount);
        charge["due"] = $"{Today:O}";
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, charge)).Status);
        return (account, instrument);
    }

    /// <summary>The newest card of a customer.</summary>
    private async Task<string> StoreAsync(Biller biller, string account, string card = VaultedPayments.GoodCard)
    {
        await new Customers(books.Engine, books.Vault, biller.Merchant, "quittance").RegisterAsync(
            account, $"method-{Biller.NewText()}", Customers.CardOf(card));
        return (await biller.GetAsync($"/api/v1/instruments?account={account}")).Json["items"]!.AsArray()
            .Select(one => (string)one!["id"]!).Max(StringComparer.Ordinal)!;
    }

    private static Task UntilAsync(Biller biller, string run) => NoticePost.UntilAsync(
        async () => (string)(await biller.GetAsync($"{Dues}/{run}")).Json["status"]! == "done");
}
