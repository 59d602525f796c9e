using System.CommandLine;
using Quittance.Storage.Vault;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>vault</c>: the sealed numbers of cards and bank accounts.</summary>
internal static class VaultCommand
{
    private static readonly Option<string?> NewFile = new("--new-master-key-file")
    {
        Description = "The file that holds the new master key; made if it is missing (default: a new key takes the place of master.key in the data folder, the old one is kept beside it)",
        HelpName = "file",
    };

    public static Command Create()
    {
        var rotate = new Command("rotate", "Change the master key; safe to repeat when it was cut off. Restart running servers afterwards")
        {
            NewFile, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        rotate.SetAction((options, cancel) => Terminal.RunAsync(progress => RotateAsync(options, progress, cancel)));
        var check = new Command("check", "Try to open every instrument that the vault holds; also beside a running server")
        {
            MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        check.SetAction((options, cancel) => Terminal.RunAsync(progress => CheckAsync(options, progress, cancel)));
        return new Command("vault", "The sealed numbers of cards and bank accounts") { rotate, check };
    }

    private static async Task<int> RotateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var newFile = options.GetValue(NewFile) is { } name ? new MasterKeyFile(name) : null;
        if (newFile is null && !MasterKeySource.IsDefault(options))
            throw new CommandException("Say with --new-master-key-file where the new key goes: the present one is not kept in the data folder.");

        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var rotation = new MasterKeyRotation(database.Source);
        var sealedBy = await rotation.CurrentIdAsync(cancel)
            ?? throw new CommandException("There is nothing to seal anew: the vault of this database is empty.");
        if (newFile?.Read() is { } next && next.Id == sealedBy)
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] The vault is sealed by the master key {next.Id} in {newFile.FullPath} already.");
            return 0;
        }

        var current = await MasterKeySource.FindAsync(options, database.Source, progress, cancel);
        var (key, rewrapped) = newFile is null
            ? await rotation.InPlaceAsync(current, MasterKeySource.DefaultFile(options), cancel)
            : await rotation.ToFileAsync(current, newFile, cancel);
        Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Data keys sealed anew: {rewrapped}. The master key is now {key.Id}; before it was {current.Id}, which backups made until now still need.");
        Terminal.Out.MarkupLineInterpolated(newFile is null
            ? $"  The old key is kept in {MasterKeySource.DefaultFile(options).Former(current).FullPath}. Restart the servers that are running."
            : (FormattableString)$"  Start servers with the key in {newFile.FullPath} from now on (by --master-key-file, or in the variable if they use that), and restart those that are running.");
        return 0;
    }

    private static async Task<int> CheckAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        if (await new MasterKeyRotation(database.Source).CurrentIdAsync(cancel) is null)
        {
            Terminal.Out.MarkupLine("The vault of this database is empty.");
            return 0;
        }

        var key = await MasterKeySource.FindAsync(options, database.Source, progress, cancel);
        var vault = await PostgresVault.OpenAsync(database.Source, key, TimeProvider.System, cancel);
        var tried = await vault.CheckAsync(cancel);
        foreach (var broken in tried[false])
            Terminal.Out.MarkupLineInterpolated($"[red]✗[/] Merchant {broken.Merchant.Value}, instrument {broken.Value} does not open: it was changed, or sealed for another.");
        Terminal.Out.MarkupLineInterpolated($"Instruments that open: {tried[true].Count()} of {tried.Sum(group => group.Count())}. Master key: {key.Id}.");
        return tried[false].Any() ? 1 : 0;
    }
}
