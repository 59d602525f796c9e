namespace Quittance.Storage.Rows;

/// <summary>
/// A query that finds rows by keys, each a merchant and an id, named k (k.m, k.id). In both of its forms the keys drive: each finds its
/// rows by an index, also where the tables' statistics mislead.
/// </summary>
/// <param name="ofSeveral">The query for keys in arrays ($1: their merchants, $2: their ids, $3: the distinct merchants).</param>
internal sealed class KeyedQuery(string ofSeveral)
{
    /// <summary>The keys, as the query for several names them.</summary>
    public const string Keys = "unnest($1::bigint[], $2::uuid[]) k(m, id)";

    public string OfSeveral => ofSeveral;

    /// <summary>The query for one key ($1: its merchant, $2: its id): PostgreSQL unfolds no arrays.</summary>
    public string OfOne { get; } = ofSeveral.Replace(Keys, "(SELECT $1::bigint, $2::uuid) k(m, id)", StringComparison.Ordinal)
        .Replace("ANY($3)", "$1", StringComparison.Ordinal);
}
