using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>What can be known of the files in deploy without an engine that runs them: that they name what there is.</summary>
public sealed partial class DeploymentTests
{
    private const string NotRun = "Written, not run here";

    private static readonly string Deploy = Path.Combine(RunningProgram.Solution, "deploy");

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("compose.yaml")]
    [InlineData("quittance.service")]
    public void File_ThatWasNotRun_SaysSoAtItsHead(string file)
    {
        var head = Lines(file).TakeWhile(line => line.StartsWith('#'));
        Assert.Contains(head, line => line.Contains(NotRun, StringComparison.Ordinal));
        Assert.Contains(NotRun, Text("README.md"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Dockerfile_CopiesWhatThereIs_AndRunsTheProgramWithoutRoot()
    {
        var lines = Lines("Dockerfile").Where(line => !line.StartsWith('#')).ToList();
        var copied = lines.Where(
            line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).ToList();
        Assert.True(copied.Count >= 8);
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(RunningProgram.Solution, path)), path));
        // What the build needs must not be kept from it.
        Assert.All(copied, path => Assert.Contains($"!{path}", Lines("Dockerfile.dockerignore")));
        Assert.Contains("USER $APP_UID", lines);
        var entry = JsonSerializer.Deserialize<string[]>(
            lines.Single(line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal))["ENTRYPOINT ".Length..])!;
        Assert.Equal($"{typeof(HostedServer).Assembly.GetName().Name}.dll", Path.GetFileName(entry[^1]));
        AssertParses(
            JsonSerializer.Deserialize<string[]>(lines.Single(line => line.StartsWith("CMD", StringComparison.Ordinal))["CMD ".Length..])!);
    }

    [Fact]
    public void Compose_IsTheServerAndPostgres_WithSecretsInFiles()
    {
        var text = Text("compose.yaml");
        Assert.Equal(["quittance", "postgres"], Keys(text, "services"));
        Assert.True(File.Exists(Path.Combine(RunningProgram.Solution, "deploy/Dockerfile")));
        Assert.Contains("dockerfile: deploy/Dockerfile", text, StringComparison.Ordinal);
        Assert.Contains("read_only: true", text, StringComparison.Ordinal);
        foreach (var service in text.Split("\nnetworks:\n")[0].Split("\n  postgres:\n"))
        {
            Assert.Contains("    mem_limit: ", service, StringComparison.Ordinal);
            Assert.Contains("    cap_drop:\n      - ALL\n", service, StringComparison.Ordinal);
            Assert.Contains("      - no-new-privileges:true\n", service, StringComparison.Ordinal);
        }

        Assert.Contains("\n  database:\n    internal: true\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ports:", text.Split("\n  postgres:\n")[1], StringComparison.Ordinal);

        var secrets = Keys(text, "secrets");
        Assert.Equal(secrets, SecretFile().Matches(text).Select(match => match.Groups["name"].Value));
        Assert.All(UsedSecret().Matches(text).Select(match => match.Groups["name"].Value), name => Assert.Contains(name, secrets));
        Assert.All(secrets, name => Assert.Contains(name, Text("README.md"), StringComparison.Ordinal));

        var connection = AssertWithoutPassword(Connection().Match(text).Groups["connection"].Value);
        Assert.Equal("postgres", connection.Host);
        var command = text.Split("command:\n")[1].Split("    environment:")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim()[2..].Trim('"'))
                .Select(word => word.StartsWith("${", StringComparison.Ordinal) ? word.Split(":-")[1].TrimEnd('}') : word);
        AssertParses([.. command, "--database", connection.ConnectionString]);
    }

    [Fact]
    public void Unit_StartsTheServerAsNobodyInParticular()
    {
        var settings = Lines("quittance.service").Where(line => line.Contains('=') && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2)).ToLookup(pair => pair[0], pair => pair[1]);
        Assert.NotEqual("root", settings["User"].Single());
        Assert.All((string[])["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers"],
            name => Assert.Equal("true", settings[name].Single()));
        Assert.Equal("strict", settings["ProtectSystem"].Single());
        var variables = settings["Environment"].Select(one => one.Trim('"').Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal("0", variables["DOTNET_EnableDiagnostics"]);
        Assert.Equal("0", settings["LimitCORE"].Single());
        Assert.Matches("^[0-9]+G$", settings["MemoryMax"].Single());
        Assert.Equal("link-local", settings["IPAddressDeny"].Single());
        Assert.Equal("", settings["CapabilityBoundingSet"].Single());
        Assert.Equal("invisible", settings["ProtectProc"].Single());
        var connection = AssertWithoutPassword(variables["QUITTANCE_DATABASE"]);
        var start = settings["ExecStart"].Single().Split(' ');
        Assert.Equal(typeof(HostedServer).Assembly.GetName().Name, Path.GetFileName(start[0]));
        AssertParses([.. start[1..], "--database", connection.ConnectionString]);
        Assert.All((string[])[connection.Passfile!, start[Array.IndexOf(start, "--master-key-file") + 1]],
            file => Assert.Contains(file, Text("README.md"), StringComparison.Ordinal));
    }

    private static NpgsqlConnectionStringBuilder AssertWithoutPassword(string connection)
    {
        var parsed = new NpgsqlConnectionStringBuilder(connection);
        Assert.Null(parsed.Password);
        Assert.NotNull(parsed.Passfile);
        return parsed;
    }

    private static void AssertParses(string[] command)
    {
        // Else all clients would have the address of the proxy in front.
        if (command[0] == "serve")
            Assert.Contains("--trusted-proxy", command);
        var parsed = Program.Commands().Parse(command);
        Assert.True(parsed.Errors.Count == 0,
            $"{string.Join(' ', command)}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
    }

    /// <summary>The names below a word at the beginning of a line.</summary>
    private static IReadOnlyList<string> Keys(string yaml, string word) =>
    [
        .. yaml.Split($"\n{word}:\n")[1].Split('\n').TakeWhile(line => line.Length == 0 || line.StartsWith(' '))
            .Where(line => Key().IsMatch(line)).Select(line => line.Trim().TrimEnd(':')),
    ];

    private static string Text(string file) => File.ReadAllText(Path.Combine(Deploy, file));

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Deploy, file));

    [GeneratedRegex(@"^  [a-z_]+:$", RegexOptions.None, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"file: \./secrets/(?<name>[a-z_]+)", RegexOptions.None, 1000)]
    private static partial Regex SecretFile();

    [GeneratedRegex(@"/run/secrets/(?<name>[a-z_]+)", RegexOptions.None, 1000)]
    private static partial Regex UsedSecret();

    [GeneratedRegex(@"QUITTANCE_DATABASE: (?<connection>\S+)", RegexOptions.None, 1000)]
    private static partial Regex Connection();
}
