using System.Net;
using System.Text.Json;
using Quittance.Tests.OpenApi;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Every client may read what Oracle BRM's resources look like, and it is true.</summary>
public sealed class OracleBrmDescribeTests(BooksFixture books)
{
    [Fact]
    public async Task Resources_AreAsTheirSchemasSay()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(30_00);
        var paid = await carrier.ChargeAsync(customer, 40_00);
        var refund = await carrier.RefundAsync(customer.Account, paid["id"], "15");

        foreach (var (path, resource) in new[] { (Carrier.Payments, paid), (Carrier.Refunds, refund) })
        {
            var plain = await SchemaAsync($"{path}/describe");
            var named = await SchemaAsync($"{path}/describe?@type={resource["@type"]}");
            var extended = await SchemaAsync($"{path}/describe?@type={resource["@type"]}Oracle");
            var whole = await carrier.Http.GetAsync($"{path}/{resource["id"]}?@type={resource["@type"]}Oracle");

            Assert.Equal((plain.GetRawText(), resource["@type"]), (named.GetRawText(), plain.GetProperty("title").GetString()));
            Assert.Equal(whole["@type"], extended.GetProperty("title").GetString());
            Assert.Equal([], Faults(plain, resource.Body));
            Assert.Equal([], Faults(extended, whole.Body));
            Assert.NotEmpty(Faults(plain, whole.Body));
            Assert.Equal(
                whole.Body.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal),
                extended.GetProperty("properties").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

            // And each of its attributes can be selected.
            var all = string.Join(
                ',', plain.GetProperty("properties").EnumerateObject().Select(member => Uri.EscapeDataString(member.Name)));
            Assert.Equal((await carrier.Http.GetAsync($"{path}/{resource["id"]}")).Text,
                (await carrier.Http.GetAsync($"{path}/{resource["id"]}?fields={all}")).Text);
        }
    }

    [Theory]
    [InlineData("payment/describe?@type=RefundOracle", "@type")]
    [InlineData("payment/describe?fields=id", "fields")]
    [InlineData("refund/describe?@type=Payment", "@type")]
    public async Task Parameter_ThatIsNone_IsRefused(string path, string named)
    {
        var refused = await new TmfHttp(books, null).GetAsync($"/brm/payment/v4/{path}");
        Assert.Equal((HttpStatusCode.BadRequest, "unknownFilter"), (refused.Status, refused["code"]));
        Assert.Contains(named, refused["reason"]!, StringComparison.Ordinal);
    }

    private async Task<JsonElement> SchemaAsync(string path)
    {
        var report = await new TmfHttp(books, null).GetAsync(path);
        Assert.True(report.Status == HttpStatusCode.OK, report.Text);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", report["$schema"]);
        return report.Body;
    }

    private static string[] Faults(JsonElement schema, JsonElement value) =>
        [.. new Schema(schema, isStrict: true).Faults(schema, value, "it")];
}
