using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

public sealed class PaymentListTests(BooksFixture books)
{
    private const string Payments = Telco.Payments;
    private const string FivePounds = """{"unit":"GBP","value":5}""";

    [Theory]
    [InlineData("/paymentManagement/v4/payment")]
    [InlineData("/payment/v4/payment")]
    public async Task Payment_OnceCreated_IsListedAsItWasAnswered(string path)
    {
        var http = await Telco.OpenAsync(books);
        await http.PayAsync("A-1");
        var created = await http.PostAsync(path, """{"account":{"id":"A-2"},"paymentMethod":{},"totalAmount":{}}""");
        var (id, href) = (created["id"]!, created["href"]!);

        foreach (var query in (
            string[])[$"?id={id}", $"?href={href}", $"?href={Uri.EscapeDataString(href)}", $"?account.id=A-2&id={id}&href={href}"])
        {
            var found = await http.ListAsync(query, path);
            Assert.Equal(created.Text, Assert.Single(found.Body.EnumerateArray()).GetRawText());
            Assert.Equal(("1", "1"), (found.Headers["X-Total-Count"], found.Headers["X-Result-Count"]));
            Assert.Contains($"\"{href}\"", found.Text, StringComparison.Ordinal);
        }

        var all = await http.ListAsync("", path);
        Assert.Equal(id, all.Ids()[^1]);
        Assert.All(all.Body.EnumerateArray(), item => Assert.All(
            (string[])["account", "paymentMethod", "totalAmount", "id", "href"], name => Assert.True(item.TryGetProperty(name, out _))));
        Assert.Equal(all.Text, (await http.ListAsync("", $"{path}/")).Text);
        Assert.Empty((await http.ListAsync("?id=0198a000-0000-7000-8000-000000000000", path)).Ids());
        Assert.Empty((await http.ListAsync("?id=mine", path)).Ids());
    }

    [Fact]
    public async Task List_ByPages_HasEachPaymentOnceInTheOrderOfCreation()
    {
        var http = await Telco.OpenAsync(books);
        List<string> ids = [];
        for (var number = 0; number < 7; number++)
            ids.Add((await http.PayAsync($"A-{number % 2}", """{"@type":"Cash"}""", FivePounds))["id"]!);

        List<string> paged = [];
        for (var next = $"{Payments}?limit=3&status=done&account.id=A-0,A-1"; next is not null;)
        {
            var page = await http.ListAsync("", next);
            Assert.Equal("7", page.Headers["X-Total-Count"]);
            paged.AddRange(page.Ids());
            next = page.Next();
        }

        Assert.Equal(ids, paged);
        Assert.Equal(ids[2..4], (await http.ListAsync("?offset=2&limit=2")).Ids());
        Assert.Equal(ids[5..], (await http.ListAsync("?offset=5&limit=1000000000")).Ids());
        Assert.Equal(ids, (await http.ListAsync("?limit=99999999999999999999999")).Ids());
        foreach (var empty in (string[])["?offset=7", "?offset=99999999999999999999999", "?limit=0"])
        {
            var page = await http.ListAsync(empty);
            Assert.Equal(("[]", "7", null), (page.Text, page.Headers["X-Total-Count"], page.Next()));
        }

        // A filter that is evaluated on what is shown pages just so.
        var first = await http.ListAsync("?totalAmount.unit=GBP&limit=3&offset=1");
        var second = await http.ListAsync("", first.Next()!);
        Assert.Equal(ids[1..], [.. first.Ids(), .. second.Ids()]);
        Assert.Equal(("7", "7", null), (first.Headers["X-Total-Count"], second.Headers["X-Total-Count"], second.Next()));
    }

    [Fact]
    public async Task Fields_SelectFirstLevelAttributesBesideIdAndHref()
    {
        var http = await Telco.OpenAsync(books);
        var created = await http.PayAsync("A-1", """{"@type":"Cash"}""", FivePounds);

        Assert.Equal(["id", "href", "status", "totalAmount"],
            Names(await http.ListAsync("?fields=status,totalAmount.value,nickname"), inList: true));
        Assert.Equal(["id", "href"], Names(await http.ListAsync("?fields=none"), inList: true));
        Assert.Equal(["id", "href", "account"], Names(await http.GetAsync($"{created["href"]}?fields=account.id"), inList: false));
        foreach (var name in created.Body.EnumerateObject().Select(member => member.Name))
        {
            var one = await http.GetAsync($"{created["href"]}?fields={name}");
            Assert.Equal(((string[])["id", "href", name]).Distinct().Order(), Names(one, inList: false).Order());
            Assert.Equal(created.Body.GetProperty(name).GetRawText(), one.Body.GetProperty(name).GetRawText());
        }

        foreach (var path in (string[])[Payments, created["href"]!])
            AssertRefused(await http.GetAsync($"{path}?fields=nickname"), "invalidValue", "fields");
    }

    [Theory]
    [InlineData("nickname=x", "unknownFilter", "nickname")]
    [InlineData("account.nickname=x", "unknownFilter", "account.nickname")]
    [InlineData("status.like=done", "unknownFilter", "status.like")]
    [InlineData("status.gt=done", "invalidValue", "status.gt")]
    [InlineData("account=A-1", "invalidValue", "account")]
    [InlineData("statusDate.gt=yesterday", "invalidValue", "statusDate.gt")]
    [InlineData("paymentDate=2027-02-30T00:00:00Z", "invalidValue", "paymentDate")]
    [InlineData("paymentDate=", "invalidValue", "paymentDate")]
    [InlineData("totalAmount.value=ten", "invalidValue", "totalAmount.value")]
    [InlineData("totalAmount.value.gte=1e999", "invalidValue", "totalAmount.value.gte")]
    [InlineData("paymentMethod.isPreferred=maybe", "invalidValue", "paymentMethod.isPreferred")]
    [InlineData("description=%00", "invalidValue", "description")]
    [InlineData("limit=-1", "invalidValue", "limit")]
    [InlineData("limit=ten", "invalidValue", "limit")]
    [InlineData("limit=1&limit=2", "invalidValue", "limit")]
    [InlineData("offset=-1", "invalidValue", "offset")]
    [InlineData("offset=1.5", "invalidValue", "offset")]
    [InlineData("after=here", "invalidValue", "after")]
    public async Task Query_ThatCantBeMeant_IsRefused(string query, string code, string named) =>
        AssertRefused(await new TmfHttp(books, "demo-telco").GetAsync($"{Payments}?{query}"), code, named);

    [Fact]
    public async Task Flag_IsFoundInAnyCaseOfLetters()
    {
        var http = await Telco.OpenAsync(books);
        var preferred = await http.PayAsync("A-1", """{"isPreferred":true}""");
        await http.PayAsync("A-2", """{"isPreferred":false}""");

        foreach (var flag in (string[])["true", "True", "TRUE"])
            Assert.Equal([preferred["id"]!], (await http.ListAsync($"?paymentMethod.isPreferred={flag}")).Ids());
        foreach (var flag in (string[])["yes", "1"])
            AssertRefused(await http.GetAsync($"{Payments}?paymentMethod.isPreferred={flag}"), "invalidValue", "isPreferred");
    }

    [Fact]
    public async Task Dates_AreFoundAsTheyAreShown()
    {
        var http = await Telco.OpenAsync(books);
        var pending = await http.PayAsync("A-1");
        var done = await http.PayAsync("A-2", """{"@type":"Cash"}""", FivePounds);
        var at = done["statusDate"]!;
        var elsewhere = DateTimeOffset.Parse(at, null).ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz");

        foreach (var query in (string[])
            [
                $"statusDate={at}", $"statusDate=\"{at}\"", $"statusDate.eq={at}", $"paymentDate={at}",
                $"paymentDate={Uri.EscapeDataString(elsewhere)}",
                $"paymentDate={elsewhere}", $"paymentDate.gte={at}&paymentDate.lte={at}",
                "paymentDate.gt=2020-01-01&statusDate.lt=2120-01-01T00:00:00",
                $"paymentDate={at[..^1]}000000Z", $"paymentDate={elsewhere[..^6]}000000{elsewhere[^6..]}",
                $"statusDate={at};statusDate.lt=2020-01-01&status=done",
            ])
        {
            Assert.Equal((query, done["id"]), (query, Assert.Single((await http.ListAsync($"?{query}")).Ids())));
        }

        Assert.Equal([pending["id"]!, done["id"]!], (await http.ListAsync($"?statusDate.lte={at}")).Ids());
        Assert.Empty((await http.ListAsync($"?statusDate.gt={at}")).Ids());
        Assert.Empty((await http.ListAsync($"?paymentDate.lt={at}")).Ids());
    }

    [Fact]
    public async Task Payments_OfOtherDialects_AreListedWithTheRightMethod()
    {
        var http = new TmfHttp(books, "demo-telco");
        var brm = new TmfHttp(books, "demo-brm");
        var customer = await brm.CustomerAsync();
        var cash = await brm.PostAsync("/brm/payment/v4/payment", $$"""
            {"account":{"id":"{{customer.Poid}}"},"totalAmount":{"unit":"USD","value":1},"paymentMethod":{"id":"till","@type":"Cash"} }
            """);
        var card = await brm.PostAsync("/brm/payment/v4/payment", $$"""
            {"account":{"id":"{{customer.Poid}}"},"totalAmount":{"unit":"USD","value":2},
             "paymentMethod":{"id":"{{customer.Card}}","@type":"PaymentMethodRef","@referredType":"bankCard"} }
            """);
        var account = (await http.GetAsync($"{Payments}/{cash.Headers["Quittance-Payment"]}"))["account/id"];

        Assert.Equal(cash.Headers["Quittance-Payment"],
            Assert.Single((await http.ListAsync($"?account.id={account}&paymentMethod.@type=Cash")).Ids()));
        Assert.Equal(
            card.Headers["Quittance-Payment"],
            Assert.Single((await http.ListAsync($"?account.id={account}&paymentMethod.@type=PaymentMethodRef")).Ids()));
    }

    [Fact]
    public async Task Payments_OfAnotherMerchant_AreNotListed()
    {
        var theirs = await (await Telco.OpenAsync(books)).PayAsync("A-1", more: ""","correlatorId":"c-1" """);
        var ours = await Telco.OpenAsync(books);
        await ours.PayAsync("A-2");

        foreach (var query in (string[])["account.id=A-1", $"id={theirs["id"]}", $"href={theirs["href"]}", "correlatorId=c-1"])
            Assert.Equal((query, "[]"), (query, (await ours.ListAsync($"?{query}")).Text));
        Assert.Single((await ours.ListAsync()).Ids());
    }

    [Fact]
    public async Task List_CountedExactly_SaysSo()
    {
        var http = await Telco.OpenAsync(books);
        await http.PayAsync("A-1");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(books.Address, Payments));

        request.Headers.Add("Prefer", "respond-async, count=exact");
        request.Headers.Authorization = new("Bearer", http.Token);
        using var answer = await books.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("1", "count=exact"),
            (answer.Headers.GetValues("X-Total-Count").Single(), answer.Headers.GetValues("Preference-Applied").Single()));
    }

    private static IEnumerable<string> Names(TmfAnswer answer, bool inList) =>
        (inList ? answer.Body[0] : answer.Body).EnumerateObject().Select(member => member.Name);

    private static void AssertRefused(TmfAnswer answer, string code, string named)
    {
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer["code"]));
        Assert.Contains(named, answer["reason"]!, StringComparison.Ordinal);
    }
}
