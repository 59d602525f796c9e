using System.Buffers.Binary;

namespace Quittance.Storage.Console;

/// <summary>The time in the first bytes of an id.</summary>
internal static class IdTime
{
    /// <summary>The smallest id of a moment: later ids are above it.</summary>
    public static Guid First(DateTimeOffset at)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, at.ToUnixTimeMilliseconds() << 16);
        id[8..].Clear();
        return new Guid(id, bigEndian: true);
    }

    /// <summary>The time of an id, UTC.</summary>
    public static DateTimeOffset Of(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(NumberOf(id) >> 80));

    /// <summary>An id as a number, in the order of the database.</summary>
    public static UInt128 NumberOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
