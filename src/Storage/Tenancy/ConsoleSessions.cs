using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>The browser of a session: the client's address, and the program as it calls itself.</summary>
public sealed record SessionPlace(string? Address, string? Agent);

/// <summary>A session, as its owner sees it.</summary>
public sealed record OpenSession(Guid Id, DateTimeOffset OpenedAt, DateTimeOffset UsedAt, SessionPlace Place, bool IsThis);

/// <summary>
/// The sessions of people at the console. Each request looks up their role, so that taking it away works at once.
/// </summary>
/// <param name="clock">Tells which have ended.</param>
/// <param name="pause">How long an unused session lasts; null for <see cref="UsualPause"/>.</param>
public sealed class ConsoleSessions(NpgsqlDataSource database, TimeProvider clock, TimeSpan? pause = null)
{
    /// <summary>How long a session lasts, however much it is used.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long an unused session lasts where the operator sets nothing else (PCI DSS 8.2.8).</summary>
    public static readonly TimeSpan UsualPause = TimeSpan.FromMinutes(15);

    /// <summary>The longest that an unused session may last.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private const int StepsOfPause = 15;

    private readonly TimeSpan _pause = pause ?? UsualPause;

    /// <summary>A use is noted when the one before it is that long ago.</summary>
    private TimeSpan Precision => _pause / StepsOfPause;

    /// <summary>Opens a session. Returns its new token.</summary>
    /// <param name="provenAt">When the person has last proven who they are; null for now.</param>
    public async Task<string> OpenAsync(
        Person person, CancellationToken cancel, SessionPlace? place = null, DateTimeOffset? provenAt = null)
    {
        var token = AccessToken.New(person.Merchant);
        var now = clock.GetUtcNow();
        await database.WriteAsync(
            batch =>
            {
                // console_session_of_person
                batch.Statement("""
                    DELETE FROM console_session WHERE person_id = $2 AND merchant_id = $1 AND (opened_at < $3 OR used_at < $4)
                    """)
                    .With(person.Merchant.Value).With(person.Id).With((now - Longest).UtcDateTime).With((now - _pause).UtcDateTime);
                batch.Statement("""
                    INSERT INTO console_session (merchant_id, token_hash, person_id, opened_at, used_at, proven_at, id, address, agent)
                    SELECT m.id, $2, $3, $4, $4, least($4, $8), $5, $6, $7 FROM merchant m WHERE m.id = $1
                    """)
                    .With(person.Merchant.Value).With(AccessToken.HashOf(token)).With(person.Id).With(now.UtcDateTime)
                    .With(Guid.CreateVersion7(now)).With(place?.Address).With(place?.Agent).With((provenAt ?? now).UtcDateTime);
            },
            cancel);
        return token;
    }

    /// <summary>The user of a session; null when it has ended, or was never one.</summary>
    public Task<ConsoleUser?> FindAsync(string token, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        if (AccessToken.MerchantOf(token) is not { } merchant)
            return null;
        var now = clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            UPDATE console_session SET used_at = $3
             WHERE merchant_id = $1 AND token_hash = $2 AND opened_at >= $4 AND used_at BETWEEN $5 AND $6
            """)
            .With(merchant.Value).With(AccessToken.HashOf(token)).With(now).With(now - Longest).With(now - _pause).With(now - Precision);
        batch.Statement("""
            SELECT m.name, p.id, p.name, p.role, m.time_zone, s.proven_at, p.secured_at IS NOT NULL,
                   (SELECT l.tag FROM merchant_logo l WHERE l.merchant_id = $1 ORDER BY l.since DESC LIMIT 1)
              FROM console_session s
              JOIN person p ON p.merchant_id = s.merchant_id AND p.id = s.person_id AND p.merchant_id = $1
              JOIN merchant m ON m.id = s.merchant_id AND m.id = $1
             WHERE s.merchant_id = $1 AND s.token_hash = $2 AND s.opened_at >= $3 AND s.used_at >= $4 AND p.role IS NOT NULL
                 AND p.ended_at IS NULL
                 -- Also where it was opened in the moment in which the factor was required.
                 AND (p.secured_at IS NOT NULL OR p.issuer IS NOT NULL OR NOT m.requires_second_factor)
            """)
            .With(merchant.Value).With(AccessToken.HashOf(token)).With(now - Longest).With(now - _pause);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new ConsoleUser(
                merchant, row.GetString(0), row.GetString(4), row.GetGuid(1), row.GetString(2),
                Words.To<OperatorRole>(row.GetString(3)), row.GetFieldValue<DateTimeOffset>(5))
            {
                HasSecondFactor = row.GetBoolean(6),
                Logo = row.IsDBNull(7) ? null : row.GetString(7),
            }
            : null;
    });

    /// <summary>Ends a session. An ended session stays ended.</summary>
    public Task EndAsync(string token, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("DELETE FROM console_session WHERE merchant_id = $1 AND token_hash = $2")
            .With(AccessToken.MerchantOf(token)?.Value ?? 0).With(AccessToken.HashOf(token)),
        cancel);

    /// <summary>Notes that the person of a session has given their password, a code or a passkey again.</summary>
    public Task ProveAsync(string token, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("UPDATE console_session SET proven_at = $3 WHERE merchant_id = $1 AND token_hash = $2")
            .With(AccessToken.MerchantOf(token)?.Value ?? 0).With(AccessToken.HashOf(token)).With(clock.GetUtcNow().UtcDateTime),
        cancel);

    /// <summary>The sessions of a person, the last used first.</summary>
    /// <param name="token">The token of the session that asks.</param>
    public Task<IReadOnlyList<OpenSession>> ListAsync(MerchantId merchant, Guid person, string token, CancellationToken cancel) =>
        database.AllAsync(
            // console_session_of_person
            """
            SELECT id, opened_at, used_at, address, agent, token_hash = $3 FROM console_session
             WHERE person_id = $2 AND merchant_id = $1 AND opened_at >= $4 AND used_at >= $5 ORDER BY used_at DESC, id
            """,
            command => command.With(merchant.Value).With(person).With(AccessToken.HashOf(token))
                .With((clock.GetUtcNow() - Longest).UtcDateTime).With((clock.GetUtcNow() - _pause).UtcDateTime),
            row => new OpenSession(
                row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2),
                new SessionPlace(row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)), row.GetBoolean(5)),
            cancel);

    /// <summary>Ends one session of a person, or all but the one that asks. Returns how many.</summary>
    /// <param name="token">The token of the session that asks.</param>
    /// <param name="session">The session; null for all others.</param>
    public Task<int> EndOthersAsync(MerchantId merchant, Guid person, string token, Guid? session, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var ended = await transaction.ExecuteAsync(
                batch => batch.Statement("""
                    DELETE FROM console_session
                     WHERE person_id = $2 AND merchant_id = $1 AND token_hash <> $3 AND ($4::uuid IS NULL OR id = $4)
                    """)
                    .With(merchant.Value).With(person).With(AccessToken.HashOf(token)).With(session),
                cancel);
            if (ended > 0)
                await transaction.CommitAsync(by, clock, cancel);
            return ended;
        }, cancel);
}
