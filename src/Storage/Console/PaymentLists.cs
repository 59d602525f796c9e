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
    public int LooksThrough { get; init; } = 30_000;

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
        await using var batch = new NpgsqlBatch(connection);
        var page = new Statement(merchant, filter, source, before, LooksThrough);
        page.AddTo(batch, $"""
            SELECT p.id, p.number, p.status, p.amount_minor, p.currency, p.method, p.dialect, p.account_id, a.number, h.name, e.occurred_at,
                   p.allocated_minor, p.refunded_minor, p.reversed_minor
              FROM (SELECT p.* FROM {page.Looked} p WHERE {page.Conditions} ORDER BY p.id DESC LIMIT {limit + 1}) p
             CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = p.account_id LIMIT 1) a
             CROSS JOIN LATERAL (SELECT e.occurred_at FROM event e WHERE e.merchant_id = $1 AND e.subject_id = p.id AND e.sequence = 1 LIMIT 1) e
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = p.account_id LIMIT 1) h ON true
             ORDER BY p.id DESC
            """);
        if (counts)
            page.AddTo(batch, $"SELECT count(*) FROM (SELECT FROM {page.Looked} p WHERE {page.Conditions} LIMIT {CountsTo + 1}) c");

        List<ListedPayment> payments = [];
        int? count = null;
        await using (var row = await batch.ExecuteReaderAsync(cancel))
        {
            while (await row.ReadAsync(cancel))
                payments.Add(Payment(row));
            if (counts && await row.NextResultAsync(cancel) && await row.ReadAsync(cancel))
                count = (int)row.GetInt64(0);
        }

        var isFull = payments.Count > limit;
        var end = page.HasConditions && (!isFull || count <= CountsTo) ? await EndAsync(connection, page, cancel) : null;
        if (end is not null && count <= CountsTo)
            count = null;
        if (!isFull)
            return new PaymentPage(payments, end?.Id) { IsCutShort = end is not null, LookedBackTo = end?.At, Count = count };
        payments.RemoveAt(limit);
        return new PaymentPage(payments, payments[^1].Id) { Count = count };
    }

    /// <summary>The last row that is looked at, where there are as many as are looked through.</summary>
    private async Task<(Guid Id, DateTimeOffset At)?> EndAsync(NpgsqlConnection connection, Statement page, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        page.AddTo(batch, $"SELECT p.id, p.status_at FROM {page.Looked} p ORDER BY p.id DESC OFFSET {LooksThrough - 1} LIMIT 1");
        await using var row = await batch.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)) : null;
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
             WHERE merchant_id = $1 AND amount_major >= coalesce($2::text::numeric, 0) AND amount_major <= coalesce($3::text::numeric, 'infinity') LIMIT {FewAmounts + 1}
            """,
            command => command.With(merchant.Value).With(filter.Least).With(filter.Most), (row, first) => row.GetGuid(first), cancel);
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

        public Statement(MerchantId merchant, PaymentFilter filter, Source source, Guid? before, int looksThrough)
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
            Looked = $"(SELECT p.* FROM payment p WHERE {bounds}{rarest} ORDER BY p.id DESC LIMIT {looksThrough})";
            if (filter.Status is { } status && source.Kind != SourceKind.Status)
                _conditions.Append($" AND p.status = {Add(Words.Of(status))}");
            if (filter.Method is { } method)
                _conditions.Append($" AND p.method = {Add(Words.Of(method))}");
            if (filter.Dialect is { } dialect)
                _conditions.Append($" AND p.dialect = {Add(dialect)}");
            if (filter.Currency is { } currency)
                _conditions.Append($" AND p.currency = {Add(currency)}");
            if (filter.Least is { } least)
                _conditions.Append($" AND p.amount_major >= {Add(least)}::text::numeric");
            if (filter.Most is { } most)
                _conditions.Append($" AND p.amount_major <= {Add(most)}::text::numeric");
        }

        /// <summary>The rows that are looked through.</summary>
        public string Looked { get; }

        /// <summary>Whether some that are looked through are not shown.</summary>
        public bool HasConditions => _conditions.Length > Always.Length;

        /// <summary>What holds of those that are shown.</summary>
        public string Conditions => _conditions.ToString();

        public void AddTo(NpgsqlBatch batch, string sql)
        {
            var command = batch.Statement(sql);
            foreach (var add in _parameters)
                add(command);
        }

        private string AmountsOf(PaymentFilter filter) => filter.Sought is { } sought
            ? $" AND p.amount_major = ANY({Add(sought.Amounts.ToArray())}::text[]::numeric[])"
            : $" AND p.amount_major = {Add(filter.Least!)}::text::numeric";

        private string Add<T>(T value)
        {
            _parameters.Add(command => command.With(value));
            return $"${_parameters.Count}";
        }
    }
}
