using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Quittance.Storage.Backups;

/// <summary>
/// Bytes in pieces of equal length, each sealed by AES-256-GCM. A piece's nonce is its number and whether it is the last one, and the head
/// of the file is authenticated with it. So a piece that was changed, moved or left out, or is of another file, does not open, and a file
/// that was cut off has no last piece. The last piece may be shorter, or empty. The key must be of this file alone.
/// </summary>
/// <param name="key">32 bytes.</param>
/// <param name="head">The bytes of the file before the pieces.</param>
internal sealed class PieceSeal(ReadOnlySpan<byte> key, byte[] head) : IDisposable
{
    /// <summary>The length of a piece before it is sealed.</summary>
    public const int Length = 128 * 1024;

    /// <summary>The length of a sealed piece.</summary>
    public const int SealedLength = Length + TagLength;

    /// <summary>The bytes that sealing adds to a piece.</summary>
    public const int TagLength = 16;

    private const int NonceLength = 12;

    private readonly AesGcm _cipher = new(key, TagLength);

    /// <summary>Seals a piece into a space that is longer by <see cref="TagLength"/>.</summary>
    public void Seal(long number, bool isLast, ReadOnlySpan<byte> piece, Span<byte> space) =>
        _cipher.Encrypt(Nonce(number, isLast), piece, space[..piece.Length], space.Slice(piece.Length, TagLength), head);

    /// <summary>Opens a piece into a space that is shorter by <see cref="TagLength"/>; false where it is not the one sealed.</summary>
    public bool TryOpen(long number, bool isLast, ReadOnlySpan<byte> piece, Span<byte> space)
    {
        if (piece.Length < TagLength)
            return false;
        try
        {
            _cipher.Decrypt(
                Nonce(number, isLast), piece[..^TagLength], piece[^TagLength..], space[..(piece.Length - TagLength)], head);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();

    private static byte[] Nonce(long number, bool isLast)
    {
        var nonce = new byte[NonceLength];
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }
}

/// <summary>Writes sealed pieces. Without <see cref="FinishAsync"/> there is no last one.</summary>
internal sealed class PieceWriter(Stream file, PieceSeal seal) : OneWayStream
{
    private readonly byte[] _piece = new byte[PieceSeal.Length];
    private readonly byte[] _sealed = new byte[PieceSeal.SealedLength];
    private int _filled;
    private long _number;

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            // A full piece waits until more comes, as it may be the last.
            if (_filled == _piece.Length)
                await SealAsync(isLast: false, cancellationToken);
            var length = Math.Min(buffer.Length, _piece.Length - _filled);
            buffer.Span[..length].CopyTo(_piece.AsSpan(_filled));
            _filled += length;
            buffer = buffer[length..];
        }
    }

    /// <summary>Writes the last piece.</summary>
    public Task FinishAsync(CancellationToken cancel) => SealAsync(isLast: true, cancel);

    private async Task SealAsync(bool isLast, CancellationToken cancel)
    {
        seal.Seal(_number++, isLast, _piece.AsSpan(0, _filled), _sealed);
        await file.WriteAsync(_sealed.AsMemory(0, _filled + PieceSeal.TagLength), cancel);
        _filled = 0;
    }
}

/// <summary>Reads sealed pieces from where a file stands. It gives out nothing that does not open.</summary>
internal sealed class PieceReader(FileStream file, PieceSeal seal) : OneWayStream
{
    private readonly byte[] _piece = new byte[PieceSeal.Length];
    private readonly byte[] _sealed = new byte[PieceSeal.SealedLength];
    private readonly long _start = file.Position;
    private int _filled;
    private int _given;
    private long _number;
    private bool _isAtEnd;

    public override bool CanRead => true;

    /// <summary>Opens every piece, and forgets it.</summary>
    /// <exception cref="BackupException">The file was cut off or changed. The message says where.</exception>
    public async Task OpenAllAsync(CancellationToken cancel)
    {
        while (!_isAtEnd)
            await OpenAsync(cancel);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _filled && !_isAtEnd)
            await OpenAsync(cancellationToken);
        var length = Math.Min(buffer.Length, _filled - _given);
        _piece.AsMemory(_given, length).CopyTo(buffer);
        _given += length;
        return length;
    }

    private async Task OpenAsync(CancellationToken cancel)
    {
        var length = await file.ReadAtLeastAsync(_sealed, _sealed.Length, throwOnEndOfStream: false, cancel);
        _isAtEnd = file.Position >= file.Length;
        if (!seal.TryOpen(_number, _isAtEnd, _sealed.AsSpan(0, length), _piece))
            throw new BackupException($"{file.Name} {DamageOf(_sealed.AsSpan(0, length))} Nothing was restored; use another backup.");
        (_filled, _given) = (length - PieceSeal.TagLength, 0);
        _number++;
    }

    private string DamageOf(ReadOnlySpan<byte> piece)
    {
        var pieces = (file.Length - _start + PieceSeal.SealedLength - 1) / PieceSeal.SealedLength;
        if (pieces == 0)
            return "was cut off: nothing stands behind its head.";
        // It opens, but not as what stands in this place.
        if (seal.TryOpen(_number, !_isAtEnd, piece, _piece))
            return _isAtEnd ? "was cut off: its last piece is missing." : "was changed: something stands behind its last piece.";
        return _isAtEnd && piece.Length < PieceSeal.SealedLength
            ? $"was cut off, or changed at its end: piece {_number + 1} of {pieces} is not the one that was sealed."
            : $"was changed: piece {_number + 1} of {pieces} is not the one that was sealed.";
    }
}
