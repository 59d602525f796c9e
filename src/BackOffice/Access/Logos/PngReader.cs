using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Quittance.BackOffice.Access.Logos;

/// <summary>Reads PNG (ISO 15948) as far as to know that programs can show it, and leaves out what is no picture.</summary>
internal static class PngReader
{
    /// <summary>The most pixels of a side: what a picture becomes in memory follows from them.</summary>
    public const int MostSide = 1000;

    private const int LeastSide = 16;
    private const int HeaderLength = 13;
    private const int Around = 12;
    private const int MostFilter = 4;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>The chunks that make the picture. Texts, times and places where it was taken are none.</summary>
    private static readonly HashSet<string> Kept = ["IHDR", "PLTE", "tRNS", "gAMA", "sRGB", "IDAT", "IEND"];

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Reads a picture.</summary>
    /// <returns>Its bytes, without what is no picture; or why it is none.</returns>
    public static (byte[]? Content, string? Problem) Read(ReadOnlySpan<byte> file)
    {
        using var kept = new MemoryStream();
        using var pixels = new MemoryStream();
        kept.Write(Signature);
        var (header, place, last) = (Array.Empty<byte>(), Signature.Length, "");
        while (last != "IEND")
        {
            if (Chunk(file[place..]) is not var (name, length))
                return (null, "This PNG is broken or not whole.");
            var data = file.Slice(place + 8, length);
            if (place == Signature.Length != (name == "IHDR"))
                return (null, "This PNG is broken: it does not begin with its size.");
            if (name == "IHDR")
                header = data.ToArray();
            else if (name == "IDAT")
                pixels.Write(data);
            if (Kept.Contains(name))
                kept.Write(file.Slice(place, length + Around));
            (place, last) = (place + length + Around, name);
        }

        pixels.Position = 0;
        return ProblemOf(header, pixels) is { } problem ? (null, problem) : (kept.ToArray(), null);
    }

    /// <summary>The chunk that a text of bytes begins with; null where it is not whole or was changed.</summary>
    private static (string Name, int Length)? Chunk(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < Around || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - Around)
            return null;
        var whole = rest.Slice(4, (int)length + 4);
        return BinaryPrimitives.ReadUInt32BigEndian(rest[((int)length + 8)..]) == Crc(whole)
            ? (Encoding.Latin1.GetString(whole[..4]), (int)length) : null;
    }

    private static string? ProblemOf(byte[] header, MemoryStream pixels)
    {
        if (header.Length != HeaderLength)
            return "This PNG is broken: it does not say its size.";
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)));
        if (width is < LeastSide or > MostSide || height is < LeastSide or > MostSide)
            return $"A logo has {LeastSide} to {MostSide} pixels on each side; this one has {width} by {height}.";
        var (depth, channels) = (header[8], header[9] switch { 0 or 3 => 1, 4 => 2, 2 => 3, 6 => 4, _ => 0 });
        // What else PNG can is rare in logos, and not all that prints receipts shows it.
        if (channels == 0 || depth is not (1 or 2 or 4 or 8) || (channels > 1 && depth != 8) || header[10] != 0 || header[11] != 0
            || header[12] != 0)
        {
            return "Save the PNG with at most 8 bits for each colour, and not interlaced.";
        }

        return HasAllRows(pixels, (((int)width * channels * depth) + 7) / 8, (int)height)
            ? null : "This PNG is broken: its pixels are not as many as it says.";
    }

    /// <summary>Whether the compressed pixels are so many rows, each behind its filter, and nothing more.</summary>
    private static bool HasAllRows(MemoryStream pixels, int width, int height)
    {
        try
        {
            using var inflated = new ZLibStream(pixels, CompressionMode.Decompress);
            var row = new byte[width + 1];
            for (var nth = 0; nth < height; nth++)
            {
                if (inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length || row[0] > MostFilter)
                    return false;
            }

            return inflated.ReadByte() < 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        const uint Polynomial = 0xedb88320;
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
        }

        return ~crc;
    }
}
