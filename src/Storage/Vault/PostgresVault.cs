using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;

namespace Quittance.Storage.Vault;

/// <summary>The vault: secrets sealed under their merchant's data key, which is sealed under the master key.</summary>
public sealed class PostgresVault : IVault
{
    private readonly NpgsqlDataSource _database;
    private readonly DataKeys _keys;

    private PostgresVault(NpgsqlDataSource database, DataKeys keys) => (_database, _keys) = (database, keys);

    /// <summary>Opens the vault of a database that is migrated: every data key that is there must open.</summary>
    /// <exception cref="VaultException">The master key is not the one that seals this database's data keys, or one of these is damaged.</exception>
    public static async Task<PostgresVault> OpenAsync(NpgsqlDataSource database, MasterKey masterKey, TimeProvider clock, CancellationToken cancel)
    {
        var keys = new DataKeys(database, masterKey, clock);
        await keys.OpenAllAsync(cancel);
        return new PostgresVault(database, keys);
    }

    /// <inheritdoc/>
    public async ValueTask<Sealed> SealAsync(InstrumentId instrument, InstrumentSecret secret, CancellationToken cancel)
    {
        var key = await ReachingAsync(() => _keys.CurrentAsync(instrument.Merchant, cancel));
        var bytes = key.Seal(Encoding.UTF8.GetBytes(SecretText.Write(secret)), Purpose(instrument));
        return new Sealed(bytes, key.Id, key.Fingerprint(secret));
    }

    /// <inheritdoc/>
    public async ValueTask<InstrumentSecret?> OpenAsync(InstrumentId instrument, CancellationToken cancel)
    {
        if (await ReachingAsync(() => ReadAsync(instrument, cancel)) is not { } bytes)
            return null;
        return await OpenAsync(instrument, bytes, cancel)
            ?? throw new VaultException(
                $"The number of instrument {instrument.Value} of merchant {instrument.Merchant.Value} does not open: it was changed, or sealed for another.");
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> SealTextAsync(MerchantId merchant, string purpose, string text, CancellationToken cancel)
    {
        var key = await ReachingAsync(() => _keys.CurrentAsync(merchant, cancel));
        return key.Seal(Encoding.UTF8.GetBytes(text), Envelope.Purpose(merchant, "text", purpose));
    }

    /// <inheritdoc/>
    public async ValueTask<string> OpenTextAsync(MerchantId merchant, string purpose, ReadOnlyMemory<byte> sealedText, CancellationToken cancel)
    {
        var text = await OpenAsync(merchant, sealedText, Envelope.Purpose(merchant, "text", purpose), cancel);
        return text ?? throw new VaultException($"The secret of merchant {merchant.Value} for {purpose} does not open: it was changed, or sealed for something else.");
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> DeriveKeyAsync(MerchantId merchant, ReadOnlyMemory<byte> stored, CancellationToken cancel) =>
        (await ReachingAsync(() => _keys.CurrentAsync(merchant, cancel))).DeriveKey(stored.Span);

    /// <summary>Tries every instrument that the vault holds.</summary>
    /// <returns>Which open and which do not.</returns>
    public async Task<ILookup<bool, InstrumentId>> CheckAsync(CancellationToken cancel)
    {
        List<(InstrumentId Instrument, bool Opens)> tried = [];
        await using var connection = await _database.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand("SELECT merchant_id, instrument_id, sealed FROM vault_entry ORDER BY merchant_id, instrument_id", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var instrument = new InstrumentId(new MerchantId(reader.GetInt64(0)), reader.GetGuid(1));
            tried.Add((instrument, await OpenAsync(instrument, reader.GetFieldValue<byte[]>(2), cancel) is not null));
        }

        return tried.ToLookup(one => one.Opens, one => one.Instrument);
    }

    private async ValueTask<InstrumentSecret?> OpenAsync(InstrumentId instrument, byte[] bytes, CancellationToken cancel) =>
        await OpenAsync(instrument.Merchant, bytes, Purpose(instrument), cancel) is { } text ? SecretText.Read(text) : null;

    private async ValueTask<string?> OpenAsync(MerchantId merchant, ReadOnlyMemory<byte> bytes, byte[] purpose, CancellationToken cancel)
    {
        if (Envelope.KeyId(bytes.Span) is not { } id)
            return null;
        var key = await ReachingAsync(() => _keys.FindAsync(merchant, id, cancel));
        return key?.Open(bytes.Span, purpose) is { } secret ? Encoding.UTF8.GetString(secret) : null;
    }

    private async ValueTask<byte[]?> ReadAsync(InstrumentId instrument, CancellationToken cancel)
    {
        await using var connection = await _database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT sealed FROM vault_entry WHERE merchant_id = $1 AND instrument_id = $2")
            .With(instrument.Merchant.Value).With(instrument.Value);
        return (byte[]?)await batch.ExecuteScalarAsync(cancel);
    }

    private static byte[] Purpose(InstrumentId instrument) => Envelope.Purpose(instrument.Merchant, "instrument", instrument.Value.ToString("D"));

    private static async ValueTask<T> ReachingAsync<T>(Func<ValueTask<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            throw new StoreUnavailableException("The database can't be reached.", broken);
        }
    }
}
