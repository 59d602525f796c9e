using System.Net;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Web;

/// <summary>What a session in the widget does not take: cards tried out one after the other, and floods.</summary>
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
