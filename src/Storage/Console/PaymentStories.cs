using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>Reads payments with all that happened around them, by keys and named indexes alone.</summary>
/// <param name="database">Where they are.</param>
public sealed class PaymentStories(NpgsqlDataSource database)
{
    private const int MostEvents = 500;
    private const int MostCharges = 100;
    private const int MostLines = 20;

    // The payment, its attempts and its refunds. Indexes: attempt_of_payment, refund_of_payment.
    private const string Subjects = """
        (SELECT $2::uuid AS id
          UNION ALL SELECT a.id FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = $2
          UNION ALL SELECT r.id FROM refund r WHERE r.merchant_id = $1 AND r.payment_id = $2)
        """;

    private readonly Books _books = new(database);

    /// <summary>A payment by its human number; null when the merchant has none.</summary>
    public async Task<PaymentStory?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        await _books.PaymentAsync(merchant, number, cancel) is { } view
            ? await SqlStates.ReachingAsync(() => ReadAsync(view, cancel))
            : null;

    /// <summary>What an account still owes in a currency, the longest due first.</summary>
    public Task<IReadOnlyList<Charge>> OpenChargesAsync(AccountId account, Currency currency, CancellationToken cancel) =>
        // Index: charge_open.
        database.ReadAllAsync(
            $"""
            SELECT {Rows.ChargeColumns} FROM charge x
             WHERE x.merchant_id = $1 AND x.account_id = $2 AND x.is_open AND x.currency = $3 ORDER BY x.due_on, x.number LIMIT {MostCharges}
            """,
            command => command.With(account.Merchant.Value).With(account.Value).With(currency.Code), Rows.Charge, cancel);

    /// <summary>What a payment that came to nothing could be tried again for; null where it named no charge, or none that is open.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="instrument">What it was made with.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<OpenClaims?> OpenClaimsAsync(PaymentId payment, InstrumentId instrument, CancellationToken cancel)
    {
        const string Claims = $"""
            SELECT least(k.amount_minor, x.amount_minor - x.allocated_minor - x.credited_minor), {Rows.ChargeColumns}
              FROM (SELECT k.* FROM claim k WHERE k.merchant_id = $1 AND k.payment_id = $2) k
             CROSS JOIN LATERAL (SELECT x.* FROM charge x WHERE x.merchant_id = $1 AND x.id = k.charge_id LIMIT 1) x
             WHERE x.is_open ORDER BY k.line
            """;
        // Index: reference_by_object.
        const string Names = "SELECT dialect, kind, value FROM reference WHERE object_id = $2 AND merchant_id = $1 LIMIT 1";
        // Index: payment_of_account.
        const string Newest = """
            SELECT n.id FROM payment p CROSS JOIN LATERAL (
                   SELECT n.id FROM payment n WHERE n.account_id = p.account_id AND n.merchant_id = $1 ORDER BY n.id DESC LIMIT 1) n
             WHERE p.merchant_id = $1 AND p.id = $2
            """;
        return SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection);
            batch.Statement(Claims).With(payment.Merchant.Value).With(payment.Value);
            batch.Statement(Names).With(instrument.Merchant.Value).With(instrument.Value);
            batch.Statement(Newest).With(payment.Merchant.Value).With(payment.Value);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            var claims = await AllAsync(reader, Claim, cancel);
            var names = await NextAsync(reader, row => new Reference(instrument.Merchant, row.GetString(0), row.GetString(1), row.GetString(2)), cancel);
            var newest = await NextAsync(reader, row => row.GetGuid(0), cancel);
            return claims.Count > 0 && names is [var name] ? new OpenClaims(name, claims, newest[0]) : null;
        });
    }

    /// <summary>Whether something has been done under a key before.</summary>
    public async Task<bool> IsDoneAsync(RequestKey key, CancellationToken cancel) => await AnsweredAsync(key, cancel) is not null;

    /// <summary>What was made or changed under a key before; null for nothing.</summary>
    public async Task<Guid?> AnsweredAsync(RequestKey key, CancellationToken cancel)
    {
        var kept = await database.ReadAllAsync(
            "SELECT subject_id FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
            command => command.With(key.Merchant.Value).With(key.Scope).With(key.Key).With(key.Line), (row, first) => row.GetGuid(first), cancel);
        return kept is [var subject] ? subject : null;
    }

    private async Task<PaymentStory> ReadAsync(PaymentView view, CancellationToken cancel)
    {
        var id = view.Payment.Id;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in Statements)
            batch.Statement(sql).With(id.Merchant.Value).With(id.Value);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var attempts = await AllAsync(reader, row => Rows.Attempt(row, 0), cancel);
        var refunds = await NextAsync(reader, row => Rows.Refund(row, 0), cancel);
        var disputes = await NextAsync(reader, row => Rows.Dispute(row, 0), cancel);
        var events = await NextAsync(reader, Event, cancel);
        var transfers = await NextAsync(reader, Transfer, cancel);
        var deliveries = await NextAsync(reader, Delivery, cancel);
        var actions = await NextAsync(reader, Action, cancel);
        var claims = await NextAsync(reader, Claim, cancel);
        var lines = await NextAsync(reader, SettlementRows.Line, cancel);
        var bookings = await NextAsync(reader, row => row.GetGuid(0), cancel);
        return new PaymentStory(view, attempts, refunds, disputes, events, transfers, deliveries, actions, claims)
        {
            Lines = lines,
            PaidBooking = bookings is [var booking] ? booking : null,
        };
    }

    private static IReadOnlyList<string> Statements { get; } =
    [
        $"SELECT {Rows.AttemptColumns} FROM attempt x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.opened_at, x.id",
        $"SELECT {Rows.RefundColumns} FROM refund x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.id",
        // Index: dispute_of_payment.
        $"SELECT {Rows.DisputeColumns} FROM dispute x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.opened_at, x.id",
        $"""
        SELECT e.subject_id, e.sequence, e.type, e.status, e.occurred_at, e.request_id, c.id, c.name, c.dialect
          FROM {Subjects} s
         CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = s.id ORDER BY e.sequence LIMIT {MostEvents}) e
          LEFT JOIN LATERAL (SELECT c.id, c.name, i.dialect FROM credential c JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id
                              WHERE c.merchant_id = $1 AND c.id = e.credential_id LIMIT 1) c ON true
         ORDER BY e.occurred_at, e.sequence
        """,
        $"""
        SELECT t.subject_id, t.sequence, t.line, t.debit_id, d.kind, d.purpose, t.credit_id, c.kind, c.purpose, t.amount_minor, t.currency, h.name
          FROM {Subjects} s
         CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = s.id ORDER BY t.sequence, t.line LIMIT {MostEvents}) t
         CROSS JOIN LATERAL (SELECT l.kind, l.purpose FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.debit_id LIMIT 1) d
         CROSS JOIN LATERAL (SELECT l.kind, l.purpose FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.credit_id LIMIT 1) c
          LEFT JOIN LATERAL (SELECT {Rows.ChargeName} AS name FROM charge x WHERE x.merchant_id = $1 AND x.id = t.charge_id LIMIT 1) h ON true
         ORDER BY t.subject_id, t.sequence, t.line
        """,
        $"""
        SELECT d.subject_id, d.sequence, d.subscription_id, u.address, d.status, d.failures, d.failure, coalesce(d.ended_at, d.due_at)
          FROM {Subjects} s
         CROSS JOIN (SELECT u.id, u.address FROM subscription u WHERE u.merchant_id = $1) u
         CROSS JOIN LATERAL (SELECT d.* FROM delivery d
                              WHERE d.merchant_id = $1 AND d.subscription_id = u.id AND d.subject_id = s.id ORDER BY d.sequence LIMIT {MostEvents}) d
         ORDER BY d.subject_id, d.sequence, d.subscription_id
        """,
        $"""
        SELECT a.at, a.request_id, a.person_id, a.who, a.what, a.subject, a.reason
          FROM (SELECT DISTINCT e.request_id FROM {Subjects} s
                 CROSS JOIN LATERAL (SELECT e.request_id FROM event e WHERE e.merchant_id = $1 AND e.subject_id = s.id LIMIT {MostEvents}) e) e
         CROSS JOIN LATERAL (SELECT a.* FROM operator_action a WHERE a.merchant_id = $1 AND a.request_id = e.request_id OFFSET 0) a
         ORDER BY a.at
        """,
        $"""
        SELECT k.amount_minor, {Rows.ChargeColumns}
          FROM (SELECT k.* FROM claim k WHERE k.merchant_id = $1 AND k.payment_id = $2 AND k.is_live) k
         CROSS JOIN LATERAL (SELECT x.* FROM charge x WHERE x.merchant_id = $1 AND x.id = k.charge_id LIMIT 1) x
         ORDER BY k.line
        """,
        $"{SettlementRows.LinesOfPayment} LIMIT {MostLines}",
        // Index: booking_of_payment.
        "SELECT b.id FROM booking b WHERE b.payment_id = $2 AND b.merchant_id = $1 AND b.status = 'confirmed'",
    ];

    private static async Task<IReadOnlyList<T>> NextAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await reader.NextResultAsync(cancel);
        return await AllAsync(reader, read, cancel);
    }

    private static async Task<IReadOnlyList<T>> AllAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        List<T> rows = [];
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    private static ToldEvent Event(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), Words.ToEventType(row.GetString(2)), Text(row, 3) is { } status ? Words.ToStatus(status) : null,
        row.GetFieldValue<DateTimeOffset>(4), row.GetGuid(5), row.IsDBNull(6) ? null : (row.GetInt64(6), row.GetString(7)), Text(row, 8));

    private static ToldTransfer Transfer(NpgsqlDataReader row) => new(
        new TransferPlace(row.GetGuid(0), row.GetInt32(1), row.GetInt32(2)), row.GetGuid(3), Words.ToKind(row.GetString(4)), row.GetString(5),
        row.GetGuid(6), Words.ToKind(row.GetString(7)), row.GetString(8), new Money(row.GetInt64(9), Currency.Parse(row.GetString(10))), Text(row, 11));

    private static ToldDelivery Delivery(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), row.GetGuid(2), row.GetString(3),
        row.GetString(4) switch { "waiting" => DeliveryState.Waiting, "delivered" => DeliveryState.Delivered, _ => DeliveryState.Dead },
        row.GetInt32(5), Text(row, 6) is { } failure ? Words.ToDeliveryFailure(failure) : null, row.GetFieldValue<DateTimeOffset>(7));

    private static KeptAction Action(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1),
        new OperatorAction(row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6)));

    private static ClaimedCharge Claim(NpgsqlDataReader row)
    {
        var charge = Rows.Charge(row, 1);
        return new ClaimedCharge(charge, charge.Amount with { AmountMinor = row.GetInt64(0) });
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
