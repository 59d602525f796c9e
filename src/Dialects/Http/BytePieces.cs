using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Quittance.Dialects.Http;

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
