using System.Net;
using Microsoft.Playwright;
using Quittance.Core;
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
[Long]
public sealed class ScreenshotTests(BooksFixture books, Browser browser)
{
    private const string DeclinedCard = "4000000000000002";
    private const string PoorCard = "4000000000009995";

    /// <summary>
    /// Each picture: its name, what the page is headed by, where it is, and whether all of the page is drawn, however long.
    /// </summary>
    private static readonly (string Name, string Heading, Func<Drawn, string> PathOf, bool IsWhole)[] Pictures =
    [
        ("payments", "Payments", _ => "/console/payments", false),
        ("payment", "USD ·", drawn => $"/console/payments/{drawn.Payment}", true),
        ("refund", "Refund payment", drawn => $"/console/payments/{drawn.Payment}/refund", false),
        ("approvals", "Waiting for a second person", _ => "/console/approvals", false),
        ("explain", "The money of payment", drawn => $"/console/explain/payment/{drawn.Payment}", false),
        ("transfer", "Where this comes from", drawn => drawn.Transfer, true),
        ("receivables", "Open receivables", _ => "/console/receivables", false),
        ("customers", "Customers", _ => "/console/customers", false),
        ("customer", "Ben Okafor", drawn => $"/console/customers/{drawn.Customer:D}", false),
        ("ledger", "Ledger", _ => "/console/ledger", false),
        ("settlements", "Bank", _ => "/console/settlements", true),
        ("access", "Settings", _ => "/console/access", false),
        ("people", "People", _ => "/console/access/people", false),
        ("credentials", "Credentials", _ => "/console/access/credentials", false),
        ("webhooks", "Webhooks", _ => "/console/webhooks", false),
        ("webhook", "hooks.shop.example", drawn => $"/console/webhooks/{drawn.Subscription:D}", false),
        ("audit", "Audit log", _ => "/console/audit", false),
    ];

    /// <summary>
    /// Each way of looking: by what light, on how wide and high a screen, and at which pictures, of all unless some are named.
    /// </summary>
    private static readonly (string Suffix, ColorScheme Scheme, int Width, int Height, string[] Named)[] Screens =
    [
        ("light", ColorScheme.Light, 1280, 800, []),
        ("dark", ColorScheme.Dark, 1280, 800, []),
        ("phone", ColorScheme.Light, 390, 844, ["payments", "payment"]),
    ];

    /// <summary>The customers who pay by card today.</summary>
    private static readonly string[] CardHolders =
        ["Amara Diallo", "Felix Brandt", "Noor Haddad", "Elena Petrova", "Sam Whitfield", "Keiko Mori", "Diego Alvarez", "Hannah Weiss"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Folder => Browser.Screenshots ?? Path.Combine(RunningProgram.Solution, "TestResults", "documents");

    [Fact]
    public async Task Pages_AreDrawn_InLightAndDark_AndOnAPhone()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, books.DemoCompany, "Ada Nkemelu");
        var drawn = await DoBusinessAsync();
        await OperateAsync(desk, drawn);
        foreach (var (suffix, scheme, width, height, named) in Screens)
        {
            await using var opened = await desk.BrowseAsync(browser, "/console", scheme);
            await opened.Page.SetViewportSizeAsync(width, height);
            foreach (var (name, heading, pathOf, isWhole) in Pictures.Where(picture => named.Length == 0 || named.Contains(picture.Name)))
            {
                await opened.Page.GotoAsync(new Uri(books.Address, pathOf(drawn)).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
                await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
                var path = Path.Combine(Folder, $"console-{name}-{suffix}.png");
                await opened.Page.DrawAsync(new() { Path = path, FullPage = isWhole && named.Length == 0 });
                Assert.True(new FileInfo(path).Length > 10_000, path);
            }

            Assert.Empty(opened.Errors);
        }

        // Or it gets all later events of the run.
        Assert.True(await new Subscriptions(books.Database, TimeProvider.System).EndAsync(
            new SubscriptionId(books.DemoCompany, drawn.Subscription), credential: null, Cancel));
    }

    /// <summary>
    /// Four weeks of Demo Company's, and a day by card: captured payments, a few declined ones, and a receiver of webhooks.
    /// </summary>
    private async Task<Drawn> DoBusinessAsync()
    {
        await new SampleWeeks(books, books.DemoCompany).DoAsync();
        var subscription = new Subscription(
            new SubscriptionId(books.DemoCompany, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), await CredentialAsync(), "tmf676",
            new Uri("https://hooks.shop.example/payments"), [.. Tmf676Events.All.SelectMany(family => family.Types)], Query: null);
        await new Subscriptions(books.Database, TimeProvider.System).AddAsync(subscription, Cancel);
        Guid last = default;
        foreach (var (amountMinor, index) in new long[] { 49_90, 35_00, 9_99, 85_00, 35_50, 18_00, 15_75, 240_00 }.Select(
            (amountMinor, index) => (amountMinor, index)))
        {
            last = (await By(index).CaptureAsync(amountMinor)).Id;
        }

        foreach (var (card, amountMinor, index) in new[] { (DeclinedCard, 60_00L, 1), (PoorCard, 19_90, 2), (PoorCard, 75_00, 3) })
            await By(index).PayAsync(amountMinor, Customers.CardOf(card), "denied");
        return new Drawn(
            (long)(await books.ScalarAsync(
                "SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", books.DemoCompany.Value, last))!,
            (string)(await books.ScalarAsync(
                "SELECT '/console/explain/transfer/' || subject_id || '/' || sequence || '/' || line FROM transfer WHERE merchant_id = $1 "
                    + "AND subject_id = $2 ORDER BY sequence DESC, line LIMIT 1",
                books.DemoCompany.Value, last))!,
            subscription.Id.Value,
            (Guid)(await books.ScalarAsync(
                "SELECT account_id FROM account_holder WHERE merchant_id = $1 AND name = 'Ben Okafor' ORDER BY account_id LIMIT 1",
                books.DemoCompany.Value))!);
    }

    private VaultedPayments By(int customer) => new(books)
    {
        Customers = new Customers(books.Engine, books.Vault, books.DemoCompany)
        {
            Name = CardHolders[customer],
            FirstDue = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-3)
        },
    };

    /// <summary>The actions of an admin on a day, for the audit log, and some work that is left.</summary>
    private async Task OperateAsync(TestDesk desk, Drawn drawn)
    {
        Assert.NotNull(
            (await (await SeenForm.OpenAsync(desk, $"/console/payments/{drawn.Payment}/refund"))
            .SendAsync(("Amount", "25.00"), ("Reason", "One item came back"))).To);
        await ImportAsync(desk);
        await GiveUpAsync(drawn, "10");
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("/console/access/origins/add", [("Origin", "https://shop.example"), ("Api", "sport-alliance"), ("Reason", "A new shop")]),
            ("/console/webhooks/replay", [("Reason", "The receiver is repaired")]),
            ("/console/access/origins/remove?api=sport-alliance&origin=https%3A%2F%2Fshop.example", [("Reason", "The shop has moved")]),
        })
        {
            using var done = await desk.SendAsync(path, fields);
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        }

        await GiveUpAsync(drawn, "3");
        await AskAsync(desk);
    }

    /// <summary>A colleague asks for a refund above the limit, which ends then.</summary>
    private async Task AskAsync(TestDesk desk)
    {
        using var colleague = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany, "Ben Adeyemi");
        var payment = await books.ScalarAsync(
            "SELECT max(number) FROM payment WHERE merchant_id = $1 AND amount_minor = 8500 AND status = 'captured'",
            books.DemoCompany.Value);
        foreach (var (by, path, fields) in new (TestDesk, string, (string, string)[])[]
        {
            (desk, "/console/access/limits/set", [("Currency", "USD"), ("Amount", "50"), ("Reason", "Two people decide")]),
            (colleague, $"/console/payments/{payment}/refund", [("Reason", "The course did not take place")]),
            (desk, "/console/access/limits/end?currency=USD", [("Reason", "Tried out")]),
        })
        {
            Assert.NotNull((await (await SeenForm.OpenAsync(by, path)).SendAsync(fields)).To);
        }
    }

    /// <summary>Has some deliveries fail for good.</summary>
    private Task<object?> GiveUpAsync(Drawn drawn, string most) => books.ScalarAsync(
        $"""
        UPDATE delivery SET status = 'dead', failures = 11, failure = 'timed_out', due_at = NULL, ended_at = now()
         WHERE merchant_id = $1 AND subscription_id = $2
           AND subject_id IN (SELECT subject_id FROM delivery WHERE merchant_id = $1 AND subscription_id = $2 AND status = 'waiting'
                               ORDER BY 1 LIMIT {most})
           AND sequence = 1 AND status = 'waiting' RETURNING 1
        """,
        books.DemoCompany.Value, drawn.Subscription);

    /// <summary>The bank's statement: two customers pay their charges, and two lines match nothing yet.</summary>
    private async Task ImportAsync(TestDesk desk)
    {
        var bills = (string)(await books.ScalarAsync(
            """
            SELECT string_agg('Invoice ' || o.value || ',' || o.name || ',' || o.amount, E'\n' ORDER BY o.value)
              FROM (SELECT r.value, h.name, round(c.amount_minor / 100.0, 2) AS amount FROM charge c
                      JOIN reference r ON r.merchant_id = $1 AND r.object_id = c.id AND r.kind = 'bill' AND r.value LIKE 'R-%'
                      JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = c.account_id
                     WHERE c.merchant_id = $1 AND c.is_open ORDER BY c.due_on LIMIT 2) o
            """,
            books.DemoCompany.Value))!;
        var lines = $"{bills}\nWith thanks for the lessons,Greta Holm,64.00\nAccount fee,Example Bank,-4.90".Split('\n')
            .Select(line => $"DE89370400440532013000,{TimeProvider.System.GetUtcNow():yyyy-MM-dd},{line},USD\n");
        using var content = new MultipartFormDataContent
        {
            { new StringContent("action"), "_handler" },
            { new StringContent($"account,date,description,name,amount,currency\n{string.Concat(lines)}"), "Statement", "statement.csv" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/settlements/import") { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var imported = await desk.Client.SendAsync(request, Cancel);
        var page = await imported.Content.ReadAsStringAsync(Cancel);
        Assert.True(page.Contains("The file is imported.", StringComparison.Ordinal), page);
    }

    private async Task<long> CredentialAsync() => (long)(await books.ScalarAsync(
        "SELECT c.id FROM credential c JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id AND i.dialect = 'tmf676' "
            + "WHERE c.merchant_id = $1 AND c.revoked_at IS NULL ORDER BY c.id LIMIT 1",
        books.DemoCompany.Value))!;

    /// <summary>
    /// The subjects of the pictures: the number of a payment that was captured, where its last transfer is explained, a subscription, and a
    /// customer.
    /// </summary>
    private sealed record Drawn(long Payment, string Transfer, Guid Subscription, Guid Customer);
}
