using System.Globalization;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>The traces of an import beside the money, and the command line's words for files and lists.</summary>
public sealed class SettlementCommandTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_OfAKnownFile_ThatBooksSomething_IsAudited()
    {
        await using var shop = await Shop.OpenAsync(books);
        var file = new Camt().With(30, "INV-2027-1").With(20, "INV-2027-2").ToXml();
        await ImportAsync(shop, file, "statement.xml");
        await ImportAsync(shop, file, "statement.xml");
        // The second one changed nothing.
        Assert.Equal(1, await shop.Books.CountAsync("operator_action"));

        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("jonas", "INV-2027-2", 20_00));
        await ImportAsync(shop, file, "statement.xml");

        Assert.Equal(2, await shop.Books.CountAsync("settlement_line WHERE status = 'booked'"));
        Assert.Equal(
            2, await shop.Books.CountAsync("operator_action WHERE what = 'settlement.import' AND subject = 'statement statement.xml'"));
    }

    [Fact]
    public async Task Undo_ShowsTheBooksFirst_AndTheListSaysIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00));
        var report = await shop.ImportAsync(new Camt().With(30, "INV-2027-1").ToXml());
        var (id, balances) = ($"{report.Statement.Statement.Id.Value:D}", await shop.BalancesAsync());

        var (_, shown, _) = await UndoAsync("--dry");
        Assert.Contains("Nothing is changed. It would take back lines 1, of them booked 1:", shown, StringComparison.Ordinal);
        Assert.Contains("30.00 EUR → 0.00 EUR", shown, StringComparison.Ordinal);
        Assert.Equal(balances, await shop.BalancesAsync());
        var (exitCode, done, error) = await UndoAsync();
        Assert.True(exitCode == 0, error);
        Assert.Contains("The import is taken back: lines 1, of them booked 1.", done, StringComparison.Ordinal);
        Assert.Contains("was taken back before, and nothing is left of it", (await UndoAsync()).Output, StringComparison.Ordinal);
        Assert.Contains("The import was undone on", (await ListAsync(shop)).Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await ListAsync(shop, "--json")).Output);
        Assert.Equal(1, json.RootElement[0].GetProperty("undone").GetInt32());

        var unknown = await RunningProgram.RunAsync(
            "settlement", "undo", $"{Guid.Empty:D}", "--reason", "x", "--merchant", $"{shop.Merchant.Value}", "--database",
            shop.Books.ConnectionString);
        Assert.Contains("has no such statement", unknown.Error, StringComparison.Ordinal);

        Task<(int ExitCode, string Output, string Error)> UndoAsync(params string[] more) => RunningProgram.RunAsync(
            ["settlement", "undo", id, "--reason", "wrong", "--merchant", $"{shop.Merchant.Value}", "--database",
                shop.Books.ConnectionString, .. more]);
    }

    [Fact]
    public async Task Import_OfAFileThatIsCalledByItsAccount_KeepsNoNumber()
    {
        await using var shop = await Shop.OpenAsync(books);
        await ImportAsync(shop, new Camt().With(30, "x").ToXml(), $"Umsatzanzeige_{Camt.Iban}_20271103.xml");
        Assert.Equal("Umsatzanzeige_DE ···· 3000_20271103.xml", await shop.ScalarAsync("SELECT file_name FROM statement"));
        Assert.Equal("statement Umsatzanzeige_DE ···· 3000_20271103.xml", await shop.ScalarAsync("SELECT subject FROM operator_action"));
    }

    [Fact]
    public async Task List_AsJson_HasAllLines()
    {
        const int Lines = 1234;
        await using var shop = await Shop.OpenAsync(books);
        var statement = new Camt();
        for (var line = 0; line < Lines; line++)
            statement.With(1, "thanks");
        await shop.ImportAsync(statement.ToXml());

        var (exitCode, said, error) = await ListAsync(shop, "--open", "--json");
        Assert.True(exitCode == 0, error);
        using var json = JsonDocument.Parse(said);
        Assert.Equal(Lines, json.RootElement.EnumerateArray().Select(line => line.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Contains("… and more", (await ListAsync(shop, "--open")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_IsNarrowed_ByDirectionTextDayAndBankAccount()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt { Id = "1" }.With(30, "of the first").With(-4, "the rent").ToXml());
        await shop.ImportAsync(new Camt { Id = "2", Account = "AT611904300234573201" }.With(20, "of the other").ToXml());

        Assert.Equal([-4, 20, 30], await SumsAsync());
        Assert.Equal([-4], await SumsAsync("--direction", "out"));
        Assert.Equal([20], await SumsAsync("--account", "3201"));
        Assert.Equal([20], await SumsAsync("--account", "AT61 1904 3002 3457 3201"));
        Assert.Equal([-4, 30], await SumsAsync("--account", "de ···· 3000"));
        Assert.Equal([-4], await SumsAsync("--text", "RENT"));
        Assert.Equal([30], await SumsAsync("--text", "30.00"));
        Assert.Equal([], await SumsAsync("--until", "2027-11-01"));
        Assert.Contains("Statements show AT ···· 3201, DE ···· 3000", (await ListAsync(shop, "--open", "--account", "3202")).Error,
            StringComparison.Ordinal);
        Assert.Contains("add --open", (await ListAsync(shop, "--direction", "in")).Error, StringComparison.Ordinal);

        async Task<IEnumerable<decimal>> SumsAsync(params string[] options)
        {
            var (exitCode, said, error) = await ListAsync(shop, ["--open", "--json", .. options]);
            Assert.True(exitCode == 0, error);
            using var json = JsonDocument.Parse(said);
            var sums = json.RootElement.EnumerateArray().Select(
                line => decimal.Parse(line.GetProperty("amount").GetProperty("amount").GetString()!, CultureInfo.InvariantCulture));
            return [.. sums.Order()];
        }
    }

    [Fact]
    public async Task Match_AcceptsWhatIsProposed()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("K-100", "100123", 30_00), ("K-200", "100124", 30_00));
        var lines = await shop.LinesAsync(await shop.ImportAsync(new Camt().With(30, "about 100123").With(7, "else").ToXml()));
        Assert.Contains($"Accept it: quittance settlement match {lines[0].Id.Value} --accept", (await ListAsync(shop, "--open")).Output,
            StringComparison.Ordinal);

        var nothing = await RunAsync(shop, "match", $"{lines[1].Id.Value}", "--accept");
        Assert.Contains("Nothing is proposed for the line", nothing.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(shop, "match", $"{lines[0].Id.Value}", "--accept")).ExitCode);

        Assert.Equal("100124", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));
    }

    [Fact]
    public async Task File_ThatCannotBeRead_IsReportedOfInALine()
    {
        var folder = Directory.CreateTempSubdirectory("quittance-unreadable-").FullName;
        var file = Path.Combine(folder, "statement.xml");
        await using (new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            foreach (var (path, because) in new[] { (folder, "is a directory: name a file"), (file, "can't be read"),
                (Path.Combine(folder, "none.xml"), "There is no file") })
            {
                var (exitCode, _, error) =
                    await RunningProgram.RunAsync("settlement", "import", path, "--merchant", "1", "--database", books.ConnectionString);
                Assert.Equal(1, exitCode);
                Assert.Contains(because, error, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Erase_OfALineThatIsNobodys_LeavesItsDayAndAmount_AlsoWhenTheFileComesAgain()
    {
        await using var shop = await Shop.OpenAsync(books);
        var file = new Camt().With(30, "Rent of Ottilie Quellhardt").With(20, "thanks").ToXml();
        await ImportAsync(shop, file, "statement.xml");
        using var found = JsonDocument.Parse((await RunAsync(shop, "find", "ottilie QUELL", "--json")).Output);
        var line = $"{Assert.Single(found.RootElement.EnumerateArray()).GetProperty("id").GetGuid()}";

        var open = await RunAsync(shop, "erase", line, "--reason", "asked to", "--yes");
        Assert.Equal(1, open.ExitCode);
        Assert.Contains("The line is open", open.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(shop, "match", line, "--ignore", "--reason", "not our customer")).ExitCode);
        var unsaid = await RunAsync(shop, "erase", line, "--reason", "asked to");
        Assert.Equal(1, unsaid.ExitCode);
        Assert.Contains("Nothing was erased", unsaid.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(shop, "erase", line, "--reason", "asked to", "--yes")).ExitCode);
        Assert.Contains("nothing left to erase", (await RunAsync(shop, "erase", line, "--reason", "asked to", "--yes")).Output,
            StringComparison.Ordinal);

        await ImportAsync(shop, file, "statement.xml");
        Assert.Contains("No line contains it", (await RunAsync(shop, "find", "ottilie")).Output, StringComparison.Ordinal);
        Assert.Equal(0, await shop.Books.CountAsync("settlement_line l WHERE l::text ILIKE '%Ottilie%'"));
        Assert.Equal(
            1, await shop.Books.CountAsync("settlement_line WHERE status = 'ignored' AND amount_minor = 3000 AND booked_on IS NOT NULL"));
        Assert.Equal(
            1, await shop.Books.CountAsync(
            $"operator_action WHERE what = 'settlement.erase' AND subject = 'line {line}' AND reason = 'asked to'"));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        Shop shop, string command, string about, params string[] options) =>
        await RunningProgram.RunAsync(
            ["settlement", command, about, "--merchant", $"{shop.Merchant.Value}", "--database", shop.Books.ConnectionString, .. options]);

    private static async Task<(int ExitCode, string Output, string Error)> ListAsync(Shop shop, params string[] options) =>
        await RunningProgram.RunAsync(
            ["settlement", "list", "--merchant", $"{shop.Merchant.Value}", "--database", shop.Books.ConnectionString, .. options]);

    private static async Task ImportAsync(Shop shop, string file, string name)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var origin = shop.Origin with
        {
            Action = new OperatorAction(
            null, OperatorAction.CommandLine, "settlement.import", $"statement {name}", "")
        };
        Assert.Empty((await shop.Desk.ImportAsync(stream, name, new ReadingOptions(), origin, null, Cancel)).Faults);
    }
}
