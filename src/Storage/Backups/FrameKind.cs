namespace Quittance.Storage.Backups;

/// <summary>What a frame of a backup holds.</summary>
internal enum FrameKind : byte
{
    /// <summary>The <see cref="BackupHeader"/>.</summary>
    Header = 1,

    /// <summary>Rows of the present table, as PostgreSQL copies them.</summary>
    Rows = 2,

    /// <summary>The present table's <see cref="TableSummary"/>; the next table follows.</summary>
    TableEnd = 3,

    /// <summary>Nothing follows.</summary>
    End = 4,
}
