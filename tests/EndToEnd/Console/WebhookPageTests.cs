using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>What clients are told, as operators see it and have it told again.</summary>
public sealed class WebhookPageTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeadLetters_AreShownWithTheirReason_AndReplayed()
    {
        var samples = await DeskSamples.CreateWithDeadLettersAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, samples.Merchant);
        var path = $"/console/webhooks/{samples.Subscription:D}";
        var page = await desk.PageAsync(path);

        Assert.Contains("4 times: the receiver refused it (HTTP 4xx)", page, StringComparison.Ordinal);
        Assert.Contains("paymentCreateEvent", page, StringComparison.OrdinalIgnoreCase);
        var number = await books.ScalarAsync("SELECT p.number FROM delivery d JOIN payment p ON p.merchant_id = $1 AND p.id = d.subject_id WHERE d.merchant_id = $1 LIMIT 1", samples.Merchant.Value);
        Assert.Matches($"Given up: <a href=\"{path}\">[^<]*</a>, as the receiver refused it", await desk.PageAsync($"/console/payments/{number}"));
        await desk.LookEverywhereAsync(browser, "/console/webhooks", "webhooks");
        await desk.LookEverywhereAsync(browser, path, "webhook");

        var message = await books.ScalarAsync(
            "SELECT 'msg_' || replace(subject_id::text, '-', '') || '_' || sequence FROM delivery WHERE merchant_id = $1 AND status = 'dead' LIMIT 1", samples.Merchant.Value);
        using (var one = await desk.SendAsync($"{path}/replay?message={message}", ("Reason", "They repaired it")))
            Assert.Equal(HttpStatusCode.SeeOther, one.StatusCode);
        Assert.Equal(1L, await DeadAsync(samples));
        using (var unknown = await desk.SendAsync($"{path}/replay?message=msg_1_1", ("Reason", "They repaired it")))
            Assert.Contains("there is nothing that was given up", await unknown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using (var all = await desk.SendAsync("/console/webhooks/replay", ("Reason", "They repaired it all")))
            Assert.Equal(HttpStatusCode.SeeOther, all.StatusCode);

        Assert.Equal(0L, await DeadAsync(samples));
        Assert.Equal(2L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'webhook.replay' AND who = $2", samples.Merchant.Value, desk.Person.Name));
    }

    [Fact]
    public async Task Subscription_ThatAnAdminEnds_IsToldNothing()
    {
        var samples = await DeskSamples.CreateWithDeadLettersAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var path = $"/console/webhooks/{samples.Subscription:D}";
        using (var ended = await desk.SendAsync($"{path}/end", ("Reason", "The receiver is gone")))
            Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);

        var page = await desk.PageAsync(path);
        Assert.Contains("ended", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/replay", page, StringComparison.Ordinal);
        using (var again = await desk.SendAsync($"{path}/end", ("Reason", "The receiver is gone")))
            Assert.Contains("it has ended already", await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'webhook.end'", samples.Merchant.Value));
    }

    private Task<object?> DeadAsync(DeskSamples samples) =>
        books.ScalarAsync("SELECT count(*) FROM delivery WHERE merchant_id = $1 AND status = 'dead'", samples.Merchant.Value);
}
