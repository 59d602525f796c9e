using System.Collections.Concurrent;
using System.Data;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>The state of the books at one moment: figures that are read from one snapshot add up.</summary>
internal sealed class Snapshot
{
    private readonly NpgsqlConnection _connection;
    private readonly CancellationToken _cancel;

    private Snapshot(NpgsqlConnection connection, CancellationToken cancel) => (_connection, _cancel) = (connection, cancel);

    // Compiling one of these statements would take longer than running it.
    private const string Settings = "set_config('transaction_read_only', 'on', true), set_config('jit', 'off', true)";

    // A plan that was made while a table was small would else go on reading all of it.
    private const string ByKeys = "set_config('enable_seqscan', 'off', true)";

    public static Task<T> ReadAsync<T>(NpgsqlDataSource database, Func<Snapshot, Task<T>> read, CancellationToken cancel) =>
        ReadAsync(database, Settings, read, cancel);

    /// <summary>The same where keys, or the order of an index, drive all statements.</summary>
    public static Task<T> ReadByKeysAsync<T>(NpgsqlDataSource database, Func<Snapshot, Task<T>> read, CancellationToken cancel) =>
        ReadAsync(database, $"{Settings}, {ByKeys}, {OnePlan.Setting}", read, cancel);

    private static Task<T> ReadAsync<T>(
        NpgsqlDataSource database, string settings, Func<Snapshot, Task<T>> read, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var snapshot = new Snapshot(connection, cancel);
        await snapshot.AllAsync($"SELECT {settings}", _ => { }, _ => 0);
        return await read(snapshot);
    });

    /// <summary>All rows of one statement.</summary>
    public async Task<List<T>> AllAsync<T>(string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        List<T> rows = [];
        await foreach (var row in EachAsync(sql, parameters, read))
            rows.Add(row);
        return rows;
    }

    /// <summary>The first row of one statement; null where it has none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read)
        where T : class => (await AllAsync(sql, parameters, read)).FirstOrDefault();

    /// <summary>The rows of a large result, one by one. The next statement must wait for the last row.</summary>
    public async IAsyncEnumerable<T> EachAsync<T>(string sql, Action<NpgsqlBatchCommand> parameters, Func<NpgsqlDataReader, T> read)
    {
        await using var batch = new NpgsqlBatch(_connection);
        parameters(batch.Statement(sql));
        await using var reader = await batch.ExecuteReaderAsync(_cancel);
        while (await reader.ReadAsync(_cancel))
            yield return read(reader);
    }

    /// <summary>The open charges of an account, the longest due first; in one currency, or in all.</summary>
    public Task<List<Charge>> OpenChargesAsync(AccountId account, Currency? currency, int most) => AllAsync(
        // Index: charge_open.
        $"""
        SELECT {Tables.Charge.Selected} FROM charge x
         WHERE x.account_id = $2 AND x.merchant_id = $1 AND x.is_open AND ($3::text IS NULL OR x.currency = $3)
             ORDER BY x.due_on, x.number LIMIT $4
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(currency?.Code).With(most), Tables.Charge.Read);

    /// <summary>The attempts of a payment, the oldest first.</summary>
    public Task<List<Attempt>> AttemptsAsync(PaymentId payment, int most) => AllAsync(
        // Index: attempt_of_payment.
        $"SELECT {Tables.Attempt.Selected} FROM attempt x WHERE x.payment_id = $2 AND x.merchant_id = $1 ORDER BY x.opened_at, x.id LIMIT "
        + "$3",
        command => command.With(payment.Merchant.Value).With(payment.Value).With(most), Tables.Attempt.Read);

    /// <summary>The lines of statements that are booked for a payment, by their days.</summary>
    public Task<List<SettlementLine>> LinesAsync(PaymentId payment, int most) => AllAsync(
        $"{Settlements.Statements.LinesOfPayment} LIMIT $3",
        command => command.With(payment.Merchant.Value).With(payment.Value).With(most), Tables.SettlementLine.Read);

    /// <summary>The actions of operators, and the corrections of clients, behind these events; the oldest first.</summary>
    public Task<List<KeptAction>> ActionsAsync(MerchantId merchant, IEnumerable<EventOrigin> origins, int most) => AllAsync(
        """
        SELECT a.at, a.request_id, a.person_id, a.who, a.what, a.subject, a.reason
          FROM unnest($2::uuid[]) k(request_id)
         CROSS JOIN LATERAL (SELECT a.* FROM operator_action a WHERE a.merchant_id = $1 AND a.request_id = k.request_id OFFSET 0) a
         ORDER BY a.at LIMIT $3
        """,
        command => command.With(merchant.Value)
            .With(origins.Select(origin => origin.Request).Distinct().ToArray()).With(most),
        row => new KeptAction(
            row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1),
            new OperatorAction(
                row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6))));
}

/// <summary>Lets everyone who asks for the same figures at once wait for one reading.</summary>
internal sealed class SharedReading<TKey, T>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Task<T>> _running = new();

    /// <summary>The running reading; null where none runs.</summary>
    public Task<T>? UnderWay(TKey key) => _running.GetValueOrDefault(key);

    /// <summary>Joins the running reading, or begins one. A reading goes on after its callers stop waiting.</summary>
    public Task<T> Begin(TKey key, Func<Task<T>> read)
    {
        var mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(key, mine.Task);
        if (running == mine.Task)
            _ = RunAsync(key, read, mine);
        return running;
    }

    private async Task RunAsync(TKey key, Func<Task<T>> read, TaskCompletionSource<T> done)
    {
        try
        {
            var result = await read();
            _running.TryRemove(key, out _);
            done.SetResult(result);
        }
        catch (Exception failure)
        {
            // Every waiting caller gets the failure. Without one, the next caller begins a new reading.
            _running.TryRemove(key, out _);
            done.SetException(failure);
            _ = done.Task.Exception;
        }
    }
}
