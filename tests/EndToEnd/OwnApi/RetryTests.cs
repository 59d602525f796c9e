using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Quittance.BackOffice.Overdue;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Storage.Overdue;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>A merchant's customers pay by cards and bank accounts of ours, some of which have no money.</summary>
public sealed class RetryTests(BooksFixture books)
{
    private const string Tries = "/api/v1/tries";
    private const string NoMoney = "4000000000009995";
    private const string Declines = "4000000000000002";
    private const string Returns = "DE18120300000000000003";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private RetryPolicies Policies => new(books.Database, TimeProvider.System);

    [Fact]
    public async Task DeclinedCard_IsChargedAgain_OnItsDays_ByOneOfTwoServers()
    {
        var biller = await OpenAsync(alsoUnexplained: false);
        var (account, first) = await FailAsync(biller, Customers.CardOf(NoMoney), "declined");

        Assert.Equal(RetryWait.Early, Assert.Single(await RunAsync(biller.Merchant, 2)).Verdict.Why);
        var both = (await Task.WhenAll(RunAsync(biller.Merchant, 3), RunAsync(biller.Merchant, 3))).SelectMany(run => run).ToList();
        var made = Assert.Single(both, one => one.Outcome is { Accepted: true }).Outcome!.Payment!.Payment;
        Assert.All(
            both.Where(one => one.Outcome is { Accepted: false }),
            one => Assert.Equal(Refusal.AccountChanged, one.Outcome!.Faults[0].Refusal));
        Assert.Equal(PaymentStatus.Declined, made.Status);
        Assert.Equal(2L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE account_id = $1", account));

        Assert.Equal((RetryWait.Early, Today.AddDays(5)), await NextAsync(biller, 4));
        Assert.True(Assert.Single(await RunAsync(biller.Merchant, 5)).Outcome!.Accepted);
        Assert.Equal((RetryWait.NoTryLeft, null), await NextAsync(biller, 50));
        Assert.Equal("40.00",
            (string)(await biller.GetAsync($"{Biller.Charges}?account={account}")).Json["items"]![0]!["open"]!["amount"]!);
        Assert.Equal("1 2", await TriesOfAsync(first));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task PartThatWasPaidMeanwhile_IsNotChargedAgain_AndACardOfAnotherPaymentTakesOver()
    {
        var biller = await OpenAsync(alsoUnexplained: false);
        var (account, _) = await FailAsync(biller, Customers.CardOf(NoMoney), "declined");
        var charge = (string)(await biller.GetAsync($"{Biller.Charges}?account={account}")).Json["items"]![0]!["id"]!;
        var cash = Biller.Cash($"{account}", "15", charge);
        cash["amount"] = Biller.Euro("15", "USD");
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Payments, cash)).Status);

        var tried = Assert.Single(await RunAsync(biller.Merchant, 3)).Outcome!.Payment!.Payment;
        Assert.Equal(25_00, tried.Amount!.Value.AmountMinor);

        // The operator or the client tries by hand: that payment is the first one of new tries.
        var again = await PayAsync(biller, account, charge, "25");
        Assert.Equal("declined", (string)again.Json["status"]!);
        var candidate = Assert.Single(await RunAsync(biller.Merchant, 0)).Candidate;
        Assert.Equal(((Guid)again.Json["id"]!, 0), (candidate.First.Id.Value, candidate.Case.Tries));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>As in dunning: what credit covers is not overdue, so no card is charged for it.</summary>
    [Fact]
    public async Task Credit_CoversTheOldestCharges_AndTheCardIsChargedForTheRest()
    {
        var biller = await OpenAsync(alsoUnexplained: false);
        var (account, _) = await FailAsync(biller, Customers.CardOf(NoMoney), "declined");
        async Task CreditAsync(string amount)
        {
            var cash = Biller.Cash($"{account}", amount);
            cash["amount"] = Biller.Euro(amount, "USD");
            Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Payments, cash)).Status);
        }

        await CreditAsync("10");
        var partly = Assert.Single(await RunAsync(biller.Merchant, 3, isDry: true));
        Assert.Equal((null, 30_00), (partly.Verdict.Why, partly.Candidate.Case.AmountMinor));
        await CreditAsync("30");
        Assert.Equal(RetryWait.Covered, Assert.Single(await RunAsync(biller.Merchant, 3)).Verdict.Why);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM payment_retry WHERE merchant_id = $1", biller.Merchant.Value));

        // Another charge that fell due before takes the credit first.
        var older = Biller.Charge($"{account}", "35");
        older["amount"] = Biller.Euro("35", "USD");
        older["due"] = "2020-01-01";
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, older)).Status);
        var tried = Assert.Single(await RunAsync(biller.Merchant, 3)).Outcome!.Payment!.Payment;
        Assert.Equal(35_00, tried.Amount!.Value.AmountMinor);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task CardWithoutAReason_IsChargedAgain_OnlyWhereThePolicySaysSo()
    {
        var biller = await OpenAsync(alsoUnexplained: false);
        await FailAsync(biller, Customers.CardOf(Declines), "declined");
        Assert.Equal((RetryWait.Final, null), await NextAsync(biller, 3));
        await SetAsync(biller.Merchant, alsoUnexplained: true);
        Assert.True(Assert.Single(await RunAsync(biller.Merchant, 3)).Outcome!.Accepted);
        await SetAsync(biller.Merchant, alsoUnexplained: null);
        Assert.Empty(await RunAsync(biller.Merchant, 5));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task ReturnedDebit_IsDebitedAgain()
    {
        var biller = await OpenAsync(alsoUnexplained: true);
        var (account, first) = await ReturnAsync(biller);

        var tried = Assert.Single(await RunAsync(biller.Merchant, 3));
        Assert.Null(tried.Verdict.Why);
        Assert.Equal("1", await TriesOfAsync(first));
        Assert.Equal(
            2L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE account_id = $1 AND instrument_id IS NOT NULL", account));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task FeeOfAReturnedDebit_IsTheCustomersOnce_WhereThePolicyOfItsTimeSaysSo()
    {
        var (biller, lenient) = (await OpenAsync(alsoUnexplained: false, chargesFee: true), await OpenAsync(alsoUnexplained: true));
        var (account, first) = await ReturnAsync(biller);
        await ReturnAsync(lenient);
        // A later policy leaves what was returned before as it is.
        await SetAsync(lenient.Merchant, alsoUnexplained: true, chargesFee: true);

        Assert.Single(await FeesAsync(biller.Merchant, isDry: true));
        var both = (await Task.WhenAll(FeesAsync(biller.Merchant), FeesAsync(biller.Merchant))).SelectMany(fees => fees).ToList();
        Assert.Single(both, fee => fee.Outcome!.Accepted);
        Assert.All(
            both.Where(fee => !fee.Outcome!.Accepted), fee => Assert.Equal(Refusal.ReferenceTaken, fee.Outcome!.Faults[0].Refusal));
        Assert.Empty(await FeesAsync(biller.Merchant));
        Assert.Empty(await FeesAsync(lenient.Merchant));

        Assert.Equal(
            await books.ScalarAsync("SELECT fee_minor FROM dispute WHERE payment_id = $1", first),
            await books.ScalarAsync("SELECT amount_minor FROM charge WHERE account_id = $1 AND label = 'return-fee'", account));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Tries_AreReported_WithWhatComesNext()
    {
        var biller = await OpenAsync(alsoUnexplained: false);
        var (account, first) = await FailAsync(biller, Customers.CardOf(NoMoney), "declined");
        Assert.Equal(("early", $"{Today.AddDays(3):O}"), NextOf(await TriesAsync(biller, first)));
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        var page = $"/console/payments/{await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", first)}";
        Assert.Contains(
            $"<dt>Next try</dt><dd>on <time datetime=\"{Today.AddDays(3):O}\"", await desk.PageAsync(page), StringComparison.Ordinal);
        var made = Assert.Single(await RunAsync(biller.Merchant, 3)).Outcome!.Payment!.Payment;

        foreach (var id in (Guid[])[first, made.Id.Value])
        {
            var report = await TriesAsync(biller, id);
            Assert.Equal($"{first}", (string)report["payment"]!);
            var only = Assert.Single(report["tries"]!.AsArray())!;
            Assert.Equal(
                (1, $"{made.Id.Value}", $"{Today.AddDays(3):O}"), ((int)only["try"]!, (string)only["payment"]!, (string)only["on"]!));
            Assert.Equal(("early", $"{Today.AddDays(5):O}"), NextOf(report));
        }

        Assert.Equal($"{first}", (string)(await biller.GetAsync($"{Biller.Payments}/{made.Id.Value}")).Json["tries_again"]!);
        Assert.Null((await biller.GetAsync($"{Biller.Payments}/{first}")).Json["tries_again"]);

        // The way to stop the tries of one payment.
        var charge = (await biller.GetAsync($"{Biller.Charges}?account={account}")).Json["items"]![0]!;
        var shown = await biller.GetAsync($"{Biller.Charges}/{charge["id"]}");
        var pause = new JsonObject { ["no_dunning_until"] = $"{Today.AddDays(90):O}", ["reason"] = "agreed" };
        var paused = await biller.SendAsync(
            HttpMethod.Post, $"{Biller.Charges}/{charge["id"]}/change", pause.ToJsonString(), Biller.NewText(), shown.Headers["ETag"]);
        Assert.True(paused.Status == HttpStatusCode.OK, paused.Text);
        Assert.Equal(("paused", null), NextOf(await TriesAsync(biller, first)));
        Assert.Contains("<dt>Next try</dt><dd>A charge is paused.", await desk.PageAsync(page), StringComparison.Ordinal);

        var again = await PayAsync(biller, account, (string)charge["id"]!, "40");
        Assert.Equal(("replaced", null), NextOf(await TriesAsync(biller, first)));
        Assert.Equal(("paused", null), NextOf(await TriesAsync(biller, (Guid)again.Json["id"]!)));
        var cash = Biller.Cash($"{account}", "40", (string)charge["id"]!);
        cash["amount"] = Biller.Euro("40", "USD");
        var paid = await biller.PostAsync(Biller.Payments, cash);
        Assert.Equal(("no_instrument", null), NextOf(await TriesAsync(biller, (Guid)paid.Json["id"]!)));
        Assert.Equal(("nothing_open", null), NextOf(await TriesAsync(biller, first)));
        var stranger = await Biller.OpenAsync(books);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{Biller.Payments}/{first}/tries")).Status);
    }

    [Fact]
    public async Task PaymentThatHasNotFailed_HasNoTries_AndWithoutAPolicyAFailedOneHasNone()
    {
        var biller = await OpenAsync(alsoUnexplained: false);
        var (_, good) = await FailAsync(biller, Customers.CardOf(VaultedPayments.GoodCard), "captured");
        Assert.Equal(("not_failed", null), NextOf(await TriesAsync(biller, good)));
        var (_, failed) = await FailAsync(biller, Customers.CardOf(Declines), "declined");
        Assert.Equal(("final", null), NextOf(await TriesAsync(biller, failed)));
        await SetAsync(biller.Merchant, alsoUnexplained: null);
        Assert.Equal(("no_policy", null), NextOf(await TriesAsync(biller, failed)));
    }

    [Fact]
    public async Task Policy_IsSetOnce_Decides_AndEnds()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        Assert.Empty((await biller.GetAsync(Tries)).Json["tries"]!.AsArray());
        var (_, failed) = await FailAsync(biller, Customers.CardOf(Declines), "declined");
        Assert.Equal(("no_policy", null), NextOf(await TriesAsync(biller, failed)));

        var body = PolicyOf("""[{"after_days":2},{"after_days":9}]""");
        (body["also_unexplained"], body["charges_fee"]) = (true, true);
        foreach (var replayed in (string?[])[null, "true"])
        {
            var set = await biller.SendAsync(HttpMethod.Post, Tries, body.ToJsonString(), "set the tries");
            Assert.True(set.Status == HttpStatusCode.OK, set.Text);
            Assert.Equal(replayed, set.Headers.GetValueOrDefault("Idempotency-Replayed"));
        }

        var shown = (await biller.GetAsync(Tries)).Json;
        Assert.Equal([2, 9], shown["tries"]!.AsArray().Select(one => (int)one!["after_days"]!));
        Assert.Equal((true, true), ((bool)shown["also_unexplained"]!, (bool)shown["charges_fee"]!));
        Assert.Equal(("early", $"{Today.AddDays(2):O}"), NextOf(await TriesAsync(biller, failed)));
        body["charges_fee"] = false;
        Assert.Equal(
            HttpStatusCode.Conflict, (await biller.SendAsync(HttpMethod.Post, Tries, body.ToJsonString(), "set the tries")).Status);

        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync(Tries, PolicyOf("[]"))).Status);
        Assert.Empty((await biller.GetAsync(Tries)).Json["tries"]!.AsArray());
        Assert.Equal(("no_policy", null), NextOf(await TriesAsync(biller, failed)));
        Assert.Equal(2L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'retry.policy'", biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData("/tries", """[{"after_days":3},{"after_days":3}]""")]
    [InlineData("/tries", """[{"after_days":1},{"after_days":2},{"after_days":3},{"after_days":4},{"after_days":5},{"after_days":6}]""")]
    [InlineData("/tries/0/after_days", """[{"after_days":0}]""")]
    [InlineData("/tries/0/after_days", """[{"after_days":61}]""")]
    [InlineData("/tries/0/after_days", "[{}]")]
    [InlineData("/tries/0/fee", """[{"after_days":1,"fee":"1"}]""")]
    public async Task Policy_ThatMakesNoSense_IsRefusedByItsField(string place, string tries)
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.PostAsync(Tries, PolicyOf(tries));
        Assert.Equal((HttpStatusCode.BadRequest, place), (refused.Status, Assert.Single(refused.Places)));
        var clerk = await Biller.OpenAsync(books, biller.Merchant, "read", "correct", "pay");
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.PostAsync(Tries, PolicyOf("[]"))).Status);
    }

    private static JsonObject PolicyOf(string tries) => new() { ["tries"] = JsonNode.Parse(tries), ["reason"] = "agreed" };

    private static (string? Why, string? On) NextOf(JsonNode tries) => ((string?)tries["why"], (string?)tries["next_on"]);

    private static async Task<JsonNode> TriesAsync(Biller biller, Guid payment)
    {
        var answer = await biller.GetAsync($"{Biller.Payments}/{payment}/tries");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    private async Task<(Guid Account, Guid Payment)> ReturnAsync(Biller biller)
    {
        var failed = await FailAsync(biller, Customers.IbanOf(Returns), null);
        await NoticePost.UntilAsync(
            async () => await books.ScalarAsync("SELECT kind FROM dispute WHERE payment_id = $1", failed.Payment) is "returned_debit");
        return failed;
    }

    private async Task<Biller> OpenAsync(bool alsoUnexplained, bool chargesFee = false)
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        await SetAsync(biller.Merchant, alsoUnexplained, chargesFee);
        return biller;
    }

    private Task SetAsync(MerchantId merchant, bool? alsoUnexplained, bool chargesFee = false) => Policies.SetAsync(
        merchant, alsoUnexplained is { } also ? new RetryPolicy(merchant, [3, 5], also) { ChargesFee = chargesFee } : null,
        new Origin(merchant, 0, Guid.Parse(Biller.NewText()))
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, "retry.policy", "retries", "agreed"),
        }, key: null, Cancel);

    /// <summary>A customer's charge of 40.00 is asked for, in vain. Returns the account and the payment.</summary>
    private async Task<(Guid Account, Guid Payment)> FailAsync(Biller biller, InstrumentSecret secret, string? status)
    {
        var customer = await new Customers(books.Engine, books.Vault, biller.Merchant).CreateAsync(secret, 40_00);
        var account = (Guid)(await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE merchant_id = $1 AND kind = 'account' AND value = $2",
            biller.Merchant.Value, customer.Account))!;
        var charge = (string)(await biller.GetAsync($"{Biller.Charges}?account={account}")).Json["items"]![0]!["id"]!;
        var paid = await PayAsync(biller, account, charge, "40");
        if (status is not null)
            Assert.Equal(status, (string)paid.Json["status"]!);
        return (account, (Guid)(await books.ScalarAsync("SELECT id FROM payment WHERE account_id = $1", account))!);
    }

    private static async Task<TrainTravel.TravelAnswer> PayAsync(Biller biller, Guid account, string charge, string amount)
    {
        var instrument = (await biller.GetAsync($"/api/v1/instruments?account={account}")).Json["items"]![0]!;
        return await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = $"{account}",
            ["amount"] = Biller.Euro(amount, "USD"),
            ["instrument"] = (string)instrument["id"]!,
            ["charges"] = new JsonArray(charge),
        });
    }

    private async Task<string?> TriesOfAsync(Guid first) => (string?)await books.ScalarAsync(
        "SELECT string_agg(nth::text, ' ' ORDER BY nth) FROM payment_retry WHERE first_id = $1", first);

    private async Task<(RetryWait?, DateOnly?)> NextAsync(Biller biller, int inDays)
    {
        var one = Assert.Single(await RunAsync(biller.Merchant, inDays));
        return (one.Verdict.Why, one.Verdict.On);
    }

    private async Task<List<TriedPayment>> RunAsync(MerchantId merchant, int inDays, bool isDry = false)
    {
        await using var parts = Parts();
        List<TriedPayment> all = [];
        await foreach (var one in RunOf(parts).OfAsync(merchant, Today.AddDays(inDays), isDry ? null : _ => By(merchant), Cancel))
            all.Add(one);
        return all;
    }

    private async Task<IReadOnlyList<ChargedFee>> FeesAsync(MerchantId merchant, bool isDry = false)
    {
        await using var parts = Parts();
        return await RunOf(parts).ChargeFeesAsync(merchant, Today, isDry ? null : _ => By(merchant), Cancel);
    }

    private RetryRun RunOf(ServiceProvider parts) =>
        new(new Retries(books.Database, Policies), parts.GetRequiredService<Collector>(), TimeProvider.System);

    private ServiceProvider Parts() => new ServiceCollection().AddLogging().AddCollecting(
        books.Database, books.Engine, books.Vault, TimeProvider.System, new ProviderOptions { Timeouts = new ProviderTimeouts() },
        new AttemptSchedule()).AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();

    private static Origin By(MerchantId merchant) => new(merchant, 0, Guid.Parse(Biller.NewText()));
}
