using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Debits;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.Storage.Vault;

/// <summary>The outcome of replacing a merchant's data key.</summary>
/// <param name="DataKey">The number of the key that seals everything now.</param>
/// <param name="Resealed">How many secrets were sealed anew.</param>
/// <param name="Deleted">How many keys of earlier replacements were deleted.</param>
/// <param name="Broken">The secrets that do not open, in words; their key stays.</param>
public sealed record ReplacedDataKey(MerchantId Merchant, int DataKey, long Resealed, int Deleted, IReadOnlyList<string> Broken);

/// <summary>
/// Replaces the merchants' data keys, beside running servers: makes a new one, waits until each server seals with it, and seals everything
/// anew in batches. The old key goes later (<see cref="FormerDataKeys"/>). A run that is cut off keeps its work; the next run makes
/// another key.
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
        new("statement_format", "sealed_account", "number", _ => StatementFormats.Purpose) { Chain = SealedTables.StatementFormat },
        new("collection_file", "sealed", "name", CollectionFiles.PurposeOf),
    ];

    /// <summary>Replaces the keys of merchants that have one.</summary>
    /// <param name="withHashes">Whether the keys of requests' hashes and of session tokens change too: requests that are repeated
    /// afterwards are refused, and customers begin their sessions again.</param>
    /// <param name="by">The operator's action.</param>
    /// <exception cref="VaultException">The master key is another, or a data key is damaged.</exception>
    /// <exception cref="StoreUnavailableException">The database can't be reached. Repeat it.</exception>
    public Task<IReadOnlyList<ReplacedDataKey>> ReplaceAsync(
        IReadOnlyList<MerchantId> merchants, bool withHashes, Func<MerchantId, Origin>? by, IProgress<string>? progress,
        CancellationToken cancel) =>
        SqlStates.ReachingAsync(() => ReplaceAllAsync(merchants, withHashes, by, progress, cancel));

    private async Task<IReadOnlyList<ReplacedDataKey>> ReplaceAllAsync(
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
        var to = await keys.FindAsync(merchant, newest, cancel) ?? throw new VaultException(
            $"The data key {newest} of merchant {merchant.Value} was deleted while its secrets were sealed anew. Repeat the command.");
        // Batches pass over rows that a lane holds, so that neither waits for the other with locks of its own. The rows that they leave go
        // one by one.
        var resealed = await ResealInstrumentsAsync(keys, merchant, to, BatchSize, "SKIP LOCKED", [], cancel)
            + await ResealInstrumentsAsync(keys, merchant, to, 1, "", broken, cancel);
        foreach (var text in Texts)
            resealed += await ResealAsync(keys, text, merchant, to, broken, cancel);
        return new ReplacedDataKey(
            merchant, newest, resealed, await new FormerDataKeys(database, clock).DeleteAsync(merchant, cancel), broken);
    }

    private async Task<long> ResealInstrumentsAsync(
        DataKeys keys, MerchantId merchant, DataKey to, int atOnce, string locked, List<string> broken, CancellationToken cancel)
    {
        long resealed = 0;
        for (var last = Guid.Empty; ;)
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var entries = await connection.AllAsync(
                $"""
                SELECT instrument_id, sealed FROM vault_entry WHERE merchant_id = $1 AND instrument_id > $2 AND data_key_id < $3
                 ORDER BY instrument_id LIMIT $4 FOR UPDATE {locked}
                """,
                command => command.With(merchant.Value).With(last).With(to.Id).With(atOnce),
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
                    .With(merchant.Value).With(instrument).With(to.Id).With(to.Seal(secret, purpose))
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
        DataKeys keys, SealedText text, MerchantId merchant, DataKey to, List<string> broken, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var change = text.Chain is { } chain ? await SealedChange.OfWholeAsync(connection, merchant, cancel, chain) : null;
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (_, name, bytes) in await text.ReadAsync(connection, merchant, cancel, isToChange: true))
        {
            var purpose = text.PurposeOf(merchant, name);
            if (await keys.OpenAsync(merchant, bytes, purpose, cancel) is not { } secret)
            {
                broken.Add(text.NameOf(name));
                continue;
            }

            // Another run beside this one may have made a newer key.
            if (Envelope.KeyId(bytes) < to.Id)
                batch.Statement(text.Update).With(merchant.Value).With(name).With(to.Seal(secret, purpose));
            CryptographicOperations.ZeroMemory(secret);
        }

        if (batch.BatchCommands.Count == 0)
            return 0;
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(by: null, clock, cancel, change);
        return batch.BatchCommands.Count;
    }
}

/// <summary>A column of small secrets that a merchant's data key seals.</summary>
/// <param name="Name">The column that tells a merchant's secrets apart.</param>
/// <param name="Purpose">The purpose that a secret was sealed for.</param>
internal sealed record SealedText(string Table, string Column, string Name, Func<string, string> Purpose)
{
    /// <summary>The table as blocks seal it; null where none do.</summary>
    public SealedTable? Chain { get; init; }

    public string Update => $"UPDATE {Table} SET {Column} = $3 WHERE merchant_id = $1 AND {Name}::text = $2";

    public byte[] PurposeOf(MerchantId merchant, string name) => Envelope.Purpose(merchant, "text", Purpose(name));

    /// <summary>How an operator reads of a secret.</summary>
    public string NameOf(string name) => $"{Table} {name}";

    /// <summary>The secrets of a merchant, or of all.</summary>
    /// <param name="isToChange">Whether they stay as they are until the transaction ends.</param>
    public Task<IReadOnlyList<(MerchantId Merchant, string Name, byte[] Sealed)>> ReadAsync(
        NpgsqlConnection connection, MerchantId? merchant, CancellationToken cancel, bool isToChange = false) =>
        connection.AllAsync(
            $"""
            SELECT merchant_id, {Name}::text, {Column} FROM {Table}
             WHERE {Column} IS NOT NULL {(merchant is null ? "" : "AND merchant_id = $1")} ORDER BY 1, 2 {(isToChange ? "FOR UPDATE" : "")}
            """,
            command =>
            {
                if (merchant is { } one)
                    command.With(one.Value);
            },
            row => (new MerchantId(row.GetInt64(0)), row.GetString(1), row.GetFieldValue<byte[]>(2)), cancel);
}
