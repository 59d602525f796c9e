using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>What the command line can't read it says in a line, with an exit code of its own.</summary>
public sealed class WrongWordTests(BooksFixture books)
{
    [Theory]
    [InlineData("settlement", "lst")]
    [InlineData("settlement", "list", "--opne")]
    [InlineData("today", "--merchant", "one")]
    public async Task WrongWord_IsOneLine_AndExits2(params string[] arguments)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync([.. arguments, "--database", books.ConnectionString]);

        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("Usage:", output + error, StringComparison.Ordinal);
        Assert.Contains($"See: quittance {arguments[0]}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("✗ quittance knows no “paymnt”. Did you mean payment? See: quittance --help", "paymnt", "list", "--merchant", "1")]
    [InlineData("✗ quittance webhook knows no “lst”. Did you mean list? See: quittance webhook --help", "webhook", "lst", "-x")]
    [InlineData("✗ quittance payment knows no “bananas”. See: quittance payment --help", "payment", "bananas")]
    public async Task WrongWord_IsNamed_WithTheNearestOne(string line, params string[] arguments)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(arguments);

        Assert.Equal((2, "", line), (exitCode, output, error.TrimEnd()));
    }

    [Fact]
    public async Task Help_ShowsEachCommandOnce_InGroups()
    {
        var (exitCode, output, _) = await RunningProgram.RunAsync(["--help"]);

        var lines = output.Split('\n');
        Assert.Equal(0, exitCode);
        Assert.All(["Run it", "Money", "Books", "Merchants and access"], title => Assert.Contains(title, lines));
        foreach (var command in Program.Commands().Subcommands)
            Assert.Single(lines, line => line.StartsWith($"  {command.Name} ", StringComparison.Ordinal));
    }

    [Long]
    [Fact]
    public async Task Merchant_IsNamedByTheVariable()
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(
            new Dictionary<string, string> { ["QUITTANCE_MERCHANT"] = $"{books.DemoCompany.Value}" }, "today", "--json", "--database",
            books.ConnectionString);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("\"work\"", output, StringComparison.Ordinal);
    }
}
