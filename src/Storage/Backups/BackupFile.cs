using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Quittance.Storage.Vault;

namespace Quittance.Storage.Backups;

/// <summary>A backup can't be made or restored. The message is for the operator; nothing has changed.</summary>
public sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The content of a frame of a backup.</summary>
internal enum FrameKind : byte
{
    /// <summary>The <see cref="BackupHeader"/>.</summary>
    Header = 1,

    /// <summary>Rows of the present table, as PostgreSQL copies them.</summary>
    Rows = 2,

    /// <summary>The present table's <see cref="TableSummary"/>; the next table follows.</summary>
    TableEnd = 3,

    /// <summary>Nothing follows.</summary>
    End = 4,
}

/// <summary>
/// The form of a backup: its head, which is a line that names it, the id of the master key (8 bytes) and a salt (32 bytes); then sealed
/// pieces (<see cref="PieceSeal"/>) under a key that follows from the master key and the salt. In them is Brotli over frames. A frame is
/// its kind (one byte), its length (four bytes, big-endian) and its contents: the header, then for each table its rows and its summary,
/// then the end.
/// </summary>
internal static class BackupFormat
{
    /// <summary>The largest frame. More is not read.</summary>
    public const int LargestFrame = 1024 * 1024;

    /// <summary>The rows of a table are cut into pieces of this size.</summary>
    public const int Piece = 128 * 1024;

    /// <summary>The length of the name of a master key.</summary>
    public const int KeyIdLength = 8;

    /// <summary>The length of the salt from which a backup's own key follows.</summary>
    public const int SaltLength = 32;

    /// <summary>How every version begins.</summary>
    public static ReadOnlySpan<byte> Name => "quittance backup "u8;

    /// <summary>The first line of this version.</summary>
    public static ReadOnlySpan<byte> FirstLine => "quittance backup 2\n"u8;

    /// <summary>The first line of a backup that is not sealed, which an earlier version made.</summary>
    public static ReadOnlySpan<byte> FirstLineUnsealed => "quittance backup 1\n"u8;

    /// <summary>Whether this says that a file can't be written: no room, no leave, or more than its file system takes in a file.</summary>
    public static bool MeansUnwritable(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>How the header and the summaries are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}

/// <summary>Writes a backup from front to back. Only its owner may read the file, from its first byte on.</summary>
internal sealed class BackupFileWriter : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly PieceSeal _seal;
    private readonly PieceWriter _pieces;
    private readonly BrotliStream _packed;

    private BackupFileWriter(FileStream file, MasterKey key)
    {
        _file = file;
        var salt = RandomNumberGenerator.GetBytes(BackupFormat.SaltLength);
        byte[] head = [.. BackupFormat.FirstLine, .. Convert.FromHexString(key.Id), .. salt];
        _file.Write(head);
        _seal = new PieceSeal(key.BackupKey(salt), head);
        _pieces = new PieceWriter(file, _seal);
        _packed = new BrotliStream(_pieces, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <param name="path">The file, which must not exist.</param>
    /// <param name="key">The master key: without it the backup can't be read.</param>
    public static BackupFileWriter Create(string path, MasterKey key)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BackupFormat.Piece };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new BackupFileWriter(new FileStream(path, options), key);
    }

    public Task WriteJsonAsync<T>(FrameKind kind, T contents, CancellationToken cancel) =>
        WriteAsync(kind, JsonSerializer.SerializeToUtf8Bytes(contents, BackupFormat.Json), cancel);

    public async Task WriteAsync(FrameKind kind, ReadOnlyMemory<byte> contents, CancellationToken cancel)
    {
        var head = new byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), contents.Length);
        await _packed.WriteAsync(head, cancel);
        await _packed.WriteAsync(contents, cancel);
    }

    /// <summary>Writes the end, and waits until all is on the disk.</summary>
    /// <returns>The size of the file.</returns>
    public async Task<long> FinishAsync(CancellationToken cancel)
    {
        await WriteAsync(FrameKind.End, ReadOnlyMemory<byte>.Empty, cancel);
        await _packed.DisposeAsync();
        await _pieces.FinishAsync(cancel);
        _file.Flush(flushToDisk: true);
        return _file.Length;
    }

    /// <summary>Closes the file. Unless it was finished it is no backup, and what is still to be written is of no use.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _packed.DisposeAsync();
            await _file.DisposeAsync();
        }
        catch (Exception unwritable) when (BackupFormat.MeansUnwritable(unwritable))
        {
            // The write before this has thrown it.
            _file.SafeFileHandle.Dispose();
        }

        _seal.Dispose();
    }
}

/// <summary>
/// Reads a backup from front to back, after a first pass over the file has opened every piece of it.
/// </summary>
public sealed class BackupFileReader : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly PieceSeal _seal;
    private readonly BrotliStream _unpacked;
    private readonly byte[] _head = new byte[5];

    private BackupFileReader(FileStream file, PieceSeal seal, MasterKey key)
    {
        _file = file;
        _seal = seal;
        _unpacked = new BrotliStream(new PieceReader(file, seal), CompressionMode.Decompress, leaveOpen: true);
        Key = key;
    }

    /// <summary>The head of the backup.</summary>
    public BackupHeader Header { get; private set; } = new(default, [], []);

    /// <summary>The master key that it is sealed under.</summary>
    public MasterKey Key { get; }

    /// <summary>Where it is.</summary>
    public string FullPath => _file.Name;

    /// <summary>The size of the file.</summary>
    public long Length => _file.Length;

    /// <summary>How far it was read.</summary>
    public long Position => _file.Position;

    /// <summary>Opens a backup and checks that it is whole and of a version that is known.</summary>
    /// <param name="keys">The master keys at hand; the backup says which one it needs.</param>
    /// <param name="formers">Former master keys at hand that the operator has not named: a backup under one of them is refused.</param>
    /// <exception cref="BackupException">It can't be read, is none, was cut off or changed, needs another key, or another version made
    /// it.</exception>
    public static async Task<BackupFileReader> OpenAsync(
        string path, IReadOnlyList<MasterKey> keys, CancellationToken cancel, IReadOnlyList<MasterKey>? formers = null)
    {
        var file = Open(path);
        PieceSeal? seal = null;
        try
        {
            var head = await ReadHeadAsync(file, cancel);
            var key = KeyOf(file, head, keys, formers ?? []);
            seal = new PieceSeal(key.BackupKey(head.AsSpan(^BackupFormat.SaltLength..)), head);
            await new PieceReader(file, seal).OpenAllAsync(cancel);
            file.Position = head.Length;
            var reader = new BackupFileReader(file, seal, key);
            var (kind, contents) = await reader.ReadAsync(cancel);
            reader.Header = kind == FrameKind.Header ? reader.Parse<BackupHeader>(contents) : throw Unreadable(path);
            return reader;
        }
        catch
        {
            seal?.Dispose();
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _unpacked.DisposeAsync();
        _seal.Dispose();
        await _file.DisposeAsync();
    }

    /// <summary>The next frame.</summary>
    internal async Task<(FrameKind Kind, byte[] Contents)> ReadAsync(CancellationToken cancel)
    {
        try
        {
            await _unpacked.ReadExactlyAsync(_head, cancel);
            var length = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(1));
            if (length is < 0 or > BackupFormat.LargestFrame)
                throw Unreadable(FullPath);
            var contents = new byte[length];
            await _unpacked.ReadExactlyAsync(contents, cancel);
            return ((FrameKind)_head[0], contents);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or InvalidOperationException)
        {
            throw Unreadable(FullPath, broken);
        }
    }

    internal T Parse<T>(byte[] contents)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(contents, BackupFormat.Json) ?? throw Unreadable(FullPath);
        }
        catch (JsonException broken)
        {
            throw Unreadable(FullPath, broken);
        }
    }

    private static BackupException Unreadable(string path, Exception? cause = null) => new($"{path} can't be read as a backup.", cause);

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BackupFormat.Piece, FileOptions.SequentialScan);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BackupException($"There is no file {Path.GetFullPath(path)}.", missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{Path.GetFullPath(path)} can't be read: {unreadable.Message}", unreadable);
        }
    }

    private static async Task<byte[]> ReadHeadAsync(FileStream file, CancellationToken cancel)
    {
        var head = new byte[BackupFormat.FirstLine.Length + BackupFormat.KeyIdLength + BackupFormat.SaltLength];
        var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        var first = head.AsSpan(0, Math.Min(read, BackupFormat.FirstLine.Length));
        if (first.Length < BackupFormat.FirstLine.Length || !first.StartsWith(BackupFormat.Name))
            throw new BackupException($"{file.Name} is no backup of Quittance.");
        if (first.SequenceEqual(BackupFormat.FirstLineUnsealed))
        {
            throw new BackupException(
                $"{file.Name} is not sealed: an earlier version of Quittance made it, and anyone could have changed it. Restore it with "
                + "that version.");
        }

        if (!first.SequenceEqual(BackupFormat.FirstLine))
            throw new BackupException($"{file.Name} was made by a newer version of Quittance. Restore it with that version.");
        return read == head.Length ? head
            : throw new BackupException($"{file.Name} was cut off: it ends in its head. Nothing was restored; use another backup.");
    }

    private static MasterKey KeyOf(FileStream file, byte[] head, IReadOnlyList<MasterKey> keys, IReadOnlyList<MasterKey> formers)
    {
        var id = Convert.ToHexStringLower(head.AsSpan(BackupFormat.FirstLine.Length, BackupFormat.KeyIdLength));
        if (formers.Any(former => former.Id == id))
        {
            throw new BackupException(
                $"{file.Name} is sealed under the former master key {id}. A thief of that key can make such a file: if it has leaked, "
                + $"don't use this backup. Otherwise repeat the command with --former-key {id}.");
        }

        return keys.FirstOrDefault(key => key.Id == id) ?? throw new BackupException(
            $"{file.Name} is sealed under the master key {id}"
            + (keys.Count == 0 ? ". " : $", and the one at hand is {string.Join(", ", keys.Select(key => key.Id).Distinct())}. ")
            + "Name the right one with --master-key-file or the variable QUITTANCE_MASTER_KEY; a backup from before a rotation needs the "
            + "former key.");
    }
}
