using System.Diagnostics;
using System.Text;

namespace Quittance.Bench.Servers;

/// <summary>A server under test in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>The processor time it has taken so far.</summary>
    public TimeSpan Cpu => _process.TotalProcessorTime;

    /// <summary>Its memory now, in bytes.</summary>
    public long Memory => Refreshed().WorkingSet64;

    /// <summary>The most memory it ever had, in bytes.</summary>
    public long MostMemory => Refreshed().PeakWorkingSet64;

    /// <summary>The path of a program, as the system names it.</summary>
    public static string PathOf(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;

    /// <summary>Starts a program and waits for the line that tells that it is ready.</summary>
    /// <param name="program">One of this build, or the path of another one.</param>
    /// <param name="address">Where it will answer.</param>
    /// <param name="readyLine">How that line begins.</param>
    /// <param name="arguments">What it is started with.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<ServerProcess> StartAsync(
        string program, Uri address, string readyLine, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var path = PathOf(Path.Combine(AppContext.BaseDirectory, program));
        if (!File.Exists(path))
            throw new BenchException($"{program} was not built beside the benchmarks.");
        var process =
            Process.Start(
            new ProcessStartInfo(
            path, arguments)
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = new StringBuilder();
        process.ErrorDataReceived += (_, line) => complaints.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, address);
        try
        {
            await ReadUntilAsync(process.StandardOutput, readyLine, cancel).WaitAsync(Patience, TimeProvider.System, cancel);
            // The rest of its output is read and dropped, so that it never waits for us.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return server;
        }
        catch (Exception failure) when (failure is TimeoutException or EndOfStreamException)
        {
            await server.DisposeAsync();
            throw new BenchException($"{program} did not start: {complaints}");
        }
    }

    /// <summary>Asks it to end, as an operator does, and waits until it has.</summary>
    public async Task EndAsync()
    {
        if (!_process.HasExited)
            await Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Ends it at once: its books must bear that, and they are verified afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task ReadUntilAsync(StreamReader output, string readyLine, CancellationToken cancel)
    {
        while (await output.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(readyLine, StringComparison.Ordinal))
                return;
        }

        throw new EndOfStreamException();
    }

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }
}
