using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>A studio set up by its operator's commands.</summary>
public sealed class CommandTests(BooksFixture books) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-studio-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Studio_SetUpByCommands_IsReadInItsLanguage()
    {
        var merchant = $"{(await books.Merchants.CreateAsync("Studio", Cancel)).Value}";
        var created =
            await RunAsync(merchant, "credential", "create", "--currency", "CHF", "--language", "de-CH", "--time-zone", "Europe/Zurich");
        var key = created.Output.Split("X-API-KEY: ")[1].Trim();
        Assert.Equal(0, (await RunAsync(merchant, "account", "create", "17", "--currency", "CHF", "--name", "Reto")).ExitCode);
        var file = Path.Combine(_folder.FullName, "charges.csv");
        await File.WriteAllTextAsync(
            file, "account,amount,currency,reference,due_on,document\n17,12.50,CHF,801,2020-01-31,R-1\n17,5,CHF,0802,2020-01-31,\nreto,5,"
                + "CHF,803,2020-01-31,\n17,5,EUR,805,2020-01-31,\n", Cancel);
        var imported = await RunAsync(merchant, "charge", "import", file);

        Assert.Contains("Lines taken in: 1; there already: 0; refused: 3", imported.Output, StringComparison.Ordinal);
        Assert.Contains("the currency is another one than the account's", imported.Output + imported.Error, StringComparison.Ordinal);
        // As a spreadsheet in German saves it, and the first file's line once more.
        await File.WriteAllTextAsync(
            file, "\uFEFFaccount;amount;currency;reference;due_on;document\n17;12.50;CHF;801;2020-01-31;R-1\n17;7.50;CHF;804;2020-01-31;"
                + "R-2, part 1\nthat is all\n", Cancel);
        Assert.Contains("Lines taken in: 1; there already: 1; refused: 1", (await RunAsync(merchant, "charge", "import", file)).Output,
            StringComparison.Ordinal);
        var past = await TestStudio.SendAsync(books.Client, HttpMethod.Get, "/v1/customers/17/account/transactions", key, null);
        Assert.Equal([801, 804], past.Ids.Order());
        var balances = await TestStudio.SendAsync(books.Client, HttpMethod.Get, "/v1/customers/17/account/balances", key, null);
        Assert.Equal("""{"amount":-20,"currency":"CHF"}""", balances.Json("accountBalance"));
        var unknown = await TestStudio.SendAsync(books.Client, HttpMethod.Get, "/v1/customers/18/account/balances", key, null);
        Assert.Equal("Das Objekt existiert nicht.", unknown.Text("errorMessage"));
    }

    [Theory]
    [InlineData("account", "create", "reto", "--currency", "CHF")]
    [InlineData("account", "create", "0", "--currency", "CHF")]
    [InlineData("account", "create", "007", "--currency", "CHF")]
    [InlineData("credential", "create", "--time-zone", "Europe/Nowhere")]
    public async Task Studio_WithANameThatIsNone_IsRefused(params string[] command)
    {
        var merchant = $"{(await books.Merchants.CreateAsync("Studio", Cancel)).Value}";
        Assert.NotEqual(0, (await RunAsync(merchant, command)).ExitCode);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string merchant, params string[] command) =>
        RunningProgram.RunAsync([.. command, "--merchant", merchant, "--api", "sport-alliance", "--database", books.ConnectionString]);
}
