using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi.Naming;

/// <summary>The client's own names for accounts and charges, in paths and as names of something new.</summary>
public sealed class ReferenceTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INV/2026/1")]
    [InlineData("INV%2F2026")]
    [InlineData("100%")]
    [InlineData("A?b=c#d;e&f")]
    [InlineData("A+B C")]
    [InlineData("v1..2")]
    [InlineData("Ärger/ß")]
    public async Task Reference_WithReservedCharacters_IsFoundInEveryPath(string name)
    {
        var biller = await Biller.OpenAsync(books);
        var opened = await biller.PostAsync(Biller.Accounts, new JsonObject { ["reference"] = name, ["currency"] = "EUR" });
        var raised = await biller.PostAsync(Biller.Charges, Biller.Charge(name, "20", name));
        var (account, charge) = ((string)opened.Json["id"]!, (string)raised.Json["id"]!);
        var escaped = Uri.EscapeDataString(name);

        foreach (var path in (string[])[$"{Biller.Accounts}/{escaped}", $"{Biller.Charges}/{escaped}"])
        {
            var found = await biller.GetAsync(path);
            Assert.True(found.Status == HttpStatusCode.OK, $"{path}: {found.Text}");
            Assert.Contains((string)found.Json["id"]!, (string[])[account, charge]);
        }

        foreach (var more in (string[])["balance", "statement", "dunning"])
            Assert.Equal((more, HttpStatusCode.OK), (more, (await biller.GetAsync($"{Biller.Accounts}/{escaped}/{more}")).Status));
        var tag = (await biller.GetAsync($"{Biller.Charges}/{escaped}")).Headers["ETag"];
        var changed = await biller.SendAsync(
            HttpMethod.Post, $"{Biller.Charges}/{escaped}/change", """{"due":"2027-01-01","reason":"later"}""", Biller.NewText(), tag);
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        var corrected = await biller.PostAsync(
            $"{Biller.Charges}/{escaped}/correct", new JsonObject { ["correction"] = "cancel", ["reason"] = "wrong" });
        Assert.Equal((HttpStatusCode.OK, charge), (corrected.Status, (string)corrected.Json["charge"]!));
        var closed = await biller.PostAsync($"{Biller.Accounts}/{escaped}/close", new JsonObject { ["reason"] = "moved" });
        Assert.Equal((HttpStatusCode.OK, account), (closed.Status, (string)closed.Json["account"]!));
    }

    [Fact]
    public async Task Escapes_AreUndoneOnce_AndAlikeNamesStayApart()
    {
        var biller = await Biller.OpenAsync(books);
        foreach (var name in (string[])["A/B", "A%2FB", "A%252FB"])
            await biller.PostAsync(Biller.Accounts, new JsonObject { ["reference"] = name, ["currency"] = "EUR" });
        foreach (var (path, name) in ((string, string)[])[("A%2FB", "A/B"), ("A%252FB", "A%2FB"), ("A%25252FB", "A%252FB")])
            Assert.Equal(name, (string)(await biller.GetAsync($"{Biller.Accounts}/{path}")).Json["reference"]!);
        // A key holds for one account: the same request for another one is another request.
        var (body, key) = (new JsonObject { ["reason"] = "moved" }, Biller.NewText());
        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync($"{Biller.Accounts}/A%2FB/close", body, key)).Status);
        Assert.Equal(409, (await biller.PostAsync($"{Biller.Accounts}/A%252FB/close", body, key)).Problem.Status);
    }

    [Theory]
    [InlineData("/api/v1/charges/no%2Fsuch", "application/problem+json")]
    [InlineData("/api/v1/charges/no%252Fsuch", "application/problem+json")]
    [InlineData("/api/v1/charges/..", "application/problem+json")]
    [InlineData("/api/v1/charges/%2E%2E", "application/problem+json")]
    [InlineData("/api/v1/charges/%", "application/problem+json")]
    [InlineData("/api/v1/charges/%FF", "application/problem+json")]
    [InlineData("/paymentManagement/v4/payment/no%2Fsuch", "application/json")]
    [InlineData("/paymentManagement/v4/payment/..%2F..%2Fpayment", "application/json")]
    [InlineData("/brm/payment/v4/payment/0.0.0.1%2F1", "application/json")]
    [InlineData("/brm/payment/v4/refund/%252F", "application/json")]
    [InlineData("/v1/customers/1%2F2/account", "application/json")]
    [InlineData("/bookings/1%2F2", "application/problem+json")]
    public async Task Path_ToNothing_IsAnsweredInTheShapeOfItsApi(string path, string mediaType)
    {
        var biller = await Biller.OpenAsync(books);
        foreach (var (header, value) in ((string, string)[])
            [("Authorization", $"Bearer {biller.Secret}"), ("Authorization", "Bearer demo-telco"), ("X-API-KEY", "demo-studio")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await books.Client.SendAsync(request, Cancel);
            Assert.InRange((int)answer.StatusCode, 400, 404);
            Assert.Equal((path, mediaType), (path, answer.Content.Headers.ContentType?.MediaType));
            Assert.NotEmpty(await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task Reference_InTheFormOfAnId_IsRefused_SoThatNothingIsDivertedFromIt()
    {
        var biller = await Biller.OpenAsync(books);
        var victim = (string)(await biller.GetAsync($"{Biller.Accounts}/{await biller.CustomerAsync()}")).Json["id"]!;
        var owed = await biller.OwingAsync(victim, "20");
        var account = await biller.CustomerAsync();
        var id = Guid.Parse(victim);
        foreach (var name in (string[])[victim, victim.ToUpperInvariant(), $"{id:N}", $"{id:B}", $"{id:P}", $" {victim} ", $"\u200E{owed}"])
        {
            var opening = new JsonObject { ["reference"] = name, ["currency"] = "EUR" };
            var refused = await biller.PostAsync(Biller.Accounts, opening);
            Assert.Equal(((400, "invalid-request"), "/reference"), (refused.Problem, Assert.Single(refused.Places)));
            var raising = Biller.Charge(account, "1", name);
            Assert.Equal("/reference", Assert.Single((await biller.PostAsync(Biller.Charges, raising)).Places));
            var many = new JsonObject { ["charges"] = new JsonArray(Biller.Charge(account, "1"), raising.DeepClone()) };
            Assert.Equal("/charges/1/reference", Assert.Single((await biller.PostAsync(Biller.Charges, many)).Places));
            var printing = Biller.Charge(account, "1");
            printing["document"] = name;
            Assert.Equal("/document", Assert.Single((await biller.PostAsync(Biller.Charges, printing)).Places));
            var changed = await biller.SendAsync(
                HttpMethod.Post, $"{Biller.Charges}/{owed}/change",
                new JsonObject { ["document"] = name, ["reason"] = "x" }.ToJsonString(), Biller.NewText(), "\"1\"");
            Assert.Equal("/document", Assert.Single(changed.Places));
        }

        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(victim, "20", owed));
        Assert.Equal(victim, (string)paid.Json["account"]!);
    }

    [Fact]
    public async Task Payment_OfAnotherSystem_OpensNoAccountUnderAnIdOfOurs_AndOneUnderARandomUuid()
    {
        var (telco, victim) = (new TmfHttp(books, "demo-telco"), await Biller.OpenAsync(books, books.DemoCompany));
        var own = (string)(await victim.GetAsync($"{Biller.Accounts}/{await victim.CustomerAsync()}")).Json["id"]!;
        var unknown = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        Assert.Equal(HttpStatusCode.NotFound, (await PayAsync(telco, $"{unknown:D}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PayAsync(telco, $"{unknown:N}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PayAsync(telco, $"{Guid.Parse(own):N}")).Status);
        Assert.Equal(HttpStatusCode.Created, (await PayAsync(telco, own)).Status);
        Assert.Equal(HttpStatusCode.Created, (await PayAsync(telco, "9f5a1f0e-54c6-4d0a-9a39-2f1c6b1d7c11")).Status);
    }

    private static Task<TmfAnswer> PayAsync(TmfHttp telco, string account) => telco.PostAsync(
        "/paymentManagement/v4/payment",
        $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":1} }""");
}
