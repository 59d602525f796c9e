using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Vault;
using Spectre.Console;
using Command = System.CommandLine.Command;

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
            NewFile, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        rotate.SetAction((options, cancel) => Terminal.RunAsync(progress => RotateAsync(options, progress, cancel)));
        var check = new Command("check", "Try to open every instrument that the vault holds; also beside a running server")
        {
            MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
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
        var rotation = new MasterKeyRotation(database.Source, TimeProvider.System);
        var sealedBy = await rotation.CurrentIdAsync(cancel)
            ?? throw new CommandException("There is nothing to seal anew: the vault of this database is empty.");
        if (newFile?.Read() is { } next && next.Id == sealedBy)
        {
            Report.Print(
                options, new { MasterKey = next.Id, FormerMasterKey = next.Id, Rewrapped = 0 },
                () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] The vault is sealed by the master key {next.Id} in {newFile.FullPath} already."));
            return 0;
        }

        var current = await MasterKeySource.FindAsync(options, database.Source, progress, cancel);
        var (key, rewrapped) = newFile is null
            ? await rotation.InPlaceAsync(current, MasterKeySource.DefaultFile(options), cancel, By)
            : await rotation.ToFileAsync(current, newFile, cancel, By);
        Report.Print(options, new { MasterKey = key.Id, FormerMasterKey = current.Id, Rewrapped = rewrapped }, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Data keys sealed anew: {rewrapped}. The master key is now {key.Id}; before it was {current.Id}, which backups made until now still need.");
            Terminal.Out.MarkupLineInterpolated(newFile is null
                ? $"  The old key is kept in {MasterKeySource.DefaultFile(options).Former(current).FullPath}. Restart the servers that are running."
                : (FormattableString)$"  Start servers with the key in {newFile.FullPath} from now on (by --master-key-file, or in the variable if they use that), and restart those that are running.");
        });
        return 0;

        static Origin By(MerchantId merchant) => CommandLineOrigin.Of(merchant, "vault.rotate", "the vault's master key");
    }

    private static async Task<int> CheckAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        if (await new MasterKeyRotation(database.Source, TimeProvider.System).CurrentIdAsync(cancel) is null)
        {
            Report.Print(options, new { Instruments = 0, Opens = 0 }, () => Terminal.Out.MarkupLine("The vault of this database is empty."));
            return 0;
        }

        var key = await MasterKeySource.FindAsync(options, database.Source, progress, cancel);
        var vault = await PostgresVault.OpenAsync(database.Source, key, TimeProvider.System, cancel);
        var tried = await vault.CheckAsync(cancel);
        var (opens, all) = (tried[true].Count(), tried.Sum(group => group.Count()));
        var broken = tried[false].Select(instrument => new { Merchant = instrument.Merchant.Value, Instrument = instrument.Value }).ToList();
        Report.Print(options, new { Instruments = all, Opens = opens, Broken = broken, MasterKey = key.Id }, () =>
        {
            foreach (var one in broken)
                Terminal.Out.MarkupLineInterpolated($"[red]✗[/] Merchant {one.Merchant}, instrument {one.Instrument} does not open: it was changed, or sealed for another.");
            Terminal.Out.MarkupLineInterpolated($"Instruments that open: {opens} of {all}. Master key: {key.Id}.");
        });
        return broken.Count > 0 ? 1 : 0;
    }
}
