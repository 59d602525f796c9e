using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.Storage.Vault;

/// <summary>The outcome of replacing a merchant's data key.</summary>
/// <param name="DataKey">The number of the key that seals everything now.</param>
/// <param name="Resealed">How many secrets were sealed anew.</param>
/// <param name="Deleted">How many keys were deleted.</param>
/// <param name="Broken">What does not open, in words; its key stays.</param>
public sealed record ReplacedDataKey(MerchantId Merchant, int DataKey, long Resealed, int Deleted, IReadOnlyList<string> Broken);

/// <summary>
/// Replaces the merchants' data keys, beside running servers: makes a new one, waits until each server seals with it, seals everything anew
/// in batches, and deletes the old key when nothing uses it. What was done stays when it is cut off, and the next run goes on from there.
/// </summary>
public sealed class DataKeyReplacement(NpgsqlDataSource database, MasterKey masterKey, TimeProvider clock)
{
    private const int BatchSize = 200;

    // Until it ends, a server may still seal with the old key, and then writes what it has sealed.
    private static readonly TimeSpan UntilServersKnow = DataKeys.CurrentFor + TimeSpan.FromSeconds(3);

    /// <summary>Small secrets beside the vault's instruments. A test looks for sealed columns that are missing here.</summary>
    internal static readonly IReadOnlyList<SealedText> Texts =
    [
        new("person", "sealed_secret", "id", name => SecondFactors.PurposeOf(Guid.Parse(name))) { Chain = SealedTables.Person },
        new("provider_account", "sealed_keys", "provider", ProviderAccounts.PurposeOf) { Chain = SealedTables.ProviderAccount },
        new(
            "webhook_secret", "sealed_secrets", "credential_id",
            name => WebhookSecrets.PurposeOf(long.Parse(name, CultureInfo.InvariantCulture))),
    ];

    /// <summary>Replaces the keys of merchants that have one.</summary>
    /// <param name="merchants">The merchants.</param>
    /// <param name="withHashes">Whether the keys of requests' hashes and of session tokens change too: requests that are repeated
    /// afterwards are refused, and customers begin their sessions again.</param>
    /// <param name="by">The operator's action.</param>
    /// <exception cref="VaultException">The master key is another, or a data key is damaged.</exception>
    public async Task<IReadOnlyList<ReplacedDataKey>> ReplaceAsync(
        IReadOnlyList<MerchantId> merchants, bool withHashes, Func<MerchantId, Origin>? by, IProgress<string>? progress,
        CancellationToken cancel)
    {
        Dictionary<MerchantId, int> newest = [];
        foreach (var merchant in merchants)
        {
            if (await DataKeys.SucceedAsync(database, masterKey, merchant, withHashes, by, clock, cancel) is { } id)
                newest[merchant] = id;
        }

        if (newest.Count > 0)
        {
            progress?.Report("Waiting until running servers seal with the new key");
            await Task.Delay(UntilServersKnow, clock, cancel);
        }

        var keys = new DataKeys(database, masterKey, clock);
        List<ReplacedDataKey> replaced = [];
        foreach (var (merchant, id) in newest)
        {
            progress?.Report($"Sealing the secrets of merchant {merchant.Value} anew");
            replaced.Add(await ReplaceAsync(keys, merchant, id, cancel));
        }

        return replaced;
    }

    private async Task<ReplacedDataKey> ReplaceAsync(DataKeys keys, MerchantId merchant, int newest, CancellationToken cancel)
    {
        List<string> broken = [];
        var resealed = await ResealInstrumentsAsync(keys, merchant, newest, broken, cancel);
        foreach (var text in Texts)
            resealed += await ResealAsync(keys, text, merchant, newest, broken, cancel);
        return new ReplacedDataKey(merchant, newest, resealed, await DeleteUnusedAsync(merchant, newest, cancel), broken);
    }

    private async Task<long> ResealInstrumentsAsync(
        DataKeys keys, MerchantId merchant, int newest, List<string> broken, CancellationToken cancel)
    {
        var to = await KeyAsync(keys, merchant, newest, cancel);
        long resealed = 0;
        for (var last = Guid.Empty; ;)
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var entries = await connection.AllAsync(
                """
                SELECT instrument_id, sealed FROM vault_entry WHERE merchant_id = $1 AND instrument_id > $2 AND data_key_id <> $3
                 ORDER BY instrument_id LIMIT $4 FOR UPDATE
                """,
                command => command.With(merchant.Value).With(last).With(newest).With(BatchSize),
                row => (Instrument: row.GetGuid(0), Sealed: row.GetFieldValue<byte[]>(1)), cancel);
            if (entries.Count == 0)
                return resealed;
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var (instrument, bytes) in entries)
            {
                last = instrument;
                var purpose = PostgresVault.Purpose(new InstrumentId(merchant, instrument));
                if (await keys.OpenAsync(merchant, bytes, purpose, cancel) is not { } secret)
                {
                    broken.Add($"instrument {instrument}");
                    continue;
                }

                batch.Statement(
                    "UPDATE vault_entry SET data_key_id = $3, sealed = $4, fingerprint = $5 WHERE merchant_id = $1 AND instrument_id = $2")
                    .With(merchant.Value).With(instrument).With(newest).With(to.Seal(secret, purpose))
                    .With(to.Fingerprint(SecretText.Read(Encoding.UTF8.GetString(secret))));
                CryptographicOperations.ZeroMemory(secret);
            }

            if (batch.BatchCommands.Count > 0)
                await batch.ExecuteNonQueryAsync(cancel);
            await transaction.CommitDurablyAsync(cancel);
            resealed += batch.BatchCommands.Count;
        }
    }

    /// <summary>A merchant has few of them: one transaction each.</summary>
    private async Task<long> ResealAsync(
        DataKeys keys, SealedText text, MerchantId merchant, int newest, List<string> broken, CancellationToken cancel)
    {
        var to = await KeyAsync(keys, merchant, newest, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var change = text.Chain is { } chain ? await SealedChange.OfWholeAsync(connection, merchant, cancel, chain) : null;
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (name, bytes) in await text.ReadAsync(connection, merchant, cancel))
        {
            if (Envelope.KeyId(bytes) == newest)
                continue;
            var purpose = Envelope.Purpose(merchant, "text", text.PurposeOf(name));
            if (await keys.OpenAsync(merchant, bytes, purpose, cancel) is not { } secret)
            {
                broken.Add($"{text.Table} {name}");
                continue;
            }

            batch.Statement(text.Update).With(merchant.Value).With(name).With(to.Seal(secret, purpose));
            CryptographicOperations.ZeroMemory(secret);
        }

        if (batch.BatchCommands.Count == 0)
            return 0;
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(by: null, clock, cancel, change);
        return batch.BatchCommands.Count;
    }

    private async Task<int> DeleteUnusedAsync(MerchantId merchant, int newest, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        HashSet<int> used = [newest];
        foreach (var text in Texts)
            used.UnionWith((await text.ReadAsync(connection, merchant, cancel)).Select(one => Envelope.KeyId(one.Sealed) ?? newest));
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Statement("""
            DELETE FROM data_key k WHERE k.merchant_id = $1 AND k.id <> ALL($2)
               AND NOT EXISTS (SELECT FROM vault_entry e WHERE e.merchant_id = k.merchant_id AND e.data_key_id = k.id)
            """).With(merchant.Value).With(used.ToArray());
        var deleted = await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitDurablyAsync(cancel);
        return deleted;
    }

    private static async Task<DataKey> KeyAsync(DataKeys keys, MerchantId merchant, int id, CancellationToken cancel) =>
        await keys.FindAsync(merchant, id, cancel) ?? throw new VaultException(
            $"The data key {id} of merchant {merchant.Value} was deleted while its secrets were sealed anew. Repeat the command.");
}

/// <summary>A column of small secrets that a merchant's data key seals.</summary>
/// <param name="Name">The column that tells a merchant's secrets apart.</param>
/// <param name="PurposeOf">The purpose that a secret was sealed for.</param>
internal sealed record SealedText(string Table, string Column, string Name, Func<string, string> PurposeOf)
{
    /// <summary>The table as blocks seal it; null where none do.</summary>
    public SealedTable? Chain { get; init; }

    public string Update => $"UPDATE {Table} SET {Column} = $3 WHERE merchant_id = $1 AND {Name}::text = $2";

    public Task<IReadOnlyList<(string Name, byte[] Sealed)>> ReadAsync(
        NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel) =>
        connection.AllAsync(
            $"SELECT {Name}::text, {Column} FROM {Table} WHERE merchant_id = $1 AND {Column} IS NOT NULL ORDER BY 1 FOR UPDATE",
            command => command.With(merchant.Value), row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), cancel);
}
