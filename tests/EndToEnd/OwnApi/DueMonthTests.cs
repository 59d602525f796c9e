using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Quittance.BackOffice.Dues;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Dues;
using Quittance.Core.Executing;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Storage.Console;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>Each month a run that collects what is due begins by itself.</summary>
public sealed class DueMonthTests(BooksFixture books)
{
    private const string Policy = "/api/v1/dues/policy";
    private const string Collect = "/console/settlements/collections/due";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task MonthlyRun_BeginsOnce_AlsoOfTwoServersAtOnce_AndCollects()
    {
        var biller = await OpenAsync("10");
        var set = await SetAsync(biller);
        var shown = (await biller.GetAsync(Policy)).Json;
        Assert.Equal((3, "card", "0.50"), ((int)shown["day"]!, (string)shown["method"]!, (string)shown["minimum"]!["amount"]!));
        Assert.Contains((string)shown["next_on"]!, set, StringComparison.Ordinal);
        var day = DateOnly.Parse((string)shown["next_on"]!, CultureInfo.InvariantCulture);
        Assert.Equal(day, (await new TodayReading(books.Database, TimeProvider.System).WorkAsync(biller.Merchant, Today)).NextDues);
        await using var parts = Parts();
        var policy = await DueOnAsync(biller, day);

        Refusal?[] both = await Task.WhenAll(
            DeskOn(parts, day).BeginMonthAsync(policy, Cancel), DeskOn(parts, day).BeginMonthAsync(policy, Cancel));

        Assert.Equal([null, null], both);
        Assert.Null(await DeskOn(parts, day.AddDays(1)).BeginMonthAsync(policy, Cancel));
        await UntilAsync(biller, "done");
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM due_run WHERE merchant_id = $1", biller.Merchant.Value));
        Assert.Equal(1L, await PaymentsAsync(biller));
        var run = (await biller.GetAsync(
            $"/api/v1/dues/{await books.ScalarAsync("SELECT id FROM due_run WHERE merchant_id = $1", biller.Merchant.Value)}")).Json;
        Assert.Equal(($"{day:yyyy-MM}", $"{day:yyyy-MM-dd}"), ((string)run["month"]!, (string)run["until"]!));
        Assert.DoesNotContain(await Policies.NotBegunAsync(DuePolicy.MonthOf(day), Cancel), one => one.Merchant == biller.Merchant);

        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync($"{Policy}/end", new JsonObject { ["reason"] = "by hand" })).Status);
        Assert.Null((await biller.GetAsync(Policy)).Json["day"]);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>The person who set the policy is the one who began the run.</summary>
    [Fact]
    public async Task MonthlyRunAboveTheLimit_WaitsForAnotherPersonThanTheOneWhoSetIt()
    {
        var biller = await OpenAsync("30");
        using var ruth = await LimitAsync(biller);
        var form = await SeenForm.OpenAsync(ruth, $"{Collect}/policy");
        Assert.NotNull((await form.SendAsync(("day", "2"), ("Reason", "agreed"))).To);
        Assert.Contains("A run begins on business day 2 of each month", await ruth.PageAsync(Collect), StringComparison.Ordinal);
        await using var parts = Parts();
        var (_, policy, day) = await NextAsync(biller);

        Assert.Null(await DeskOn(parts, day).BeginMonthAsync(policy, Cancel));

        var number = await books.ScalarAsync(
            "SELECT number FROM due_run WHERE merchant_id = $1 AND status = 'waiting'", biller.Merchant.Value);
        Assert.Contains("who began it by the monthly policy", await ruth.PageAsync($"{Collect}/{number}"), StringComparison.Ordinal);
        var own = await (await SeenForm.OpenAsync(ruth, $"{Collect}/{number}/release")).SendAsync(("Reason", "all is well"));
        Assert.Null(own.To);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant, "Grace");
        Assert.NotNull((await (await SeenForm.OpenAsync(grace, $"{Collect}/{number}/release")).SendAsync(("Reason", "checked"))).To);
        await UntilAsync(biller, "done");
        Assert.Equal(1L, await PaymentsAsync(biller));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>The command line is no person. What did not begin stands on the page of the day, until somebody collects.</summary>
    [Fact]
    public async Task PolicyOfTheCommandLine_BeginsNoRunAboveTheLimit_AndTheDaySaysSo()
    {
        var biller = await OpenAsync("30");
        using var ruth = await LimitAsync(biller);
        var typed = await RunningProgram.RunAsync(
            "collect", "policy", "set", "--day", "1", "--reason", "agreed", "--merchant", $"{biller.Merchant.Value}", "--database",
            books.ConnectionString);
        Assert.True(typed.ExitCode == 0, typed.Error);
        await using var parts = Parts();
        var (_, policy, day) = await NextAsync(biller);

        Assert.Equal(Refusal.SecondPersonNeeded, await DeskOn(parts, day).BeginMonthAsync(policy, Cancel));

        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM due_run WHERE merchant_id = $1", biller.Merchant.Value));
        Assert.Equal(day, (await Policies.LookAsync(biller.Merchant, day.AddDays(2), Cancel)).NotBegunSince);
        Assert.Contains(
            (await new TodayReading(books.Database, new DayClock(day)).WorkAsync(biller.Merchant, day)).Work,
            item => item is { Kind: WorkKind.DuesNotBegun, Count: 1 } && item.Since == day);

        // Another policy has taken its place: a server that has read the former one begins nothing.
        await SetAsync(biller);
        Assert.Equal(Refusal.AccountChanged, await DeskOn(parts, day).BeginMonthAsync(policy, Cancel));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>A run leaves out what the customer's credit covers, so the page of the day sends nobody there.</summary>
    [Fact]
    public async Task Day_CountsNoBillThatCreditCovers()
    {
        var biller = await OpenAsync("30");
        var account = $"{await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", biller.Merchant.Value)}";
        Assert.Equal(1, await DueAsync());
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "40.00"), Biller.NewText());
        Assert.Equal(HttpStatusCode.Created, paid.Status);

        await OweAsync("8");
        Assert.Equal(0, await DueAsync());
        await OweAsync("5");
        Assert.Equal(1, await DueAsync());

        async Task OweAsync(string amount)
        {
            var charge = Biller.Charge(account, amount);
            charge["due"] = $"{Today:O}";
            Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, charge)).Status);
        }

        async Task<int> DueAsync() => (await new TodayReading(books.Database, new DayClock(Today)).WorkAsync(biller.Merchant, Today)).Work
            .SingleOrDefault(item => item.Kind == WorkKind.Due)?.Count ?? 0;
    }

    /// <summary>What a person saves anew is that person's: above the limit its runs wait.</summary>
    [Fact]
    public async Task SamePolicy_SavedByAPerson_TakesThePlaceOfAProgramsOwn()
    {
        var biller = await OpenAsync("30");
        using var ruth = await LimitAsync(biller);
        var set = await biller.PostAsync(Policy, new JsonObject { ["day"] = 2, ["reason"] = "agreed" });
        Assert.True(set.Status == HttpStatusCode.OK, set.Text);
        Assert.True((await NextAsync(biller)).Policy.IsOfProgram);

        var form = await SeenForm.OpenAsync(ruth, $"{Collect}/policy");
        Assert.NotNull((await form.SendAsync(("day", "2"), ("Reason", "mine now"))).To);

        Assert.Equal((ruth.Person.Id, false), ((await NextAsync(biller)).Policy.SetBy, (await NextAsync(biller)).Policy.IsOfProgram));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>A month has one run by itself: a policy for a later day of it begins with the next month, and nobody is alarmed.</summary>
    [Fact]
    public async Task PolicyThatIsChangedBehindTheRunOfAMonth_BeginsWithTheNextOne()
    {
        var biller = await OpenAsync("10");
        await SetAsync(biller);
        await using var parts = Parts();
        var (_, policy, day) = await NextAsync(biller);
        Assert.Null(await DeskOn(parts, day).BeginMonthAsync(policy, Cancel));
        await UntilAsync(biller, "done");
        await biller.PostAsync(Policy, new JsonObject { ["day"] = 20, ["reason"] = "later" });

        var late = day.AddMonths(1).AddDays(-day.Day);
        var state = await Policies.LookAsync(biller.Merchant, late, Cancel);

        Assert.Equal((null, true), (state.NotBegunSince, state.HasMonth));
        Assert.True(state.NextAfter(day) > late, $"{state.NextAfter(day)}");
    }

    /// <summary>Only a run that asked what the policy asks for takes its place. Time goes back for it, and on again.</summary>
    [Fact]
    public async Task RunByHand_ForLessThanThePolicy_LeavesTheMonthOpen()
    {
        var biller = await OpenAsync("10");
        await biller.PostAsync(Policy, new JsonObject { ["day"] = 1, ["reason"] = "agreed" });
        var day = (await NextAsync(biller)).Day;

        Assert.True(await IsOpenAfterAsync("debit"));
        Assert.False(await IsOpenAfterAsync(null));

        async Task<bool> IsOpenAfterAsync(string? method)
        {
            var begun = await biller.PostAsync("/api/v1/dues", new JsonObject { ["until"] = $"{Today:O}", ["method"] = method });
            Assert.True(begun.Status == HttpStatusCode.Created, begun.Text);
            await UntilAsync(biller, "done");
            await GoAsync(60);
            var isOpen = (await Policies.LookAsync(biller.Merchant, day, Cancel)).NotBegunSince is not null;
            await GoAsync(-60);
            return isOpen;

            Task GoAsync(int days) => books.ScalarAsync(
                "UPDATE due_run SET begun_at = begun_at + make_interval(days => $2) WHERE merchant_id = $1 AND id = $3",
                biller.Merchant.Value, days, (Guid)begun.Json["id"]!);
        }
    }

    [Theory]
    [InlineData("""{"day":0,"reason":"x"}""", "/day")]
    [InlineData("""{"day":21,"reason":"x"}""", "/day")]
    [InlineData("""{"reason":"x"}""", "/day")]
    [InlineData("""{"day":3,"api":"nowhere","reason":"x"}""", "/api")]
    [InlineData("""{"day":3,"minimum":{"amount":"0","currency":"EUR"},"reason":"x"}""", "/minimum/amount")]
    public async Task WrongPolicies_AreRefusedByTheirField(string body, string place)
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.PostAsync(Policy, JsonNode.Parse(body)!);
        Assert.Equal((HttpStatusCode.BadRequest, place), (refused.Status, Assert.Single(refused.Places)));
        Assert.Null((await biller.GetAsync(Policy)).Json["day"]);
    }

    private DuePolicies Policies => new(books.Database, TimeProvider.System);

    private static async Task<string> SetAsync(Biller biller)
    {
        var set = await biller.PostAsync(Policy, new JsonObject
        {
            ["day"] = 3,
            ["method"] = "card",
            ["minimum"] = Biller.Euro("0.50"),
            ["reason"] = "agreed",
        });
        Assert.True(set.Status == HttpStatusCode.OK, set.Text);
        return set.Text;
    }

    private async Task<DuePolicy> DueOnAsync(Biller biller, DateOnly day) =>
        (await Policies.NotBegunAsync(DuePolicy.MonthOf(day), Cancel)).Single(one => one.Merchant == biller.Merchant);

    private async Task<(DuePolicyState State, DuePolicy Policy, DateOnly Day)> NextAsync(Biller biller)
    {
        var state = await Policies.LookAsync(biller.Merchant, Today, Cancel);
        return (state, state.Policy!, state.Policy!.NextAfter(Today));
    }

    private DueDesk DeskOn(ServiceProvider parts, DateOnly day) => new(
        new DueReading(books.Database), new DueRuns(books.Database), new LostTime(books.Database), books.Engine,
        parts.GetRequiredService<Collector>(), new DayClock(day));

    private ServiceProvider Parts() => new ServiceCollection().AddLogging().AddCollecting(
        books.Database, books.Engine, books.Vault, TimeProvider.System, new ProviderOptions { Timeouts = new ProviderTimeouts() },
        new AttemptSchedule()).AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();

    /// <summary>A customer with a good card owes a charge of today.</summary>
    private async Task<Biller> OpenAsync(string owed)
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        var account = await biller.CustomerAsync();
        await new Customers(books.Engine, books.Vault, biller.Merchant, "quittance").RegisterAsync(
            account, $"method-{Biller.NewText()}", Customers.CardOf(VaultedPayments.GoodCard));
        var charge = Biller.Charge(account, owed);
        charge["due"] = $"{Today:O}";
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, charge)).Status);
        return biller;
    }

    /// <summary>An admin who has set a limit of 25 euros.</summary>
    private async Task<TestDesk> LimitAsync(Biller biller)
    {
        var ruth = await TestDesk.OpenAsync(books, OperatorRole.Admin, biller.Merchant, "Ruth");
        var form = await SeenForm.OpenAsync(ruth, "/console/access/limits/set");
        Assert.NotNull((await form.SendAsync(("Currency", "EUR"), ("Amount", "25"), ("Reason", "two people"))).To);
        return ruth;
    }

    private Task<object?> PaymentsAsync(Biller biller) => books.ScalarAsync(
        "SELECT count(*) FROM payment WHERE merchant_id = $1 AND status = 'captured'", biller.Merchant.Value);

    private Task UntilAsync(Biller biller, string status) => NoticePost.UntilAsync(async () => status == (string)(await books.ScalarAsync(
        "SELECT status FROM due_run WHERE merchant_id = $1 ORDER BY number DESC LIMIT 1", biller.Merchant.Value))!);

    /// <summary>A clock at eight in the morning of a day.</summary>
    private sealed class DayClock(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(8, 0), TimeSpan.Zero);
    }
}
