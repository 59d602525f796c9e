using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Vault;

/// <summary>
/// The key of a merchant. The keys for sealing, for fingerprints and for other keys all follow from it, so none tells of
/// another.
/// </summary>
/// <param name="id">Its number.</param>
/// <param name="key">
/// 32 bytes. A replacement key may carry the old key's 32 bytes behind its own. Derived keys then still come from the old bytes, so hashes
/// of requests and tokens of sessions stay valid.
/// </param>
internal sealed class DataKey(int id, byte[] key)
{
    private readonly byte[] _sealing = Derive(key[..MasterKey.Length], "seal");
    private readonly byte[] _fingerprinting = Derive(key[..MasterKey.Length], "fingerprint");
    private readonly byte[] _deriving = Derive(key[^MasterKey.Length..], "key");

    public int Id => id;

    /// <summary>The bytes of a key that takes the place of another.</summary>
    /// <param name="key">The other one.</param>
    /// <param name="withHashes">Whether nothing of it stays.</param>
    public static byte[] Successor(byte[] key, bool withHashes) =>
        [.. RandomNumberGenerator.GetBytes(MasterKey.Length), .. withHashes ? [] : key[^MasterKey.Length..]];

    public byte[] Seal(ReadOnlySpan<byte> secret, byte[] purpose) => Envelope.Seal(_sealing, id, secret, purpose);

    public byte[]? Open(ReadOnlySpan<byte> bytes, byte[] purpose) => Envelope.Open(_sealing, bytes, purpose);

    /// <summary>Of the number alone: a renewed card with the same number is the same card.</summary>
    public byte[] Fingerprint(InstrumentSecret secret) =>
        HMACSHA256.HashData(_fingerprinting, Encoding.UTF8.GetBytes(SecretText.NumberOf(secret)));

    public byte[] DeriveKey(ReadOnlySpan<byte> stored) => HMACSHA256.HashData(_deriving, stored);

    private static byte[] Derive(byte[] key, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, MasterKey.Length, info: Encoding.UTF8.GetBytes($"quittance {use}"));
}

/// <summary>
/// The merchants' data keys. Opened ones stay in memory, so that a server goes on while the master key is changed.
/// All of them are sealed by one master key at any time.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds no resources.")]
internal sealed class DataKeys(NpgsqlDataSource database, MasterKey masterKey, TimeProvider clock)
{
    /// <summary>For how long a server seals with the key that was the newest. A replacement waits for longer.</summary>
    public static readonly TimeSpan CurrentFor = TimeSpan.FromSeconds(2);

    private const int First = 1;

    private readonly ConcurrentDictionary<(MerchantId Merchant, int Id), DataKey> _open = new();
    private readonly ConcurrentDictionary<MerchantId, (DataKey Key, DateTimeOffset Until)> _current = new();

    private static readonly SemaphoreSlim Creating = new(1);

    /// <summary>The ids of the master keys that seal what the database holds: none, or one.</summary>
    /// <exception cref="StoreUnavailableException">There are none at hand, and a node of the cluster is away.</exception>
    public static Task<IReadOnlyList<string>> MasterKeyIdsAsync(NpgsqlDataSource database, CancellationToken cancel) =>
        database.SearchAsync(among => MasterKeyIds(among("merchant_id")), _ => { }, row => row.GetString(0), cancel);

    /// <summary>Seals every data key anew, in one transaction.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="VaultException">One does not open. Nothing has changed.</exception>
    public static async Task<int> RewrapAsync(
        NpgsqlDataSource database, MasterKey from, MasterKey to, Func<MerchantId, Origin>? by, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, cancel);
        var rows = await ReadAsync(connection, null, cancel);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var row in rows)
        {
            batch.Statement("UPDATE data_key SET wrapped = $3, master_key_id = $4 WHERE merchant_id = $1 AND id = $2")
                .With(row.Merchant.Value).With(row.Id).With(to.Wrap(row.Merchant, row.Id, Unwrap(from, row))).With(to.Id);
        }

        if (rows.Count > 0)
            await batch.ExecuteNonQueryAsync(cancel);
        // Each merchant's books tell of it; running servers prove their blocks with the former key as well until they are restarted.
        BlockKeys.Use(database, from.Blocks);
        foreach (var merchant in rows.Select(row => row.Merchant).Distinct())
            await transaction.WriteAsync(by?.Invoke(merchant), clock.GetUtcNow(), change: null, cancel);
        await transaction.CommitDurablyAsync(cancel);
        return rows.Count;
    }

    /// <summary>Opens all that there are, but for those of a cluster's node that is away: each of them is opened when it is used.</summary>
    /// <exception cref="VaultException">One does not open.</exception>
    public async Task OpenAllAsync(CancellationToken cancel)
    {
        foreach (var row in await database.LookAsync(among => Rows(among("merchant_id")), _ => { }, Read, cancel))
            Keep(row);
    }

    /// <summary>
    /// Makes the key that takes the place of a merchant's newest one. Never an earlier one again, also after a replacement that was cut
    /// off: it may be known to a thief, or have hashes' keys that should go.
    /// </summary>
    /// <param name="withHashes">Whether nothing of the former key stays.</param>
    /// <returns>The number of the new key; null where the merchant has none.</returns>
    /// <exception cref="VaultException">The master key is another, or the key is damaged.</exception>
    public static async Task<int?> SucceedAsync(
        NpgsqlDataSource database, MasterKey masterKey, MerchantId merchant, bool withHashes, Func<MerchantId, Origin>? by,
        TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, cancel);
        var rows = await ReadAsync(connection, merchant, cancel);
        if (rows.Count == 0)
            return null;
        var newest = Unwrap(masterKey, rows[^1]);
        var id = rows[^1].Id + 1;
        await InsertAsync(connection, masterKey, merchant, id, DataKey.Successor(newest, withHashes), clock, cancel);
        await transaction.CommitAsync(by?.Invoke(merchant), clock, cancel);
        return id;
    }

    /// <summary>The key that seals what is new: the newest; created with a merchant's first secret.</summary>
    public async ValueTask<DataKey> CurrentAsync(MerchantId merchant, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_current.TryGetValue(merchant, out var known))
        {
            // One looks whether there is a newer one; the others go on with the key they have.
            if (now < known.Until || !_current.TryUpdate(merchant, (known.Key, now + CurrentFor), known))
                return known.Key;
        }

        var newest = await NewestAsync(merchant, cancel) ?? await CreateAsync(merchant, cancel);
        _current[merchant] = (newest, now + CurrentFor);
        return newest;
    }

    /// <summary>Opens sealed bytes with the key that they name; null when they were changed, or sealed for something else.</summary>
    public async ValueTask<byte[]?> OpenAsync(MerchantId merchant, ReadOnlyMemory<byte> bytes, byte[] purpose, CancellationToken cancel) =>
        Envelope.KeyId(bytes.Span) is { } id ? (await FindAsync(merchant, id, cancel))?.Open(bytes.Span, purpose) : null;

    /// <summary>A key by its number; null when there is none.</summary>
    public async ValueTask<DataKey?> FindAsync(MerchantId merchant, int id, CancellationToken cancel)
    {
        if (_open.TryGetValue((merchant, id), out var known))
            return known;
        await using var connection = await database.OpenConnectionAsync(cancel);
        return (await ReadAsync(connection, merchant, cancel)).Select(Keep).FirstOrDefault(key => key.Id == id);
    }

    private async Task<DataKey?> NewestAsync(MerchantId merchant, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return (await ReadAsync(connection, merchant, cancel)).Select(Keep).LastOrDefault();
    }

    private async Task<DataKey> CreateAsync(MerchantId merchant, CancellationToken cancel)
    {
        // One at a time, so that a crowd that comes first does not take all connections to wait for the same lock.
        await Creating.WaitAsync(cancel);
        try
        {
            return await NewestAsync(merchant, cancel) ?? await CreateAloneAsync(merchant, cancel);
        }
        finally
        {
            Creating.Release();
        }
    }

    private async Task<DataKey> CreateAloneAsync(MerchantId merchant, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, cancel);
        // Another key than ours seals all others when it was changed since this server started. A key sealed by ours would be lost with it.
        if (await MasterKeyIdsAsync(database, cancel) is [var id, ..] && id != masterKey.Id)
            throw WrongKey(id);
        await InsertAsync(connection, masterKey, merchant, First, RandomNumberGenerator.GetBytes(MasterKey.Length), clock, cancel);
        // Not ours if another process was first.
        var row = (await ReadAsync(connection, merchant, cancel))[^1];
        await transaction.CommitDurablyAsync(cancel);
        return Keep(row);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, MasterKey masterKey, MerchantId merchant, int id, byte[] key, TimeProvider clock,
        CancellationToken cancel)
    {
        await using var insert = new NpgsqlBatch(connection);
        insert.Statement("""
            INSERT INTO data_key (merchant_id, id, wrapped, master_key_id, created_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (merchant_id, id) DO NOTHING
            """)
            .With(merchant.Value).With(id).With(masterKey.Wrap(merchant, id, key)).With(masterKey.Id)
            .With(clock.GetUtcNow().UtcDateTime);
        await insert.ExecuteNonQueryAsync(cancel);
    }

    private DataKey Keep(Row row) => _open.GetOrAdd((row.Merchant, row.Id), _ => new DataKey(row.Id, Unwrap(masterKey, row)));

    private static byte[] Unwrap(MasterKey masterKey, Row row) =>
        masterKey.Id != row.MasterKeyId
            ? throw WrongKey(masterKey, row.MasterKeyId)
            : masterKey.Unwrap(row.Merchant, row.Wrapped) ?? throw new VaultException(
                $"The data key of merchant {row.Merchant.Value} has been damaged in the database: its master key does not open it. "
                + "Restore the row from a backup.");

    private VaultException WrongKey(string right) => WrongKey(masterKey, right);

    private static VaultException WrongKey(MasterKey wrong, string right) => new(
        $"The vault of this database is sealed by the master key {right}, and this one is {wrong.Id}. Start with the right one, in the "
        + "variable QUITTANCE_MASTER_KEY, by --master-key-file or as master.key in the data folder. Nothing was changed.");

    internal static Task<IReadOnlyList<string>> MasterKeyIdsAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.AllAsync(MasterKeyIds("true"), _ => { }, row => row.GetString(0), cancel);

    private static string MasterKeyIds(string merchants) => $"SELECT DISTINCT master_key_id FROM data_key WHERE {merchants} ORDER BY 1";

    private static Task<IReadOnlyList<Row>> ReadAsync(NpgsqlConnection connection, MerchantId? merchant, CancellationToken cancel) =>
        connection.AllAsync(Rows("$1::bigint IS NULL OR merchant_id = $1"), command => command.With(merchant?.Value), Read, cancel);

    private static string Rows(string merchants) =>
        $"SELECT merchant_id, id, wrapped, master_key_id FROM data_key WHERE {merchants} ORDER BY merchant_id, id";

    private static Row Read(NpgsqlDataReader row) =>
        new(new MerchantId(row.GetInt64(0)), row.GetInt32(1), row.GetFieldValue<byte[]>(2), row.GetString(3));

    /// <summary>Keys are made and sealed anew one after the other. Sealing and opening does not wait for it.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command =
            new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('data keys', 0))", connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private sealed record Row(MerchantId Merchant, int Id, byte[] Wrapped, string MasterKeyId);
}
