using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>Names and reasons of clients can be read on one line.</summary>
public sealed class NameTests(BooksFixture books)
{
    private const string Turned = "INV-\u202E71";

    [Theory]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("\u200E")]
    [InlineData("INV\n17")]
    [InlineData(Turned)]
    public async Task Name_ThatIsBlank_OrShowsAsAnother_IsRefusedByItsField(string name)
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20.00");
        var bill = new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("1"), ["due"] = "2026-11-30" };
        foreach (var (path, body, field) in new (string, JsonObject, string)[]
        {
            (Biller.Accounts, new() { ["reference"] = "C-1", ["currency"] = "EUR" }, "reference"),
            (Biller.Accounts, new() { ["reference"] = "C-1", ["currency"] = "EUR" }, "name"),
            (Biller.Charges, bill, "reference"), (Biller.Charges, bill, "document"),
            ($"{Biller.Charges}/{charge}/correct", new() { ["correction"] = "cancel" }, "reason"),
            ($"{Biller.Accounts}/{account}/close", [], "reason"),
            ("/api/v1/tries", new() { ["tries"] = new JsonArray() }, "reason"),
            ("/api/v1/dunning", new() { ["currency"] = "EUR", ["levels"] = new JsonArray() }, "reason"),
            (Biller.Credentials, new() { ["api"] = "quittance" }, "name"),
            (Biller.Sessions, new() { ["account"] = account }, "text"),
            (Biller.Links, new() { ["account"] = account, ["amount"] = Biller.Euro("1") }, "text"),
        })
        {
            var asked = (JsonObject)body.DeepClone();
            asked[field] = name;
            var refused = await biller.PostAsync(path, asked);
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, refused.Status));
            Assert.Equal((path, $"/{field}"), (path, Assert.Single(refused.Places)));
        }

        Assert.Equal("20.00", (string)(await biller.GetAsync($"{Biller.Charges}/{charge}")).Json["open"]!["amount"]!);
    }

    [Theory]
    [InlineData("\"account\":{\"id\":\"NAME\"}")]
    [InlineData("\"account\":{\"id\":\"A-1\",\"name\":\"NAME\"}")]
    [InlineData("\"account\":{\"id\":\"A-1\"},\"correlatorId\":\"NAME\"")]
    public async Task Name_OfAnotherApi_IsRefusedAlike(string members)
    {
        foreach (var name in (string[])[" ", Turned])
        {
            var refused = await new TmfHttp(books, "demo-telco").PostAsync(
                "/paymentManagement/v4/payment",
                "{" + members.Replace("NAME", name)
                + ",\"paymentMethod\":{\"@type\":\"Cash\"},\"totalAmount\":{\"unit\":\"EUR\",\"value\":1}}");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }
    }

    [Fact]
    public async Task Description_ThatTurnsTheDirection_IsShownWithoutThat()
    {
        var biller = await Biller.OpenAsync(books);
        var raised = await biller.PostAsync(Biller.Charges, new JsonObject
        {
            ["account"] = await biller.CustomerAsync(),
            ["amount"] = Biller.Euro("1"),
            ["due"] = "2026-11-30",
            ["description"] = "Rent\u202Eof\nMay",
        });
        Assert.Equal("Rent of May", (string)raised.Json["description"]!);
    }
}
