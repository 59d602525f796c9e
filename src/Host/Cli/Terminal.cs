using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Backups;
using Quittance.Storage.Embedded;
using Quittance.Storage.Schema;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary>How commands speak: progress and errors on standard error, results on standard output.</summary>
internal static class Terminal
{
    private const int UnwrappedWidth = 500;

    /// <summary>Where results go.</summary>
    public static IAnsiConsole Out { get; } = ConsoleOn(System.Console.Out, System.Console.IsOutputRedirected);

    /// <summary>Where progress and errors go.</summary>
    public static IAnsiConsole Error { get; } = ConsoleOn(System.Console.Error, System.Console.IsErrorRedirected);

    /// <summary>Runs a command. What the user can mend is told in a line and ends with 1; a bug shows itself.</summary>
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
        catch (Exception known) when (known is StoreUnavailableException or CommandException or EmbeddedPostgresException or MigrationException or VaultException or BackupException)
        {
            Fail(known.Message);
        }
        catch (OutcomeUnknownException)
        {
            Fail("It may have been done: the database has not told in time. Look before you run the command again.");
        }
        catch (NpgsqlException unreachable) when (unreachable is not PostgresException)
        {
            Fail($"The database can't be reached: {unreachable.Message}");
        }
        catch (PostgresException passing) when (passing.SqlState.StartsWith("57P", StringComparison.Ordinal))
        {
            Fail($"The database can't be reached just now: {passing.MessageText}");
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("28", StringComparison.Ordinal) || refused.SqlState.StartsWith("3D", StringComparison.Ordinal))
        {
            Fail($"The database does not let us in: {refused.MessageText}");
        }

        return 1;
    }

    /// <summary>Whether somebody is there and says yes.</summary>
    /// <param name="question">What they are asked.</param>
    public static bool IsConfirmed(string question) =>
        !System.Console.IsInputRedirected && Error.Profile.Capabilities.Interactive && Error.Confirm(Markup.Escape(question), defaultValue: false);

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

    private static void Fail(string message) => Error.MarkupLineInterpolated($"[red]✗[/] {message}");

    /// <summary>One dim line per step, at once and in order.</summary>
    private sealed class Progress : IProgress<string>
    {
        public void Report(string value) => Error.MarkupLineInterpolated($"[dim]· {value} …[/]");
    }
}
