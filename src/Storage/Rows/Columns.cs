namespace Quittance.Storage.Rows;

/// <summary>Turns rows into columns, as unnest takes them.</summary>
internal static class Columns
{
    /// <summary>One column of the rows.</summary>
    public static TColumn[] ToColumn<TRow, TColumn>(this IReadOnlyList<TRow> rows, Func<TRow, TColumn> column)
    {
        var values = new TColumn[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = column(rows[i]);
        return values;
    }
}
