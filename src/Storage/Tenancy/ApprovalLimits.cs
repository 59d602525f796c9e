using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>The amounts above which acts of operators need a second person, one for each currency.</summary>
public sealed class ApprovalLimits(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The limits of merchants ($1) that are in force, as rows l.</summary>
    internal const string InForce = """
          FROM (SELECT DISTINCT ON (l.merchant_id, l.currency) l.* FROM approval_limit l WHERE l.merchant_id = ANY($1)
                 ORDER BY l.merchant_id, l.currency, l.since DESC) l
         WHERE l.amount_minor IS NOT NULL
        """;

    /// <summary>The limits in force, by currency.</summary>
    public Task<IReadOnlyList<Money>> ListAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        $"SELECT l.amount_minor, l.currency {InForce} ORDER BY l.currency",
        command => command.With((long[])[merchant.Value]), row => new Money(row.GetInt64(0), Currency.Parse(row.GetString(1))), cancel);

    /// <summary>The limit in force of a currency; null for none.</summary>
    public async Task<Money?> FindAsync(MerchantId merchant, Currency? currency, CancellationToken cancel) =>
        (await ListAsync(merchant, cancel)).Where(limit => limit.Currency == currency).Cast<Money?>().FirstOrDefault();

    /// <summary>
    /// Sets the limit of a currency. It waits for the commits that are under way: each was decided by the limit before.
    /// </summary>
    /// <param name="amountMinor">Minor units; null for no limit.</param>
    /// <returns>Nothing where it is the limit already.</returns>
    public Task<ChangeOutcome> SetAsync(
        MerchantId merchant, Currency currency, long? amountMinor, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var change = await SealedChange.InAllSlotsAsync(transaction.Connection!, merchant, cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return ChangeOutcome.Repeated;
            var since = change.TimeOf(clock.GetUtcNow());
            var rows = await transaction.ExecuteAsync(batch => batch.Statement($"""
                INSERT INTO approval_limit (merchant_id, currency, since, amount_minor)
                SELECT m.id, $2, $3, $4 FROM merchant m
                 WHERE m.id = ANY($1) AND $4 IS DISTINCT FROM (SELECT l.amount_minor {InForce} AND l.currency = $2)
                """).With((long[])[merchant.Value]).With(currency.Code).With(since).With(amountMinor), cancel);
            if (rows == 0)
                return ChangeOutcome.Nothing;
            await change.AfterAsync(
                SealedTables.ApprovalLimit, "x.currency = $2 AND x.since = $3",
                command => command.With(currency.Code).With(since), cancel);
            await transaction.CommitAsync(by, new DateTimeOffset(since), cancel, change);
            return ChangeOutcome.Made;
        }, cancel);
}
