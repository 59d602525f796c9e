using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsvHelper;
using Npgsql;
using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Exporting;
using Quittance.Storage.Lanes;
using Quittance.Storage.Verification;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>An export has all of the journal, and adds up to the trial balance.</summary>
[Long("the journal of a whole business day, for each test")]
public sealed partial class ExportTests(BooksFixture books) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-export-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Journal_AsCsv_HasEveryTransfer_AndAddsUpToTheTrialBalance()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var rows = Rows(await ExportAsync(own));
        Assert.Equal(await own.CountAsync("transfer"), rows.Count);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => $"{number}"), rows.Select(row => row["number"]));
        Assert.Equal(rows.Select(row => row["time"]).Order(StringComparer.Ordinal), rows.Select(row => row["time"]));
        Assert.Equal(
            await TrialBalanceAsync(own),
            Sums(rows.SelectMany(row => ((string, string, decimal)[])
            [
                (row["debit"], row["currency"], decimal.Parse(row["amount"], CultureInfo.InvariantCulture)),
                (row["credit"], row["currency"], -decimal.Parse(row["amount"], CultureInfo.InvariantCulture)),
            ])));
        Assert.Contains(rows, row => row["payment"].Length > 0 && row["charge"].Length > 0 && row["customer"].Length > 0);
    }

    [Fact]
    public async Task Journal_ForHledger_BalancesInEveryTransaction_AndAddsUpToTheTrialBalance()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var text = await ExportAsync(own, "--format", "hledger");
        Assert.Contains("\ncommodity 1000.00 USD\n", text, StringComparison.Ordinal);
        var transactions = text.Split("\n\n")[1..];
        Assert.Equal(
            (await OperatedBooks.ReadAsync(own.Database, "SELECT DISTINCT subject_id || ' ' || sequence FROM transfer")).Count,
            transactions.Length);
        List<(string, string, decimal)> all = [];
        foreach (var transaction in transactions)
        {
            (string Account, string Currency, decimal Amount)[] postings =
                [.. Posting().Matches(transaction)
                    .Select(match => (match.Groups["account"].Value, match.Groups["currency"].Value,
                    decimal.Parse(match.Groups["amount"].Value, CultureInfo.InvariantCulture)))];
            Assert.True(postings.Length >= 2, transaction);
            // hledger wants every currency to balance for itself.
            Assert.All(postings.GroupBy(posting => posting.Currency), currency => Assert.Equal(0, currency.Sum(posting => posting.Amount)));
            all.AddRange(postings);
        }

        Assert.Contains(all, posting => posting is (_, "USD", > 0));
        Assert.Contains(all, posting => posting is (_, "EUR", > 0));
        Assert.Equal(await TrialBalanceAsync(own), Sums(all));
    }

    [Fact]
    public async Task Journal_OfSomeDays_HasTheTransfersOfThese()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var days = (await OperatedBooks.ReadAsync(
            own.Database,
            "SELECT to_char(min(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM event UNION ALL SELECT to_char(max(occurred_at) AT "
                + "TIME ZONE 'UTC', 'YYYY-MM-DD') FROM event"));
        var (first, last) = (DateOnly.Parse(days[0], CultureInfo.InvariantCulture), DateOnly.Parse(days[1], CultureInfo.InvariantCulture));
        Assert.Equal(await own.CountAsync("transfer"), Rows(await ExportAsync(own, "--from", Text(first), "--to", Text(last))).Count);
        Assert.Empty(Rows(await ExportAsync(own, "--from", Text(last.AddDays(1)))));
        Assert.Empty(Rows(await ExportAsync(own, "--to", Text(first.AddDays(-1)))));

        static string Text(DateOnly day) => day.ToString("yyyy-MM-dd");
    }

    /// <summary>The clock of the server is two days behind.</summary>
    [Fact]
    public async Task Journal_OfADayThatHasEnded_IsClosed_AndALaterPaymentIsOfALaterDay()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var engine = new PaymentEngine(new PostgresStore(own.Database), new SlowClock(), new EngineOptions { Lanes = 1 });
        var yesterday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1).ToString("yyyy-MM-dd");
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);

        var exported = Rows(await ExportAsync(own, "--to", yesterday)).Count;
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);

        Assert.Equal((1, 1), (exported, Rows(await ExportAsync(own, "--to", yesterday)).Count));
        Assert.Equal(2, Rows(await ExportAsync(own)).Count);
    }

    /// <summary>A commit that began on a day that has ended since is waited for.</summary>
    [Fact]
    public async Task Journal_WhileACommitOfItsDaysIsUnderWay_IsRefused()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using var commit = await own.Database.OpenConnectionAsync(Cancel);
        await using var hold =
            new NpgsqlCommand($"BEGIN; SELECT 1 FROM slot WHERE merchant_id = {shop.Merchant.Value} AND slot = 7 FOR UPDATE", commit);
        await hold.ExecuteNonQueryAsync(Cancel);

        var (exitCode, _, error) =
            await RunningProgram.RunAsync("export", "journal", "--merchant", "1", "--database", own.ConnectionString, "--to", "2026-01-31");

        Assert.Equal(1, exitCode);
        Assert.Contains("A commit has not ended for 10 seconds", error, StringComparison.Ordinal);
    }

    /// <summary>A machine that is two days ahead would close tomorrow.</summary>
    [Fact]
    public async Task Journal_ByAClockThatIsNotTheDatabases_ClosesNoDay()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var now = TimeProvider.System.GetUtcNow();
        var journal = new Journal(own.Database);

        foreach (var (day, clock) in new[] { (now.AddDays(1), now.AddDays(2)), (now.AddDays(-3), now.AddDays(-2)) })
            Assert.Equal(Closing.ClocksDiffer, await journal.CloseAsync(merchant, DateOnly.FromDateTime(day.UtcDateTime), clock, Cancel));

        Assert.Equal(["2000"],
            await OperatedBooks.ReadAsync(own.Database, "SELECT DISTINCT extract(year FROM last_at AT TIME ZONE 'UTC')::text FROM slot"));
    }

    /// <summary>Its CSV keeps the word in a file, too, and where it has no line.</summary>
    [Fact]
    public async Task Journal_ByARoleThatMayOnlyRead_IsOpen()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await own.MerchantAsync();
        var role = $"reader_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await own.OnServerAsync($"CREATE ROLE {role}");
        await own.Database.CreateCommand($"GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
            .ExecuteNonQueryAsync(Cancel);
        try
        {
            var (exitCode, output, error) = await RunningProgram.RunAsync(
                "export", "journal", "--merchant", "1", "--to", "2026-01-31", "--database",
                $"{own.ConnectionString};Options=-c role={role}");
            Assert.True(exitCode == 0, error);
            Assert.Contains("The journal is open", error, StringComparison.Ordinal);
            Assert.EndsWith(",effective,open", output.TrimEnd(), StringComparison.Ordinal);
        }
        finally
        {
            await own.Database.CreateCommand($"DROP OWNED BY {role}").ExecuteNonQueryAsync(Cancel);
            await own.OnServerAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Journal_WhoseLastDayHasNotEnded_SaysSo()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await own.MerchantAsync();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).ToString("yyyy-MM-dd");
        foreach (var (to, isClosed) in new (string[], bool)[] { ([], false), (["--to", today], false), (["--to", "2026-01-31"], true) })
        {
            var command = (string[])[
                "export", "journal", "--merchant", "1", "--database", own.ConnectionString, "--format", "hledger", "--json", .. to];
            var file = Path.Combine(_folder, $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}.journal");
            var (exitCode, output, error) = await RunningProgram.RunAsync([.. command, "--output", file]);
            Assert.True(exitCode == 0, error);
            Assert.Equal(isClosed, JsonDocument.Parse(output).RootElement.GetProperty("isClosed").GetBoolean());
            Assert.Equal(!isClosed, error.Contains("The journal is open", StringComparison.Ordinal));
            Assert.Equal(
                !isClosed, (await File.ReadAllTextAsync(file, Cancel))
                .Contains("\n; Open: its last day may still get transactions\n", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Journal_CellsThatBeginLikeAFormula_AreDefused()
    {
        await using var text = new StringWriter();
        var csv = new JournalCsv(text);
        foreach (var name in (string[])["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "x;=HYPERLINK(1)", "plain"])
        {
            await csv.WriteAsync(new JournalEntry(
                new(DateTimeOffset.UnixEpoch, DateOnly.MinValue, DateOnly.MinValue),
                (Guid.Empty, 1), 1, name, "assets:bank", "income:billed", new Money(100, Currency.Parse("EUR")),
                null, null, null, null, name, Guid.Empty));
        }

        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "x;'=HYPERLINK(1)", "plain"], lines.Select(line => line.Split(',')[2].Trim('"')));
        Assert.All(lines, line => Assert.Equal(line.Split(',')[2], line.Split(',')[11]));
    }

    [Fact]
    public async Task Journal_IntoAFile_IsWholeOrNotThere()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var file = Path.Combine(_folder, "journal.csv");
        var command = (string[])["export", "journal", "--merchant", "1", "--database", own.ConnectionString, "--json"];
        Assert.Contains("--output", (await RunningProgram.RunAsync(command)).Error, StringComparison.Ordinal);

        var (exitCode, output, error) = await RunningProgram.RunAsync([.. command, "--output", file]);
        Assert.True(exitCode == 0, error);
        using var said = JsonDocument.Parse(output);
        Assert.Equal(Rows(await File.ReadAllTextAsync(file, Cancel)).Count, said.RootElement.GetProperty("entries").GetInt64());

        var again = await RunningProgram.RunAsync([.. command, "--output", file]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(LedgerKind.Clearing, "sandbox", null, "assets:clearing:sandbox")]
    [InlineData(LedgerKind.Receivable, "", 1002L, "assets:receivable:customer 1002")]
    [InlineData(LedgerKind.Credit, "general", 7L, "liabilities:credit:customer 7:general")]
    [InlineData(LedgerKind.Clearing, "two  spaces; a comment", null, "assets:clearing:two__spaces__a_comment")]
    public void LedgerAccount_HasANameThatPeopleCanRead(LedgerKind kind, string purpose, long? customer, string name) =>
        Assert.Equal(name, LedgerAccountName.Of(kind, purpose, customer));

    [Fact]
    public void LedgerAccounts_OfEveryKind_HaveNamesOfTheirOwn() =>
        Assert.Distinct(Enum.GetValues<LedgerKind>().Select(kind => LedgerAccountName.Of(kind, "", null)));

    private static async Task<string> ExportAsync(OwnBooks own, params string[] more)
    {
        var (exitCode, output, error) =
            await RunningProgram.RunAsync(["export", "journal", "--merchant", "1", "--database", own.ConnectionString, .. more]);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private static List<Dictionary<string, string>> Rows(string text)
    {
        using var csv = new CsvReader(new StringReader(text), CultureInfo.InvariantCulture);
        List<Dictionary<string, string>> rows = [];
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
            rows.Add(csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!));
        return rows;
    }

    /// <summary>Balances by line of the chart and currency; debits are above zero.</summary>
    private static SortedDictionary<string, decimal> Sums(IEnumerable<(string Account, string Currency, decimal Amount)> postings)
    {
        var sums = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (account, currency, amount) in postings)
        {
            var line = $"{string.Join(':', account.Split(':').Take(2))} {currency}";
            sums[line] = sums.GetValueOrDefault(line) + amount;
        }

        return sums;
    }

    private static async Task<SortedDictionary<string, decimal>> TrialBalanceAsync(OwnBooks own)
    {
        var report = Assert.Single(await new Verifier(own.Database).VerifyAsync(new MerchantId(1), Cancel));
        return Sums(report.TrialBalance.Select(line => (
            LedgerAccountName.Of(line.Kind, "", null), line.Currency.Code,
            (decimal)(line.DebitsMinor - line.CreditsMinor) / PowerOfTen(line.Currency.MinorUnits))));

        static decimal PowerOfTen(int exponent) => Enumerable.Repeat(10m, exponent).Aggregate(1m, (product, ten) => product * ten);
    }

    [GeneratedRegex(@"^    (?<account>\S+(?: \S+)*) {2,}(?<amount>-?[0-9.]+) (?<currency>[A-Z]{3})",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Posting();

    /// <summary>A server's clock that is two days behind.</summary>
    private sealed class SlowClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(-2);
    }
}
