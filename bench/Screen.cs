using System.Text.Json;
using Spectre.Console;

namespace Quittance.Bench;

/// <summary>Results go to standard output, progress to standard error.</summary>
internal static class Screen
{
    private const int UnwrappedWidth = 200;

    public static IAnsiConsole Out { get; } = On(System.Console.Out, System.Console.IsOutputRedirected);

    public static IProgress<string> Progress { get; } = new Lines(On(System.Console.Error, System.Console.IsErrorRedirected));

    /// <summary>One line, never wrapped: the last one of a run with --json.</summary>
    public static void WriteJson(IReadOnlyDictionary<string, object> values) =>
        System.Console.Out.WriteLine(JsonSerializer.Serialize(values));

    private static IAnsiConsole On(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = UnwrappedWidth;
        return console;
    }

    private sealed class Lines(IAnsiConsole console) : IProgress<string>
    {
        public void Report(string value) => console.MarkupLineInterpolated($"[dim]· {value}[/]");
    }
}
