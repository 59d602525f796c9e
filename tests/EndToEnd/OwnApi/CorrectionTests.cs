using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program puts right what was booked wrongly.</summary>
public sealed class CorrectionTests(BooksFixture books)
{
    private const string Why = "Uwe paid it";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payment_OfTheWrongCustomer_MovesToTheRightOne_AndTheStrangerOwesAgain()
    {
        var biller = await Biller.OpenAsync(books);
        var (petra, uwe) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var (ofPetra, ofUwe) = (await biller.OwingAsync(petra, "29.90"), await biller.OwingAsync(uwe, "29.90"));
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(petra, "29.90", ofPetra));
        var (move, key) = (new JsonObject { ["account"] = uwe, ["reason"] = Why }, Biller.NewText());

        var moved = await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/move", move, key);
        var again = await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/move", move, key);

        Assert.True(moved.Status == HttpStatusCode.Created, moved.Text);
        Assert.Equal((moved.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["29.90", "0.00"], await biller.OpenOfAsync(ofPetra, ofUwe));
        Assert.Equal(ofUwe, (string)moved.Json["charges"]![0]!["charge"]!);
        var types = (await biller.GetAsync("/api/v1/events?limit=1000")).Json["items"]!.AsArray().Select(one => (string)one!["type"]!);
        Assert.Contains("payment.moved", types);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        // The reason stands in the audit log and beside the event, under the name of the credential.
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        Assert.Matches(
            $"^credential [0-9]+: payment.move payment {paid.Json["number"]}: {Why}$", await ActionAsync(biller.Merchant, "payment.move"));
        Assert.Contains(Why, await desk.PageAsync($"/console/payments/{paid.Json["number"]}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Money_TakenOffACharge_SettlesAnother()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var (wrong, right) = (await biller.OwingAsync(account, "20"), await biller.OwingAsync(account, "12"));
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", wrong));

        var put = await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/unallocate", new JsonObject
        {
            ["from"] = wrong,
            ["charges"] = new JsonArray(right),
            ["reason"] = "For the other bill",
        });

        Assert.True(put.Status == HttpStatusCode.OK, put.Text);
        Assert.Equal("8.00", (string)put.Json["credit"]!["amount"]!);
        Assert.Equal(["20.00", "0.00"], await biller.OpenOfAsync(wrong, right));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Debt_IsForgivenWrittenOffAndPutBack_AndTheBooksAreAsBefore()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var before = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance")).Json["owed"]!.ToJsonString();

        foreach (var (correction, amount, open) in new[]
        {
            ("credit", "5.50", "14.50"), ("reinstate", null, "20.00"), ("write_off", "20", "0.00"), ("recover", "4", "4.00"),
            ("recover", null, "20.00"), ("cancel", null, "0.00"), ("reinstate", null, "20.00"),
        })
        {
            var (body, key) = (Correction(correction, amount), Biller.NewText());
            var corrected = await biller.PostAsync($"{Biller.Charges}/{charge}/correct", body, key);
            Assert.True(corrected.Status == HttpStatusCode.OK, corrected.Text);
            var again = await biller.PostAsync($"{Biller.Charges}/{charge}/correct", body, key);
            Assert.Equal((corrected.Text, true), (again.Text, again.Replayed));
            Assert.Equal([open], await biller.OpenOfAsync(charge));
            Assert.Equal((await biller.GetAsync($"{Biller.Charges}/{charge}")).Headers["ETag"], corrected.Headers["ETag"]);
        }

        Assert.Equal(before, (await biller.GetAsync($"{Biller.Accounts}/{account}/balance")).Json["owed"]!.ToJsonString());
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Change_IsOfTheChargeThatTheClientHasSeen()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "20");
        var seen = (await biller.GetAsync($"{Biller.Charges}/{charge}")).Headers["ETag"];

        var blind = await ChangeAsync(null, "Advice");
        var changed = await ChangeAsync(seen, "Advice");
        var late = await ChangeAsync(seen, "Repairs");

        Assert.Equal((428, "precondition-required"), blind.Problem);
        Assert.Equal(["If-Match"], blind.Places);
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        Assert.Equal((412, "charge-changed"), late.Problem);
        Assert.Equal("Advice", (string)(await biller.GetAsync($"{Biller.Charges}/{charge}")).Json["description"]!);

        Task<TravelAnswer> ChangeAsync(string? tag, string text) => biller.SendAsync(
            HttpMethod.Post, $"{Biller.Charges}/{charge}/change",
            new JsonObject { ["description"] = text, ["reason"] = "Said wrongly" }.ToJsonString(), Biller.NewText(), tag);
    }

    [Fact]
    public async Task Correction_ThatTheBooksDoNotAllow_NamesTheField_AndChangesNothing()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, other) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var charge = await biller.OwingAsync(account, "20");
        var cash = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "20", charge));
        var card = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = account,
            ["amount"] = Biller.Euro("5"),
            ["method"] = "bank_card",
        });
        var stranger = await Biller.OpenAsync(books);
        var foreign = await stranger.OwingAsync(await stranger.CustomerAsync(), "1");
        var before = await books.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", biller.Merchant.Value);

        foreach (var (path, body, problem, place) in new (string, JsonObject, (int, string), string?)[]
        {
            ($"{Biller.Charges}/{charge}/correct", Correction("credit", "1"), (409, "exceeds-due"), "/amount"),
            ($"{Biller.Charges}/{charge}/correct", Correction("cancel", null), (409, "charge-settled"), null),
            ($"{Biller.Charges}/{charge}/correct", Correction("recover", "1"), (409, "exceeds-corrected"), "/amount"),
            ($"{Biller.Charges}/{charge}/correct", Correction("credit", null), (400, "invalid-request"), "/amount"),
            ($"{Biller.Charges}/{charge}/correct", Correction("cancel", "1"), (400, "invalid-request"), "/amount"),
            ($"{Biller.Charges}/{charge}/correct", Correction("forgive", null), (400, "invalid-request"), "/correction"),
            ($"{Biller.Charges}/{charge}/correct", new JsonObject { ["correction"] = "recover" }, (400, "invalid-request"), "/reason"),
            ($"{Biller.Charges}/{foreign}/correct", Correction("cancel", null), (404, "charge-unknown"), null),
            ($"{Biller.Payments}/{card.Json["id"]}/move", Move(other), (409, "held-by-provider"), null),
            ($"{Biller.Payments}/{cash.Json["id"]}/move", Move(account), (409, "same-customer"), "/account"),
            ($"{Biller.Payments}/{cash.Json["id"]}/move", Move(foreign), (404, "account-unknown"), "/account"),
            ($"{Biller.Payments}/{cash.Json["id"]}/move", Move(other, "20.01"), (409, "exceeds-refundable"), "/amount"),
            ($"{Biller.Payments}/{cash.Json["id"]}/unallocate", Move(null, "20.01"), (409, "exceeds-settled"), "/amount"),
        })
        {
            var refused = await biller.PostAsync(path, body);
            Assert.Equal((path, body.ToJsonString(), problem), (path, body.ToJsonString(), refused.Problem));
            Assert.Equal(place is null ? [] : [place], refused.Places);
        }

        Assert.Equal(before, await books.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", biller.Merchant.Value));
    }

    [Fact]
    public async Task Correction_NeedsItsScope_AndNoSecondPerson()
    {
        var biller = await Biller.OpenAsync(books, "bill", "read");
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "20");

        Assert.Equal(403, (await biller.PostAsync($"{Biller.Charges}/{charge}/correct", Correction("cancel", null))).Problem.Status);

        // The limit is for operators: the scope is the program's right.
        await new Till(books, biller.Merchant).LimitAsync(0_01);
        var trusted = await Biller.OpenAsync(books, biller.Merchant);
        Assert.Equal(
            HttpStatusCode.OK, (await trusted.PostAsync($"{Biller.Charges}/{charge}/correct", Correction("cancel", null))).Status);
    }

    private static JsonObject Correction(string correction, string? amount)
    {
        var body = new JsonObject { ["correction"] = correction, ["reason"] = Why };
        if (amount is not null)
            body["amount"] = Biller.Euro(amount);
        return body;
    }

    private static JsonObject Move(string? account, string? amount = null)
    {
        var body = new JsonObject { ["reason"] = Why };
        if (account is not null)
            body["account"] = account;
        if (amount is not null)
            body["amount"] = Biller.Euro(amount);
        return body;
    }

    private async Task<string> ActionAsync(MerchantId merchant, string what) => (string)(await books.ScalarAsync(
        "SELECT who || ': ' || what || ' ' || subject || ': ' || reason FROM operator_action WHERE merchant_id = $1 AND what = $2",
        merchant.Value, what))!;
}
