using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Quittance.Storage.Backups;

/// <summary>A backup can't be made or restored. The message is for the operator; nothing has changed.</summary>
public sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>What a frame of a backup holds.</summary>
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
/// The form of a backup: a line that names it, then Brotli over frames, then SHA-256 of everything before. A frame is its kind (one
/// byte), its length (four bytes, big-endian) and its contents: the header, then for each table its rows and its summary, then the end.
/// </summary>
internal static class BackupFormat
{
    /// <summary>The largest frame. More is not read.</summary>
    public const int LargestFrame = 1024 * 1024;

    /// <summary>The rows of a table are cut into pieces of this size.</summary>
    public const int Piece = 128 * 1024;

    /// <summary>The length of SHA-256.</summary>
    public const int HashLength = 32;

    /// <summary>How every version begins.</summary>
    public static ReadOnlySpan<byte> Name => "quittance backup "u8;

    /// <summary>The first line of this version.</summary>
    public static ReadOnlySpan<byte> FirstLine => "quittance backup 1\n"u8;

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
    private readonly SHA256 _hash = SHA256.Create();
    private readonly CryptoStream _hashed;
    private readonly BrotliStream _packed;

    private BackupFileWriter(FileStream file)
    {
        _file = file;
        _hashed = new CryptoStream(file, _hash, CryptoStreamMode.Write, leaveOpen: true);
        _hashed.Write(BackupFormat.FirstLine);
        _packed = new BrotliStream(_hashed, CompressionLevel.Fastest, leaveOpen: true);
    }

    public static BackupFileWriter Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BackupFormat.Piece };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new BackupFileWriter(new FileStream(path, options));
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
        await _hashed.FlushFinalBlockAsync(cancel);
        await _file.WriteAsync(_hash.Hash, cancel);
        _file.Flush(flushToDisk: true);
        return _file.Length;
    }

    /// <summary>Closes the file. Unless it was finished it is no backup, and what is still to be written is of no use.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _packed.DisposeAsync();
            await _hashed.DisposeAsync();
            await _file.DisposeAsync();
        }
        catch (Exception unwritable) when (BackupFormat.MeansUnwritable(unwritable))
        {
            // The write before this has told it.
            _file.SafeFileHandle.Dispose();
        }

        _hash.Dispose();
    }
}

/// <summary>
/// Reads a backup from front to back, after a first pass over the file has checked that it is whole.
/// </summary>
public sealed class BackupFileReader : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly BrotliStream _unpacked;
    private readonly byte[] _head = new byte[5];

    private BackupFileReader(FileStream file)
    {
        _file = file;
        _file.Position = BackupFormat.FirstLine.Length;
        _unpacked = new BrotliStream(file, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>What it says of itself.</summary>
    public BackupHeader Header { get; private set; } = new(default, [], []);

    /// <summary>Where it is.</summary>
    public string FullPath => _file.Name;

    /// <summary>The size of the file.</summary>
    public long Length => _file.Length;

    /// <summary>How far it was read.</summary>
    public long Position => _file.Position;

    /// <summary>Opens a backup and checks that it is whole and of a version that is known.</summary>
    /// <exception cref="BackupException">It can't be read, is none, was cut off or altered, or a newer version made it.</exception>
    public static async Task<BackupFileReader> OpenAsync(string path, CancellationToken cancel)
    {
        var file = Open(path);
        try
        {
            await CheckAsync(file, cancel);
            var reader = new BackupFileReader(file);
            var (kind, contents) = await reader.ReadAsync(cancel);
            reader.Header = kind == FrameKind.Header ? reader.Parse<BackupHeader>(contents) : throw Unreadable(path);
            return reader;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _unpacked.DisposeAsync();
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

    private static async Task CheckAsync(FileStream file, CancellationToken cancel)
    {
        var first = new byte[BackupFormat.FirstLine.Length];
        var read = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancel);
        if (read < first.Length || !first.AsSpan().StartsWith(BackupFormat.Name))
            throw new BackupException($"{file.Name} is no backup of Quittance.");
        if (!first.AsSpan().SequenceEqual(BackupFormat.FirstLine))
            throw new BackupException($"{file.Name} was made by a newer version of Quittance. Restore it with that version.");

        file.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[BackupFormat.Piece];
        for (var left = file.Length - BackupFormat.HashLength; left > 0;)
        {
            var length = await file.ReadAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)), cancel);
            if (length == 0)
                break;
            hash.AppendData(piece.AsSpan(0, length));
            left -= length;
        }

        var kept = new byte[BackupFormat.HashLength];
        if (await file.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false, cancel) < kept.Length
            || !hash.GetHashAndReset().AsSpan().SequenceEqual(kept))
        {
            throw new BackupException(
                $"{file.Name} was cut off or altered: its checksum is not that of its contents. Nothing was restored; use another backup.");
        }
    }
}
