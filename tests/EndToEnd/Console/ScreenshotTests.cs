using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Tmf676;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>
/// Draws the pictures of the console that the documents show, from the demo's books after some business. With
/// <c>QUITTANCE_SCREENSHOTS=docs/screenshots</c> they are put there, else beside the results of the tests.
/// </summary>
public sealed class ScreenshotTests(BooksFixture books, Browser browser)
{
    private const string DeclinedCard = "4000000000000002";

    /// <summary>Each picture: its name, what the page is headed by, where it is, and what is clicked before it is drawn.</summary>
    private static readonly (string Name, string Heading, Func<Drawn, string> PathOf, string? Click)[] Pictures =
    [
        ("today", "Today", _ => "/console", null),
        ("payments", "Payments", _ => "/console/payments", null),
        ("payment", "Payment", drawn => $"/console/payments/{drawn.Payment}", null),
        ("refund", "Refund payment", drawn => $"/console/payments/{drawn.Payment}/refund", null),
        ("explain", "What became of payment", drawn => $"/console/explain/payment/{drawn.Payment}", null),
        ("customers", "Customers", _ => "/console/customers", null),
        ("customer", "Ben Okafor", drawn => $"/console/customers/{drawn.Customer:D}", null),
        ("ledger", "Ledger", _ => "/console/ledger", null),
        ("access", "Access", _ => "/console/access", null),
        ("people", "People", _ => "/console/access/people", null),
        ("credentials", "Credentials", _ => "/console/access/credentials", null),
        ("webhooks", "Webhooks", _ => "/console/webhooks", null),
        ("webhook", "hooks.shop.example", drawn => $"/console/webhooks/{drawn.Subscription:D}", null),
        ("audit", "Audit log", _ => "/console/audit", null),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Folder => Environment.GetEnvironmentVariable("QUITTANCE_SCREENSHOTS") is { Length: > 0 } folder
        ? Path.Combine(RunningProgram.Solution, folder)
        : Path.Combine(Browser.Screenshots, "documents");

    [Fact]
    public async Task Pages_AreDrawn_InLightAndDark()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, books.DemoCompany, "Ada Nkemelu");
        var drawn = await DoBusinessAsync();
        await OperateAsync(desk);
        foreach (var (scheme, suffix) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await using var opened = await desk.BrowseAsync(browser, "/console", scheme);
            await opened.Page.SetViewportSizeAsync(1280, 800);
            foreach (var (name, heading, pathOf, click) in Pictures)
            {
                await opened.Page.GotoAsync(new Uri(books.Address, pathOf(drawn)).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
                if (click is not null)
                    await opened.Page.GetByText(click, new() { Exact = true }).First.ClickAsync();
                await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
                var path = Path.Combine(Folder, $"console-{name}-{suffix}.png");
                await opened.Page.DrawAsync(new() { Path = path });
                Assert.True(new FileInfo(path).Length > 10_000, path);
            }

            Assert.Empty(opened.Errors);
        }
    }

    /// <summary>Four weeks of Demo Company's, and a day by card: payments that were taken, a few that were declined, and a receiver who is told.</summary>
    private async Task<Drawn> DoBusinessAsync()
    {
        await new SampleWeeks(books, books.DemoCompany).DoAsync();
        var subscription = new Subscription(
            new SubscriptionId(books.DemoCompany, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), await CredentialAsync(), "tmf676",
            new Uri("https://hooks.shop.example/payments"), [.. Tmf676Events.All.SelectMany(told => told.Types)], Query: null);
        await new Subscriptions(books.Database, TimeProvider.System).AddAsync(subscription, Cancel);
        Guid last = default;
        foreach (var (amountMinor, index) in new long[] { 49_90, 120_00, 9_99, 1_250_00, 35_50, 80_00, 15_75, 240_00 }.Select((amountMinor, index) => (amountMinor, index)))
            last = (await By(index).CaptureAsync(amountMinor)).Id;
        foreach (var (amountMinor, index) in new long[] { 60_00, 19_90 }.Select((amountMinor, index) => (amountMinor, index)))
            await By(index + 5).PayAsync(amountMinor, Customers.CardOf(DeclinedCard), "denied");
        await books.ScalarAsync(
            "UPDATE delivery SET status = 'dead', failures = 11, failure = 'timed_out', due_at = NULL, ended_at = now() WHERE merchant_id = $1 AND subscription_id = $2 AND sequence = 1 AND status = 'waiting' RETURNING 1",
            books.DemoCompany.Value, subscription.Id.Value);
        return new Drawn(
            (long)(await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", books.DemoCompany.Value, last))!, subscription.Id.Value,
            (Guid)(await books.ScalarAsync("SELECT account_id FROM account_holder WHERE merchant_id = $1 AND name = 'Ben Okafor' ORDER BY account_id LIMIT 1", books.DemoCompany.Value))!);
    }

    private VaultedPayments By(int customer) => new(books)
    {
        Customers = new Customers(books.Engine, books.Vault, books.DemoCompany) { Name = SampleWeeks.Customers[customer] },
    };

    /// <summary>What an admin does on a day, for the audit log to show.</summary>
    private static async Task OperateAsync(TestDesk desk)
    {
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("/console/access/origins/add", [("Origin", "https://shop.example"), ("Api", "sport-alliance")]),
            ("/console/webhooks/replay", [("Reason", "The receiver is repaired")]),
            ("/console/access/origins/remove?api=sport-alliance&origin=https%3A%2F%2Fshop.example", [("Reason", "The shop has moved")]),
        })
        {
            using var done = await desk.SendAsync(path, fields);
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        }
    }

    private async Task<long> CredentialAsync() => (long)(await books.ScalarAsync(
        "SELECT c.id FROM credential c JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id AND i.dialect = 'tmf676' WHERE c.merchant_id = $1 AND c.revoked_at IS NULL ORDER BY c.id LIMIT 1",
        books.DemoCompany.Value))!;

    /// <summary>What pictures are drawn of: the number of a payment that was captured, a subscription, and a customer.</summary>
    private sealed record Drawn(long Payment, Guid Subscription, Guid Customer);
}
