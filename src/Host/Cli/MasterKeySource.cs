using System.CommandLine;
using Npgsql;
using Quittance.Core.Instruments;
using Quittance.Storage.Vault;

namespace Quittance.Host.Cli;

/// <summary>Where a command finds the vault's master key: in a variable, in a file that is named, or in the data folder.</summary>
internal static class MasterKeySource
{
    private const string Variable = "QUITTANCE_MASTER_KEY";

    /// <summary>A file that holds the key.</summary>
    public static Option<string?> FileOption { get; } = new("--master-key-file")
    {
        Description = $"The file that holds the vault's master key, base64 of 32 bytes with mode 0600 (default: master.key in the data folder; the variable {Variable} goes before both)",
        HelpName = "file",
    };

    /// <summary>The file in the data folder, where the key is kept when nothing else is said.</summary>
    public static MasterKeyFile DefaultFile(ParseResult options) => new(Path.Combine(options.GetRequiredValue(DatabaseOptions.Data), "master.key"));

    /// <summary>Whether the key is kept in the data folder.</summary>
    public static bool IsDefault(ParseResult options) => FromVariable() is null && options.GetValue(FileOption) is null;

    /// <summary>The key. Where none is kept yet and the database needs none, one is made in the data folder.</summary>
    /// <exception cref="VaultException">It is missing, malformed, or open to others.</exception>
    public static async Task<MasterKey> FindAsync(ParseResult options, NpgsqlDataSource database, IProgress<string> progress, CancellationToken cancel)
    {
        if (FromVariable() is { } text)
            return MasterKey.Parse(text.Trim(), $"The variable {Variable}");
        if (options.GetValue(FileOption) is { } named)
        {
            return new MasterKeyFile(named).Read()
                ?? throw new VaultException($"There is no master key in {Path.GetFullPath(named)}. Put it there, or make one for a database without sealed data: umask 077; openssl rand -base64 32 > {Path.GetFullPath(named)}");
        }

        var file = DefaultFile(options);
        var rotation = new MasterKeyRotation(database, TimeProvider.System);
        if (await rotation.FinishAsync(file, cancel) is { } key)
            return key;
        if (await rotation.CurrentIdAsync(cancel) is { } needed)
        {
            throw new VaultException(
                $"There is no master key in {file.FullPath}, and the database's vault is sealed by the master key {needed}. Put that key back, or name where it is with --master-key-file or the variable {Variable}.");
        }

        progress.Report($"Making the vault's master key in {file.FullPath}; keep a copy of it apart from the database");
        return file.CreateUnlessThere(MasterKey.Generate());
    }

    /// <summary>The key where one is kept; null where none is. Makes and changes nothing.</summary>
    /// <exception cref="VaultException">It is malformed, open to others, or missing where it was named.</exception>
    public static MasterKey? Given(ParseResult options)
    {
        if (FromVariable() is { } text)
            return MasterKey.Parse(text.Trim(), $"The variable {Variable}");
        return options.GetValue(FileOption) is { } named
            ? new MasterKeyFile(named).Read() ?? throw new VaultException($"There is no master key in {Path.GetFullPath(named)}.")
            : DefaultFile(options).Read();
    }

    private static string? FromVariable() => Environment.GetEnvironmentVariable(Variable);
}
