using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>The index that leads to the payments of a list.</summary>
internal enum PaymentSourceKind
{
    Time,
    Status,
    Failures,
    Refunds,
    Disputes,
    Amounts,
    Found,

    /// <summary>The index of the order; what narrows the list is a condition.</summary>
    Order,
}

/// <summary>The last payment of one part of a list, behind which the next part begins.</summary>
internal sealed record PaymentPlace(Guid Id, long Number, decimal? Amount);

/// <summary>Where the rows of a list come from.</summary>
internal sealed record PaymentSource(PaymentSourceKind Kind)
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
internal sealed class PaymentListStatement
{
    private const string Always = "true";
    private readonly List<Action<NpgsqlBatchCommand>> _parameters = [];
    private readonly StringBuilder _conditions = new(Always);
    private readonly PaymentOrder _order;
    private readonly string _bounds;
    private readonly List<string> _sources = [];
    private readonly string? _accounts;
    private readonly string? _returned;
    private readonly bool _looksForNames;

    public PaymentListStatement(MerchantId merchant, PaymentFilter filter, PaymentSource source, PaymentPlace? place)
    {
        _order = filter.Order;
        var whose = $"p.merchant_id = {Add(merchant.Value)}";
        var within = Within(filter, place);
        _bounds = whose + within("p.id");
        // Indexes: payment's key, payment_not_captured, payment_by_amount; each in the order of ids.
        IEnumerable<string> rarest = source.Kind switch
        {
            PaymentSourceKind.Time or PaymentSourceKind.Refunds or PaymentSourceKind.Disputes or PaymentSourceKind.Order => [""],
            PaymentSourceKind.Status => [StandsAs(filter.Status!.Value)],
            PaymentSourceKind.Failures => [StandsAs(PaymentStatus.Declined), StandsAs(PaymentStatus.Failed)],
            PaymentSourceKind.Amounts => [AmountsOf(filter)],
            PaymentSourceKind.Found => [$" AND p.id = ANY({Add(source.Ids)})"],
        };
        if (source.Kind == PaymentSourceKind.Order)
        {
            // Indexes: payment_by_amount, payment_number_once; each in the order of the list.
            _sources.Add(whose + Behind(place));
            _conditions.Append(within("p.id"));
            _looksForNames = filter.Search is { Amounts.Count: 0 };
            if (_looksForNames)
                _conditions.Append(NamedBy(source));
            else if (filter.Search is not null)
                _conditions.Append(AmountsOf(filter));
        }
        else
        {
            _sources.AddRange(rarest.Select(rare => _bounds + Behind(place) + rare));
            if (source.Kind is PaymentSourceKind.Refunds or PaymentSourceKind.Disputes)
            {
                var table = source.Kind == PaymentSourceKind.Refunds ? "refund" : "dispute";
                _returned = $"{table} p WHERE {whose}{within("p.payment_id")} AND p.payment_id IS NOT NULL";
            }

            if (source.Correlator is { } correlator)
                _sources.Add($"{_bounds} AND p.details ->> 'correlatorId' = {Add(correlator)}");
            _accounts = source.Accounts.Length > 0 ? Add(source.Accounts) : null;
        }

        AddConditions(filter, source);
    }

    /// <summary>Whether some searched rows may not match.</summary>
    public bool HasConditions => _conditions.Length > Always.Length;

    /// <summary>The columns that the order and the conditions need; without any, the index has all of them.</summary>
    private string Columns => (HasConditions, _order.By) switch
    {
        (false, PaymentColumn.Received) => "p.id",
        (false, _) => "p.id, p.number, p.amount_major",
        (true, _) => "p.id, p.number, p.status, p.method, p.dialect, p.currency, p.amount_major, p.refunded_minor"
            + (_looksForNames ? ", p.account_id, p.details" : ""),
    };

    public string Conditions => _conditions.ToString();

    private string Direction => _order.IsAscending ? "ASC" : "DESC";

    private string Sorted => _order.By switch
    {
        PaymentColumn.Received => $"p.id {Direction}",
        PaymentColumn.Number => $"p.number {Direction}",
        PaymentColumn.Amount => $"p.amount_major {Direction}, p.merchant_id {Direction}, p.id {Direction}",
    };

    /// <summary>The searched rows, in the order of the list.</summary>
    public string Looked(int looks)
    {
        // Indexes: refund_of_payment and dispute_of_payment, in the order of payments' ids.
        if (_returned is not null)
        {
            return $"""
                SELECT {Columns} FROM (SELECT DISTINCT p.payment_id AS id FROM {_returned} ORDER BY p.payment_id {Direction}
                                        LIMIT {looks}) b
                 CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = b.id LIMIT 1) p
                 ORDER BY p.id {Direction}
                """;
        }

        // Indexes: those above, payment_by_correlator, and payment_of_account for each customer; each in the order of ids.
        var parts = _sources.ConvertAll(source => $"SELECT {Columns} FROM payment p WHERE {source} ORDER BY {Sorted} LIMIT {looks}");
        if (_accounts is not null)
        {
            parts.Add($"""
                SELECT {Columns} FROM unnest({_accounts}) a(id)
                 CROSS JOIN LATERAL (SELECT {Columns} FROM payment p WHERE {_bounds} AND p.account_id = a.id
                     ORDER BY p.id {Direction} LIMIT {looks}) p
                """);
        }

        return parts is [var only] ? only
            : $"SELECT {Columns} FROM (({string.Join(") UNION (", parts)})) p ORDER BY p.id {Direction} LIMIT {looks}";
    }

    public void AddTo(NpgsqlBatchCommand command)
    {
        foreach (var add in _parameters)
            add(command);
    }

    private void AddConditions(PaymentFilter filter, PaymentSource source)
    {
        if (filter.Status is { } status && source.Kind != PaymentSourceKind.Status)
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
                 AND ({PaymentLists.LastReason}) = {Add(Words.Of(reason))}
                """);
        }

        if (filter.Method is { } method)
            _conditions.Append($" AND p.method = {Add(Words.Of(method))}");
        if (filter.Dialect is { } dialect)
            _conditions.Append($" AND p.dialect = {Add(dialect)}");
        if (filter.Currency is { } currency)
            _conditions.Append($" AND p.currency = {Add(currency)}");
        if (filter.Least is { } least)
            _conditions.Append($" AND p.amount_major >= {Add(PaymentLists.Figure(least))}");
        if (filter.Most is { } most)
            _conditions.Append($" AND p.amount_major <= {Add(PaymentLists.Figure(most))}");
    }

    /// <summary>The time of the list, and in the order of time its place, as a condition on an id, which begins so.</summary>
    private Func<string, string> Within(PaymentFilter filter, PaymentPlace? place)
    {
        List<string> bounds = [];
        if (filter.Until is { } until)
            bounds.Add($"< {Add(IdTime.First(until))}");
        if (filter.From is { } from)
            bounds.Add($">= {Add(IdTime.First(from))}");
        if (place is not null && _order.By == PaymentColumn.Received)
            bounds.Add($"{(_order.IsAscending ? '>' : '<')} {Add(place.Id)}");
        return id => string.Concat(bounds.Select(bound => $" AND {id} {bound}"));
    }

    /// <summary>The place as a condition in an order that does not follow the time.</summary>
    private string Behind(PaymentPlace? place)
    {
        var beyond = _order.IsAscending ? '>' : '<';
        return _order.By switch
        {
            PaymentColumn.Received => "",
            PaymentColumn.Number => place is null ? "" : $" AND p.number {beyond} {Add(place.Number)}",
            PaymentColumn.Amount => " AND p.amount_major IS NOT NULL" + (place is not { Amount: { } amount, Id: var id } ? ""
                : $" AND (p.amount_major, p.merchant_id, p.id) {beyond} ({Add(amount)}, $1, {Add(id)})"),
        };
    }

    private string NamedBy(PaymentSource source) =>
        $" AND (p.id = ANY({Add(source.Ids)}) OR p.account_id = ANY({Add(source.Accounts)})"
        + (source.Correlator is { } correlator ? $" OR p.details ->> 'correlatorId' = {Add(correlator)})" : ")");

    private string StandsAs(PaymentStatus status) => $" AND p.status <> 'captured' AND p.status = {Add(Words.Of(status))}";

    private string AmountsOf(PaymentFilter filter) => filter.Search is { } search
        ? search.Amounts is [var only]
            ? $" AND p.amount_major = {Add(PaymentLists.Figure(only))}"
            : $" AND p.amount_major = ANY({Add(search.Amounts.Select(PaymentLists.Figure).ToArray())})"
        : $" AND p.amount_major = {Add(PaymentLists.Figure(filter.Least!))}";

    private string Add<T>(T value)
    {
        _parameters.Add(command => command.With(value));
        return $"${_parameters.Count}";
    }
}
