using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Vault;

/// <summary>
/// The form of sealed bytes: version (1), number of the key (4), nonce (12), ciphertext, tag (16), by AES-256-GCM. The header and
/// what the secret is for are authenticated with it: changed or moved, it does not open.
/// </summary>
internal static class Envelope
{
    private const byte Version = 1;
    private const int HeaderLength = 1 + 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = HeaderLength + NonceLength + TagLength;

    /// <summary>The purpose of a sealed secret. The parts have fixed lengths but the last, so no two purposes look alike.</summary>
    public static byte[] Purpose(MerchantId merchant, string kind, string of)
    {
        var text = Encoding.UTF8.GetBytes($"{kind}\n{of}");
        var purpose = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64BigEndian(purpose, merchant.Value);
        text.CopyTo(purpose.AsSpan(8));
        return purpose;
    }

    public static byte[] Seal(ReadOnlySpan<byte> key, int keyId, ReadOnlySpan<byte> secret, byte[] purpose)
    {
        var bytes = new byte[Overhead + secret.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), keyId);
        // Drawn at random: at a merchant's few millions of secrets, two alike are as good as impossible.
        var nonce = bytes.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(
            nonce, secret, bytes.AsSpan(HeaderLength + NonceLength, secret.Length), bytes.AsSpan(^TagLength..), Bound(bytes, purpose));
        return bytes;
    }

    /// <summary>The number of the key that sealed this; null when it is nothing that we sealed.</summary>
    public static int? KeyId(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Overhead && bytes[0] == Version ? BinaryPrimitives.ReadInt32BigEndian(bytes[1..]) : null;

    /// <summary>The secret; null when it was changed, or sealed by another key or for something else.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, byte[] purpose)
    {
        if (KeyId(bytes) is null)
            return null;
        var secret = new byte[bytes.Length - Overhead];
        using var cipher = new AesGcm(key, TagLength);
        try
        {
            cipher.Decrypt(bytes.Slice(HeaderLength, NonceLength), bytes[(HeaderLength + NonceLength)..^TagLength], bytes[^TagLength..],
                secret, Bound(bytes, purpose));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Bound(ReadOnlySpan<byte> bytes, byte[] purpose) => [.. bytes[..HeaderLength], .. purpose];
}

/// <summary>The text of a secret that is sealed. Its words never change: what was sealed long ago must still be read.</summary>
internal static class SecretText
{
    public static string Write(InstrumentSecret secret)
    {
        JsonObject text = secret switch
        {
            Card card => new()
            {
                ["kind"] = "card",
                ["number"] = card.Number.Reveal(),
                ["month"] = card.Expiry.Month,
                ["year"] = card.Expiry.Year,
                ["holder"] = card.Holder,
            },
            IbanAccount account => new()
            {
                ["kind"] = "iban",
                ["iban"] = account.Iban.Reveal(),
                ["bic"] = account.Bic?.ToString(),
                ["holder"] = account.Holder,
                ["signature"] = account.Signature,
            },
            UkAccount account => new()
            {
                ["kind"] = "uk",
                ["sort_code"] = account.SortCode.Reveal(),
                ["number"] = account.Number.Reveal(),
                ["holder"] = account.Holder,
                ["email"] = account.Email,
            },
            HeldInstrument held => new()
            {
                ["kind"] = "held",
                ["token"] = held.Token,
                ["customer"] = held.Customer,
                ["mark"] = held.Mark,
                ["of"] = EnumWords.Of(held.Shown.Kind),
                ["last_four"] = held.Shown.LastFour,
            },
            _ => throw new ArgumentException($"The vault does not know {secret.GetType().Name}.", nameof(secret)),
        };
        return text.ToJsonString();
    }

    public static InstrumentSecret Read(string json)
    {
        var text = JsonNode.Parse(json)!.AsObject();
        return Text(text, "kind") switch
        {
            "card" => new Card(
                CardNumber.Parse(Text(text, "number")!), new CardExpiry((int)text["month"]!, (int)text["year"]!), Text(text, "holder")),
            "iban" => new IbanAccount(
                Iban.Parse(Text(text, "iban")!), Text(text, "bic") is { } bic ? Bic.Parse(bic) : null, Text(text, "holder")!)
            {
                Signature = Text(text, "signature"),
            },
            "uk" => new UkAccount(
                SortCode.Parse(Text(text, "sort_code")!), UkAccountNumber.Parse(Text(text, "number")!), Text(text, "holder")!)
            {
                Email = Text(text, "email"),
            },
            // The rest of what can be shown is in the instrument's row.
            "held" => new HeldInstrument(
                Text(text, "token")!, Text(text, "customer"),
                new MaskedInstrument(EnumWords.To<InstrumentKind>(Text(text, "of")!), Text(text, "last_four")!))
            {
                Mark = Text(text, "mark"),
            },
            var kind => throw new VaultException($"The vault holds an instrument of the kind {kind}, which this version does not know."),
        };
    }

    /// <summary>The text that two equal instruments share: the kind and the number.</summary>
    public static string NumberOf(InstrumentSecret secret) => secret switch
    {
        Card card => $"card {card.Number.Reveal()}",
        IbanAccount account => $"iban {account.Iban.Reveal()}",
        UkAccount account => $"uk {account.SortCode.Reveal()} {account.Number.Reveal()}",
        HeldInstrument held => $"held {held.Mark ?? held.Token}",
        _ => throw new ArgumentException($"The vault does not know {secret.GetType().Name}.", nameof(secret)),
    };

    private static string? Text(JsonObject text, string name) => (string?)text[name];
}

/// <summary>The numbers that the vault holds.</summary>
/// <param name="Once">For one payment, which is not over, or whose session shows it; a server deletes the others within an hour.</param>
/// <param name="Saved">Saved by their customers.</param>
/// <param name="OldestSince">The moment from which the oldest one's instrument is in the books; null for none.</param>
public sealed record HeldNumbers(long Once, long Saved, DateTimeOffset? OldestSince);

/// <summary>The vault: secrets sealed under their merchant's data key, which is sealed under the master key.</summary>
public sealed class PostgresVault : IVault
{
    private readonly NpgsqlDataSource _database;
    private readonly DataKeys _keys;
    private readonly SealedNumbers _numbers;

    private PostgresVault(NpgsqlDataSource database, DataKeys keys) =>
        (_database, _keys, _numbers) = (database, keys, new SealedNumbers(database));

    /// <summary>
    /// Opens the vault of a database that is migrated: every data key that is there must open. From then on the master key proves the
    /// blocks of this process as well.
    /// </summary>
    /// <exception cref="VaultException">The master key is not the one that seals this database's data keys, or one of these is
    /// damaged.</exception>
    public static async Task<PostgresVault> OpenAsync(
        NpgsqlDataSource database, MasterKey masterKey, TimeProvider clock, CancellationToken cancel)
    {
        var keys = new DataKeys(database, masterKey, clock);
        await keys.OpenAllAsync(cancel);
        BlockKeys.Use(database, masterKey.Blocks);
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
        if (await ReachingAsync(() => new ValueTask<byte[]?>(_numbers.ReadAsync(instrument, cancel))) is not { } bytes)
            return null;
        return await OpenAsync(instrument, bytes, cancel)
            ?? throw new VaultException(
                $"The number of instrument {instrument.Value} of merchant {instrument.Merchant.Value} does not open: it was changed, or "
                + "sealed for another.");
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> SealTextAsync(MerchantId merchant, string purpose, string text, CancellationToken cancel)
    {
        var key = await ReachingAsync(() => _keys.CurrentAsync(merchant, cancel));
        return key.Seal(Encoding.UTF8.GetBytes(text), Envelope.Purpose(merchant, "text", purpose));
    }

    /// <inheritdoc/>
    public async ValueTask<string> OpenTextAsync(
        MerchantId merchant, string purpose, ReadOnlyMemory<byte> sealedText, CancellationToken cancel)
    {
        var text = await OpenAsync(merchant, sealedText, Envelope.Purpose(merchant, "text", purpose), cancel);
        return text ?? throw new VaultException(
            $"The secret of merchant {merchant.Value} for {purpose} does not open: it was changed, or sealed for something else.");
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> DeriveKeyAsync(
        MerchantId merchant, ReadOnlyMemory<byte> stored, CancellationToken cancel) =>
        (await ReachingAsync(() => _keys.CurrentAsync(merchant, cancel))).DeriveKey(stored.Span);

    /// <summary>Tries every instrument that the vault holds.</summary>
    /// <returns>Which open and which do not.</returns>
    public async Task<ILookup<bool, InstrumentId>> CheckAsync(CancellationToken cancel)
    {
        List<(InstrumentId Instrument, bool Opens)> tried = [];
        await using var connection = await _database.OpenConnectionAsync(cancel);
        await using var command =
            new NpgsqlCommand("SELECT merchant_id, instrument_id, sealed FROM vault_entry ORDER BY merchant_id, instrument_id", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var instrument = new InstrumentId(new MerchantId(reader.GetInt64(0)), reader.GetGuid(1));
            tried.Add((instrument, await OpenAsync(instrument, reader.GetFieldValue<byte[]>(2), cancel) is not null));
        }

        return tried.ToLookup(one => one.Opens, one => one.Instrument);
    }

    /// <summary>Counts the numbers that the vault still holds. No index: it counts all.</summary>
    public async Task<HeldNumbers> CountAsync(CancellationToken cancel)
    {
        await using var command = _database.CreateCommand(
            "SELECT count(*) FILTER (WHERE is_once), count(*) FILTER (WHERE NOT is_once), min(instrument_id::text) FROM vault_entry");
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return new HeldNumbers(
            row.GetInt64(0), row.GetInt64(1),
            row.IsDBNull(2) ? null : IdTime.Of(Guid.Parse(row.GetString(2), CultureInfo.InvariantCulture)));
    }

    /// <summary>Tries every other secret: of second factors, of accounts at providers, of webhooks.</summary>
    /// <returns>Which open and which do not, by the names that an operator reads.</returns>
    public async Task<ILookup<bool, (MerchantId Merchant, string Name)>> CheckTextsAsync(CancellationToken cancel)
    {
        List<(MerchantId Merchant, string Name, bool Opens)> tried = [];
        await using var connection = await _database.OpenConnectionAsync(cancel);
        foreach (var text in DataKeyReplacement.Texts)
        {
            foreach (var (merchant, name, bytes) in await text.ReadAsync(connection, null, cancel))
            {
                var opened = await OpenAsync(merchant, bytes, text.PurposeOf(merchant, name), cancel);
                tried.Add((merchant, text.NameOf(name), opened is not null));
            }
        }

        return tried.ToLookup(one => one.Opens, one => (one.Merchant, one.Name));
    }

    private async ValueTask<InstrumentSecret?> OpenAsync(InstrumentId instrument, byte[] bytes, CancellationToken cancel) =>
        await OpenAsync(instrument.Merchant, bytes, Purpose(instrument), cancel) is { } text ? SecretText.Read(text) : null;

    private async ValueTask<string?> OpenAsync(MerchantId merchant, ReadOnlyMemory<byte> bytes, byte[] purpose, CancellationToken cancel)
    {
        var secret = await ReachingAsync(() => _keys.OpenAsync(merchant, bytes, purpose, cancel));
        return secret is null ? null : Encoding.UTF8.GetString(secret);
    }

    internal static byte[] Purpose(InstrumentId instrument) =>
        Envelope.Purpose(instrument.Merchant, "instrument", instrument.Value.ToString("D"));

    private static async ValueTask<T> ReachingAsync<T>(Func<ValueTask<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            throw new StoreUnavailableException(cause: broken);
        }
    }
}
