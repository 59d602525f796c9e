namespace Quittance.Bench.Books;

/// <summary>Rows of a table.</summary>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="UpdatedOnPage">Those of them that touched no index (HOT).</param>
internal readonly record struct RowsWritten(double Inserted, double Updated, double UpdatedOnPage)
{
    public static RowsWritten operator -(RowsWritten left, RowsWritten right) =>
        new(left.Inserted - right.Inserted, left.Updated - right.Updated, left.UpdatedOnPage - right.UpdatedOnPage);

    public static RowsWritten operator /(RowsWritten rows, double divisor) =>
        new(rows.Inserted / divisor, rows.Updated / divisor, rows.UpdatedOnPage / divisor);
}
