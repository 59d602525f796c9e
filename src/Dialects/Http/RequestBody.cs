using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Quittance.Dialects.Http;

/// <summary>
/// A body read whole into pooled buffers, which grow with what has arrived and not with what was announced. One that is long lies in
/// several pieces, so that nothing of it is copied and no buffer is larger than a piece.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>The codings of a compressed body that are read (RFC 9110 8.4.1); the header Accept-Encoding of a 415 names them.</summary>
    public const string Codings = "gzip, deflate, br";

    // Nobody compresses a body more often; each turn costs time.
    private const int MostCodings = 2;

    private const int FirstCapacity = 64 * 1024;

    /// <summary>The length of a piece, and so of the longest body that lies in one: that of nearly every dialect.</summary>
    private const int PieceSize = 2 * 1024 * 1024;

    /// <summary>
    /// The memory that the document of a body takes for each of its values and names, bytes: its row of 12 bytes, in a table that doubles
    /// as it grows, and its place among the names of its object. Measured: a body of zeros took 16 times its length, one of short names 20
    /// times.
    /// </summary>
    private const int BytesOfAValue = 64;

    /// <summary>How many times its length a body takes that has few values: a copy in one piece, and the first table.</summary>
    private const int Copies = 3;

    private readonly long _limit;
    private readonly BodyBudget? _budget;
    private long _taken;

    // Full pieces, and the one that is being filled.
    private readonly List<byte[]> _full = [];
    private byte[]? _buffer;
    private int _length;

    private RequestBody(long? announced, long limit, BodyBudget? budget)
    {
        (_limit, _budget) = (limit, budget);
        // The byte beyond the announced length is where the end of the body shows.
        var capacity = (int)Math.Min(Math.Min((announced + 1) ?? FirstCapacity, FirstCapacity), limit + 1);
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    /// <summary>The body; only valid until it is disposed of.</summary>
    public ReadOnlySequence<byte> Bytes => _full.Count == 0 ? new ReadOnlySequence<byte>(_buffer.AsMemory(0, _length))
        : BytePieces.Join([.. _full.Select(piece => piece.AsMemory(0, PieceSize)), _buffer.AsMemory(0, _length)]);

    private long Length => ((long)_full.Count * PieceSize) + _length;

    /// <summary>
    /// Reads to the end, and decompresses it; the fault when it is too large or broken, when it is compressed in a way that is not read, or
    /// when too many bytes are at work.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="limit">The longest body that is taken, bytes, before and after it is decompressed.</param>
    /// <param name="budget">The bytes of all bodies; null for bodies so short that they do not count.</param>
    /// <param name="isBuilt">Whether the dialect makes a document of the whole body. What that takes counts too.</param>
    public static async Task<(RequestBody? Body, EdgeFault? Fault)> ReadAsync(
        HttpContext http, long limit, BodyBudget? budget = null, bool isBuilt = false)
    {
        if (http.Request.ContentLength > limit)
            return (null, EdgeFault.BodyTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;

        if (Decompressed(http) is not var (source, isCompressed))
        {
            // RFC 9110 15.5.16: says what can be sent instead.
            http.Response.Headers.AcceptEncoding = Codings;
            return (null, EdgeFault.MediaTypeUnsupported);
        }

        var body = new RequestBody(isCompressed ? null : http.Request.ContentLength, limit, budget);
        var isRead = false;
        try
        {
            var fault = await body.FillAsync(source, http.RequestAborted);
            if (fault is null && isBuilt && body._taken > 0 && !body.TryTake(body.BytesToBuild()))
                fault = EdgeFault.Overloaded;
            isRead = fault is null;
            return (isRead ? body : null, fault);
        }
        finally
        {
            if (!isRead)
                body.Dispose();
        }
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer)
            return;
        _buffer = null;
        // Bodies may hold what must not lie about in memory that others are given.
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        foreach (var piece in _full)
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        _full.Clear();
        _budget?.Return(_taken);
    }

    /// <summary>
    /// The body as it was before it was compressed, and whether it was; null where it is compressed in a way that is not read.
    /// </summary>
    private static (Stream Source, bool IsCompressed)? Decompressed(HttpContext http)
    {
        if (http.Request.Headers.ContentEncoding.Count == 0)
            return (http.Request.Body, false);
        List<string> codings =
        [
            .. http.Request.Headers.ContentEncoding.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries))
                .Select(coding => coding.ToLowerInvariant()).Where(coding => coding is not ("" or "identity")),
        ];
        if (codings.Count > MostCodings)
            return null;
        var source = http.Request.Body;
        // They are listed in the order in which they were applied.
        foreach (var coding in Enumerable.Reverse(codings))
        {
            Stream? plain = coding switch
            {
                "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true),
                // RFC 9110 8.4.1.2: in the format of zlib.
                "deflate" => new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true),
                "br" => new BrotliStream(source, CompressionMode.Decompress, leaveOpen: true),
                _ => null,
            };
            if (plain is null)
                return null;
            http.Response.RegisterForDispose(plain);
            source = plain;
        }

        return (source, codings.Count > 0);
    }

    private async Task<EdgeFault?> FillAsync(Stream source, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                if (IsFull && !TryTake())
                    return EdgeFault.Overloaded;
                if (await source.ReadAsync(Free(), cancel) is not (> 0 and var read))
                    return null;
                _length += read;
                if (Length > _limit)
                    return EdgeFault.BodyTooLarge;
            }
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? EdgeFault.BodyTooLarge : EdgeFault.BodyBroken;
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException
            || (broken is InvalidOperationException && source is BrotliStream))
        {
            // The client broke its upload off, or what it sent can't be decompressed.
            return EdgeFault.BodyBroken;
        }
    }

    /// <summary>Whether the next byte needs a larger buffer or one more.</summary>
    private bool IsFull => _length == Math.Min(_buffer!.Length, PieceSize);

    /// <summary>Takes what the buffer grows by from the budget.</summary>
    private bool TryTake() => TryTake(_length == PieceSize ? PieceSize : Math.Min(_length * 2, PieceSize) - _length);

    /// <summary>The most memory that a document of the body takes, by the marks of JSON in it.</summary>
    private long BytesToBuild()
    {
        long values = 1;
        foreach (var piece in Bytes)
        {
            foreach (var mark in ",:[{"u8)
                values += piece.Span.Count(mark);
        }

        return (Copies * Length) + (BytesOfAValue * values);
    }

    /// <summary>Takes bytes from the budget. They count as long as the body is at work.</summary>
    private bool TryTake(long bytes)
    {
        if (_budget?.TryTake(bytes) == false)
            return false;
        _taken += bytes;
        return true;
    }

    /// <summary>Room for at least one more byte, and for none beyond the first that is too much.</summary>
    private Memory<byte> Free()
    {
        if (_length == PieceSize)
        {
            _full.Add(_buffer!);
            _buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
            _length = 0;
        }
        else if (_length == _buffer!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_length * 2, PieceSize));
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        var room = Math.Min(Math.Min(_buffer!.Length, PieceSize) - _length, _limit + 1 - Length);
        return _buffer.AsMemory(_length, (int)room);
    }
}

/// <summary>
/// The memory for long bodies of all requests together. A body's first 64 KiB do not count, so that payments pass while long calls
/// wait.
/// </summary>
/// <param name="bytes">How many bytes may be at work at once.</param>
public sealed class BodyBudget(long bytes)
{
    private long _taken;

    /// <summary>How many bytes are at work.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes; false where so many are not left.</summary>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _taken, count) <= bytes)
            return true;
        Return(count);
        return false;
    }

    /// <summary>Gives taken bytes back.</summary>
    public void Return(long count) => Interlocked.Add(ref _taken, -count);
}

/// <summary>Bytes that lie in several buffers and are read as one.</summary>
internal static class BytePieces
{
    private const int LongestRune = 4;

    /// <summary>The pieces as one, in their order. At least one.</summary>
    public static ReadOnlySequence<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        if (pieces is [var only])
            return new ReadOnlySequence<byte>(only);
        var first = new Piece(pieces[0], 0);
        var last = first;
        foreach (var memory in pieces.Skip(1))
            last = last.Append(memory);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Whether there is nothing but white space of JSON.</summary>
    public static bool IsBlank(in ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            if (piece.Span.ContainsAnyExcept(" \t\r\n"u8))
                return false;
        }

        return true;
    }

    /// <summary>Whether it is UTF-8, also where a character lies across two pieces.</summary>
    public static bool IsUtf8(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> seam = stackalloc byte[LongestRune];
        var kept = 0;
        foreach (var piece in bytes)
        {
            var rest = piece.Span;
            while (kept > 0 && rest.Length > 0)
            {
                seam[kept++] = rest[0];
                rest = rest[1..];
                var status = Rune.DecodeFromUtf8(seam[..kept], out _, out _);
                if (status == OperationStatus.InvalidData)
                    return false;
                if (status == OperationStatus.Done)
                    kept = 0;
            }

            if (rest.IsEmpty)
                continue;
            if (Rune.DecodeLastFromUtf8(rest, out _, out var begun) == OperationStatus.NeedMoreData)
            {
                rest[^begun..].CopyTo(seam);
                kept = begun;
                rest = rest[..^begun];
            }

            if (!Utf8.IsValid(rest))
                return false;
        }

        return kept == 0;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
