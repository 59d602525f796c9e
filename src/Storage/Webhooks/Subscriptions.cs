using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Webhooks;

/// <summary>Clients' subscriptions to events.</summary>
public sealed class Subscriptions(NpgsqlDataSource database, TimeProvider clock, IAccessWatch? watch = null) : ISubscriptions
{
    /// <summary>The columns of <see cref="Subscription"/>, of a row named s whose credential is named c.</summary>
    internal const string Columns =
        "s.merchant_id, s.id, s.credential_id, s.dialect, s.address, s.event_types, s.query, (s.ended_at IS NOT NULL OR c.revoked_at IS "
        + "NOT NULL)";

    /// <summary>How many <see cref="Columns"/> are: where the next one of a row stands.</summary>
    internal const int ColumnCount = 8;

    /// <summary>Joins the credential, as c, of merchant $1 to a subscription named s.</summary>
    internal const string Credential = "JOIN credential c ON c.merchant_id = $1 AND c.id = s.credential_id";

    /// <inheritdoc/>
    public Task<SubscriptionOutcome> AddAsync(Subscription subscription, CancellationToken cancel, Origin? by = null) =>
        database.ChangeAsync(async transaction =>
    {
        var merchant = subscription.Id.Merchant.Value;
        // Two wishes of one credential take turns, so that neither misses the other.
        await using var read = new NpgsqlBatch(transaction.Connection, transaction);
        read.Statement("SELECT FROM credential WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE").With(merchant)
            .With(subscription.Credential);
        read.Statement("""
            SELECT (SELECT count(*) FROM subscription s WHERE s.merchant_id = $1 AND s.credential_id = $2 AND s.ended_at IS NULL),
                   EXISTS (SELECT FROM subscription s
                            WHERE s.merchant_id = $1 AND s.credential_id = $2 AND s.ended_at IS NULL AND s.dialect = $3 AND s.address = $4
                              AND s.event_types IS NOT DISTINCT FROM $5 AND s.query IS NOT DISTINCT FROM $6)
              FROM credential c JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id AND i.dialect = $3
             WHERE c.merchant_id = $1 AND c.id = $2 AND c.revoked_at IS NULL
            """)
            .With(merchant).With(subscription.Credential).With(subscription.Dialect).With(subscription.Address.OriginalString)
            .With(TypesOf(subscription)).With(subscription.Query);
        await using (var reader = await read.ExecuteReaderAsync(cancel))
        {
            await reader.NextResultAsync(cancel);
            if (!await reader.ReadAsync(cancel))
                return SubscriptionOutcome.CredentialUnknown;
            if (reader.GetBoolean(1))
                return SubscriptionOutcome.Known;
            if (reader.GetInt64(0) >= Subscription.MostPerCredential)
                return SubscriptionOutcome.TooMany;
        }

        await using var insert = new NpgsqlBatch(transaction.Connection, transaction);
        insert.Statement("""
            INSERT INTO subscription (merchant_id, id, credential_id, dialect, address, event_types, query, created_at)
            SELECT m.id, $2, $3, $4, $5, $6, $7, $8 FROM merchant m WHERE m.id = $1
            ON CONFLICT (merchant_id, id) DO NOTHING
            """)
            .With(merchant).With(subscription.Id.Value).With(subscription.Credential).With(subscription.Dialect)
            .With(subscription.Address.OriginalString).With(TypesOf(subscription)).With(subscription.Query)
                .With(clock.GetUtcNow().UtcDateTime);
        var isNew = await insert.ExecuteNonQueryAsync(cancel) == 1;
        await transaction.CommitAsync(isNew ? by : null, clock, cancel);
        if (isNew)
        {
            watch.Note(
                AccessNews.SubscriptionCreated, subscription.Id.Merchant, by, $"subscription {subscription.Id.Value:D}",
                subscription.Credential);
        }

        return isNew ? SubscriptionOutcome.Added : SubscriptionOutcome.Known;
    }, cancel);

    /// <inheritdoc/>
    public Task<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Columns} FROM subscription s {Credential} WHERE s.merchant_id = $1 AND s.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Read, cancel);

    /// <inheritdoc/>
    public async Task<bool> EndAsync(SubscriptionId id, long? credential, CancellationToken cancel, Origin? by = null)
    {
        var hasEnded = await database.ChangeOnceAsync(
            """
            UPDATE subscription SET ended_at = $3
             WHERE merchant_id = $1 AND id = $2 AND ended_at IS NULL AND ($4::bigint IS NULL OR credential_id = $4)
            """,
            command => command.With(id.Merchant.Value).With(id.Value).With(clock.GetUtcNow().UtcDateTime).With(credential), by, clock,
            cancel) == ChangeOutcome.Made;
        if (hasEnded)
            watch.Note(AccessNews.SubscriptionEnded, id.Merchant, by, $"subscription {id.Value:D}", credential);
        return hasEnded;
    }

    /// <summary>A merchant's subscriptions that have not ended, the oldest first.</summary>
    public Task<IReadOnlyList<Subscription>> ListAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        $"""
        SELECT {Columns} FROM subscription s {Credential}
         WHERE s.merchant_id = $1 AND s.ended_at IS NULL AND c.revoked_at IS NULL ORDER BY s.created_at, s.id
        """,
        command => command.With(merchant.Value), Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<(Subscription Subscription, DateTimeOffset CreatedAt)>> OfCredentialAsync(
        MerchantId merchant, long credential, CancellationToken cancel) => database.AllAsync(
        $"""
        SELECT {Columns}, s.created_at FROM subscription s {Credential}
         WHERE s.merchant_id = $1 AND s.credential_id = $2 AND s.ended_at IS NULL ORDER BY s.created_at, s.id
        """,
        command => command.With(merchant.Value).With(credential),
        row => (Read(row), row.GetFieldValue<DateTimeOffset>(ColumnCount)), cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<SubscriptionId, ReceiverStanding>> StandingsAsync(
        MerchantId merchant, CancellationToken cancel) =>
        (await new WebhookReading(database, clock).SubscriptionsAsync(merchant, subscription: null, cancel))
            .Where(row => !row.Subscription.HasEnded).ToDictionary(row => row.Subscription.Id, row => row.Health.Standing);

    /// <summary>Ends the subscriptions that a credential has made since a moment. Returns how many.</summary>
    /// <param name="by">The acting operator, for each.</param>
    public async Task<int> EndSinceAsync(
        MerchantId merchant, long credential, DateTimeOffset since, Func<Subscription, Origin> by, CancellationToken cancel)
    {
        var ended = 0;
        foreach (var (subscription, createdAt) in await OfCredentialAsync(merchant, credential, cancel))
            ended += createdAt >= since && await EndAsync(subscription.Id, credential, cancel, by(subscription)) ? 1 : 0;
        return ended;
    }

    /// <summary>The credentials by which clients of a dialect come in, by number, with the names that operators gave them.</summary>
    public Task<IReadOnlyList<(long Id, string Name)>> CredentialsAsync(MerchantId merchant, string dialect, CancellationToken cancel) =>
        database.AllAsync(
        """
        SELECT c.id, c.name FROM credential c JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id AND i.dialect = $2
         WHERE c.merchant_id = $1 AND c.revoked_at IS NULL ORDER BY c.id
        """,
        command => command.With(merchant.Value).With(dialect), row => (row.GetInt64(0), row.GetString(1)), cancel);

    /// <summary>Columns: <see cref="Columns"/>.</summary>
    internal static Subscription Read(NpgsqlDataReader row) => new(
        new SubscriptionId(new MerchantId(row.GetInt64(0)), row.GetGuid(1)), row.GetInt64(2), row.GetString(3),
        new Uri(row.GetString(4)), row.IsDBNull(5) ? null : [.. row.GetFieldValue<string[]>(5).Select(Words.To<EventType>)],
        row.IsDBNull(6) ? null : row.GetString(6))
    {
        HasEnded = row.GetBoolean(7),
    };

    private static string[]? TypesOf(Subscription subscription) => subscription.Events is { } types
        ? [.. types.Select(Words.Of).Order(StringComparer.Ordinal)] : null;
}
