using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Lists;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Storage;

/// <summary>
/// Says in SQL which rows of a table, named x, fulfil a query. Values are parameters, $1 the merchant. Each criterion has an index in
/// 0010-lists.sql, a key, or an index that it names.
/// </summary>
internal sealed class ListStatement
{
    /// <summary>What the index payment_by_method is of.</summary>
    private const string Method =
        "(CASE WHEN x.details -> 'paymentMethod' IS NOT NULL THEN x.details #>> '{paymentMethod,@type}' "
        + "WHEN x.instrument_id IS NOT NULL THEN ':instrument' ELSE ':' || x.method END)";

    // The currencies by how many decimals they have. All are named, since the index of amounts begins with the currency.
    private static readonly (int Decimals, string[] Currencies)[] Alike =
    [
        .. Currency.All.GroupBy(currency => currency.MinorUnits).Select(alike => (alike.Key, alike.Select(currency => currency.Code).ToArray())),
    ];

    private const decimal MostMajor = Money.MaxAmountMinor + 1m;

    private readonly StringBuilder _where = new("x.merchant_id = $1");
    private readonly List<Action<NpgsqlBatchCommand>> _parameters = [];
    private readonly string _table;
    private readonly ListQuery _query;

    public ListStatement(string table, ListQuery query)
    {
        (_table, _query) = (table, query);
        // Shares of a refund are no refunds of their own to clients.
        if (table == "refund")
            _where.Append(" AND x.share_of IS NULL");
        foreach (var criterion in query.Criteria)
            _where.Append(" AND ").Append(Of(criterion));
    }

    /// <summary>Adds the statement that finds the ids of a part of the list, and one more where there is more.</summary>
    public void AddPage(NpgsqlBatch batch)
    {
        var (order, beyond) = _query.IsNewestFirst ? (" DESC", '<') : ("", '>');
        var taken = _parameters.Count;
        var after = _query.After is { } id ? $" AND x.id {beyond} {Next(id)}" : "";
        var sql = $"""
            SELECT x.id FROM {_table} x WHERE {_where}{after}
             ORDER BY x.merchant_id{order}, x.id{order} OFFSET {Next(_query.Offset)} LIMIT {Next(_query.Limit + 1L)}
            """;
        Add(batch, sql);
        _parameters.RemoveRange(taken, _parameters.Count - taken);
    }

    /// <summary>Adds the statement that counts all that fulfil the criteria, up to the query's bound.</summary>
    public void AddCount(NpgsqlBatch batch)
    {
        var taken = _parameters.Count;
        // In the order of the list, so that it is counted along the same index.
        Add(batch, $"SELECT count(*) FROM (SELECT FROM {_table} x WHERE {_where} ORDER BY x.merchant_id, x.id LIMIT {Next(_query.CountsUpTo)}) counted");
        _parameters.RemoveRange(taken, _parameters.Count - taken);
    }

    private void Add(NpgsqlBatch batch, string sql)
    {
        var command = batch.Statement(sql).With(_query.Merchant.Value);
        foreach (var add in _parameters)
            add(command);
    }

    private string Next<T>(T value)
    {
        _parameters.Add(command => command.With(value));
        return $"${_parameters.Count + 1}";
    }

    private string Of(Criterion criterion) => criterion switch
    {
        IdCriterion ids => OneOf("x.id", ids.Ids),
        NumberCriterion one => $"x.number = {Next(one.Number)}",
        AccountCriterion accounts => OneOf("x.account_id", accounts.Accounts),
        StatusCriterion<PaymentStatus> payments => OneOf("x.status", [.. payments.Statuses.Select(Words.Of)]),
        StatusCriterion<RefundStatus> refunds => OneOf("x.status", [.. refunds.Statuses.Select(Words.Of)]),
        StatusAtCriterion times => Any(times.Times, time => Within("x.status_at", time, moment => Next(moment.UtcDateTime))),
        AmountCriterion amounts => Any(amounts.MajorUnits, Within),
        CorrelatorCriterion correlators => OneOf("(x.details ->> 'correlatorId')", correlators.Correlators),
        MethodCriterion methods => OneOf(Method, Methods(methods)),
        // Index: payment_with_credit.
        UnallocatedCriterion => "x.status = 'captured' AND x.has_credit",
        ChargeCriterion one => Settles(one.Charge),
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "A list has no such criterion."),
    };

    /// <summary>Of one value the index gives the rows in the order of the list; of several they are sorted.</summary>
    private string OneOf<T>(string column, IReadOnlyList<T> values) =>
        values is [var one] ? $"{column} = {Next(one)}" : $"{column} = ANY({Next(values.ToArray())})";

    /// <summary>Of the payments of the charge's account each is asked by its own transfers; a credit note settles nothing.</summary>
    private string Settles(Reference charge)
    {
        var named = $"FROM reference r WHERE r.merchant_id = $1 AND r.dialect = {Next(charge.Dialect)} AND r.kind = {Next(charge.Kind)} AND r.value = {Next(charge.Value)}";
        return $"""
            x.account_id = (SELECT r.account_id {named})
              AND (SELECT sum(CASE WHEN c.kind = 'receivable' THEN t.amount_minor ELSE -t.amount_minor END)
                     FROM transfer t
                    CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.debit_id LIMIT 1) d
                    CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.credit_id LIMIT 1) c
                    WHERE t.merchant_id = $1 AND t.subject_id = x.id AND t.charge_id = (SELECT r.object_id {named})
                      AND d.kind <> 'billed' AND c.kind <> 'billed') > 0
            """;
    }

    private static string[] Methods(MethodCriterion criterion)
    {
        string[] methods = [.. criterion.Said, .. criterion.Methods.Select(method => ":" + Words.Of(method))];
        return criterion.Instruments ? [.. methods, ":instrument"] : methods;
    }

    private string Within(Range<decimal> major) =>
        Any(Alike, alike => $"x.currency = ANY({Next(alike.Currencies)}) AND {WithinMinor(major, alike.Decimals)}");

    private string WithinMinor(Range<decimal> major, int decimals)
    {
        // Above all amounts, and below what would overflow.
        major = new(Clamped(major.From), Clamped(major.To), major.ExcludesFrom, major.ExcludesTo);
        var units = 1m;
        for (var power = 0; power < decimals; power++)
            units *= 10;
        Range<long> minor = new(
            major.From is { } from ? ToMinor(major.ExcludesFrom ? decimal.Floor(from * units) + 1 : decimal.Ceiling(from * units)) : null,
            major.To is { } to ? ToMinor(major.ExcludesTo ? decimal.Ceiling(to * units) - 1 : decimal.Floor(to * units)) : null);
        return Within("x.amount_minor", minor, Next);
    }

    private static decimal? Clamped(decimal? value) => value is { } known ? decimal.Clamp(known, -1, MostMajor) : null;

    private static long ToMinor(decimal minor) => (long)decimal.Clamp(minor, -1, Money.MaxAmountMinor + 1);

    private static string Any<T>(IReadOnlyList<T> alternatives, Func<T, string> sql) =>
        alternatives.Count == 0 ? "false" : $"({string.Join(" OR ", alternatives.Select(alternative => $"({sql(alternative)})"))})";

    private static string Within<T>(string column, Range<T> range, Func<T, string> next)
        where T : struct
    {
        var from = range.From is { } lower ? $"{column} {(range.ExcludesFrom ? ">" : ">=")} {next(lower)}" : "true";
        return range.To is { } upper ? $"{from} AND {column} {(range.ExcludesTo ? "<" : "<=")} {next(upper)}" : from;
    }
}
