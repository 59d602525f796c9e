using System.Net;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Web;

/// <summary>Requests that a session in the widget refuses: cards tried out one after the other, and floods.</summary>
public sealed class WidgetLimitsTests(BooksFixture books)
{
    private const string NoFunds = "4000000000009995";

    [Fact]
    public async Task Session_WithTenTriesDeclined_IsOver()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");
        for (var tries = 1; tries <= 10; tries++)
        {
            var declined = await visits.SubmitAsync(session, Visits.Card(NoFunds));
            Assert.Equal((HttpStatusCode.PaymentRequired, "insufficient_funds"), (declined.Status, declined.Text("code")));
        }

        var refused = await visits.SubmitAsync(session, Visits.Card());

        Assert.Equal((HttpStatusCode.Gone, "exhausted"), (refused.Status, refused.Text("code")));
        Assert.Equal("exhausted", (await visits.ShownAsync(session)).Text("status"));
        Assert.Equal((10, 0), (await visits.PaymentsAsync(member, "declined"), await visits.PaymentsAsync(member, "authorised")));
    }

    [Fact]
    public async Task CardAndMerchant_AreRefusedAfterTheirDeclines_InAllSessionsTogether()
    {
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false)
            {
                CardTries = new CardTryLimits(OfACard: 2, OfAMerchant: 4),
            },
            books.Database, books.Engine, books.Vault);
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();

        Assert.Equal(HttpStatusCode.PaymentRequired, (await TryAsync(NoFunds)).Status);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await TryAsync(NoFunds)).Status);
        var third = await TryAsync(NoFunds);
        Assert.Equal((HttpStatusCode.Gone, "exhausted"), (third.Status, third.Text("code")));
        Assert.Equal(HttpStatusCode.PaymentRequired, (await TryAsync("4000000000000002")).Status);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await TryAsync("4000000000000127")).Status);
        // Four of four were declined: no card that is entered here is taken, also a good one.
        var good = await TryAsync(Visits.GoodCard);
        Assert.Equal((HttpStatusCode.Gone, "exhausted"), (good.Status, good.Text("code")));

        Assert.Equal((4, 0), (await visits.PaymentsAsync(member, "declined"), await visits.PaymentsAsync(member, "authorised")));
        await server.StopAsync(TestContext.Current.CancellationToken);

        async Task<TestStudio.Answered> TryAsync(string number) =>
            await Visits.SubmitAsync(client, await visits.SessionAsync(member, "20"), Visits.Card(number), once: null);
    }

    [Fact]
    public async Task Submissions_WithoutEnd_AreTurnedAwayInThatSessionOnly()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (flooded, other) = (await visits.SessionAsync(member, "20"), await visits.SessionAsync(member, "20"));
        for (var sent = 1; sent <= 120; sent++)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visits.SubmitAsync(flooded, "{}")).Status);

        var refused = await visits.SubmitAsync(flooded, Visits.Card());

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_requests"), (refused.Status, refused.Text("code")));
        Assert.NotNull(refused.RetryAfter);
        Assert.Equal("ready", (await visits.SubmitAsync(other, Visits.Card())).Text("status"));
    }

    [Fact]
    public async Task DeclinedSubmission_RepeatedUnderItsKey_IsDeclinedStill_WhateverWasPaidSince()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (session, key) = (await visits.SessionAsync(member, "20"), WritingRoutes.NewKey());
        await visits.SubmitAsync(session, Visits.Card(NoFunds), key);
        var token = await visits.ReadyAsync(session, Visits.Card());

        foreach (var isBooked in new[] { false, true })
        {
            if (isBooked)
                Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20")).Status);
            var again = await visits.SubmitAsync(session, Visits.Card(NoFunds), key);
            Assert.Equal((HttpStatusCode.PaymentRequired, "insufficient_funds", true), (again.Status, again.Text("code"), again.Replayed));
        }
    }
}
