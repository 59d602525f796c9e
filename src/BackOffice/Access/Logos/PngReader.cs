using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Quittance.BackOffice.Access.Logos;

/// <summary>
/// Reads PNG (ISO 15948) and writes its pixels anew in one form, so that all that shows pages, mails and papers can show it, and nothing is
/// left that is no picture.
/// </summary>
internal static class PngReader
{
    /// <summary>The most pixels of a side: what a picture becomes in memory follows from them.</summary>
    public const int MostSide = 1000;

    private const int LeastSide = 16;
    private const int HeaderLength = 13;
    private const int Around = 12;
    private const byte Grey = 0;
    private const byte Coloured = 2;
    private const byte Indexed = 3;
    private const byte GreyAlpha = 4;
    private const byte ColouredAlpha = 6;
    private const string Broken = "This PNG is broken or not whole.";

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Reads a picture.</summary>
    /// <returns>A PNG of its pixels, with 8 bits for each colour and the transparency; or why it is none.</returns>
    public static (byte[]? Content, string? Problem) Read(ReadOnlySpan<byte> file)
    {
        using var pixels = new MemoryStream();
        Dictionary<string, byte[]> chunks = new(StringComparer.Ordinal);
        var (place, last) = (Signature.Length, "");
        while (last != "IEND")
        {
            if (Chunk(file[place..]) is not var (name, length))
                return (null, Broken);
            var data = file.Slice(place + 8, length);
            if (name == "IDAT")
                pixels.Write(data);
            else if (name is "IHDR" or "PLTE" or "tRNS" && !chunks.TryAdd(name, data.ToArray()))
                return (null, Broken);
            (place, last) = (place + length + Around, name);
        }

        if (chunks.GetValueOrDefault("IHDR") is not { Length: HeaderLength } header)
            return (null, "This PNG is broken: it does not say its size.");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)));
        if (width is < LeastSide or > MostSide || height is < LeastSide or > MostSide)
            return (null, $"A logo has {LeastSide} to {MostSide} pixels on each side; this one has {width} by {height}.");
        var (depth, kind) = (header[8], header[9]);
        if (ChannelsOf(kind) is not (> 0 and var channels) || depth is not (1 or 2 or 4 or 8)
            || (depth != 8 && kind is not (Grey or Indexed)) || header.AsSpan(10) is not [0, 0, 0])
        {
            return (null, "Save the PNG with at most 8 bits for each colour, and not interlaced.");
        }

        pixels.Position = 0;
        var rows = Rows(pixels, (((int)width * channels * depth) + 7) / 8, (int)height, Math.Max(1, channels * depth / 8));
        var picture = rows is null ? null : Coloured32(
            rows, (int)width, depth, kind, chunks.GetValueOrDefault("PLTE", []), chunks.GetValueOrDefault("tRNS", []));
        return picture is null ? (null, "This PNG is broken: its pixels are not as many as it says, or have no colour.")
            : (Written((int)width, picture), null);
    }

    private static int ChannelsOf(byte kind) => kind switch
    {
        Grey or Indexed => 1,
        GreyAlpha => 2,
        Coloured => 3,
        ColouredAlpha => 4,
        _ => 0,
    };

    /// <summary>The chunk that a text of bytes begins with; null where it is not whole or was changed.</summary>
    private static (string Name, int Length)? Chunk(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < Around || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - Around)
            return null;
        var whole = rest.Slice(4, (int)length + 4);
        return BinaryPrimitives.ReadUInt32BigEndian(rest[((int)length + 8)..]) == Crc(whole)
            ? (Encoding.Latin1.GetString(whole[..4]), (int)length) : null;
    }

    /// <summary>The rows without their filters; null where they are not as many as they should be.</summary>
    private static byte[][]? Rows(MemoryStream pixels, int width, int height, int step)
    {
        try
        {
            using var inflated = new ZLibStream(pixels, CompressionMode.Decompress);
            var rows = new byte[height][];
            var before = new byte[width];
            for (var nth = 0; nth < height; nth++)
            {
                var (filter, row) = (inflated.ReadByte(), new byte[width]);
                if (inflated.ReadAtLeast(row, width, throwOnEndOfStream: false) < width || !Unfilter(filter, row, before, step))
                    return null;
                rows[nth] = before = row;
            }

            return inflated.ReadByte() < 0 ? rows : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        for (var at = 0; at < row.Length; at++)
        {
            var (left, corner) = at < step ? (0, 0) : (row[at - step], (int)above[at - step]);
            row[at] += (byte)(filter switch
            {
                1 => left,
                2 => above[at],
                3 => (left + above[at]) / 2,
                4 => Paeth(left, above[at], corner),
                _ => 0,
            });
        }

        return filter is >= 0 and <= 4;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var (a, b, c) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }

    /// <summary>The pixels as red, green, blue and alpha; null where one has no colour in the palette.</summary>
    private static byte[][]? Coloured32(byte[][] rows, int width, int depth, byte kind, byte[] palette, byte[] clear)
    {
        var (channels, most) = (ChannelsOf(kind), (1 << depth) - 1);
        var picture = new byte[rows.Length][];
        for (var nth = 0; nth < rows.Length; nth++)
        {
            var (row, made) = (rows[nth], new byte[width * 4]);
            for (var at = 0; at < width; at++)
            {
                var from = at * channels * depth / 8;
                var sample = (row[from] >> (8 - depth - (at * channels * depth % 8))) & most;
                if (kind == Indexed && (sample * 3) + 3 > palette.Length)
                    return null;
                var (red, green, blue, alpha) = kind switch
                {
                    Grey => (sample * 255 / most, sample * 255 / most, sample * 255 / most, IsClear(clear, sample) ? 0 : 255),
                    GreyAlpha => (sample, sample, sample, row[from + 1]),
                    Indexed => (palette[sample * 3], palette[(sample * 3) + 1], palette[(sample * 3) + 2],
                        sample < clear.Length ? clear[sample] : 255),
                    _ => (row[from], row[from + 1], row[from + 2],
                        kind == ColouredAlpha ? row[from + 3] : IsClear(clear, row[from], row[from + 1], row[from + 2]) ? 0 : 255),
                };
                ((ReadOnlySpan<byte>)[(byte)red, (byte)green, (byte)blue, (byte)alpha]).CopyTo(made.AsSpan(at * 4));
            }

            picture[nth] = made;
        }

        return picture;
    }

    /// <summary>Whether the one colour that is clear is this one: two bytes for each part of it.</summary>
    private static bool IsClear(byte[] clear, params ReadOnlySpan<int> colour)
    {
        var isClear = clear.Length == colour.Length * 2;
        for (var at = 0; isClear && at < colour.Length; at++)
            isClear = BinaryPrimitives.ReadUInt16BigEndian(clear.AsSpan(at * 2)) == colour[at];
        return isClear;
    }

    private static byte[] Written(int width, byte[][] picture)
    {
        const byte Up = 2;
        using var pixels = new MemoryStream();
        using (var deflated = new ZLibStream(pixels, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var above = new byte[width * 4];
            foreach (var row in picture)
            {
                deflated.WriteByte(Up);
                deflated.Write([.. row.Zip(above, (one, other) => (byte)(one - other))]);
                above = row;
            }
        }

        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Length);
        (header[8], header[9]) = (8, ColouredAlpha);
        using var file = new MemoryStream();
        file.Write(Signature);
        foreach (var (name, data) in ((string, byte[])[])[("IHDR", header), ("IDAT", pixels.ToArray()), ("IEND", [])])
        {
            byte[] whole = [.. Encoding.Latin1.GetBytes(name), .. data];
            var around = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(around, data.Length);
            BinaryPrimitives.WriteUInt32BigEndian(around.AsSpan(4), Crc(whole));
            file.Write([.. around.AsSpan(0, 4), .. whole, .. around.AsSpan(4)]);
        }

        return file.ToArray();
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
