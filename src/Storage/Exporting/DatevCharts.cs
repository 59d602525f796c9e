using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Exporting;

/// <summary>What merchants' accountants have to know for DATEV.</summary>
public sealed class DatevCharts(NpgsqlDataSource database, TimeProvider clock)
{
    private const string InForce = """
        SELECT c.consultant, c.client, c.first_month, c.account_length, c.lines, c.numbers
          FROM datev_chart c WHERE c.merchant_id = $1 ORDER BY c.since DESC LIMIT 1
        """;

    /// <summary>The chart in force; null where none was set.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<DatevChart?> FindAsync(MerchantId merchant, CancellationToken cancel) =>
        (await database.AllAsync(InForce, command => command.With(merchant.Value), row => Read(row, merchant), cancel)).SingleOrDefault();

    /// <summary>Sets the chart, in place of the one before.</summary>
    /// <returns>Whether it was another one before.</returns>
    public async Task<bool> SetAsync(DatevChart chart, Origin by, CancellationToken cancel)
    {
        var isChanged = false;
        await database.SetPolicyAsync(
            chart.Merchant, by, key: null, clock,
            async connection => (await connection.AllAsync(
                InForce, command => command.With(chart.Merchant.Value), row => Read(row, chart.Merchant), cancel)).Contains(chart),
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement("""
                        INSERT INTO datev_chart (merchant_id, since, consultant, client, first_month, account_length, lines, numbers)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        """)
                        .With(chart.Merchant.Value).With(since).With(chart.Consultant).With(chart.Client).With(chart.FirstMonth)
                        .With(chart.Length).With((string[])[.. chart.Accounts.Select(account => account.Line)])
                        .With((string[])[.. chart.Accounts.Select(account => account.Number.ToString(CultureInfo.InvariantCulture))]),
                    cancel);
                await change.AfterAsync(SealedTables.DatevChart, "x.since = $2", command => command.With(since), cancel);
                isChanged = true;
            },
            cancel);
        return isChanged;
    }

    private static DatevChart Read(NpgsqlDataReader row, MerchantId merchant) => new(
        merchant, row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3),
        [
            .. row.GetFieldValue<string[]>(4).Zip(
                row.GetFieldValue<string[]>(5),
                (line, number) => new DatevAccount(line, int.Parse(number, CultureInfo.InvariantCulture))),
        ]);
}
