using System.CommandLine;
using Quittance.Storage.Backups;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>backup</c>: the books as of one moment, in a file.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> File = new("file") { Description = "Where the backup goes; a file that is there is never overwritten" };

    public static Command Create()
    {
        var command = new Command("backup", "Back the books up as of one moment, also beside a running server. The master key is not in the backup: keep it elsewhere")
        {
            File, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        command.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.AsItIsAsync(options, progress, cancel);
        var summary = await LongWork.WithBarAsync(
            "Backing up", bar => Backup.WriteAsync(database.Source, options.GetRequiredValue(File), TimeProvider.System, bar, cancel));
        Report.Print(options, summary, () => Show(summary));
        return 0;
    }

    private static void Show(BackupSummary summary)
    {
        Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Backed up as of [bold]{summary.TakenAt:yyyy-MM-dd HH:mm:ss} UTC[/]: {summary.Rows:N0} rows of {summary.Tables.Count} tables, {summary.FileBytes:N0} bytes in {summary.File}");
        Terminal.Out.MarkupLine("  The master key of the vault is not in it. Try it with: quittance drill");
    }
}
