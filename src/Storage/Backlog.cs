using Npgsql;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage;

/// <summary>The work that waits for others, over all merchants.</summary>
/// <param name="Waiting">Deliveries that are still to be made.</param>
/// <param name="Late">Those of them that have been due for some time, so that no server seems to send them.</param>
/// <param name="Dead">Deliveries that were given up.</param>
/// <param name="Unsettled">Attempts at providers without a last word.</param>
public sealed record Backlog(long Waiting, long Late, long Dead, long Unsettled)
{
    /// <summary>More than this is not counted.</summary>
    public const int CountedTo = 100_000;

    /// <summary>Counts what waits.</summary>
    /// <param name="database">Where.</param>
    /// <param name="lateSince">Work that was due before this is late.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<Backlog> ReadAsync(NpgsqlDataSource database, DateTimeOffset lateSince, CancellationToken cancel)
    {
        var counted = await database.FirstAsync(
            // Indexes: delivery_due, delivery_dead, attempt_unsettled; each read as far as is counted, and never a table.
            """
            SELECT (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE status = 'waiting' LIMIT $2) d),
                   (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE status = 'waiting' AND due_at < $1 LIMIT $2) d),
                   (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE status = 'dead' LIMIT $2) d),
                   (SELECT count(*) FROM (SELECT 1 FROM attempt WHERE status IN ('open', 'unknown', 'pending') LIMIT $2) a)
            """,
            command => command.With(lateSince.UtcDateTime).With(CountedTo),
            row => new Backlog(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancel);
        return counted!;
    }
}
