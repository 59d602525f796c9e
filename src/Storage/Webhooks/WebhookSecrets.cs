using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Webhooks;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Webhooks;

/// <summary>
/// The secrets that sign the events sent to a credential's receivers; sealed by the vault. A secret that was replaced goes on signing
/// beside the new one for a day. The secrets found are remembered for a few seconds.
/// </summary>
public sealed class WebhookSecrets(NpgsqlDataSource database, IVault vault, TimeProvider clock) : IWebhookSecrets
{
    /// <summary>How long a replaced secret still signs.</summary>
    public static readonly TimeSpan SignsAfterwardsFor = TimeSpan.FromHours(24);

    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(MerchantId, long), (IReadOnlyList<Kept> Secrets, DateTimeOffset Until)> _found = new();

    /// <summary>The secrets that sign now, the newest first; empty where the credential has none yet.</summary>
    public async ValueTask<IReadOnlyList<string>> SigningAsync(MerchantId merchant, long credential, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!_found.TryGetValue((merchant, credential), out var known) || now >= known.Until)
        {
            known = (await SqlStates.ReachingAsync(() => ReadAsync(merchant, credential, isLocked: false, null, cancel)),
                now + RememberedFor);
            // Only what exists is remembered.
            if (known.Secrets.Count > 0)
                _found[(merchant, credential)] = known;
        }

        return [.. known.Secrets.Where(secret => secret.Signs(now)).Select(secret => secret.Secret)];
    }

    /// <summary>The secrets that sign now. A credential without one gets its first, which an operator rotates to see it.</summary>
    public async Task<IReadOnlyList<string>> ToSignAsync(MerchantId merchant, long credential, CancellationToken cancel)
    {
        var known = await SigningAsync(merchant, credential, cancel);
        if (known.Count > 0)
            return known;
        await EnsureAsync(merchant, credential, SigningKey.New(), cancel);
        return await SigningAsync(merchant, credential, cancel);
    }

    /// <inheritdoc/>
    public async Task<bool> EnsureAsync(MerchantId merchant, long credential, string secret, CancellationToken cancel) =>
        (await ChangeAsync(merchant, credential, known => known.Count == 0 ? [new Kept(secret, null)] : null, cancel)).IsChanged;

    /// <inheritdoc/>
    public async Task<KeyState> RotateAsync(
        MerchantId merchant, long credential, string secret, CancellationToken cancel, Origin? by = null, KeyUse? key = null) =>
        (await ChangeAsync(
            merchant, credential,
            known => [new Kept(secret, null),
                .. known.Select(before => before with { Until = before.Until ?? clock.GetUtcNow() + SignsAfterwardsFor })],
            cancel, by, key)).Key;

    private Task<(KeyState Key, bool IsChanged)> ChangeAsync(
        MerchantId merchant, long credential, Func<IReadOnlyList<Kept>, IReadOnlyList<Kept>?> change, CancellationToken cancel,
        Origin? by = null, KeyUse? key = null) =>
        database.ChangeAsync<(KeyState Key, bool IsChanged)>(async transaction =>
        {
            var keyState = await KeptKeys.TakeAsync(transaction.Connection!, key, clock, cancel);
            if (keyState != KeyState.New)
                return (keyState, false);
            var now = clock.GetUtcNow();
            var known = await ReadAsync(merchant, credential, isLocked: true, transaction.Connection!, cancel);
            if (change([.. known.Where(secret => secret.Signs(now))]) is not { } changed)
                return (keyState, false);
            var sealedSecrets = await vault.SealTextAsync(merchant, PurposeOf(credential), JsonSerializer.Serialize(changed), cancel);
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            batch.Statement("""
                INSERT INTO webhook_secret (merchant_id, credential_id, sealed_secrets, changed_at)
                SELECT m.id, $2, $3, $4 FROM merchant m WHERE m.id = $1
                ON CONFLICT (merchant_id, credential_id) DO UPDATE
                  SET sealed_secrets = excluded.sealed_secrets, changed_at = excluded.changed_at
                """)
                .With(merchant.Value).With(credential).With(sealedSecrets).With(now.UtcDateTime);
            await batch.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(by, clock, cancel);
            _found.TryRemove((merchant, credential), out _);
            return (keyState, true);
        }, cancel);

    private async Task<IReadOnlyList<Kept>> ReadAsync(
        MerchantId merchant, long credential, bool isLocked, NpgsqlConnection? within, CancellationToken cancel)
    {
        await using var own = within is null ? await database.OpenConnectionAsync(cancel) : null;
        await using var batch = new NpgsqlBatch(within ?? own);
        // Two who change it take turns, also where there is no secret yet.
        if (isLocked)
        {
            batch.Statement("SELECT FROM credential WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE").With(merchant.Value)
                .With(credential);
        }

        batch.Statement("SELECT sealed_secrets FROM webhook_secret WHERE merchant_id = $1 AND credential_id = $2").With(merchant.Value)
            .With(credential);
        byte[] sealedSecrets;
        await using (var reader = await batch.ExecuteReaderAsync(cancel))
        {
            if (isLocked)
                await reader.NextResultAsync(cancel);
            if (!await reader.ReadAsync(cancel))
                return [];
            sealedSecrets = reader.GetFieldValue<byte[]>(0);
        }

        return JsonSerializer.Deserialize<Kept[]>(await vault.OpenTextAsync(merchant, PurposeOf(credential), sealedSecrets, cancel))
            ?? throw new InvalidOperationException("The secrets of a credential's webhooks are not what was sealed.");
    }

    internal static string PurposeOf(long credential) => $"webhooks {credential}";

    /// <summary>A secret, and until when it signs; null for ever.</summary>
    private sealed record Kept(string Secret, DateTimeOffset? Until)
    {
        public bool Signs(DateTimeOffset now) => Until is not { } until || now < until;

        public override string ToString() => "a secret";
    }
}
