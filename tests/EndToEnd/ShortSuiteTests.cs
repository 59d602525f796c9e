using System.Reflection;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;
using Xunit.Sdk;

namespace Quittance.Tests;

/// <summary>What <c>dotnet test</c> runs unless <c>QUITTANCE_ALL=1</c> asks for all tests.</summary>
public sealed partial class ShortSuiteTests
{
    private static readonly string Tests = Path.Combine(RunningProgram.Solution, "tests", "EndToEnd");

    [Fact]
    public async Task ProgramOfItsOwn_ForATestThatIsNotLong_IsRefused() =>
        Assert.Contains("[Long]", (await Assert.ThrowsAnyAsync<XunitException>(() => RunningProgram.StartAsync("serve"))).Message,
            StringComparison.Ordinal);

    /// <summary>
    /// The refusal above does not see these: a PostgreSQL that the product starts within the process of the tests, and a program that a
    /// test starts by its file.
    /// </summary>
    [Fact]
    public void FilesThatStartServersThemselves_AreOfLongTests()
    {
        var starts =
            from file in Directory.EnumerateFiles(Tests, "*.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            where Start().IsMatch(text) && !Mark().IsMatch(text)
            select Path.GetFileNameWithoutExtension(file);

        // The run's own, the way of the refusal, and the helper of StandbyTests.
        Assert.Equal(
            [nameof(BooksFixture), nameof(RunningProgram), nameof(Standby.StandbyPair)], starts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Representatives_HaveShortTests() => Assert.All(
        ShortSuite.Representatives,
        type => Assert.Contains(
            type.GetMethods(), method => method.IsDefined(typeof(FactAttribute)) && !method.IsDefined(typeof(LongAttribute))));

    [Fact]
    public void Filter_LeavesOutTheTrait_UnlessAllTestsAreAskedFor()
    {
        var (name, value) = LongAttribute.Trait;
        Assert.Contains(
            $"""<VSTestTestCaseFilter Condition="'$(QUITTANCE_ALL)' != '1'">{name}!={value}</VSTestTestCaseFilter>""",
            File.ReadAllText(Path.Combine(Tests, "EndToEnd.Tests.csproj")), StringComparison.Ordinal);
        Assert.Contains(
            "\nexport QUITTANCE_ALL=1\n", File.ReadAllText(Path.Combine(RunningProgram.Solution, ".ci", "run")), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"EmbeddedPostgres\.StartAsync\(|ProcessStartInfo\(\s*(RunningProgram\.)?Path,", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Start();

    [GeneratedRegex(@"^ *\[Long\b", RegexOptions.Multiline, 60_000)]
    private static partial Regex Mark();
}
