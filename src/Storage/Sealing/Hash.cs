using System.Buffers.Binary;

namespace Quittance.Storage.Sealing;

/// <summary>A SHA-256, as a key.</summary>
internal readonly record struct Hash(UInt128 First, UInt128 Last)
{
    public static Hash Of(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Last);
    }
}
