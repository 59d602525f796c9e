using System.Text;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Storage.Verification;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>What the columns of a bank's CSV are is said once: on the command line for all, and sealed as what is booked by it.</summary>
public sealed class KeptFormatTests(BooksFixture books)
{
    private static readonly string Columns = Path.Combine(RunningProgram.Solution, "docs", "examples", "columns.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Format_IsKeptFromAFile_AndTheNextFilesNeedNone()
    {
        await using var shop = await Shop.OpenAsync(books);
        var (exitCode, said, error) = await RunAsync(shop, "set", Columns, "--name", "Our bank", "--reason", "ours");
        Assert.True(exitCode == 0, error);
        Assert.Contains("Format 1 is kept", said, StringComparison.Ordinal);
        Assert.Contains("Format 1 (Our bank): DE ···· 2051", (await RunAsync(shop, "list")).Output, StringComparison.Ordinal);

        var imported = await RunningProgram.RunAsync(
            "settlement", "import", Path.ChangeExtension(Columns, "csv"), "--merchant", $"{shop.Merchant.Value}", "--database",
            shop.Books.ConnectionString);
        Assert.True(imported.ExitCode == 0, imported.Output);
        Assert.Equal(
            "2027-11-05 106140", await shop.ScalarAsync(
                "SELECT booked_on || ' ' || amount_minor FROM settlement_line WHERE counterparty = 'Rosa Lind'"));
        Assert.Equal(1, (await RunAsync(shop, "set", "none.json", "--name", "Our bank", "--reason", "ours")).ExitCode);
        Assert.Equal(0, (await RunAsync(shop, "end", "--format", "1", "--reason", "another bank")).ExitCode);
        Assert.Contains(
            "there is no header line", $"{(await shop.TryImportAsync(File("02/02/2027;A;B;1,00;8"))).Faults[0]}",
            StringComparison.Ordinal);
        Assert.Contains("There is no format 1", (await RunAsync(shop, "end", "--format", "1", "--reason", "r")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormatThatIsSaidForOneFile_GoesBeforeTheKeptOne()
    {
        await using var shop = await Shop.OpenAsync(books);
        var kept = await KeepAsync(shop);
        var said = kept.Format with { Order = DayOrder.MonthFirst, Account = Camt.Iban };

        var report = await shop.ImportAsync(File("01/02/2027;Anna Berg;INV-1;12,00;7"), new ReadingOptions { Formats = [said] });

        Assert.Equal("DE ···· 3000", report.Statement.Statement.Account);
        Assert.Equal(new DateOnly(2027, 1, 2), (await shop.LinesAsync(report))[0].BookedOn);
    }

    /// <summary>No one can be asked there.</summary>
    [Fact]
    public async Task File_FromTheBanksFolder_IsReadByTheKeptFormat()
    {
        await using var shop = await Shop.OpenAsync(books);
        await KeepAsync(shop);
        var desk = new BankFileDesk(shop.Desk, null!);
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(File("01/02/2027;Anna Berg;INV-1;12,00;7")));

        var taken = await desk.TakeAsync(file, "february.csv", shop.Origin, Cancel);

        Assert.True(taken.IsTaken, taken.Text);
        Assert.Contains("1 new lines", taken.Text, StringComparison.Ordinal);
    }

    /// <summary>Who changes what a column is by SQL changes what the next file books.</summary>
    [Theory]
    [InlineData("UPDATE statement_format SET uses = ARRAY['booked_on', 'counterparty', 'remittance', 'paid_out', 'paid_in']")]
    [InlineData("UPDATE statement_format SET account = 'DE ···· 9999'")]
    [InlineData("UPDATE statement_format SET day_order = 'month_first'")]
    [InlineData("UPDATE statement_format SET is_ended = true")]
    [InlineData("DELETE FROM statement_format")]
    public async Task FormatThatIsChangedBySql_IsSeenByVerify(string sql)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await new StatementFormats(own.Database, books.Vault, TimeProvider.System).KeepAsync(
            Example(merchant), "DE ···· 2051", _ => false, _ => By(merchant), Cancel);
        await own.AssertCleanAsync();

        await using (var change = own.Database.CreateCommand(sql))
            Assert.Equal(1, await change.ExecuteNonQueryAsync(Cancel));

        var report = Assert.Single(await new Verifier(own.Database).VerifyAsync(null, Cancel));
        Assert.Contains(
            report.Differences.SelectMany(difference => difference.Examples),
            example => example.Contains("statement_format", StringComparison.Ordinal)
                || sql.StartsWith("DELETE", StringComparison.Ordinal));
    }

    private static string File(string row) => $"Kontoumsätze\nTag;Wer;Wofür;Wie viel;Nr\n{row}\n";

    private static KeptFormat Example(MerchantId merchant) => new(
        merchant, 0, "Our bank",
        new StatementFormat(
            [
                new("Tag", ColumnUse.BookedOn), new("Wer", ColumnUse.Counterparty), new("Wofür", ColumnUse.Remittance),
                new("Wie viel", ColumnUse.Amount), new("Nr", ColumnUse.Unread),
            ])
        {
            Order = DayOrder.DayFirst,
            DecimalSign = ',',
            Currency = Business.Euro,
            Account = "DE02120300000000202051",
        });

    private static async Task<KeptFormat> KeepAsync(Shop shop)
    {
        var kept = await shop.Formats.KeepAsync(
            Example(shop.Merchant), "DE ···· 2051", _ => false, _ => By(shop.Merchant), Cancel);
        return kept.Format!;
    }

    private static Origin By(MerchantId merchant) => new(merchant, 0, Business.NewId())
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, "format.set", "format 1", "a wish"),
    };

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(Shop shop, string command, params string[] more) =>
        RunningProgram.RunAsync(
            ["settlement", "format", command, .. more, "--merchant", $"{shop.Merchant.Value}", "--database", shop.Books.ConnectionString]);
}
