using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;

namespace Quittance.Storage;

/// <summary>Reads payment sessions.</summary>
public sealed class Sessions(NpgsqlDataSource database) : ISessions
{
    /// <inheritdoc/>
    public async Task<Session?> FindAsync(SessionId id, CancellationToken cancel)
    {
        var found = await database.ReadAllAsync(
            $"SELECT {Rows.SessionColumns} FROM session x WHERE x.merchant_id = $1 AND x.id = $2",
            command => command.With(id.Merchant.Value).With(id.Value), Rows.Session, cancel);
        return found.Count == 0 ? null : found[0];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Session>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
        // Index: session_to_expire.
        database.ReadAllAsync(
            $"SELECT {Rows.SessionColumns} FROM session x WHERE x.status = 'open' AND x.expires_at <= $1 ORDER BY x.expires_at LIMIT $2",
            command => command.With(now.UtcDateTime).With(limit), Rows.Session, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> KeptInstrumentsAsync(AccountId account, CancellationToken cancel) =>
        // Index: instrument_of_account.
        database.ReadAllAsync(
            $"""
            SELECT {Rows.InstrumentColumns}
              FROM (SELECT i.*, {Rows.MandateColumns} FROM instrument i
                      LEFT JOIN mandate m ON m.merchant_id = i.merchant_id AND m.instrument_id = i.id AND m.merchant_id = $1
                     WHERE i.merchant_id = $1 AND i.account_id = $2 AND i.standing IN ('saved', 'current')) x
             ORDER BY x.standing <> 'current', x.id DESC
            """,
            command => command.With(account.Merchant.Value).With(account.Value), Rows.Instrument, cancel);
}
