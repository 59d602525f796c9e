using System.Globalization;
using System.Xml.Linq;
using Quittance.Tests.Faults;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>The command that is killed at each of its commits, in the order of a month.</summary>
public enum CollectionKillStep
{
    Build,
    Release,
    HandOut,
    StatusReport,
    Lump,
    Return,
}

/// <summary>
/// A studio's commands are killed between any two of their commits, and typed again: no debit is collected twice, and none is forgotten.
/// </summary>
[Long]
public sealed class CollectionKillTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_KilledBetweenAnyTwoCommits_CollectOnce() => await KillSteps.AtEachAsync<CollectionKillStep>(KillAtAsync);

    private async Task KillAtAsync(CollectionKillStep step)
    {
        var place = $"Killed at {step}";
        using var studio = await Studio.OpenAsync(books);
        var (rich, poor, later) = (await studio.DebitAsync("39.90"), await studio.DebitAsync("20"), await studio.DebitAsync("50"));
        await DoAsync(CollectionKillStep.Build, "collect", "run");
        var number = await OneAsync<string>(
            "SELECT coalesce(string_agg(number::text, ' '), '') FROM collection WHERE merchant_id = $1 AND status = 'built'");
        Assert.True(long.TryParse(number, CultureInfo.InvariantCulture, out _), $"{place}: built is '{number}', not one collection");
        await DoAsync(CollectionKillStep.Release, "collect", "release", number);
        await DoAsync(CollectionKillStep.HandOut, "collect", "file", number, "--to", studio.PathOf("debits.xml"));

        var file = XDocument.Load(studio.PathOf("debits.xml"));
        var group = BankFileTests.GroupOf(file);
        Assert.Equal(
            new[] { rich, poor, later }.Select(studio.NameOf).Order(),
            file.Descendants().Where(one => one.Name.LocalName == "EndToEndId").Select(one => one.Value).Order());

        var report = await BankFileTests.WrittenAsync(studio, BankFileTests.Report(file, (studio.NameOf(poor), "RJCT", "AM04")));
        await DoAsync(CollectionKillStep.StatusReport, "collect", "status", report);
        await ImportAsync(CollectionKillStep.Lump, new Camt().WithEntry(89.90m, BankFileTests.Lump(89.90m, group)));
        await ImportAsync(CollectionKillStep.Return, new Camt { Id = "2027/12", Opening = 1089.90m }
            .WithEntry(-53, BankFileTests.Return(53, studio.NameOf(later), "AM04", fee: 3)));

        Assert.True(
            (0m, 20m, 50m) == (await studio.OpenOfAsync(rich), await studio.OpenOfAsync(poor), await studio.OpenOfAsync(later)), place);
        Assert.True(("captured", "failed") == (await studio.StatusOfAsync(rich), await studio.StatusOfAsync(poor)), place);
        Assert.True("0" == await BankFileTests.OutstandingAsync(studio), place);
        Assert.True(await BankFileTests.OpenLinesAsync(studio) is 0L, place);
        Assert.True(await OneAsync<long>("SELECT count(*) FROM dispute WHERE merchant_id = $1") == 1, place);
        Assert.True(await OneAsync<long>("SELECT count(*) FROM debit WHERE merchant_id = $1 AND NOT is_left_out") == 3, place);
        await studio.AssertCleanAsync();

        async Task ImportAsync(CollectionKillStep at, Camt statement) =>
            await DoAsync(at, "settlement", "import", await BankFileTests.WrittenAsync(studio, statement.ToXml()));

        async Task DoAsync(CollectionKillStep at, params string[] arguments)
        {
            if (at == step)
            {
                await KillAtEachCommitAsync([.. arguments, "--merchant", $"{studio.Merchant.Value}"]);
                return;
            }

            var (exitCode, output, error) = await studio.RunAsync(arguments);
            Assert.True(exitCode == 0, $"{place}: {output}{error}");
        }

        async Task<T> OneAsync<T>(string sql) => (T)(await studio.ScalarAsync(sql, studio.Merchant.Value))!;
    }

    /// <summary>Types a command again and again; each time it is killed one commit later, until it comes to its end.</summary>
    private async Task KillAtEachCommitAsync(string[] arguments)
    {
        for (var commit = 1; ; commit++)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var (proxy, through) = CuttingProxy.To(books.ConnectionString, number =>
            {
                if (number < commit)
                    return Cut.None;
                reached.TrySetResult();
                return (Cut)Random.Shared.Next(1, 4);
            });
            await using (proxy)
            await using (through)
            {
                var (exitCode, error) = await RunningProgram.RunUntilAsync(
                    reached.Task, [.. arguments, "--database", proxy.ConnectionString]);
                switch (exitCode)
                {
                    case null:
                        break;
                    case 0:
                        Assert.True(commit > 1, "It committed nothing.");
                        return;
                    // The hand-out was committed before the file was there: from then on the command wants a reason.
                    case not null when error.Contains("a reason is needed", StringComparison.Ordinal) && !arguments.Contains("--reason"):
                        arguments = [.. arguments, "--reason", "the bank did not get it"];
                        break;
                    // The release was committed before.
                    case not null when arguments.Contains("release") && error.Contains("has changed meanwhile", StringComparison.Ordinal):
                        return;
                    default:
                        Assert.Fail($"{string.Join(' ', arguments)} at commit {commit}: {error}");
                        break;
                }
            }
        }
    }
}
