using System.CommandLine;
using Quittance.Core;
using Quittance.Host.Cli;
using Quittance.Storage.Vault;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands;

/// <summary><c>vault</c>: the sealed numbers of cards and bank accounts.</summary>
internal static class VaultCommands
{
    private static readonly Option<string?> NewFile = Options.Text(
        "--new-master-key-file", "file",
        "The file that holds the new master key; made if it is missing "
        + "(default: a new key takes the place of master.key in the data folder, the old one is kept beside it)");

    public static Command Vault() => new("vault", "The sealed numbers of cards and bank accounts")
    {
        Act.OfBooks(
            "rotate", "Change the master key; safe to repeat after an interruption. Restart running servers afterwards", RotateAsync,
            NewFile),
        Act.OfBooks(
            "check", "Try to open every instrument in the vault; also beside a running server",
            CheckAsync),
    };

    private static async Task RotateAsync(Run run)
    {
        var newFile = run.Get(NewFile) is { } name ? new MasterKeyFile(name) : null;
        if (newFile is null && !MasterKeySource.IsDefault(run))
        {
            throw new CommandException(
                "Say with --new-master-key-file where the new key goes: the present one is not kept in the data folder.");
        }

        var books = await run.ReadAsync();
        var rotation = new MasterKeyRotation(books, run.Clock);
        var sealedBy = await rotation.CurrentIdAsync(run.Cancel)
            ?? throw new CommandException("There is nothing to seal anew: the vault of this database is empty.");
        if (newFile?.Read() is { } next && next.Id == sealedBy)
        {
            run.Print(
                new { MasterKey = next.Id, FormerMasterKey = next.Id, Rewrapped = 0 },
                $"[green]✓[/] The vault is sealed by the master key {next.Id} in {newFile.FullPath} already.");
            return;
        }

        var current = await MasterKeySource.FindAsync(run, books);
        var (key, rewrapped) = newFile is null
            ? await rotation.InPlaceAsync(current, MasterKeySource.DefaultFile(run), run.Cancel, By)
            : await rotation.ToFileAsync(current, newFile, run.Cancel, By);
        run.Print(new { MasterKey = key.Id, FormerMasterKey = current.Id, Rewrapped = rewrapped }, () =>
        {
            Terminal.Line(
                $"[green]✓[/] Data keys sealed anew: {rewrapped}. The master key is now {key.Id}; ",
                $"before it was {current.Id}, which backups made until now still need.");
            Terminal.Line(
                newFile is null
                    ? $"  The old key is kept in {MasterKeySource.DefaultFile(run).Former(current).FullPath}. "
                    : (FormattableString)
                        $"  From now on give servers the key in {newFile.FullPath}, by --master-key-file or in the variable. ",
                $"Restart the running servers.");
        });

        Origin By(MerchantId merchant) => run.By(merchant, "vault.rotate", "the vault's master key");
    }

    private static async Task CheckAsync(Run run)
    {
        var books = await run.ReadAsync();
        if (await new MasterKeyRotation(books, run.Clock).CurrentIdAsync(run.Cancel) is null)
        {
            run.Print(new { Instruments = 0, Opens = 0 }, $"The vault of this database is empty.");
            return;
        }

        var key = await MasterKeySource.FindAsync(run, books);
        var tried = await (await PostgresVault.OpenAsync(books, key, run.Clock, run.Cancel)).CheckAsync(run.Cancel);
        var (opens, all) = (tried[true].Count(), tried.Sum(group => group.Count()));
        var broken = tried[false].Select(instrument => new { Merchant = instrument.Merchant.Value, Instrument = instrument.Value })
            .ToList();
        run.ExitCode = broken.Count > 0 ? 1 : 0;
        run.Print(new { Instruments = all, Opens = opens, Broken = broken, MasterKey = key.Id }, () =>
        {
            foreach (var one in broken)
            {
                Terminal.Line(
                    $"[red]✗[/] Merchant {one.Merchant}, instrument {one.Instrument} does not open: ",
                    $"it was changed, or sealed for another.");
            }

            Terminal.Line($"Instruments that open: {opens} of {all}. Master key: {key.Id}.");
        });
    }
}
