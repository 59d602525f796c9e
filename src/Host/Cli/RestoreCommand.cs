using System.CommandLine;
using Quittance.Storage.Backups;
using Quittance.Storage.Schema;
using Quittance.Storage.Vault;
using Quittance.Storage.Verification;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>restore</c>: a backup into a database of its own.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The backup" };

    public static Command Create()
    {
        var command = new Command("restore", "Restore a backup into a new data folder or an empty database, and verify the books")
        {
            File, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        command.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        // Before anything is made for it.
        await using var file = await BackupFileReader.OpenAsync(options.GetRequiredValue(File), cancel);
        await using var database = await OpenDatabase.NewAsync(options, progress, cancel);
        var (summary, ended) = await LongWork.WithBarAsync("Restoring", bar => Restoration.ReadAsync(Migrations.OfThisVersion, database.Source, file, TimeProvider.System, bar, cancel));
        var reports = await LongWork.WithBarAsync("Verifying the books", bar => new Verifier(database.Source).VerifyAsync(bar, cancel));
        var masterKey = await new MasterKeyRotation(database.Source, TimeProvider.System).CurrentIdAsync(cancel);
        Difference[] differences = [.. reports.SelectMany(report => report.Differences)];
        Report.Print(
            options,
            new { summary.File, summary.TakenAt, summary.Schema, summary.Rows, summary.Tables, Ended = ended, MasterKeyNeeded = masterKey, IsClean = differences.Length == 0, Differences = differences },
            () => Show(summary, ended, masterKey, differences));
        return differences.Length == 0 ? 0 : 1;
    }

    private static void Show(BackupSummary summary, EndedAccess ended, string? masterKey, Difference[] differences)
    {
        Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Restored as of [bold]{summary.TakenAt:yyyy-MM-dd HH:mm:ss} UTC[/]: {summary.Rows:N0} rows of {summary.Tables.Count} tables");
        Terminal.Out.MarkupLineInterpolated(
            $"  Ended: console sessions {ended.ConsoleSessions:N0}, tokens {ended.Tokens:N0}, authorisations of clients {ended.Authorisations:N0}. Who had them signs in again.");
        Terminal.Out.MarkupLineInterpolated(
            $"  What was revoked, rotated or erased after {summary.TakenAt:yyyy-MM-dd HH:mm:ss} UTC is as it was before: credentials, clients, people, origins, keys. Do it again before anybody is let through to a server.");
        if (masterKey is not null)
            Terminal.Out.MarkupLineInterpolated($"  The vault is sealed by the master key {masterKey}: put it where the server looks for it, and run quittance vault check.");
        foreach (var difference in differences)
            Terminal.Out.MarkupLineInterpolated($"[red]✗ {difference.Rule}[/]: {difference.Count:N0} rows break it");
        Terminal.Out.MarkupLine(differences.Length == 0 ? "[green]✓ The books are clean.[/]" : "[red]✗ The books are not clean.[/] They are as they were when they were backed up.");
    }
}
