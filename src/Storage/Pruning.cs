using Npgsql;

namespace Quittance.Storage;

/// <summary>Forgets what has served its time: kept answers after their 30 days, and batches, which matter for minutes only, after a day.</summary>
public sealed class Pruning(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan BatchesAreKeptFor = TimeSpan.FromDays(1);

    /// <summary>Deletes what is old. Returns how many rows that were. Safe in several processes at once.</summary>
    public async Task<int> PruneAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        // Indexes: kept_answer_by_age, batch_by_age.
        batch.Statement("DELETE FROM kept_answer WHERE kept_until < $1").With(now);
        batch.Statement("DELETE FROM batch WHERE committed_at < $1").With(now - BatchesAreKeptFor);
        return await batch.ExecuteNonQueryAsync(cancel);
    }
}
