using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Vault;

/// <summary>The key that seals every merchant's data key. It is never in the database.</summary>
public sealed class MasterKey
{
    internal const int Length = 32;
    private const string Purpose = "data key";

    private readonly byte[] _key;

    private MasterKey(byte[] key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 8, info: "quittance master key id"u8.ToArray()));
        Blocks = new BlockKey(Id, HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Length, info: "quittance block"u8.ToArray()));
    }

    /// <summary>Names the key, and gives nothing of it away: 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The key that follows from it and proves blocks.</summary>
    public BlockKey Blocks { get; }

    /// <summary>A new random key.</summary>
    public static MasterKey Generate() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a key from base64.</summary>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="VaultException">It is not the base64 of 32 bytes. The message says so and does not repeat it.</exception>
    public static MasterKey Parse(string text, string source)
    {
        var bytes = new byte[text.Length];
        var what = Convert.TryFromBase64String(text, bytes, out var length) ? $"the base64 of {length} bytes" : "no base64";
        return length == Length && what != "no base64"
            ? new MasterKey(bytes[..Length])
            : throw new VaultException(
                $"{source} holds {what}, but a master key is the base64 of {Length} bytes. Put the right key there; a new one, for a "
                + "database without sealed data, is made by: openssl rand -base64 32");
    }

    /// <summary>The id alone.</summary>
    public override string ToString() => $"master key {Id}";

    /// <summary>The key of one backup, which has a salt of its own.</summary>
    internal byte[] BackupKey(ReadOnlySpan<byte> salt)
    {
        var key = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, key, salt, "quittance backup"u8);
        return key;
    }

    /// <summary>Two random texts that give the key together, and nothing of it alone.</summary>
    internal (byte[] First, byte[] Second) Split()
    {
        var first = RandomNumberGenerator.GetBytes(Length);
        return (first, Xor(first, _key));
    }

    /// <summary>The key of two shares.</summary>
    internal static MasterKey Join(byte[] first, byte[] second) => new(Xor(first, second));

    private static byte[] Xor(byte[] one, byte[] other) => [.. one.Zip(other, (a, b) => (byte)(a ^ b))];

    internal string ToBase64() => Convert.ToBase64String(_key);

    internal byte[] Wrap(MerchantId merchant, int id, byte[] dataKey) =>
        Envelope.Seal(_key, id, dataKey, Envelope.Purpose(merchant, Purpose, ""));

    internal byte[]? Unwrap(MerchantId merchant, byte[] wrapped) => Envelope.Open(_key, wrapped, Envelope.Purpose(merchant, Purpose, ""));
}

/// <summary>A place that holds the master key. The server asks it once, when it starts.</summary>
public interface IMasterKeyPlace
{
    /// <summary>The place in words.</summary>
    string Name { get; }

    /// <summary>The key; null where the place holds none.</summary>
    /// <exception cref="VaultException">The place can't be read, holds no key, or is open to others.</exception>
    MasterKey? Read();
}

/// <summary>A variable of the environment that holds a master key: base64.</summary>
public sealed class MasterKeyVariable(string name) : IMasterKeyPlace
{
    /// <inheritdoc/>
    public string Name => $"The variable {name}";

    /// <inheritdoc/>
    public MasterKey? Read() => Environment.GetEnvironmentVariable(name) is { } text ? MasterKey.Parse(text.Trim(), Name) : null;
}

/// <summary>A file that holds a master key: base64, readable by its owner alone.</summary>
public sealed class MasterKeyFile(string path) : IMasterKeyPlace
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int AlreadyExists = 17;

    /// <summary>Where it is.</summary>
    public string FullPath { get; } = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => FullPath;

    /// <summary>The folder that it lies in.</summary>
    public string Folder => Path.GetDirectoryName(FullPath)!;

    /// <summary>The file in which a rotation keeps the next key until the database is sealed by it.</summary>
    public MasterKeyFile Next => new(FullPath + ".next");

    /// <summary>The file in which a rotation keeps a key that was in use: old backups need it.</summary>
    public MasterKeyFile Former(MasterKey key) => new($"{FullPath}.{key.Id}");

    /// <summary>The keys that rotations have kept beside it.</summary>
    /// <exception cref="VaultException">One can't be read, is no key, or is open to others.</exception>
    public IReadOnlyList<MasterKey> Formers() =>
    [
        .. (Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"{Path.GetFileName(FullPath)}.????????????????") : [])
            .Select(path => new MasterKeyFile(path).Read()).OfType<MasterKey>(),
    ];

    /// <summary>The key; null when there is no such file.</summary>
    /// <exception cref="VaultException">The file can't be read, holds no key, or is open to others.</exception>
    public MasterKey? Read() => ReadText() is { } text ? MasterKey.Parse(text, FullPath) : null;

    /// <summary>Writes the key, on the disk when this returns. A file that is there already is never overwritten: its key counts.</summary>
    /// <returns>The key that the file holds now.</returns>
    /// <exception cref="VaultException">The file can't be written, or what is there is no key.</exception>
    public MasterKey CreateUnlessThere(MasterKey key)
    {
        CreateUnlessThere(key.ToBase64(), key.Id);
        return Read() ?? throw new VaultException($"The master key in {FullPath} was removed while it was written.");
    }

    /// <summary>The text of the file, which its owner alone can read; null when there is no such file.</summary>
    internal string? ReadText()
    {
        try
        {
            using var file = new FileStream(FullPath, FileMode.Open, FileAccess.Read);
            // Of the open file, so that it can't be exchanged after the check.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerOnly) != UnixFileMode.None)
            {
                throw new VaultException(
                    $"The master key in {FullPath} is open to other users of this machine. Close it with: chmod 600 {FullPath} (and if "
                    + "one of them may have read it, change it with: quittance vault rotate)");
            }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Trim();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The master key can't be read from {FullPath}: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Writes a text in the same way.</summary>
    internal void CreateUnlessThere(string text, string id)
    {
        var unfinished = $"{FullPath}.{id}.unfinished";
        try
        {
            Directory.CreateDirectory(Folder);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(Encoding.ASCII.GetBytes(text + "\n"));
                file.Flush(flushToDisk: true);
            }

            MoveUnlessThere(unfinished);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The master key can't be written to {FullPath}: {unwritable.Message}", unwritable);
        }
    }

    /// <summary>Takes the place of another file, in one step.</summary>
    /// <exception cref="VaultException">It can't be moved.</exception>
    public void MoveOver(MasterKeyFile other)
    {
        try
        {
            File.Move(FullPath, other.FullPath, overwrite: true);
            FlushToDisk(other.FullPath);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The master key in {FullPath} can't be moved to {other.FullPath}: {failed.Message}", failed);
        }
    }

    /// <summary>Of two at once one wins and the other sees it.</summary>
    private void MoveUnlessThere(string unfinished)
    {
        if (OperatingSystem.IsWindows())
        {
            MoveUnlessThereOnWindows(unfinished);
            return;
        }

        // On Unix File.Move looks first and moves then; only a hard link is one step.
        var error = Link(unfinished, FullPath) == 0 ? 0 : Marshal.GetLastPInvokeError();
        File.Delete(unfinished);
        if (error is not (0 or AlreadyExists))
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        FlushToDisk(FullPath);
    }

    private void MoveUnlessThereOnWindows(string unfinished)
    {
        try
        {
            File.Move(unfinished, FullPath, overwrite: false);
        }
        catch (IOException) when (File.Exists(FullPath))
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Flushed under its new name: a key that seals data must not be lost with the power.</summary>
    private static void FlushToDisk(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string added);
}

/// <summary>
/// Changes the master key. A key that seals anything is on the disk before it does and stays there, so a rotation that is cut off at any
/// point leaves a key that opens the database, and can simply be repeated.
/// </summary>
public sealed class MasterKeyRotation(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The id of the master key that seals the database's data keys; null while there are none.</summary>
    public async Task<string?> CurrentIdAsync(CancellationToken cancel) =>
        (await DataKeys.MasterKeyIdsAsync(database, cancel)).SingleOrDefault();

    /// <summary>
    /// The id of the master key that the books need: the one that seals the data keys, or where there are none the one that the last
    /// block is proven with. Null for books that need none yet.
    /// </summary>
    public async Task<string?> NeededIdAsync(CancellationToken cancel)
    {
        if (await CurrentIdAsync(cancel) is { } current)
            return current;
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await OfLastBlockAsync(connection, cancel);
    }

    /// <summary>The same, as a transaction sees it.</summary>
    internal static async Task<string?> NeededIdAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        (await DataKeys.MasterKeyIdsAsync(connection, cancel)).SingleOrDefault() ?? await OfLastBlockAsync(connection, cancel);

    private static Task<string?> OfLastBlockAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            SELECT encode(substr(b.proof, 1, 8), 'hex') FROM merchant m
             CROSS JOIN LATERAL (SELECT b.at, b.proof FROM block b WHERE b.merchant_id = m.id AND b.proof IS NOT NULL
                 ORDER BY b.at DESC, b.id DESC LIMIT 1) b
             ORDER BY b.at DESC LIMIT 1
            """,
            _ => { }, row => row.GetString(0), cancel);

    /// <summary>Seals the data keys by the key in a file, which is made if it is missing.</summary>
    /// <returns>The new key, and how many data keys it seals now.</returns>
    /// <exception cref="VaultException">A data key does not open, or a file can't be used. The database is unchanged.</exception>
    public async Task<(MasterKey Key, int Rewrapped)> ToFileAsync(
        MasterKey current, MasterKeyFile file, CancellationToken cancel, Func<MerchantId, Origin>? by = null)
    {
        var next = file.Read() ?? file.CreateUnlessThere(MasterKey.Generate());
        // It has proven the blocks until now.
        file.Former(current).CreateUnlessThere(current);
        return (next, await RewrapAsync(current, next, by, cancel));
    }

    /// <summary>Seals the data keys by a new key, which then takes the place of the one in the file. That one is kept beside it.</summary>
    /// <returns>The new key, and how many data keys it seals now.</returns>
    /// <exception cref="VaultException">A data key does not open, or a file can't be used.</exception>
    public async Task<(MasterKey Key, int Rewrapped)> InPlaceAsync(
        MasterKey current, MasterKeyFile file, CancellationToken cancel, Func<MerchantId, Origin>? by = null)
    {
        // A key that is left from a rotation that was cut off seals nothing yet, or FinishAsync would have taken it.
        var next = file.Next.Read() ?? file.Next.CreateUnlessThere(MasterKey.Generate());
        if (file.Former(current).CreateUnlessThere(current).Id != current.Id)
            throw new VaultException($"{file.Former(current).FullPath} holds another key than its name says. Move it away and repeat.");
        var rewrapped = await RewrapAsync(current, next, by, cancel);
        await FinishAsync(file, cancel);
        return (next, rewrapped);
    }

    /// <summary>Takes the last step of a rotation in place that was cut off after the database had been sealed by the new key.</summary>
    /// <returns>The key that the file holds; null when there is no file.</returns>
    /// <exception cref="VaultException">A file can't be used.</exception>
    public async Task<MasterKey?> FinishAsync(MasterKeyFile file, CancellationToken cancel)
    {
        var key = file.Read();
        if (await CurrentIdAsync(cancel) is not { } right || key?.Id == right || file.Next.Read() is not { } next || next.Id != right)
            return key;
        file.Next.MoveOver(file);
        return next;
    }

    private async Task<int> RewrapAsync(MasterKey current, MasterKey next, Func<MerchantId, Origin>? by, CancellationToken cancel) =>
        await CurrentIdAsync(cancel) is null
            ? throw new InvalidOperationException("Without a data key there is nothing to seal anew.")
            : await DataKeys.RewrapAsync(database, current, next, by, clock, cancel);
}
