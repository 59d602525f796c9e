using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>
/// The texts of lines about people, also about people who are no customers: finds them and erases them. The booking of a line
/// stays.
/// </summary>
/// <param name="database">The books.</param>
/// <param name="clock">Tells when something was erased.</param>
public sealed class LineTexts(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// The lines whose texts contain something, in any state, the newest first. Reads every line of the merchant.
    /// </summary>
    /// <param name="text">The text to look for; letters of either case are the same.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> FindAsync(MerchantId merchant, string text, int limit, CancellationToken cancel) =>
        database.AllAsync(
        $"""
        SELECT {Tables.SettlementLine.Selected} FROM settlement_line x
         WHERE x.merchant_id = $1 AND strpos(lower(concat_ws(E'\n', x.counterparty, x.remittance, x.end_to_end, x.note)), lower($2)) > 0
         ORDER BY x.booked_on DESC, x.file_order, x.id LIMIT $3
        """,
        command => command.With(merchant.Value).With(text).With(limit), Tables.SettlementLine.Read, cancel);

    /// <summary>Erases the texts of a line that is not open. Returns whether there were any.</summary>
    /// <param name="cancel">Ends the work; nothing was erased.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<bool> EraseAsync(SettlementLineId line, Origin by, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var change = await SealedChange.InAllSlotsAsync(connection, line.Merchant, cancel);
        await change.BeforeAsync(Tables.SettlementLine.Sealed, "x.id = $2", command => command.With(line.Value), cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // The file that the line came in can be imported again: a line that is there stays as it is.
        batch.Statement("""
            UPDATE settlement_line SET counterparty = NULL, remittance = NULL, end_to_end = NULL, counterparty_hash = NULL, note = NULL,
                salt = $3
             WHERE merchant_id = $1 AND id = $2 AND status <> 'open'
                 AND num_nonnulls(counterparty, remittance, end_to_end, counterparty_hash, note) > 0
            """).With(line.Merchant.Value).With(line.Value).With(Salts.Draw());
        var isErased = await batch.ExecuteNonQueryAsync(cancel) > 0;
        await change.AfterAsync(Tables.SettlementLine.Sealed, "x.id = $2", command => command.With(line.Value), cancel);
        await transaction.CommitAsync(isErased ? by : null, clock, cancel, change);
        return isErased;
    });
}
