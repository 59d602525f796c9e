using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Quittance.Storage.Backups;

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
