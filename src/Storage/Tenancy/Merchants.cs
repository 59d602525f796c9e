using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>Creates merchants, their installations and credentials. Done by operators, one at a time.</summary>
public sealed class Merchants(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Creates a merchant with its slots. Two merchants may have one name.</summary>
    public Task<MerchantId> CreateAsync(string name, CancellationToken cancel, Func<MerchantId, Origin>? by = null) =>
        database.ChangeAsync(async transaction =>
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Statement("LOCK TABLE merchant IN SHARE ROW EXCLUSIVE MODE");
        batch.Statement("""
            INSERT INTO merchant (id, name, hash_key, created_at)
            SELECT coalesce(max(id), 0) + 1, $1, $2, $3 FROM merchant RETURNING id
            """)
            .With(name).With(RandomNumberGenerator.GetBytes(32)).With(clock.GetUtcNow().UtcDateTime);
        var merchant = new MerchantId((long)(await batch.ExecuteScalarAsync(cancel))!);

        await transaction.ExecuteAsync(
            // A merchant of lost books may have had this id: its numbers are not given out again.
            slots => slots.Statement("""
                INSERT INTO slot (merchant_id, slot, last_number, last_at, is_held, restored_at)
                SELECT $1, generate_series(0, $2 - 1), coalesce(max(numbers_from), 0), coalesce(max(began_at), '2000-01-01 00:00:00+00'),
                       count(*) > count(released_at), max(began_at)
                  FROM epoch
                """)
                .With(merchant.Value).With(MerchantId.Slots),
            cancel);
        await transaction.CommitAsync(by?.Invoke(merchant), clock, cancel);
        return merchant;
    }, cancel);

    /// <summary>All merchants, in the order of their ids.</summary>
    public Task<IReadOnlyList<(MerchantId Id, string Name)>> ListAsync(CancellationToken cancel) => database.AllAsync(
        "SELECT id, name FROM merchant ORDER BY id", _ => { },
        row => (new MerchantId(row.GetInt64(0)), row.GetString(1)), cancel);

    /// <summary>The merchants whose rows can be reached: all, unless a node of a cluster is away.</summary>
    public Task<IReadOnlyList<MerchantId>> ReachedAsync(CancellationToken cancel) => database.ReachedMerchantsAsync(cancel);

    /// <summary>Whether there is such a merchant.</summary>
    public async Task<bool> IsKnownAsync(MerchantId merchant, CancellationToken cancel) => await database.FirstAsync(
        "SELECT true FROM merchant WHERE id = $1", command => command.With(merchant.Value), row => row.GetBoolean(0), cancel);

    /// <summary>The merchant's installation of a dialect; creates it when there is none.</summary>
    /// <param name="dialect">The dialect's name.</param>
    /// <param name="currency">The currency where requests name none. An installation that exists keeps its own.</param>
    /// <param name="locale">The language of messages where requests ask for none. An installation that exists keeps its own.</param>
    /// <param name="timeZone">
    /// The IANA zone in which its days begin; null for the merchant's. An installation that exists keeps its own. That of a merchant's
    /// first installation becomes the merchant's where nobody has said another one and nothing is booked.
    /// </param>
    public Task<Installation> InstallAsync(
        MerchantId merchant, string dialect, Currency currency, CancellationToken cancel, string locale = "en", string? timeZone = null,
        Origin? by = null) => database.ChangeAsync(async transaction =>
    {
        await LockAsync(transaction.Connection!, merchant, cancel);
        await transaction.ExecuteAsync(batch => batch.Statement("""
            UPDATE merchant SET time_zone = $2
             WHERE id = $1 AND time_zone = 'Etc/UTC' AND time_zone <> $2
               AND NOT EXISTS (SELECT FROM installation i WHERE i.merchant_id = $1)
               AND NOT EXISTS (SELECT FROM event e WHERE e.merchant_id = $1)
            """)
            .With(merchant.Value).With(timeZone), cancel);
        var isNew = await transaction.ExecuteAsync(batch => batch.Statement("""
            INSERT INTO installation (merchant_id, id, dialect, currency, locale, time_zone, created_at)
            SELECT $1, coalesce(max(id), 0) + 1, $2, $3, $5, coalesce($6, (SELECT m.time_zone FROM merchant m WHERE m.id = $1)), $4
              FROM installation WHERE merchant_id = $1
            HAVING NOT EXISTS (SELECT 1 FROM installation WHERE merchant_id = $1 AND dialect = $2)
            """)
            .With(merchant.Value).With(dialect).With(currency.Code).With(clock.GetUtcNow().UtcDateTime).With(locale).With(timeZone),
            cancel) == 1;
        var installation = await transaction.Connection!.FirstAsync(
            $"{CredentialRows.Installations} AND i.dialect = $2",
            command => command.With(merchant.Value).With(dialect), row => CredentialRows.ReadInstallation(row, 0), cancel);
        await transaction.CommitAsync(isNew ? by : null, clock, cancel);
        return installation!;
    }, cancel);

    /// <summary>A merchant's installations, in the order of their ids.</summary>
    public Task<IReadOnlyList<Installation>> InstallationsAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        $"{CredentialRows.Installations} ORDER BY i.id", command => command.With(merchant.Value),
        row => CredentialRows.ReadInstallation(row, 0), cancel);

    /// <summary>The installation by which the merchant's people act: that of the own API, else the first one; null for none.</summary>
    public async Task<Installation?> OfPeopleAsync(MerchantId merchant, CancellationToken cancel) =>
        (await InstallationsAsync(merchant, cancel)).OrderBy(one => one.Dialect != Reference.House).FirstOrDefault();

    /// <summary>
    /// Has the merchant's days begin in another time zone, or those of one installation. Running servers know it within seconds.
    /// </summary>
    /// <param name="installation">The installation's id; null for the merchant and all of its installations.</param>
    /// <param name="timeZone">The IANA zone.</param>
    /// <returns>Whether that is another one than before.</returns>
    public Task<ChangeOutcome> SetTimeZoneAsync(
        MerchantId merchant, long? installation, string timeZone, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var rows = await transaction.ExecuteAsync(batch =>
            {
                batch.Statement("UPDATE merchant SET time_zone = $3 WHERE id = $1 AND $2::bigint IS NULL AND time_zone <> $3")
                    .With(merchant.Value).With(installation).With(timeZone);
                batch.Statement(
                    "UPDATE installation SET time_zone = $3 WHERE merchant_id = $1 AND ($2 IS NULL OR id = $2) AND time_zone <> $3")
                    .With(merchant.Value).With(installation).With(timeZone);
            }, cancel);
            // Asked behind the statements: of two equal requests at once, the second has waited for the first one's rows.
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return ChangeOutcome.Repeated;
            if (rows == 0)
                return ChangeOutcome.Nothing;
            await transaction.CommitAsync(by, clock, cancel);
            return ChangeOutcome.Made;
        }, cancel);

    /// <summary>Whether the database knows a zone, too.</summary>
    public Task<bool> IsZoneAsync(string name, CancellationToken cancel) => database.FirstAsync(
        "SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1)", command => command.With(name), row => row.GetBoolean(0), cancel);

    /// <summary>The merchants whose zone this machine or the database does not know, so that their days can't be told.</summary>
    public async Task<IReadOnlyList<(MerchantId Merchant, string Zone)>> UnknownZonesAsync(CancellationToken cancel)
    {
        var merchants = await database.LookAsync(
            among => $"SELECT m.id, m.time_zone FROM merchant m WHERE {among("m.id")} AND m.time_zone <> 'Etc/UTC'", _ => { },
            row => (Id: new MerchantId(row.GetInt64(0)), Zone: row.GetString(1)), cancel);
        HashSet<string> unknown = [];
        foreach (var zone in merchants.Select(merchant => merchant.Zone).Distinct())
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) || !await IsZoneAsync(zone, cancel))
                unknown.Add(zone);
        }

        return [.. merchants.Where(merchant => unknown.Contains(merchant.Zone))];
    }

    /// <summary>Gives an installation a credential, unless it has this very one. Only the hash of the secret is kept.</summary>
    /// <param name="kind">How it is presented.</param>
    /// <param name="scopes">The scopes that it has.</param>
    /// <returns>Its number; null where it was there already.</returns>
    public Task<long?> EnsureCredentialAsync(
        Installation installation, CredentialKind kind, string name, string secret, IReadOnlyCollection<string> scopes,
        CancellationToken cancel,
        Func<long, Origin>? by = null) => database.ChangeAsync<long?>(async transaction =>
    {
        await LockAsync(transaction.Connection!, installation.Merchant, cancel);
        var change = await SealedChange.OfWholeAsync(
            transaction.Connection!, installation.Merchant, cancel, SealedTables.Credential);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Statement("""
            INSERT INTO credential (merchant_id, id, installation_id, kind, name, secret_hash, scopes, created_at)
            SELECT $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6, $7 FROM credential WHERE merchant_id = $1
            ON CONFLICT (merchant_id, kind, secret_hash) DO NOTHING RETURNING id
            """)
            .With(installation.Merchant.Value).With(installation.Id).With(Words.Of(kind)).With(name)
            .With(Credentials.HashOf(secret)).With(scopes.ToArray()).With(clock.GetUtcNow().UtcDateTime);
        if (await batch.ExecuteScalarAsync(cancel) is not long id)
            return null;
        await transaction.CommitAsync(by?.Invoke(id), clock, cancel, change);
        return id;
    }, cancel);

    /// <summary>
    /// The origins of the pages that may embed the payment widget; null where the merchant has no installation of the dialect.
    /// </summary>
    public Task<IReadOnlyList<WebOrigin>?> OriginsAsync(MerchantId merchant, string dialect, CancellationToken cancel) =>
        database.FirstAsync(
        "SELECT origins FROM installation WHERE merchant_id = $1 AND dialect = $2", command => command.With(merchant.Value).With(dialect),
        row => OriginsIn(row.GetFieldValue<string[]>(0)), cancel);

    /// <summary>The origins that the installations of all merchants allow, with their dialects.</summary>
    public async Task<IReadOnlyList<(string Dialect, WebOrigin Origin)>> AllOriginsAsync(CancellationToken cancel)
    {
        var installations = await database.LookAsync(
            among => $"SELECT dialect, origins FROM installation WHERE {among("merchant_id")} AND origins <> '{{}}'", _ => { },
            row => (Dialect: row.GetString(0), Origins: OriginsIn(row.GetFieldValue<string[]>(1))), cancel);
        return [.. installations.SelectMany(one => one.Origins.Select(origin => (one.Dialect, origin)))];
    }

    /// <summary>
    /// Lets pages of an origin embed the payment widget, and call the API in a browser, or no longer. Done again, or where there is no such
    /// installation, it changes nothing.
    /// </summary>
    /// <param name="dialect">The dialect's name.</param>
    /// <param name="origin">Where the pages come from.</param>
    /// <param name="isAllowed">Whether they may.</param>
    public Task AllowAsync(
        MerchantId merchant, string dialect, WebOrigin origin, bool isAllowed, CancellationToken cancel, Origin? by = null) =>
            database.ChangeOnceAsync(
        """
        UPDATE installation SET origins = array_remove(origins, $3) || CASE WHEN $4 THEN ARRAY[$3] ELSE '{}' END
         WHERE merchant_id = $1 AND dialect = $2 AND ($3 = ANY(origins)) <> $4
        """,
        command => command.With(merchant.Value).With(dialect).With(origin.ToString()).With(isAllowed), by, clock, cancel);

    /// <summary>
    /// The stored origins. A text that is no origin was written behind the server's back, so it is left out: it would end up in a header.
    /// </summary>
    internal static IReadOnlyList<WebOrigin> OriginsIn(IEnumerable<string> stored) =>
        [.. stored.Select(text => WebOrigin.TryParse(text, out var origin) ? origin : null).OfType<WebOrigin>()];

    /// <summary>Ids count up within a merchant, so two operators take turns.</summary>
    internal static async Task LockAsync(NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT id FROM merchant WHERE id = $1 FOR NO KEY UPDATE").With(merchant.Value);
        await batch.ExecuteNonQueryAsync(cancel);
    }
}
