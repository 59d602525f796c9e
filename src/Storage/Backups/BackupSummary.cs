namespace Quittance.Storage.Backups;

/// <summary>What a backup holds.</summary>
/// <param name="File">Where it is.</param>
/// <param name="FileBytes">The size of the file.</param>
/// <param name="TakenAt">When it was begun: all that was committed before is in it.</param>
/// <param name="Schema">The last migration of its schema.</param>
/// <param name="Tables">Its tables.</param>
public sealed record BackupSummary(string File, long FileBytes, DateTimeOffset TakenAt, string Schema, IReadOnlyList<TableSummary> Tables)
{
    /// <summary>The rows of all tables.</summary>
    public long Rows => Tables.Sum(table => table.Rows);
}
