using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Dialects.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.OwnApi;

/// <summary>A program looks for things of any kind by one text.</summary>
public sealed class SearchTests(BooksFixture books)
{
    private const string Search = "/api/v1/search";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("okafor")]
    [InlineData("OKAFOR")]
    [InlineData("kaf")]
    [InlineData("Okafor Zoe")]
    [InlineData("zoë")]
    [InlineData("müller")]
    [InlineData("Mueller")]
    [InlineData("eller")]
    [InlineData("oconn")]
    [InlineData("O'Connor, Zoë")]
    [InlineData("cu-10")]
    [InlineData("CU-10")]
    public async Task Customer_IsFound_ByAnyPartOfAnyWordOfTheName_AndByTheReferenceInAnyCase(string typed)
    {
        var biller = await Biller.OpenAsync(books);
        var account = await OpenAsync(biller, "CU-1020", "Zoë O'Connor-Okafor Mueller");
        await OpenAsync(biller, "X-2", "Grace Hopper");
        await OpenAsync(await Biller.OpenAsync(books), "CU-1020", "Zoë O'Connor-Okafor Mueller");

        var found = Assert.Single(await FindAsync(biller, typed, "account"));

        Assert.Equal((account, "Zoë O'Connor-Okafor Mueller"), ((string?)found["id"], (string?)found["title"]));
        Assert.EndsWith($"/api/v1/accounts/{account}", (string?)found["href"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payment_Charge_Refund_AndLine_AreFound_ByNumberReferenceAndAmountAsTyped()
    {
        var biller = await Biller.OpenAsync(books);
        var customer = await biller.CustomerAsync();
        var bill = Biller.Charge(customer, "1234.50", "RE-2026-77");
        var charge = (string)(await biller.PostAsync(Biller.Charges, bill)).Json["id"]!;
        var payment = (await biller.PostAsync(Biller.Payments, Biller.Cash(customer, "150.00", charge))).Json;
        var (id, number) = ((string)payment["id"]!, (string)payment["number"]!.ToString());
        var refund = (await biller.PostAsync(
            $"{Biller.Payments}/{id}/refund", new JsonObject { ["amount"] = Biller.Euro("7.77"), ["reason"] = "too much" })).Json;
        var line = (string)(await biller.ImportedAsync(new Camt().With(431.09m, "Danke für die Hängematte")))[0]!["id"]!;

        Assert.Equal(charge, await OnlyAsync(biller, "re-2026-77", "charge"));
        Assert.Contains(id, await IdsAsync(biller, number, "payment"));
        Assert.Contains(id, await IdsAsync(biller, $"#{number}", "payment"));
        Assert.Equal(id, await OnlyAsync(biller, id, "payment"));
        foreach (var typed in new[] { "150", "150.00", "150,00", "150 EUR", "EUR 150", "€150" })
            Assert.Equal((typed, id), (typed, await OnlyAsync(biller, typed, "payment")));
        // The open part of the charge.
        foreach (var typed in new[] { "1084.50", "1.084,50", "1,084.50", "1084,5 EUR" })
            Assert.Equal((typed, charge), (typed, await OnlyAsync(biller, typed, "charge")));
        Assert.Empty(await IdsAsync(biller, "150 USD", "payment"));
        Assert.Empty(await IdsAsync(biller, "1.50", "payment"));
        Assert.Equal((string?)refund["id"], await OnlyAsync(biller, "7,77", "refund"));
        foreach (var typed in new[] { "hangematte", "Häng danke", "431,09", line })
            Assert.Equal((typed, line), (typed, await OnlyAsync(biller, typed, "line")));
    }

    [Fact]
    public async Task SettledBill_IsFound_ByItsWholeAmount()
    {
        var biller = await Biller.OpenAsync(books);
        var customer = await biller.CustomerAsync();
        var charge = (string)(await biller.PostAsync(Biller.Charges, Biller.Charge(customer, "88.05"))).Json["id"]!;
        var newer = (string)(await biller.PostAsync(Biller.Charges, Biller.Charge(customer, "88.05"))).Json["id"]!;
        foreach (var paid in new[] { charge, newer })
            await biller.PostAsync(Biller.Payments, Biller.Cash(customer, "88.05", paid));

        foreach (var typed in new[] { "88.05", "88,05", "88.05 EUR", "€88.05" })
            Assert.Equal([newer, charge], await IdsAsync(biller, typed, "charge"));
        Assert.Empty(await IdsAsync(biller, "88.05 USD", "charge"));
        Assert.Empty(await IdsAsync(await Biller.OpenAsync(books), "88.05", "charge"));
    }

    [Fact]
    public async Task Customer_IsFound_ByAllOfTheEMailAddress_UntilItIsErased()
    {
        var biller = await Biller.OpenAsync(books);
        var address = $"Ada.{Biller.NewWord()[..12]}@Example.com";
        var account = await OpenAsync(biller, "M-1", "Ada Nkemelu");
        await OpenAsync(biller, "M-2", "Grace Hopper");
        var changed = await biller.PostAsync($"{Biller.Accounts}/M-1/contact", new JsonObject { ["email"] = address });
        Assert.True((int)changed.Status == 200, changed.Text);

        foreach (var typed in new[] { address, address.ToLowerInvariant(), $" {address.ToUpperInvariant()}" })
        {
            var found = Assert.Single(await FindAsync(biller, typed, "account"));
            Assert.Equal((account, "email"), ((string?)found["id"], (string?)found["found_by"]));
        }

        Assert.Empty(await FindAsync(biller, address[1..], "account"));
        Assert.Empty(await FindAsync(await Biller.OpenAsync(books), address, "account"));
        var number = (await biller.GetAsync($"{Biller.Accounts}/M-1")).Json["number"];
        var erased = await biller.PostAsync(
            "/api/v1/accounts/erase", new JsonObject { ["account"] = "M-1", ["number"] = (long)number!, ["reason"] = "asked for it" });
        Assert.True((int)erased.Status == 200, erased.Text);
        Assert.Empty(await FindAsync(biller, address, "account"));
    }

    [Fact]
    public async Task CardAndBankAccount_AreFound_ByTheLastFour_WithTheirPayments_AndTheirCustomers()
    {
        var merchant = await books.Merchants.CreateAsync($"Works {Biller.NewText()}", Cancel);
        var biller = await Biller.OpenAsync(books, merchant);
        await books.Merchants.InstallAsync(merchant, "oracle-brm", Currency.Parse("USD"), Cancel);
        var customers = new Customers(books.Engine, books.Vault, merchant);
        await customers.CreateAsync(Customers.CardOf("5555555555554444"), 10_00);
        await customers.CreateAsync(Customers.IbanOf("DE89370400440532013000"), 10_00);

        foreach (var typed in new[] { "4444", "…4444", "**** 4444", "Mastercard 4444" })
            Assert.Equal((typed, "Mastercard ···· 4444 · Ada Nkemelu"), (typed, await TitleAsync(biller, typed, "instrument")));
        foreach (var typed in new[] { "3000", "DE89 3704 0044 0532 0130 00", "de89370400440532013000" })
            Assert.Equal((typed, "DE ···· 3000 · Ada Nkemelu"), (typed, await TitleAsync(biller, typed, "instrument")));
        Assert.Equal("Mandate MANDATE-1", (string?)Assert.Single(await FindAsync(biller, "mandate-1", "instrument"))["subtitle"]);
    }

    [Fact]
    public async Task Payment_IsFound_ByTheProvidersReference_AndByTheCustomersNameNewestFirst()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(30_00);
        var reference = (string)(await books.ScalarAsync(
            "SELECT provider_reference FROM attempt WHERE id = $1", paid.Authorisation))!;

        Assert.Contains(paid.Id.ToString("D"), await IdsAsync(biller, reference, "payment"));
        Assert.Contains(paid.Id.ToString("D"), await IdsAsync(biller, paid.Authorisation.ToString("D"), "payment"));
    }

    [Fact]
    public async Task ErasedPerson_IsNotFound_ByTheNameOrTheTextsOfTheBank()
    {
        var biller = await Biller.OpenAsync(books);
        var word = Biller.NewWord()[..12];
        await OpenAsync(biller, "E-1", $"Ada {word}");
        Assert.Single(await FindAsync(biller, word, "account"));
        var number = (await biller.GetAsync($"{Biller.Accounts}/E-1")).Json["number"];

        var erased = await biller.PostAsync(
            "/api/v1/accounts/erase", new JsonObject { ["account"] = "E-1", ["number"] = (long)number!, ["reason"] = "asked for it" });

        Assert.True((int)erased.Status is 200 or 201, erased.Text);
        Assert.Empty(await FindAsync(biller, word, null));
    }

    [Fact]
    public async Task Lines_AreFound_ByACredentialOfSettlements_AndNothingByOneThatMayNotRead()
    {
        var all = await Biller.OpenAsync(books);
        await all.ImportedAsync(new Camt().With(12.34m, "for the hammock"));
        var reader = await Biller.OpenAsync(books, all.Merchant, OwnApiRoutes.ReadScope);
        var settler = await Biller.OpenAsync(books, all.Merchant, OwnApiRoutes.SettleScope);

        Assert.Single(await FindAsync(all, "hammock", "line"));
        Assert.Empty(await FindAsync(reader, "hammock", null));
        Assert.Equal((403, "forbidden"), (await settler.GetAsync($"{Search}?q=hammock")).Problem);
        Assert.Empty(await FindAsync(await Biller.OpenAsync(books), "hammock", null));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("' OR 1=1 --")]
    [InlineData("\\")]
    [InlineData("':*|'q")]
    [InlineData("🦊")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("-1")]
    public async Task StrangeText_FindsNothing_AndBreaksNothing(string typed)
    {
        var biller = await Biller.OpenAsync(books);
        await OpenAsync(biller, "S-1", "Grace Hopper");
        Assert.Empty(await FindAsync(biller, typed, null));
    }

    [Theory]
    [InlineData(null, "must not be empty")]
    [InlineData("", "must not be empty")]
    [InlineData("%20", "must not be empty")]
    [InlineData("a%0Ab", "control characters")]
    [InlineData("a%00b", "U+0000")]
    [InlineData("4242424242424242", "last four digits")]
    [InlineData("4242%204242-4242%204242", "last four digits")]
    public async Task TextThatNamesNothing_IsRefused_ByTheNameOfTheParameter(string? typed, string why)
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.GetAsync(typed is null ? Search : $"{Search}?q={typed}");
        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Equal(["q"], refused.Places);
        Assert.Contains(why, refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("42424242", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextOfTenThousandCharacters_IsRefused()
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.GetAsync($"{Search}?q={new string('x', 10_000)}");
        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Contains("at most 200 characters", refused.Text, StringComparison.Ordinal);
    }

    private static async Task<string> OpenAsync(Biller biller, string reference, string name) => (string)(await biller.PostAsync(
        Biller.Accounts, new JsonObject { ["reference"] = reference, ["currency"] = "EUR", ["name"] = name })).Json["id"]!;

    private static async Task<IReadOnlyList<JsonNode>> FindAsync(Biller biller, string typed, string? kind)
    {
        var found = await biller.GetAsync($"{Search}?q={Uri.EscapeDataString(typed)}");
        Assert.True((int)found.Status == 200, found.Text);
        return [.. found.Json["items"]!.AsArray().Select(item => item!).Where(item => kind is null || (string?)item["kind"] == kind)];
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(Biller biller, string typed, string kind) =>
        [.. (await FindAsync(biller, typed, kind)).Select(item => (string)item["id"]!)];

    private static async Task<string> OnlyAsync(Biller biller, string typed, string kind) =>
        Assert.Single(await IdsAsync(biller, typed, kind));

    private static async Task<string?> TitleAsync(Biller biller, string typed, string kind) =>
        (string?)Assert.Single(await FindAsync(biller, typed, kind))["title"];
}
