using Npgsql;
using Quittance.Core;

namespace Quittance.Storage.Rows;

/// <summary>The cells of a row, read one after the other. The first is the merchant, which all tables of the books begin with.</summary>
internal struct Cells(NpgsqlDataReader row, int first)
{
    private int _next = first + 1;

    public MerchantId Merchant { get; } = new(row.GetInt64(first));

    public long Long() => row.GetInt64(_next++);

    public long? LongOrNone() => IsNone() ? null : Long();

    public int Int() => row.GetInt32(_next++);

    public int Small() => row.GetInt16(_next++);

    public bool Flag() => row.GetBoolean(_next++);

    public Guid Guid() => row.GetGuid(_next++);

    public Guid? GuidOrNone() => IsNone() ? null : Guid();

    /// <summary>An id of the row's merchant, if there is one.</summary>
    public TId? IdOrNone<TId>(Func<MerchantId, Guid, TId> id)
        where TId : struct => GuidOrNone() is { } value ? id(Merchant, value) : null;

    public string Text() => row.GetString(_next++);

    public string? TextOrNone() => IsNone() ? null : Text();

    public string[] Texts() => row.GetFieldValue<string[]>(_next++);

    public byte[] Bytes() => row.GetFieldValue<byte[]>(_next++);

    // A null here would become empty memory.
    public ReadOnlyMemory<byte>? BytesOrNone() => IsNone() ? default(ReadOnlyMemory<byte>?) : Bytes();

    public T Word<T>()
        where T : struct, Enum => Words.To<T>(Text());

    public T? WordOrNone<T>()
        where T : struct, Enum => TextOrNone() is { } word ? Words.To<T>(word) : null;

    public DateOnly Day() => row.GetFieldValue<DateOnly>(_next++);

    public DateOnly? DayOrNone() => IsNone() ? null : Day();

    public DateTimeOffset Time() => row.GetFieldValue<DateTimeOffset>(_next++);

    public DateTimeOffset? TimeOrNone() => IsNone() ? null : Time();

    public Currency Currency() => Core.Currency.Parse(Text());

    public Money Money() => new(Long(), Currency());

    public Money? MoneyOrNone() => LongOrNone() is { } amountMinor ? new Money(amountMinor, Currency()) : Skip<Money>();

    private T? Skip<T>()
        where T : struct
    {
        _next++;
        return null;
    }

    /// <summary>Whether the next cell is empty; an empty one is passed over.</summary>
    private bool IsNone()
    {
        var isNone = row.IsDBNull(_next);
        if (isNone)
            _next++;
        return isNone;
    }
}
