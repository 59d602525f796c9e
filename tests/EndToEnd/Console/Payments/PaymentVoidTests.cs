using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Console;

/// <summary>A payment that a customer has made in the widget and that no client has booked: an operator releases its reservation.</summary>
public sealed class PaymentVoidTests(BooksFixture books, Browser browser)
{
    private static readonly (string, string) Reason = ("Reason", "Paid for the wrong course");

    [Fact]
    public async Task Reservation_IsGivenBackAtItsProvider_AndCannotBeBookedAnyMore()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var session = await visits.SessionAsync(member, "20");
        var token = await visits.ReadyAsync(session, Visits.Card());
        var number = await NumberAsync(token);
        Assert.Contains("/cancel\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}/cancel", "payment-void");
        var form = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/cancel");

        var answers = await Task.WhenAll(form.SendAsync(Reason), form.SendAsync(Reason));

        Assert.All(answers, answer => Assert.Equal($"/console/payments/{number}?done=payment-voided", answer.To?.OriginalString));
        // The token charges nothing, like one of an unpaid session.
        var refused = await visits.BookAsync(member, token, "20", claims);
        Assert.Equal((400, "errormessage.payment.token.unknown", "paymentRequestToken"), refused.Error);
        var authorisation = await AttemptAsync(number, "authorise");
        await NoticePost.UntilAsync(
            async () => (await visits.AtSandboxAsync(authorisation))!.Value.GetProperty("voided_minor").GetInt64() == 20_00);
        Assert.Equal(0, (await visits.AtSandboxAsync(authorisation))!.Value.GetProperty("captured_minor").GetInt64());
        Assert.Equal(
            (1, 0, 20m), (await visits.PaymentsAsync(member, "cancelled"), await visits.PaymentsAsync(member, "captured"),
            Assert.Single(await visits.OwedAsync(member))));
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'payment.void' AND subject = $2 AND reason = $3",
            books.DemoCompany.Value, $"payment {number}", Reason.Item2));
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}?done=payment-voided", "payment-voided");

        // The customer pays anew in the same session, and that is booked.
        Assert.Equal("open", (await visits.ShownAsync(session)).Text("status"));
        var paid = await visits.ReadyAsync(session, Visits.Card());
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, paid, "20", claims)).Status);
        Assert.Equal((1, 0m), (await visits.PaymentsAsync(member, "captured"), Assert.Single(await visits.OwedAsync(member))));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Reservation_ThatWasBookedAfterThePageWasOpened_IsNotGivenBack()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var token = await visits.PaidAsync(member, "20");
        var number = await NumberAsync(token);
        var form = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/cancel");
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20", claims)).Status);

        Assert.Contains(
            "the payment, or a request for it, changed after you opened this page", (await form.SendAsync(Reason)).Page,
            StringComparison.Ordinal);
        // Nor does one who has seen that.
        var seen = (await SeenForm.OpenAsync(desk, $"/console/payments/{number}/refund"))["Seen"];
        Assert.Contains("Nothing has changed: the payment does not wait", (await form.SendAsync(Reason, ("Seen", seen))).Page,
            StringComparison.Ordinal);

        Assert.Contains("which can be refunded", await desk.PageAsync($"/console/payments/{number}/cancel"), StringComparison.Ordinal);
        Assert.Equal((1, 0m), (await visits.PaymentsAsync(member, "captured"), Assert.Single(await visits.OwedAsync(member))));
    }

    private async Task<long> NumberAsync(string token) => (long)(await books.ScalarAsync(
        "SELECT p.number FROM session s JOIN payment p ON p.merchant_id = s.merchant_id AND p.id = s.payment_id WHERE s.merchant_id = $1 "
            + "AND s.id = $2",
        books.DemoCompany.Value, Visits.SessionOf(token)))!;

    private async Task<Guid> AttemptAsync(long number, string verb) => (Guid)(await books.ScalarAsync(
        "SELECT a.id FROM payment p JOIN attempt a ON a.merchant_id = p.merchant_id AND a.payment_id = p.id AND a.verb = $3 WHERE "
            + "p.merchant_id = $1 AND p.number = $2",
        books.DemoCompany.Value, number, verb))!;
}
