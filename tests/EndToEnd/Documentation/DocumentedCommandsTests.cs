using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.Documentation;

/// <summary>
/// Every command of the README and the guides is typed into a shell, in its order, in a folder where the demo runs. The values that a
/// reader must fill in or have beforehand stand in <see cref="Readers"/>.
/// </summary>
[Long]
public abstract partial class DocumentedCommandsTests(BooksFixture books)
{
    private const int Shares = 3;

    private const string Documented = "http://127.0.0.1:8080";

    // Where readers learn what the guides call the program.
    private const string NameOfTheProgram = "docs/README.md";

    // Commands that the test's machine can't run, or that load from a registry.
    private static readonly string[] Elsewhere = ["docker ", "sudo ", "systemctl ", "journalctl ", "npx "];

    /// <summary>Every third guide, so that the threads of the run share them.</summary>
    private protected static TheoryData<string> Share(int number) =>
    [
        .. Files().Where(file => !Readers.RunByOthers.Contains(file) && Blocks(file).Any())
            .Where((_, index) => index % Shares == number),
    ];

    private protected async Task FollowAsync(string file)
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("quittance-reader-");
        try
        {
            var data = Path.Combine(folder.FullName, ".quittance");
            await DemoFolder.CopyToAsync(data);
            await using var demo = await RunningProgram.StartAsync("demo", "--data", data);
            var reader = Readers.Of(file);
            var name = $"reader_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
            if (reader.NeedsDatabase)
                await books.ScalarAsync($"CREATE DATABASE {name}");
            var script = new StringBuilder(
                await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Documentation", "reader.sh"), cancel))
                .Append('\n').Append(Blocks(NameOfTheProgram).Single()).Append('\n').Append(reader.Before).Append('\n');
            foreach (var block in Blocks(file))
                script.Append(reader.FillIn(block)).Append('\n');
            var (exitCode, output) =
                await TypeAsync(script.ToString().Replace(Documented, demo.Address.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal),
                folder.FullName, name, cancel);
            Assert.True(exitCode == 0, $"{file}: {output}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Types a script into a shell. Returns how that ended and what it printed, errors among it.</summary>
    private async Task<(int ExitCode, string Output)> TypeAsync(string script, string folder, string database, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder
        };
        start.Environment["QUITTANCE"] = RunningProgram.Path;
        start.Environment["SANDBOX"] = Path.Combine(AppContext.BaseDirectory, "Quittance.Sandbox");
        start.Environment["BENCH"] = BenchProgram;
        start.Environment["SOLUTION"] = RunningProgram.Solution;
        start.Environment["SPARE_PORT"] = $"{BooksFixture.FreePort()}";
        start.Environment["SANDBOX_PORT"] = $"{BooksFixture.FreePort()}";
        start.Environment["POSTGRES"] = books.ConnectionString;
        start.Environment["READER"] = database;
        using var shell = Process.Start(start)!;
        var said = new StringBuilder();
        shell.OutputDataReceived += Hear;
        shell.ErrorDataReceived += Hear;
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
        try
        {
            await shell.WaitForExitAsync(cancel);
        }
        finally
        {
            if (!shell.HasExited)
                shell.Kill(entireProcessTree: true);
        }

        lock (said)
            return (shell.ExitCode, said.ToString());

        void Hear(object sender, DataReceivedEventArgs line)
        {
            lock (said)
                said.AppendLine(line.Data);
        }
    }

    /// <summary>Built beside the tests, for either configuration.</summary>
    private static string BenchProgram =>
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "EndToEnd"), "bench", StringComparison.Ordinal) + "Quittance.bench";

    /// <summary>Every page of ours, by its path from the solution.</summary>
    internal static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(RunningProgram.Solution, "*.md",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
            .Select(file => Path.GetRelativePath(RunningProgram.Solution, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar)
                .Any(folder => folder is "node_modules" or "bin" or "obj" or "TestResults" || folder.StartsWith('.')))
            .Order(StringComparer.Ordinal);

    /// <summary>The commands that a page says to type, without those that run elsewhere.</summary>
    internal static IEnumerable<string> Blocks(string file) =>
        Shell().Matches(File.ReadAllText(Path.Combine(RunningProgram.Solution, file)))
            .Select(block => string.Join(
                '\n', block.Groups["sh"].Value.Split('\n')
                .Where(line => !Elsewhere.Any(program => line.TrimStart().StartsWith(program, StringComparison.Ordinal)))))
            .Where(block => block.Trim().Length > 0);

    [GeneratedRegex("^```sh\n(?<sh>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Shell();
}

/// <inheritdoc/>
public sealed class FirstDocumentedCommandsTests(BooksFixture books) : DocumentedCommandsTests(books)
{
    public static TheoryData<string> Guides => Share(0);

    [Theory]
    [MemberData(nameof(Guides))]
    public Task Commands_OfAGuide_DoWhatTheySay(string file) => FollowAsync(file);
}

/// <inheritdoc/>
public sealed class SecondDocumentedCommandsTests(BooksFixture books) : DocumentedCommandsTests(books)
{
    public static TheoryData<string> Guides => Share(1);

    [Theory]
    [MemberData(nameof(Guides))]
    public Task Commands_OfAGuide_DoWhatTheySay(string file) => FollowAsync(file);
}

/// <inheritdoc/>
public sealed class ThirdDocumentedCommandsTests(BooksFixture books) : DocumentedCommandsTests(books)
{
    public static TheoryData<string> Guides => Share(2);

    [Theory]
    [MemberData(nameof(Guides))]
    public Task Commands_OfAGuide_DoWhatTheySay(string file) => FollowAsync(file);
}
