using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Rows;

/// <summary>A table whose rows stand on a shelf: how they are found for the keys that commands want, and how they are written.</summary>
internal abstract class ShelfTable
{
    /// <summary>A table whose rows are read by their ids.</summary>
    public static ShelfTable<TId, TRow> ById<TId, TRow>(Table<TRow> table, Shelf<TId, TRow> shelf)
        where TId : struct, IId, IEquatable<TId>
        where TRow : class, IRow => Of(table, shelf).Through(shelf, table.ById);

    /// <summary>A table whose rows are written, and read in another way than by their ids.</summary>
    public static ShelfTable<TId, TRow> Of<TId, TRow>(Table<TRow> table, Shelf<TId, TRow> shelf)
        where TId : struct, IEquatable<TId>
        where TRow : class, IRow => new(table, shelf);

    /// <summary>The queries that find the wanted rows, each with its keys.</summary>
    public abstract IEnumerable<(KeyedQuery Query, IEnumerable<(MerchantId Merchant, Guid Id)> Keys)> Searches(Wanted wanted);

    public abstract IRow Read(NpgsqlDataReader row);

    /// <summary>The sealed parts of its tables; none where blocks do not seal it.</summary>
    public virtual IEnumerable<SealedTable> Sealed => [];

    /// <summary>A query for the account of the row of merchant $1 with the id $2; null where rows have no id or no account.</summary>
    public virtual string? AccountOf => null;

    /// <summary>
    /// Writes the rows that commands put, and seals them and those that they replaced. A row that ends makes room for one that begins, so
    /// changed rows come before new ones.
    /// </summary>
    public abstract void Write(NpgsqlBatch batch, long[] merchants, State state, LaneSeal seal);
}

/// <inheritdoc/>
internal sealed class ShelfTable<TId, TRow>(Table<TRow> table, Shelf<TId, TRow> shelf) : ShelfTable
    where TId : struct, IEquatable<TId>
    where TRow : class, IRow
{
    private readonly List<(Lookup Lookup, KeyedQuery Query, Func<Wanted, IEnumerable<(MerchantId, Guid)>> Keys)> _searches = [];
    private readonly List<(Table<TRow> Table, Predicate<TRow> Has)> _rests = [];
    private Predicate<TRow>? _endsFirst;

    /// <summary>Rows are also found by a relation.</summary>
    /// <param name="condition">Which rows t belong to a key k.</param>
    /// <param name="limit">LIMIT 1, where there is one row at most.</param>
    public ShelfTable<TId, TRow> By<TKey>(Relation<TKey, TId, TRow> relation, string condition, string limit = "OFFSET 0")
        where TKey : struct, IId, IEquatable<TKey> => Through(relation, table.By(condition, limit));

    /// <summary>Rows are also found by another query.</summary>
    public ShelfTable<TId, TRow> Through<TKey>(Lookup<TKey> lookup, KeyedQuery query)
        where TKey : struct, IId, IEquatable<TKey>
    {
        _searches.Add((lookup, query, wanted => wanted.Of(lookup).Keys.Select(key => (key.Merchant, key.Value))));
        return this;
    }

    /// <summary>A part of a new row stands in a table of its own, where the row has it.</summary>
    public ShelfTable<TId, TRow> With(Table<TRow> rest, Predicate<TRow> has)
    {
        _rests.Add((rest, has));
        return this;
    }

    /// <summary>Rows that have come to an end are changed in a statement before the others, to which they give their place.</summary>
    public ShelfTable<TId, TRow> EndsFirst(Predicate<TRow> hasEnded)
    {
        _endsFirst = hasEnded;
        return this;
    }

    public override string? AccountOf
    {
        get
        {
            HashSet<string> columns = [.. table.ColumnNames];
            if (!columns.Contains("id"))
                return null;
            const string This = "x.merchant_id = $1 AND x.id = $2";
            return table == (object)Tables.Account ? $"(SELECT x.id FROM account x WHERE {This})"
                : columns.Contains("account_id") ? $"(SELECT x.account_id FROM {table.Name} x WHERE {This})"
                : columns.Contains("payment_id") ? $"(SELECT p.account_id FROM {table.Name} x "
                    + $"JOIN payment p ON p.merchant_id = $1 AND p.id = x.payment_id WHERE {This})"
                : null;
        }
    }

    public override IEnumerable<SealedTable> Sealed =>
        _rests.Select(rest => rest.Table).Prepend(table).Where(one => one.IsSealed).Select(one => one.Sealed);

    public override IEnumerable<(KeyedQuery Query, IEnumerable<(MerchantId Merchant, Guid Id)> Keys)> Searches(Wanted wanted) =>
        from search in _searches where wanted.Has(search.Lookup) select (search.Query, search.Keys(wanted));

    public override IRow Read(NpgsqlDataReader row) => table.Read(row);

    public override void Write(NpgsqlBatch batch, long[] merchants, State state, LaneSeal seal)
    {
        // Most batches touch few of the tables.
        if (!state.HasNews(shelf))
            return;
        var (changed, added) = (state.Changed(shelf), state.Added(shelf));
        if (table.IsSealed)
            Seal(seal, state.Before(shelf), changed, added);
        if (_endsFirst is { } hasEnded)
        {
            table.Update(batch, merchants, changed.FindAll(hasEnded));
            changed.RemoveAll(hasEnded);
        }

        table.Update(batch, merchants, changed);
        table.Insert(batch, merchants, added);
        foreach (var (rest, has) in _rests)
        {
            if (!rest.IsLasting)
                rest.Update(batch, merchants, state.Changed(shelf).FindAll(has));
            rest.Insert(batch, merchants, added.FindAll(has));
        }
    }

    private void Seal(LaneSeal seal, List<TRow> before, List<TRow> changed, List<TRow> added)
    {
        foreach (var row in before)
            seal.End(table, row);
        foreach (var row in changed)
            seal.Put(table, row);
        foreach (var row in added)
            seal.Put(table, row);
        foreach (var (rest, has) in _rests)
        {
            foreach (var row in added)
            {
                if (has(row))
                    seal.Put(rest, row);
            }

            if (rest.IsLasting)
                continue;
            foreach (var row in before.FindAll(has))
                seal.End(rest, row);
            foreach (var row in changed.FindAll(has))
                seal.Put(rest, row);
        }
    }
}
