using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>
/// Looks credentials up by the hash of their secret. What was found is remembered for a few seconds, so that a request
/// costs no round trip and a revoked credential is out soon after. Secrets are long and random: a plain hash keeps them.
/// A bearer's or Midnight's token may be a credential's own secret or one that the authorisation server gave to a client.
/// </summary>
/// <param name="vault">Makes the keys for hashes, which the database alone can't give.</param>
/// <param name="clock">Tells how old a memory is.</param>
/// <param name="knownToEveryone">Secrets that are refused even where the database has them: the demo's, outside the demo.</param>
public sealed class Credentials(NpgsqlDataSource database, IVault vault, TimeProvider clock, IReadOnlySet<string> knownToEveryone)
    : ICredentials
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(CredentialKind Kind, string Dialect, string Hash), (Credential Credential, DateTimeOffset Until)>
        _found = new();

    private readonly ConcurrentDictionary<(CredentialKind Kind, string Dialect, string Hash), Task<Credential?>> _reading = new();

    private readonly ConcurrentDictionary<(MerchantId, long), (Credential Credential, DateTimeOffset Until)> _customers = new();

    // Goes up when tokens are forgotten: what was read before that is not remembered.
    private int _forgotten;

    /// <inheritdoc/>
    public async ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel)
    {
        if (knownToEveryone.Contains(secret))
            return null;
        var hash = HashOf(secret);
        var key = (kind, dialect, Convert.ToHexString(hash));
        if (_found.TryGetValue(key, out var known) && clock.GetUtcNow() < known.Until)
            return known.Credential;

        // Requests that come together share one look-up.
        var reading = _reading.GetOrAdd(key, _ => ReadAndRememberAsync(key, hash, secret));
        try
        {
            return await reading.WaitAsync(cancel);
        }
        finally
        {
            _reading.TryRemove(new(key, reading));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel)
    {
        if (_customers.TryGetValue((merchant, installation), out var known) && clock.GetUtcNow() < known.Until)
            return known.Credential;
        var read = await SqlStates.ReachingAsync(() => ReadCustomerAsync(merchant, installation, cancel));
        if (read is null)
            return null;
        read = await WithHashKeyAsync(read, cancel);
        _customers[(merchant, installation)] = (read, clock.GetUtcNow() + RememberedFor);
        return read;
    }

    /// <summary>The hash under which a secret is kept.</summary>
    internal static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>
    /// Tokens were revoked: this server asks the database for the next request of each. Others go on for the few seconds.
    /// </summary>
    internal void ForgetTokens()
    {
        Interlocked.Increment(ref _forgotten);
        _reading.Clear();
        _found.Clear();
    }

    private async Task<Credential?> ReadAndRememberAsync((CredentialKind Kind, string Dialect, string Hash) key, byte[] hash, string secret)
    {
        try
        {
            var before = Volatile.Read(ref _forgotten);
            var now = clock.GetUtcNow();
            var (credential, until) = key.Kind is CredentialKind.Bearer or CredentialKind.Midnight
                && TokenText.MerchantOf(secret, TokenText.Access) is { } merchant
                ? await ReadTokenAsync(key.Dialect, merchant, hash, now)
                : (await ReadAsync(key.Kind, key.Dialect, hash), DateTimeOffset.MaxValue);
            if (credential is null)
            {
                _found.TryRemove(key, out _);
                return null;
            }

            credential = await WithHashKeyAsync(credential, CancellationToken.None);
            // Only valid credentials are remembered, so guessing fills nothing.
            if (_found.Count >= Remembered)
                _found.Clear();
            _found[key] = (credential, until < now + RememberedFor ? until : now + RememberedFor);
            if (before != Volatile.Read(ref _forgotten))
                _found.TryRemove(key, out _);
            return credential;
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            throw new StoreUnavailableException("The database can't be reached.", broken);
        }
    }

    /// <summary>
    /// What the merchant's row tells of the key keys nothing: a copy of the database must not be enough to try out bodies, or to make
    /// tokens.
    /// </summary>
    private async ValueTask<Credential> WithHashKeyAsync(Credential read, CancellationToken cancel) =>
        read with { HashKey = await vault.DeriveKeyAsync(read.Merchant, read.HashKey, cancel) };

    private async Task<Credential?> ReadCustomerAsync(MerchantId merchant, long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT i.dialect, i.currency, i.locale, i.time_zone, m.hash_key, m.name, i.origins
              FROM installation i JOIN merchant m ON m.id = i.merchant_id WHERE i.merchant_id = $1 AND i.id = $2
            """)
            .With(merchant.Value).With(id);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        var installation = new Installation(
            merchant, id, reader.GetString(0), Currency.Parse(reader.GetString(1)), reader.GetString(2), reader.GetString(3))
        {
            MerchantName = reader.GetString(5),
            Origins = Merchants.OriginsIn(reader.GetFieldValue<string[]>(6)),
        };
        return new Credential(
            installation, 0, CredentialKind.Customer, new HashSet<string> { Credential.CustomerScope }, reader.GetFieldValue<byte[]>(4));
    }

    private async Task<Credential?> ReadAsync(CredentialKind kind, string dialect, byte[] hash)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        // Index: credential_by_secret. A former secret may be let in until a time to come.
        batch.Statement($"""
            SELECT {CredentialRows.Columns}, c.secret_hash FROM credential c {CredentialRows.Installation}
             WHERE c.secret_hash = $1 AND c.kind = $2 AND i.dialect = $3 AND (c.revoked_at IS NULL OR c.revoked_at > $4)
            """)
            .With(hash).With(Words.Of(kind)).With(dialect).With(clock.GetUtcNow().UtcDateTime);
        await using var row = await batch.ExecuteReaderAsync();
        return await row.ReadAsync() && CryptographicOperations.FixedTimeEquals(row.GetFieldValue<byte[]>(CredentialRows.Width), hash)
            ? CredentialRows.Read(row)
            : null;
    }

    /// <summary>The credential of the client that has an access token, for its subject and with its scopes, and until when.</summary>
    private async Task<(Credential? Credential, DateTimeOffset Until)> ReadTokenAsync(
        string dialect, MerchantId merchant, byte[] hash, DateTimeOffset now)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"""
            SELECT {CredentialRows.Columns}, a.subject, t.scopes, t.expires_at
              FROM token t
              JOIN authorisation a ON a.merchant_id = t.merchant_id AND a.id = t.authorisation_id
              JOIN credential c ON c.merchant_id = t.merchant_id AND c.id = a.credential_id {CredentialRows.Installation}
             WHERE t.merchant_id = $1 AND t.hash = $2 AND t.kind = 'access' AND i.dialect = $3 AND t.expires_at > $4
               AND t.revoked_at IS NULL AND a.revoked_at IS NULL AND c.revoked_at IS NULL
            """)
            .With(merchant.Value).With(hash).With(dialect).With(now.UtcDateTime);
        await using var row = await batch.ExecuteReaderAsync();
        if (!await row.ReadAsync())
            return default;
        const int At = CredentialRows.Width;
        var client = CredentialRows.Read(row);
        // What an operator took from the client since, the token has not got any more either.
        var credential = client with
        {
            Subject = row.GetGuid(At),
            Scopes = row.GetFieldValue<string[]>(At + 1).Where(client.Scopes.Contains).ToHashSet(),
        };
        return (credential, row.GetFieldValue<DateTimeOffset>(At + 2));
    }
}

/// <summary>How a credential is read with its installation and its merchant.</summary>
internal static class CredentialRows
{
    /// <summary>What <see cref="Read"/> reads, of the tables that <see cref="Installation"/> joins.</summary>
    public const string Columns =
        "c.merchant_id, c.id, c.kind, c.scopes, m.hash_key, i.id, i.dialect, i.currency, i.locale, i.time_zone, m.name, i.origins";

    /// <summary>Joins installation and merchant to the credential.</summary>
    public const string Installation =
        "JOIN installation i ON i.merchant_id = c.merchant_id AND i.id = c.installation_id JOIN merchant m ON m.id = c.merchant_id";

    /// <summary>How many columns that are.</summary>
    public const int Width = 12;

    /// <summary>Reads one.</summary>
    public static Credential Read(NpgsqlDataReader row)
    {
        var installation = new Installation(
            new MerchantId(row.GetInt64(0)), row.GetInt64(5), row.GetString(6), Currency.Parse(row.GetString(7)), row.GetString(8),
            row.GetString(9))
        {
            MerchantName = row.GetString(10),
            Origins = Merchants.OriginsIn(row.GetFieldValue<string[]>(11)),
        };
        return new Credential(
            installation, row.GetInt64(1), Words.To<CredentialKind>(row.GetString(2)), row.GetFieldValue<string[]>(3).ToHashSet(),
            row.GetFieldValue<byte[]>(4));
    }
}
