using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>
/// How codes and tokens are written: what they are, their merchant, by whose id their row is found by its key, and 256 random bits.
/// Only this server has to understand them.
/// </summary>
internal static class TokenText
{
    /// <summary>How access tokens begin.</summary>
    public const string Access = "qat_";

    /// <summary>How refresh tokens begin.</summary>
    public const string Refresh = "qrt_";

    /// <summary>How codes begin.</summary>
    public const string Code = "qac_";

    private const int NameLength = 8;
    private const int Length = NameLength + 32;

    /// <summary>A new one.</summary>
    public static string New(string prefix, MerchantId merchant)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, merchant.Value);
        RandomNumberGenerator.Fill(bytes[NameLength..]);
        return prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>The merchant that it names; null when it is none of this kind. Proves nothing.</summary>
    public static MerchantId? MerchantOf(string text, string prefix)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!text.StartsWith(prefix, StringComparison.Ordinal)
            || Base64Url.GetMaxDecodedLength(text.Length - prefix.Length) > Length + 2
            || !Base64Url.IsValid(text.AsSpan(prefix.Length), out var length) || length != Length)
        {
            return null;
        }

        Base64Url.DecodeFromChars(text.AsSpan(prefix.Length), bytes);
        return new MerchantId(BinaryPrimitives.ReadInt64BigEndian(bytes));
    }
}

/// <summary>The permissions of clients to act for people. Codes and tokens are kept as hashes.</summary>
/// <param name="clock">Tells what has expired.</param>
/// <param name="credentials">Remembers access tokens, and has to forget those that are revoked.</param>
/// <param name="rights">What people may let clients do; null for nothing.</param>
public sealed class Authorisations(
    NpgsqlDataSource database, TimeProvider clock, Credentials credentials, IAccessWatch? watch = null, PeopleRights? rights = null)
    : IAuthorisations
{
    /// <inheritdoc/>
    public async Task<string> AllowAsync(
        Client client, Person person, IReadOnlyCollection<string> scopes, CodeTerms terms, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var code = TokenText.New(TokenText.Code, client.Credential.Merchant);
        var given = (rights ?? PeopleRights.None).Of(client.Credential.Installation.Dialect, person.Role, scopes);
        if (given.Count < scopes.Count)
            throw new ArgumentException("The person can't give them all.", nameof(scopes));
        await database.WriteAsync(batch =>
        {
            batch.Statement("""
                INSERT INTO authorisation (merchant_id, id, credential_id, subject, scopes, code_hash, redirect_uri, challenge,
                    code_expires_at, expires_at)
                -- The person may have left meanwhile, or set a second factor up that this sign-in has not shown.
                SELECT p.merchant_id, $2, $3, $4, $5, $6, $7, $8, $9, $9 FROM person p
                 WHERE p.merchant_id = $1 AND p.id = $4 AND p.ended_at IS NULL AND (p.secured_at IS NOT NULL) = $10
                """)
                .With(client.Credential.Merchant.Value).With(Guid.CreateVersion7(now)).With(client.Credential.Id).With(person.Id)
                    .With(scopes.ToArray())
                .With(Credentials.HashOf(code)).With(terms.RedirectUri).With(terms.Challenge.ToArray())
                    .With((now + TokenLifetimes.Code).UtcDateTime).With(person.HasSecondFactor);
        }, cancel);
        return code;
    }

    /// <inheritdoc/>
    public async Task<IssuedTokens> IssueAsync(
        Client client, IReadOnlyCollection<string> scopes, CancellationToken cancel, bool isRefreshable = false)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var tokens = NewTokens(client, scopes, isRefreshable);
        await database.WriteAsync(batch =>
        {
            batch.Statement("""
                INSERT INTO authorisation (merchant_id, id, credential_id, subject, scopes, expires_at)
                SELECT m.id, $2, $3, $4, $5, $6 FROM merchant m WHERE m.id = $1
                """)
                .With(client.Credential.Merchant.Value).With(id).With(client.Credential.Id).With(client.Credential.Subject)
                    .With(scopes.ToArray())
                .With((now + (isRefreshable ? TokenLifetimes.Refresh : tokens.Lifetime)).UtcDateTime);
            Insert(batch, client, id, tokens, scopes, now);
        }, cancel);
        return tokens;
    }

    /// <inheritdoc/>
    public async Task<IssuedTokens?> RedeemAsync(Client client, string code, CodeTerms shown, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var revoked = false;
        var redeemed = await database.ChangeAsync(async transaction =>
        {
            if (await LockCodeAsync(transaction.Connection!, client, code, cancel) is not { } kept)
                return null;
            // The person's role may have changed since the page.
            var scopes = kept.Person.Narrow(rights, client, kept.Scopes);

            revoked = kept.WasUsed;
            // The program makes a mistake with its code, or it is not the program's: either way it is good for nothing any more.
            var isGood = !kept.WasUsed && !kept.IsRevoked && kept.IsGood && scopes.Length > 0 && now < kept.ExpiresAt
                && kept.Terms.RedirectUri == shown.RedirectUri
                && CryptographicOperations.FixedTimeEquals(kept.Terms.Challenge.Span, shown.Challenge.Span);
            var tokens = isGood ? NewTokens(client, scopes, isRefreshable: true) : null;
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            batch.Statement("""
                UPDATE authorisation SET code_used_at = coalesce(code_used_at, $3), expires_at = greatest(expires_at, $4),
                       revoked_at = CASE WHEN $5 THEN coalesce(revoked_at, $3) ELSE revoked_at END
                 WHERE merchant_id = $1 AND id = $2
                """)
                .With(client.Credential.Merchant.Value).With(kept.Id).With(now.UtcDateTime)
                .With((isGood ? now + TokenLifetimes.Refresh : now).UtcDateTime).With(kept.WasUsed);
            if (tokens is not null)
                Insert(batch, client, kept.Id, tokens, kept.Scopes, now);
            await batch.ExecuteNonQueryAsync(cancel);
            await transaction.CommitDurablyAsync(cancel);
            return tokens;
        }, cancel);
        if (revoked)
            EndFamily(client);
        return redeemed;
    }

    /// <inheritdoc/>
    public async Task<Refreshed> RefreshAsync(
        Client client, string refreshToken, IReadOnlyCollection<string>? scopes, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var revoked = false;
        var refreshed = await database.ChangeAsync(async transaction =>
        {
            if (await LockRefreshTokenAsync(transaction.Connection!, client, refreshToken, cancel) is not { } kept || kept.IsRevoked
                || !kept.IsGood || now >= kept.ExpiresAt || EndOf(kept.Id) <= now)
            {
                return default;
            }

            var allowed = kept.Person.Narrow(rights, client, kept.Scopes);
            if (!kept.WasUsed && allowed.Length == 0)
                return default;
            if (!kept.WasUsed && scopes?.Except(allowed).Any() == true)
                return new Refreshed(null, AsksTooMuch: true);

            revoked = kept.WasUsed;
            var left = EndOf(kept.Id) - now;
            var tokens = kept.WasUsed ? null : NewTokens(client, scopes ?? allowed, isRefreshable: true, left);
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            if (tokens is null)
            {
                batch.Statement("UPDATE authorisation SET revoked_at = $3 WHERE merchant_id = $1 AND id = $2")
                    .With(client.Credential.Merchant.Value).With(kept.Id).With(now.UtcDateTime);
            }
            else
            {
                batch.Statement("UPDATE token SET used_at = $3 WHERE merchant_id = $1 AND hash = $2")
                    .With(client.Credential.Merchant.Value).With(Credentials.HashOf(refreshToken)).With(now.UtcDateTime);
                batch.Statement("UPDATE authorisation SET expires_at = greatest(expires_at, $3) WHERE merchant_id = $1 AND id = $2")
                    .With(client.Credential.Merchant.Value).With(kept.Id).With((now + Shorter(TokenLifetimes.Refresh, left)).UtcDateTime);
                Insert(batch, client, kept.Id, tokens, kept.Scopes, now);
            }

            await batch.ExecuteNonQueryAsync(cancel);
            await transaction.CommitDurablyAsync(cancel);
            return new Refreshed(tokens, AsksTooMuch: false);
        }, cancel);
        if (revoked)
            EndFamily(client);
        return refreshed;
    }

    /// <inheritdoc/>
    public Task<Client?> ClientOfAsync(string dialect, string accessToken, string refreshToken, CancellationToken cancel) =>
        TokenText.MerchantOf(refreshToken, TokenText.Refresh) is not { } merchant ? Task.FromResult<Client?>(null) : database.FirstAsync(
            $"""
            SELECT {CredentialRows.Columns}, x.name, c.name, x.is_public, x.redirect_uris, t.access_hash
              FROM token t
              JOIN authorisation a ON a.merchant_id = t.merchant_id AND a.id = t.authorisation_id
              JOIN client x ON x.merchant_id = t.merchant_id AND x.credential_id = a.credential_id
              JOIN credential c ON c.merchant_id = t.merchant_id AND c.id = a.credential_id {CredentialRows.Installation}
             WHERE t.merchant_id = $1 AND t.hash = $2 AND t.kind = 'refresh' AND t.access_hash IS NOT NULL AND i.dialect = $3
                 AND c.revoked_at IS NULL
            """,
            command => command.With(merchant.Value).With(Credentials.HashOf(refreshToken)).With(dialect),
            row => CryptographicOperations.FixedTimeEquals(
                row.GetFieldValue<byte[]>(CredentialRows.Width + 4), Credentials.HashOf(accessToken)) ? Clients.Read(row) : null,
            cancel);

    /// <inheritdoc/>
    public async Task RevokeAsync(Client client, string token, CancellationToken cancel)
    {
        var isRefresh = token.StartsWith(TokenText.Refresh, StringComparison.Ordinal);
        var revoked = await database.WriteAsync(batch =>
        {
            batch.Statement(isRefresh
                ? """
                  UPDATE authorisation a SET revoked_at = coalesce(a.revoked_at, $4) FROM token t
                   WHERE t.merchant_id = $1 AND t.hash = $2 AND a.merchant_id = $1 AND a.id = t.authorisation_id AND a.credential_id = $3
                  """
                : """
                  UPDATE token t SET revoked_at = coalesce(t.revoked_at, $4) FROM authorisation a
                   WHERE t.merchant_id = $1 AND t.hash = $2 AND a.merchant_id = $1 AND a.id = t.authorisation_id AND a.credential_id = $3
                  """)
                .With(client.Credential.Merchant.Value).With(Credentials.HashOf(token)).With(client.Credential.Id)
                    .With(clock.GetUtcNow().UtcDateTime);
        }, cancel);
        if (revoked > 0)
            credentials.ForgetTokens();
    }

    /// <inheritdoc/>
    public async Task<TokenState?> FindAsync(Client client, string token, CancellationToken cancel) => await database.FirstAsync(
        $"""
        SELECT x.name, a.subject, p.email, t.scopes, t.kind = 'refresh', t.issued_at, t.expires_at, {ConsentRows.Columns}
          FROM token t
          JOIN authorisation a ON a.merchant_id = t.merchant_id AND a.id = t.authorisation_id
          JOIN credential c ON c.merchant_id = t.merchant_id AND c.id = a.credential_id
          JOIN client x ON x.merchant_id = t.merchant_id AND x.credential_id = c.id
          JOIN merchant m ON m.id = t.merchant_id
          {ConsentRows.Joined}
         WHERE t.merchant_id = $1 AND t.hash = $2 AND c.installation_id = $3 AND t.expires_at > $4
           AND t.used_at IS NULL AND t.revoked_at IS NULL AND a.revoked_at IS NULL AND c.revoked_at IS NULL AND {ConsentRows.IsGood}
        """,
        command => command.With(client.Credential.Merchant.Value).With(Credentials.HashOf(token)).With(client.Credential.Installation.Id)
            .With(clock.GetUtcNow().UtcDateTime),
        row => new TokenState(
            row.GetString(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2),
            ConsentRows.Read(row, 7).Narrow(rights, client, row.GetFieldValue<string[]>(3)), row.GetBoolean(4),
            row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6)),
        cancel) is { Scopes.Count: > 0 } state ? state : null;

    /// <summary>A code or token came a second time: another one has a copy of it.</summary>
    private void EndFamily(Client client)
    {
        credentials.ForgetTokens();
        watch.Note(
            AccessNews.TokenReused, client.Credential.Merchant, by: null, $"credential {client.Credential.Id}", client.Credential.Id);
    }

    /// <summary>When a consent ends; its tokens may end before. Its id begins with the time at which it was given.</summary>
    private static DateTimeOffset EndOf(Guid authorisation) => IdTime.Of(authorisation) + TokenLifetimes.Consent;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <param name="left">How long the consent still lasts; null where it begins.</param>
    private static IssuedTokens NewTokens(
        Client client, IReadOnlyCollection<string> scopes, bool isRefreshable, TimeSpan? left = null) => new(
        TokenText.New(TokenText.Access, client.Credential.Merchant),
        isRefreshable ? TokenText.New(TokenText.Refresh, client.Credential.Merchant) : null, scopes,
        Shorter(TokenLifetimes.Access, left ?? TokenLifetimes.Consent));

    /// <summary>The access token with its scopes, and the refresh token with all that was allowed (RFC 6749 6).</summary>
    private static void Insert(
        NpgsqlBatch batch, Client client, Guid authorisation, IssuedTokens tokens, IReadOnlyCollection<string> allowed, DateTimeOffset now)
    {
        var accessHash = Credentials.HashOf(tokens.AccessToken);
        Add(accessHash, "access", tokens.Scopes, tokens.Lifetime, givenWith: null);
        if (tokens.RefreshToken is { } refreshToken)
        {
            var lifetime = Shorter(TokenLifetimes.Refresh, EndOf(authorisation) - now);
            Add(Credentials.HashOf(refreshToken), "refresh", allowed, lifetime, accessHash);
        }

        void Add(byte[] hash, string kind, IReadOnlyCollection<string> scopes, TimeSpan lifetime, byte[]? givenWith) =>
            batch.Statement("""
                INSERT INTO token (merchant_id, hash, authorisation_id, kind, scopes, issued_at, expires_at, access_hash)
                SELECT m.id, $2, $3, $4, $5, $6, $7, $8 FROM merchant m WHERE m.id = $1
                """)
                .With(client.Credential.Merchant.Value).With(hash).With(authorisation).With(kind).With(scopes.ToArray())
                .With(now.UtcDateTime).With((now + lifetime).UtcDateTime).With(givenWith);
    }

    private static Task<KeptCode?> LockCodeAsync(NpgsqlConnection connection, Client client, string code, CancellationToken cancel) =>
        // Index: authorisation_by_code.
        connection.FirstAsync(
            $"""
            SELECT a.id, a.scopes, a.code_used_at IS NOT NULL, a.revoked_at IS NOT NULL, a.code_expires_at, a.redirect_uri, a.challenge,
                   {ConsentRows.IsGood}, {ConsentRows.Columns}
              FROM authorisation a JOIN merchant m ON m.id = a.merchant_id {ConsentRows.Joined}
             WHERE a.merchant_id = $1 AND a.code_hash = $2 AND a.credential_id = $3 FOR UPDATE OF a
            """,
            command => command.With(client.Credential.Merchant.Value).With(Credentials.HashOf(code)).With(client.Credential.Id),
            row => new KeptCode(
                row.GetGuid(0), row.GetFieldValue<string[]>(1), row.GetBoolean(2), row.GetBoolean(3), row.GetFieldValue<DateTimeOffset>(4),
                new CodeTerms(row.GetString(5), row.GetFieldValue<byte[]>(6)), row.GetBoolean(7))
            {
                Person = ConsentRows.Read(row, 8),
            },
            cancel);

    private static Task<KeptToken?> LockRefreshTokenAsync(
        NpgsqlConnection connection, Client client, string token, CancellationToken cancel) =>
        // It locks both rows: after a wait, PostgreSQL would show a row that is not locked as it was before.
        connection.FirstAsync(
            $"""
            SELECT a.id, a.scopes, t.used_at IS NOT NULL, a.revoked_at IS NOT NULL, t.expires_at,
                   {ConsentRows.IsGood}, {ConsentRows.Columns}
              FROM token t JOIN authorisation a ON a.merchant_id = t.merchant_id AND a.id = t.authorisation_id
              JOIN merchant m ON m.id = t.merchant_id {ConsentRows.Joined}
             WHERE t.merchant_id = $1 AND t.hash = $2 AND t.kind = 'refresh' AND a.credential_id = $3 FOR UPDATE OF t, a
            """,
            command => command.With(client.Credential.Merchant.Value).With(Credentials.HashOf(token)).With(client.Credential.Id),
            row => new KeptToken(
                row.GetGuid(0), row.GetFieldValue<string[]>(1), row.GetBoolean(2), row.GetBoolean(3), row.GetFieldValue<DateTimeOffset>(4),
                row.GetBoolean(5))
            {
                Person = ConsentRows.Read(row, 6),
            },
            cancel);

    private sealed record KeptCode(
        Guid Id, string[] Scopes, bool WasUsed, bool IsRevoked, DateTimeOffset ExpiresAt, CodeTerms Terms, bool IsGood)
    {
        public ConsentRows Person { get; init; }
    }

    private sealed record KeptToken(Guid Id, string[] Scopes, bool WasUsed, bool IsRevoked, DateTimeOffset ExpiresAt, bool IsGood)
    {
        public ConsentRows Person { get; init; }
    }
}
