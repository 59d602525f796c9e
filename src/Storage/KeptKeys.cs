using Npgsql;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

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
public sealed class ActKeys(NpgsqlDataSource database, TimeProvider clock) : IActKeys
{
    /// <inheritdoc/>
    public Task<(KeyState State, ActResult? Result)> OnceAsync(KeyUse use, Func<Task<ActResult>> act, CancellationToken cancel)
    {
        var own = use with { Key = use.Key with { Scope = $"act {use.Key.Scope}" } };
        return database.ChangeAsync<(KeyState, ActResult?)>(async transaction =>
        {
            switch (await KeptKeys.TakeAsync(transaction.Connection!, own, clock, cancel))
            {
                case KeyState.New:
                    var result = await act();
                    if (!result.IsDone)
                        return (KeyState.New, result);
                    await transaction.ExecuteAsync(batch => With(batch.Statement(
                        "UPDATE kept_answer SET faults = $5 WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4"), own)
                        .With(result.Sentence), cancel);
                    await transaction.CommitDurablyAsync(cancel);
                    return (KeyState.New, result);
                case KeyState.Repeated:
                    var said = await transaction.Connection!.FirstAsync(
                        "SELECT faults FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
                        command => With(command, own), row => row.GetString(0), cancel);
                    return (KeyState.Repeated, ActResult.Done(said!));
                case var reused:
                    return (reused, null);
            }
        }, cancel);
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, KeyUse use) =>
        command.With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line);
}
