namespace Quittance.Storage.Rows;

/// <summary>Turns rows into columns, as unnest takes them.</summary>
internal static class Columns
{
    /// <summary>All rows of one kind that a batch's changes hold, in their order.</summary>
    public static List<TRow> ToRows<TSource, TRow>(this IReadOnlyList<TSource> sources, Func<TSource, IReadOnlyList<TRow>> rows)
    {
        var all = new List<TRow>(sources.Count);
        foreach (var source in sources)
            all.AddRange(rows(source));
        return all;
    }

    /// <summary>One column of the rows.</summary>
    public static TColumn[] ToColumn<TRow, TColumn>(this IReadOnlyList<TRow> rows, Func<TRow, TColumn> column)
    {
        var values = new TColumn[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = column(rows[i]);
        return values;
    }
}
