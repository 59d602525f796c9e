using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Playwright;
using Quittance.Tests.Running;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Quittance.Tests.Running;

/// <summary>
/// A headless Chromium for the whole run, started by the first test that wants a page. It comes by npm and needs nothing of the
/// machine: where system libraries or fonts are missing, its own are used.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string Package = Path.Combine(
        RunningProgram.Solution, "tests", "EndToEnd", "Running", "Browser", "node_modules", "@sparticuz", "chromium");

    // A machine that does other things at the same time is waited for.
    private const float Patience = 60_000;

    private readonly Lazy<Task<IBrowser>> _browser;
    private IPlaywright? _playwright;

    public Browser() => _browser = new(StartAsync);

    /// <summary>
    /// Where tests keep a picture of each page that they look at: what <c>QUITTANCE_SCREENSHOTS</c> names, by its path from the solution.
    /// Null where it names nothing: then they draw none, which would take a tenth of the browser's time.
    /// </summary>
    public static string? Screenshots { get; } = Environment.GetEnvironmentVariable("QUITTANCE_SCREENSHOTS") is { Length: > 0 } folder
        ? Path.Combine(RunningProgram.Solution, folder)
        : null;

    /// <summary>A new page that shares nothing with others. Disposing it closes what belongs to it.</summary>
    public async Task<BrowserPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var context = await (await _browser.Value).NewContextAsync(options ?? new());
        return new BrowserPage(context, await context.NewPageAsync());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
            await (await _browser.Value).DisposeAsync();
        _playwright?.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        var program = Unpack("chromium");
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        if (!await RunsAsync(program))
            environment["LD_LIBRARY_PATH"] = Path.Combine(UnpackFolder("al2023"), "lib");
        if (!Directory.Exists("/etc/fonts"))
            environment["FONTCONFIG_PATH"] = UnpackFolder("fonts");

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            // Chromium does not isolate its pages as root, nor in most containers; ours show nothing but our own.
            ChromiumSandbox = false,
            Args = ["--no-sandbox", "--disable-gpu"],
            Env = environment,
        });
    }

    private static async Task<bool> RunsAsync(string program)
    {
        using var process =
            Process.Start(
            new ProcessStartInfo(
            program, "--version")
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await output;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }

    private static string Unpack(string name) => Once(name, partial =>
    {
        using (var file = File.Create(partial))
        using (var packed = Open($"{name}.br"))
            packed.CopyTo(file);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(partial, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    });

    private static string UnpackFolder(string name) => Once(name, partial =>
    {
        Directory.CreateDirectory(partial);
        using var packed = Open($"{name}.tar.br");
        TarFile.ExtractToDirectory(packed, partial, overwriteFiles: true);
    });

    private static BrotliStream Open(string name) => new(File.OpenRead(Path.Combine(Package, "bin", name)), CompressionMode.Decompress);

    /// <summary>Makes a file or folder whole or not at all; of two runs at once, the first one's stays.</summary>
    private static string Once(string name, Action<string> make)
    {
        var whole = Path.Combine(Package, "unpacked", name);
        if (File.Exists(whole) || Directory.Exists(whole))
            return whole;
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        var partial = $"{whole}.{Environment.ProcessId}";
        make(partial);
        try
        {
            Directory.Move(partial, whole);
        }
        catch (IOException) when (File.Exists(whole) || Directory.Exists(whole))
        {
        }

        return whole;
    }
}
