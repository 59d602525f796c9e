using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Quittance.Tests;

/// <summary>Pictures, made as programs for drawing save them.</summary>
internal static class Pictures
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>A picture of one colour with transparent corners.</summary>
    /// <param name="rows">How many rows of pixels it has, where that is another number than it says.</param>
    /// <param name="texts">What it says beside the picture.</param>
    public static byte[] Png(int width = 120, int height = 40, int? rows = null, string? texts = null)
    {
        using var pixels = new MemoryStream();
        using (var deflated = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + (width * 4)];
            for (var at = 1; at < row.Length; at += 4)
                (row[at], row[at + 1], row[at + 2], row[at + 3]) = (0x0b, 0x5c, 0xad, (byte)(at < 40 ? 0 : 255));
            for (var nth = 0; nth < (rows ?? height); nth++)
                deflated.Write(row);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        return
        [
            .. Signature, .. Chunk("IHDR", header), .. texts is null ? [] : Chunk("tEXt", Encoding.Latin1.GetBytes(texts)),
            .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", []),
        ];
    }

    /// <summary>Black and white stripes, of which the white ones are clear, in the forms of ISO 15948.</summary>
    /// <param name="kind">How colours are written, as the standard numbers it.</param>
    /// <param name="depth">Bits of a sample.</param>
    public static byte[] Stripes(byte kind, byte depth, int filter, byte interlace = 0, bool hasPalette = true)
    {
        const int Side = 21;
        var (most, step) = ((byte)((1 << Math.Min(depth, (byte)8)) - 1), kind switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 } * depth / 8);
        var rows = Enumerable.Range(0, Side).Select(y => Enumerable.Range(0, Side).SelectMany(x =>
        {
            byte light = (x + y) / 4 % 2 == 0 ? most : (byte)0;
            var other = (byte)(most - light);
            return kind switch
            {
                0 => (byte[])[light],
                3 => [light == 0 ? (byte)0 : (byte)1],
                4 => [light, other],
                2 => [light, light, light],
                _ => [light, light, light, other],
            };
        }).ToArray()).Select(samples => Packed(samples, depth)).ToList();
        using var pixels = new MemoryStream();
        using (var deflated = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            var above = new byte[rows[0].Length];
            foreach (var row in rows)
            {
                deflated.WriteByte((byte)filter);
                deflated.Write(Filtered(row, above, filter, Math.Max(1, step)));
                above = row;
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Side);
        (header[8], header[9], header[12]) = (depth, kind, interlace);
        byte[] clear = kind switch { 0 => [0, most], 2 => [0, most, 0, most, 0, most], 3 => [255, 0], _ => [] };
        return
        [
            .. Signature, .. Chunk("IHDR", header), .. kind == 3 && hasPalette ? Chunk("PLTE", [0, 0, 0, 255, 255, 255]) : [],
            .. clear.Length > 0 ? Chunk("tRNS", clear) : [], .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", []),
        ];
    }

    private static byte[] Packed(byte[] samples, int depth)
    {
        if (depth >= 8)
            return [.. samples.SelectMany(sample => Enumerable.Repeat(sample, depth / 8))];
        var row = new byte[((samples.Length * depth) + 7) / 8];
        for (var at = 0; at < samples.Length; at++)
            row[at * depth / 8] |= (byte)(samples[at] << (8 - depth - (at * depth % 8)));
        return row;
    }

    private static byte[] Filtered(byte[] row, byte[] above, int filter, int step) => [.. row.Select((sample, at) =>
    {
        var (left, up, corner) = (at < step ? 0 : row[at - step], (int)above[at], at < step ? 0 : above[at - step]);
        var nearest = new[] { left, up, corner }.MinBy(one => Math.Abs(left + up - corner - one));
        return (byte)(sample - filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => nearest, _ => 0 });
    })];

    /// <summary>A picture of a circle.</summary>
    /// <param name="more">What it has beside the circle.</param>
    /// <param name="attributes">What its first element has beside its size.</param>
    public static byte[] Svg(string more = "", string attributes = "") => Encoding.UTF8.GetBytes(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 120 40\" {attributes}>"
        + $"<circle cx=\"20\" cy=\"20\" r=\"18\" fill=\"#0b5cad\"/>{more}</svg>");

    public static byte[] Chunk(string name, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.Latin1.GetBytes(name, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
        }

        return ~crc;
    }
}
