using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Storage.Console;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>How a receiver stands is told on each face, also behind a long backlog.</summary>
public sealed class WebhookStandingTests(BooksFixture books)
{
    [Fact]
    public async Task FailingReceiver_IsSeen_BehindABacklogOfMoreThanIsCounted()
    {
        var biller = await Biller.OpenAsync(books);
        await new Till(books, biller.Merchant).PayManyAsync("A", 1);
        var added = await biller.PostAsync(
            Biller.Webhooks, new JsonObject { ["url"] = "https://receiver.example/hooks" }, Biller.NewText());
        Assert.True((int)added.Status == 201, added.Text);
        Assert.Equal("live", (string?)(await ListedAsync(biller))["state"]);

        // One has failed; all others wait for a later moment, and were never tried.
        await books.ScalarAsync(
            """
            INSERT INTO delivery (merchant_id, subscription_id, subject_id, sequence, status, failures, failure, due_at)
            SELECT $1, s.id, e.subject_id, e.sequence + n, 'waiting', CASE n WHEN 0 THEN 5 ELSE 0 END,
                   CASE n WHEN 0 THEN 'refused' END, now() + CASE n WHEN 0 THEN interval '1 hour' ELSE interval '2 hours' END
              FROM subscription s
             CROSS JOIN (SELECT * FROM event WHERE merchant_id = $1 ORDER BY occurred_at DESC LIMIT 1) e
             CROSS JOIN generate_series(0, 1200) n
             WHERE s.merchant_id = $1 RETURNING 1
            """,
            biller.Merchant.Value);

        var listed = await ListedAsync(biller);
        Assert.Equal(("failing", 5), ((string?)listed["state"], (int)listed["failures"]!));
        Assert.NotNull((string?)listed["failing_since"]);
        Assert.NotNull((string?)listed["next_try"]);
        var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant, "Ruth");
        Assert.Contains("<span class=\"pill bad\">failing<", await desk.PageAsync("/console/webhooks"), StringComparison.Ordinal);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var (work, _) = await new TodayReading(books.Database, TimeProvider.System).WorkAsync(biller.Merchant, today);
        Assert.Contains(work, item => item is { Kind: WorkKind.FailingWebhook, Count: 1 });
        await books.ScalarAsync("DELETE FROM delivery WHERE merchant_id = $1 RETURNING 1", biller.Merchant.Value);
    }

    private static async Task<JsonNode> ListedAsync(Biller biller) =>
        Assert.Single(JsonNode.Parse((await biller.GetAsync(Biller.Webhooks)).Text)!["items"]!.AsArray())!;
}
