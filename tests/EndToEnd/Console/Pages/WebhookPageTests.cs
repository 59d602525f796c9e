using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Storage.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Console;

/// <summary>Operators see the deliveries of webhooks, and replay them.</summary>
public sealed partial class WebhookPageTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_IsAdded_ShowsItsSecretOnce_AndGetsAnother()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var form = await SeenForm.OpenAsync(desk, "/console/webhooks/new");
        (string, string)[] filled =
            [("Address", "https://shop.example/hooks"), ("Credential", $"{samples.Credential}"), ("Reason", "The shop listens")];
        Assert.Contains(
            "Type an absolute https address", (await form.SendAsync([.. filled, ("Address", "shop")])).Page, StringComparison.Ordinal);
        Assert.Contains(
            "that is not link-local", (await form.SendAsync([.. filled, ("Address", "https://169.254.169.254/x")])).Page,
            StringComparison.Ordinal);

        var added = await form.SendAsync(filled);
        Assert.Contains("shop.example gets the events.", added.Page, StringComparison.Ordinal);
        var again = await form.SendAsync(filled);
        Assert.Contains("The secret of credential", again.Page, StringComparison.Ordinal);
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM subscription WHERE merchant_id = $1 AND address = 'https://shop.example/hooks'", samples.Merchant.Value));
        Assert.Contains("https://shop.example/hooks", await desk.PageAsync("/console/webhooks"), StringComparison.Ordinal);

        var rotation = await SeenForm.OpenAsync(desk, $"/console/access/credentials/{samples.Credential}/webhook-secret");
        var rotated = await rotation.SendAsync(("Reason", "It was seen"));
        Assert.Contains("whsec_", rotated.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", (await rotation.SendAsync(("Reason", "It was seen"))).Page, StringComparison.Ordinal);
        Assert.Equal("webhook.add webhook.rotate", await books.ScalarAsync(
            "SELECT string_agg(what, ' ' ORDER BY what) FROM operator_action WHERE merchant_id = $1 AND what LIKE 'webhook.%'",
            samples.Merchant.Value));
        await books.AssertBooksAreCleanAsync(samples.Merchant);
    }

    [Fact]
    public async Task Receiver_ThatFails_IsAmberFromTheFirstFailure_AndFailingFromTheFourth()
    {
        var biller = await Biller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await biller.PostAsync(Biller.Webhooks, new JsonObject { ["url"] = receiver.Address.OriginalString });
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        var id = await books.ScalarAsync("SELECT id FROM subscription WHERE merchant_id = $1", biller.Merchant.Value);
        var path = $"/console/webhooks/{id:D}";
        // It fails once, and takes its time with the second try.
        var looked = new TaskCompletionSource();
        receiver.Answer = async _ =>
        {
            if (receiver.All.Count == 1)
                return 500;
            await looked.Task;
            return 204;
        };
        Assert.Contains("<span class=\"pill good\">live<", await desk.PageAsync(path), StringComparison.Ordinal);

        await biller.CustomerAsync();
        await NoticePost.UntilAsync(async () => await FailuresAsync(biller) > 0);
        var page = await desk.PageAsync(path);

        Assert.Contains("<span class=\"pill waiting\">failed once<", page, StringComparison.Ordinal);
        Assert.Matches("Once, next try <time [^>]*>Today, [^<]*</time>. Why: the receiver failed", page);
        Assert.Contains("failed once<", await desk.PageAsync("/console/webhooks"), StringComparison.Ordinal);
        looked.SetResult();
        await NoticePost.UntilAsync(async () => await FailuresAsync(biller) == 0);
        Assert.Contains("<span class=\"pill good\">live<", await desk.PageAsync(path), StringComparison.Ordinal);

        receiver.Answer = _ => Task.FromResult<int?>(500);
        await biller.CustomerAsync();
        await NoticePost.UntilAsync(async () => await FailuresAsync(biller) > 0);
        foreach (var (failures, tone, word) in new[] { (3, "waiting", "failed 3 times"), (4, "bad", "failing") })
        {
            await books.ScalarAsync(
                "UPDATE delivery SET failures = $2, due_at = now() + interval '2 hours' WHERE merchant_id = $1 AND status = 'waiting' "
                    + "RETURNING 1",
                biller.Merchant.Value, failures);
            page = await desk.PageAsync(path);
            Assert.Contains($"<span class=\"pill {tone}\">{word}<", page, StringComparison.Ordinal);
            Assert.Contains($"{failures} times in a row, next try", page, StringComparison.Ordinal);
        }

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var (work, _) = await new TodayReading(books.Database, TimeProvider.System).WorkAsync(biller.Merchant, today);
        Assert.Contains(work, item => item is { Kind: WorkKind.FailingWebhook, Count: 1 });
        Assert.Contains("Webhooks whose receiver fails", await desk.PageAsync("/console"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receiver_WhoseLastMessageWasGivenUp_IsFailing_UntilItTakesAnother()
    {
        var samples = await DeskSamples.CreateWithDeadLettersAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        var page = await desk.PageAsync("/console/webhooks");
        Assert.Contains("<span class=\"pill bad\">failing<", page, StringComparison.Ordinal);
        Assert.Contains("The last message was given up", page, StringComparison.Ordinal);

        // What it took since is forgotten before what it did not.
        await books.ScalarAsync(
            "UPDATE delivery SET ended_at = ended_at - interval '31 days' WHERE merchant_id = $1 AND status = 'dead' RETURNING 1",
            samples.Merchant.Value);
        Assert.DoesNotContain(
            "<span class=\"pill bad\">failing<", await desk.PageAsync("/console/webhooks"), StringComparison.Ordinal);
        await books.ScalarAsync(
            "UPDATE delivery SET ended_at = ended_at + interval '31 days' WHERE merchant_id = $1 AND status = 'dead' RETURNING 1",
            samples.Merchant.Value);
        Assert.Contains("<span class=\"pill bad\">failing<", await desk.PageAsync("/console/webhooks"), StringComparison.Ordinal);

        await books.ScalarAsync(
            "UPDATE delivery SET status = 'delivered', ended_at = now() WHERE merchant_id = $1 AND subject_id = "
                + "(SELECT subject_id FROM delivery WHERE merchant_id = $1 LIMIT 1) RETURNING 1", samples.Merchant.Value);
        Assert.Contains("<span class=\"pill good\">live<", await desk.PageAsync("/console/webhooks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_ThatFailedForTheSameReason_AreOneRow_WithAWayToEachOfThem()
    {
        var samples = await DeskSamples.CreateAsync(books);
        await new Till(books, samples.Merchant).PayManyAsync("A", 7);
        await books.ScalarAsync(
            """
            UPDATE delivery d
               SET status = CASE WHEN n.number <= 5 THEN 'dead' ELSE 'waiting' END, failures = 4,
                   failure = CASE WHEN n.number <= 3 THEN 'refused' WHEN n.number <= 5 THEN 'timed_out' ELSE 'failed' END,
                   due_at = CASE WHEN n.number > 5 THEN now() + interval '1 day' END, ended_at = CASE WHEN n.number <= 5 THEN now() END
              FROM (SELECT subject_id, row_number() OVER (ORDER BY subject_id) AS number FROM delivery WHERE merchant_id = $1) n
             WHERE d.merchant_id = $1 AND d.subject_id = n.subject_id RETURNING 1
            """,
            samples.Merchant.Value);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        var path = $"/console/webhooks/{samples.Subscription:D}";

        var page = await desk.PageAsync(path);
        Assert.Empty(MessagesIn(page));
        Assert.Equal(["3", "2", "2"], MessageCount().Matches(page).Select(found => found.Groups["count"].Value));
        foreach (var (state, reason, said, count) in new[]
        {
            ("given-up", "refused", "The receiver refused it (HTTP 4xx)", 3), ("given-up", "timed_out", "There was no answer in time", 2),
            ("waiting", "failed", "The receiver failed (HTTP 5xx)", 2),
        })
        {
            Assert.Contains(said, page, StringComparison.Ordinal);
            Assert.Contains($"?state={state}&amp;failed={reason}\"", page, StringComparison.Ordinal);
            Assert.Equal(count, MessagesIn(await desk.PageAsync($"{path}?state={state}&failed={reason}")).Length);
        }

        Assert.Equal(5, MessagesIn(await desk.PageAsync($"{path}?state=given-up&failed=nonsense")).Length);
        await desk.LookEverywhereAsync(browser, path, "webhook-errors");
    }

    [Fact]
    public async Task TestEvent_IsSignedAndMarked_ShowsTheAnswer_AndEntersNoFeed()
    {
        var biller = await Biller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var added = await biller.PostAsync(Biller.Webhooks, new JsonObject { ["url"] = receiver.Address.OriginalString });
        var (id, secret) = ((string)added.Json["id"]!, (string)added.Json["secret"]!);
        SecretWatch.OfTheRun.Add([secret]);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        var path = $"/console/webhooks/{id}";
        Assert.Contains($"href=\"{path}/test\"", await desk.PageAsync(path), StringComparison.Ordinal);
        var before = (await biller.GetAsync(Biller.Events)).Text;

        var form = await SeenForm.OpenAsync(desk, $"{path}/test");
        var sent = await form.SendAsync();
        Assert.Contains("127.0.0.1 took the test event: HTTP 204.", sent.Page, StringComparison.Ordinal);
        await form.SendAsync();

        var told = Assert.Single(receiver.All);
        Assert.True(told.IsSignedBy(secret));
        Assert.StartsWith("msg_test_", told.Message, StringComparison.Ordinal);
        Assert.Equal(
            (told.Message, "test", true),
            (told.Json.GetProperty("id").GetString(), told.Json.GetProperty("type").GetString(),
                told.Json.GetProperty("test").GetBoolean()));
        Assert.Equal(before, (await biller.GetAsync(Biller.Events)).Text);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM delivery WHERE merchant_id = $1", biller.Merchant.Value));
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'webhook.test'", biller.Merchant.Value));

        // What the receiver says is a stranger's text.
        receiver.Says = $"<script>alert(1)</script>\u202E\r\n{new string('x', 5000)}";
        receiver.Answer = _ => Task.FromResult<int?>(500);
        var refused = await biller.PostAsync($"{Biller.Webhooks}/{id}/test", new JsonObject { ["reason"] = "try it" });
        Assert.Equal((409, "not-done"), refused.Problem);
        using var failed = await desk.SendAsync($"{path}/test", [("Key", $"{Quittance.Tests.Engine.Business.NewId():N}")]);
        var page = await failed.Content.ReadAsStringAsync(Cancel);
        // A program could name any address of the network, and read there.
        Assert.EndsWith("did not take the test event: HTTP 500.", (string)refused.Json["detail"]!, StringComparison.Ordinal);
        var text = WebUtility.HtmlDecode(page);
        Assert.Contains("did not take the test event: HTTP 500. It said: <script>alert(1)</script> xxx", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", text, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 300), text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert(1)", page, StringComparison.Ordinal);
        Assert.Equal((1L, 2L), (await ActionsAsync("webhook.test"), await ActionsAsync("webhook.test-failed")));

        // The same form tries again, and the log keeps both.
        receiver.Answer = _ => Task.FromResult<int?>(500);
        var again = await SeenForm.OpenAsync(desk, $"{path}/test");
        Assert.Contains("did not take the test event", (await again.SendAsync()).Page, StringComparison.Ordinal);
        receiver.Answer = _ => Task.FromResult<int?>(204);
        Assert.Contains("took the test event: HTTP 204.", (await again.SendAsync()).Page, StringComparison.Ordinal);
        Assert.Equal((2L, 3L), (await ActionsAsync("webhook.test"), await ActionsAsync("webhook.test-failed")));

        async Task<object?> ActionsAsync(string what) => await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = $2", biller.Merchant.Value, what);
    }

    [Fact]
    public async Task TestEvent_ToNowhere_ToAPrivateNetwork_OrToAnothersWebhook_IsRefused()
    {
        var (biller, other) = (await Biller.OpenAsync(books), await Biller.OpenAsync(books));
        var added = await biller.PostAsync(
            Biller.Webhooks, new JsonObject { ["url"] = $"http://127.0.0.1:{BooksFixture.FreePort()}/" });
        SecretWatch.OfTheRun.Add([(string)added.Json["secret"]!]);
        var id = (string)added.Json["id"]!;
        var reason = new JsonObject { ["reason"] = "try it" };

        var unreachable = await biller.PostAsync($"{Biller.Webhooks}/{id}/test", reason.DeepClone());
        Assert.Equal((409, "not-done"), unreachable.Problem);
        Assert.Contains("did not reach 127.0.0.1: no server answers there", (string)unreachable.Json["detail"]!, StringComparison.Ordinal);
        Assert.Equal(404, (await other.PostAsync($"{Biller.Webhooks}/{id}/test", reason.DeepClone())).Problem.Status);
        var colleague = await Biller.OpenAsync(books, biller.Merchant);
        Assert.Equal(404, (await colleague.PostAsync($"{Biller.Webhooks}/{id}/test", reason.DeepClone())).Problem.Status);
        // The command is no server that was started for private networks.
        var (exitCode, _, error) = await RunningProgram.RunAsync(
            ["webhook", "test", id, "--merchant", $"{biller.Merchant.Value}", "--database", books.ConnectionString]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("the address is not encrypted", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadLetters_AreShownWithTheirReason_AndReplayed()
    {
        var samples = await DeskSamples.CreateWithDeadLettersAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, samples.Merchant);
        var path = $"/console/webhooks/{samples.Subscription:D}";
        var page = await desk.PageAsync($"{path}?state=given-up");

        Assert.Contains("4 times: the receiver refused it (HTTP 4xx)", page, StringComparison.Ordinal);
        Assert.Contains("paymentCreateEvent", page, StringComparison.OrdinalIgnoreCase);
        var number = await books.ScalarAsync(
            "SELECT p.number FROM delivery d JOIN payment p ON p.merchant_id = $1 AND p.id = d.subject_id WHERE d.merchant_id = $1 LIMIT 1",
            samples.Merchant.Value);
        Assert.Matches(
            $"Gave up on <a href=\"{path}\">[^<]*</a>: the receiver refused it", await desk.PageAsync($"/console/payments/{number}"));
        await desk.LookEverywhereAsync(browser, "/console/webhooks", "webhooks");
        await desk.LookEverywhereAsync(browser, path, "webhook");

        var message = await books.ScalarAsync(
            "SELECT 'msg_' || replace(subject_id::text, '-', '') || '_' || sequence FROM delivery WHERE merchant_id = $1 AND status = "
                + "'dead' LIMIT 1", samples.Merchant.Value);
        using (var one = await desk.SendAsync($"{path}/replay?message={message}", ("Reason", "They repaired it")))
            Assert.Equal(HttpStatusCode.SeeOther, one.StatusCode);
        Assert.Equal(1L, await DeadAsync(samples));
        using (var unknown = await desk.SendAsync($"{path}/replay?message=msg_1_1", ("Reason", "They repaired it")))
        {
            Assert.Contains(
                "There is no such failed event", await unknown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using (var all = await desk.SendAsync("/console/webhooks/replay", ("Reason", "They repaired it all")))
            Assert.Equal(HttpStatusCode.SeeOther, all.StatusCode);

        Assert.Equal(0L, await DeadAsync(samples));
        Assert.Equal(2L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'webhook.replay' AND who = $2", samples.Merchant.Value,
            desk.Person.Name));
    }

    [Fact]
    public async Task Subscription_ThatAnAdminEnds_IsReportedNothing()
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
        Assert.Equal(
            1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'webhook.end'", samples.Merchant.Value));
    }

    [Theory]
    [InlineData("dead", "given-up", "DESC", "The latest 50", "Older", "Newest")]
    [InlineData("delivered", "delivered", "DESC", "The latest 50", "Older", "Newest")]
    [InlineData("waiting", "waiting", "", "The 50 that are tried next", "Next", "First")]
    public async Task Deliveries_OfEachState_AreReachedPartByPart(
        string status, string word, string direction, string said, string next, string first)
    {
        var samples = await DeskSamples.CreateAsync(books);
        await new Till(books, samples.Merchant).PayManyAsync("A", 120);
        // Many are of one moment, as when all that was given up is replayed: a part ends among them.
        await books.ScalarAsync(
            $"""
            UPDATE delivery d
               SET status = '{status}', failures = 4, failure = 'refused',
                   {(status == "waiting" ? "due_at" : "due_at = NULL, ended_at")}
                       = now() + interval '1 day' + n.number / 40 * interval '1 second'
              FROM (SELECT subject_id, row_number() OVER (ORDER BY subject_id) AS number FROM delivery WHERE merchant_id = $1) n
             WHERE d.merchant_id = $1 AND d.subject_id = n.subject_id RETURNING 1
            """,
            samples.Merchant.Value);
        var expected = (string)(await books.ScalarAsync(
            $"""
            SELECT string_agg('msg_' || replace(subject_id::text, '-', '') || '_' || sequence, ' '
                       ORDER BY coalesce(due_at, ended_at) {direction}, subject_id {direction}, sequence {direction})
              FROM delivery WHERE merchant_id = $1 AND subscription_id = $2
            """,
            samples.Merchant.Value, samples.Subscription))!;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        var path = $"/console/webhooks/{samples.Subscription:D}";

        // On the page of all states those that failed are one row for each error.
        Assert.Equal(status == "delivered" ? 50 : 0, MessagesIn(await desk.PageAsync(path)).Length);
        var page = await desk.PageAsync($"{path}?state={word}");
        Assert.Contains(said, page, StringComparison.Ordinal);
        List<string[]> parts = [MessagesIn(page)];
        for (var address = LinkIn(page, next); address is not null; address = LinkIn(page, next))
        {
            page = await desk.PageAsync(address);
            parts.Add(MessagesIn(page));
        }

        Assert.Equal([50, 50, 20], parts.Select(part => part.Length));
        Assert.Equal(expected, string.Join(' ', parts.SelectMany(part => part)));
        Assert.Equal($"{path}?state={word}", LinkIn(page, first));
        Assert.Equal(parts[0], MessagesIn(await desk.PageAsync($"{path}?state={word}&after=nowhere")));
        Assert.Contains("See all deliveries", await desk.PageAsync($"{path}?state={(status == "waiting" ? "delivered" : "waiting")}"),
            StringComparison.Ordinal);
    }

    private static string[] MessagesIn(string page) => [.. MessageCell().Matches(page).Select(found => found.Groups["message"].Value)];

    private static string? LinkIn(string page, string title) =>
        Regex.Match(page, $"href=\"([^\"]*)\">{title}<", RegexOptions.None, TimeSpan.FromMinutes(1)) is { Success: true } found
            ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;

    private async Task<int> FailuresAsync(Biller biller) => (int)(await books.ScalarAsync(
        "SELECT coalesce(max(failures), 0) FROM delivery WHERE merchant_id = $1 AND status = 'waiting'", biller.Merchant.Value))!;

    private Task<object?> DeadAsync(DeskSamples samples) =>
        books.ScalarAsync("SELECT count(*) FROM delivery WHERE merchant_id = $1 AND status = 'dead'", samples.Merchant.Value);

    [GeneratedRegex("data-label=\"messages\">(?<count>[^<]*)<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MessageCount();

    [GeneratedRegex("<code class=\"small\">(?<message>msg_[^<]*)<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MessageCell();
}
