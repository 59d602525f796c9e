using System.Buffers.Binary;

namespace Quittance.Storage.Console;

/// <summary>The time with which ids begin.</summary>
internal static class IdTime
{
    /// <summary>The smallest id that can be made at a moment: ids made later are above it.</summary>
    public static Guid First(DateTimeOffset at)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, at.ToUnixTimeMilliseconds() << 16);
        id[8..].Clear();
        return new Guid(id, bigEndian: true);
    }

    /// <summary>When an id was made, UTC.</summary>
    public static DateTimeOffset Of(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(NumberOf(id) >> 80));

    /// <summary>Ids as numbers that are in the order in which the database has them.</summary>
    public static UInt128 NumberOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
