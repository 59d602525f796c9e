using Npgsql;
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
    /// <param name="subject">The id of what the request makes; empty for none.</param>
    /// <returns>The state of the key, and the id of what the first request made.</returns>
    public static async Task<(KeyState State, Guid Subject)> TakeAsync(
        NpgsqlConnection connection, KeyUse? use, Guid subject, TimeProvider clock, CancellationToken cancel)
    {
        if (use is null)
            return (KeyState.New, subject);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            INSERT INTO kept_answer (merchant_id, scope, key, line, request_hash, subject_id, sequence, faults, kept_until)
            VALUES ($1, $2, $3, $4, $5, $6, 0, '', $7)
            ON CONFLICT DO NOTHING
            """)
            .With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line).With(use.RequestHash.ToArray())
            .With(subject).With((clock.GetUtcNow() + KeptAnswer.KeptFor).UtcDateTime);
        if (await batch.ExecuteNonQueryAsync(cancel) > 0)
            return (KeyState.New, subject);
        var kept = await connection.FirstAsync(
            "SELECT request_hash, subject_id FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
            command => command.With(use.Key.Merchant.Value).With(use.Key.Scope).With(use.Key.Key).With(use.Key.Line),
            row => new Kept(row.GetFieldValue<byte[]>(0), row.GetGuid(1)), cancel)
            ?? throw new StoreUnavailableException("An idempotency key was forgotten while it was looked up. Send the request again.");
        return (kept.RequestHash.AsSpan().SequenceEqual(use.RequestHash.Span) ? KeyState.Repeated : KeyState.Reused, kept.Subject);
    }

    private sealed record Kept(byte[] RequestHash, Guid Subject);
}
