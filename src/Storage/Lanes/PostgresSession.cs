using System.Data;
using System.Numerics;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Migrating;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Lanes;

/// <summary>A lane's own connection. What it finds broken it opens again with the next call.</summary>
internal sealed class PostgresSession(NpgsqlDataSource database, ReferenceMemory references, CommitWatch watch, bool asksForMail)
    : IStoreSession
{
    // Every statement of a lane finds its rows by keys; a planner that takes a table for empty would rather read it whole.
    private const string KeysDrive =
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; "
        + "SET enable_mergejoin = off; SET enable_material = off";

    // No value makes another plan better: left to choose, the server plans short batches anew each time, since it sees how short their
    // arrays are. Distributed tables can't do with one plan: the merchant's value says which node it is for.
    private const string PlansOnce = "SET plan_cache_mode = force_generic_plan";

    // A client is answered when the commit is durable, on the synchronous standby too where there is one. Weaker settings of the database
    // do not count; a stronger one stands.
    private const string CommitsAreDurable =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";

    // A commit waits for the standby without end. So often the session looks whether it still waits for that.
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    // A connection that is taken for broken ends a wait, so one look that fails is not enough.
    private const int LooksInVain = 3;

    // For statements that wait for no lock.
    private const int AnswersWithinSeconds = 5;

    private const int BatchesPerPlan = 10_000;

    // The constraint of a number that a lane writes after its data key is gone.
    private const string DataKeyOfEntry = "vault_entry_data_key";

    private readonly LaneSeal _seal = new();

    private NpgsqlConnection? _connection;
    private Backend _backend;
    private Dictionary<SlotKey, byte[]> _ends = [];
    private CancellationTokenSource _breaksOff = new();
    private bool _inTransaction;
    private bool _isDistributed;
    private bool _hasSynchronousStandby;
    private bool _hasStoppedWaiting;
    private long _batches;

    public async Task<bool> TakesOneMerchantAsync()
    {
        if (_isDistributed)
            return true;
        try
        {
            await ConnectAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
        {
            // The batch itself meets that again, and waits for the database.
        }

        return _isDistributed;
    }

    public Task ResolveAsync(IReadOnlyCollection<Reference> unresolved, State state) => ReachingAsync(async connection =>
    {
        await using var reading = new Prefetch(connection, state, _isDistributed);
        reading.AddReferences(unresolved);
        await reading.ReadAsync(_breaksOff.Token);
        foreach (var reference in unresolved)
        {
            if (state.Find(reference) is { } referent)
                references.Remember(reference, referent);
        }
    });

    public Task PrefetchAsync(Wanted wanted, State state) => ReachingAsync(async connection =>
    {
        _inTransaction = true;
        await using var reading = new Prefetch(connection, state, _isDistributed);
        if (PlansAreStale())
            reading.AddFreshPlans();
        reading.AddAll(wanted);
        await reading.ReadAsync(_breaksOff.Token);
        (_hasSynchronousStandby, _ends) = (reading.HasSynchronousStandby, reading.Ends);
    });

    public async Task<CommitFate> CommitAsync(Batch batch)
    {
        try
        {
            _hasStoppedWaiting = false;
            await using var writing = new Commit(_connection!, batch, _ends, _seal, _isDistributed, asksForMail);
            await LetEndAsync(writing.WriteAsync(_breaksOff.Token), commits: true);
            _inTransaction = false;
            if (_hasStoppedWaiting)
                return CommitFate.Unknown;
            watch.Succeeded();
            return CommitFate.Committed;
        }
        catch (PostgresException refused)
        {
            return await FateOfAsync(refused);
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
        {
            watch.Failed(StoreFault.Unreachable);
            await DiscardAsync();
            return CommitFate.Unknown;
        }
        catch
        {
            await DiscardAsync();
            throw;
        }
    }

    public Task ConfirmAsync() => _hasSynchronousStandby && _inTransaction ? TellingAsync(EndReadingAsync) : ReleaseAsync();

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
                found = await BatchLookup.FindAsync(connection, batch, _breaksOff.Token);
                await EndReadingAsync();
            });
        }
        catch (PostgresException refused)
        {
            // A server that does not let us in, or lets us only read, is no witness: it is asked again.
            await CloseAsync();
            throw new StoreUnavailableException("The database does not tell whether a commit took place.", refused);
        }

        return found;
    }

    public void BreakOff() => _breaksOff.Cancel();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _breaksOff.Dispose();
        watch.Dispose();
    }

    /// <summary>Runs on an open connection that is in no transaction.</summary>
    private Task ReachingAsync(Func<NpgsqlConnection, Task> use) => TellingAsync(async () =>
    {
        await ConnectAsync();
        if (_inTransaction)
            await RollBackAsync();
        await LetEndAsync(use(_connection!), commits: false);
    });

    /// <summary>The one place that says that the database can't be reached.</summary>
    private async Task TellingAsync(Func<Task> use)
    {
        try
        {
            await use();
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken) || broken is OperationCanceledException)
        {
            watch.Failed(SqlStates.FaultOf(broken));
            await DiscardAsync();
            throw new StoreUnavailableException(cause: broken);
        }
        catch (Exception bug) when (bug is not PostgresException and not StoreUnavailableException)
        {
            await DiscardAsync();
            throw;
        }
    }

    /// <summary>
    /// Ends a transaction that has only locked. Its commit waits for the synchronous standby, as the locks are in the log, and behind all
    /// that was committed before: when it is acknowledged, that is durable too.
    /// </summary>
    private async Task EndReadingAsync()
    {
        _hasStoppedWaiting = false;
        await using (var commit = new NpgsqlCommand("COMMIT", _connection) { CommandTimeout = AnswersWithinSeconds })
            await commit.ExecuteNonQueryAsync(_breaksOff.Token);
        _inTransaction = false;
        if (_hasStoppedWaiting)
            throw new StoreUnavailableException("The standby has not confirmed what was read.");
    }

    /// <summary>
    /// Waits for a step as long as its backend lives. A commit waits with it, since until then no other transaction sees its rows: the
    /// driver's own time-out would end the wait, and PostgreSQL answers that with a success. A backend that other connections don't find
    /// any more is one of a primary that stands still or has lost its place, and the driver would wait for it for half a minute.
    /// </summary>
    private async Task LetEndAsync(Task step, bool commits)
    {
        var inVain = 0;
        while (true)
        {
            await step.WaitAsync(LooksEvery, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (step.IsCompleted)
                break;
            var fault = await _backend.FaultAsync(database);
            inVain = fault is null ? inVain + 1 : 0;
            if (commits || fault is null)
                watch.Failed(fault ?? StoreFault.Unreachable);
            // An idle connection to the same server would not find it either.
            if (fault is null)
                database.Clear();
            if (inVain == LooksInVain)
                BreakOff();
        }

        await step;
    }

    private void Hear(object sender, NpgsqlNoticeEventArgs notice)
    {
        if (!Backend.StoppedWaiting(notice.Notice))
            return;
        _hasStoppedWaiting = true;
        watch.Failed(StoreFault.StandbyWaits);
    }

    /// <summary>
    /// Plans are kept, and one made for a small table is poor for a large one. Made anew whenever the number of batches has
    /// doubled, they were never made for less than half of what was written since; later on, once in a while.
    /// </summary>
    private bool PlansAreStale() => BitOperations.IsPow2(++_batches) || _batches % BatchesPerPlan == 0;

    private async Task ConnectAsync()
    {
        if (_connection?.State == ConnectionState.Open)
            return;
        await CloseAsync();
        if (_breaksOff.IsCancellationRequested)
            _breaksOff = new CancellationTokenSource();

        _connection = await database.OpenConnectionAsync(_breaksOff.Token);
        _connection.Notice += Hear;
        try
        {
            // It may be an idle one, which leads to a primary that stands still.
            await SetAsync($"{KeysDrive}; {CommitsAreDurable}");
            using var inTime = CancellationTokenSource.CreateLinkedTokenSource(_breaksOff.Token);
            inTime.CancelAfter(TimeSpan.FromSeconds(AnswersWithinSeconds));
            _isDistributed = await Distribution.IsDistributedAsync(_connection, inTime.Token);
            if (!_isDistributed)
                await SetAsync(PlansOnce);
            _backend = await Backend.OfAsync(_connection, inTime.Token);
        }
        catch
        {
            await DiscardAsync();
            throw;
        }
    }

    private async Task SetAsync(string settings)
    {
        await using var command = new NpgsqlCommand(settings, _connection) { CommandTimeout = AnswersWithinSeconds };
        await command.ExecuteNonQueryAsync(_breaksOff.Token);
    }

    private async Task RollBackAsync()
    {
        await using var rollback = new NpgsqlCommand("ROLLBACK", _connection) { CommandTimeout = AnswersWithinSeconds };
        await rollback.ExecuteNonQueryAsync();
        _inTransaction = false;
    }

    private async Task<CommitFate> FateOfAsync(PostgresException refused)
    {
        // An error of the commit itself comes from another node, which may have committed.
        if (SqlStates.IsPassing(refused) || refused.BatchCommand?.CommandText == Commit.Ends)
        {
            watch.Failed(SqlStates.FaultOf(refused));
            // A server that goes down does not say whether it had committed already: the rows do.
            await CloseAsync();
            return refused.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                ? CommitFate.Again
                : CommitFate.Unknown;
        }

        // A failed transaction keeps its locks until it is ended.
        await ReleaseAsync();
        switch (refused.SqlState)
        {
            case PostgresErrorCodes.UniqueViolation:
                return CommitFate.Conflict;
            case PostgresErrorCodes.NumericValueOutOfRange:
                return CommitFate.OutOfRange;
            case PostgresErrorCodes.ForeignKeyViolation when SqlStates.ConstraintOf(refused) == DataKeyOfEntry:
                return CommitFate.KeyGone;
            default:
                throw refused;
        }
    }

    /// <summary>
    /// Closes the connection for good, and with it those that are idle: they lead to the same server. When Npgsql could not write a batch,
    /// it takes statements for prepared that never were, and would refuse every later batch that has one of them.
    /// </summary>
    private async Task DiscardAsync()
    {
        if (_connection is not null)
            database.Clear();
        await CloseAsync(isKept: false);
    }

    private async Task CloseAsync(bool isKept = true)
    {
        var reset = _inTransaction ? "ROLLBACK; RESET ALL" : "RESET ALL";
        _inTransaction = false;
        if (_connection is not { } connection)
            return;
        _connection = null;
        connection.Notice -= Hear;
        if (isKept)
            await ResetAsync(connection, reset);
        await connection.DisposeAsync();
    }

    /// <summary>Takes back the lane's settings: the next one to have the connection is a reader.</summary>
    private async Task ResetAsync(NpgsqlConnection connection, string reset)
    {
        if (!connection.FullState.HasFlag(ConnectionState.Open))
            return;
        try
        {
            await using var command = new NpgsqlCommand(reset, connection) { CommandTimeout = AnswersWithinSeconds };
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException or OperationCanceledException
            or InvalidOperationException)
        {
            // Nobody may have it.
            database.Clear();
        }
    }
}
