using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage;
using Quittance.Storage.Backups;
using Quittance.Storage.Embedded;
using Quittance.Storage.Migrating;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary>The terminal of the commands: progress and errors on standard error, results on standard output.</summary>
internal static class Terminal
{
    private const int UnwrappedWidth = 500;

    public static IAnsiConsole Out { get; } = ConsoleOn(System.Console.Out, System.Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = ConsoleOn(System.Console.Error, System.Console.IsErrorRedirected);

    /// <summary>Runs a command. A mistake that the user can correct prints a line and ends with 1; a bug prints its trace.</summary>
    public static async Task<int> RunAsync(Func<IProgress<string>, Task<int>> command)
    {
        try
        {
            return await command(new Progress());
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception known) when (
            known is CommandException or EmbeddedPostgresException or MigrationException or VaultException
                or BackupException)
        {
            Fail(known.Message);
        }
        catch (OutcomeUnknownException)
        {
            Fail("It may have been done: the database did not answer in time. Look before you run the command again.");
        }
        catch (Exception away) when (away is StoreUnavailableException or NpgsqlException && Database.MeansUnreachable(away))
        {
            Fail(WordsOf(away));
        }

        return 1;
    }

    /// <summary>Prints a line of markup on standard output; the values in its parts are plain text.</summary>
    public static void Line(params FormattableString[] parts) => WriteLine(Out, string.Concat(parts.Select(Markup)));

    /// <summary>Prints a line of markup on standard error; its values are plain text.</summary>
    public static void Say(FormattableString line) => WriteLine(Error, Markup(line));

    /// <summary>Prints a line of plain text on standard output.</summary>
    public static void WriteLine(string text = "") => Out.WriteLine(text);

    /// <summary>Works with a bar on standard error.</summary>
    /// <param name="work">Reports its progress from 0 to 1.</param>
    public static Task<T> WithBarAsync<T>(string title, Func<IProgress<double>, Task<T>> work) =>
        Error.Progress().HideCompleted(true).StartAsync(bars => work(new Bar(bars.AddTask(title.EscapeMarkup(), maxValue: 1))));

    /// <summary>Whether an operator at the terminal says yes.</summary>
    public static bool IsConfirmed(string question) =>
        !System.Console.IsInputRedirected && Error.Profile.Capabilities.Interactive
        && Error.Confirm(question.EscapeMarkup(), defaultValue: false);

    /// <summary>Writes markup. The library's own way would draw a picture for <c>:bank:</c> in the name of an account.</summary>
    internal static void WriteLine(IAnsiConsole console, string markup)
    {
        var line = new Paragraph();
        foreach (var segment in AnsiMarkup.Parse(markup))
            line.Append(segment.Text, segment.Style);
        console.Write(line);
        console.WriteLine();
    }

    private static string Markup(FormattableString part) =>
        string.Format(part.Format, [.. part.GetArguments().Select(value => value is string text ? text.EscapeMarkup() : value)]);

    /// <summary>Colours are for eyes: a file or a program gets plain text.</summary>
    private static IAnsiConsole ConsoleOn(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = UnwrappedWidth;
        return console;
    }

    /// <summary>The database's own reason, unless we have words of ours for it.</summary>
    private static string WordsOf(Exception away)
    {
        var reason = away is StoreUnavailableException { IsUnexplained: true } ? away.InnerException : away;
        return reason switch
        {
            PostgresException { SqlState: ['2', '8', ..] or ['3', 'D', ..] } refused =>
                $"The database does not let us in: {refused.MessageText}",
            PostgresException passing => $"The database can't do this just now: {passing.MessageText}",
            NpgsqlException unreachable => $"The database can't be reached: {unreachable.Message}",
            _ => away.Message,
        };
    }

    private static void Fail(string message) => Say($"[red]✗[/] {message}");

    /// <summary>One dim line per step, at once and in order.</summary>
    private sealed class Progress : IProgress<string>
    {
        public void Report(string value) => Say($"[dim]· {value} …[/]");
    }

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
