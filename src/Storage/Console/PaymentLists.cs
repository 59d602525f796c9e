using System.Globalization;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
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

/// <summary>The conditions of a list of payments; null for none.</summary>
public sealed record PaymentFilter
{
    public static PaymentFilter All { get; } = new();

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
}

/// <summary>A payment in a list. A bare record has no amount. <c>At</c> is when it was recorded, UTC.</summary>
public sealed record ListedPayment(
    Guid Id, long Number, PaymentStatus Status, Money? Amount, PaymentMethod Method, string Dialect, Guid Account, long AccountNumber,
    string? Name, DateTimeOffset At)
{
    public required long UnallocatedMinor { get; init; }

    public required long RefundedMinor { get; init; }

    public required long ReversedMinor { get; init; }

    /// <summary>Why the last declined try of a payment that is declined or failed was; null where nobody said why.</summary>
    public DeclineReason? Reason { get; init; }
}

/// <summary>A part of a list of payments, the newest first; <c>Next</c> is null at the end of the list.</summary>
public sealed record PaymentPage(IReadOnlyList<ListedPayment> Payments, Guid? Next)
{
    /// <summary>Whether the search stopped before the part was full.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>When the last searched payment of a part that was cut short was recorded, UTC.</summary>
    public DateTimeOffset? LookedBackTo { get; init; }

    /// <summary>Whether more customers match than a search includes. No part of the list shows the payments of the others.</summary>
    public bool LeavesCustomersOut { get; init; }

    /// <summary>
    /// The number of payments, counted up to <see cref="PaymentLists.CountsTo"/>; null where counting was not asked for, or is expensive.
    /// </summary>
    public int? Count { get; init; }
}

/// <summary>
/// Lists and searches payments for operators, the newest first. However rare a filter matches, one part searches at most
/// <see cref="LooksThrough"/> rows (ten times as many for customers). It tells how far back it looked, and the next part goes on from
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
    private const string LastReason =
        "SELECT a.reason FROM attempt a WHERE a.payment_id = p.id AND a.merchant_id = $1 AND a.status = 'declined' "
        + "ORDER BY a.opened_at DESC LIMIT 1";

    // Up to this number, payments of a range of amounts are sorted; above it, the list goes along the time.
    private const int FewAmounts = 3000;

    // Up to this number, customers share one budget of rows.
    private const int FewCustomers = 10;

    /// <summary>A part of the list.</summary>
    public async Task<PaymentPage> ReadAsync(
        MerchantId merchant, PaymentFilter filter, Guid? before, int limit, bool counts, CancellationToken cancel)
    {
        var source = await SourceAsync(merchant, filter, cancel);
        return await SqlStates.ReachingAsync(() => ReadAsync(merchant, filter, source, before, limit, counts, cancel));
    }

    private async Task<PaymentPage> ReadAsync(
        MerchantId merchant, PaymentFilter filter, Source source, Guid? before, int limit, bool counts, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var page = new Statement(merchant, filter, source, before);
        var most = Math.Max(counts ? CountsTo : 0, limit) + 1;
        // Each customer of many has a budget.
        var looks = page.HasConditions ? LooksThrough * FewCustomers / Math.Max(FewCustomers, source.Accounts.Length) / (
            filter.Reason is null ? 1 : ReasonsPart) : most;
        var (ids, count, end) = await MatchAsync(connection, page, looks, most, cancel);
        if (end is not null && !page.HasConditions)
            end = null;
        var isFull = ids.Length > limit;
        var payments = await PaymentsAsync(connection, merchant, isFull ? ids[..limit] : ids, cancel);
        // A count of a part of the rows would be wrong.
        int? counted = counts && !source.LeavesOut && (end is null || count > CountsTo) ? count : null;
        return isFull
            ? new PaymentPage(payments, ids[limit - 1]) { LeavesCustomersOut = source.LeavesOut, Count = counted }
            : new PaymentPage(payments, end)
            {
                IsCutShort = end is not null,
                LookedBackTo = end is { } last ? IdTime.Of(last) : null,
                LeavesCustomersOut = source.LeavesOut,
                Count = counted,
            };
    }

    /// <summary>The ids that match, the newest first, their number, and the last row of a search that used its whole budget.</summary>
    private static async Task<(Guid[] Ids, int Count, Guid? End)> MatchAsync(
        NpgsqlConnection connection, Statement page, int looks, int most, CancellationToken cancel)
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
        Guid[] ids = [.. rows.Where(row => !row.IsEnd).Select(row => row.Id).OrderByDescending(IdTime.NumberOf)];
        var end = rows.Where(row => row.IsEnd).Select(row => (Guid?)row.Id).FirstOrDefault();
        return (ids, ids.Length, end);
    }

    private static async Task<IReadOnlyList<ListedPayment>> PaymentsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel) =>
        ids.Length == 0 ? [] : await connection.AllAsync(
            $"""
            SELECT p.id, p.number, p.status, p.amount_minor, p.currency, p.method, p.dialect, p.account_id, a.number, h.name, e.occurred_at,
                   p.allocated_minor, p.refunded_minor, p.reversed_minor, t.reason
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) p
             CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = p.account_id LIMIT 1) a
             CROSS JOIN LATERAL (SELECT e.occurred_at FROM event e WHERE e.merchant_id = $1 AND e.subject_id = p.id
                 AND e.sequence = 1 LIMIT 1) e
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = p.account_id LIMIT 1) h ON true
              LEFT JOIN LATERAL ({LastReason}) t ON p.status IN ('declined', 'failed')
             ORDER BY p.id DESC
            """,
            command => command.With(merchant.Value).With(ids), Payment, cancel);

    /// <summary>The source of the rows: the index of the rarest condition.</summary>
    private async Task<Source> SourceAsync(MerchantId merchant, PaymentFilter filter, CancellationToken cancel)
    {
        if (filter.Search is { } search)
            return search.Amounts.Count > 0 ? new Source(SourceKind.Amounts) : await FindAsync(merchant, search, cancel);
        if (filter.Least is not null && filter.Least == filter.Most)
            return new Source(SourceKind.Amounts);
        if (filter.Return is { } back)
            return new Source(back == MoneyReturn.Refunded ? SourceKind.Refunds : SourceKind.Disputes);
        if (filter.Least is null && filter.Most is null)
        {
            return new Source(filter.Status is { } status && status != PaymentStatus.Captured ? SourceKind.Status
                : filter is { Status: null, Reason: not null } ? SourceKind.Failures : SourceKind.Time);
        }
        // Index: payment_by_amount, and nothing but the index.
        var few = await database.AllAsync(
            $"""
            SELECT id FROM payment
             WHERE merchant_id = $1 AND amount_major >= $2 AND amount_major <= $3 LIMIT {FewAmounts + 1}
            """,
            command => command.With(merchant.Value).With(Figure(filter.Least ?? "0"))
                .With(filter.Most is { } most ? Figure(most) : Money.MaxAmountMinor), row => row.GetGuid(0), cancel);
        return few.Count > FewAmounts ? new Source(SourceKind.Time) : new Source(SourceKind.Found) { Ids = [.. few] };
    }

    /// <summary>The payments and customers that a text names.</summary>
    private async Task<Source> FindAsync(MerchantId merchant, PaymentSearch search, CancellationToken cancel)
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
        return new Source(SourceKind.Found)
        {
            Ids = [.. found.Where(each => !each.IsAccount).Select(each => each.Id).Distinct()],
            Accounts = accounts.Length > LooksAtCustomers ? accounts[..LooksAtCustomers] : accounts,
            Correlator = search.Text,
            LeavesOut = accounts.Length > LooksAtCustomers,
        };
    }

    // A number and not a text: the planner then knows the value and uses its index.
    private static decimal Figure(string major) => decimal.Parse(major, CultureInfo.InvariantCulture);

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
            RefundedMinor = refunded,
            ReversedMinor = reversed,
        };
    }

    private enum SourceKind
    {
        Time,
        Status,
        Failures,
        Refunds,
        Disputes,
        Amounts,
        Found,
    }

    private sealed record Source(SourceKind Kind)
    {
        /// <summary>Payments that were found.</summary>
        public Guid[] Ids { get; init; } = [];

        /// <summary>Customers whose payments match too.</summary>
        public Guid[] Accounts { get; init; } = [];

        /// <summary>A client reference of payments that match too; null for none.</summary>
        public string? Correlator { get; init; }

        /// <summary>Whether more customers match.</summary>
        public bool LeavesOut { get; init; }
    }

    /// <summary>A filter as SQL. It contains only the conditions that are set, so that its plan fits.</summary>
    private sealed class Statement
    {
        private const string Always = "true";
        private readonly List<Action<NpgsqlBatchCommand>> _parameters = [];
        private readonly StringBuilder _conditions = new(Always);
        private readonly string _bounds;
        private readonly List<string> _sources;
        private readonly string? _accounts;
        private readonly string? _returned;

        public Statement(MerchantId merchant, PaymentFilter filter, Source source, Guid? before)
        {
            // An id begins with its time.
            var upTo = filter.Until is { } until && IdTime.First(until) is var after
                && (before is null || IdTime.NumberOf(after) < IdTime.NumberOf(before.Value)) ? after : before;
            var whose = $"p.merchant_id = {Add(merchant.Value)}";
            var (last, first) = (upTo is { } end ? Add(end) : null, filter.From is { } from ? Add(IdTime.First(from)) : null);
            string BoundsOf(string id) =>
                $"{whose}{(last is null ? "" : $" AND {id} < {last}")}{(first is null ? "" : $" AND {id} >= {first}")}";
            _bounds = BoundsOf("p.id");
            // Indexes: payment's key, payment_not_captured, payment_by_amount; each in the order of ids.
            IEnumerable<string> rarest = source.Kind switch
            {
                SourceKind.Time or SourceKind.Refunds or SourceKind.Disputes => [""],
                SourceKind.Status => [StandsAs(filter.Status!.Value)],
                SourceKind.Failures => [StandsAs(PaymentStatus.Declined), StandsAs(PaymentStatus.Failed)],
                SourceKind.Amounts => [AmountsOf(filter)],
                SourceKind.Found => [$" AND p.id = ANY({Add(source.Ids)})"],
            };
            _sources = [.. rarest.Select(rare => _bounds + rare)];
            if (source.Kind is SourceKind.Refunds or SourceKind.Disputes)
            {
                var table = source.Kind == SourceKind.Refunds ? "refund" : "dispute";
                _returned = $"{table} p WHERE {BoundsOf("p.payment_id")} AND p.payment_id IS NOT NULL";
            }
            if (source.Correlator is { } correlator)
                _sources.Add($"{_bounds} AND p.details ->> 'correlatorId' = {Add(correlator)}");
            _accounts = source.Accounts.Length > 0 ? Add(source.Accounts) : null;
            if (filter.Status is { } status && source.Kind != SourceKind.Status)
                _conditions.Append($" AND p.status = {Add(Words.Of(status))}");
            if (filter.Return is { } back)
            {
                _conditions.Append(back == MoneyReturn.Refunded ? " AND p.refunded_minor > 0"
                    : " AND EXISTS (SELECT FROM dispute d WHERE d.payment_id = p.id AND d.merchant_id = $1)");
            }

            if (filter.Reason is { } reason)
            {
                // Index: attempt_of_payment.
                _conditions.Append($"""
                     AND p.status IN ('declined', 'failed')
                     AND ({LastReason}) = {Add(Words.Of(reason))}
                    """);
            }

            if (filter.Method is { } method)
                _conditions.Append($" AND p.method = {Add(Words.Of(method))}");
            if (filter.Dialect is { } dialect)
                _conditions.Append($" AND p.dialect = {Add(dialect)}");
            if (filter.Currency is { } currency)
                _conditions.Append($" AND p.currency = {Add(currency)}");
            if (filter.Least is { } least)
                _conditions.Append($" AND p.amount_major >= {Add(Figure(least))}");
            if (filter.Most is { } most)
                _conditions.Append($" AND p.amount_major <= {Add(Figure(most))}");
        }

        /// <summary>Whether some searched rows may not match.</summary>
        public bool HasConditions => _conditions.Length > Always.Length;

        /// <summary>The columns that the conditions need; without conditions, the index has all of them.</summary>
        private string Columns =>
            HasConditions ? "p.id, p.status, p.method, p.dialect, p.currency, p.amount_major, p.refunded_minor" : "p.id";

        public string Conditions => _conditions.ToString();

        /// <summary>The searched rows, the newest first.</summary>
        public string Looked(int looks)
        {
            // Indexes: refund_of_payment and dispute_of_payment, in the order of payments' ids.
            if (_returned is not null)
            {
                return $"""
                    SELECT {Columns} FROM (SELECT DISTINCT p.payment_id AS id FROM {_returned} ORDER BY p.payment_id DESC LIMIT {looks}) b
                     CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = b.id LIMIT 1) p ORDER BY p.id DESC
                    """;
            }

            // Indexes: those above, payment_by_correlator, and payment_of_account for each customer; each in the order of ids.
            var parts = _sources.ConvertAll(source => $"SELECT {Columns} FROM payment p WHERE {source} ORDER BY p.id DESC LIMIT {looks}");
            if (_accounts is not null)
            {
                parts.Add($"""
                    SELECT {Columns} FROM unnest({_accounts}) a(id)
                     CROSS JOIN LATERAL (SELECT {Columns} FROM payment p WHERE {_bounds} AND p.account_id = a.id
                         ORDER BY p.id DESC LIMIT {looks}) p
                    """);
            }

            return parts is [var only] ? only
                : $"SELECT {Columns} FROM (({string.Join(") UNION (", parts)})) p ORDER BY p.id DESC LIMIT {looks}";
        }

        public void AddTo(NpgsqlBatchCommand command)
        {
            foreach (var add in _parameters)
                add(command);
        }

        private string StandsAs(PaymentStatus status) => $" AND p.status <> 'captured' AND p.status = {Add(Words.Of(status))}";

        private string AmountsOf(PaymentFilter filter) => filter.Search is { } search
            ? search.Amounts is [var only]
                ? $" AND p.amount_major = {Add(Figure(only))}"
                : $" AND p.amount_major = ANY({Add(search.Amounts.Select(Figure).ToArray())})"
            : $" AND p.amount_major = {Add(Figure(filter.Least!))}";

        private string Add<T>(T value)
        {
            _parameters.Add(command => command.With(value));
            return $"${_parameters.Count}";
        }
    }
}
