using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Refunds;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>
/// Says in SQL which rows of a table, named x, fulfil a query. Values are parameters, $1 the merchant. Each criterion has an index in
/// 0007-payments.sql or 0009-refunds.sql, a key, or an index that it names.
/// </summary>
internal sealed class ListStatement
{
    /// <summary>The condition of the indexes payment_changed_apart and refund_changed_apart.</summary>
    private const string ChangedApart =
        "abs(date_part('epoch', x.status_at "
        + "- to_timestamp(('x' || encode(substring(uuid_send(x.id) FROM 1 FOR 6), 'hex'))::bit(48)::bigint::float8 / 1000))) > 3600";

    private static readonly TimeSpan Apart = TimeSpan.FromHours(1);

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
        if (table == "instrument")
            _where.Append(" AND x.standing <> 'removed'");
        foreach (var criterion in query.Criteria)
            _where.Append(" AND ").Append(Of(criterion));
    }

    /// <summary>Adds what the other statements' plans rest on, for the transaction.</summary>
    public void AddSettings(NpgsqlBatch batch)
    {
        // The best plan depends on the values: what is rare is found by its index, what is common by going through the list.
        batch.Statement("SET LOCAL plan_cache_mode = force_custom_plan");
        // PostgreSQL would else look for a common value in the order of the table, which is not the order of the list.
        batch.Statement("SET LOCAL enable_seqscan = off");
        // What has no criterion is gone through in its order. In a table that grew since it was last looked at, PostgreSQL takes the
        // merchant's rows for few, and would gather and sort all of them.
        if (_query.Criteria.Count == 0)
            batch.Statement("SET LOCAL enable_bitmapscan = off");
    }

    /// <summary>
    /// Adds what the statements that read the items rest on, for the rest of the transaction: the ids drive them.
    /// </summary>
    public static void AddSettingsOfItems(NpgsqlBatch batch) => batch.Statement($"SELECT {OnePlan.Setting}");

    /// <summary>Adds the statement that finds the ids of a part of the list, and one more where there is more.</summary>
    public void AddPage(NpgsqlBatch batch)
    {
        var taken = _parameters.Count;
        var (order, beyond) = _query.IsNewestFirst ? (" DESC", '<') : ("", '>');
        var after = _query.After is { } id ? $" AND x.id {beyond} {Next(id)}" : "";
        var part = $"SELECT x.id FROM {_table} x WHERE {_where}{after}";
        var inOrder = $"ORDER BY x.merchant_id{order}, x.id{order}";
        var page = $"OFFSET {Next(_query.Offset)} LIMIT {Next(_query.Limit + 1L)}";
        if (IdsOfTime() is not { } ids)
        {
            Add(batch, $"{part} {inOrder} {page}");
        }
        else
        {
            var (first, beyondLast, most) =
                (Next(ids.First), Next(ids.BeyondLast),
                Next(_query.Offset > long.MaxValue - int.MaxValue ? long.MaxValue : _query.Offset + _query.Limit + 1L));
            // Those apart are few. Asked for in order they would be looked for along the primary key, as the planner does not know that.
            Add(batch, $"""
                SELECT found.id
                  FROM (({part} AND x.id >= {first} AND x.id < {beyondLast} {inOrder} LIMIT {most})
                        UNION ALL
                        ({part} AND (x.id < {first} OR x.id >= {beyondLast}) AND {ChangedApart})) found
                 ORDER BY found.id{order} {page}
                """);
        }

        _parameters.RemoveRange(taken, _parameters.Count - taken);
    }

    /// <summary>Adds the statement that counts all that fulfil the criteria, up to the query's bound.</summary>
    public void AddCount(NpgsqlBatch batch)
    {
        var taken = _parameters.Count;
        // In the order in which an index has them that finds them, so that it is counted along that one: in no order, what most are would
        // be gathered whole first, and what is since some time be looked for among all that is older.
        var order = IdsOfTime() is not null ? "x.status_at" : _query.Criteria.OfType<AmountCriterion>().Any() ? "x.amount_major"
            : "x.merchant_id, x.id";
        Add(
            batch,
            $"SELECT count(*) FROM (SELECT FROM {_table} x WHERE {_where} ORDER BY {order} LIMIT {Next(_query.CountsUpTo)}) counted");
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

    /// <summary>
    /// The ids of the time within which items are asked for that came to stand as they do, and of an hour around it; null where any time
    /// will do.
    /// </summary>
    private (Guid First, Guid BeyondLast)? IdsOfTime()
    {
        if (_query.Criteria.OfType<StatusAtCriterion>().FirstOrDefault() is not { Times.Count: > 0 } asked)
            return null;
        var from = asked.Times.All(time => time.From is not null) ? asked.Times.Min(time => time.From!.Value) : DateTimeOffset.UnixEpoch;
        var to = asked.Times.All(time => time.To is not null) ? asked.Times.Max(time => time.To!.Value) : DateTimeOffset.MaxValue;
        return (IdTime.First(from.ToUnixTimeMilliseconds() - (long)Apart.TotalMilliseconds),
            IdTime.First(to.ToUnixTimeMilliseconds() + (long)Apart.TotalMilliseconds + 1));
    }

    private string Of(Criterion criterion) => criterion switch
    {
        IdCriterion ids => OneOf("x.id", ids.Ids),
        NumberCriterion one => $"x.number = {Next(one.Number)}",
        AccountCriterion accounts => OneOf("x.account_id", accounts.Accounts),
        StatusCriterion<PaymentStatus> payments => OneOf("x.status", [.. payments.Statuses.Select(Words.Of)]),
        StatusCriterion<RefundStatus> refunds => OneOf("x.status", [.. refunds.Statuses.Select(Words.Of)]),
        StatusAtCriterion times => Any(times.Times, time => Within("x.status_at", time, moment => Next(moment.UtcDateTime))),
        RefundedAtCriterion times => Any(times.Times, RefundedWithin),
        // Indexes: refund_of_payment, and the key of the refunds that it finds.
        PaymentCriterion one => "x.id = ANY(ARRAY(SELECT coalesce(r.share_of, r.id) FROM refund r WHERE r.merchant_id = $1 "
            + $"AND r.payment_id = {Next(one.Payment.Value)}))",
        AmountCriterion amounts => Any(amounts.MajorUnits, major => Within("x.amount_major", major, Next)),
        CorrelatorCriterion correlators => OneOf("(x.details ->> 'correlatorId')", correlators.Correlators),
        MethodCriterion methods => OneOf("x.said_method", Methods(methods)),
        // Indexes: charge_open of an account, charge_open_by_id of all.
        OpenCriterion one => one.IsOpen ? "x.is_open" : "NOT x.is_open",
        DueCriterion due => $"x.due_on <= {Next(due.Last)}",
        // Index: payment_with_credit.
        UnallocatedCriterion => "x.status = 'captured' AND x.has_credit",
        ChargeCriterion one => Settles(one.Charge),
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "A list has no such criterion."),
    };

    /// <summary>Of one value the index gives the rows in the order of the list; of several they are sorted.</summary>
    private string OneOf<T>(string column, IReadOnlyList<T> values) =>
        values is [var one] ? $"{column} = {Next(one)}" : $"{column} = ANY({Next(values.ToArray())})";

    /// <summary>Of the payments of the charge's account each is asked by its own transfers.</summary>
    private string Settles(Reference charge)
    {
        var named = $"FROM reference r WHERE r.merchant_id = $1 AND r.dialect = {Next(charge.Dialect)} AND r.kind = {Next(charge.Kind)} "
            + $"AND r.value = {Next(charge.Value)}";
        return $"""
            x.account_id = (SELECT r.account_id {named})
              AND (SELECT sum({TransferSql.SettledMinor})
                     FROM transfer t
                    CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.debit_id LIMIT 1) d
                    CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.credit_id LIMIT 1) c
                    WHERE t.merchant_id = $1 AND t.subject_id = x.id AND t.charge_id = (SELECT r.object_id {named})) > 0
            """;
    }

    private static string[] Methods(MethodCriterion criterion)
    {
        string[] methods = [.. criterion.Said, .. criterion.Methods.Select(method => ":" + Words.Of(method))];
        return criterion.Instruments ? [.. methods, ":instrument"] : methods;
    }

    private string RefundedWithin(Range<DateTimeOffset> time)
    {
        const string Said = "(x.details ->> 'refundDate')";
        var said = Within(Said, time, moment => Next(moment.UtcDateTime.ToString("O")));
        return $"({Said} IS NOT NULL AND {said}) OR ({Said} IS NULL AND x.status = 'done' AND "
            + $"{Within("x.status_at", time, moment => Next(moment.UtcDateTime))})";
    }

    private static string Any<T>(IReadOnlyList<T> alternatives, Func<T, string> sql) =>
        alternatives.Count == 0 ? "false" : $"({string.Join(" OR ", alternatives.Select(alternative => $"({sql(alternative)})"))})";

    private static string Within<T>(string column, Range<T> range, Func<T, string> next)
        where T : struct
    {
        var from = range.From is { } lower ? $"{column} {(range.ExcludesFrom ? ">" : ">=")} {next(lower)}" : "true";
        return range.To is { } upper ? $"{from} AND {column} {(range.ExcludesTo ? "<" : "<=")} {next(upper)}" : from;
    }
}
