using System.Globalization;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Payments;

namespace Quittance.Storage.Console;

/// <summary>
/// Lists and searches payments for operators, newest first. A part of a list never reads more than <see cref="LooksThrough"/> rows however rare
/// is what is asked for: it says then how far back it looked, and the next part goes on from there.
/// </summary>
/// <param name="database">Where they are.</param>
public sealed class PaymentLists(NpgsqlDataSource database)
{
    /// <summary>How far payments are counted: more are "more than" that many.</summary>
    public const int CountsTo = 1000;

    /// <summary>How many rows one part of a list looks through.</summary>
    public int LooksThrough { get; init; } = 10_000;

    // So many customers of one name, or payments of one range of amounts, are put in order rather than looked for along the time.
    private const int FewAccounts = 200;
    private const int FewAmounts = 3000;

    /// <summary>A part of the list.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="filter">Which payments.</param>
    /// <param name="before">The part begins after this one; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="counts">Whether to count them too.</param>
    /// <param name="cancel">Ends the reading.</param>
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
        var looks = page.HasConditions ? LooksThrough : Math.Max(counts ? CountsTo : 0, limit) + 1;
        var (ids, count, end) = await MatchAsync(connection, page, looks, Math.Max(counts ? CountsTo : 0, limit) + 1, cancel);
        if (end is not null && !page.HasConditions)
            end = null;
        var isFull = ids.Length > limit;
        var payments = await PaymentsAsync(connection, merchant, isFull ? ids[..limit] : ids, cancel);
        // What is not looked through is not counted.
        int? counted = counts && (end is null || count > CountsTo) ? count : null;
        return isFull
            ? new PaymentPage(payments, ids[limit - 1]) { Count = counted }
            : new PaymentPage(payments, end?.Id) { IsCutShort = end is not null, LookedBackTo = end?.At, Count = counted };
    }

    /// <summary>The ids of those that match, the newest first, how many they are, and the last row that was looked at, where there were as many as are looked through.</summary>
    private static async Task<(Guid[] Ids, int Count, (Guid Id, DateTimeOffset At)? End)> MatchAsync(
        NpgsqlConnection connection, Statement page, int looks, int most, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        page.AddTo(batch, $"""
            -- A materialised list is read in its order.
            WITH looked AS MATERIALIZED
                 (SELECT {page.Columns} FROM payment p WHERE {page.Bounds} ORDER BY p.id DESC LIMIT {looks})
            SELECT p.id, p.status_at, false FROM (SELECT p.id, p.status_at FROM looked p WHERE {page.Conditions} LIMIT {most}) p
            UNION ALL
            (SELECT p.id, p.status_at, true FROM looked p OFFSET {looks - 1} LIMIT 1)
            """);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        List<Guid> ids = [];
        (Guid, DateTimeOffset)? end = null;
        while (await row.ReadAsync(cancel))
        {
            if (row.GetBoolean(2))
                end = (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1));
            else
                ids.Add(row.GetGuid(0));
        }

        ids.Sort((left, right) => IdTime.NumberOf(right).CompareTo(IdTime.NumberOf(left)));
        return ([.. ids], ids.Count, end);
    }

    private static async Task<IReadOnlyList<ListedPayment>> PaymentsAsync(NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel)
    {
        if (ids.Length == 0)
            return [];
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("""
            SELECT p.id, p.number, p.status, p.amount_minor, p.currency, p.method, p.dialect, p.account_id, a.number, h.name, e.occurred_at,
                   p.allocated_minor, p.refunded_minor, p.reversed_minor
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) p
             CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = p.account_id LIMIT 1) a
             CROSS JOIN LATERAL (SELECT e.occurred_at FROM event e WHERE e.merchant_id = $1 AND e.subject_id = p.id AND e.sequence = 1 LIMIT 1) e
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = p.account_id LIMIT 1) h ON true
             ORDER BY p.id DESC
            """)
            .With(merchant.Value).With(ids);
        List<ListedPayment> payments = [];
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            payments.Add(Payment(row));
        return payments;
    }

    /// <summary>Where the payments of a filter are found: by what is rarest of it.</summary>
    private async Task<Source> SourceAsync(MerchantId merchant, PaymentFilter filter, CancellationToken cancel)
    {
        if (filter.Sought is { } sought)
            return sought.Amounts.Count > 0 ? Source.OfAmounts : new Source(SourceKind.Found, await FindAsync(merchant, sought, cancel));
        if (filter.Least is not null && filter.Least == filter.Most)
            return Source.OfAmounts;
        if (filter.Least is null && filter.Most is null)
            return filter.Status is { } status && status != PaymentStatus.Captured ? Source.OfStatus : Source.OfTime;
        // Index: payment_by_amount, and nothing but the index.
        var few = await database.ReadAllAsync(
            $"""
            SELECT id FROM payment
             WHERE merchant_id = $1 AND amount_major >= $2 AND amount_major <= $3 LIMIT {FewAmounts + 1}
            """,
            command => command.With(merchant.Value).With(Figure(filter.Least ?? "0")).With(filter.Most is { } most ? Figure(most) : Money.MaxAmountMinor), (row, first) => row.GetGuid(first), cancel);
        return few.Count > FewAmounts ? Source.OfTime : new Source(SourceKind.Found, [.. few]);
    }

    /// <summary>The payments that a text names: themselves, or by who paid.</summary>
    private async Task<Guid[]> FindAsync(MerchantId merchant, PaymentSought sought, CancellationToken cancel)
    {
        // Indexes: payment's keys, payment_by_correlator, reference_by_value, account_holder_by_name, payment_of_account.
        var found = await database.ReadAllAsync(
            $"""
            SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.id = $2
            UNION ALL
            SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.number = $3
            UNION ALL
            (SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.details ->> 'correlatorId' = $4 ORDER BY p.id DESC LIMIT {CountsTo})
            UNION ALL
            (SELECT p.id
               FROM (SELECT r.account_id FROM reference r WHERE r.merchant_id = $1 AND r.value = $4
                      UNION
                     (SELECT h.account_id FROM account_holder h WHERE h.merchant_id = $1 AND lower(h.name) LIKE $5 LIMIT {FewAccounts})) a
              CROSS JOIN LATERAL (SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.account_id = a.account_id ORDER BY p.id DESC LIMIT {CountsTo}) p
              ORDER BY p.id DESC LIMIT {10 * CountsTo})
            """,
            command => command.With(merchant.Value).With(sought.Id).With(sought.Number).With(sought.Text).With(Prefix(sought.Text)),
            (row, first) => row.GetGuid(first), cancel);
        return [.. found.Distinct()];
    }

    // As a number and not as text: a plan that knows it finds it by its index.
    private static decimal Figure(string major) => decimal.Parse(major, CultureInfo.InvariantCulture);

    private static string Prefix(string text) =>
        text.ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";

    private static ListedPayment Payment(NpgsqlDataReader row)
    {
        var status = Words.ToStatus(row.GetString(2));
        Money? amount = row.IsDBNull(3) ? null : new Money(row.GetInt64(3), Currency.Parse(row.GetString(4)));
        var (allocated, refunded, reversed) = (row.GetInt64(11), row.GetInt64(12), row.GetInt64(13));
        return new ListedPayment(
            row.GetGuid(0), row.GetInt64(1), status, amount, Words.ToMethod(row.GetString(5)), row.GetString(6), row.GetGuid(7), row.GetInt64(8),
            row.IsDBNull(9) ? null : row.GetString(9), row.GetFieldValue<DateTimeOffset>(10))
        {
            UnallocatedMinor = status == PaymentStatus.Captured && amount is { } paid ? paid.AmountMinor - allocated - refunded - reversed : 0,
            RefundedMinor = refunded,
            ReversedMinor = reversed,
        };
    }

    private enum SourceKind
    {
        Time,
        Status,
        Amounts,
        Found,
    }

    private sealed record Source(SourceKind Kind, Guid[] Ids)
    {
        public static Source OfTime { get; } = new(SourceKind.Time, []);

        public static Source OfStatus { get; } = new(SourceKind.Status, []);

        public static Source OfAmounts { get; } = new(SourceKind.Amounts, []);
    }

    /// <summary>A filter as SQL: only what is asked for stands in it, so that its plan fits.</summary>
    private sealed class Statement
    {
        private const string Always = "true";

        private readonly List<Action<NpgsqlBatchCommand>> _parameters = [];
        private readonly StringBuilder _conditions = new(Always);

        public Statement(MerchantId merchant, PaymentFilter filter, Source source, Guid? before)
        {
            // An id begins with the time at which it was made.
            var upTo = filter.Until is { } until && IdTime.First(until) is var first && (before is null || IdTime.NumberOf(first) < IdTime.NumberOf(before.Value)) ? first : before;
            var bounds = $"p.merchant_id = {Add(merchant.Value)}{(upTo is { } end ? $" AND p.id < {Add(end)}" : "")}{(filter.From is { } from ? $" AND p.id >= {Add(IdTime.First(from))}" : "")}";
            // Indexes: payment's key, payment_not_captured, payment_by_amount; each in the order of ids.
            var rarest = source.Kind switch
            {
                SourceKind.Time => "",
                SourceKind.Status => $" AND p.status <> 'captured' AND p.status = {Add(Words.Of(filter.Status!.Value))}",
                SourceKind.Amounts => AmountsOf(filter),
                SourceKind.Found => $" AND p.id = ANY({Add(source.Ids)})",
            };
            Bounds = bounds + rarest;
            if (filter.Status is { } status && source.Kind != SourceKind.Status)
                _conditions.Append($" AND p.status = {Add(Words.Of(status))}");
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

        /// <summary>What holds of the rows that are looked through.</summary>
        public string Bounds { get; }

        /// <summary>Whether some that are looked through are not shown.</summary>
        public bool HasConditions => _conditions.Length > Always.Length;

        /// <summary>What must be known of the rows that are looked through: where all are shown, nothing but what their index has.</summary>
        public string Columns => HasConditions ? "p.id, p.status, p.method, p.dialect, p.currency, p.amount_major, p.status_at" : "p.id, to_timestamp(0) AS status_at";

        /// <summary>What holds of those that are shown.</summary>
        public string Conditions => _conditions.ToString();

        public void AddTo(NpgsqlBatch batch, string sql)
        {
            var command = batch.Statement(sql);
            foreach (var add in _parameters)
                add(command);
        }

        private string AmountsOf(PaymentFilter filter) => filter.Sought is { } sought
            ? sought.Amounts is [var only]
                ? $" AND p.amount_major = {Add(Figure(only))}"
                : $" AND p.amount_major = ANY({Add(sought.Amounts.Select(Figure).ToArray())})"
            : $" AND p.amount_major = {Add(Figure(filter.Least!))}";

        private string Add<T>(T value)
        {
            _parameters.Add(command => command.With(value));
            return $"${_parameters.Count}";
        }
    }
}
