using System.CommandLine;
using Npgsql;
using Quittance.Core.Instruments;
using Quittance.Host.Cli;
using Quittance.Host.Providers;
using Quittance.Storage.Backups;
using Quittance.Storage.Migrating;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Verification;
using Spectre.Console;

namespace Quittance.Host.Commands.Operations;

/// <summary>The result of a drill.</summary>
/// <param name="Schema">The last migration of its schema.</param>
/// <param name="MasterKey">The id of the master key that it is sealed under.</param>
/// <param name="RestoreSeconds">Without the start of the scratch database.</param>
/// <param name="Differences">Rules of the books that do not hold.</param>
internal sealed record DrillReport(
    string File, DateTimeOffset TakenAt, string Schema, string MasterKey, long Rows, IReadOnlyList<TableSummary> Tables,
    decimal RestoreSeconds, decimal VerifySeconds,
    DrilledVault Vault, DrilledProviders? Providers, IReadOnlyList<Difference> Differences)
{
    /// <summary>Whether a server could go on from this backup.</summary>
    public bool IsGood => Differences.Count == 0 && Vault.IsGood;
}

/// <summary>Whether the vault of a restored backup opens.</summary>
/// <param name="IsTried">Whether there was something to try.</param>
/// <param name="IsGood">False where the master key does not open something.</param>
/// <param name="Finding">In words for people.</param>
internal sealed record DrilledVault(bool IsTried, bool IsGood, string Finding);

/// <summary>The result of comparing a restored backup with the providers.</summary>
/// <param name="Answered">Whether every provider answered.</param>
/// <param name="TakenOver">How many differences it took over.</param>
/// <param name="Left">How many are left to an operator.</param>
internal sealed record DrilledProviders(bool Answered, int TakenOver, int Left);

/// <summary>
/// <c>backup</c>, <c>restore</c> and <c>drill</c>, which proves that a backup can be restored without touching the books.
/// </summary>
internal static class BackupCommands
{
    private static readonly Argument<string> NewFile = new("file")
    {
        Description = "The file to write; an existing file is never overwritten",
    };

    private static readonly Argument<string> File = new("file") { Description = "The backup" };

    private static readonly Option<string?> Scratch = Options.Text(
        "--scratch", "folder", "The folder in which to make the scratch database (default: the system's folder for temporary files)");

    private static readonly Option<bool> WithProviders = Options.Flag(
        "--with-providers",
        "Also compare the scratch database with the providers, take over what it lacks, and release it, as after a real restore. "
        + "It asks the providers questions only");

    public static Command Backup() => CommandMaker.OfBooks(
        "backup",
        "Back the books up as of one moment, also beside a running server. The backup is sealed under the master key, which is not in it: "
        + "keep the key elsewhere",
        BackUpAsync, NewFile);

    public static Command Restore() => CommandMaker.OfBooks(
        "restore", "Restore a backup into a new data folder or an empty database, and verify the books", RestoreAsync,
        File, MasterKeySource.FormerKeyOption);

    public static Command Drill() => CommandMaker.OfBooks(
        "drill",
        "Restore a backup into a scratch database, verify the books, try the master key, and drop it. "
        + "The scratch database is beside --database, or embedded without",
        DrillAsync, File, Scratch, WithProviders, MasterKeySource.FormerKeyOption);

    private static async Task BackUpAsync(Run run)
    {
        var books = await run.OpenAsync(OpenDatabase.AsItIsAsync);
        await run.NoteAsync("books.backup", "the books");
        var summary = await Terminal.WithBarAsync(
            "Backing up",
            bar => Storage.Backups.Backup.WriteAsync(
                books, run.Required(NewFile), MasterKeySource.AtHand(run), run.Clock, bar, run.Cancel));
        run.Print(summary, () =>
        {
            Terminal.Line(
                $"[green]✓[/] Backed up as of [bold]{Utc(summary.TakenAt)}[/]: {summary.Rows:N0} rows of {summary.Tables.Count} tables, ",
                $"{summary.FileBytes:N0} bytes in {summary.File}");
            Terminal.Line($"  It opens with the master key {summary.MasterKey} alone, which is not in it. Try both with: quittance drill");
        });
    }

    private static async Task RestoreAsync(Run run)
    {
        // A faulty file is refused before the database is made.
        await using var file = await MasterKeySource.OpenBackupAsync(run, run.Required(File));
        var books = await run.OpenAsync(OpenDatabase.NewAsync);
        var (summary, ended, epoch) = await RestoreAsync(run, file, books);
        var differences = await VerifyAsync(run, books);
        var masterKey = await new MasterKeyRotation(books, run.Clock).CurrentIdAsync(run.Cancel);
        run.ExitCode = differences.Length == 0 ? 0 : 1;
        run.Print(
            new
            {
                summary.File,
                summary.TakenAt,
                summary.Schema,
                summary.MasterKey,
                summary.Rows,
                summary.Tables,
                Ended = ended,
                Epoch = EpochCommands.DocumentOf(epoch),
                MasterKeyNeeded = masterKey,
                IsClean = differences.Length == 0,
                Differences = differences,
            },
            () => Show(summary, ended, masterKey, epoch, differences));
    }

    private static Task<RestoredBooks> RestoreAsync(Run run, BackupFileReader file, NpgsqlDataSource books)
    {
        // Its blocks may have proofs of former keys.
        MasterKeySource.Prove(run, books, file.Key);
        return Terminal.WithBarAsync(
            "Restoring", bar => Restoration.ReadAsync(Migrations.OfThisVersion, books, file, run.Clock, bar, run.Cancel));
    }

    private static async Task<Difference[]> VerifyAsync(Run run, NpgsqlDataSource books)
    {
        var reports = await Terminal.WithBarAsync("Verifying the books", bar => new Verifier(books).VerifyAsync(bar, run.Cancel));
        return [.. reports.SelectMany(report => report.Differences)];
    }

    private static void Show(BackupSummary summary, EndedAccess ended, string? masterKey, Epoch epoch, Difference[] differences)
    {
        var takenAt = Utc(summary.TakenAt);
        Terminal.Line($"[green]✓[/] Restored as of [bold]{takenAt}[/]: {summary.Rows:N0} rows of {summary.Tables.Count} tables");
        Terminal.Line($"  The backup is sealed under the master key {summary.MasterKey}.");
        Terminal.Line(
            $"  Ended: console sessions {ended.ConsoleSessions:N0}, tokens {ended.Tokens:N0}, ",
            $"authorisations of clients {ended.Authorisations:N0}, links to new passwords {ended.ResetLinks:N0}. ",
            $"Their holders sign in again.");
        Terminal.Line(
            $"  Credentials, clients, people, origins and keys are as of {takenAt}: later revocations, rotations and erasures are undone, ",
            $"and recovery codes that were used since work again. ",
            $"Do them again before you let anyone through to a server.");
        if (masterKey is not null)
            Terminal.Line($"  The vault is sealed by the master key {masterKey}: give it to the server, and run quittance vault check.");
        EpochCommands.ShowHeld(epoch);
        Show(differences);
        Terminal.Line(differences.Length == 0
            ? (FormattableString)$"[green]✓ The books are clean.[/]"
            : $"[red]✗ The books are not clean.[/] They are as they were when they were backed up.");
    }

    private static void Show(IEnumerable<Difference> differences)
    {
        foreach (var difference in differences)
            Terminal.Line($"[red]✗ {difference.Rule}[/]: {difference.Count:N0} rows break it");
    }

    private static async Task DrillAsync(Run run)
    {
        await using var file = await MasterKeySource.OpenBackupAsync(run, run.Required(File));
        run.Progress.Report("Making a scratch database");
        DrillReport report;
        await using (var scratch = await ScratchAsync(run))
            report = await DrillAsync(run, scratch.Source, file);
        run.Print(report, () => Show(report));
        run.ExitCode = report.IsGood ? 0 : 1;
    }

    private static Task<ScratchDatabase> ScratchAsync(Run run) => run.ExternalDatabase is { } external
        ? ScratchDatabase.BesideAsync(external, run.Clock, run.Cancel)
        : ScratchDatabase.EmbeddedAsync(run.Get(Scratch), run.Clock, run.Progress, run.Cancel);

    private static async Task<DrillReport> DrillAsync(Run run, NpgsqlDataSource scratch, BackupFileReader file)
    {
        var begun = run.Clock.GetTimestamp();
        var (summary, _, epoch) = await RestoreAsync(run, file, scratch);
        var restored = run.Clock.GetTimestamp();
        run.Progress.Report("Trying the master key");
        var vault = await TryVaultAsync(run, scratch, file.Key);
        var providers = run.Get(WithProviders) && vault.IsGood ? await ReconcileAsync(run, scratch, file.Key, epoch) : null;
        var reconciled = run.Clock.GetTimestamp();
        var differences = await VerifyAsync(run, scratch);
        var verified = run.Clock.GetTimestamp();
        return new DrillReport(
            summary.File, summary.TakenAt, summary.Schema, summary.MasterKey, summary.Rows, summary.Tables,
            Seconds(run.Clock.GetElapsedTime(begun, restored)), Seconds(run.Clock.GetElapsedTime(reconciled, verified)),
            vault, providers, differences);
    }

    /// <summary>Brings the scratch database as far as an operator would bring restored books.</summary>
    private static async Task<DrilledProviders> ReconcileAsync(Run run, NpgsqlDataSource scratch, MasterKey masterKey, Epoch epoch)
    {
        const string Reason = "a drill";
        var vault = await PostgresVault.OpenAsync(scratch, masterKey, run.Clock, run.Cancel);
        var merchants = (await new Merchants(scratch, run.Clock).ListAsync(run.Cancel)).Select(merchant => merchant.Id).ToList();
        var begunAt = run.Clock.GetUtcNow();
        var (compared, taken) = await ReconcileCommand.ReconcileAsync(
            run, scratch, vault, merchants, epoch.LostFrom, begunAt + Reconciliation.ClocksDiffer, Reason, _ => { });
        var left = compared.Sum(one => one.Differences.Count);
        var epochs = new Epochs(scratch, run.Clock);
        await epochs.NoteReconciledAsync(begunAt, left, run.Cancel);
        await epochs.ReleaseAsync(
            isForced: false, merchant => run.By(merchant, "books.release", "the books", Reason), run.Cancel);
        return new DrilledProviders(!compared.Exists(one => one.IsSilent), taken, left);
    }

    private static decimal Seconds(TimeSpan time) => Math.Round((decimal)time.TotalSeconds, 2);

    private static string Utc(DateTimeOffset time) => $"{time:yyyy-MM-dd HH:mm:ss} UTC";

    private static async Task<DrilledVault> TryVaultAsync(Run run, NpgsqlDataSource scratch, MasterKey masterKey)
    {
        if (await new MasterKeyRotation(scratch, run.Clock).CurrentIdAsync(run.Cancel) is null)
            return new DrilledVault(IsTried: false, IsGood: true, "The vault is empty, so there was nothing to try.");
        try
        {
            var vault = await PostgresVault.OpenAsync(scratch, masterKey, run.Clock, run.Cancel);
            var (tried, texts) = (await vault.CheckAsync(run.Cancel), await vault.CheckTextsAsync(run.Cancel));
            return new DrilledVault(
                IsTried: true, IsGood: !tried[false].Any() && !texts[false].Any(),
                $"The master key {masterKey.Id} opens the data keys, {tried[true].Count():N0} of "
                + $"{tried.Sum(group => group.Count()):N0} instruments and {texts[true].Count():N0} of "
                + $"{texts.Sum(group => group.Count()):N0} other secrets.");
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
            table.AddRow(new Text(restored.Name), new Text($"{restored.Rows:N0}"));
        Terminal.Out.Write(table);
        Terminal.Line(
            $"Backup as of [bold]{Utc(report.TakenAt)}[/], schema {report.Schema}, ", $"sealed under the master key {report.MasterKey}");
        Terminal.Line($"[green]✓[/] Restored: {report.Rows:N0} rows in {report.RestoreSeconds} s; ",
            $"every table has the rows and the checksum that the backup says");
        if (report.Providers is { } providers)
        {
            Terminal.Line(providers switch
            {
                { Answered: false } => (FormattableString)$"[yellow]·[/] A provider did not answer, so not all was compared.",
                { Left: 0 } => $"[green]✓[/] The providers and the books agree; taken over: {providers.TakenOver:N0}",
                _ => $"[yellow]·[/] Taken over from the providers: {providers.TakenOver:N0}; left to an operator: {providers.Left:N0}",
            });
        }

        Show(report.Differences);
        Terminal.Line(report.Differences.Count == 0
            ? (FormattableString)$"[green]✓[/] The books are clean, verified in {report.VerifySeconds} s"
            : $"[red]✗ The books are not clean.[/]");
        Terminal.Line(report.Vault switch
        {
            { IsGood: false } => (FormattableString)$"[red]✗[/] {report.Vault.Finding}",
            { IsTried: true } => $"[green]✓[/] {report.Vault.Finding}",
            _ => $"[yellow]·[/] {report.Vault.Finding}",
        });
        Terminal.Line(report.IsGood
            ? (FormattableString)$"[green]✓ This backup can be restored.[/]"
            : $"[red]✗ A server could not go on from this backup.[/]");
    }
}
