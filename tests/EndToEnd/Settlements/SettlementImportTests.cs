using System.Diagnostics;
using System.Text;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A statement of 10,000 lines.</summary>
[Long("large files, and programs that are killed")]
public sealed class SettlementImportTests(BooksFixture books, ITestOutputHelper output)
{
    private const int Lines = 10_000;
    private const int Customers = 500;

    /// <summary>One line in ten names nothing.</summary>
    private const int Unknown = Lines / 10;

    // Enough for two that meet, and for one that is killed midway.
    private const int FewerLines = 2_000;
    private const int MostLines = 4 * Lines;

    [Fact]
    public async Task Statement_Of10000Lines_IsBookedAndTheRestShown_AndTheRepeatBooksNothing()
    {
        await using var shop = await OpenAsync();
        var report = await shop.ImportAsync(WrittenStatement(Lines));
        await AssertBookedAsync(shop);
        Assert.Equal((false, Lines, Lines - Unknown, Unknown), (report.WasKnown, report.NewLines, report.Booked, report.Statement.Open));
        Assert.All(await shop.LinesAsync(report, SettlementStatus.Open),
            line => Assert.Equal("It names nothing that is open here.", line.Note));

        var again = await shop.ImportAsync(WrittenStatement(Lines));
        Assert.Equal((true, 0, 0, Unknown), (again.WasKnown, again.NewLines, again.Booked, again.Statement.Open));
        await AssertBookedAsync(shop);
    }

    [Fact]
    public async Task TwoImports_AtOnce_BookEachLineOnce()
    {
        await using var shop = await OpenAsync(FewerLines);
        await using var other = shop.Books.Engine();
        var statement = WrittenStatement(FewerLines);
        var reports = await Task.WhenAll(shop.ImportAsync(statement), shop.ImportAsync(statement, desk: shop.NewDesk(other)));
        Assert.Equal(BookedOf(FewerLines), reports.Sum(report => report.Booked));
        await AssertBookedAsync(shop, FewerLines);
    }

    [Fact]
    public async Task AFile_WaitsForTheImport_ThatIsUnderWay()
    {
        await using var shop = await OpenAsync(20);
        var sent = new TaskCompletionSource();
        using var slow = new SlowFile(WrittenStatement(10), sent.Task);
        var first = shop.Desk.ImportAsync(
            slow, "slow.xml", new ReadingOptions(), shop.Origin, null, TestContext.Current.CancellationToken);
        var second = shop.TryImportAsync(WrittenStatement(20), new ReadingOptions());
        sent.SetResult();
        Assert.All(await Task.WhenAll(first, second), outcome => Assert.Empty(outcome.Faults));
    }

    [Fact]
    public async Task Import_KilledMidway_IsFinishedByTheRepeat()
    {
        // Where the machine was too quick for us, more lines take longer.
        for (var lines = FewerLines; ; lines *= 2)
        {
            await using var shop = await OpenAsync(lines);
            var file = Path.Combine(Directory.CreateTempSubdirectory("quittance-statement-").FullName, "statement.xml");
            await File.WriteAllTextAsync(file, WrittenStatement(lines), TestContext.Current.CancellationToken);
            string[] arguments =
                ["settlement", "import", file, "--merchant", $"{shop.Merchant.Value}", "--database", shop.Books.ConnectionString];
            var before = await KillMidwayAsync(shop, arguments);
            output.WriteLine($"killed when {before} of {BookedOf(lines)} lines were booked");
            if (before == BookedOf(lines) && lines < MostLines)
                continue;
            Assert.InRange(before, 1, BookedOf(lines) - 1);

            var (exitCode, said, error) = await RunningProgram.RunAsync(arguments);

            Assert.True(exitCode == 0, error);
            Assert.Contains("known already; booked now " + (BookedOf(lines) - before), said, StringComparison.Ordinal);
            await AssertBookedAsync(shop, lines);
            File.Delete(file);
            return;
        }
    }

    /// <summary>Kills an import as soon as something is booked; how many lines are.</summary>
    private static async Task<long> KillMidwayAsync(Shop shop, string[] arguments)
    {
        using var import =
            Process.Start(
            new ProcessStartInfo(RunningProgram.Path, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                Environment = { ["QUITTANCE_MASTER_KEY"] = RunningProgram.MasterKeyOfExternal },
            })!;
        await NoticePost.UntilAsync(
            async () => import.HasExited || await shop.Books.CountAsync("settlement_line WHERE status = 'booked'") > 0);
        import.Kill();
        await import.WaitForExitAsync(TestContext.Current.CancellationToken);
        await NoticePost.UntilAsync(
            async () => await shop.Books.CountAsync(
            "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'") == 0);
        await shop.Books.AssertCleanAsync();
        return await shop.Books.CountAsync("settlement_line WHERE status = 'booked'");
    }

    private static async Task AssertBookedAsync(Shop shop, int lines = Lines)
    {
        await shop.Books.AssertCleanAsync();
        Assert.Equal(BookedOf(lines), await shop.Books.CountAsync("payment"));
        Assert.Equal(BookedOf(lines), await shop.Books.CountAsync("settlement_line WHERE status = 'booked'"));
        Assert.Equal(lines - BookedOf(lines), await shop.Books.CountAsync("charge WHERE is_open"));
        Assert.Equal(
            Enumerable.Range(0, lines).Where(index => !IsUnknown(index)).Sum(AmountMinor),
            (await shop.BalancesAsync())["bank DE ···· 3000"]);
    }

    private async Task<Shop> OpenAsync(int lines = Lines)
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(
            Enumerable.Range(0, lines).Select(index => ($"A-{index % Customers}", $"INV-{index:000000}", AmountMinor(index))));
        return shop;
    }

    private static int BookedOf(int lines) => lines - (lines / 10);

    private static bool IsUnknown(int index) => index % 10 == 9;

    private static long AmountMinor(int index) => 100 + index;

    private static string WrittenStatement(int lines)
    {
        var statement = new Camt();
        for (var index = 0; index < lines; index++)
        {
            statement.With(
                AmountMinor(index) / 100m, IsUnknown(index) ? "thank you very much" : $"Rechnung INV-{index:000000} vom 03.11.2027");
        }

        return statement.ToXml();
    }

    /// <summary>A file that arrives late.</summary>
    private sealed class SlowFile(string text, Task arrives) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await arrives;
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
