using System.Net;
using static Quittance.Tests.Sandbox.RunningSandbox;

namespace Quittance.Tests.Sandbox;

/// <summary>The behaviour of the numbers and amounts.</summary>
public sealed class BehaviourTests
{
    [Theory]
    [InlineData("4242424242424242", "approved", null)]
    [InlineData("5555555555554444", "approved", null)]
    [InlineData("4000000000000002", "declined", "declined")]
    [InlineData("4000000000009995", "declined", "insufficient_funds")]
    [InlineData("4000000000000069", "declined", "expired")]
    [InlineData("4000000000000127", "declined", "security_code_wrong")]
    [InlineData("4242424242424241", "declined", "instrument_invalid")]
    public async Task Card_IsAnsweredByItsNumber(string number, string state, string? reason)
    {
        await using var sandbox = await StartAsync();
        Is(state, await sandbox.AuthoriseAsync(NewId, number), reason);
    }

    [Theory]
    [InlineData("5555555555554444")]
    [InlineData("4242424242424242")]
    public async Task CardOfLastMonth_IsExpired(string number)
    {
        await using var sandbox = await StartAsync();
        var lastMonth = TimeProvider.System.GetUtcNow().AddMonths(-1);
        var card = new { kind = "card", number, expiry_month = lastMonth.Month, expiry_year = lastMonth.Year };
        Is("declined", await sandbox.AuthoriseAsync(NewId, instrument: card), "expired");
    }

    [Fact]
    public async Task CardOfTrainTravelsSample_IsApproved_ThoughItsMonthIsOver()
    {
        await using var sandbox = await StartAsync();
        var card = new { kind = "card", number = "4242424242424242", expiry_month = 12, expiry_year = 2025 };
        Is("approved", await sandbox.AuthoriseAsync(NewId, instrument: card));
    }

    [Fact]
    public async Task Account2345_IsDebitedAtOnce()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, capture) = (NewId, NewId);
        var account = new { kind = "uk_account", sort_code = "000123", account_number = "00012345", holder = "Ann" };
        Is("approved", await sandbox.AuthoriseAsync(authorisation, instrument: account));
        Is("approved", await sandbox.CaptureAsync(capture, authorisation));
    }

    [Fact]
    public async Task Card0341_IsApprovedAndNotCaptured()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        Is("approved", await sandbox.AuthoriseAsync(id, "4000000000000341"));
        Is("declined", await sandbox.CaptureAsync(NewId, id), "declined");
    }

    [Fact]
    public async Task Card0119_IsApprovedButNobodySaysSo()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await sandbox.NobodyAnswersAsync("/v1/authorisations", id, sandbox.Authorisation(id, "4000000000000119"));
        Is("approved", await sandbox.FindAsync(id));
        Is("approved", await sandbox.AuthoriseAsync(id, "4000000000000119"));
        Is("approved", await sandbox.CaptureAsync(NewId, id));
    }

    [Theory]
    [InlineData("DE02120300000000202051")]
    [InlineData("CH9300762011623852957")]
    public async Task Debit_IsPaidLater(string iban)
    {
        await using var sandbox = await StartAsync();
        var (_, capture) =
            await sandbox.ChargeAsync(instrument: new { kind = iban[0] == 'C' ? "swiss_account" : "iban", iban, holder = "Ann" });
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal(("request.changed", capture.ToString(), "approved"), (notice["type"], notice["id"], notice["state"]));
        Is("approved", await sandbox.FindAsync(capture));
    }

    [Fact]
    public async Task DebitEndingIn0002_IsRefusedLater()
    {
        await using var sandbox = await StartAsync();
        var (_, capture) =
            await sandbox.ChargeAsync(instrument: new { kind = "uk_account", sort_code = "200000", account_number = "55770002" });
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal((capture.ToString(), "declined", "declined"), (notice["id"], notice["state"], notice["reason"]));
        Assert.Equal(0, (await sandbox.TotalsAsync()).GetProperty("captured_minor").GetInt64());
    }

    [Fact]
    public async Task DebitEndingIn0003_IsPaidThenReturned()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, _) =
            await sandbox.ChargeAsync(instrument: new { kind = "uk_account", sort_code = "200000", account_number = "55770003" });
        Assert.Equal("approved", (await sandbox.Receiver.NextAsync())["state"]);
        var dispute = await sandbox.Receiver.NextAsync();
        Assert.Equal(
            ("dispute.opened", "returned_debit", authorisation.ToString(), "1000", "1500"),
            (dispute["type"], dispute["kind"], dispute["authorisation"], dispute["amount_minor"], dispute["fee_minor"]));
    }

    [Fact]
    public async Task Amount66601_IsCapturedButNobodySaysSo()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, capture) = (NewId, NewId);
        await sandbox.AuthoriseAsync(authorisation, amountMinor: 66601);
        await sandbox.NobodyAnswersAsync("/v1/captures", capture, Of(capture, authorisation, 66601));
        Is("approved", await sandbox.FindAsync(capture));
        Is("approved", await sandbox.CaptureAsync(capture, authorisation, 66601));
    }

    [Fact]
    public async Task Amount66602_TheNoticeOvertakesTheAnswer()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, capture) = (NewId, NewId);
        await sandbox.AuthoriseAsync(authorisation, amountMinor: 66602);
        var held = new TaskCompletionSource();
        sandbox.Receiver.Answering = held.Task;

        var answer = sandbox.CaptureAsync(capture, authorisation, 66602);
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal((capture.ToString(), "approved", true), (notice["id"], notice["state"], notice.IsGenuine));
        Assert.False(answer.IsCompleted);

        held.SetResult();
        Is("approved", await answer);
        await sandbox.Receiver.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task Amount66603_TheSameNoticeComesTwice()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ChargeAsync(66603);
        var (first, second) = (await sandbox.Receiver.NextAsync(), await sandbox.Receiver.NextAsync());
        Assert.Equal(("approved", true), (first["state"], first.IsGenuine));
        Assert.Equal((first.Id, first.Body, true), (second.Id, second.Body, second.IsGenuine));
        await sandbox.Receiver.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task Amount66604_IsDeclinedLate()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, capture) = await sandbox.ChargeAsync(66604);
        var (first, second) = (await sandbox.Receiver.NextAsync(), await sandbox.Receiver.NextAsync());
        Assert.Equal((capture.ToString(), "declined"), (first["id"], first["state"]));
        Assert.Equal((authorisation.ToString(), "declined"), (second["id"], second["state"]));
        Is("declined", await sandbox.FindAsync(capture), "declined");
        Assert.Equal(66604, (await sandbox.TotalsAsync()).GetProperty("reversed_minor").GetInt64());
        Is("declined", await sandbox.PostAsync("/v1/refunds", Of(NewId, authorisation, 1)), "authorisation_invalid");
    }

    [Fact]
    public async Task Amount66605_AForgedNoticeLies()
    {
        await using var sandbox = await StartAsync();
        sandbox.Receiver.Statuses.Enqueue(401);
        var (_, capture) = await sandbox.ChargeAsync(66605);
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal((capture.ToString(), "declined", false), (notice["id"], notice["state"], notice.IsGenuine));
        Is("approved", await sandbox.FindAsync(capture));
    }

    [Fact]
    public async Task Amount66606_IsSettledShort()
    {
        await using var sandbox = await StartAsync();
        await sandbox.ChargeAsync(66606);
        var notice = await sandbox.Receiver.NextAsync();
        Assert.Equal(("settlement.reported", "66605"), (notice["type"], notice["amount_minor"]));
    }

    [Fact]
    public async Task Amount66607_TheAnswerIsBroken()
    {
        await using var sandbox = await StartAsync();
        var (authorisation, capture) = (NewId, NewId);
        await sandbox.AuthoriseAsync(authorisation, amountMinor: 66607);
        using var response = await sandbox.SendAsync("/v1/captures", Of(capture, authorisation, 66607));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var half = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("{", half, StringComparison.Ordinal);
        Assert.DoesNotContain("}", half, StringComparison.Ordinal);
        Is("approved", await sandbox.CaptureAsync(capture, authorisation, 66607));
    }

    [Fact]
    public async Task Amount66608_IsLostAtFirst()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        await Assert.ThrowsAsync<HttpRequestException>(
            () => sandbox.SendAsync("/v1/authorisations", sandbox.Authorisation(id, amountMinor: 66608)));
        Assert.Equal(HttpStatusCode.NotFound,
            (await sandbox.Client.GetAsync($"/v1/requests/{id}", TestContext.Current.CancellationToken)).StatusCode);
        Is("approved", await sandbox.AuthoriseAsync(id, amountMinor: 66608));
    }

    [Fact]
    public async Task Amount66609_IsUnavailableAtFirst()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        using var response = await sandbox.SendAsync("/v1/authorisations", sandbox.Authorisation(id, amountMinor: 66609));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Is("approved", await sandbox.AuthoriseAsync(id, amountMinor: 66609));
    }

    [Fact]
    public async Task Amount66610_IsAnsweredLate()
    {
        await using var sandbox = await StartAsync();
        var id = NewId;
        var answer = sandbox.AuthoriseAsync(id, amountMinor: 66610);
        await Task.Delay(LateBy, TestContext.Current.CancellationToken);
        Assert.False(answer.IsCompleted);
        Is("approved", await answer);
    }
}
