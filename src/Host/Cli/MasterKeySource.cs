using System.CommandLine;
using Npgsql;
using Quittance.Core.Instruments;
using Quittance.Storage.Backups;
using Quittance.Storage.Sealing;
using Quittance.Storage.Vault;

namespace Quittance.Host.Cli;

/// <summary>Finds the vault's master key: in a variable, in two custodians' files, in a named file, or in the data folder.</summary>
internal static class MasterKeySource
{
    private const string Variable = "QUITTANCE_MASTER_KEY";

    private static readonly MasterKeyVariable FromVariable = new(Variable);

    public static Option<string?> FileOption { get; } = Options.Text(
        "--master-key-file", "file",
        "The file that holds the vault's master key, base64 of 32 bytes with mode 0600 "
        + $"(default: master.key in the data folder; the variable {Variable} goes before both)");

    public static Option<string?> ShareOption { get; } = Options.Text(
        "--master-key-share", "file",
        "A second custodian's file: --master-key-file and this one then hold the two shares of the master key that vault split made");

    public static Option<string?> FormerKeyOption { get; } = Options.Text(
        "--former-key", "id",
        "Take a backup that is sealed under this former master key, which vault rotate has kept beside the key's file. "
        + "Not after a leak of it: a thief of the key can make such a backup");

    /// <summary>The file in the data folder.</summary>
    public static MasterKeyFile DefaultFile(Run run) => new(Path.Combine(run.Required(Options.Data), "master.key"));

    /// <summary>Whether the key is kept in the data folder.</summary>
    public static bool IsDefault(Run run) => Named(run) is null;

    /// <summary>The file of its own that the key lies in; null where it comes from elsewhere.</summary>
    public static MasterKeyFile? FileOf(Run run) => (Named(run) ?? DefaultFile(run)) as MasterKeyFile;

    /// <summary>The key. Makes one in the data folder where there is none and the database needs none.</summary>
    /// <exception cref="VaultException">It is missing, malformed, or open to others.</exception>
    public static async Task<MasterKey> FindAsync(Run run, NpgsqlDataSource database)
    {
        if (Named(run) is { } place)
        {
            return place.Read() ?? throw new VaultException(
                $"There is no master key in {place.Name}. "
                + (place is MasterKeyFile named
                    ? $"Put it there, or make one for a database without sealed data: umask 077; openssl rand -base64 32 > {named.FullPath}"
                    : "Both custodians' files are needed."));
        }

        var file = DefaultFile(run);
        var rotation = new MasterKeyRotation(database, run.Clock);
        if (await rotation.FinishAsync(file, run.Cancel) is { } key)
            return key;
        if (await rotation.NeededIdAsync(run.Cancel) is { } needed)
        {
            throw new VaultException(
                $"There is no master key in {file.FullPath}, and the books are sealed with the master key {needed}. "
                + $"Put that key back, or name where it is with --master-key-file or the variable {Variable}.");
        }

        run.Progress.Report($"Making the vault's master key in {file.FullPath}; keep a copy of it apart from the database");
        return file.CreateUnlessThere(MasterKey.Generate());
    }

    /// <summary>The key, or null where there is none. Makes and changes nothing.</summary>
    /// <exception cref="VaultException">It is malformed, open to others, or not in the place that was named.</exception>
    public static MasterKey? Given(Run run) => Named(run) is { } place
        ? place.Read() ?? throw new VaultException($"There is no master key in {place.Name}.")
        : DefaultFile(run).Read();

    /// <summary>
    /// The key first, then the others that lie beside its file: those that rotations have kept, and the next one of a rotation that was
    /// cut off. Empty where there is none. Makes and changes nothing.
    /// </summary>
    /// <exception cref="VaultException">One is malformed, open to others, or not in the place that was named.</exception>
    public static IReadOnlyList<MasterKey> AtHand(Run run)
    {
        IReadOnlyList<MasterKey> given = Given(run) is { } key ? [key] : [];
        return FileOf(run) is { } file
            ? [.. given, .. file.Formers(), .. file.Next.Read() is { } next ? (MasterKey[])[next] : []]
            : given;
    }

    /// <summary>Opens a backup under the key, the next one of a rotation that was cut off, or the former one that was named.</summary>
    /// <exception cref="VaultException">A key is malformed, open to others, or not in the place that was named.</exception>
    /// <exception cref="BackupException">It can't be read, or is sealed under another key.</exception>
    public static Task<BackupFileReader> OpenBackupAsync(Run run, string file)
    {
        var named = run.Get(FormerKeyOption);
        var present = Given(run);
        // A rotation that was cut off has kept the present key as well.
        var formers = (FileOf(run)?.Formers() ?? []).Where(key => key.Id != present?.Id).ToLookup(key => key.Id == named);
        if (named is not null && !formers[true].Any())
            throw new CommandException($"No former master key {named} lies beside the master key's file.");
        var refused = formers[false].ToList();
        return BackupFileReader.OpenAsync(
            file, [.. AtHand(run).Where(key => !refused.Exists(former => former.Id == key.Id))], run.Cancel, refused);
    }

    /// <summary>Has this process check the proofs of blocks with the key, and with the former keys that lie beside its file.</summary>
    public static void Prove(Run run, NpgsqlDataSource database, MasterKey key)
    {
        foreach (var former in FileOf(run)?.Formers() ?? [])
            BlockKeys.Use(database, former.Blocks);
        BlockKeys.Use(database, key.Blocks);
    }

    /// <summary>The place that was named; null where the data folder is it.</summary>
    private static IMasterKeyPlace? Named(Run run)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return FromVariable;
        var file = run.Get(FileOption) is { } name ? new MasterKeyFile(name) : null;
        if (run.Get(ShareOption) is not { } share)
            return file;
        return file is not null ? new SharedMasterKey(file, new MasterKeyFile(share))
            : throw new CommandException("--master-key-share is one of two shares: name the other with --master-key-file.");
    }
}
