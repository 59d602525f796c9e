using Npgsql;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>
/// Idempotency keys of requests that change something beside the engine: kept with the change, in its commit, where the engine keeps its
/// own.
/// </summary>
internal static class KeptKeys
{
    /// <summary>Keeps a key where it is new. Of two equal requests at once, the second one waits for the first one's commit.</summary>
    /// <param name="use">How the request uses it; null for no key, which is always new.</param>
    public static async Task<KeyState> TakeAsync(NpgsqlConnection connection, KeyUse? use, TimeProvider clock, CancellationToken cancel)
    {
        if (use is null)
            return KeyState.New;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO kept_answer (merchant_id, scope, key, line, request_hash, subject_id, sequence, faults, kept_until)
            VALUES ($1, $2, $3, $4, $5, $6, 0, '', $7)
            ON CONFLICT DO NOTHING
            """)
            .With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line).With(use.RequestHash.ToArray())
            .With(Guid.Empty).With((clock.GetUtcNow() + KeptAnswer.KeptFor).UtcDateTime);
        if (await batch.ExecuteNonQueryAsync(cancel) > 0)
            return KeyState.New;
        var kept = await connection.FirstAsync(
            "SELECT request_hash FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
            command => command.With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line),
            row => row.GetFieldValue<byte[]>(0), cancel)
            ?? throw new StoreUnavailableException("An idempotency key was forgotten while it was looked up. Send the request again.");
        return kept.AsSpan().SequenceEqual(use.RequestHash.Span) ? KeyState.Repeated : KeyState.Reused;
    }
}

/// <inheritdoc cref="IActKeys"/>
/// <remarks>The engine keeps the keys of its commands itself, so an act's own key has a scope beside theirs.</remarks>
public sealed class ActKeys(NpgsqlDataSource database, TimeProvider clock) : IActKeys, IDisposable
{
    private const string Done = "An earlier request under this key has done it.";

    // An act holds a connection until it is done, and uses others meanwhile. The smallest pool has four beside those of the lanes.
    private const int MostAtOnce = 2;

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <inheritdoc/>
    public async Task<(KeyState State, ActResult? Result)> OnceAsync(
        KeyUse use, Origin by, Func<Task<ActResult>> act, CancellationToken cancel)
    {
        var own = use with { Key = use.Key with { Scope = $"act {use.Key.Scope}" } };
        await _places.WaitAsync(cancel);
        try
        {
            return await database.ChangeAsync(transaction => OnceAsync(transaction, own, by, act, cancel), cancel);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task<(KeyState State, ActResult? Result)> OnceAsync(
        NpgsqlTransaction transaction, KeyUse own, Origin by, Func<Task<ActResult>> act, CancellationToken cancel)
    {
        var connection = transaction.Connection!;
        switch (await KeptKeys.TakeAsync(connection, own, clock, cancel))
        {
            case KeyState.New:
                var result = await act();
                if (!result.IsDone && await OperatorActions.IsDoneAsync(connection, by, cancel))
                    result = ActResult.Done(Done);
                if (!result.IsDone)
                    return (KeyState.New, result);
                await transaction.ExecuteAsync(batch => With(batch.Statement(
                    "UPDATE kept_answer SET faults = $5 WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4"), own)
                    .With(result.Sentence), cancel);
                await transaction.CommitDurablyAsync(cancel);
                return (KeyState.New, result);
            case KeyState.Repeated:
                var said = await connection.FirstAsync(
                    "SELECT faults FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
                    command => With(command, own), row => row.GetString(0), cancel);
                return (KeyState.Repeated, ActResult.Done(said!));
            case var reused:
                return (reused, null);
        }
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, KeyUse use) =>
        command.With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line);
}
