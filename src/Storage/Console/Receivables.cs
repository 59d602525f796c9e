using Npgsql;
using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>
/// Lists who still owes what. A part of the list never shows what lies behind <see cref="LooksThrough"/> open charges of the merchant, however rare an
/// age or a currency is: the next part goes on from there. Open charges of other merchants in the same books are passed by in the index.
/// </summary>
/// <param name="database">The books.</param>
public sealed class Receivables(NpgsqlDataSource database)
{
    /// <summary>How many open charges one part of a list looks through.</summary>
    public int LooksThrough { get; init; } = 10_000;

    /// <summary>A part of the list.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="days">The first and the last day on which they are due; null for any.</param>
    /// <param name="currency">Their currency; null for any.</param>
    /// <param name="after">The last one of the part before; null for the first part.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<OpenChargePage> ListAsync(
        MerchantId merchant, (DateOnly From, DateOnly Until)? days, Currency? currency, OpenChargePlace? after, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var from = after ?? new OpenChargePlace(Guid.Empty, DateOnly.MinValue, 0);
            var (first, last) = days ?? (DateOnly.MinValue, DateOnly.MaxValue);
            // Index: charge_open, in its order. Only what is open is in it.
            var rows = await snapshot.AllAsync(
                $"""
                SELECT {Rows.ChargeColumns}, a.number, h.name
                  FROM (SELECT c.* FROM (
                            SELECT c.* FROM charge c
                             WHERE (c.account_id, c.merchant_id, c.due_on, c.number) > ($2, $1, $3, $4) AND c.merchant_id = $1 AND c.is_open
                             ORDER BY c.account_id, c.merchant_id, c.due_on, c.number LIMIT $5) c
                         WHERE c.due_on BETWEEN $6 AND $7 AND ($8::text IS NULL OR c.currency = $8) LIMIT $9) x
                 CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
                  LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.account_id LIMIT 1) h ON true
                 ORDER BY x.account_id, x.due_on, x.number
                """,
                command => command.With(merchant.Value).With(from.Account).With(from.DueOn).With(from.Number).With(LooksThrough)
                    .With(first).With(last).With(currency?.Code).With(limit + 1),
                row => new ListedCharge(Rows.Charge(row, 0), row.GetInt64(Rows.AfterCharge), row.IsDBNull(Rows.AfterCharge + 1) ? null : row.GetString(Rows.AfterCharge + 1)));
            if (rows.Count > limit)
            {
                rows.RemoveAt(limit);
                var end = rows[^1].Charge;
                return new OpenChargePage(rows, new OpenChargePlace(end.Account.Value, end.DueOn, end.Number));
            }

            var next = await EndOfWindowAsync(snapshot, merchant, from);
            return new OpenChargePage(rows, next) { IsCutShort = next is not null };
        }, cancel);

    /// <summary>The last open charge that was looked at; null where those were the last of all.</summary>
    private async Task<OpenChargePlace?> EndOfWindowAsync(Snapshot snapshot, MerchantId merchant, OpenChargePlace from)
    {
        // Index: charge_open, and nothing but the index.
        var end = await snapshot.AllAsync(
            """
            SELECT c.account_id, c.due_on, c.number FROM charge c
             WHERE (c.account_id, c.merchant_id, c.due_on, c.number) > ($2, $1, $3, $4) AND c.merchant_id = $1 AND c.is_open
             ORDER BY c.account_id, c.merchant_id, c.due_on, c.number OFFSET $5 LIMIT 1
            """,
            command => command.With(merchant.Value).With(from.Account).With(from.DueOn).With(from.Number).With(LooksThrough - 1),
            row => new OpenChargePlace(row.GetGuid(0), row.GetFieldValue<DateOnly>(1), row.GetInt64(2)));
        return end.Count == 0 ? null : end[0];
    }
}
