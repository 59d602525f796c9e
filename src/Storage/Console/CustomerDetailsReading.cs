using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;

namespace Quittance.Storage.Console;

/// <summary>Reads all that a customer's page shows, as of one moment. Every list is bounded, so that a customer with very much is as quick as any.</summary>
/// <param name="database">The books.</param>
public sealed class CustomerDetailsReading(NpgsqlDataSource database)
{
    /// <summary>How many of each thing are shown.</summary>
    public const int Shown = 20;

    private const int OverdueCounted = 10_000;

    /// <summary>Reads a customer; null where the merchant has none of that id.</summary>
    /// <param name="account">The customer's account.</param>
    /// <param name="today">The merchant's day: what was due before it is overdue.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<CustomerDetails?> FindAsync(AccountId account, DateOnly today, CancellationToken cancel) => Snapshot.ReadAsync(database, async snapshot =>
    {
        if (await CustomerReading.FindAsync(snapshot, account) is not { } customer)
            return null;
        var orders = await OrdersAsync(snapshot, account);
        var names = await CustomerReading.NamesAsync(snapshot, account.Merchant, [.. orders.Select(order => order.Id.Value)]);
        return new CustomerDetails(
            customer, await snapshot.OfHolderAsync(account.Merchant, account.Value), await OpenChargesAsync(snapshot, account),
            await OverdueAsync(snapshot, account, today), await InstrumentsAsync(snapshot, account),
            [.. orders.Select(order => (order, (IReadOnlyList<Reference>)[.. names[order.Id.Value]]))], await SessionsAsync(snapshot, account),
            await BookingsAsync(snapshot, customer), await PaymentsAsync(snapshot, account));
    }, cancel);

    private static Task<List<Charge>> OpenChargesAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: charge_open.
        $"SELECT {Rows.ChargeColumns} FROM charge x WHERE x.account_id = $2 AND x.merchant_id = $1 AND x.is_open ORDER BY x.due_on, x.number LIMIT $3",
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown + 1), row => Rows.Charge(row, 0));

    private static Task<List<Overdue>> OverdueAsync(Snapshot snapshot, AccountId account, DateOnly today) => snapshot.AllAsync(
        // Index: charge_open.
        """
        SELECT c.currency, sum(c.amount_minor - c.allocated_minor - c.credited_minor)::bigint, count(*), min(c.due_on), sum(count(*)) OVER ()
          FROM (SELECT c.* FROM charge c
                 WHERE c.account_id = $2 AND c.merchant_id = $1 AND c.is_open AND c.due_on < $3 ORDER BY c.due_on, c.number LIMIT $4) c
         GROUP BY c.currency ORDER BY c.currency
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(today).With(OverdueCounted),
        row => new Overdue(
            new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))), row.GetInt64(2), row.GetFieldValue<DateOnly>(3), row.GetDecimal(4) < OverdueCounted));

    private static Task<List<Instrument>> InstrumentsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: instrument_of_account.
        $"""
        SELECT {Rows.InstrumentColumns}
          FROM (SELECT i.*, {Rows.MandateColumns}
                  FROM instrument i LEFT JOIN mandate m ON m.merchant_id = i.merchant_id AND m.instrument_id = i.id AND m.merchant_id = $1
                 WHERE i.account_id = $2 AND i.merchant_id = $1) x
         ORDER BY x.standing = 'current' DESC, x.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown + 1), row => Rows.Instrument(row, 0));

    private static Task<List<Order>> OrdersAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: customer_order_of_account, backwards.
        $"""
        SELECT {Rows.OrderColumns}
          FROM customer_order x WHERE x.account_id = $2 AND x.merchant_id = $1 ORDER BY x.account_id DESC, x.merchant_id DESC, x.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown + 1), row => Rows.Order(row, 0));

    private static Task<List<Session>> SessionsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: session_to_expire, which holds the few that are open.
        $"SELECT {Rows.SessionColumns} FROM session x WHERE x.status = 'open' AND x.account_id = $2 AND x.merchant_id = $1 ORDER BY x.expires_at LIMIT $3",
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown), row => Rows.Session(row, 0));

    private static Task<List<Booking>> BookingsAsync(Snapshot snapshot, NamedAccount customer)
    {
        // A booking has an account of its own, which is called as the booking is.
        var ids = customer.Names.Where(name => name.Kind == "booking").Select(name => Guid.TryParse(name.Value, out var id) ? id : Guid.Empty).ToArray();
        return snapshot.AllAsync(
            $"""
            SELECT {Rows.BookingColumns} FROM unnest($3::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT b.* FROM booking b WHERE b.merchant_id = $1 AND b.id = k.id AND b.account_id = $2 LIMIT 1) x
             {Rows.BookingHolder} AND h.merchant_id = $1 ORDER BY x.id
            """,
            command => command.With(customer.Account.Id.Merchant.Value).With(customer.Account.Id.Value).With(ids), row => Rows.Booking(row, 0));
    }

    private static Task<List<Payment>> PaymentsAsync(Snapshot snapshot, AccountId account) => snapshot.AllAsync(
        // Index: payment_of_account, backwards.
        $"""
        SELECT {Rows.PaymentColumns} FROM payment x
         WHERE x.account_id = $2 AND x.merchant_id = $1 ORDER BY x.account_id DESC, x.merchant_id DESC, x.id DESC LIMIT $3
        """,
        command => command.With(account.Merchant.Value).With(account.Value).With(Shown / 2), row => Rows.Payment(row, 0));
}
