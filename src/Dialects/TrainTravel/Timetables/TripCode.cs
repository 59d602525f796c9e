using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>
/// The content of a trip's id: a train on a day, and from where to where. A booking names nothing else, and there is no table of trips to
/// look it up in. The rest of the id is a check, so that an id that is not ours is not taken for one.
/// </summary>
/// <param name="Line">The number of the line in its direction.</param>
/// <param name="Day">The day on which the train leaves its first station, in days since 2000-01-01.</param>
/// <param name="Minute">When it leaves there, in minutes of the day.</param>
/// <param name="From">The place of the origin among the line's stops.</param>
/// <param name="To">The place of the destination.</param>
internal readonly record struct TripCode(ushort Line, ushort Day, ushort Minute, byte From, byte To)
{
    private const byte WholeRun = byte.MaxValue;

    private static readonly DateOnly FirstDay = new(2000, 1, 1);

    /// <summary>The day on which the train leaves its first station.</summary>
    public DateOnly Date => FirstDay.AddDays(Day);

    /// <summary>The whole run of the train, whose seats all its trips share.</summary>
    public TripCode Run => this with { From = WholeRun, To = WholeRun };

    /// <summary>The number of a day; null for those that no id can say.</summary>
    public static ushort? NumberOf(DateOnly day) =>
        day.DayNumber - FirstDay.DayNumber is >= 0 and <= ushort.MaxValue and var number ? (ushort)number : null;

    /// <summary>The id: a UUIDv8.</summary>
    public Guid ToId()
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(id, Line);
        BinaryPrimitives.WriteUInt16BigEndian(id[2..], Day);
        BinaryPrimitives.WriteUInt16BigEndian(id[4..], Minute);
        id[7] = From;
        id[9] = To;
        Span<byte> check = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, check);
        id[6] = (byte)((check[0] & 0x0F) | 0x80);
        id[8] = (byte)((check[1] & 0x3F) | 0x80);
        check[2..8].CopyTo(id[10..]);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Reads an id; null when the id is not ours.</summary>
    public static TripCode? Read(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var code = new TripCode(
            BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), bytes[7], bytes[9]);
        return code.ToId() == id ? code : null;
    }
}
