using System.Diagnostics;

namespace Quittance.Bench.Load;

/// <summary>The load generator wrk: one thread, which is far from its limit here and leaves the machine to the rivals.</summary>
internal sealed class WrkLoad(string program) : IHttpLoad
{
    private int _seed;

    public string Name => "wrk, 1 thread";

    /// <summary>Finds wrk on the path; null where it is not installed.</summary>
    public static WrkLoad? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var found = folders.Select(folder => Path.Combine(folder, "wrk")).FirstOrDefault(File.Exists);
        return found is null ? null : new WrkLoad(found);
    }

    public async Task<LoadResult> RunAsync(Uri server, RequestTemplate request, int connections, TimeSpan time, CancellationToken cancel)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, WrkScript.Render(server, request, ++_seed), cancel);
            var seconds = Math.Max(1, (int)Math.Round(time.TotalSeconds));
            return Read(await RunAsync(
                ["-t", "1", "-c", $"{connections}", "-d", $"{seconds}s", "--timeout", "10s", "-s", script, server.AbsoluteUri], cancel));
        }
        finally
        {
            File.Delete(script);
        }
    }

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancel)
    {
        using var wrk =
            Process.Start(
            new ProcessStartInfo(
            program, arguments)
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = wrk.StandardError.ReadToEndAsync(cancel);
        var output = await wrk.StandardOutput.ReadToEndAsync(cancel);
        await wrk.WaitForExitAsync(cancel);
        return wrk.ExitCode == 0 ? output : throw new BenchException($"wrk ended with {wrk.ExitCode}: {await complaints}");
    }

    private static LoadResult Read(string output)
    {
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith(WrkScript.Mark, StringComparison.Ordinal))
            ?? throw new BenchException($"wrk printed no figures:\n{output}");
        var figures = line.Split(' ')[1..].Select(long.Parse).ToArray();
        return new LoadResult(
            figures[0], figures[1], TimeSpan.FromMicroseconds(figures[2]), figures[3] / 1000.0, figures[4] / 1000.0,
            TimeSpan.FromMicroseconds(figures[5]));
    }
}
