using System.Diagnostics;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Revisions;

/// <summary>The program as a revision of this repository builds it.</summary>
/// <param name="Commit">The revision, and what else is in the working tree.</param>
/// <param name="Program">The path of the built program.</param>
internal sealed record BuiltRevision(string Commit, string Program)
{
    private const string Solution = "Quittance.slnx";

    /// <summary>Builds what lies in the working tree.</summary>
    /// <exception cref="BenchException">It can't be built.</exception>
    public static async Task<BuiltRevision> OfThisTreeAsync(CancellationToken cancel)
    {
        var root = Root();
        var commit = await RunAsync(root, ["git", "describe", "--always", "--abbrev=12", "--dirty"], cancel);
        return await BuildAsync(root, commit, cancel);
    }

    /// <summary>Builds a revision in a folder of its own, which stays for the next comparison with it.</summary>
    /// <param name="revision">As git names it.</param>
    /// <param name="cancel">Ends the build.</param>
    /// <exception cref="BenchException">There is none, or it can't be built.</exception>
    public static async Task<BuiltRevision> OfAsync(string revision, CancellationToken cancel)
    {
        var root = Root();
        var commit = await RunAsync(
            root, ["git", "rev-parse", "--verify", "--short=12", "--end-of-options", $"{revision}^{{commit}}"], cancel);
        var folder = Path.Combine(Path.GetTempPath(), $"quittance-revision-{commit}");
        if (!File.Exists(Path.Combine(folder, Solution)))
            await RunAsync(root, ["git", "clone", "--quiet", "--no-checkout", root, folder], cancel);
        await RunAsync(folder, ["git", "checkout", "--quiet", "--force", commit], cancel);
        return await BuildAsync(folder, commit, cancel);
    }

    private static async Task<BuiltRevision> BuildAsync(string folder, string commit, CancellationToken cancel)
    {
        Screen.Progress.Report($"Building {commit}");
        await RunAsync(folder, ["dotnet", "build", "-c", "Release", Path.Combine("src", "Host"), "--verbosity", "quiet"], cancel);
        return new BuiltRevision(
            commit, ServerProcess.PathOf(Path.Combine(folder, "src", "Host", "bin", "Release", "net10.0", "quittance")));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Solution)))
            folder = folder.Parent;
        return folder?.FullName ?? throw new BenchException("Revisions are compared in a clone of the repository.");
    }

    private static async Task<string> RunAsync(string folder, IReadOnlyList<string> line, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? (await output).Trim()
            : throw new BenchException($"{string.Join(' ', line)}: {(await errors).Trim()} {(await output).Trim()}");
    }
}
