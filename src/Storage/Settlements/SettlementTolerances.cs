using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Settlements;

/// <summary>By how much lines of statements may be less than what they pay, for each currency.</summary>
public sealed class SettlementTolerances(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The tolerances of merchants ($1) that are in force.</summary>
    internal const string InForce = """
        SELECT p.merchant_id, p.currency, p.amount_minor, p.percent_hundredths, p.kind
          FROM (SELECT DISTINCT ON (p.merchant_id, p.currency) p.* FROM settlement_tolerance p WHERE p.merchant_id = ANY($1)
                 ORDER BY p.merchant_id, p.currency, p.since DESC) p
         WHERE p.kind IS NOT NULL ORDER BY p.merchant_id, p.currency
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
        NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) =>
        database.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);

    /// <summary>
    /// Sets the tolerance of a currency. It waits for the commits that are under way: each was decided by the tolerance before.
    /// </summary>
    /// <param name="tolerance">Null for none.</param>
    public Task<KeyState> SetAsync(
        MerchantId merchant, Currency currency, SettlementTolerance? tolerance, Origin by, CancellationToken cancel) =>
        database.SetPolicyAsync(
            merchant, by, key: null, clock,
            async connection =>
                (await connection.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel))
                    .FirstOrDefault(one => one.Currency == currency) == tolerance,
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement(
                        "INSERT INTO settlement_tolerance (merchant_id, currency, since, amount_minor, percent_hundredths, kind) "
                        + "VALUES ($1, $2, $3, $4, $5, $6)")
                    .With(merchant.Value).With(currency.Code).With(since).With(tolerance?.AmountMinor).With(tolerance?.PercentHundredths)
                    .With<string?>(tolerance is null ? null : Words.Of(tolerance.Kind)), cancel);
                await change.AfterAsync(
                    SealedTables.SettlementTolerance, "x.currency = $2 AND x.since = $3",
                    command => command.With(currency.Code).With(since), cancel);
            },
            cancel);

    internal static SettlementTolerance Read(NpgsqlDataReader row) => new(
        new MerchantId(row.GetInt64(0)), Currency.Parse(row.GetString(1)), row.IsDBNull(2) ? null : row.GetInt64(2),
        row.IsDBNull(3) ? null : row.GetInt32(3), Words.To<ShortfallKind>(row.GetString(4)));
}
