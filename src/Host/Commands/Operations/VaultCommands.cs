using System.CommandLine;
using Quittance.Core;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>vault</c>: the sealed numbers of cards and bank accounts.</summary>
internal static class VaultCommands
{
    private static readonly Option<string?> NewFile = Options.Text(
        "--new-master-key-file", "file",
        "The file that holds the new master key; made if it is missing "
        + "(default: a new key takes the place of master.key in the data folder, the old one is kept beside it)");

    private static readonly Option<bool> WithHashes = Options.Flag(
        "--with-hashes",
        "Also replace the keys of requests' hashes and of session tokens: requests that clients repeat afterwards are refused, and "
        + "customers begin their sessions again");

    private static readonly Argument<string> FirstShare = new("first") { Description = "The file for the first custodian" };

    private static readonly Argument<string> SecondShare = new("second") { Description = "The file for the second custodian" };

    public static Command Vault() => new("vault", "The sealed numbers of cards and bank accounts")
    {
        CommandMaker.OfBooks(
            "rotate", "Change the master key; safe to repeat after an interruption. Restart running servers afterwards", RotateAsync,
            NewFile),
        CommandMaker.OfBooks(
            "rekey",
            "Make a new data key for every merchant and seal its secrets anew, also beside running servers; safe to repeat after an "
            + "interruption",
            RekeyAsync, WithHashes),
        CommandMaker.Of(
            "split",
            "Split the master key into two files for two custodians: servers then need both, as --master-key-file and --master-key-share",
            SplitAsync, FirstShare, SecondShare, Options.Data, MasterKeySource.FileOption, MasterKeySource.ShareOption, Options.Json),
        CommandMaker.OfBooks(
            "check", "Try to open every secret in the vault; also beside a running server",
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

    private static async Task RekeyAsync(Run run)
    {
        var books = await run.ChangeAsync();
        var key = await MasterKeySource.FindAsync(run, books);
        var merchants = await new Merchants(books, run.Clock).ListAsync(run.Cancel);
        var replaced = await new DataKeyReplacement(books, key, run.Clock).ReplaceAsync(
            [.. merchants.Select(merchant => merchant.Id)], run.Get(WithHashes),
            merchant => run.By(merchant, "vault.rekey", "the vault's data key"), run.Progress, run.Cancel);
        run.ExitCode = replaced.Any(one => one.Broken.Count > 0) ? 1 : 0;
        run.Print(
            new
            {
                Merchants = replaced.Select(one =>
                    new { Merchant = one.Merchant.Value, one.DataKey, one.Resealed, one.Deleted, one.Broken }),
            },
            () =>
            {
                if (replaced.Count == 0)
                    Terminal.Line($"The vault of this database is empty.");
                foreach (var one in replaced)
                    Show(one);
            });
    }

    private static void Show(ReplacedDataKey one)
    {
        foreach (var broken in one.Broken)
            ShowBroken(one.Merchant.Value, broken);
        Terminal.Line(
            $"[green]✓[/] Merchant {one.Merchant.Value}: secrets sealed anew {one.Resealed:N0}, by the data key {one.DataKey}; ",
            $"keys of earlier replacements deleted: {one.Deleted}.");
        Terminal.Line(one.Broken.Count == 0
            ? (FormattableString)$"  A running server deletes the former key in an hour or two, when it seals nothing."
            : $"  The former key stays for what does not open. Erase these customers' data: then a running server deletes it.");
    }

    private static Task SplitAsync(Run run)
    {
        var key = MasterKeySource.Given(run)
            ?? throw new CommandException($"There is no master key in {MasterKeySource.DefaultFile(run).FullPath}.");
        var shares = new SharedMasterKey(new MasterKeyFile(run.Required(FirstShare)), new MasterKeyFile(run.Required(SecondShare)));
        shares.Create(key);
        run.Print(new { MasterKey = key.Id, shares.Name }, () =>
        {
            Terminal.Line($"[green]✓[/] The master key {key.Id} is split into {shares.Name}. Either file alone tells nothing of it.");
            Terminal.Line(
                $"  Give each custodian one, and servers both: --master-key-file … --master-key-share …. ",
                $"Then remove the file that holds the whole key, and keep what backups need.");
        });
        return Task.CompletedTask;
    }

    private static async Task CheckAsync(Run run)
    {
        var books = await run.ReadAsync();
        if (await new MasterKeyRotation(books, run.Clock).CurrentIdAsync(run.Cancel) is null)
        {
            run.Print(
                new
                {
                    Instruments = 0,
                    Opens = 0,
                    OtherSecrets = 0,
                    OtherSecretsOpen = 0,
                    NumbersForOnePayment = 0,
                    SavedNumbers = 0,
                },
                $"The vault of this database is empty.");
            return;
        }

        var key = await MasterKeySource.FindAsync(run, books);
        var vault = await PostgresVault.OpenAsync(books, key, run.Clock, run.Cancel);
        await run.NoteAsync("vault.check", "the vault");
        var held = await vault.CountAsync(run.Cancel);
        var (tried, texts) = (await vault.CheckAsync(run.Cancel), await vault.CheckTextsAsync(run.Cancel));
        var (opens, all) = Count(tried);
        var (textsOpen, allTexts) = Count(texts);
        var broken = tried[false].Select(instrument => new { Merchant = instrument.Merchant.Value, Instrument = instrument.Value })
            .ToList();
        var brokenTexts = texts[false].Select(text => new { Merchant = text.Merchant.Value, Secret = text.Name }).ToList();
        run.ExitCode = broken.Count + brokenTexts.Count > 0 ? 1 : 0;
        run.Print(
            new
            {
                Instruments = all,
                Opens = opens,
                Broken = broken,
                OtherSecrets = allTexts,
                OtherSecretsOpen = textsOpen,
                OtherSecretsBroken = brokenTexts,
                NumbersForOnePayment = held.Once,
                SavedNumbers = held.Saved,
                OldestNumberSince = held.OldestSince,
                MasterKey = key.Id,
            },
            () =>
            {
                foreach (var one in broken)
                    ShowBroken(one.Merchant, $"instrument {one.Instrument}");
                foreach (var one in brokenTexts)
                    ShowBroken(one.Merchant, one.Secret);
                Terminal.Line(
                    $"Instruments that open: {opens} of {all}. Other secrets that open: {textsOpen} of {allTexts}. ",
                    $"Master key: {key.Id}.");
                Terminal.Line(
                    $"Numbers for one payment that is not over: {held.Once:N0}. Saved numbers: {held.Saved:N0}. ",
                    $"The oldest is held since: {(held.OldestSince is { } since ? $"{since:yyyy-MM-dd}" : "none")}.");
            });
    }

    private static (int Open, int All) Count<T>(ILookup<bool, T> tried) => (tried[true].Count(), tried.Sum(group => group.Count()));

    private static void ShowBroken(long merchant, string secret) =>
        Terminal.Line($"[red]✗[/] Merchant {merchant}, {secret} does not open: it was changed, or sealed for another.");
}
