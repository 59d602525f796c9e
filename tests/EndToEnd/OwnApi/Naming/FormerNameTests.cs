using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi.Naming;

/// <summary>A call that got another name answers under its former one as well.</summary>
public sealed class FormerNameTests(BooksFixture books)
{
    [Fact]
    public async Task Links_AnswerUnderTheirFormerName()
    {
        var biller = await Biller.OpenAsync(books);
        var asked = new JsonObject { ["account"] = await biller.CustomerAsync(), ["amount"] = Biller.Euro("5"), ["text"] = "A course" };
        var key = Biller.NewText();

        var made = await biller.PostAsync("/api/v1/links", asked, key);

        Assert.Equal((HttpStatusCode.Created, made.Text), (made.Status, (await biller.PostAsync(Biller.Links, asked, key)).Text));
        foreach (var path in (string[])["/api/v1/links", Biller.Links])
        {
            Assert.Equal((string)made.Json["id"]!, (string)(await biller.GetAsync(path)).Json["items"]![0]!["id"]!);
            Assert.Equal("open", (string)(await biller.GetAsync($"{path}/{made.Json["id"]}")).Json["status"]!);
        }

        var back = await biller.PostAsync($"/api/v1/links/{made.Json["id"]}/take-back", new JsonObject { ["reason"] = "Sold out" });
        Assert.Equal("taken_back", (string)back.Json["status"]!);
    }

    [Theory]
    [InlineData("cancel", null, "charge.cancelled", "0.00")]
    [InlineData("credit", "5", "charge.credited", "15.00")]
    [InlineData("write-off", "5", "charge.written_off", "15.00")]
    [InlineData("write-off", null, "charge.written_off", "0.00")]
    public async Task Corrections_AnswerUnderTheirFormerNames(string verb, string? amount, string type, string open)
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "20");
        var asked = new JsonObject { ["reason"] = "Delivered late" };
        if (amount is not null)
            asked["amount"] = Biller.Euro(amount);
        var corrected = await biller.PostAsync($"{Biller.Charges}/{charge}/{verb}", asked);
        Assert.Equal((HttpStatusCode.OK, type), (corrected.Status, (string)corrected.Json["type"]!));
        Assert.Equal([open], await biller.OpenOfAsync(charge));
        // The path says what it does.
        asked["correction"] = "credit";
        Assert.Equal(["/correction"], (await biller.PostAsync($"{Biller.Charges}/{charge}/{verb}", asked)).Places);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Move_NamesTheOtherAccountUnderItsFormerName_AndNotUnderBoth()
    {
        var biller = await Biller.OpenAsync(books);
        var (payer, owner) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(payer, "20"));
        var path = $"{Biller.Payments}/{paid.Json["id"]}/move";
        Assert.Equal(["/account"], (await biller.PostAsync(path, new JsonObject { ["reason"] = "Paid by another" })).Places);
        var both = new JsonObject { ["to"] = owner, ["account"] = owner, ["reason"] = "Paid by another" };
        Assert.Equal(["/to"], (await biller.PostAsync(path, both)).Places);
        var moved = await biller.PostAsync(path, new JsonObject { ["to"] = owner, ["reason"] = "Paid by another" });
        Assert.Equal((HttpStatusCode.Created, (string)paid.Json["id"]!), (moved.Status, (string)moved.Json["moved_from"]!));
    }
}
