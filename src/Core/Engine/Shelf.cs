namespace Quittance.Core.Engine;

/// <summary>
/// Something that commands look up by a key. One object says what, for all batches; the rows stand in the <see cref="State"/> of each.
/// </summary>
public abstract class Lookup
{
    private static int _count;

    /// <summary>Its place in every state, so that it is found there without a search.</summary>
    internal int Place { get; } = Interlocked.Increment(ref _count) - 1;
}

/// <summary>A look-up by keys of one type, which commands may want to be read.</summary>
public class Lookup<TKey> : Lookup
    where TKey : struct, IEquatable<TKey>;

/// <summary>A row that commands read and put: it stands on the shelf of its type. Its record declares the shelf.</summary>
public interface IRow
{
    /// <summary>Puts it on its shelf.</summary>
    /// <param name="isNews">Whether a command puts it; else it was read.</param>
    internal void Enter(State state, bool isNews);
}

/// <inheritdoc/>
public interface IRow<TId, TRow> : IRow
    where TId : struct, IEquatable<TId>
    where TRow : class, IRow<TId, TRow>
{
    static abstract Shelf<TId, TRow> Shelf { get; }

    void IRow.Enter(State state, bool isNews) => state.Enter(TRow.Shelf, (TRow)this, isNews);
}

/// <summary>The rows of one type, by their ids.</summary>
public sealed class Shelf<TId, TRow>(Func<TRow, TId> id) : Lookup<TId>
    where TId : struct, IEquatable<TId>
    where TRow : class
{
    public TId IdOf(TRow row) => id(row);

    // An array: each row that comes in goes through it.
    internal IRelation<TRow>[] Relations { get; private set; } = [];

    internal void Add(IRelation<TRow> relation) => Relations = [.. Relations, relation];
}

/// <summary>A relation of rows on a shelf.</summary>
internal interface IRelation<TRow>
{
    void Note(State state, TRow? before, TRow row);
}

/// <summary>The rows of a shelf that have a key in common, such as the attempts of a payment. Its concept declares it.</summary>
public sealed class Relation<TKey, TId, TRow> : Lookup<TKey>, IRelation<TRow>
    where TKey : struct, IEquatable<TKey>
    where TId : struct, IEquatable<TId>
    where TRow : class
{
    private readonly Func<TRow, TKey?> _key;

    /// <param name="key">The key of a row; null where the row has none.</param>
    public Relation(Shelf<TId, TRow> shelf, Func<TRow, TKey?> key)
    {
        (Shelf, _key) = (shelf, key);
        shelf.Add(this);
    }

    internal Shelf<TId, TRow> Shelf { get; }

    internal bool Has(TRow row, TKey key) => _key(row) is { } its && its.Equals(key);

    void IRelation<TRow>.Note(State state, TRow? before, TRow row)
    {
        if (_key(row) is { } key && (before is null || !Has(before, key)))
            state.Note(this, key, Shelf.IdOf(row), mayBeNoted: before is not null);
    }
}
