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
        database.AllAsync(
            $"SELECT {Tables.Session.Selected} FROM session x WHERE x.status = 'open' AND x.expires_at <= $1 ORDER BY x.expires_at LIMIT "
            + "$2",
            command => command.With(now.UtcDateTime).With(limit), Tables.Session.Read, cancel);

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
