using System.Text.Json.Nodes;
using Quittance.Tests.Debits;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>The 200 lines of a studio's month, decided by a person over the API.</summary>
[Long("two months of a studio")]
public sealed class MonthOfAStudioTests(BooksFixture books, ITestOutputHelper output)
{
    private const string Rules = "/api/v1/line-rules";

    /// <summary>
    /// What no witness speaks for: once for each payee of money that went out, and once for each line that is looked at alone. With the
    /// rules of the first month, the payees need none.
    /// </summary>
    [Fact]
    public async Task Month_NeedsFewDecisions_AndFewerWithRules()
    {
        using var studio = await Studio.OpenAsync(books);
        var month = await StudioMonth.OpenAsync(studio, 20271101);

        var first = await DecideAsync(studio, month, 1, makesRules: true);
        var second = await DecideAsync(studio, month, 2, makesRules: false);

        output.WriteLine($"decisions: {first} in the first month, {second} in the second");
        Assert.InRange(first, 1, 25);
        Assert.InRange(second, 1, 12);
        await studio.AssertCleanAsync();
    }

    /// <summary>The same by commands: each is a decision, or the import.</summary>
    [Fact]
    public async Task Month_AtTheCommandLine_NeedsAsFewDecisions()
    {
        using var studio = await Studio.OpenAsync(books);
        var month = await StudioMonth.OpenAsync(studio, 20271103);

        var (first, second) = (await CommandAsync(studio, month, 1), await CommandAsync(studio, month, 2));

        output.WriteLine($"commands: {first} in the first month, {second} in the second");
        Assert.InRange(first, 1, 26);
        Assert.InRange(second, 1, 13);
        await studio.AssertCleanAsync();
    }

    private static async Task<int> CommandAsync(Studio studio, StudioMonth month, int number)
    {
        var (lines, statement) = await month.BillAsync(number);
        var (file, commands) = (Path.GetTempFileName(), 0);
        await File.WriteAllTextAsync(file, statement.ToXml(), TestContext.Current.CancellationToken);
        await RunAsync("import", file);
        File.Delete(file);
        await RunAsync("accept", "--reason", "all that are sure");
        for (var open = await OpenAsync(studio); open.Count > 0; open = await OpenAsync(studio))
        {
            var (id, party) = ((string)open[0]["id"]!, (string)open[0]["counterparty"]!);
            var text = (string?)open[0]["text"];
            if (((string)open[0]["amount"]!["amount"]!).StartsWith('-'))
            {
                await RunAsync(
                    "rule", "set", "--name", party.Split(' ')[0], "--as", "ignore", "--direction", "out", "--counterparty", party, "--on",
                    "yes", "--reason", "each month");
            }
            else if (lines.Single(one => one.Party == party && one.Text == text).Owners.Count > 1)
            {
                await RunAsync(["split", id, .. text!.Split(' ').SelectMany(bill => (string[])["--part", $"29.90 charge {bill}"])]);
            }
            else
            {
                await RunAsync("accept", "--lines", id, "--reason", "seen");
            }
        }

        await month.AssertDoneAsync();
        return commands;

        async Task RunAsync(params string[] command)
        {
            commands++;
            var (exitCode, _, error) = await studio.RunForPeopleAsync(["settlement", .. command]);
            Assert.True(exitCode == 0, error);
        }
    }

    private static async Task<int> DecideAsync(Studio studio, StudioMonth month, int number, bool makesRules)
    {
        var (lines, statement) = await month.BillAsync(number);
        var returned = (await studio.Biller.PostAsync(Biller.Statements, Biller.File(statement.ToXml()))).Status;
        Assert.Equal(System.Net.HttpStatusCode.Created, returned);
        var decisions = 1;
        await DoneAsync(studio, $"{Biller.Lines}/accept", new JsonObject { ["reason"] = "all that are sure" });

        HashSet<string> payees = [];
        foreach (var line in await OpenAsync(studio))
        {
            var (id, party, text) = ((string)line["id"]!, (string?)line["counterparty"], (string?)line["text"]);
            if (((string)line["amount"]!["amount"]!).StartsWith('-'))
            {
                // One look at each payee: all of its lines are ticked.
                decisions += payees.Add(party!) ? 1 : 0;
                await DoneAsync(studio, $"{Biller.Lines}/ignore", new JsonObject { ["lines"] = id, ["reason"] = "a supplier" });
                if (makesRules && payees.Count > 0)
                    await RuleAsync(studio, party!);
                continue;
            }

            decisions++;
            var written = lines.Single(one => one.Party == party && one.Text == text);
            if (written.Owners.Count > 1)
                await SplitAsync(studio, id, text!);
            else
                await DoneAsync(studio, $"{Biller.Lines}/accept", new JsonObject { ["lines"] = id, ["reason"] = "seen" });
        }

        await month.AssertDoneAsync();
        return decisions;
    }

    /// <summary>What the bank did with the bills that each customer owes: a line for several pays each of them.</summary>
    private static async Task SplitAsync(Studio studio, string line, string text)
    {
        var parts = new JsonArray([.. text.Split(' ').Select(bill => (JsonNode)new JsonObject
        {
            ["amount"] = Biller.Euro("29.90"),
            ["as"] = "charge",
            ["names"] = new JsonArray(bill),
        })]);
        await DoneAsync(studio, $"{Biller.Lines}/{line}/split", new JsonObject { ["parts"] = parts, ["reason"] = "two children" });
    }

    private static async Task RuleAsync(Studio studio, string payee) => await studio.Biller.PostAsync(Rules, new JsonObject
    {
        ["name"] = payee.Split(' ')[0],
        ["as"] = "ignore",
        ["direction"] = "out",
        ["counterparty"] = payee,
        ["on"] = true,
        ["reason"] = "each month",
    });

    private static async Task DoneAsync(Studio studio, string path, JsonObject body)
    {
        var done = await studio.Biller.PostAsync(path, body);
        Assert.True((int)done.Status < 300, done.Text);
    }

    private static async Task<IReadOnlyList<JsonNode>> OpenAsync(Studio studio) =>
        [.. (await studio.Biller.GetAsync($"{Biller.Lines}?status=open&limit=100")).Json["items"]!.AsArray().Select(one => one!)];
}
