using System.Security.Cryptography;
using System.Text;

namespace Quittance.Papers;

/// <summary>
/// Takes chance out of a file that PDFsharp has written: it draws the names of fonts' subsets and the ids of the document, each of a fixed
/// length. Names follow from their order and ids from the contents, so that the same contents make the same file.
/// </summary>
internal static class PinnedPdf
{
    private const int TagLength = 6;
    private const int UuidLength = 36;
    private const int HexLength = 32;
    private const int IdBytes = 16;

    public static void Pin(Span<byte> pdf)
    {
        PinTags(pdf);
        List<(int At, int Length)> ids = [];
        for (var at = Find(pdf, 0, "uuid:"u8); at >= 0; at = Find(pdf, at, "uuid:"u8))
            ids.Add((at, UuidLength));
        var trailer = pdf.LastIndexOf("/ID[<"u8) + "/ID[<".Length;
        ids.AddRange([(trailer, HexLength), (trailer + HexLength + "><".Length, HexLength)]);
        foreach (var (at, length) in ids)
            pdf.Slice(at, length).Fill((byte)'0');
        var id = new Guid(SHA256.HashData(pdf).AsSpan(0, IdBytes));
        foreach (var (at, length) in ids)
            Encoding.ASCII.GetBytes(length == HexLength ? $"{id:N}".ToUpperInvariant() : $"{id:D}").CopyTo(pdf[at..]);
    }

    /// <summary>The fonts' subsets: six letters and a plus before the font's name.</summary>
    private static void PinTags(Span<byte> pdf)
    {
        var end = "+Liberation"u8;
        List<string> seen = [];
        for (var at = Find(pdf, 0, end); at >= 0; at = Find(pdf, at, end))
        {
            var tag = pdf.Slice(at - end.Length - TagLength, TagLength);
            var drawn = Encoding.ASCII.GetString(tag);
            if (!drawn.All(char.IsAsciiLetterUpper))
                continue;
            if (!seen.Contains(drawn))
                seen.Add(drawn);
            Encoding.ASCII.GetBytes($"PAPER{(char)('A' + seen.IndexOf(drawn))}").CopyTo(tag);
        }
    }

    /// <summary>The place behind a mark; below zero where there is none any more.</summary>
    private static int Find(ReadOnlySpan<byte> pdf, int from, ReadOnlySpan<byte> mark)
    {
        var found = pdf[from..].IndexOf(mark);
        return found < 0 ? found : from + found + mark.Length;
    }
}
