using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>The packages that people install: how they are made, and the settings with which they start.</summary>
[Long]
public sealed partial class DeploymentTests : IDisposable
{
    // Names the folder of a release, before it is published.
    private const string ReleaseVariable = "QUITTANCE_RELEASE";

    // With any text, three nodes fail over.
    private const string FailoverVariable = "QUITTANCE_FAILOVER";

    // Names a source tree of Citus, which is built and tried.
    private const string CitusVariable = "QUITTANCE_CITUS_SOURCE";

    private static readonly string Deploy = Path.Combine(RunningProgram.Solution, "deploy");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-deploy-");

    /// <summary>The scripts say how they are used; and they try a release or a cluster where a variable asks for it.</summary>
    public static TheoryData<string, string[]> Runs
    {
        get
        {
            TheoryData<string, string[]> runs =
                [("release", ["--help"]), ("release-try", ["--help"]), ("ha/try", ["--help"]), ("citus/try", ["--help"])];
            if (Environment.GetEnvironmentVariable(ReleaseVariable) is { Length: > 0 } release)
                runs.Add("release-try", [release]);
            if (Environment.GetEnvironmentVariable(FailoverVariable) is { Length: > 0 })
                runs.Add("ha/try", []);
            if (Environment.GetEnvironmentVariable(CitusVariable) is { Length: > 0 } citus)
                runs.Add("citus/try", [citus]);
            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Script_ReachesItsEnd(string program, string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(program, path: null, arguments);
        Assert.True(exitCode == 0, errors);
        Assert.Matches(arguments is ["--help"] ? $"^Usage: deploy/{program} " : "\n?{.*}\n$", output);
    }

    [Fact]
    public async Task Release_OfAnotherVersion_IsRefused()
    {
        var (exitCode, _, errors) = await RunAsync("release", path: null, "--output", "new", "--version", "99.0.0");
        Assert.Equal(1, exitCode);
        Assert.Matches("^release: the project's version is [0-9.]+, not 99.0.0: change Directory.Build.props first\n$", errors);
    }

    [Fact]
    public async Task Release_IntoAFolderThatIsNotEmpty_IsRefused()
    {
        var (exitCode, _, errors) = await RunAsync("release", path: null, "--output", Deploy);
        Assert.Equal((1, $"release: {Deploy} is not empty\n"), (exitCode, errors));
    }

    [Theory]
    [InlineData("release", "release: --output is missing; see --help\n")]
    [InlineData("release", "release: --output needs a value; see --help\n", "--output")]
    [InlineData("release", "release: no option --outputs; see --help\n", "--outputs")]
    [InlineData("ha/try", "ha/try: no case or option leader-tired; see --help\n", "leader-tired")]
    [InlineData("ha/try", "ha/try: --pace is a whole number of seconds\n", "--pace", "fast")]
    [InlineData("citus/try", "citus/try: name the source tree of Citus; see --help\n")]
    [InlineData("citus/try", "citus/try: no option --worker; see --help\n", "--worker")]
    [InlineData("citus/try", "citus/try: --merchants, --connections and --seconds are whole numbers\n", "--seconds", "few", "citus")]
    [InlineData("release-try", "release-try: DIR is missing, or no release; see --help\n", "/nonexistent")]
    public async Task Command_ThatMakesNoSense_IsRefused(string program, string says, params string[] arguments)
    {
        var (exitCode, _, errors) = await RunAsync(program, path: null, arguments);
        Assert.Equal((1, says), (exitCode, errors));
    }

    [Fact]
    public async Task Release_WithoutItsTools_NamesThem()
    {
        var tools = _folder.CreateSubdirectory("tools");
        foreach (var tool in (string[])["bash", "dirname", "sed", "ls", "tar", "gzip"])
            File.CreateSymbolicLink(Path.Combine(tools.FullName, tool), Path.Combine("/usr/bin", tool));
        var (exitCode, _, errors) = await RunAsync("release", tools.FullName, "--output", "new");
        Assert.Equal(
            (1, "release: these tools are missing: dotnet node npm dpkg dpkg-deb apt-get umoci sha256sum\n"), (exitCode, errors));
    }

    [Fact]
    public void Unit_StartsTheServerAsNobodyInParticular()
    {
        var settings = Lines("quittance.service").Where(line => line.Contains('=') && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2)).ToLookup(pair => pair[0], pair => pair[1]);
        Assert.Equal("quittance", settings["User"].Single());
        Assert.All((string[])["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers"],
            name => Assert.Equal("true", settings[name].Single()));
        Assert.Equal("strict", settings["ProtectSystem"].Single());
        Assert.Equal("DOTNET_EnableDiagnostics=0", settings["Environment"].Single());
        Assert.Equal("0", settings["LimitCORE"].Single());
        Assert.Matches("^[0-9]+G$", settings["MemoryMax"].Single());
        Assert.Equal("link-local", settings["IPAddressDeny"].Single());
        Assert.Equal("", settings["CapabilityBoundingSet"].Single());
        Assert.Equal("invisible", settings["ProtectProc"].Single());

        Assert.Equal("/etc/quittance/environment", settings["EnvironmentFile"].Single());
        var variables = Lines("debian/environment").Where(line => line.Contains('=') && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var connection = new NpgsqlConnectionStringBuilder(variables["QUITTANCE_DATABASE"]);
        Assert.Null(connection.Password);
        Assert.Equal("/etc/quittance/pgpass", connection.Passfile);
        var start = Variable().Replace(settings["ExecStart"].Single(), match => variables[match.Groups["name"].Value]).Split(' ');
        Assert.Equal("/usr/bin/quittance", start[0]);
        // Else all clients would have the address of the proxy in front.
        Assert.Contains("--trusted-proxy", start);
        AssertParses([.. start[1..], "--database", variables["QUITTANCE_DATABASE"]]);
        AssertParses([.. start[1..], "--embedded", "--data", "/var/lib/quittance"]);
    }

    private static void AssertParses(string[] command)
    {
        var parsed = Program.Commands().Parse(command);
        Assert.True(parsed.Errors.Count == 0,
            $"{string.Join(' ', command)}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Deploy, file));

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, string? path, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Deploy, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.FullName,
        };
        if (path is not null)
            start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await errors);
    }

    [GeneratedRegex(@"\$\{?(?<name>[A-Z_]+)\}?", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Variable();
}
