using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>How a customer is reached: programs and people set it, and it is erased with the person.</summary>
public sealed class ContactTests(BooksFixture books)
{
    [Fact]
    public async Task Contact_IsShownAsItWasSet_WithTheAccountAndInItsList()
    {
        var biller = await Biller.OpenAsync(books);
        var opened = await biller.PostAsync(Biller.Accounts, Opening(Contact("ada@Büro.example")));
        var bare = await biller.PostAsync(Biller.Accounts, Opening([]));

        Assert.True((int)opened.Status == 201, opened.Text);
        AssertShows("ada@büro.example", opened.Json);
        AssertShows("ada@büro.example", (await biller.GetAsync($"{Biller.Accounts}/{opened.Json["id"]}")).Json);
        AssertShows("ada@büro.example", (await biller.GetAsync(Biller.Accounts)).Json["items"]![0]!);
        Assert.Null(bare.Json["email"]);
        Assert.Null(bare.Json["address"]);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Contact_ThatIsChanged_TakesThePlaceOfTheOneBefore_Once()
    {
        var biller = await Biller.OpenAsync(books);
        var account = (string)(await biller.PostAsync(Biller.Accounts, Opening(Contact("ada@example.com")))).Json["reference"]!;
        var (path, key) = ($"{Biller.Accounts}/{account}/contact", Biller.NewText());
        var change = new JsonObject { ["email"] = "ada@new.example", ["language"] = "fr-ch", ["reason"] = "She has moved" };

        var changed = await biller.PostAsync(path, change, key);
        var again = await biller.PostAsync(path, change, key);
        var same = await biller.PostAsync(path, change);
        var later = await biller.PostAsync(path, new JsonObject { ["email"] = "ada@later.example" });
        var replayed = await biller.PostAsync(path, change, key);

        Assert.True((int)changed.Status == 200, changed.Text);
        Assert.Equal(("ada@new.example", "fr-CH"), ((string)changed.Json["email"]!, (string)changed.Json["language"]!));
        Assert.Null(changed.Json["address"]);
        Assert.Null(changed.Json["phone"]);
        Assert.All([again, replayed], one => Assert.Equal((changed.Text, true), (one.Text, one.Replayed)));
        Assert.Equal((changed.Text, false), (same.Text, same.Replayed));
        Assert.Equal("ada@later.example", (string)later.Json["email"]!);
        Assert.Equal("ada@later.example", (string)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["email"]!);
        var types = (await biller.GetAsync("/api/v1/events?limit=1000")).Json["items"]!.AsArray().Select(one => (string)one!["type"]!);
        Assert.Equal(2, types.Count(type => type == "account.contact_changed"));
        // The audit log says that, by whom and why, and nothing of the person.
        Assert.Equal(0L, await books.ScalarAsync(
            $"SELECT count(*) FROM operator_action o WHERE merchant_id = {biller.Merchant.Value} AND o::text LIKE '%example%'"));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task BadContact_IsNamedByItsField_AndChangesNothing()
    {
        var biller = await Biller.OpenAsync(books);
        var account = (string)(await biller.PostAsync(Biller.Accounts, Opening(Contact("ada@example.com")))).Json["reference"]!;
        (JsonObject Said, string Place)[] bad =
        [
            (new() { ["email"] = "ada@example.com\r\nBcc: uwe@example.com" }, "/email"),
            (new() { ["email"] = "ada@example.com,uwe@example.com" }, "/email"),
            (new() { ["email"] = "\"Ada\" <ada@example.com>" }, "/email"),
            (new() { ["email"] = $"{new string('a', 308)}@example.com" }, "/email"),
            (new() { ["email"] = "" }, "/email"),
            (new() { ["email"] = 7 }, "/email"),
            (new() { ["phone"] = "4242424242424242" }, "/phone"),
            (new() { ["language"] = "german" }, "/language"),
            (new() { ["address"] = "Bern" }, "/address"),
            (new() { ["address"] = new JsonObject { ["city"] = "Bern" } }, "/address/country"),
            (new() { ["address"] = new JsonObject { ["city"] = "Bern", ["country"] = "CH", ["line1"] = "a\nb" } }, "/address/line1"),
            (new() { ["address"] = new JsonObject { ["city"] = "Bern", ["country"] = "Schweiz" } }, "/address/country"),
            (new() { ["address"] = new JsonObject { ["city"] = "Bern", ["country"] = "CH", ["street"] = "a" } }, "/address/street"),
        ];
        foreach (var (said, place) in bad)
        {
            var opened = await biller.PostAsync(Biller.Accounts, Opening((JsonObject)said.DeepClone()));
            var changed = await biller.PostAsync($"{Biller.Accounts}/{account}/contact", said);
            Assert.Equal((400, place), ((int)opened.Status, opened.Places.Single()));
            Assert.Equal((400, place), ((int)changed.Status, changed.Places.Single()));
        }

        AssertShows("ada@example.com", (await biller.GetAsync($"{Biller.Accounts}/{account}")).Json);
        Assert.Equal((404, "account-unknown"), (await biller.PostAsync($"{Biller.Accounts}/nowhere/contact", new JsonObject())).Problem);
    }

    [Fact]
    public async Task Contact_IsErasedWithThePerson()
    {
        var biller = await Biller.OpenAsync(books);
        var opened = (await biller.PostAsync(Biller.Accounts, Opening(Contact("ada@example.com")))).Json;
        var erased = await biller.PostAsync($"{Biller.Accounts}/erase", new JsonObject
        {
            ["account"] = (string)opened["id"]!,
            ["number"] = (long)opened["number"]!,
            ["reason"] = "They asked",
        });

        Assert.True((int)erased.Status == 200, erased.Text);
        var shown = (await biller.GetAsync($"{Biller.Accounts}/{opened["id"]}")).Json;
        Assert.All((string[])["email", "phone", "address", "language"], member => Assert.Null(shown[member]));
        Assert.Equal(0L, await books.ScalarAsync(
            $"SELECT count(*) FROM account_contact WHERE merchant_id = {biller.Merchant.Value} AND num_nonnulls(email, city) > 0"));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
        // Who has it anew may say it anew.
        await biller.PostAsync($"{Biller.Accounts}/{opened["id"]}/contact", Contact("ada@example.com"));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Merge_GivesTheOtherAccount_WhatOnlyTheMergedOneSays()
    {
        var biller = await Biller.OpenAsync(books);
        var old = (await biller.PostAsync(Biller.Accounts, Opening(Contact("ada@old.example")))).Json;
        var kept = (await biller.PostAsync(Biller.Accounts, Opening(new() { ["email"] = "ada@new.example", ["language"] = "fr" }))).Json;

        var merged = await biller.PostAsync(
            $"{Biller.Accounts}/{old["id"]}/merge", new JsonObject { ["into"] = (string)kept["reference"]!, ["reason"] = "Married" });

        Assert.True((int)merged.Status == 200, merged.Text);
        var shown = (await biller.GetAsync($"{Biller.Accounts}/{kept["id"]}")).Json;
        Assert.Equal(
            ("ada@new.example", "+41 44 1234567", "fr", "8001"),
            ((string)shown["email"]!, (string)shown["phone"]!, (string)shown["language"]!, (string)shown["address"]!["postal_code"]!));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Operator_ChangesTheContact_AndSeesWhatIsWrong()
    {
        var biller = await Biller.OpenAsync(books);
        var opened = (await biller.PostAsync(Biller.Accounts, Opening(Contact("ada@example.com")))).Json;
        var (page, merchant) = ($"/console/customers/{opened["id"]}", biller.Merchant);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, merchant);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, merchant);

        var wrong = await (await SeenForm.OpenAsync(desk, $"{page}/contact")).SendAsync(
            ("email", "Ada <ada@example.com>"), ("Reason", "She wrote"));
        var saved = await (await SeenForm.OpenAsync(desk, $"{page}/contact")).SendAsync(
            ("email", "ada@desk.example"), ("city", "Zug"), ("Reason", "She wrote"));

        Assert.Contains("Say one e-mail address such as anna@example.com", wrong.Page, StringComparison.Ordinal);
        Assert.Contains("The contact is saved.", await desk.PageAsync($"{saved.To}"), StringComparison.Ordinal);
        var shown = await viewer.PageAsync(page);
        Assert.Contains("ada@desk.example", shown, StringComparison.Ordinal);
        Assert.Contains("Zug", shown, StringComparison.Ordinal);
        Assert.Contains("Contact changed", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Change the contact", shown, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(merchant);
    }

    private static JsonObject Contact(string email) => new()
    {
        ["email"] = email,
        ["phone"] = "+41 44 1234567",
        ["address"] = new JsonObject
        {
            ["line1"] = "Gasse 1",
            ["line2"] = "3. Stock",
            ["postal_code"] = "8001",
            ["city"] = "Bern",
            ["region"] = "BE",
            ["country"] = "CH",
        },
        ["language"] = "de",
    };

    private static JsonObject Opening(JsonObject contact)
    {
        contact["reference"] = $"C-{Biller.NewText()}";
        contact["currency"] = "EUR";
        return contact;
    }

    private static void AssertShows(string email, JsonNode account)
    {
        Assert.Equal(
            (email, "+41 44 1234567", "de"), ((string)account["email"]!, (string)account["phone"]!, (string)account["language"]!));
        Assert.Equal(
            "Gasse 1, 3. Stock, 8001, Bern, BE, CH",
            string.Join(", ", account["address"]!.AsObject().Select(line => (string)line.Value!)));
    }
}
