using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Quittance.Storage.Vault;

namespace Quittance.Tests.Running;

/// <summary>The program itself as a process of its own, on a data folder of its own unless told otherwise.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const string MasterKeyVariable = "QUITTANCE_MASTER_KEY";

    private readonly Process _process;
    private readonly string? _ownFolder;

    private RunningProgram(Process process, int port, string? ownFolder) =>
        (_process, Address, _ownFolder) = (process, new Uri($"http://127.0.0.1:{port}"), ownFolder);

    /// <summary>
    /// Programs on one external database share its master key, and leave none in the folder where the tests run. Base64.
    /// </summary>
    public static string MasterKeyOfExternal { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The same, for this process.</summary>
    public static MasterKey MasterKeyOfExternalDatabases { get; } = MasterKey.Parse(MasterKeyOfExternal, "the tests");

    /// <summary>The program's file.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "quittance");

    /// <summary>The folder that holds the solution.</summary>
    public static string Solution { get; } = FindSolution();

    public Uri Address { get; }

    /// <summary>The id of its process.</summary>
    public int Id => _process.Id;

    /// <summary>
    /// Starts <c>demo</c> or <c>serve</c> with its arguments and waits until it says that it is ready. A demo that is given no folder
    /// starts on a copy of one that is filled in.
    /// </summary>
    public static Task<RunningProgram> StartAsync(string command, params string[] arguments) => StartAsync([], command, arguments);

    /// <summary>Starts it with variables in its environment.</summary>
    public static async Task<RunningProgram> StartAsync(Dictionary<string, string> variables, string command, params string[] arguments)
    {
        ShortSuite.AssertMayStartProgram();
        // Who starts one anew where another was gives the port.
        var given = Array.IndexOf(arguments, "--port");
        var port = given < 0 ? BooksFixture.FreePort() : int.Parse(arguments[given + 1]);
        var folder = arguments.Contains("--data") ? null : Directory.CreateTempSubdirectory("quittance-program-").FullName;
        string[] all =
            [command, .. given < 0 ? (string[])["--port", port.ToString(CultureInfo.InvariantCulture)] : [], .. arguments, .. folder is null
            ? [] : (string[])["--data", folder]];
        if (command == "demo" && folder is not null && !arguments.Contains("--database"))
            await DemoFolder.CopyToAsync(folder);
        SecretWatch.OfTheRun.Add([MasterKeyOfExternal]);
        var process =
            Start(all, redirectError: true, masterKey: folder is not null && arguments.Contains("--database") ? MasterKeyOfExternal : null,
            variables);
        _ = WatchAsync(process.StandardError, System.Console.Error);
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.Add(line);
            if (!line.StartsWith("Quittance is ready", StringComparison.Ordinal))
                continue;
            Assert.Contains($"http://127.0.0.1:{port}", line, StringComparison.Ordinal);
            // The demo shows its credentials there, which everyone knows.
            _ = command == "demo" ? process.StandardOutput.ReadToEndAsync(CancellationToken.None)
                : WatchAsync(process.StandardOutput, System.Console.Out);
            return new RunningProgram(process, port, folder);
        }

        throw new InvalidOperationException($"quittance {command} ended with {process.ExitCode}: {string.Join('\n', said)}");
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunWithKeyAsync(null, arguments);

    /// <summary>Runs a command to its end, with a master key in its environment.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunWithKeyAsync(string? masterKey, params string[] arguments) =>
        RunAsync(masterKey, [], arguments);

    /// <summary>Runs a command to its end, with variables in its environment.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(
        Dictionary<string, string> variables, params string[] arguments) => RunAsync(null, variables, arguments);

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string? masterKey, Dictionary<string, string> variables, string[] arguments)
    {
        if ((masterKey is null || masterKey == MasterKeyOfExternal) && variables.Count == 0 && TypedCommand.Fits(arguments))
            return await TypedCommand.RunAsync(arguments);
        using var process = Start(arguments, redirectError: true, masterKey, variables);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    /// <summary>
    /// Runs a command, and kills it when a task ends. Its exit code, and what it says to people; no exit code where it was killed.
    /// </summary>
    public static async Task<(int? ExitCode, string Error)> RunUntilAsync(Task killed, params string[] arguments)
    {
        ShortSuite.AssertMayStartProgram();
        using var process = Start(arguments, redirectError: true);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await Task.WhenAny(process.WaitForExitAsync(TestContext.Current.CancellationToken), killed);
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        return (killed.IsCompleted ? null : process.ExitCode, await error + await output);
    }

    /// <summary>kill -9: no goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks it to stop, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
            Assert.Equal(0, Signal(_process.Id, Sigterm));
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        if (_ownFolder is not null)
            Directory.Delete(_ownFolder, recursive: true);
    }

    private static async Task WatchAsync(StreamReader says, TextWriter to)
    {
        while (await says.ReadLineAsync(CancellationToken.None) is { } line)
        {
            SecretWatch.OfTheRun.Look("what the program says", line);
            await to.WriteLineAsync(line);
        }
    }

    private static Process Start(
        string[] arguments, bool redirectError = false, string? masterKey = null, Dictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = redirectError,
            UseShellExecute = false,
        };
        start.Environment.Remove(MasterKeyVariable);
        if (masterKey is null && arguments.Contains("--database") && !arguments.Contains("--data"))
            masterKey = MasterKeyOfExternal;
        if (masterKey is not null)
            start.Environment[MasterKeyVariable] = masterKey;
        foreach (var (name, value) in variables ?? [])
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string FindSolution()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Quittance.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie below the solution.");
        return folder.FullName;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
