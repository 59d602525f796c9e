using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Shown = (Quittance.Core.Access.CredentialKind Kind, string Dialect, string Secret);

namespace Quittance.Storage.Tenancy;

/// <summary>
/// Looks credentials up by the hash of their secret. It remembers a found credential for a few seconds, so that a request
/// costs no round trip and a revoked credential is out soon after. Secrets are long and random: a plain hash keeps them.
/// A bearer's or Midnight's token may be a credential's own secret or one that the authorisation server gave to a client.
/// </summary>
/// <param name="vault">Makes the keys for hashes, which the database alone can't give.</param>
/// <param name="clock">Tells how old a memory is.</param>
/// <param name="knownToEveryone">Secrets that are refused even where the database has them: the demo's, outside the demo.</param>
/// <param name="rights">What people may let clients do; null for nothing.</param>
public sealed class Credentials(
    NpgsqlDataSource database, IVault vault, TimeProvider clock, IReadOnlySet<string> knownToEveryone, PeopleRights? rights = null)
    : ICredentials
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    // By the secret itself: a request that finds its credential here hashes nothing.
    private readonly ConcurrentDictionary<Shown, (Credential Credential, DateTimeOffset Until)> _found = new();

    private readonly ConcurrentDictionary<Shown, Task<Credential?>> _reading = new();

    private readonly ConcurrentDictionary<(MerchantId, long), (Credential Credential, DateTimeOffset Until)> _customers = new();

    // Goes up when tokens are forgotten: what was read before that is not remembered.
    private int _forgotten;

    /// <inheritdoc/>
    public async ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel)
    {
        var key = (kind, dialect, secret);
        if (_found.TryGetValue(key, out var known) && clock.GetUtcNow() < known.Until)
            return known.Credential;
        if (knownToEveryone.Contains(secret))
            return null;

        // Requests that come together share one look-up.
        var reading = _reading.GetOrAdd(key, static (asked, own) => own.ReadAndRememberAsync(asked), this);
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
        var read = await ReadCustomerAsync(merchant, installation, cancel);
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
        // Whose each is stays known: on a cluster, the next look asks one node.
        foreach (var (key, known) in _found)
            _found[key] = known with { Until = DateTimeOffset.MinValue };
    }

    private async Task<Credential?> ReadAndRememberAsync(Shown key)
    {
        var hash = HashOf(key.Secret);
        var before = Volatile.Read(ref _forgotten);
        var now = clock.GetUtcNow();
        var (credential, until) = key.Kind is CredentialKind.Bearer or CredentialKind.Midnight
            && TokenText.MerchantOf(key.Secret, TokenText.Access) is { } merchant
            ? await ReadTokenAsync(key.Dialect, merchant, hash, now)
            : (await ReadAsync(key, hash), DateTimeOffset.MaxValue);
        if (credential is null)
        {
            _found.TryRemove(key, out _);
            return null;
        }

        credential = await WithHashKeyAsync(credential, CancellationToken.None);
        // A person's rights can end at any moment, on another server or on the command line: they are looked up for each request.
        if (credential.Consent is not null)
            return credential;
        // Only valid credentials are remembered, so guessing fills nothing.
        if (_found.Count >= Remembered)
            _found.Clear();
        _found[key] = (credential, until < now + RememberedFor ? until : now + RememberedFor);
        if (before != Volatile.Read(ref _forgotten))
            _found.TryRemove(key, out _);
        return credential;
    }

    /// <summary>
    /// The key follows from the merchant's row and the master key: a copy of the database must not be enough to try out bodies, or to make
    /// tokens.
    /// </summary>
    private async ValueTask<Credential> WithHashKeyAsync(Credential read, CancellationToken cancel) =>
        read with { HashKey = await vault.DeriveKeyAsync(read.Merchant, read.HashKey, cancel) };

    private Task<Credential?> ReadCustomerAsync(MerchantId merchant, long id, CancellationToken cancel) => database.FirstAsync(
        $"""
        SELECT {CredentialRows.InstallationColumns}, m.hash_key
          FROM installation i JOIN merchant m ON m.id = i.merchant_id WHERE i.merchant_id = $1 AND i.id = $2
        """,
        command => command.With(merchant.Value).With(id),
        row => new Credential(
            CredentialRows.ReadInstallation(row, 0), 0, CredentialKind.Customer, new HashSet<string> { Credential.CustomerScope },
            row.GetFieldValue<byte[]>(CredentialRows.InstallationWidth)),
        cancel);

    /// <summary>
    /// Looks at first with the merchant who had the credential before. That is one node of a cluster, where another may be out of reach.
    /// </summary>
    private async Task<Credential?> ReadAsync(Shown key, byte[] hash)
    {
        if (_found.TryGetValue(key, out var known))
        {
            return await database.FirstAsync(
                Having("c.merchant_id = $5"), command => Name(command).With(known.Credential.Merchant.Value), Read, CancellationToken.None);
        }

        var found = await database.SearchAsync(
            among => Having(CredentialRows.Among(among)), command => Name(command), Read, CancellationToken.None);
        return found.Count > 0 ? found[0] : null;

        // Index: credential_by_secret. A former secret may be let in until a time to come.
        static string Having(string merchants) =>
            $"""
            SELECT {CredentialRows.Columns}, c.secret_hash FROM credential c {CredentialRows.Installation}
             WHERE {merchants} AND c.secret_hash = $1 AND c.kind = $2 AND i.dialect = $3
               AND (c.revoked_at IS NULL OR c.revoked_at > $4)
            """;

        NpgsqlBatchCommand Name(NpgsqlBatchCommand command) =>
            command.With(hash).With(Words.Of(key.Kind)).With(key.Dialect).With(clock.GetUtcNow().UtcDateTime);

        Credential? Read(NpgsqlDataReader row) =>
            CryptographicOperations.FixedTimeEquals(row.GetFieldValue<byte[]>(CredentialRows.Width), hash)
                ? CredentialRows.Read(row) : null;
    }

    /// <summary>The credential of the client that has an access token, for its subject and with its scopes, and until when.</summary>
    private Task<(Credential? Credential, DateTimeOffset Until)> ReadTokenAsync(
        string dialect, MerchantId merchant, byte[] hash, DateTimeOffset now) =>
        database.FirstAsync<(Credential? Credential, DateTimeOffset Until)>(
            $"""
            SELECT {CredentialRows.Columns}, a.subject, t.scopes, t.expires_at, c.name, a.id, {ConsentRows.Columns}
              FROM token t
              JOIN authorisation a ON a.merchant_id = t.merchant_id AND a.id = t.authorisation_id
              JOIN credential c ON c.merchant_id = t.merchant_id AND c.id = a.credential_id {CredentialRows.Installation}
              {ConsentRows.Joined}
             WHERE t.merchant_id = $1 AND t.hash = $2 AND t.kind = 'access' AND i.dialect = $3 AND t.expires_at > $4
               AND t.revoked_at IS NULL AND a.revoked_at IS NULL AND c.revoked_at IS NULL AND {ConsentRows.IsGood}
            """,
            command => command.With(merchant.Value).With(hash).With(dialect).With(now.UtcDateTime),
            row =>
            {
                const int At = CredentialRows.Width;
                var client = CredentialRows.Read(row);
                var given = ConsentRows.Read(row, At + 5);
                var consent = given is { Person: { } person } ? new Consent(
                    person, given.Name!, given.Role, row.GetString(At + 3), IdTime.Of(row.GetGuid(At + 4))) : null;
                // An operator may have taken scopes from the client since: the token loses them too. So it is with the person's role.
                var scopes = row.GetFieldValue<string[]>(At + 1).Where(client.Scopes.Contains);
                var credential = client with
                {
                    Subject = row.GetGuid(At),
                    Scopes = consent is null ? scopes.ToHashSet()
                        : (rights ?? PeopleRights.None).Of(dialect, consent.Role, scopes),
                    Consent = consent,
                };
                return (credential, row.GetFieldValue<DateTimeOffset>(At + 2));
            },
            CancellationToken.None);
}

/// <summary>The person who has given a consent, as they are now. A client that acts for itself has no code, and no person.</summary>
/// <param name="Person">Null where the client acts for itself.</param>
internal readonly record struct ConsentRows(Guid? Person, string? Name, OperatorRole? Role)
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    public const string Columns = "p.id, p.name, p.role";

    /// <summary>Joins the person to an authorisation a.</summary>
    public const string Joined =
        "LEFT JOIN person p ON p.merchant_id = a.merchant_id AND p.id = a.subject AND a.code_hash IS NOT NULL";

    /// <summary>
    /// Whether the consent holds: the person has not left, and has the second factor that the merchant m requires of a role.
    /// </summary>
    public const string IsGood = """
        (a.code_hash IS NULL
         OR (p.ended_at IS NULL AND p.id IS NOT NULL
             AND (p.role IS NULL OR p.secured_at IS NOT NULL OR NOT m.requires_second_factor)))
        """;

    public static ConsentRows Read(NpgsqlDataReader row, int first) => new(
        row.IsDBNull(first) ? null : row.GetGuid(first), row.IsDBNull(first + 1) ? null : row.GetString(first + 1),
        row.IsDBNull(first + 2) ? null : Words.To<OperatorRole>(row.GetString(first + 2)));

    /// <summary>The scopes among these that the consent still gives for a client's API.</summary>
    public string[] Narrow(PeopleRights? rights, Client client, IEnumerable<string> scopes) =>
        Person is null ? [.. scopes]
        : [.. (rights ?? PeopleRights.None).Of(client.Credential.Installation.Dialect, Role, scopes).Order(StringComparer.Ordinal)];
}

/// <summary>How a credential is read with its installation and its merchant.</summary>
internal static class CredentialRows
{
    /// <summary>What <see cref="Read"/> reads, of the tables that <see cref="Installation"/> joins.</summary>
    public const string Columns = $"c.id, c.kind, c.scopes, m.hash_key, {InstallationColumns}";

    /// <summary>What <see cref="ReadInstallation"/> reads.</summary>
    public const string InstallationColumns =
        "i.merchant_id, i.id, i.dialect, i.currency, i.locale, i.time_zone, m.name, i.origins, m.time_zone";

    /// <summary>Joins installation and merchant to the credential.</summary>
    public const string Installation =
        "JOIN installation i ON i.merchant_id = c.merchant_id AND i.id = c.installation_id JOIN merchant m ON m.id = c.merchant_id";

    /// <summary>The condition of a search for the tables above: a table without one is looked through on every node.</summary>
    public static string Among(Func<string, string> among) =>
        $"{among("c.merchant_id")} AND {among("i.merchant_id")} AND {among("m.id")}";

    /// <summary>The installations of merchant $1.</summary>
    public const string Installations =
        $"SELECT {InstallationColumns} FROM installation i JOIN merchant m ON m.id = i.merchant_id WHERE i.merchant_id = $1";

    /// <summary>How many columns an installation has.</summary>
    public const int InstallationWidth = 9;

    /// <summary>How many columns a credential has, with its installation.</summary>
    public const int Width = InstallationAt + InstallationWidth;

    private const int InstallationAt = 4;

    public static Credential Read(NpgsqlDataReader row) => new(
        ReadInstallation(row, InstallationAt), row.GetInt64(0), Words.To<CredentialKind>(row.GetString(1)),
        row.GetFieldValue<string[]>(2).ToHashSet(), row.GetFieldValue<byte[]>(3));

    public static Installation ReadInstallation(NpgsqlDataReader row, int first) => new(
        new MerchantId(row.GetInt64(first)), row.GetInt64(first + 1), row.GetString(first + 2), Currency.Parse(row.GetString(first + 3)),
        row.GetString(first + 4), row.GetString(first + 5))
    {
        MerchantName = row.GetString(first + 6),
        Origins = Merchants.OriginsIn(row.GetFieldValue<string[]>(first + 7)),
        MerchantTimeZone = row.GetString(first + 8),
    };
}
