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
