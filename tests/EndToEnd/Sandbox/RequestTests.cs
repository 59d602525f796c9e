using System.Net;
using System.Text;
using System.Text.Json;
using static Quittance.Tests.Sandbox.RunningSandbox;

namespace Quittance.Tests.Sandbox;

/// <summary>Requests to the sandbox, and repeated ones.</summary>
public sealed class RequestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheSameAgain_GetsTheSameAnswerAndDoesNothing()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, capture, refund) = (NewId, NewId, NewId);
        (string Path, object Body)[] requests =
        [
            ("/v1/authorisations", sandbox.Authorisation(authorisation)), ("/v1/captures", Of(capture, authorisation)),
            ("/v1/refunds", Of(refund, authorisation, 300)),
        ];
        foreach (var (path, body) in requests)
            Assert.Equal((await sandbox.PostAsync(path, body)).GetRawText(), (await sandbox.PostAsync(path, body)).GetRawText());
        var totals = await sandbox.TotalsAsync();
        Assert.Equal((1000, 1000, 300), (Minor(totals, "authorised"), Minor(totals, "captured"), Minor(totals, "refunded")));
    }

    [Fact]
    public async Task AnotherRequestWithTheSameId_IsAConflict()
    {
        await using var sandbox = await StartAsync();
        var (id, capture) = (NewId, NewId);
        await sandbox.AuthoriseAsync(id);
        await sandbox.CaptureAsync(capture, id);
        (string Path, object Body)[] others =
        [
            ("/v1/authorisations", sandbox.Authorisation(id, amountMinor: 1001)),
            ("/v1/authorisations", sandbox.Authorisation(id, "5555555555554444")),
            ("/v1/captures", Of(capture, id, 999)),
            ("/v1/refunds", Of(capture, id)),
            ("/v1/voids", new { id, authorisation = id }),
        ];
        foreach (var (path, body) in others)
        {
            using var response = await sandbox.SendAsync(path, body);
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.Contains("\"code\":\"id_taken\"", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ids_AreAnAccountsOwn()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await sandbox.AuthoriseAsync(id);
        using var other = ClientOf(sandbox.Address, "sk_other");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/requests/{id}", Cancel)).StatusCode);
        Assert.Equal("""{"totals":{},"authorisations":[],"next":null}""", await other.GetStringAsync("/v1/books", Cancel));
    }

    [Fact]
    public async Task VoidBeforeTheAuthorisation_LetsItArriveTooLate()
    {
        await using var sandbox = await StartAsync();
        var (id, voiding) = (NewId, NewId);
        Is("approved", await sandbox.PostAsync("/v1/voids", new { id = voiding, authorisation = id }));
        Is("declined", await sandbox.AuthoriseAsync(id), "authorisation_invalid");
        Is("approved", await sandbox.PostAsync("/v1/voids", new { id = voiding, authorisation = id }));
    }

    [Fact]
    public async Task VoidedAuthorisation_CantBeCaptured_AndTheOtherWayRound()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await sandbox.AuthoriseAsync(id);
        Is("approved", await sandbox.PostAsync("/v1/voids", new { id = NewId, authorisation = id }));
        Is("declined", await sandbox.CaptureAsync(NewId, id), "authorisation_invalid");
        Assert.Equal(1000, Minor(await sandbox.TotalsAsync(), "voided"));

        var (captured, _) = await sandbox.ChargeAsync();
        Is("declined", await sandbox.PostAsync("/v1/voids", new { id = NewId, authorisation = captured }), "authorisation_invalid");
    }

    [Fact]
    public async Task Capture_IsOnceAndAtMostWhatIsAuthorised()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await sandbox.AuthoriseAsync(id);
        Is("declined", await sandbox.CaptureAsync(NewId, id, 1001), "authorisation_invalid");
        Is("approved", await sandbox.CaptureAsync(NewId, id, 600));
        Is("declined", await sandbox.CaptureAsync(NewId, id, 400), "authorisation_invalid");
        Is("declined", await sandbox.CaptureAsync(NewId, NewId), "authorisation_invalid");
    }

    [Fact]
    public async Task Refunds_NeverExceedWhatIsCaptured()
    {
        await using var sandbox = await StartAsync();
        var (id, _) = await sandbox.ChargeAsync();
        Is("approved", await sandbox.PostAsync("/v1/refunds", Of(NewId, id, 600)));
        Is("declined", await sandbox.PostAsync("/v1/refunds", Of(NewId, id, 401)), "authorisation_invalid");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sandbox.PostAsync("/v1/refunds", Of(NewId, id, 100))));
        Assert.Equal(4, answers.Count(answer => answer.GetProperty("state").GetString() == "approved"));
        Assert.Equal(1000, Minor(await sandbox.TotalsAsync(), "refunded"));
    }

    [Fact]
    public async Task Books_ComeInPages()
    {
        await using var sandbox = await StartAsync();
        Guid[] ids = [NewId, NewId, NewId];
        foreach (var id in ids)
            await sandbox.AuthoriseAsync(id);
        var first = await sandbox.GetAsync("/v1/books?limit=2");
        var second = await sandbox.GetAsync($"/v1/books?limit=2&after={first.GetProperty("next").GetString()}");
        var listed = first.GetProperty("authorisations").EnumerateArray().Concat(second.GetProperty("authorisations").EnumerateArray());
        Assert.Equal(ids, listed.Select(authorisation => authorisation.GetProperty("id").GetGuid()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(3000, Minor(second.GetProperty("totals").GetProperty("USD"), "authorised"));
    }

    [Theory]
    [InlineData("/v1/captures", "{", "The body")]
    [InlineData("/v1/captures", "[]", "The body")]
    [InlineData("/v1/captures", """{"id":"1"}""", "id")]
    [InlineData("/v1/captures",
        """{"id":"0199d0ee-0000-7000-8000-000000000001","authorisation":"0199d0ee-0000-7000-8000-000000000002","amount_minor":0"""
            + ""","currency":"USD"}""", "amount_minor")]
    [InlineData("/v1/captures",
        """{"id":"0199d0ee-0000-7000-8000-000000000001","authorisation":"0199d0ee-0000-7000-8000-000000000002","amount_minor":1.5"""
            + ""","currency":"USD"}""", "amount_minor")]
    [InlineData("/v1/captures",
        """{"id":"0199d0ee-0000-7000-8000-000000000001","authorisation":"0199d0ee-0000-7000-8000-000000000002","amount_minor":1"""
            + ""","currency":"usd"}""", "currency")]
    [InlineData("/v1/authorisations",
        """{"id":"0199d0ee-0000-7000-8000-000000000001","amount_minor":1,"currency":"USD","instrument":{"kind":"card","number":"42x"}}""",
            "instrument.number")]
    [InlineData("/v1/authorisations",
        """{"id":"0199d0ee-0000-7000-8000-000000000001","amount_minor":1,"currency":"USD","instrument":{"kind":"cash"}}""",
            "instrument.kind")]
    public async Task MalformedBody_IsRefusedByTheNameOfItsField(string path, string body, string field)
    {
        await using var sandbox = await StartAsync();
        using var response = await sandbox.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), (response.StatusCode, answer.GetProperty("code").GetString()));
        Assert.StartsWith($"{field} ", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StrangersUnknownPathsAndHugeBodies_AreRefused()
    {
        await using var sandbox = await StartAsync();
        using var stranger = new HttpClient { BaseAddress = sandbox.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/v1/books", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await sandbox.Client.GetAsync("/v2", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await sandbox.Client.GetAsync("/v1/captures", Cancel)).StatusCode);
        using var huge = await sandbox.SendAsync("/v1/captures", new { id = new string('x', 70_000) });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
    }

    [Fact]
    public async Task Numbers_AreNeitherKeptNorShown()
    {
        await using var sandbox = await StartAsync();
        var report = (await sandbox.AuthoriseAsync(NewId)).GetRawText()
            + (await sandbox.AuthoriseAsync(NewId, instrument: new { kind = "iban", iban = "DE02120300000000202051" })).GetRawText()
            + (await sandbox.AuthoriseAsync(
                NewId, instrument: new { kind = "uk_account", sort_code = "200000", account_number = "55779911" })).GetRawText()
            + await sandbox.Client.GetStringAsync("/v1/books", Cancel)
            + await sandbox.StopAndReadFilesAsync();
        Assert.Contains("visa 4242", report, StringComparison.Ordinal);
        Assert.All([Card, "DE02120300000000202051", "55779911", "200000", "987", "sk_test"],
            secret => Assert.DoesNotContain($"\"{secret}\"", report, StringComparison.Ordinal));
        Assert.All([Card, "120300000000202051", "55779911"], secret => Assert.DoesNotContain(secret, report, StringComparison.Ordinal));
    }

    private static long Minor(JsonElement totals, string name) => totals.GetProperty($"{name}_minor").GetInt64();
}
