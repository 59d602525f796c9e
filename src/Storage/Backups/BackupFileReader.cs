using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Quittance.Storage.Backups;

/// <summary>
/// Reads a backup from front to back, after all of it was read once to see that it is whole: nobody restores half of a file.
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
        if (await file.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false, cancel) < kept.Length || !hash.GetHashAndReset().AsSpan().SequenceEqual(kept))
            throw new BackupException($"{file.Name} was cut off or altered: its checksum is not that of its contents. Nothing was restored; use another backup.");
    }
}
