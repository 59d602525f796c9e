using Quittance.BackOffice.Overdue;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>The connections of a day's dunning break again and again, also the one that holds the day.</summary>
[Long]
public sealed class OverdueKillTests(BooksFixture books)
{
    private const int Customers = 120;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WhoseConnectionsBreak_DunsEachCustomerOnce_AndNoneIsMissing()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var business = new Business(await own.MerchantAsync());
        var policies = new DunningPolicies(own.Database, TimeProvider.System);
        await policies.SetAsync(
            business.Merchant, Business.Euro, new DunningPolicy(business.Merchant, Business.Euro, 1, [new(1, 2_50), new(2)]),
            By("dunning.policy"), null, Cancel);
        await using var engine = own.Engine(lanes: 4, batchLimit: 3);
        foreach (var name in Enumerable.Range(0, Customers).Select(number => $"C-{number}"))
        {
            Assert.True((await engine.SubmitAsync(business.Opening(name))).Accepted);
            Assert.True((await engine.SubmitAsync(business.Charge(name, $"bill of {name}"))).Accepted);
        }

        var (runs, today, isDone, killed) = (
            new OverdueRuns(own.Database, TimeProvider.System),
            DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), false, 0);
        // A day that is done too early is never looked at again.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var servers = Task.WhenAll(LookUntilDoneAsync(), LookUntilDoneAsync());
        while (!servers.IsCompleted && killed < 30)
        {
            killed += await own.KillBackendAtWorkAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }

        await servers;

        Assert.InRange(killed, 3, 30);
        Assert.Equal(Customers, await own.CountAsync("dunning_step"));
        Assert.Equal(Customers, await own.CountAsync("charge WHERE label = 'dunning'"));
        await own.AssertCleanAsync();

        // A run whose lock breaks goes on beside that of the server which has the lock then: both have read the same.
        async Task LookUntilDoneAsync()
        {
            while (!isDone)
            {
                await LookAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
            }
        }

        // A server's look at the day; a server that dies leaves the rest to the next one.
        async Task LookAsync()
        {
            try
            {
                await runs.OnceAsync(business.Merchant, today, RunAsync, Cancel);
            }
            catch (Exception broken) when (broken is StoreUnavailableException or Npgsql.NpgsqlException)
            {
            }
        }

        async Task<bool> RunAsync()
        {
            var areDone = true;
            var dunning = new DunningRun(new Dunnings(own.Database, policies), engine);
            await foreach (var (_, _, outcome) in dunning.OfAsync(business.Merchant, today, _ => By(null), Cancel))
                areDone &= outcome is null or { Accepted: true } || outcome.Faults[0].Refusal == Refusal.AccountChanged;
            isDone = areDone;
            return areDone;
        }

        Origin By(string? what) => new(business.Merchant, 0, Business.NewId())
        {
            Action = what is null ? null : new OperatorAction(null, OperatorAction.CommandLine, what, "dunning in EUR", "agreed"),
        };
    }
}
