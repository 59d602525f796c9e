using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>
/// Reads customers and their orders. The keys of a part drive, as when a batch is prefetched: each finds its rows by a named index.
/// </summary>
public sealed class Orders(NpgsqlDataSource database) : IOrders
{
    // The columns at which the parts of a row begin.
    private static readonly int NamesAt = Tables.Order.Width;
    private static readonly int AccountAt = NamesAt + 2;
    private static readonly int AccountNamesAt = AccountAt + Tables.Account.Width;
    private static readonly int ChargeAt = AccountNamesAt + 2;

    /// <inheritdoc/>
    public Task<IReadOnlyList<OrderStanding>> OrdersAsync(OrderQuery query, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<OrderStanding>>(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        AddPage(batch, query);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        List<OrderStanding> orders = [];
        List<Charge> charges = [];
        while (await reader.ReadAsync(cancel))
        {
            var order = Tables.Order.Read(reader, 0);
            if (orders.Count == 0 || orders[^1].Order.Id != order.Id)
            {
                charges = [];
                var customer = new NamedAccount(Tables.Account.Read(reader, AccountAt), Names(reader, query, AccountNamesAt));
                orders.Add(new OrderStanding(order, Names(reader, query, NamesAt), customer, charges));
            }

            if (!reader.IsDBNull(ChargeAt))
                charges.Add(Tables.Charge.Read(reader, ChargeAt));
        }

        return orders;
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<NamedAccount>> CustomersAsync(Reference first, int limit, CancellationToken cancel) => database.AllAsync(
        $"""
        SELECT {Tables.Account.Of("a", "h")}, r.value
          FROM (SELECT r.value, r.object_id FROM reference r
                 WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value > $4 ORDER BY r.value LIMIT $5) r
         CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = r.object_id LIMIT 1) a
          LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = a.id LIMIT 1) h ON true
         ORDER BY r.value
        """,
        command => command.With(first.Merchant.Value).With(first.Dialect).With(first.Kind).With(first.Value).With(limit),
        row => new NamedAccount(Tables.Account.Read(row, 0), [first with { Value = row.GetString(Tables.Account.Width) }]), cancel);

    /// <inheritdoc/>
    public Task<Guid?> ObjectAsync(Reference name, CancellationToken cancel) => database.FirstAsync<Guid?>(
        "SELECT r.object_id FROM reference r WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value = $4",
        command => command.With(name.Merchant.Value).With(name.Dialect).With(name.Kind).With(name.Value),
        row => row.GetGuid(0), cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<Reference>>> NamesAsync(
        MerchantId merchant, string dialect, IReadOnlyCollection<Guid> objects, CancellationToken cancel)
    {
        // Index: reference_by_object.
        var names = await database.AllAsync(
            """
            SELECT k.id, r.kind, r.value FROM unnest($3::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT r.* FROM reference r WHERE r.merchant_id = $1 AND r.object_id = k.id AND r.dialect = $2 OFFSET 0) r
             ORDER BY k.id, r.kind, r.value
            """,
            command => command.With(merchant.Value).With(dialect).With(objects.ToArray()),
            row => (Object: row.GetGuid(0), Name: new Reference(merchant, dialect, row.GetString(1), row.GetString(2))), cancel);
        return names.GroupBy(name => name.Object)
            .ToDictionary(of => of.Key, of => (IReadOnlyList<Reference>)[.. of.Select(name => name.Name)]);
    }

    /// <inheritdoc/>
    public async Task<(Money Credit, Money Open)> StandingAsync(
        Account account, IReadOnlyCollection<string> purposes, string label, CancellationToken cancel)
    {
        // Index: charge_open. One statement, so that a payment is not seen as credit and as open debt at once.
        var rows = await database.AllAsync(
            $"""
            SELECT coalesce((SELECT sum(l.credits_minor - l.debits_minor) FROM unnest($3::uuid[]) k(id)
                              CROSS JOIN LATERAL (SELECT l.* FROM ledger_account l WHERE l.merchant_id = $1
                                  AND l.id = k.id LIMIT 1) l), 0)::bigint,
                   coalesce((SELECT sum({ChargeSql.OpenMinor("c")}) FROM charge c
                              WHERE c.account_id = $2 AND c.merchant_id = $1 AND c.is_open AND c.label = $4 AND c.currency = $5), 0)::bigint
            """,
            command => command.With(account.Id.Merchant.Value).With(account.Id.Value)
                .With(purposes.Select(purpose => Chart.Credit(account, purpose, account.Currency).ToId()).ToArray())
                .With(label).With(account.Currency.Code),
            row => (new Money(row.GetInt64(0), account.Currency), new Money(row.GetInt64(1), account.Currency)), cancel);
        return rows[0];
    }

    private static void AddPage(NpgsqlBatch batch, OrderQuery query)
    {
        var of = (query.Account, query.Order) switch
        {
            (_, not null) => "o.id = $5",
            (not null, null) => "o.account_id = $5",
            (null, null) => "true",
        };
        // Indexes: customer_order_of_account, reference_by_object, charge_of_order. A part begins behind the order that the last one ended
        // with.
        var command = batch.Statement($"""
            SELECT {Tables.Order.Of("o")}, n.kinds, n.names, {Tables.Account.Of("a", "h")}, m.kinds, m.names, {Tables.Charge.Selected}
              FROM (SELECT o.* FROM customer_order o
                     WHERE o.merchant_id = $1 AND {of} AND o.id > $3
                       AND EXISTS (SELECT FROM reference r WHERE r.merchant_id = $1 AND r.object_id = o.id AND r.dialect = $2)
                     ORDER BY o.merchant_id, o.id LIMIT $4) o
             CROSS JOIN LATERAL ({NamesOf("o.id")}) n
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = o.account_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = o.account_id LIMIT 1) h ON true
             CROSS JOIN LATERAL ({NamesOf("o.account_id")}) m
              LEFT JOIN LATERAL (SELECT c.* FROM charge c WHERE c.merchant_id = $1 AND c.order_id = o.id OFFSET 0) x ON true
             ORDER BY o.id, x.due_on, x.number
            """)
            .With(query.Merchant.Value).With(query.Dialect).With(query.After?.Value ?? Guid.Empty).With(query.Limit);
        if ((query.Order?.Value ?? query.Account?.Value) is { } id)
            command.With(id);
    }

    private static string NamesOf(string @object) => $"""
        SELECT array_agg(r.kind ORDER BY r.kind, r.value) AS kinds, array_agg(r.value ORDER BY r.kind, r.value) AS names
          FROM reference r WHERE r.merchant_id = $1 AND r.object_id = {@object} AND r.dialect = $2
        """;

    private static IReadOnlyList<Reference> Names(NpgsqlDataReader row, OrderQuery query, int first) => row.IsDBNull(first)
        ? []
        : [.. row.GetFieldValue<string[]>(first)
            .Zip(row.GetFieldValue<string[]>(first + 1), (kind, name) => new Reference(query.Merchant, query.Dialect, kind, name))];
}
