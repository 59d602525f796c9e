using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The requirements of TMF676's conformance profile, by their numbers in docs/apis.md (TMF676 4.2).</summary>
public sealed class TmfConformanceTests(BooksFixture books)
{
    private const string Hub = "/paymentManagement/v4/hub";

    private static readonly string[] Keys = ["account", "paymentMethod", "totalAmount", "id", "href"];

    private static readonly string[] NeverBlank = ["id", "href", "status", "statusDate", "@type"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The resources that clients can create, by the addresses of their lists, with their first-level attributes.</summary>
    public static TheoryData<string, string[]> Resources => new()
    {
        {
            Telco.Payments,
            [
                "id", "href", "authorizationCode", "correlatorId", "description", "name", "paymentDate", "status", "statusDate", "account",
                "amount", "channel",
                "payer", "paymentItem", "paymentMethod", "taxAmount", "totalAmount", "@baseType", "@schemaLocation", "@type",
            ]
        },
        {
            Telco.Refunds,
            [
                "id", "href", "authorizationCode", "correlatorId", "description", "name", "refundDate", "status", "statusDate", "account",
                "amount", "channel",
                "payment", "paymentMethod", "requestor", "taxAmount", "totalAmount", "@baseType", "@schemaLocation", "@type",
            ]
        },
    };

    public static TheoryData<string> Lists => [Telco.Payments, Telco.Refunds];

    // 1, 6.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R1_R6_Created_ThenFound_AndAnUnknownIdIsNot(string path)
    {
        var http = await Telco.OpenAsync(books);
        var created = await SmallestAsync(http, path);
        var found = await http.GetAsync($"{path}/{created["id"]}");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.Status, found.Status));
        Assert.Equal(JsonValueKind.Object, found.Body.ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{path}/{NewId():D}")).Status);
    }

    // 1.
    [Fact]
    public async Task R1_Hub_IsSubscribedToAndLeft()
    {
        var http = await Telco.OpenAsync(books);
        var created = await http.PostAsync(Hub, """{"callback":"https://hooks.client.example/tmf"}""");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        var address = $"{Hub}/{created["id"]}";
        Assert.Equal(HttpStatusCode.NoContent, (await http.SendAsync(HttpMethod.Delete, address, null, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(HttpMethod.Delete, address, null, null)).Status);
    }

    // 2, 3.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R2_R3_Smallest_SucceedsEachTime_AsOneObjectWithItsKeys(string path)
    {
        var http = await Telco.OpenAsync(books);
        var (first, second) = (await SmallestAsync(http, path), await SmallestAsync(http, path));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.NotEqual(first["id"], second["id"]);
        Assert.Equal(JsonValueKind.Object, first.Body.ValueKind);
        Assert.All(Keys, key => Assert.True(first.Body.TryGetProperty(key, out _), key));
        Assert.Equal((JsonValueKind.String, JsonValueKind.String),
            (first.Body.GetProperty("id").ValueKind, first.Body.GetProperty("href").ValueKind));
        Assert.Equal(("{}", "{}"), (first["paymentMethod"], first["totalAmount"]));
    }

    // 4, 5.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R4_R5_List_HasWhatWasCreated_WithItsKeys_AndReadsTheSameToTheCharacter(string path)
    {
        var http = await Telco.OpenAsync(books);
        var created = new[] { await SmallestAsync(http, path), await FullestAsync(http, path) };
        var list = await http.ListAsync(path: path);

        Assert.All(list.Body.EnumerateArray(), item => Assert.All(Keys, key => Assert.True(item.TryGetProperty(key, out _), key)));
        foreach (var one in created)
        {
            var found = await http.GetAsync($"{path}/{one["id"]}");
            foreach (var text in new[] { one.Text, found.Text, list.Text })
                Assert.Contains($"\"id\":\"{one["id"]}\",\"href\":\"{one["href"]}\"", text, StringComparison.Ordinal);
        }
    }

    // 7.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R7_IdAndHref_FindTheOne_HoweverTheyAreWritten(string path)
    {
        var http = await Telco.OpenAsync(books);
        var wanted = await SmallestAsync(http, path);
        await SmallestAsync(http, path);

        foreach (var query in new[] { $"?id={wanted["id"]}", $"?href={wanted["href"]}", $"?href={Uri.EscapeDataString(wanted["href"]!)}" })
            Assert.Equal(wanted["id"], Assert.Single((await http.ListAsync(query, path)).Ids()));
    }

    // 8.
    [Theory]
    [MemberData(nameof(Resources))]
    public async Task R8_Fields_SelectsEveryFirstLevelAttribute(string path, string[] attributes)
    {
        var http = await Telco.OpenAsync(books);
        var whole = await FullestAsync(http, path);
        Assert.Equal(attributes, whole.Body.EnumerateObject().Select(member => member.Name));

        foreach (var attribute in attributes)
        {
            string[] wanted = [.. new[] { "id", "href", attribute }.Distinct()];
            var found = await http.GetAsync($"{path}/{whole["id"]}?fields={attribute}");
            var listed = await http.ListAsync($"?id={whole["id"]}&fields={attribute}", path);
            Assert.Equal(wanted, found.Body.EnumerateObject().Select(member => member.Name));
            Assert.Equal(wanted, Assert.Single(listed.Body.EnumerateArray()).EnumerateObject().Select(member => member.Name));
            Assert.Equal(whole.Body.GetProperty(attribute).GetRawText(), found.Body.GetProperty(attribute).GetRawText());
        }
    }

    // 9.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R9_Filters_MustAllHold(string path)
    {
        var http = await Telco.OpenAsync(books);
        var (bare, full) = (await SmallestAsync(http, path), await FullestAsync(http, path));

        Assert.Equal([full["id"]!], (await http.ListAsync($"?status={full["status"]}&id={full["id"]}", path)).Ids());
        Assert.Empty((await http.ListAsync($"?status={full["status"]}&id={bare["id"]}", path)).Ids());
    }

    // 10.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R10_Dates_MayStandInQuotes(string path)
    {
        var http = await Telco.OpenAsync(books);
        var created = await SmallestAsync(http, path);

        Assert.Contains(created["id"], (await http.ListAsync($"?statusDate={created["statusDate"]}", path)).Ids());
        Assert.Contains(created["id"], (await http.ListAsync($"?statusDate=%22{created["statusDate"]}%22", path)).Ids());
    }

    // 11.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R11_Get_MayCarryAContentType(string path)
    {
        var http = await Telco.OpenAsync(books);
        var created = await SmallestAsync(http, path);

        foreach (var address in new[] { path, $"{path}/{created["id"]}" })
        {
            Assert.Equal(
                HttpStatusCode.OK, (await http.SendAsync(HttpMethod.Get, address, new ByteArrayContent([]), "application/json")).Status);
        }
    }

    // 12.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R12_WhatMustBeSaid_IsNeverBlank(string path)
    {
        var http = await Telco.OpenAsync(books);
        await SmallestAsync(http, path);
        await FullestAsync(http, path);

        var items = (await http.ListAsync(path: path)).Body.EnumerateArray().ToList();
        Assert.NotEmpty(items);
        foreach (var item in items)
        {
            Assert.All(NeverBlank, name => Assert.NotEqual("", item.GetProperty(name).GetString()!.Trim()));
            Assert.NotEqual("", item.GetProperty("account").GetProperty("@referredType").GetString()!.Trim());
            foreach (var money in item.EnumerateObject()
                .Where(member => member.Name.EndsWith("mount", StringComparison.Ordinal) && member.Value.EnumerateObject().Any()))
            {
                Assert.Matches("^[A-Z]{3}$", money.Value.GetProperty("unit").GetString());
                Assert.True(money.Value.GetProperty("value").ValueKind == JsonValueKind.Number, money.Name);
            }
        }
    }

    // 13.
    [Theory]
    [MemberData(nameof(Lists))]
    public async Task R13_ASlashAtTheEnd_ChangesNothing(string path)
    {
        var http = await Telco.OpenAsync(books);
        var created = await http.PostAsync($"{path}/", Smallest);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal((await http.ListAsync(path: path)).Text, (await http.ListAsync(path: $"{path}/")).Text);
    }

    // The statuses of every operation (TMF676 3).
    [Theory]
    [InlineData("GET", Telco.Payments)]
    [InlineData("POST", Telco.Payments)]
    [InlineData("GET", $"{Telco.Payments}/1")]
    [InlineData("GET", Telco.Refunds)]
    [InlineData("POST", Telco.Refunds)]
    [InlineData("GET", $"{Telco.Refunds}/1")]
    [InlineData("POST", Hub)]
    [InlineData("DELETE", $"{Hub}/1")]
    public async Task EveryOperation_RefusesStrangers_MissingScopes_AndOtherMethods(string method, string path)
    {
        var merchant = await books.Merchants.CreateAsync("Telco", Cancel);
        var installation = await books.Merchants.InstallAsync(merchant, "tmf676", Currency.Parse("USD"), Cancel);
        var token = $"{NewId():N}";
        await books.Merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", token, [], Cancel);

        Assert.Equal((401, "unauthorized"), await ErrorAsync(method, "wrong"));
        Assert.Equal((403, "forbidden"), await ErrorAsync(method, token));
        Assert.Equal((405, "methodNotAllowed"), await ErrorAsync("PATCH", token));

        async Task<(int Status, string? Code)> ErrorAsync(string sent, string secret)
        {
            var content = sent == "GET" ? null : new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
            using var request = new HttpRequestMessage(HttpMethod.Parse(sent), new Uri(path, UriKind.Relative)) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            if (content is not null)
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await books.Client.SendAsync(request, Cancel);
            using var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            Assert.Equal(((int)answer.StatusCode).ToString(), error.RootElement.GetProperty("status").GetString());
            return ((int)answer.StatusCode, error.RootElement.GetProperty("code").GetString());
        }
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static string Smallest => """{"account":{"id":"AC-5580"},"paymentMethod":{},"totalAmount":{}}""";

    private static Task<TmfAnswer> SmallestAsync(TmfHttp http, string path) => http.PostAsync(path, Smallest);

    /// <summary>With all attributes that a client may say.</summary>
    private static async Task<TmfAnswer> FullestAsync(TmfHttp http, string path)
    {
        var paid = await http.PayAsync("AC-5580", """{"@type":"Cash"}""", """{"unit":"USD","value":60.5}""");
        var own = path == Telco.Payments
            ? """
              "payer":{"id":"P-14","name":"R. Osei","role":"customer","@referredType":"Individual"},
              "paymentItem":[{"item":{"id":"INV-8801","@referredType":"CustomerBill"},"totalAmount":{"unit":"USD","value":60.5} }]
              """
            : $$"""
              "requestor":{"id":"P-14","@referredType":"Individual"},"payment":{"id":"{{paid["id"]}}"},
              "refundDate":"2026-02-11T08:30:12.450Z"
              """;
        var type = path == Telco.Payments ? "Payment" : "Refund";
        var created = await http.PostAsync(path, $$"""
            {"account":{"id":"AC-5580"},"authorizationCode":"A91-33K","correlatorId":"{{NewId():N}}","description":"Two days","name":"Days",
             "channel":{"id":"shop","name":"Shop"},"amount":{"unit":"USD","value":50},"taxAmount":{"unit":"USD","value":10.5},
             "totalAmount":{"unit":"USD","value":60.5},"paymentMethod":{"@type":"Cash"},"@baseType":"Entity",
             "@schemaLocation":"https://schemas.example/{{type}}.json","@type":"{{type}}",{{own}} }
            """);
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        return created;
    }
}
