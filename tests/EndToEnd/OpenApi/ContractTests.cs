using System.Net;
using System.Text;
using System.Text.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.OpenApi;

/// <summary>That the check of answers against documents finds what is wrong, and how shapes are written.</summary>
public sealed class ContractTests(BooksFixture books)
{
    private const string Good =
        """{"code":"notFound","reason":"No payment has this id.","message":"Check the id.","status":"404","@type":"Error"}""";

    private static readonly Shape Money = Shape.Object(
        "Money", "An amount.", Member.Required("unit", Shape.Text("The currency.", 3, 3)),
        Member.Required("value", Shape.Amount("How much.", isAboveZero: true)));

    [Fact]
    public async Task Answer_AsTheDocumentSays_IsGood() => Assert.Empty(await FaultsAsync(HttpStatusCode.NotFound, Good));

    [Theory]
    [InlineData(404, """{"code":"notFound","reason":"No payment has this id.","message":"Check the id.","status":"404"}""",
        "the body: Required properties [\"@type\"] are not present")]
    [InlineData(404, """{"code":"notFound","reason":1,"message":"Check the id.","status":"404","@type":"Error"}""",
        "the body/reason: Value is \"integer\" but should be \"string\"")]
    [InlineData(404, """{"code":"lost","reason":"","message":"","status":"404","@type":"Error"}""",
        "the body/code: Value should match one of the values specified by the enum")]
    [InlineData(404, """{"code":"notFound","reason":"","message":"","status":"404","@type":"Error","more":1}""",
        "the body/more: All values fail against the false schema")]
    [InlineData(418, Good, "the status 418 is not in the document")]
    public async Task Answer_OtherThanTheDocumentSays_IsFound(int status, string body, string fault) =>
        Assert.Equal(fault, Assert.Single(await FaultsAsync((HttpStatusCode)status, body)));

    [Fact]
    public async Task Answer_OfAnotherMediaType_IsFound() =>
        Assert.Equal("the media type text/plain is not in the document",
            Assert.Single(await FaultsAsync(HttpStatusCode.NotFound, Good, "text/plain")));

    [Theory]
    [InlineData("""{"amounts":[{"unit":"EUR","value":0.5}],"note":null}""", true)]
    [InlineData("""{"amounts":[{"unit":"EURO","value":0.5}],"note":null}""", false)]
    [InlineData("""{"amounts":[{"unit":"EUR","value":0}],"note":null}""", false)]
    [InlineData("""{"amounts":[{"unit":"EUR","value":1}]}""", false)]
    [InlineData("""{"amounts":[],"note":"none"}""", false)]
    [InlineData("""{"amounts":[{"unit":"EUR","value":1}],"note":7}""", false)]
    public void Shape_IsAJsonSchemaThatStandsAlone(string value, bool fits)
    {
        var bill = Shape.Object(
            "Bill", "A bill.", Member.Required("amounts", Shape.List(Money, "What is due.", least: 1)),
            Member.Required("note", Shape.Text("A note.").OrNull()));
        using var schema = JsonDocument.Parse(Dialects.Http.Json.JsonOutput.Bytes(bill.WriteSchema));
        using var parsed = JsonDocument.Parse(value);

        var faults = new Schema(schema.RootElement, isStrict: true).Faults(schema.RootElement, parsed.RootElement, "the bill");

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        Assert.Equal(fits, !faults.Any());
    }

    private async Task<string[]> FaultsAsync(HttpStatusCode status, string body, string mediaType = "application/json")
    {
        var document = await books.Client.GetStringAsync("/openapi/tmf676.json", TestContext.Current.CancellationToken);
        using var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        answer.Headers.Add("Quittance-Trace", new string('0', 32));
        var contract = new Contract(books.Dialects.Single(dialect => dialect.Name == "tmf676"), document);
        return [.. contract.Faults(new Exchange("GET", "/paymentManagement/v4/payment/1", null, answer, body))];
    }
}
