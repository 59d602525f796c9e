using System.Buffers.Binary;

namespace Quittance.Storage.Reading;

/// <summary>The time in the first bytes of an id.</summary>
internal static class IdTime
{
    /// <summary>The smallest id of a moment: later ids are above it.</summary>
    public static Guid First(DateTimeOffset at) => First(at.ToUnixTimeMilliseconds());

    /// <summary>The smallest id of a moment, in milliseconds since 1970.</summary>
    public static Guid First(long milliseconds)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, (ulong)Math.Max(0, milliseconds) << 16);
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
