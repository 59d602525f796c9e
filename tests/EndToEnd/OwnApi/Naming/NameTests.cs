using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi.Naming;

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
    public async Task MarksOfDirection_ThatNobodySees_AreDropped_InEveryApi()
    {
        const string Marked = "\u200F\u05DE\u05E9\u05D4\u061C \u05DB\u05D4\u05DF\u200E";
        const string Plain = "\u05DE\u05E9\u05D4 \u05DB\u05D4\u05DF";
        var biller = await Biller.OpenAsync(books);
        var reference = $"R-{Biller.NewText()}";
        var opened = await biller.PostAsync(
            Biller.Accounts, new JsonObject { ["reference"] = $"\u200E{reference}", ["currency"] = "EUR", ["name"] = Marked });
        Assert.Equal((reference, Plain), ((string)opened.Json["reference"]!, (string)opened.Json["name"]!));
        // With the mark and without it the name is one name.
        Assert.Equal(HttpStatusCode.OK, (await biller.GetAsync($"{Biller.Accounts}/%E2%80%8F{reference}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await biller.GetAsync($"{Biller.Charges}?account=%E2%80%8F{reference}")).Status);
        var reason = await biller.PostAsync(
            $"{Biller.Accounts}/{reference}/close", new JsonObject { ["reason"] = $"\u200F{Plain}" });
        Assert.True(reason.Status == HttpStatusCode.OK, reason.Text);

        var telco = new TmfHttp(books, "demo-telco");
        var paid = await telco.PostAsync(
            "/paymentManagement/v4/payment",
            $$"""
            {"account":{"id":"{{reference}}","name":"{{Marked}}"},"paymentMethod":{"@type":"Cash"},
             "payer":{"id":"1","name":"{{Marked}}","@referredType":"Individual"},
             "totalAmount":{"unit":"EUR","value":1} }
            """);
        Assert.Equal(HttpStatusCode.Created, paid.Status);
        Assert.Equal(Plain, paid["payer/name"]);

        var traveller = await Traveller.OpenAsync(books);
        var booked = await traveller.PostAsync(
            "/bookings", Traveller.Booking(Traveller.NewTrip()).Replace("Ada Nkemelu", Marked, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.Created, Plain), (booked.Status, (string)booked.Json["passenger_name"]!));
        var refused = await traveller.PostAsync(
            "/bookings", Traveller.Booking(Traveller.NewTrip()).Replace("Ada Nkemelu", "Ada\u202E Nkemelu", StringComparison.Ordinal));
        Assert.Equal((400, "bad-request"), refused.Problem);
        Assert.Contains("direction of reading", refused.Text, StringComparison.Ordinal);
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
