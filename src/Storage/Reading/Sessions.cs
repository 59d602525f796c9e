using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads payment sessions.</summary>
public sealed class Sessions(NpgsqlDataSource database) : ISessions
{
    /// <inheritdoc/>
    public Task<Session?> FindAsync(SessionId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.Session.Selected} FROM session x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Tables.Session.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Session>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
        // Index: session_to_expire.
        database.LookAsync(
            among => $"""
            SELECT {Tables.Session.Selected} FROM session x
             WHERE {among("x.merchant_id")} AND x.status = 'open' AND x.expires_at <= $1 ORDER BY x.expires_at LIMIT $2
            """,
            command => command.With(now.UtcDateTime).With(limit), Tables.Session.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Session>> PaidAsync(int limit, CancellationToken cancel) =>
        // Indexes: session_of_link, which holds the few that are open, and payment_link_of_session.
        database.LookAsync(
            among => $"""
            SELECT {Tables.Session.Selected} FROM session x
              LEFT JOIN payment p ON {among("p.merchant_id")} AND p.merchant_id = x.merchant_id AND p.id = x.payment_id
             WHERE {among("x.merchant_id")} AND x.status = 'open' AND x.scope = 'link'
               AND (p.status IN ('settling', 'captured')
                    OR (p.status IS NULL OR p.status NOT IN ('pending', 'unknown', 'authorised'))
                       AND EXISTS (SELECT FROM payment_link l
                                    WHERE {among("l.merchant_id")} AND l.session_id = x.id AND l.merchant_id = x.merchant_id
                                      AND cardinality(l.charges) > 0
                                      AND NOT EXISTS (SELECT FROM charge c
                                            WHERE {among("c.merchant_id")} AND c.merchant_id = x.merchant_id
                                              AND c.id = ANY(l.charges::uuid[]) AND c.is_open)))
             LIMIT $1
            """,
            command => command.With(limit), Tables.Session.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> KeptInstrumentsAsync(AccountId account, CancellationToken cancel) =>
        // Index: instrument_of_account.
        database.AllAsync(
            $"""
            SELECT {Tables.Instrument.Selected}
              FROM instrument x {Tables.Instrument.Join} AND j.merchant_id = $1
             WHERE x.merchant_id = $1 AND x.account_id = $2 AND x.standing IN ('saved', 'current')
             ORDER BY x.standing <> 'current', x.id DESC
            """,
            command => command.With(account.Merchant.Value).With(account.Value), Tables.Instrument.Read, cancel);
}
