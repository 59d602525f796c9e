using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Searching;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>How money of a payment went back to the payer.</summary>
public enum MoneyReturn
{
    /// <summary>The merchant refunds it, or did.</summary>
    Refunded,

    /// <summary>
    /// The payer disputes it with the provider, or did. Late declines, and reversals that a client reports, do not count.
    /// </summary>
    Disputed,
}

/// <summary>A text that finds payments. Its form decides where the search looks.</summary>
public sealed record PaymentSearch(string Text)
{
    /// <summary>The id of a payment or an attempt, if the text is a UUID.</summary>
    public Guid? Id { get; init; }

    /// <summary>A payment's number, if the text is one.</summary>
    public long? Number { get; init; }

    /// <summary>Amounts in major units with a decimal point, if the text is one. Several, if a separator has two readings.</summary>
    public IReadOnlyList<string> Amounts { get; init; } = [];
}

/// <summary>The columns by which payments are sorted: each has an index.</summary>
public enum PaymentColumn
{
    /// <summary>When it was recorded.</summary>
    Received,

    Number,

    /// <summary>The amount in major units, whatever its currency. Bare records have none, and are left out.</summary>
    Amount,
}

/// <summary>The order of a list of payments.</summary>
public readonly record struct PaymentOrder(PaymentColumn By, bool IsAscending)
{
    /// <summary>The newest first.</summary>
    public static PaymentOrder Newest { get; }
}

/// <summary>The conditions of a list of payments, null for none, and its order.</summary>
public sealed record PaymentFilter
{
    public static PaymentFilter All { get; } = new();

    public PaymentOrder Order { get; init; }

    public PaymentSearch? Search { get; init; }

    public PaymentStatus? Status { get; init; }

    public MoneyReturn? Return { get; init; }

    /// <summary>The reason of the last attempt, of payments that are declined or failed.</summary>
    public DeclineReason? Reason { get; init; }

    public PaymentMethod? Method { get; init; }

    public string? Dialect { get; init; }

    /// <summary>An ISO code.</summary>
    public string? Currency { get; init; }

    /// <summary>The first moment, UTC.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end, exclusive, UTC.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The smallest amount, in major units with a decimal point.</summary>
    public string? Least { get; init; }

    /// <summary>The largest amount, in major units with a decimal point.</summary>
    public string? Most { get; init; }

    /// <summary>The same of what was typed into a search.</summary>
    /// <param name="currency">That of a typed amount; null for any.</param>
    public PaymentFilter For(string text, Currency? currency)
    {
        var number = text.TrimStart('#');
        if (number.All(char.IsAsciiDigit) && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
            return this with { Search = new PaymentSearch(number) { Number = digits } };
        if (Guid.TryParse(text, out var id))
            return this with { Search = new PaymentSearch(text) { Id = id } };
        var (figure, named) = TypedSearch.Parted(text);
        if (!figure.Any(char.IsAsciiDigit) || figure.Any(char.IsAsciiLetter))
            return this with { Search = new PaymentSearch(text) };
        var amounts = TypedSearch.AmountsOf(figure, named ?? currency);
        return this with
        {
            Currency = amounts.Count > 0 && named is not null ? named.Code : Currency,
            Search = new PaymentSearch(text) { Amounts = amounts },
        };
    }
}

/// <summary>A payment in a list. A bare record has no amount. <c>At</c> is when it was recorded, UTC.</summary>
public sealed record ListedPayment(
    Guid Id, long Number, PaymentStatus Status, Money? Amount, PaymentMethod Method, string Dialect, Guid Account, long AccountNumber,
    string? Name, DateTimeOffset At)
{
    public required long UnallocatedMinor { get; init; }

    public required long RefundedMinor { get; init; }

    public required long ReversedMinor { get; init; }

    /// <summary>How its money last went back; null where it did not.</summary>
    public LastReturn? LastReturn { get; init; }

    /// <summary>Why the last declined try of a payment that is declined or failed was; null where nobody said why.</summary>
    public DeclineReason? Reason { get; init; }
}

/// <summary>What the payments of a list add up to in one currency, minor units.</summary>
/// <param name="PaidMinor">The money that came.</param>
/// <param name="BackMinor">How much of it went back, or is going back.</param>
/// <param name="UnpaidMinor">The money that did not come, or has not come yet.</param>
public sealed record PaymentSum(Currency Currency, long PaidMinor, long BackMinor, long UnpaidMinor);

/// <summary>A part of a list of payments in its order; <c>Next</c> is null at the end of the list.</summary>
public sealed record PaymentPage(IReadOnlyList<ListedPayment> Payments, Guid? Next)
{
    /// <summary>Whether the search stopped before the part was full.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>
    /// When the last searched payment of a part that was cut short was recorded, UTC; null in an order that does not follow the time.
    /// </summary>
    public DateTimeOffset? LookedBackTo { get; init; }

    /// <summary>Whether more customers match than a search includes. No part of the list shows the payments of the others.</summary>
    public bool LeavesCustomersOut { get; init; }

    /// <summary>
    /// The number of payments, counted up to <see cref="PaymentLists.CountsTo"/>; null where counting was not asked for, or is expensive.
    /// </summary>
    public int? Count { get; init; }

    /// <summary>What all payments of the list add up to; none where not all were counted.</summary>
    public IReadOnlyList<PaymentSum> Sums { get; init; } = [];
}

/// <summary>
/// Lists and searches payments for operators, the newest first or in another order. However rare a filter matches, one part searches at
/// most <see cref="LooksThrough"/> rows (ten times as many for customers). It tells how far back it looked, and the next part goes on from
/// there.
/// </summary>
public sealed class PaymentLists(NpgsqlDataSource database)
{
    /// <summary>Payments are counted up to this number.</summary>
    public const int CountsTo = 1000;

    /// <summary>The most rows that one part of a list searches.</summary>
    public int LooksThrough { get; init; } = 10_000;

    /// <summary>The most customers whose payments a search shows, in the order of names.</summary>
    public int LooksAtCustomers { get; init; } = 200;

    // Searching by the reason of a failure also reads the attempts.
    private const int ReasonsPart = 5;

    // Why the last declined try of a payment p failed. Index: attempt_of_payment.
    internal const string LastReason =
        "SELECT a.reason FROM attempt a WHERE a.payment_id = p.id AND a.merchant_id = $1 AND a.status = 'declined' "
        + "ORDER BY a.opened_at DESC LIMIT 1";

    // Up to this number, payments that were found are sorted; above it, the list goes along the index of its order.
    private const int FewFound = 3000;

    // Up to this number, customers share one budget of rows.
    private const int FewCustomers = 10;

    /// <summary>A part of the list.</summary>
    public async Task<PaymentPage> ReadAsync(
        MerchantId merchant, PaymentFilter filter, Guid? before, int limit, bool counts, CancellationToken cancel)
    {
        var source = await SourceAsync(merchant, filter, cancel);
        if (filter.Order.By != PaymentColumn.Received)
            source = await InOrderAsync(merchant, filter, source, cancel);
        return await SqlStates.ReachingAsync(() => ReadAsync(merchant, filter, source, before, limit, counts, cancel));
    }

    private async Task<PaymentPage> ReadAsync(
        MerchantId merchant, PaymentFilter filter, PaymentSource source, Guid? before, int limit, bool counts, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var place = before is { } last ? await PlaceAsync(connection, merchant, filter.Order, last, cancel) : null;
        var page = new PaymentListStatement(merchant, filter, source, place);
        var most = Math.Max(counts ? CountsTo : 0, limit) + 1;
        // Each customer of many has a budget.
        var looks = page.HasConditions ? LooksThrough * FewCustomers / Math.Max(FewCustomers, source.Accounts.Length) / (
            filter.Reason is null ? 1 : ReasonsPart) : most;
        var (ids, end) = await MatchAsync(connection, page, filter.Order, looks, most, cancel);
        if (end is not null && !page.HasConditions)
            end = null;
        var isFull = ids.Length > limit;
        var payments = await PaymentsAsync(connection, merchant, isFull ? ids[..limit] : ids, cancel);
        // A count of a part of the rows would be wrong.
        int? counted = counts && !source.LeavesOut && (end is null || ids.Length > CountsTo) ? ids.Length : null;
        var sums = counted <= CountsTo ? await SumsAsync(connection, merchant, ids, cancel) : [];
        return new PaymentPage(payments, isFull ? ids[limit - 1] : end)
        {
            IsCutShort = !isFull && end is not null,
            LookedBackTo = !isFull && end is { } far && filter.Order.By == PaymentColumn.Received ? IdTime.Of(far) : null,
            LeavesCustomersOut = source.LeavesOut,
            Count = counted,
            Sums = sums,
        };
    }

    /// <summary>Where in its order a payment stands; null where there is none of that id.</summary>
    private static async Task<PaymentPlace?> PlaceAsync(
        NpgsqlConnection connection, MerchantId merchant, PaymentOrder order, Guid id, CancellationToken cancel)
    {
        if (order.By == PaymentColumn.Received)
            return new PaymentPlace(id, 0, null);
        var found = await connection.AllAsync(
            "SELECT p.number, p.amount_major FROM payment p WHERE p.merchant_id = $1 AND p.id = $2",
            command => command.With(merchant.Value).With(id),
            row => new PaymentPlace(id, row.GetInt64(0), row.IsDBNull(1) ? null : row.GetDecimal(1)), cancel);
        return found is [var place] ? place : null;
    }

    private static async Task<IReadOnlyList<PaymentSum>> SumsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel) =>
        ids.Length == 0 ? [] : await connection.AllAsync(
            """
            SELECT p.currency, coalesce(sum(p.amount_minor) FILTER (WHERE p.status = 'captured'), 0)::bigint,
                   sum(p.refunded_minor + p.reversed_minor)::bigint,
                   coalesce(sum(p.amount_minor) FILTER (WHERE p.status <> 'captured'), 0)::bigint
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) p
             WHERE p.currency IS NOT NULL GROUP BY 1 ORDER BY 1
            """,
            command => command.With(merchant.Value).With(ids),
            row => new PaymentSum(Currency.Parse(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancel);

    /// <summary>The ids that match, in the list's order, and the last row of a search that used its whole budget.</summary>
    private static async Task<(Guid[] Ids, Guid? End)> MatchAsync(
        NpgsqlConnection connection, PaymentListStatement page, PaymentOrder order, int looks, int most, CancellationToken cancel)
    {
        var rows = await connection.AllAsync(
            $"""
            -- A materialised list is read in its order.
            WITH looked AS MATERIALIZED
                 ({page.Looked(looks)})
            SELECT p.id, false FROM (SELECT p.id FROM looked p WHERE {page.Conditions} LIMIT {most}) p
            UNION ALL
            (SELECT p.id, true FROM looked p OFFSET {looks - 1} LIMIT 1)
            """,
            page.AddTo, row => (Id: row.GetGuid(0), IsEnd: row.GetBoolean(1)), cancel);
        var found = rows.Where(row => !row.IsEnd).Select(row => row.Id);
        Guid[] ids = order switch
        {
            { By: not PaymentColumn.Received } => [.. found],
            { IsAscending: true } => [.. found.OrderBy(IdTime.NumberOf)],
            _ => [.. found.OrderByDescending(IdTime.NumberOf)],
        };
        return (ids, rows.Where(row => row.IsEnd).Select(row => (Guid?)row.Id).FirstOrDefault());
    }

    private static async Task<IReadOnlyList<ListedPayment>> PaymentsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel) =>
        ids.Length == 0 ? [] : await connection.AllAsync(
            $"""
            SELECT p.id, p.number, p.status, p.amount_minor, p.currency, p.method, p.dialect, p.account_id, a.number, h.name, e.occurred_at,
                   p.allocated_minor, p.refunded_minor, p.reversed_minor, t.reason, d.kind, d.status, d.opened_at
              FROM unnest($2::uuid[]) WITH ORDINALITY k(id, place)
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) p
             CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = p.account_id LIMIT 1) a
             CROSS JOIN LATERAL (SELECT e.occurred_at FROM event e WHERE e.merchant_id = $1 AND e.subject_id = p.id
                 AND e.sequence = 1 LIMIT 1) e
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = p.account_id LIMIT 1) h ON true
              LEFT JOIN LATERAL ({LastReason}) t ON p.status IN ('declined', 'failed')
              LEFT JOIN LATERAL ({LastReturns.OfPayment}) d ON p.reversed_minor > 0
             ORDER BY k.place
            """,
            command => command.With(merchant.Value).With(ids), Payment, cancel);

    /// <summary>The source of the rows: the index of the rarest condition.</summary>
    private async Task<PaymentSource> SourceAsync(MerchantId merchant, PaymentFilter filter, CancellationToken cancel)
    {
        if (filter.Search is { } search)
            return search.Amounts.Count > 0 ? new PaymentSource(PaymentSourceKind.Amounts) : await FindAsync(merchant, search, cancel);
        if (filter.Least is not null && filter.Least == filter.Most)
            return new PaymentSource(PaymentSourceKind.Amounts);
        if (filter.Return is { } back)
            return new PaymentSource(back == MoneyReturn.Refunded ? PaymentSourceKind.Refunds : PaymentSourceKind.Disputes);
        if (filter.Least is null && filter.Most is null)
        {
            return new PaymentSource(filter.Status is { } status && status != PaymentStatus.Captured ? PaymentSourceKind.Status
                : filter is { Status: null, Reason: not null } ? PaymentSourceKind.Failures : PaymentSourceKind.Time);
        }
        // Index: payment_by_amount, and nothing but the index.
        var few = await database.AllAsync(
            $"""
            SELECT id FROM payment
             WHERE merchant_id = $1 AND amount_major >= $2 AND amount_major <= $3 LIMIT {FewFound + 1}
            """,
            command => command.With(merchant.Value).With(Figure(filter.Least ?? "0"))
                .With(filter.Most is { } most ? Figure(most) : Money.MaxAmountMinor), row => row.GetGuid(0), cancel);
        return few.Count > FewFound ? new PaymentSource(PaymentSourceKind.Time)
            : new PaymentSource(PaymentSourceKind.Found) { Ids = [.. few] };
    }

    /// <summary>
    /// The same for an order that does not follow the time: what was found, if it is few enough to be sorted, or the index of the order.
    /// </summary>
    private async Task<PaymentSource> InOrderAsync(
        MerchantId merchant, PaymentFilter filter, PaymentSource source, CancellationToken cancel)
    {
        var along = source with { Kind = PaymentSourceKind.Order };
        if (source.Kind == PaymentSourceKind.Time && filter is { From: null, Until: null })
            return along;
        var page = new PaymentListStatement(merchant, filter with { Order = PaymentOrder.Newest }, source, null);
        var found = await database.AllAsync(
            $"SELECT p.id FROM ({page.Looked(FewFound + 1)}) p", page.AddTo, row => row.GetGuid(0), cancel);
        return found.Count > FewFound ? along
            : new PaymentSource(PaymentSourceKind.Found) { Ids = [.. found], LeavesOut = source.LeavesOut };
    }

    /// <summary>The payments and customers that a text names.</summary>
    private async Task<PaymentSource> FindAsync(MerchantId merchant, PaymentSearch search, CancellationToken cancel)
    {
        // Indexes: payment's keys, attempt's key, attempt_by_reference, dispute_by_reference, reference_by_value, account_holder_by_part.
        // The order of names must not choose the way to a part of a name: OFFSET 0 keeps the two apart.
        var found = await database.AllAsync(
            $"""
            SELECT p.id, false FROM payment p WHERE p.merchant_id = $1 AND p.id = $2
            UNION ALL
            SELECT p.id, false FROM payment p WHERE p.merchant_id = $1 AND p.number = $3
            UNION ALL
            SELECT a.payment_id, false FROM attempt a WHERE a.merchant_id = $1 AND a.id = $2
            UNION ALL
            SELECT a.payment_id, false FROM attempt a WHERE a.merchant_id = $1 AND a.provider_reference = $4
            UNION ALL
            SELECT d.payment_id, false FROM dispute d WHERE d.merchant_id = $1 AND d.reference = $4
            UNION ALL
            SELECT r.account_id, true FROM reference r WHERE r.merchant_id = $1 AND r.value = $4
            UNION ALL
            (SELECT n.account_id, true
               FROM (SELECT h.account_id, lower(h.name) AS name FROM account_holder h
                      WHERE h.merchant_id = $1 AND {NameSearch.Has(4)} OFFSET 0) n
              ORDER BY n.name USING ~<~ LIMIT {LooksAtCustomers + 1})
            """,
            command => command.With(merchant.Value).With(search.Id).With(search.Number).With(search.Text),
            row => (Id: row.GetGuid(0), IsAccount: row.GetBoolean(1)), cancel);
        Guid[] accounts = [.. found.Where(each => each.IsAccount).Select(each => each.Id).Distinct()];
        return new PaymentSource(PaymentSourceKind.Found)
        {
            Ids = [.. found.Where(each => !each.IsAccount).Select(each => each.Id).Distinct()],
            Accounts = accounts.Length > LooksAtCustomers ? accounts[..LooksAtCustomers] : accounts,
            Correlator = search.Text,
            LeavesOut = accounts.Length > LooksAtCustomers,
        };
    }

    // A number and not a text: the planner then knows the value and uses its index.
    internal static decimal Figure(string major) => decimal.Parse(major, CultureInfo.InvariantCulture);

    private static ListedPayment Payment(NpgsqlDataReader row)
    {
        var status = Words.To<PaymentStatus>(row.GetString(2));
        Money? amount = row.IsDBNull(3) ? null : new Money(row.GetInt64(3), Currency.Parse(row.GetString(4)));
        var (allocated, refunded, reversed) = (row.GetInt64(11), row.GetInt64(12), row.GetInt64(13));
        return new ListedPayment(
            row.GetGuid(0), row.GetInt64(1), status, amount, Words.To<PaymentMethod>(row.GetString(5)), row.GetString(6), row.GetGuid(7),
            row.GetInt64(8),
            row.IsDBNull(9) ? null : row.GetString(9), row.GetFieldValue<DateTimeOffset>(10))
        {
            UnallocatedMinor = status == PaymentStatus.Captured && amount is { } paid ? paid.AmountMinor - allocated - refunded - reversed
                : 0,
            Reason = row.IsDBNull(14) ? null : Words.To<DeclineReason>(row.GetString(14)),
            LastReturn = row.IsDBNull(15) ? null : LastReturns.Read(row, 15),
            RefundedMinor = refunded,
            ReversedMinor = reversed,
        };
    }
}
