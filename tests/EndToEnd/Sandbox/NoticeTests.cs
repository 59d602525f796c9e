using System.Net;
using System.Net.Http.Json;
using static Quittance.Tests.Sandbox.RunningSandbox;

namespace Quittance.Tests.Sandbox;

/// <summary>Notices to an account's owner, and what customers and their banks decide.</summary>
public sealed class NoticeTests
{
    private const string MustBeConfirmed = "4000000000003220";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "approved", "")]
    [InlineData(false, "declined", "not_confirmed")]
    public async Task PendingAuthorisation_IsDecidedByTheCustomer(bool approve, string state, string reason)
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        Is("pending", await sandbox.AuthoriseAsync(id, MustBeConfirmed));
        Is("declined", await sandbox.CaptureAsync(NewId, id), "authorisation_invalid");
        await sandbox.PostAsync($"/v1/authorisations/{id}/confirm", new { approve });
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal(
            ("request.changed", id.ToString(), "authorise", state, reason, true),
            (notice["type"], notice["id"], notice["verb"], notice["state"], notice["reason"], notice.IsGenuine));

        using var otherwise = await sandbox.SendAsync($"/v1/authorisations/{id}/confirm", new { approve = !approve });
        Assert.Equal(HttpStatusCode.Conflict, otherwise.StatusCode);
    }

    [Fact]
    public async Task ConfirmationPage_LetsTheCustomerDecideAndSendsThemBack()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        var answer = await sandbox.PostAsync("/v1/authorisations", new
        {
            id,
            amount_minor = 4999,
            currency = "GBP",
            instrument = CardOf(MustBeConfirmed),
            notice_url = sandbox.Receiver.Url,
            return_url = "http://shop.example/back?order=7",
        });
        var page = answer.GetProperty("redirect_to").GetString()!;
        using var customer = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        Assert.Contains("49.99 <small>GBP", await customer.GetStringAsync(page, Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await customer.GetAsync(page[..^1] + "x", Cancel)).StatusCode);

        using var decided = await customer.PostAsync(page, new FormUrlEncodedContent([new("approve", "true")]), Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, decided.StatusCode);
        Assert.Equal($"http://shop.example/back?order=7&authorisation={id}&state=approved", decided.Headers.Location!.ToString());
        Assert.Equal("approved", (await sandbox.Receiver.NextAsync())["state"]);
        Assert.DoesNotContain("<form", await customer.GetStringAsync(page, Cancel), StringComparison.Ordinal);
        Is("approved", await sandbox.FindAsync(id));
    }

    [Fact]
    public async Task PendingAuthorisation_ThatIsVoided_CantBeConfirmed()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await sandbox.AuthoriseAsync(id, MustBeConfirmed);
        Is("approved", await sandbox.PostAsync("/v1/voids", new { id = NewId, authorisation = id }));
        Assert.Equal("declined", (await sandbox.Receiver.NextAsync())["state"]);
        using var late = await sandbox.SendAsync($"/v1/authorisations/{id}/confirm", new { approve = true });
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Theory]
    [InlineData("won", 0, 1500)]
    [InlineData("lost", 1000, 1500)]
    public async Task Dispute_IsOpenedAndEnds(string end, long disputed, long fees)
    {
        await using var sandbox = await StartAsync();
        var (authorisation, _) = await sandbox.ChargeAsync();
        var opening = new { id = "dispute-1", authorisation, kind = "chargeback" };
        var opened = await sandbox.PostAsync("/v1/disputes", opening);
        Assert.Equal(opened.GetRawText(), (await sandbox.PostAsync("/v1/disputes", opening)).GetRawText());
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal(
            ("dispute.opened", "dispute-1", "chargeback", "1000", "1500"),
            (notice["type"], notice["dispute"], notice["kind"], notice["amount_minor"], notice["fee_minor"]));

        await sandbox.PostAsync($"/v1/disputes/dispute-1/{end}", new { });
        Assert.Equal($"dispute.{end}", (await sandbox.Receiver.NextAsync())["type"]);
        var totals = await sandbox.TotalsAsync();
        Assert.Equal((disputed, fees), (totals.GetProperty("disputed_minor").GetInt64(), totals.GetProperty("fees_minor").GetInt64()));
    }

    [Fact]
    public async Task Dispute_NeedsCapturedMoney()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await sandbox.AuthoriseAsync(id);
        using var early = await sandbox.SendAsync("/v1/disputes", new { id = "d", authorisation = id, kind = "chargeback" });
        using var unknown = await sandbox.SendAsync("/v1/disputes", new { id = "d", authorisation = NewId, kind = "chargeback" });
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (early.StatusCode, unknown.StatusCode));
    }

    [Fact]
    public async Task Notice_IsSentAgainUntilItIsTakenIn()
    {
        await using var sandbox = await StartAsync();
        sandbox.Receiver.Statuses.Enqueue(500);
        await sandbox.ChargeAsync(66606);
        var (first, second) = (await sandbox.Receiver.NextAsync(), await sandbox.Receiver.NextAsync());
        Assert.Equal((first.Id, first.Body, true), (second.Id, second.Body, second.IsGenuine));
        await sandbox.Receiver.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task Notice_IsSignedWithTheKeyOfTheMoment()
    {
        await using var sandbox = await StartAsync();
        (await sandbox.Client.PutAsJsonAsync("/v1/notice-key", new { key = "whsec_bmV3IGtleQ==" }, Cancel)).EnsureSuccessStatusCode();
        await sandbox.ChargeAsync(66606);
        Assert.False((await sandbox.Receiver.NextAsync()).IsGenuine);
        using var malformed = await sandbox.Client.PutAsJsonAsync("/v1/notice-key", new { key = "secret" }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
    }
}
