using System.Text.Json.Nodes;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>The lists of the command line: a part of them, what it adds up to, and how one goes on.</summary>
public sealed class ListCommandTests(BooksFixture books)
{
    [Fact]
    public async Task Payments_AreListedWithTheirSums_AndOnFromWhereAPartEnds()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using (var engine = own.Engine())
        {
            foreach (var minor in new[] { 10_00, 20_00, 30_00 })
                Assert.True((await engine.SubmitAsync(shop.Payment("A-1", minor))).Accepted);
        }

        var first = await RunAsync(own, "payment", "list", "--limit", "2");
        Assert.Contains("30.00", first, StringComparison.Ordinal);
        Assert.DoesNotContain("10.00", first.Split("Paid")[0], StringComparison.Ordinal);
        Assert.Contains("Paid 60.00 EUR", first, StringComparison.Ordinal);
        Assert.Contains("and 1 more", first, StringComparison.Ordinal);
        var next = first[(first.LastIndexOf("--after", StringComparison.Ordinal) + 8)..].Trim();
        var second = JsonNode.Parse(await RunAsync(own, "payment", "list", "--after", next, "--json"))!;
        Assert.Equal("10.00", (string?)Assert.Single(second["payments"]!.AsArray())!["amount"]!["amount"]);
        Assert.Null(second["next"]);

        Assert.Equal(1, Lines(await RunAsync(own, "payment", "list", "--search", "20.00", "--csv")));
        Assert.Equal(3, Lines(await RunAsync(own, "payment", "list", "--status", "captured", "--csv")));
        Assert.Equal(0, Lines(await RunAsync(own, "payment", "list", "--to", "2020-01-01", "--csv")));
        Assert.Contains("no place", await RefusedAsync(own, "payment", "list", "--after", "x"), StringComparison.Ordinal);
        Assert.Contains("between 1 and", await RefusedAsync(own, "payment", "list", "--limit", "0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChargesAndCustomers_AreListedWithWhatIsOpen()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await using (var engine = own.Engine())
        {
            foreach (var name in new[] { "A-1", "A-2" })
            {
                Assert.True((await engine.SubmitAsync(shop.Opening(name) with { Name = $"=Anna {name}" })).Accepted);
                Assert.True((await engine.SubmitAsync(shop.Charge(name, $"B {name}", 12_34))).Accepted);
            }
        }

        var charges = await RunAsync(own, "charge", "list");
        Assert.Contains("Open 24.68 EUR", charges, StringComparison.Ordinal);
        Assert.Contains("2026-01-01", charges, StringComparison.Ordinal);
        var part = JsonNode.Parse(await RunAsync(own, "charge", "list", "--limit", "1", "--json"))!;
        Assert.Equal(1, Lines(await RunAsync(own, "charge", "list", "--after", (string)part["next"]!, "--csv")));
        Assert.Equal(0, Lines(await RunAsync(own, "charge", "list", "--currency", "usd", "--csv")));

        var csv = await RunAsync(own, "account", "list", "--csv");
        Assert.Contains("\"'=Anna A-1\"", csv, StringComparison.Ordinal);
        Assert.Contains("Owed 24.68 EUR", await RunAsync(own, "account", "list"), StringComparison.Ordinal);
        Assert.Equal(1, Lines(await RunAsync(own, "account", "list", "--search", "A-2", "--csv")));
        var customers = JsonNode.Parse(await RunAsync(own, "account", "list", "--limit", "1", "--json"))!;
        Assert.Equal(1, Lines(await RunAsync(own, "account", "list", "--after", (string)customers["next"]!, "--csv")));
    }

    private static int Lines(string csv) => csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;

    private static async Task<string> RunAsync(OwnBooks own, params string[] arguments)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(
            [.. arguments, "--merchant", "1", "--database", own.ConnectionString]);
        Assert.True(exitCode == 0, error + output);
        return output;
    }

    private static async Task<string> RefusedAsync(OwnBooks own, params string[] arguments)
    {
        var (exitCode, _, error) = await RunningProgram.RunAsync(
            [.. arguments, "--merchant", "1", "--database", own.ConnectionString]);
        Assert.NotEqual(0, exitCode);
        return error;
    }
}
