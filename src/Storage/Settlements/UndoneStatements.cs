using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>What stands on the import of a statement, and the mark that it was taken back. The engine takes its lines back.</summary>
public sealed class UndoneStatements(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// The statements of the account that were imported later and stand on this one: they share lines of its days, or continue it. Index:
    /// statement_of_account.
    /// </summary>
    private static readonly string Later = $"""
        SELECT {Tables.Statement.Selected}
          FROM statement u
          JOIN statement x ON x.merchant_id = $1 AND x.account_hash = u.account_hash AND x.id <> u.id
         WHERE u.merchant_id = $1 AND u.id = $2 AND u.undone_at IS NULL AND u.source <> 'payout' AND x.undone_at IS NULL
           AND x.imported_at >= u.imported_at
           AND ((x.shared > 0 AND x.first_on <= u.last_on AND x.last_on >= u.first_on)
                -- The next one alone continues it: an account that is swept each night begins at the same balance every day.
                OR (x.opening_minor = u.closing_minor AND x.first_on = (
                    SELECT min(y.first_on) FROM statement y
                     WHERE y.merchant_id = $1 AND y.account_hash = u.account_hash AND y.id <> u.id
                       AND y.undone_at IS NULL AND y.first_on >= u.last_on)))
         ORDER BY x.imported_at, x.id
        """;

    /// <summary>The statements that were imported later and stand on this one, in the order of their imports.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<Statement>> LaterAsync(StatementId statement, CancellationToken cancel) => database.AllAsync(
        Later, command => command.With(statement.Merchant.Value).With(statement.Value), Tables.Statement.Read, cancel);

    /// <summary>The line of a bank that is booked as the sum of a report; null for none. Index: settlement_line_settles_once.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<SettlementLine?> SumOfAsync(StatementId report, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.SettlementLine.Selected} FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = $2",
        command => command.With(report.Merchant.Value).With(report.Value), Tables.SettlementLine.Read, cancel);

    // Booked as a sum meanwhile.
    private static async Task<bool> IsSumAsync(NpgsqlConnection connection, StatementId report, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT true FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = $2 LIMIT 1")
            .With(report.Merchant.Value).With(report.Value);
        return await batch.ExecuteScalarAsync(cancel) is true;
    }

    /// <summary>
    /// Marks that an import is taken back, with the action of who does it, unless it was before. From then on no statement is held against
    /// it, and its file can be imported again.
    /// </summary>
    /// <returns>Whether it is marked: false where a statement that stands on it came between.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<bool> MarkAsync(StatementId statement, Origin by, CancellationToken cancel) => database.ChangeAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            await StatementImports.LockAsync(connection, statement.Merchant, cancel);
            var later = await connection.AllAsync(
                Later, command => command.With(statement.Merchant.Value).With(statement.Value), Tables.Statement.Read, cancel);
            if (later.Count > 0 || await IsSumAsync(connection, statement, cancel))
                return false;
            var change = new SealedChange(connection, statement.Merchant, 0);
            await change.BeforeAsync(SealedTables.Statement, "x.id = $2", command => command.With(statement.Value), cancel);
            var marked = await transaction.ExecuteAsync(
                batch => batch.Statement("UPDATE statement SET undone_at = $3 WHERE merchant_id = $1 AND id = $2 AND undone_at IS NULL")
                    .With(statement.Merchant.Value).With(statement.Value).With(clock.GetUtcNow().UtcDateTime),
                cancel);
            await change.AfterAsync(SealedTables.Statement, "x.id = $2", command => command.With(statement.Value), cancel);
            if (marked > 0)
                await transaction.CommitAsync(by, clock, cancel, change);
            return true;
        }, cancel);
}
