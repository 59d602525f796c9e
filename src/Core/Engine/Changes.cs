namespace Quittance.Core.Engine;

/// <summary>A reference that is given to something new.</summary>
public sealed record NameRow(Reference Reference, NamedObject NamedObject) : IRow<Reference, NameRow>
{
    public static Shelf<Reference, NameRow> Shelf { get; } = new(given => given.Reference);
}

/// <summary>Something that happened to a subject. The events of a subject count from 1 without gaps.</summary>
public interface IEvent : IRow
{
    Guid Subject { get; }

    int Sequence { get; }

    /// <summary>Whether the money of a payment came in by it.</summary>
    bool BringsMoney { get; }
}

/// <summary>Everything that one accepted command changes. Written to the store whole, or not at all.</summary>
public sealed class Changes
{
    // A search through few rows is faster than a dictionary of them.
    private const int FewRows = 32;

    private readonly List<IRow> _rows = [];

    /// <summary>Of many rows, the places of each shelf by id.</summary>
    private Dictionary<object, object>? _places;

    /// <summary>Rows that are new, or as they are now; each once.</summary>
    public IReadOnlyList<IRow> Rows => _rows;

    /// <summary>The last event, unless <see cref="AnswerWith"/> names another. The command's answer tells of it.</summary>
    public IEvent? Last { get; private set; }

    /// <summary>How many payments' money came in.</summary>
    public int Captured { get; private set; }

    /// <summary>How many human numbers were taken from the slot.</summary>
    public int NumbersTaken { get; private set; }

    /// <summary>The part of the books after the command that the answer shows; null where the answer reads them.</summary>
    public object? View { get; set; }

    /// <summary>The rows of one type, in the order in which they were first put.</summary>
    public IEnumerable<TRow> Of<TRow>() => _rows.OfType<TRow>();

    /// <summary>Puts a row, which is new or as it is now.</summary>
    public void Put<TId, TRow>(IRow<TId, TRow> row)
        where TId : struct, IEquatable<TId>
        where TRow : class, IRow<TId, TRow>
    {
        var id = TRow.Shelf.IdOf((TRow)row);
        var place = PlaceOf(TRow.Shelf, id);
        if (place < 0)
        {
            if (_rows.Count >= FewRows)
                PlacesOf(TRow.Shelf).Add(id, _rows.Count);
            _rows.Add(row);
        }
        else
        {
            _rows[place] = row;
        }

        if (row is not IEvent happened)
            return;
        Last = happened;
        Captured += happened.BringsMoney ? 1 : 0;
    }

    /// <summary>Has the answer tell of an event that was put before the last one.</summary>
    public void AnswerWith(IEvent happened) => Last = happened;

    /// <summary>Gives references to something new.</summary>
    public void Name(NamedObject referent, params IEnumerable<Reference> names)
    {
        foreach (var name in names)
            Put(new NameRow(name, referent));
    }

    /// <summary>Takes the next human number of the slot.</summary>
    public long TakeNumber(Stamp stamp) => stamp.Number(++NumbersTaken);

    /// <summary>A row as these changes leave it. The command must have wanted the row or put it.</summary>
    public TRow Latest<TId, TRow>(State state, Shelf<TId, TRow> shelf, TId id)
        where TId : struct, IEquatable<TId>
        where TRow : class => PlaceOf(shelf, id) is >= 0 and var place ? (TRow)_rows[place]
        : state.Find(shelf, id) ?? throw new InvalidOperationException($"{typeof(TRow).Name} {id} was not read.");

    private int PlaceOf<TId, TRow>(Shelf<TId, TRow> shelf, TId id)
        where TId : struct, IEquatable<TId>
        where TRow : class
    {
        if (_rows.Count >= FewRows)
            return PlacesOf(shelf).GetValueOrDefault(id, -1);
        for (var place = _rows.Count - 1; place >= 0; place--)
        {
            if (_rows[place] is TRow row && shelf.IdOf(row).Equals(id))
                return place;
        }

        return -1;
    }

    private Dictionary<TId, int> PlacesOf<TId, TRow>(Shelf<TId, TRow> shelf)
        where TId : struct, IEquatable<TId>
        where TRow : class
    {
        _places ??= [];
        if (_places.TryGetValue(shelf, out var known))
            return (Dictionary<TId, int>)known;
        var places = new Dictionary<TId, int>();
        for (var place = 0; place < _rows.Count; place++)
        {
            if (_rows[place] is TRow row)
                places[shelf.IdOf(row)] = place;
        }

        _places.Add(shelf, places);
        return places;
    }
}
