using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>The clients of the authorisation server.</summary>
/// <param name="knownToEveryone">Secrets that are refused even where the database has them: the demo's, outside the demo.</param>
public sealed class Clients(
    NpgsqlDataSource database, TimeProvider clock, IReadOnlySet<string> knownToEveryone, IAccessWatch? watch = null) : IClients
{
    private readonly IReadOnlyList<byte[]> _knownHashes = [.. knownToEveryone.Select(Credentials.HashOf)];

    /// <inheritdoc/>
    public async Task<Client?> FindAsync(string name, CancellationToken cancel) =>
        // We make the names, and each belongs to one client. If two merchants have the same one, it opens nothing.
        await ReadAsync(name, cancel) is [var (client, secretHash)] && !_knownHashes.Any(known => known.AsSpan().SequenceEqual(secretHash))
            ? client : null;

    /// <inheritdoc/>
    public async Task<Client?> FindAsync(string name, string secret, CancellationToken cancel)
    {
        var hash = Credentials.HashOf(secret);
        return await ReadAsync(name, cancel) is [var (client, secretHash)]
            && CryptographicOperations.FixedTimeEquals(secretHash, hash) && !client.IsPublic && !knownToEveryone.Contains(secret)
                ? client
                : null;
    }

    /// <summary>Registers a client, unless the merchant has one of this name. Only the hash of the secret is kept.</summary>
    /// <param name="installation">The API for which it gets tokens.</param>
    /// <param name="name">Its name; two clients with one name can't be used.</param>
    /// <param name="title">The name that people see when they sign in.</param>
    /// <param name="secret">Its secret; null for a public client.</param>
    /// <param name="scopes">The scopes that it has.</param>
    /// <param name="redirectUris">Where people may be sent back to.</param>
    /// <returns>Whether it is new: neither was there one of this name, nor has the same request made one before.</returns>
    public Task<bool> EnsureAsync(
        Installation installation, string name, string title, string? secret, IReadOnlyCollection<string> scopes,
        IReadOnlyCollection<string> redirectUris,
        CancellationToken cancel, Origin? by = null) => database.ChangeAsync(async transaction =>
    {
        await Merchants.LockAsync(transaction.Connection!, installation.Merchant, cancel);
        if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
            return false;
        var change = await SealedChange.OfWholeAsync(
            transaction.Connection!, installation.Merchant, cancel, SealedTables.Credential, SealedTables.Client);
        // A client without a secret gets the hash of a random one, which matches no secret.
        var hash = secret is null ? RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes) : Credentials.HashOf(secret);
        var rows = await transaction.ExecuteAsync(batch => batch.Statement("""
            WITH made AS (
                INSERT INTO credential (merchant_id, id, installation_id, kind, name, secret_hash, scopes, created_at)
                SELECT $1, coalesce(max(c.id), 0) + 1, $2, $3, $4, $5, $6, $7 FROM credential c WHERE c.merchant_id = $1
                HAVING NOT EXISTS (SELECT 1 FROM client x WHERE x.merchant_id = $1 AND x.name = $8)
                RETURNING id)
            INSERT INTO client (merchant_id, credential_id, name, is_public, redirect_uris)
            SELECT $1, made.id, $8, $9, $10 FROM made
            """)
            .With(installation.Merchant.Value).With(installation.Id).With(Words.Of(CredentialKind.Client)).With(title).With(hash)
            .With(scopes.ToArray()).With(clock.GetUtcNow().UtcDateTime).With(name).With(secret is null).With(redirectUris.ToArray()),
            cancel);
        if (rows == 0)
            return false;
        await transaction.CommitAsync(by, clock, cancel, change);
        watch.Note(AccessNews.CredentialCreated, installation.Merchant, by, $"client {name}");
        return true;
    }, cancel);

    /// <summary>
    /// Lets a client in no more, nor with the tokens that it has; servers may take those for a few seconds yet. Returns whether there was
    /// one.
    /// </summary>
    /// <param name="name">How it names itself.</param>
    public Task<bool> RevokeAsync(MerchantId merchant, string name, CancellationToken cancel, Origin? by = null) => database.ChangeAsync(
        async transaction =>
        {
            var change = await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, SealedTables.Credential);
            var rows = await transaction.ExecuteAsync(batch => batch.Statement("""
            UPDATE credential c SET revoked_at = $3 FROM client x
             WHERE x.merchant_id = $1 AND x.name = $2 AND c.merchant_id = $1 AND c.id = x.credential_id AND c.revoked_at IS NULL
            """).With(merchant.Value).With(name).With(clock.GetUtcNow().UtcDateTime), cancel);
            if (rows == 0)
                return false;
            await transaction.CommitAsync(by, clock, cancel, change);
            return true;
        }, cancel);

    private async Task<IReadOnlyList<(Client Client, byte[] SecretHash)>> ReadAsync(string name, CancellationToken cancel) =>
        // No name has a NUL, and PostgreSQL takes no text with one.
        name.Contains('\0', StringComparison.Ordinal) ? [] : await database.SearchAsync(
            // Index: client_by_name.
            among => $"""
            SELECT {CredentialRows.Columns}, x.name, c.name, x.is_public, x.redirect_uris, c.secret_hash
              FROM client x JOIN credential c ON c.merchant_id = x.merchant_id AND c.id = x.credential_id {CredentialRows.Installation}
             WHERE {CredentialRows.Among(among)} AND {among("x.merchant_id")} AND x.name = $1 AND c.revoked_at IS NULL
            """,
            command => command.With(name), row => (Read(row), row.GetFieldValue<byte[]>(CredentialRows.Width + 4)), cancel);

    /// <summary>Columns: those of the credential, then the client's name, title, is_public and redirect_uris.</summary>
    internal static Client Read(NpgsqlDataReader row)
    {
        const int At = CredentialRows.Width;
        return new Client(CredentialRows.Read(row), row.GetString(At), row.GetString(At + 1), row.GetBoolean(At + 2),
            row.GetFieldValue<string[]>(At + 3));
    }
}
