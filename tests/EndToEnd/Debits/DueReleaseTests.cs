using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>Above the limit a run that collects what is due waits for a second person, and each run can be stopped.</summary>
public sealed class DueReleaseTests(BooksFixture books)
{
    private const string Dues = "/api/v1/dues";
    private const string Collect = "/console/settlements/collections/due";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task RunAboveTheLimit_AsksForNothing_UntilAnotherPersonReleasesIt()
    {
        var biller = await OpenAsync("10", "20");
        using var ruth = await LimitAsync(biller, "25");
        var run = await BeginAsync(ruth);

        Assert.Contains("Another person than the one who began it releases it", await ruth.PageAsync(run), StringComparison.Ordinal);
        Assert.Equal(0L, await PaymentsAsync(biller));
        Assert.Contains(
            (await new TodayReading(books.Database, TimeProvider.System).WorkAsync(biller.Merchant, Today)).Work,
            item => item is { Kind: WorkKind.DuesToRelease, Count: 1 });

        Assert.DoesNotContain($"{run}/release", await ruth.PageAsync(run), StringComparison.Ordinal);
        var typed = await RunningProgram.RunAsync(
            "collect", "due", "--until", $"{Today:O}", "--merchant", $"{biller.Merchant.Value}", "--database", books.ConnectionString);
        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("above the limit", typed.Error, StringComparison.Ordinal);

        var refused = await (await SeenForm.OpenAsync(ruth, $"{run}/release")).SendAsync(("Reason", "all is well"));
        Assert.Null(refused.To);
        Assert.Contains("above the limit", refused.Page, StringComparison.Ordinal);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant, "Grace");
        Assert.NotNull((await (await SeenForm.OpenAsync(grace, $"{run}/release")).SendAsync(("Reason", "checked"))).To);

        await UntilAsync(biller, "done");
        Assert.Equal(2L, await PaymentsAsync(biller));
        var again = await (await SeenForm.OpenAsync(grace, $"{run}/release")).SendAsync(("Reason", "checked"));
        Assert.Contains("does not wait for a second person", again.Page, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>A program has a scope of its own, and what the limit holds is the sum of one currency.</summary>
    [Fact]
    public async Task RunBelowTheLimit_AndThatOfAProgram_WaitForNobody()
    {
        var biller = await OpenAsync("10", "15");
        using var ruth = await LimitAsync(biller, "25");
        await BeginAsync(ruth);
        await UntilAsync(biller, "done");
        await OweAsync(biller, "30");

        var begun = await biller.PostAsync(Dues, new JsonObject { ["until"] = $"{Today:O}" });

        Assert.Equal("running", (string)begun.Json["status"]!);
        await NoticePost.UntilAsync(async () => (long)(await PaymentsAsync(biller))! == 3);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task RunThatWaits_IsStopped_OnceForEachRequest_AndStopsForGood()
    {
        var biller = await OpenAsync("30");
        using var ruth = await LimitAsync(biller, "25");
        var run = await BeginAsync(ruth);
        var number = long.Parse(run.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
        var (stop, key) = (new JsonObject { ["run"] = number, ["reason"] = "the wrong month" }, Biller.NewText());

        var stopped = await biller.PostAsync($"{Dues}/stop", stop, key);

        Assert.True(stopped.Status == HttpStatusCode.OK, stopped.Text);
        Assert.Equal(stopped.Text, (await biller.PostAsync($"{Dues}/stop", stop, key)).Text);
        Assert.Equal(HttpStatusCode.Conflict, (await biller.PostAsync($"{Dues}/stop", stop)).Status);
        var unknown = await biller.PostAsync($"{Dues}/stop", new JsonObject { ["run"] = 1, ["reason"] = "none" });
        Assert.Equal((HttpStatusCode.NotFound, "/run"), (unknown.Status, Assert.Single(unknown.Places)));
        Assert.Contains("Stopped", await ruth.PageAsync(run), StringComparison.Ordinal);
        Assert.Equal(0L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>
    /// The number of a run that a person began, and that another one has to release. It sets the limit where there is none.
    /// </summary>
    public static async Task<long> WaitingAsync(PaymentEngine engine, NpgsqlDataSource database, MerchantId merchant)
    {
        var euro = Currency.Parse("EUR");
        var limits = new ApprovalLimits(database, TimeProvider.System);
        if (await limits.FindAsync(merchant, euro, Cancel) is null)
            await limits.SetAsync(merchant, euro, 0, By("limit.set", "limit 0.00 EUR"), Cancel);
        var begun = await engine.SubmitAsync(new BeginDues(
            By("dues.collect", "dues"), new DueRunId(merchant, Business.NewId()),
            new DuePreview(new DueFilter(Today), 1, [new DueSum(DueWay.Card, "sandbox", 1, new Money(1_00, euro))], [])));
        return begun.Changes!.Of<DueRun>().Single().Number;

        Origin By(string what, string subject) => new(merchant, Credential: 0, Business.NewId())
        {
            Action = new OperatorAction(Business.NewId(), "Ruth", what, subject, "two people"),
        };
    }

    private async Task<Biller> OpenAsync(params string[] owed)
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        foreach (var amount in owed)
            await OweAsync(biller, amount);
        return biller;
    }

    /// <summary>A customer with a good card owes a charge of today.</summary>
    private async Task OweAsync(Biller biller, string amount)
    {
        var account = await biller.CustomerAsync();
        await new Customers(books.Engine, books.Vault, biller.Merchant, "quittance").RegisterAsync(
            account, $"method-{Biller.NewText()}", Customers.CardOf(VaultedPayments.GoodCard));
        var charge = Biller.Charge(account, amount);
        charge["due"] = $"{Today:O}";
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, charge)).Status);
    }

    /// <summary>An admin who has set the limit, in euros.</summary>
    private async Task<TestDesk> LimitAsync(Biller biller, string limit)
    {
        var ruth = await TestDesk.OpenAsync(books, OperatorRole.Admin, biller.Merchant, "Ruth");
        var form = await SeenForm.OpenAsync(ruth, "/console/access/limits/set");
        Assert.NotNull((await form.SendAsync(("Currency", "EUR"), ("Amount", limit), ("Reason", "two people"))).To);
        return ruth;
    }

    /// <summary>Collects in the console what is due today; the address of the run's page.</summary>
    private static async Task<string> BeginAsync(TestDesk desk)
    {
        var form = await SeenForm.OpenAsync(desk, $"{Collect}?until={Today:yyyy-MM-dd}");
        Assert.NotNull((await form.SendAsync(("Reason", "the dues of today"))).To);
        var page = await desk.PageAsync(Collect);
        var run = page.Split($"{Collect}/").Skip(1).Select(rest => rest.Split('"')[0]).First(name => name.All(char.IsAsciiDigit));
        return $"{Collect}/{run}";
    }

    private Task<object?> PaymentsAsync(Biller biller) => books.ScalarAsync(
        "SELECT count(*) FROM payment WHERE merchant_id = $1 AND status = 'captured'", biller.Merchant.Value);

    private Task UntilAsync(Biller biller, string status) => NoticePost.UntilAsync(async () => status == (string)(await books.ScalarAsync(
        "SELECT status FROM due_run WHERE merchant_id = $1 ORDER BY number DESC LIMIT 1", biller.Merchant.Value))!);
}
