using System.Buffers.Text;
using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>Secrets that can't be guessed, and unique names. Their beginning shows their kind.</summary>
public static class NewSecret
{
    private const int SecretLength = 32;
    private const int NameLength = 16;

    // 120 bits.
    private const int PasswordLength = 15;

    private const string OfClient = "qs_";
    private const string OfOthers = "qt_";

    /// <summary>A secret of a credential.</summary>
    public static string Of(CredentialKind kind) => (kind is CredentialKind.Client ? OfClient : OfOthers) + Random(SecretLength);

    /// <summary>Whether a bearer's secret has the form of our own: a credential's, or a token of the authorisation server.</summary>
    public static bool IsOfABearer(string secret) =>
        secret.StartsWith(OfOthers, StringComparison.Ordinal) || secret.StartsWith(TokenText.Access, StringComparison.Ordinal);

    /// <summary>A name for a client of the authorisation server.</summary>
    public static string ClientName() => "qc_" + Random(NameLength);

    /// <summary>A password for someone who signs in.</summary>
    public static string Password() => Random(PasswordLength);

    private static string Random(int length) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(length));
}

/// <summary>
/// The credentials that operators have given out. A credential keeps its number, and with it its history and its webhooks, when its
/// secret is changed; a former secret that is still let in for a while has a number of its own.
/// </summary>
public sealed class IssuedCredentials(NpgsqlDataSource database, TimeProvider clock, IAccessWatch? watch = null) : IIssuedCredentials
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<IssuedCredential>> ListAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        """
        SELECT c.id, i.dialect, c.kind, c.name, c.scopes, c.created_at, c.revoked_at, x.name, x.is_public, x.redirect_uris
          FROM credential c
          JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id
          LEFT JOIN client x ON x.merchant_id = $1 AND x.credential_id = c.id
         WHERE c.merchant_id = $1 ORDER BY c.id
        """,
        command => command.With(merchant.Value),
        row => new IssuedCredential(
            row.GetInt64(0), row.GetString(1), Words.To<CredentialKind>(row.GetString(2)), row.GetString(3),
            row.GetFieldValue<string[]>(4), row.GetFieldValue<DateTimeOffset>(5),
            row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6))
        {
            Client = row.IsDBNull(7) ? null
                : new IssuedClient(row.GetString(7), row.GetBoolean(8), row.GetFieldValue<string[]>(9)),
        },
        cancel);

    /// <summary>Gives access to an installation, for a request without an idempotency key.</summary>
    /// <returns>The secrets; empty where the same request has done it before.</returns>
    public async Task<IReadOnlyList<IssuedSecret>> IssueAsync(
        Installation installation, IReadOnlyList<CredentialKind> kinds, string name, IReadOnlyCollection<string> scopes,
        Func<long, Origin> by,
        CancellationToken cancel) => (await IssueAsync(installation, kinds, name, scopes, by, key: null, cancel)).Secrets;

    /// <inheritdoc/>
    public async Task<Installation?> InstallationAsync(MerchantId merchant, string dialect, CancellationToken cancel) =>
        (await new Merchants(database, clock).InstallationsAsync(merchant, cancel)).FirstOrDefault(one => one.Dialect == dialect);

    /// <inheritdoc/>
    public Task<(KeyState Key, IReadOnlyList<IssuedSecret> Secrets)> IssueAsync(
        Installation installation, IReadOnlyList<CredentialKind> kinds, string name, IReadOnlyCollection<string> scopes,
        Func<long, Origin> by, KeyUse? key, CancellationToken cancel) =>
        SqlStates.ReachingAsync<(KeyState Key, IReadOnlyList<IssuedSecret> Secrets)>(async () =>
    {
        var merchant = installation.Merchant;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Merchants.LockAsync(connection, merchant, cancel);
        var keyState = await KeptKeys.TakeAsync(connection, key, clock, cancel);
        if (keyState != KeyState.New || await OperatorActions.IsDoneAsync(connection, by(0), cancel))
            return (keyState, []);
        var change = await SealedChange.OfWholeAsync(connection, merchant, cancel, SealedTables.Credential);
        List<IssuedSecret> issued = [];
        foreach (var kind in kinds)
        {
            var secret = NewSecret.Of(kind);
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.Statement("""
                INSERT INTO credential (merchant_id, id, installation_id, kind, name, secret_hash, scopes, created_at)
                SELECT $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6, $7 FROM credential WHERE merchant_id = $1 RETURNING id
                """)
                .With(merchant.Value).With(installation.Id).With(Words.Of(kind)).With(OneLine.Of(name)).With(Credentials.HashOf(secret))
                    .With(scopes.ToArray())
                .With(clock.GetUtcNow().UtcDateTime);
            issued.Add(new IssuedSecret((long)(await batch.ExecuteScalarAsync(cancel))!, kind, secret));
        }

        await OperatorActions.WriteAsync(connection, [.. issued.Select(one => by(one.Id))], clock.GetUtcNow(), change, cancel);
        await transaction.CommitAsync(by: null, clock, cancel, change);
        foreach (var one in issued)
            watch.Note(AccessNews.CredentialCreated, merchant, by(one.Id), $"credential {one.Id}");
        return (keyState, issued);
    });

    /// <summary>Gives a credential a new secret. Running servers may take a secret that is let in no more for a few seconds yet.</summary>
    /// <param name="id">The credential's number.</param>
    /// <param name="secret">The new secret, of which only the hash is kept.</param>
    /// <param name="keepOldUntil">The moment until which the old one is let in beside it; null for no longer, and then no other former
    /// secret is
    /// either.</param>
    public Task<CredentialOutcome> RotateAsync(
        MerchantId merchant, long id, string secret, DateTimeOffset? keepOldUntil, Origin? by, CancellationToken cancel) =>
        ChangeAsync(merchant, id, AccessNews.CredentialRotated, by, (known, batch) =>
        {
            if (known.HasEnd)
                return CredentialOutcome.Ended;
            if (known.Kind is CredentialKind.Issuer || known.IsPublic == true)
                return CredentialOutcome.WithoutSecret;
            if (known.IsPublic is not null && keepOldUntil is not null)
                return CredentialOutcome.OneSecretOnly;
            batch.Statement("UPDATE credential SET secret_hash = $3 WHERE merchant_id = $1 AND id = $2")
                .With(merchant.Value).With(id).With(Credentials.HashOf(secret));
            if (keepOldUntil is { } until)
            {
                batch.Statement("""
                    INSERT INTO credential (merchant_id, id, installation_id, kind, name, secret_hash, scopes, created_at, revoked_at)
                    SELECT $1, (SELECT max(m.id) + 1 FROM credential m
                        WHERE m.merchant_id = $1), c.installation_id, c.kind, $3, $4, c.scopes, c.created_at, $5
                      FROM credential c WHERE c.merchant_id = $1 AND c.id = $2
                    """)
                    .With(merchant.Value).With(id).With(NameOfFormer(id)).With(known.SecretHash).With(until.UtcDateTime);
            }
            else
            {
                EndFormer(batch, merchant, id);
            }

            return CredentialOutcome.Changed;
        }, key: null, cancel);

    /// <inheritdoc/>
    public Task<CredentialOutcome> RevokeAsync(MerchantId merchant, long id, Origin? by, KeyUse? key, CancellationToken cancel) =>
        ChangeAsync(merchant, id, AccessNews.CredentialEnded, by, (known, batch) =>
        {
            if (!known.LetsIn)
                return CredentialOutcome.Ended;
            batch.Statement("UPDATE credential SET revoked_at = $3 WHERE merchant_id = $1 AND id = $2")
                .With(merchant.Value).With(id).With(clock.GetUtcNow().UtcDateTime);
            EndFormer(batch, merchant, id);
            return CredentialOutcome.Changed;
        }, key, cancel);

    /// <summary>The newest former secret of a credential; null for none.</summary>
    public static IssuedCredential? FormerOf(IEnumerable<IssuedCredential> all, long id) =>
        all.LastOrDefault(one => one.Name == NameOfFormer(id));

    private static string NameOfFormer(long id) => $"former secret of {id}";

    private void EndFormer(NpgsqlBatch batch, MerchantId merchant, long id) =>
        batch.Statement("UPDATE credential SET revoked_at = $3 WHERE merchant_id = $1 AND name = $2 AND revoked_at > $3")
            .With(merchant.Value).With(NameOfFormer(id)).With(clock.GetUtcNow().UtcDateTime);

    private Task<CredentialOutcome> ChangeAsync(
        MerchantId merchant, long id, AccessNews news, Origin? by, Func<Known, NpgsqlBatch, CredentialOutcome> change, KeyUse? key,
        CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            await Merchants.LockAsync(transaction.Connection!, merchant, cancel);
            var keyState = await KeptKeys.TakeAsync(transaction.Connection!, key, clock, cancel);
            if (keyState == KeyState.Reused)
                return CredentialOutcome.KeyReused;
            if (keyState == KeyState.Repeated || await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return CredentialOutcome.Repeated;
            if (await ReadAsync(transaction.Connection!, merchant, id, cancel) is not { } known)
                return CredentialOutcome.Unknown;
            var seal = await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, SealedTables.Credential);
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            var outcome = change(known, batch);
            if (outcome != CredentialOutcome.Changed)
                return outcome;
            await batch.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(by, clock, cancel, seal);
            watch.Note(news, merchant, by, $"credential {id}");
            return outcome;
        }, cancel);

    private Task<Known?> ReadAsync(NpgsqlConnection connection, MerchantId merchant, long id, CancellationToken cancel) =>
        connection.FirstAsync(
        """
        SELECT c.kind, c.secret_hash, c.revoked_at IS NOT NULL, c.revoked_at IS NULL OR c.revoked_at > $3, x.is_public
          FROM credential c LEFT JOIN client x ON x.merchant_id = $1 AND x.credential_id = c.id
         WHERE c.merchant_id = $1 AND c.id = $2
        """,
        command => command.With(merchant.Value).With(id).With(clock.GetUtcNow().UtcDateTime),
        row => new Known(
            Words.To<CredentialKind>(row.GetString(0)), row.GetFieldValue<byte[]>(1), row.GetBoolean(2), row.GetBoolean(3),
            row.IsDBNull(4) ? null : row.GetBoolean(4)),
        cancel);

    /// <summary>A credential as it stands; <c>IsPublic</c> is null where it is no client's.</summary>
    private sealed record Known(CredentialKind Kind, byte[] SecretHash, bool HasEnd, bool LetsIn, bool? IsPublic);
}
