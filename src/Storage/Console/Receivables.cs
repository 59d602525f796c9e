using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>An open charge in a list of several customers; the name is null where none is known.</summary>
public sealed record ListedCharge(Charge Charge, long AccountNumber, string? Name);

/// <summary>The last charge of one part of the list, behind which the next part begins.</summary>
public sealed record OpenChargePlace(Guid Account, DateOnly DueOn, long Number)
{
    private const string DayFormat = "yyyyMMdd";

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else.</summary>
    public static OpenChargePlace? Parse(string? text) => (text ?? "").Split('-') is [var account, var due, var number]
        && Guid.TryParseExact(account, "N", out var id)
        && DateOnly.TryParseExact(due, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var dueOn)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits)
            ? new OpenChargePlace(id, dueOn, digits)
            : null;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Account:N}-{DueOn.ToString(DayFormat, CultureInfo.InvariantCulture)}-{Number}");
}

/// <summary>
/// A part of a list of open charges, customer by customer, the longest due first; <c>Next</c> is null at the end of the list.
/// </summary>
public sealed record OpenChargePage(IReadOnlyList<ListedCharge> Charges, OpenChargePlace? Next)
{
    /// <summary>Whether the search stopped before the part was full.</summary>
    public bool IsCutShort { get; init; }
}

/// <summary>
/// Lists open charges. However rare an age or a currency is, one part searches at most <see cref="LooksThrough"/> open charges of the
/// merchant, and the next part goes on from there.
/// </summary>
public sealed class Receivables(NpgsqlDataSource database)
{
    /// <summary>The most open charges that one part of the list searches.</summary>
    public int LooksThrough { get; init; } = 10_000;

    /// <summary>A part of the list: charges that are due on these days and in this currency, null for any.</summary>
    public Task<OpenChargePage> ListAsync(
        MerchantId merchant, (DateOnly From, DateOnly Until)? days, Currency? currency, OpenChargePlace? after, int limit,
        CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var from = after ?? new OpenChargePlace(Guid.Empty, DateOnly.MinValue, 0);
            var (first, last) = days ?? (DateOnly.MinValue, DateOnly.MaxValue);
            // Index: charge_open, in its order. It has open charges alone.
            var rows = await snapshot.AllAsync(
                $"""
                SELECT {Tables.Charge.Selected}, a.number, h.name
                  FROM (SELECT c.* FROM (
                            SELECT c.* FROM charge c
                             WHERE (c.account_id, c.merchant_id, c.due_on, c.number) > ($2, $1, $3, $4) AND c.merchant_id = $1 AND c.is_open
                             ORDER BY c.account_id, c.merchant_id, c.due_on, c.number LIMIT $5) c
                         WHERE c.due_on BETWEEN $6 AND $7 AND ($8::text IS NULL OR c.currency = $8) LIMIT $9) x
                 CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
                  LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                      AND h.account_id = x.account_id LIMIT 1) h ON true
                 ORDER BY x.account_id, x.due_on, x.number
                """,
                command => command.With(merchant.Value).With(from.Account).With(from.DueOn).With(from.Number).With(LooksThrough)
                    .With(first).With(last).With(currency?.Code).With(limit + 1),
                row => new ListedCharge(
                    Tables.Charge.Read(row, 0), row.GetInt64(Tables.Charge.Width),
                    row.IsDBNull(Tables.Charge.Width + 1) ? null : row.GetString(Tables.Charge.Width + 1)));
            if (rows.Count > limit)
            {
                rows.RemoveAt(limit);
                var end = rows[^1].Charge;
                return new OpenChargePage(rows, new OpenChargePlace(end.Account.Value, end.DueOn, end.Number));
            }

            var next = await EndOfWindowAsync(snapshot, merchant, from);
            return new OpenChargePage(rows, next) { IsCutShort = next is not null };
        }, cancel);

    /// <summary>The last open charge that was searched; null at the end of all.</summary>
    private async Task<OpenChargePlace?> EndOfWindowAsync(Snapshot snapshot, MerchantId merchant, OpenChargePlace from)
    {
        // Index: charge_open, and nothing but the index.
        var end = await snapshot.FirstAsync(
            """
            SELECT c.account_id, c.due_on, c.number FROM charge c
             WHERE (c.account_id, c.merchant_id, c.due_on, c.number) > ($2, $1, $3, $4) AND c.merchant_id = $1 AND c.is_open
             ORDER BY c.account_id, c.merchant_id, c.due_on, c.number OFFSET $5 LIMIT 1
            """,
            command => command.With(merchant.Value).With(from.Account).With(from.DueOn).With(from.Number).With(LooksThrough - 1),
            row => new OpenChargePlace(row.GetGuid(0), row.GetFieldValue<DateOnly>(1), row.GetInt64(2)));
        return end;
    }
}
