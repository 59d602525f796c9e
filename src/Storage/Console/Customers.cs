using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>
/// A customer in a list. <c>FoundBy</c> is the reference that matched the search; null where the name did, or without a search.
/// </summary>
public sealed record CustomerRow(
    Account Account, IReadOnlyList<Reference> Names, IReadOnlyList<Money> Open, IReadOnlyList<Money> Credit, Reference? FoundBy);

/// <summary>What customers are sorted by.</summary>
public enum CustomerColumn
{
    /// <summary>When the account was opened.</summary>
    Opened,

    /// <summary>The name, by its letters as the index has them. Customers without a name are left out.</summary>
    Name,
}

/// <summary>The order of the list of customers.</summary>
public readonly record struct CustomerOrder(CustomerColumn By, bool IsAscending)
{
    /// <summary>The newest first.</summary>
    public static CustomerOrder Newest { get; }
}

/// <summary>
/// The last customer of one part of the list, behind which the next part begins. <c>Text</c> is the name or reference that matched.
/// </summary>
public sealed record CustomerPlace(string Text, Guid Account);

public sealed record CustomerPage(IReadOnlyList<CustomerRow> Rows, CustomerPlace? Next);

/// <summary>The overdue charges of a customer in one currency. <c>IsAll</c> is false where there are more than were added up.</summary>
public sealed record Overdue(Money Amount, long Charges, DateOnly Oldest, bool IsAll);

/// <summary>
/// The page of a customer: each list has at most <see cref="CustomerReading.Shown"/> items, and one more where there are more.
/// </summary>
public sealed record CustomerDetails(
    NamedAccount Customer, IReadOnlyList<LedgerTotals> Ledger, IReadOnlyList<Charge> OpenCharges, IReadOnlyList<Overdue> Overdue,
    IReadOnlyList<Instrument> Instruments, IReadOnlyList<(Order Order, IReadOnlyList<Reference> Names)> Orders,
    IReadOnlyList<Session> Sessions,
    IReadOnlyList<Booking> Bookings, IReadOnlyList<Payment> Payments)
{
    /// <summary>Its own events, the oldest first.</summary>
    public required IReadOnlyList<StoryEvent> Events { get; init; }

    /// <summary>The actions of operators in the requests of those.</summary>
    public required IReadOnlyList<KeptAction> Actions { get; init; }

    /// <summary>The accounts of the same person that are merged into it.</summary>
    public required IReadOnlyList<Account> Merged { get; init; }
}

/// <summary>Reads customers for the console.</summary>
public sealed class CustomerReading(NpgsqlDataSource database)
{
    /// <summary>The most items of each list on the page of a customer.</summary>
    public const int Shown = 20;

    /// <summary>The payments of a customer are added up to this number, the latest first.</summary>
    public const int PaymentsAdded = 2000;

    private const int OverdueCounted = 10_000;
    private const int MostEvents = 100;

    // The next part of a list passes at most this many customers of the same name.
    private const int SameNameLimit = 2000;

    /// <summary>Behind all others.</summary>
    internal const string LastCharacter = "\U0010FFFF";

    /// <summary>
    /// A part of the list: all customers in an order; or those whose name has the search, or whose reference begins with it, in the order
    /// of that.
    /// </summary>
    public Task<CustomerPage> ListAsync(
        MerchantId merchant, string search, CustomerOrder order, CustomerPlace? after, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var found = search.Length > 0 ? await FoundAsync(snapshot, merchant, search, after, limit + 1)
                : order.By == CustomerColumn.Name ? await ByNameAsync(snapshot, merchant, order.IsAscending, after, limit + 1)
                : await OpenedAsync(snapshot, merchant, order.IsAscending, after, limit + 1);
            var hasMore = found.Count > limit;
            if (hasMore)
                found.RemoveAt(limit);
            var ids = found.Select(row => row.Account.Id.Value).Distinct().ToArray();
            var names = await NamesAsync(snapshot, merchant, ids);
            var balances = await BalancesAsync(snapshot, merchant, ids);
            var next = hasMore ? new CustomerPlace(found[^1].Matched, found[^1].Account.Id.Value) : null;
            return new CustomerPage(
                [.. found.DistinctBy(row => row.Account.Id).Select(row => new CustomerRow(
                    row.Account, [.. names[row.Account.Id.Value]], Sums(balances[row.Account.Id.Value], LedgerKind.Receivable),
                    Sums(balances[row.Account.Id.Value], LedgerKind.Credit), row.By))],
                next);
        }, cancel);

    /// <summary>An account with its references; null where the merchant has none of that id.</summary>
    public Task<NamedAccount?> FindAsync(AccountId account, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, snapshot => FindAsync(snapshot, account), cancel);

    /// <summary>The money that came from a customer, without what went back, by currency; and whether all payments are added up.</summary>
    public async Task<(IReadOnlyList<Money> Sums, bool IsAll)> PaidAsync(AccountId account, CancellationToken cancel)
    {
        var sums = await database.AllAsync(
            // Index: payment_of_account, backwards.
            """
            SELECT p.currency, sum(p.amount_minor - p.reversed_minor - p.refunded_minor)
                     FILTER (WHERE p.status = 'captured' AND p.currency IS NOT NULL)::bigint, count(*)::int
              FROM (SELECT p.* FROM payment p WHERE p.account_id = $2 AND p.merchant_id = $1
                     ORDER BY p.account_id DESC, p.merchant_id DESC, p.id DESC LIMIT $3) p
             GROUP BY 1 ORDER BY 1
            """,
            command => command.With(account.Merchant.Value).With(account.Value).With(PaymentsAdded),
            row => (Sum: row.IsDBNull(1) ? default(Money?) : new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))),
                Payments: row.GetInt32(2)), cancel);
        return ([.. sums.Select(one => one.Sum).OfType<Money>()], sums.Sum(one => one.Payments) < PaymentsAdded);
    }

    /// <summary>
    /// The way in which money came last of some ways: from the customer, among its latest payments, else from any of the merchant's; null
    /// where none came so.
    /// </summary>
    /// <param name="methods">The ways, in the words of the books.</param>
    public async Task<string?> LastMethodAsync(AccountId account, string[] methods, CancellationToken cancel)
    {
        const int latest = 100;
        var found = await database.AllAsync(
            // Indexes: payment_of_account, payment_by_method.
            """
            (SELECT p.method, 1 AS nth
               FROM (SELECT p.id, p.method, p.said_method FROM payment p WHERE p.merchant_id = $1 AND p.account_id = $2
                      ORDER BY p.id DESC LIMIT $4) p
              WHERE p.method = ANY($3) AND p.said_method = ':' || p.method ORDER BY p.id DESC LIMIT 1)
            UNION ALL
            (SELECT w.method, 2
               FROM unnest($3) w(method)
              CROSS JOIN LATERAL (SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.said_method = ':' || w.method
                                   ORDER BY p.id DESC LIMIT 1) p
              ORDER BY p.id DESC LIMIT 1)
             ORDER BY nth
            """,
            command => command.With(account.Merchant.Value).With(account.Value).With(methods).With(latest), row => row.GetString(0),
            cancel);
        return found is [var first, ..] ? first : null;
    }

    /// <summary>The payments of an account that have credit, as a merge wants them.</summary>
    public Task<IReadOnlyList<PaymentId>> CreditsAsync(AccountId account, CancellationToken cancel) => database.AllAsync(
        // Index: payment_of_account.
        "SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.account_id = $2 AND p.has_credit",
        command => command.With(account.Merchant.Value).With(account.Value), row => new PaymentId(account.Merchant, row.GetGuid(0)),
        cancel);

    internal static async Task<NamedAccount?> FindAsync(Snapshot snapshot, AccountId account)
    {
        var found = await snapshot.FirstAsync(
            $"""
            SELECT {Tables.Account.Of("a", "h")}, {Tables.AccountContact.Of("c")}
              FROM account a LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = a.id
              LEFT JOIN account_contact c ON c.merchant_id = $1 AND c.account_id = a.id
             WHERE a.merchant_id = $1 AND a.id = $2
            """,
            command => command.With(account.Merchant.Value).With(account.Value),
            row => new NamedAccount(Tables.Account.Read(row), []) { Contact = ContactReading.Read(row, Tables.Account.Width) });
        if (found is null)
            return null;
        var names = await NamesAsync(snapshot, account.Merchant, [account.Value]);
        return found with { Names = [.. names[account.Value]] };
    }

    private static Task<List<Match>> OpenedAsync(
        Snapshot snapshot, MerchantId merchant, bool isAscending, CustomerPlace? after, int limit)
    {
        var (beyond, direction) = isAscending ? ('>', "ASC") : ('<', "DESC");
        // Index: the primary key. Ids begin with the time.
        return snapshot.AllAsync(
            $"""
            SELECT {Tables.Account.Of("a", "h")}
              FROM (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id {beyond} $2
                     ORDER BY a.merchant_id {direction}, a.id {direction} LIMIT $3) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = a.id LIMIT 1) h ON true
             ORDER BY a.id {direction}
            """,
            command => command.With(merchant.Value).With(after?.Account ?? (isAscending ? Guid.Empty : Guid.AllBitsSet)).With(limit),
            row => new Match(Tables.Account.Read(row, 0), "", null));
    }

    private static Task<List<Match>> ByNameAsync(
        Snapshot snapshot, MerchantId merchant, bool isAscending, CustomerPlace? after, int limit) => snapshot.AllAsync(
        $"""
        SELECT {Tables.Account.Of("a", "h")}, x.matched
          FROM (SELECT f.* FROM ({Named(isAscending)} LIMIT $4 + $5) f
                 WHERE f.matched {(isAscending ? "~>~" : "~<~")} $2 OR f.account_id {(isAscending ? '>' : '<')} $3
                 ORDER BY f.matched USING {(isAscending ? "~<~" : "~>~")}, f.account_id {(isAscending ? "ASC" : "DESC")} LIMIT $4) x
         CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
         CROSS JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.account_id LIMIT 1) h
         ORDER BY x.matched USING {(isAscending ? "~<~" : "~>~")}, a.id {(isAscending ? "ASC" : "DESC")}
        """,
        command => command.With(merchant.Value).With(after?.Text ?? (isAscending ? "" : LastCharacter))
            .With(after?.Account ?? (isAscending ? Guid.Empty : Guid.AllBitsSet)).With(limit).With(SameNameLimit),
        row => new Match(Tables.Account.Read(row, 0), row.GetString(Tables.Account.Width), null));

    /// <summary>The names from a place on, in their order. Index: account_holder_by_name, in the order of bytes.</summary>
    internal static string Named(bool isAscending) => $"""
        SELECT lower(n.name) AS matched, n.account_id FROM account_holder n
         WHERE n.merchant_id = $1 AND lower(n.name) {(isAscending ? "~>=~" : "~<=~")} $2
         ORDER BY lower(n.name) USING {(isAscending ? "~<~" : "~>~")}
        """;

    private static Task<List<Match>> FoundAsync(Snapshot snapshot, MerchantId merchant, string search, CustomerPlace? after, int limit)
    {
        var matched = Tables.Account.Width;
        // Indexes: reference_by_value and account_holder_by_name, both in the order of bytes, and account_holder_by_part. The order of
        // names must not choose the way to what is only a part of a name: OFFSET 0 keeps the two apart.
        var sql = $"""
            SELECT {Tables.Account.Of("a", "h")}, x.matched, x.dialect, x.kind
              FROM (SELECT f.* FROM (
                        (SELECT r.value AS matched, r.account_id, r.dialect, r.kind FROM reference r
                          WHERE r.merchant_id = $1 AND r.value ~>=~ $2 AND r.value ~<~ $3 AND r.value ~>=~ $5
                          ORDER BY r.value USING ~<~ LIMIT $4 + $7)
                        UNION ALL
                        (SELECT lower(n.name), n.account_id, NULL, NULL FROM account_holder n
                          WHERE n.merchant_id = $1 AND lower(n.name) ~>=~ lower($2) AND lower(n.name) ~<~ lower($3)
                              AND lower(n.name) ~>=~ $5
                          ORDER BY lower(n.name) USING ~<~ LIMIT $4 + $7)
                        UNION ALL
                        (SELECT p.name, p.account_id, NULL, NULL
                           FROM (SELECT lower(h.name) AS name, h.account_id FROM account_holder h
                                  WHERE h.merchant_id = $1 AND {NameSearch.Has(2)} OFFSET 0) p
                          WHERE p.name ~>=~ $5 AND NOT (p.name ~>=~ lower($2) AND p.name ~<~ lower($3))
                          ORDER BY p.name USING ~<~ LIMIT $4 + $7)) f
                     WHERE f.matched ~>~ $5 OR f.account_id > $6
                     ORDER BY f.matched USING ~<~, f.account_id LIMIT $4) x
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = x.account_id LIMIT 1) h ON true
             ORDER BY x.matched USING ~<~, a.id
            """;
        return snapshot.AllAsync(
            sql,
            command => command.With(merchant.Value).With(search).With(search + LastCharacter).With(limit)
                .With(after?.Text ?? "").With(after?.Account ?? Guid.Empty).With(SameNameLimit),
            row => new Match(Tables.Account.Read(row, 0), row.GetString(matched), row.IsDBNull(matched + 1) ? null
                : new Reference(merchant, row.GetString(matched + 1), row.GetString(matched + 2), row.GetString(matched))));
    }

    internal static async Task<ILookup<Guid, Reference>> NamesAsync(Snapshot snapshot, MerchantId merchant, Guid[] objects)
    {
        // Index: reference_by_object.
        var names = await snapshot.AllAsync(
            """
            SELECT k.id, r.dialect, r.kind, r.value FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT r.* FROM reference r WHERE r.object_id = k.id AND r.merchant_id = $1
                 AND NOT (r.dialect = $3 AND r.kind IN ('account-number', 'charge-number')) LIMIT 20) r
             ORDER BY k.id, r.dialect, r.kind, r.value
            """,
            command => command.With(merchant.Value).With(objects).With(Reference.House),
            row => (Object: row.GetGuid(0), Name: new Reference(merchant, row.GetString(1), row.GetString(2), row.GetString(3))));
        return names.ToLookup(name => name.Object, name => name.Name);
    }

    private static async Task<ILookup<Guid, LedgerTotals>> BalancesAsync(Snapshot snapshot, MerchantId merchant, Guid[] accounts)
    {
        // Index: ledger_account_of_holder. An account has few: one for each purpose and currency.
        var totals = await snapshot.AllAsync(
            $"""
            SELECT {LedgerRows.Columns} FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT l.* FROM ledger_account l WHERE l.holder_id = k.id AND l.merchant_id = $1 OFFSET 0) l
            """,
            command => command.With(merchant.Value).With(accounts), row => LedgerRows.Totals(row, merchant));
        return totals.ToLookup(total => total.Account.Holder);
    }

    private static IReadOnlyList<Money> Sums(IEnumerable<LedgerTotals> totals, LedgerKind kind) =>
    [
        .. totals.Where(total => total.Account.Kind == kind).GroupBy(total => total.Account.Currency)
            .Select(of => new Money(of.Sum(total => total.Balance.AmountMinor), of.Key))
            .Where(sum => sum.AmountMinor != 0).OrderBy(sum => sum.Currency.Code),
    ];

    /// <summary>The page of a customer, as of one moment; null where the merchant has none of that id.</summary>
    public Task<CustomerDetails?> DetailsAsync(AccountId account, DateOnly today, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
    {
        if (await FindAsync(snapshot, account) is not { } customer)
            return null;
        var orders = await OrdersAsync(snapshot, account);
        var names = await NamesAsync(snapshot, account.Merchant, [.. orders.Select(order => order.Id.Value)]);
        var events = await EventsAsync(snapshot, account);
        return new CustomerDetails(
            customer, await snapshot.OfHolderAsync(account.Merchant, account.Value),
            await snapshot.OpenChargesAsync(account, currency: null, Shown + 1),
            await OverdueAsync(snapshot, account, today), await InstrumentsAsync(snapshot, account),
            [.. orders.Select(order => (order, (IReadOnlyList<Reference>)[.. names[order.Id.Value]]))],
            await SessionsAsync(snapshot, account),
            await BookingsAsync(snapshot, customer), await PaymentsAsync(snapshot, account))
        {
            Events = events,
            Merged = await snapshot.AllAsync(
                // Index: account_merged_into.
                $"""
                SELECT {Tables.Account.Of("a", "h")}
                  FROM account a LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = a.id
                 WHERE a.merchant_id = $1 AND a.merged_into_id = $2 ORDER BY a.id LIMIT $3
                """,
                command => command.With(account.Merchant.Value).With(account.Value).With(Shown), Tables.Account.Read),
            Actions = await snapshot.ActionsAsync(account.Merchant, events.Select(each => each.Origin), MostEvents),
        };
    }, cancel);

    private static Task<List<StoryEvent>> EventsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: the primary key.
        $"""
        SELECT e.subject_id, e.sequence, e.type, {OriginRows.Columns}
          FROM (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = $2 ORDER BY e.sequence LIMIT $3) e
         {OriginRows.Credential}
         ORDER BY e.sequence
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(MostEvents),
        row => new StoryEvent(
            "account", row.GetGuid(0), row.GetInt32(1), Words.To<EventType>(row.GetString(2)), null, OriginRows.Read(row, 3)));

    private static Task<List<Overdue>> OverdueAsync(Snapshot snapshot, AccountId account, DateOnly today) => snapshot.AllAsync(
        // Index: charge_open.
        $"""
        SELECT c.currency, sum({ChargeSql.OpenMinor("c")})::bigint, count(*),
               min(c.due_on),
            sum(count(*)) OVER ()
          FROM (SELECT c.* FROM charge c
                 WHERE c.account_id = $2 AND c.merchant_id = $1 AND c.is_open AND c.due_on < $3 ORDER BY c.due_on, c.number LIMIT $4) c
         GROUP BY c.currency ORDER BY c.currency
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(today).With(OverdueCounted),
        row => new Overdue(
            new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))), row.GetInt64(2), row.GetFieldValue<DateOnly>(3),
            row.GetDecimal(4) < OverdueCounted));

    private static Task<List<Instrument>> InstrumentsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: instrument_of_account.
        $"""
        SELECT {Tables.Instrument.Selected}
          FROM instrument x {Tables.Instrument.Join} AND j.merchant_id = $1
         WHERE x.account_id = $2 AND x.merchant_id = $1
         ORDER BY x.standing = 'current' DESC, x.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown + 1), Tables.Instrument.Read);

    private static Task<List<Order>> OrdersAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: customer_order_of_account, backwards.
        $"""
        SELECT {Tables.Order.Selected}
          FROM customer_order x WHERE x.account_id = $2 AND x.merchant_id = $1
              ORDER BY x.account_id DESC, x.merchant_id DESC, x.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown + 1), Tables.Order.Read);

    private static Task<List<Session>> SessionsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: session_to_expire, which holds the few that are open.
        $"SELECT {Tables.Session.Selected} FROM session x WHERE x.status = 'open' AND x.account_id = $2 AND x.merchant_id = $1 ORDER BY "
        + "x.expires_at LIMIT $3",
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown), Tables.Session.Read);

    private static Task<List<Booking>> BookingsAsync(Snapshot snapshot, NamedAccount customer)
    {
        // A booking has an account of its own. The booking's id is its reference.
        var ids = customer.Names.Where(name => name.Kind == "booking")
            .Select(name => Guid.TryParse(name.Value, out var id) ? id : Guid.Empty).ToArray();
        return snapshot.AllAsync(
            $"""
            SELECT {Tables.Booking.Selected} FROM unnest($3::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT b.* FROM booking b WHERE b.merchant_id = $1 AND b.id = k.id AND b.account_id = $2 LIMIT 1) x
             {Tables.Booking.Join} AND j.merchant_id = $1 ORDER BY x.id
            """,
            command => command.With(customer.Account.Id.Merchant.Value).With(customer.Account.Id.Value).With(ids), Tables.Booking.Read);
    }

    private static Task<List<Payment>> PaymentsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: payment_of_account, backwards.
        $"""
        SELECT {Tables.Payment.Selected} FROM payment x
         WHERE x.account_id = $2 AND x.merchant_id = $1 ORDER BY x.account_id DESC, x.merchant_id DESC, x.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown / 2), Tables.Payment.Read);

    private sealed record Match(Account Account, string Matched, Reference? By);
}
