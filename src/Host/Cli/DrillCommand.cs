using System.CommandLine;
using Npgsql;
using Quittance.Core.Instruments;
using Quittance.Storage.Backups;
using Quittance.Storage.Schema;
using Quittance.Storage.Vault;
using Quittance.Storage.Verification;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>drill</c>: proves that a backup can be restored, without touching the books.</summary>
internal static class DrillCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The backup" };

    private static readonly Option<string?> Scratch = new("--scratch")
    {
        Description = "Where the folder of the scratch database goes (default: the system's place for temporary files)",
        HelpName = "folder",
    };

    public static Command Create()
    {
        var command = new Command("drill", "Restore a backup into a scratch database, verify the books, try the master key, and drop it. The scratch database is beside --database, or embedded without")
        {
            File, Scratch, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        command.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var file = await BackupFileReader.OpenAsync(options.GetRequiredValue(File), cancel);
        var masterKey = MasterKeySource.Given(options);
        progress.Report("Making a scratch database");
        DrillReport report;
        await using (var scratch = await ScratchAsync(options, progress, cancel))
            report = await DrillAsync(scratch.Source, file, masterKey, progress, cancel);
        Report.Print(options, report, () => Show(report));
        return report.IsGood ? 0 : 1;
    }

    private static Task<ScratchDatabase> ScratchAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        options.GetValue(DatabaseOptions.Database) is { } external
            ? ScratchDatabase.BesideAsync(external, TimeProvider.System, cancel)
            : ScratchDatabase.EmbeddedAsync(options.GetValue(Scratch), TimeProvider.System, progress, cancel);

    private static async Task<DrillReport> DrillAsync(
        NpgsqlDataSource scratch, BackupFileReader file, MasterKey? masterKey, IProgress<string> progress, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        var (summary, _) = await LongWork.WithBarAsync("Restoring", bar => Restoration.ReadAsync(Migrations.OfThisVersion, scratch, file, clock, bar, cancel));
        var restored = clock.GetTimestamp();
        var reports = await LongWork.WithBarAsync("Verifying the books", bar => new Verifier(scratch).VerifyAsync(bar, cancel));
        var verified = clock.GetTimestamp();
        progress.Report("Trying the master key");
        return new DrillReport(
            summary.File, summary.TakenAt, summary.Schema, summary.Rows, summary.Tables,
            Seconds(clock.GetElapsedTime(begun, restored)), Seconds(clock.GetElapsedTime(restored, verified)),
            await TryVaultAsync(scratch, masterKey, cancel), [.. reports.SelectMany(report => report.Differences)]);
    }

    private static decimal Seconds(TimeSpan time) => Math.Round((decimal)time.TotalSeconds, 2);

    private static async Task<DrilledVault> TryVaultAsync(NpgsqlDataSource scratch, MasterKey? masterKey, CancellationToken cancel)
    {
        if (await new MasterKeyRotation(scratch, TimeProvider.System).CurrentIdAsync(cancel) is not { } needed)
            return new DrilledVault(IsTried: false, IsGood: true, "The vault is empty and needs no master key.");
        if (masterKey is null)
            return new DrilledVault(IsTried: false, IsGood: true, $"No master key was given, so the vault was not tried. It is sealed by the master key {needed}.");
        try
        {
            var vault = await PostgresVault.OpenAsync(scratch, masterKey, TimeProvider.System, cancel);
            var tried = await vault.CheckAsync(cancel);
            return new DrilledVault(
                IsTried: true, IsGood: !tried[false].Any(), $"The master key {masterKey.Id} opens the data keys, and {tried[true].Count():N0} of {tried.Sum(group => group.Count()):N0} instruments.");
        }
        catch (VaultException closed)
        {
            return new DrilledVault(IsTried: true, IsGood: false, closed.Message);
        }
    }

    private static void Show(DrillReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Table").AddColumn(new TableColumn("Rows").RightAligned());
        foreach (var restored in report.Tables.Where(table => table.Rows > 0).OrderByDescending(table => table.Rows))
            table.AddRow(Markup.Escape(restored.Name), $"{restored.Rows:N0}");
        Terminal.Out.Write(table);
        Terminal.Out.MarkupLineInterpolated($"Backup as of [bold]{report.TakenAt:yyyy-MM-dd HH:mm:ss} UTC[/], schema {report.Schema}");
        Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Restored: {report.Rows:N0} rows in {report.RestoreSeconds} s; every table has the rows and the checksum that the backup says");
        foreach (var difference in report.Differences)
            Terminal.Out.MarkupLineInterpolated($"[red]✗ {difference.Rule}[/]: {difference.Count:N0} rows break it");
        Terminal.Out.MarkupLineInterpolated(report.Differences.Count == 0 ? (FormattableString)$"[green]✓[/] The books are clean, verified in {report.VerifySeconds} s" : $"[red]✗ The books are not clean.[/]");
        Terminal.Out.MarkupLineInterpolated(report.Vault switch
        {
            { IsGood: false } => (FormattableString)$"[red]✗[/] {report.Vault.Finding}",
            { IsTried: true } => $"[green]✓[/] {report.Vault.Finding}",
            _ => $"[yellow]·[/] {report.Vault.Finding}",
        });
        Terminal.Out.MarkupLineInterpolated(report.IsGood ? (FormattableString)$"[green]✓ This backup can be restored.[/]" : $"[red]✗ A server could not go on from this backup.[/]");
    }
}
