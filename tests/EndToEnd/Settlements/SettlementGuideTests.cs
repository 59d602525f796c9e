using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>The operators' guide does what it says.</summary>
[Long("the commands of two guides, typed")]
public sealed partial class SettlementGuideTests
{
    private static string Docs => Path.Combine(RunningProgram.Solution, "docs");

    [Fact]
    public async Task Guide_CommandsOfTheFirstTry_GoAsItSays()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Docs, "settlements.md"), TestContext.Current.CancellationToken);
        var blocks = Block().Matches(guide).Select(block => block.Groups["sh"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        var data = Directory.CreateTempSubdirectory("quittance-guide-").FullName;

        var said = "";
        foreach (var command in blocks[0])
        {
            said = await RunAsync(command, data);
            if (command.Contains("settlement import", StringComparison.Ordinal))
                Assert.Contains("4 new lines; booked now 1, 120.00 EUR", said, StringComparison.Ordinal);
        }

        Assert.Contains("The books are clean", said, StringComparison.Ordinal);

        var open = await RunAsync("quittance settlement list --open --merchant 1 --data books", data);
        var ids = Id().Matches(open).Select(id => id.Value).Distinct().ToList();
        Assert.Equal(3, ids.Count);
        string IdOf(string about) =>
            ids.Single(id => open[open.IndexOf(id, StringComparison.Ordinal)..].Split('\n')[1].Contains(about, StringComparison.Ordinal));
        foreach (var (how, about, now) in (
            (string, string, string)[])[("--charge", "Jonas", "booked"), ("--fee", "fee", "booked"), ("--ignore", "lovely", "ignored")])
        {
            var command = blocks[1].Single(line => line.Contains(how, StringComparison.Ordinal));
            Assert.Contains(
                now, await RunAsync(command.Replace("<line>", IdOf(about), StringComparison.Ordinal), data), StringComparison.Ordinal);
        }

        Assert.Contains("No line is open", await RunAsync("quittance settlement list --open --merchant 1 --data books", data),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"booked\":3", await RunAsync("quittance settlement list --json --merchant 1 --data books", data), StringComparison.Ordinal);
        Assert.Contains("The books are clean", await RunAsync("quittance verify --data books", data), StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task ReceivablesGuide_CommandsOfTheFirstTry_GoAsItSays()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Docs, "receivables.md"), TestContext.Current.CancellationToken);
        var data = Directory.CreateTempSubdirectory("quittance-guide-").FullName;
        List<string> said = [];
        // Beside a running server no command has to start PostgreSQL, as those of the other guide do.
        await using (await RunningProgram.StartAsync("serve", "--embedded", "--data", data))
        {
            foreach (var command in Block().Matches(guide)[0].Groups["sh"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                said.Add(await RunAsync(command, data));
        }

        var dry = said.Single(text => text.Contains("Nothing is changed", StringComparison.Ordinal)).Trim();
        Assert.Contains(Customer().Replace(dry, "customer"), Customer().Replace(guide, "customer"), StringComparison.Ordinal);
        Assert.Contains("The books are clean", said[^1], StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("statement.xml", 4)]
    [InlineData("statement.csv", 2)]
    [InlineData("payout.csv", 3)]
    public async Task Examples_AreReadWholly(string file, int lines)
    {
        await using var stream = File.OpenRead(Path.Combine(Docs, "examples", file));
        var read = await StatementFile.ReadAsync(
            stream, new ReadingOptions { Provider = "sandbox" }, TestContext.Current.CancellationToken);
        Assert.Empty(read.Faults);
        Assert.Equal(lines, Assert.Single(read.Statements).Lines.Count);
    }

    private static async Task<string> RunAsync(string command, string data)
    {
        var arguments = Argument().Matches(command.Split(" #")[0]).Select(match => match.Value.Trim('"')).Skip(1)
            .Select(word => word == "books" ? data : word.StartsWith("docs/", StringComparison.Ordinal)
                ? Path.Combine(RunningProgram.Solution, word) : word);
        var (exitCode, output, error) = await RunningProgram.RunAsync([.. arguments]);
        Assert.True(exitCode == 0, $"{command}: {output}{error}");
        return output;
    }

    [GeneratedRegex("```sh\n(?<sh>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Block();

    [GeneratedRegex("\"[^\"]*\"|\\S+", RegexOptions.None, 60_000)]
    private static partial Regex Argument();

    [GeneratedRegex("customer [0-9]+", RegexOptions.None, 60_000)]
    private static partial Regex Customer();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}", RegexOptions.None, 60_000)]
    private static partial Regex Id();
}
