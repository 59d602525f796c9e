using System.CommandLine;
using Npgsql;
using Quittance.Core.Instruments;
using Quittance.Storage.Sealing;
using Quittance.Storage.Vault;

namespace Quittance.Host.Cli;

/// <summary>Finds the vault's master key: in a variable, in a named file, or in the data folder.</summary>
internal static class MasterKeySource
{
    private const string Variable = "QUITTANCE_MASTER_KEY";

    public static Option<string?> FileOption { get; } = Options.Text(
        "--master-key-file", "file",
        "The file that holds the vault's master key, base64 of 32 bytes with mode 0600 "
        + $"(default: master.key in the data folder; the variable {Variable} goes before both)");

    /// <summary>The file in the data folder.</summary>
    public static MasterKeyFile DefaultFile(Run run) => new(Path.Combine(run.Required(Options.Data), "master.key"));

    /// <summary>Whether the key is kept in the data folder.</summary>
    public static bool IsDefault(Run run) => FromVariable() is null && run.Get(FileOption) is null;

    /// <summary>The key. Makes one in the data folder where there is none and the database needs none.</summary>
    /// <exception cref="VaultException">It is missing, malformed, or open to others.</exception>
    public static async Task<MasterKey> FindAsync(Run run, NpgsqlDataSource database)
    {
        if (FromVariable() is { } text)
            return MasterKey.Parse(text.Trim(), $"The variable {Variable}");
        if (run.Get(FileOption) is { } named)
        {
            return new MasterKeyFile(named).Read() ?? throw new VaultException(
                $"There is no master key in {Path.GetFullPath(named)}. Put it there, or make one for a database without sealed data: "
                + $"umask 077; openssl rand -base64 32 > {Path.GetFullPath(named)}");
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
    /// <exception cref="VaultException">It is malformed, open to others, or not in the named file.</exception>
    public static MasterKey? Given(Run run)
    {
        if (FromVariable() is { } text)
            return MasterKey.Parse(text.Trim(), $"The variable {Variable}");
        return run.Get(FileOption) is { } named
            ? new MasterKeyFile(named).Read() ?? throw new VaultException($"There is no master key in {Path.GetFullPath(named)}.")
            : DefaultFile(run).Read();
    }

    /// <summary>
    /// The key first, then the others that lie beside its file: those that rotations have kept, and the next one of a rotation that was
    /// cut off. Empty where there is none. Makes and changes nothing.
    /// </summary>
    /// <exception cref="VaultException">One is malformed, open to others, or not in the named file.</exception>
    public static IReadOnlyList<MasterKey> AtHand(Run run)
    {
        IReadOnlyList<MasterKey> given = Given(run) is { } key ? [key] : [];
        if (FromVariable() is not null)
            return given;
        var file = new MasterKeyFile(run.Get(FileOption) ?? DefaultFile(run).FullPath);
        return [.. given, .. file.Formers(), .. file.Next.Read() is { } next ? (MasterKey[])[next] : []];
    }

    /// <summary>Has this process check the proofs of blocks with the key, and with the former keys that lie beside its file.</summary>
    public static void Prove(Run run, NpgsqlDataSource database, MasterKey key)
    {
        if (FromVariable() is null)
        {
            var file = new MasterKeyFile(run.Get(FileOption) ?? DefaultFile(run).FullPath);
            foreach (var former in file.Formers())
                BlockKeys.Use(database, former.Blocks);
        }

        BlockKeys.Use(database, key.Blocks);
    }

    private static string? FromVariable() => Environment.GetEnvironmentVariable(Variable);
}
