using System.Collections.Concurrent;
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
    /// <param name="said">What the answer says, where it is kept with the key.</param>
    public static async Task<KeyState> TakeAsync(
        NpgsqlConnection connection, KeyUse? use, TimeProvider clock, CancellationToken cancel, string said = "")
    {
        if (use is null)
            return KeyState.New;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO kept_answer (merchant_id, scope, key, line, request_hash, subject_id, sequence, faults, kept_until)
            VALUES ($1, $2, $3, $4, $5, $6, 0, $8, $7)
            ON CONFLICT DO NOTHING
            """)
            .With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line).With(use.RequestHash.ToArray())
            .With(Guid.Empty).With((clock.GetUtcNow() + KeptAnswer.KeptFor).UtcDateTime).With(said);
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
/// <remarks>
/// The engine keeps the keys of its commands itself, so an act's own key has a scope beside theirs. It is kept after the act, so an act
/// holds no connection for it: until then the audit log has the act under the request's id, by which each act is done once.
/// </remarks>
public sealed class ActKeys(NpgsqlDataSource database, TimeProvider clock) : IActKeys
{
    private readonly ConcurrentDictionary<RequestKey, Task> _underWay = new();

    /// <inheritdoc/>
    public async Task<(KeyState State, ActResult? Result)> OnceAsync(
        KeyUse use, Func<Task<ActResult>> act, CancellationToken cancel)
    {
        var own = use with { Key = use.Key with { Scope = $"act {use.Key.Scope}" } };
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_underWay.GetOrAdd(own.Key, turn.Task) is var before && before != turn.Task)
            await before.WaitAsync(cancel);
        try
        {
            if (await KeptAsync(own, cancel) is { } kept)
                return kept;
            var result = await act();
            return result.IsDone ? await KeepAsync(own, result) : (KeyState.New, result);
        }
        finally
        {
            _underWay.TryRemove(own.Key, out _);
            turn.SetResult();
        }
    }

    /// <summary>Keeps the key of an act that is done. Of two servers that have done it, both give the answer of the first.</summary>
    private async Task<(KeyState State, ActResult? Result)> KeepAsync(KeyUse own, ActResult result)
    {
        try
        {
            var isKept = await database.ChangeAsync(
                async transaction =>
                {
                    var connection = transaction.Connection!;
                    if (await KeptKeys.TakeAsync(connection, own, clock, CancellationToken.None, result.Sentence) != KeyState.New)
                        return false;
                    await transaction.CommitDurablyAsync(CancellationToken.None);
                    return true;
                },
                CancellationToken.None);
            return isKept ? (KeyState.New, result) : await KeptAsync(own, CancellationToken.None) ?? (KeyState.New, result);
        }
        catch (StoreUnavailableException)
        {
            // The act is done, and the audit log has it: a request that comes again gets this answer from there.
            return (KeyState.New, result);
        }
    }

    private async Task<(KeyState State, ActResult? Result)?> KeptAsync(KeyUse own, CancellationToken cancel)
    {
        var kept = await database.AllAsync(
            "SELECT request_hash, faults FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
            command => command.With(own.Key.Merchant.Value).With(own.Key.Scope).With(own.Key.Key).With(own.Key.Line),
            row => (Hash: row.GetFieldValue<byte[]>(0), Said: row.GetString(1)), cancel);
        return kept is not [var (hash, said)] ? null
            : hash.AsSpan().SequenceEqual(own.RequestHash.Span) ? (KeyState.Repeated, ActResult.Done(said)) : (KeyState.Reused, null);
    }
}
