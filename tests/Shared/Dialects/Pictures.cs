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
