using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage.Lanes;

/// <summary>The server's process behind a connection, which others can be asked about while it waits.</summary>
/// <param name="Process">Its number.</param>
/// <param name="StartedAt">When it began: numbers come again.</param>
internal readonly record struct Backend(int Process, DateTime StartedAt)
{
    // PostgreSQL's own name of the function in which a commit waits: the same in all languages.
    private const string StandbyWait = "SyncRepWaitForLSN";

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>The one behind a connection.</summary>
    public static async Task<Backend> OfAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()", connection);
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return new Backend(row.GetInt32(0), row.GetDateTime(1));
    }

    /// <summary>
    /// Whether a notice says that a commit has stopped waiting for the standby: it has taken place on the primary, is answered as a
    /// success, and
    /// can still be lost.
    /// </summary>
    public static bool StoppedWaiting(PostgresNotice notice) => notice.Routine == StandbyWait;

    /// <summary>The fault that it waits for; null when there is no such process any more, or the server can't be asked in time.</summary>
    public async Task<StoreFault?> FaultAsync(NpgsqlDataSource database)
    {
        try
        {
            // The driver looks for a primary on one server after the other, and waits for each that stands still.
            return await AskAsync(database).WaitAsync(AnswersWithin, TimeProvider.System);
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            return null;
        }
    }

    private async Task<StoreFault?> AskAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "SELECT wait_event IS NOT DISTINCT FROM 'SyncRep' FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2");
        command.CommandTimeout = 2;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Process });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = StartedAt });
        if (await command.ExecuteScalarAsync() is not bool waitsForStandby)
            return null;
        return waitsForStandby ? StoreFault.StandbyWaits : StoreFault.Slow;
    }
}
