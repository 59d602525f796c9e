using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>By how much lines of statements may be less than what they pay, for each currency.</summary>
public sealed class SettlementTolerances(NpgsqlDataSource database, TimeProvider clock)
{
    private const string InForce = """
          FROM (SELECT DISTINCT ON (l.merchant_id, l.currency) l.* FROM settlement_tolerance l WHERE l.merchant_id = ANY($1)
                 ORDER BY l.merchant_id, l.currency, l.since DESC) l
         WHERE l.kind IS NOT NULL
        """;

    /// <summary>The tolerances in force, by currency.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementTolerance>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        ListAsync(database, merchant, cancel);

    /// <summary>The tolerance in force of a currency; null for none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<SettlementTolerance?> FindAsync(MerchantId merchant, Currency currency, CancellationToken cancel) =>
        (await ListAsync(merchant, cancel)).FirstOrDefault(tolerance => tolerance.Currency == currency);

    internal static Task<IReadOnlyList<SettlementTolerance>> ListAsync(
        NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        $"SELECT l.currency, l.amount_minor, l.percent_hundredths, l.kind {InForce} ORDER BY l.currency",
        command => command.With((long[])[merchant.Value]),
        row => new SettlementTolerance(
            Currency.Parse(row.GetString(0)), row.IsDBNull(1) ? null : row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt32(2),
            Words.To<ShortfallKind>(row.GetString(3))),
        cancel);

    /// <summary>Sets the tolerance of a currency.</summary>
    /// <param name="tolerance">Null for none.</param>
    /// <returns>Nothing where it is the tolerance already.</returns>
    public Task<ChangeOutcome> SetAsync(
        MerchantId merchant, Currency currency, SettlementTolerance? tolerance, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var change = await SealedChange.InAllSlotsAsync(transaction.Connection!, merchant, cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return ChangeOutcome.Repeated;
            var since = change.TimeOf(clock.GetUtcNow());
            var rows = await transaction.ExecuteAsync(batch => batch.Statement($"""
                INSERT INTO settlement_tolerance (merchant_id, currency, since, amount_minor, percent_hundredths, kind)
                SELECT m.id, $2, $3, $4, $5, $6
                  FROM merchant m LEFT JOIN (SELECT l.* {InForce} AND l.currency = $2) l ON true
                 WHERE m.id = ANY($1)
                   AND ($4::bigint, $5::int, $6::text) IS DISTINCT FROM (l.amount_minor, l.percent_hundredths, l.kind)
                """)
                .With((long[])[merchant.Value]).With(currency.Code).With(since).With(tolerance?.AmountMinor)
                .With(tolerance?.PercentHundredths).With<string?>(tolerance is null ? null : Words.Of(tolerance.Kind)), cancel);
            if (rows == 0)
                return ChangeOutcome.Nothing;
            await change.AfterAsync(
                SealedTables.SettlementTolerance, "x.currency = $2 AND x.since = $3",
                command => command.With(currency.Code).With(since), cancel);
            await transaction.CommitAsync(by, new DateTimeOffset(since), cancel, change);
            return ChangeOutcome.Made;
        }, cancel);
}
