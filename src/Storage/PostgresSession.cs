using System.Data;
using System.Numerics;
using Npgsql;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>A lane's own connection. What it finds broken it opens again with the next call.</summary>
internal sealed class PostgresSession(NpgsqlDataSource database, ReferenceMemory references) : IStoreSession
{
    // Every statement of a lane finds its rows by keys; a planner that takes a table for empty would rather read it whole. And no value makes
    // another plan better: left to choose, the server plans short batches anew each time, since it sees how short their arrays are.
    private const string KeysDrive =
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; "
        + "SET plan_cache_mode = force_generic_plan";

    // Nobody is answered before it is durable, whatever the database is set to; a stronger setting stands.
    private const string CommitsAreDurable =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    private const int BatchesPerPlan = 10_000;

    private NpgsqlConnection? _connection;
    private bool _inTransaction;
    private long _batches;

    public Task ResolveAsync(IReadOnlyCollection<Reference> unresolved, State state) => ReachingAsync(async connection =>
    {
        await using var reading = new PrefetchReading(connection, state);
        reading.AddReferences(unresolved);
        await reading.ReadAsync();
        foreach (var reference in unresolved)
        {
            if (state.Find(reference) is { } referent)
                references.Remember(reference, referent);
        }
    });

    public Task PrefetchAsync(Wanted wanted, State state) => ReachingAsync(async connection =>
    {
        _inTransaction = true;
        await using var reading = new PrefetchReading(connection, state);
        if (PlansAreStale())
            reading.AddFreshPlans();
        reading.AddAll(wanted);
        await reading.ReadAsync();
    });

    public async Task<CommitFate> CommitAsync(Batch batch)
    {
        try
        {
            await using var writing = new CommitWriting(_connection!, batch);
            await writing.WriteAsync();
            _inTransaction = false;
            return CommitFate.Committed;
        }
        catch (PostgresException refused)
        {
            return await FateOfAsync(refused);
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException)
        {
            await CloseAsync();
            return CommitFate.Unknown;
        }
        catch
        {
            await DiscardAsync();
            throw;
        }
    }

    public async Task ReleaseAsync()
    {
        if (!_inTransaction)
            return;
        try
        {
            await RollBackAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
        {
            // The transaction ends with its connection.
            await CloseAsync();
        }
    }

    public async Task<bool> WasCommittedAsync(Batch batch)
    {
        var found = false;
        try
        {
            await ReachingAsync(async connection =>
            {
                _inTransaction = true;
                found = await BatchLookup.FindAsync(connection, batch);
            });
        }
        catch (PostgresException refused)
        {
            // A server that does not let us in, or lets us only read, is no witness: it is asked again.
            await CloseAsync();
            throw new StoreUnavailableException("The database does not tell what became of a commit.", refused);
        }

        await ReleaseAsync();
        return found;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Runs on an open connection that is in no transaction; the one way in which "can't be reached" is told.</summary>
    private async Task ReachingAsync(Func<NpgsqlConnection, Task> use)
    {
        try
        {
            if (_connection is null || _connection.State != ConnectionState.Open)
                await OpenAsync();
            if (_inTransaction)
                await RollBackAsync();
            await use(_connection!);
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            await CloseAsync();
            throw new StoreUnavailableException("The database can't be reached.", broken);
        }
        catch (Exception bug) when (bug is not PostgresException)
        {
            await DiscardAsync();
            throw;
        }
    }

    /// <summary>
    /// Plans are kept, and one made for a small table is poor for a large one. Made anew whenever the number of batches has
    /// doubled, they were never made for less than half of what was written since; later on, once in a while.
    /// </summary>
    private bool PlansAreStale() => BitOperations.IsPow2(++_batches) || _batches % BatchesPerPlan == 0;

    private async Task OpenAsync()
    {
        await CloseAsync();
        var connection = await database.OpenConnectionAsync();
        await using (var settings = new NpgsqlCommand($"{KeysDrive}; {CommitsAreDurable}", connection))
            await settings.ExecuteNonQueryAsync();
        _connection = connection;
    }

    private async Task RollBackAsync()
    {
        await using var rollback = new NpgsqlCommand("ROLLBACK", _connection);
        await rollback.ExecuteNonQueryAsync();
        _inTransaction = false;
    }

    private async Task<CommitFate> FateOfAsync(PostgresException refused)
    {
        if (SqlStates.IsPassing(refused))
        {
            // Whether a server that is going down had committed already is not told: the rows are asked.
            await CloseAsync();
            return refused.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                ? CommitFate.Again
                : CommitFate.Unknown;
        }

        // A failed transaction keeps its locks until it is told to end.
        await ReleaseAsync();
        switch (refused.SqlState)
        {
            case PostgresErrorCodes.UniqueViolation:
                return CommitFate.Conflict;
            case PostgresErrorCodes.NumericValueOutOfRange:
                return CommitFate.OutOfRange;
            default:
                throw refused;
        }
    }

    /// <summary>
    /// Closes the connection for good. When Npgsql could not write a batch, it takes statements for prepared that never were, and would
    /// refuse every later batch that has one of them.
    /// </summary>
    private async Task DiscardAsync()
    {
        if (_connection is { } connection)
            NpgsqlConnection.ClearPool(connection);
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        _inTransaction = false;
        if (_connection is not { } connection)
            return;
        _connection = null;
        await connection.DisposeAsync();
    }
}
