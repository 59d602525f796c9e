using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Quittance.Storage.Sealing;

/// <summary>
/// The cells of a row as they are hashed: of each that is not empty the length of its column's name, the name, and the value. Numbers,
/// days, times (microseconds since 1970) and flags have eight bytes, ids 16, texts and bytes their length in four bytes before them; all
/// with the highest byte first. A list has the number of its texts in four bytes, and then these. An empty cell adds nothing, so a new
/// column that is empty in old rows leaves their hashes as they are; one that is not needs a block that seals those rows anew.
/// </summary>
internal sealed class CellBuffer
{
    private static readonly int FirstDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private byte[] _bytes = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public bool IsEmpty => _length == 0;

    public void Clear() => _length = 0;

    /// <summary>Adds the cells of another buffer.</summary>
    public void Append(CellBuffer other) => other.Bytes.CopyTo(Next(other._length));

    public void Add(byte[] name, long value) => BinaryPrimitives.WriteInt64BigEndian(Next(name, sizeof(long)), value);

    public void Add(byte[] name, long? value)
    {
        if (value is { } number)
            Add(name, number);
    }

    public void Add(byte[] name, bool value) => Add(name, value ? 1L : 0L);

    public void Add(byte[] name, Guid value) => value.TryWriteBytes(Next(name, 16), bigEndian: true, out _);

    public void Add(byte[] name, Guid? value)
    {
        if (value is { } id)
            Add(name, id);
    }

    public void Add(byte[] name, DateOnly? value)
    {
        if (value is { } day)
            Add(name, (long)(day.DayNumber - FirstDay));
    }

    /// <summary>A time, cut to the microseconds that PostgreSQL keeps.</summary>
    public void Add(byte[] name, DateTime? value)
    {
        if (value is { } time)
            Add(name, (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
    }

    public void Add(byte[] name, string? value)
    {
        if (value is null)
            return;
        var length = Encoding.UTF8.GetByteCount(value);
        var place = Next(name, sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(place, length);
        Encoding.UTF8.GetBytes(value, place[sizeof(int)..]);
    }

    public void Add(byte[] name, ReadOnlySpan<byte> value)
    {
        var place = Next(name, sizeof(int) + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(place, value.Length);
        value.CopyTo(place[sizeof(int)..]);
    }

    /// <summary>A list of texts. One that is missing in it has the length -1, as another's hand can have put it there.</summary>
    public void Add(byte[] name, string?[] values)
    {
        var size = values.Sum(value => sizeof(int) + Encoding.UTF8.GetByteCount(value ?? ""));
        var place = Next(name, sizeof(int) + size);
        BinaryPrimitives.WriteInt32BigEndian(place, values.Length);
        place = place[sizeof(int)..];
        foreach (var value in values)
        {
            var length = Encoding.UTF8.GetBytes(value ?? "", place[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(place, value is null ? -1 : length);
            place = place[(sizeof(int) + length)..];
        }
    }

    /// <summary>A cell as the database gives it back.</summary>
    /// <param name="type">The type of its column.</param>
    public void Add(byte[] name, NpgsqlDataReader row, int cell, string type)
    {
        if (row.IsDBNull(cell))
            return;
        switch (type)
        {
            case "bigint":
                Add(name, row.GetInt64(cell));
                break;
            case "int":
                Add(name, (long)row.GetInt32(cell));
                break;
            case "smallint":
                Add(name, (long)row.GetInt16(cell));
                break;
            case "boolean":
                Add(name, row.GetBoolean(cell));
                break;
            case "uuid":
                Add(name, row.GetGuid(cell));
                break;
            case "date":
                Add(name, row.GetFieldValue<DateOnly>(cell));
                break;
            case "timestamptz":
                Add(name, row.GetDateTime(cell));
                break;
            case "text[]":
                Add(name, row.GetFieldValue<string?[]>(cell));
                break;
            case "bytea":
                Add(name, row.GetFieldValue<byte[]>(cell));
                break;
            case "text" or "json":
                Add(name, row.GetString(cell));
                break;
            default:
                throw new InvalidOperationException($"No seal covers a column of the type {type}.");
        }
    }

    private Span<byte> Next(byte[] name, int size)
    {
        var place = Next(1 + name.Length + size);
        place[0] = (byte)name.Length;
        name.CopyTo(place[1..]);
        return place[(1 + name.Length)..];
    }

    private Span<byte> Next(int size)
    {
        var start = _length;
        _length += size;
        if (_length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_length, 2 * _bytes.Length));
        return _bytes.AsSpan(start, size);
    }
}
