using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>An open charge in a list of several customers; the name is null where none is known.</summary>
public sealed record ListedCharge(Charge Charge, long AccountNumber, string? Name);

/// <summary>The columns by which open charges are sorted: each has an index.</summary>
public enum OpenChargeColumn
{
    /// <summary>Customer by customer, the longest due first.</summary>
    Customer,

    /// <summary>What is open, in minor units.</summary>
    Open,

    /// <summary>The day it is due.</summary>
    Due,
}

/// <summary>The order of a list of open charges.</summary>
public readonly record struct OpenChargeOrder(OpenChargeColumn By, bool IsAscending)
{
    /// <summary>Customer by customer.</summary>
    public static OpenChargeOrder Usual { get; } = new(OpenChargeColumn.Customer, IsAscending: true);
}

/// <summary>The last charge of one part of the list, behind which the next part begins.</summary>
public sealed record OpenChargePlace(Guid Account, DateOnly DueOn, long Number, long OpenMinor, string Currency)
{
    private const string DayFormat = "yyyyMMdd";

    /// <summary>Before all others.</summary>
    internal static OpenChargePlace First { get; } = new(Guid.Empty, DateOnly.MinValue, 0, 0, "");

    /// <summary>Behind all others.</summary>
    internal static OpenChargePlace Last { get; } = new(Guid.AllBitsSet, DateOnly.MaxValue, long.MaxValue, long.MaxValue, "");

    /// <summary>Where a charge stands.</summary>
    public static OpenChargePlace Of(Charge charge) =>
        new(charge.Account.Value, charge.DueOn, charge.Number, charge.OpenMinor, charge.Amount.Currency.Code);

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else.</summary>
    public static OpenChargePlace? Parse(string? text) =>
        (text ?? "").Split('-') is [var account, var due, var number, var open, var currency]
        && Guid.TryParseExact(account, "N", out var id)
        && DateOnly.TryParseExact(due, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var dueOn)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits)
        && long.TryParse(open, NumberStyles.None, CultureInfo.InvariantCulture, out var openMinor)
        && Core.Currency.TryParse(currency, out var known)
            ? new OpenChargePlace(id, dueOn, digits, openMinor, known.Code)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Account:N}-{DueOn.ToString(DayFormat, CultureInfo.InvariantCulture)}-{Number}-{OpenMinor}-{Currency}");
}

/// <summary>A part of a list of open charges; <c>Next</c> is null at the end of the list.</summary>
public sealed record OpenChargePage(IReadOnlyList<ListedCharge> Charges, OpenChargePlace? Next)
{
    /// <summary>Whether the search stopped before the part was full.</summary>
    public bool IsCutShort { get; init; }
}

/// <summary>The conditions of a list of open charges, and its order.</summary>
/// <param name="Days">The first and the last day on which they are due; null for any.</param>
/// <param name="Currency">Null for any.</param>
public sealed record OpenChargeFilter((DateOnly From, DateOnly Until)? Days, Currency? Currency, OpenChargeOrder Order);

/// <summary>
/// Lists open charges. However rare an age or a currency is, one part searches at most <see cref="LooksThrough"/> open charges of the
/// merchant, and the next part goes on from there.
/// </summary>
public sealed class Receivables(NpgsqlDataSource database)
{
    private static readonly string OpenMinor = ChargeSql.OpenMinor("c");

    /// <summary>The most open charges that one part of the list searches.</summary>
    public int LooksThrough { get; init; } = 10_000;

    /// <summary>A part of the list.</summary>
    public Task<OpenChargePage> ListAsync(
        MerchantId merchant, OpenChargeFilter filter, OpenChargePlace? after, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var from = after ?? (filter.Order.IsAscending ? OpenChargePlace.First : OpenChargePlace.Last);
            var (first, last) = filter.Days ?? (DateOnly.MinValue, DateOnly.MaxValue);
            var rows = await snapshot.AllAsync(
                $"""
                SELECT {Tables.Charge.Selected}, a.number, h.name
                  FROM (SELECT c.* FROM (SELECT c.* {Looked(filter.Order)} LIMIT $9) c
                         WHERE c.due_on BETWEEN $7 AND $8 AND ($10::text IS NULL OR c.currency = $10) LIMIT $11) x
                 CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
                  LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                      AND h.account_id = x.account_id LIMIT 1) h ON true
                 ORDER BY {Sorted(filter.Order, "x")}
                """,
                command => AddTo(command, merchant, from, first, last).With(LooksThrough).With(filter.Currency?.Code).With(limit + 1),
                row => new ListedCharge(
                    Tables.Charge.Read(row, 0), row.GetInt64(Tables.Charge.Width),
                    row.IsDBNull(Tables.Charge.Width + 1) ? null : row.GetString(Tables.Charge.Width + 1)));
            if (rows.Count > limit)
            {
                rows.RemoveAt(limit);
                return new OpenChargePage(rows, OpenChargePlace.Of(rows[^1].Charge));
            }

            // The last open charge that was searched; none at the end of all.
            var next = await snapshot.FirstAsync(
                $"SELECT c.account_id, c.due_on, c.number, {OpenMinor}, c.currency {Looked(filter.Order)} OFFSET $9 LIMIT 1",
                command => AddTo(command, merchant, from, first, last).With(LooksThrough - 1),
                row => new OpenChargePlace(
                    row.GetGuid(0), row.GetFieldValue<DateOnly>(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4)));
            return new OpenChargePage(rows, next) { IsCutShort = next is not null };
        }, cancel);

    /// <summary>The charges that are searched, in the order of the list.</summary>
    internal static string Looked(OpenChargeOrder order)
    {
        var beyond = order.IsAscending ? '>' : '<';
        // Indexes: charge_open, charge_of_open_amount, charge_by_due_day; each in its order. They have open charges alone.
        var place = order.By switch
        {
            OpenChargeColumn.Customer => $"(c.account_id, c.merchant_id, c.due_on, c.number) {beyond} ($2, $1, $3, $4)",
            OpenChargeColumn.Open =>
                $"({OpenMinor}, c.merchant_id, c.currency, c.due_on, c.number) {beyond} ($5::bigint, $1, $6::text, $3, $4)",
            OpenChargeColumn.Due => $"(c.due_on, c.merchant_id, c.number) {beyond} ($3, $1, $4) AND c.due_on BETWEEN $7 AND $8",
        };
        return $"FROM charge c WHERE {place} AND c.merchant_id = $1 AND c.is_open ORDER BY {Sorted(order, "c")}";
    }

    private static string Sorted(OpenChargeOrder order, string charge)
    {
        string[] columns = order.By switch
        {
            OpenChargeColumn.Customer => ["account_id", "merchant_id", "due_on", "number"],
            OpenChargeColumn.Open => ["", "merchant_id", "currency", "due_on", "number"],
            OpenChargeColumn.Due => ["due_on", "merchant_id", "number"],
        };
        return string.Join(", ", columns.Select(column =>
            $"{(column.Length == 0 ? ChargeSql.OpenMinor(charge) : $"{charge}.{column}")}{(order.IsAscending ? "" : " DESC")}"));
    }

    /// <summary>Adds the parameters of <see cref="Looked"/>, and of the days.</summary>
    internal static NpgsqlBatchCommand AddTo(
        NpgsqlBatchCommand command, MerchantId merchant, OpenChargePlace from, DateOnly first, DateOnly last) =>
        command.With(merchant.Value).With(from.Account).With(from.DueOn).With(from.Number).With(from.OpenMinor).With(from.Currency)
            .With(first).With(last);
}
