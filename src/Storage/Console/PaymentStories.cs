using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>An event of a payment, or of one of its attempts, refunds or requests for a second person.</summary>
/// <param name="Of">The kind of the subject: <c>payment</c>, <c>charge</c>, <c>attempt</c>, <c>refund</c> or <c>approval</c>.</param>
/// <param name="Subject">The id of the payment, charge, attempt, refund or request.</param>
/// <param name="Sequence">Its number among the events of the subject.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Status">The payment's status from then on; null where the event did not change it.</param>
/// <param name="Origin">The request that made the event.</param>
public sealed record StoryEvent(string Of, Guid Subject, int Sequence, EventType Type, PaymentStatus? Status, EventOrigin Origin);

/// <summary>
/// The delivery of an event to a subscription. <c>At</c> is when it was delivered or given up, else when it is tried next; UTC.
/// </summary>
public sealed record StoryDelivery(
    Guid Subject, int Sequence, Guid Subscription, string Address, DeliveryState State, int Failures, DeliveryFailure? Failure,
    DateTimeOffset At);

/// <summary>A payment with its history. Every list is in order of time.</summary>
public sealed record PaymentStory(
    PaymentView View, IReadOnlyList<Attempt> Attempts, IReadOnlyList<Refund> Refunds, IReadOnlyList<Dispute> Disputes)
{
    public required IReadOnlyList<StoryEvent> Events { get; init; }
    public required IReadOnlyList<BookedTransfer> Transfers { get; init; }
    public required IReadOnlyList<StoryDelivery> Deliveries { get; init; }
    public required IReadOnlyList<KeptAction> Actions { get; init; }

    /// <summary>The requests for a second person.</summary>
    public required IReadOnlyList<ApprovalView> Approvals { get; init; }

    /// <summary>The charges that the payment settles when its money comes.</summary>
    public required IReadOnlyList<ClaimedCharge> Claims { get; init; }

    /// <summary>The lines of statements that are booked for the payment.</summary>
    public required IReadOnlyList<SettlementLine> Lines { get; init; }

    /// <summary>The booking whose seat the payment has paid for; null for none.</summary>
    public Guid? PaidBooking { get; init; }

    /// <summary>The number of the payment from which its money was moved here; null for none.</summary>
    public long? MovedFrom { get; init; }

    /// <summary>The numbers of the payments to which its money was moved.</summary>
    public IReadOnlyList<long> MovedTo { get; init; } = [];

    /// <summary>The payment that it tries again, and which try it is; null where it is none.</summary>
    public PaymentTry? TryOf { get; init; }

    /// <summary>The payments that try it again.</summary>
    public IReadOnlyList<PaymentTry> Tries { get; init; } = [];
}

/// <summary>A payment that an automatic try leads to.</summary>
/// <param name="Number">Its human number.</param>
/// <param name="Nth">Which try it is.</param>
public sealed record PaymentTry(long Number, int Nth);

/// <summary>Reads payments with their history, by keys and named indexes alone.</summary>
public sealed class PaymentStories(NpgsqlDataSource database)
{
    private const int MostEvents = 500;
    /// <summary>The most open charges that are read.</summary>
    public const int MostCharges = 100;
    private const int MostLines = 20;

    // The payment, its attempts, its refunds and its requests. Indexes: attempt_of_payment, refund_of_payment, approval_request_of_subject.
    private const string Subjects = """
        (SELECT 1 AS place, 'payment' AS kind, $2::uuid AS id
          UNION ALL SELECT 2, 'attempt', a.id FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = $2
          UNION ALL SELECT 3, 'refund', r.id FROM refund r WHERE r.merchant_id = $1 AND r.payment_id = $2
          UNION ALL SELECT 4, 'approval', q.id FROM approval_request q WHERE q.merchant_id = $1 AND q.subject_id = $2)
        """;

    private readonly Books _books = new(database);

    /// <summary>A payment by its human number; null where the merchant has none.</summary>
    public async Task<PaymentStory?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        await _books.PaymentAsync(merchant, number, cancel) is { } view
            ? await Snapshot.ReadByKeysAsync(database, snapshot => ReadAsync(snapshot, view), cancel)
            : null;

    /// <summary>The open charges of an account in a currency, the longest due first.</summary>
    public Task<List<Charge>> OpenChargesAsync(AccountId account, Currency currency, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, snapshot => snapshot.OpenChargesAsync(account, currency, MostCharges), cancel);

    /// <summary>The payment, charge or line that a request under this key made or changed; null where none did.</summary>
    public async Task<Guid?> AnsweredAsync(RequestKey key, CancellationToken cancel)
    {
        var kept = await database.AllAsync(
            "SELECT subject_id FROM kept_answer WHERE merchant_id = $1 AND scope = $2 AND key = $3 AND line = $4",
            command => command.With(key.Merchant.Value).With(key.Scope).With(key.Key).With(key.Line), row => row.GetGuid(0), cancel);
        return kept is [var subject] ? subject : null;
    }

    /// <summary>All events of a payment, its attempts, refunds and requests, in the order of time.</summary>
    public Task<List<StoryEvent>> EventsAsync(PaymentId payment, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, snapshot => EventsAsync(snapshot, payment, int.MaxValue), cancel);

    /// <summary>The refunds of a payment, the oldest first.</summary>
    public Task<List<Refund>> RefundsAsync(PaymentId payment, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, snapshot => RefundsAsync(snapshot, payment), cancel);

    private static async Task<PaymentStory> ReadAsync(Snapshot snapshot, PaymentView view)
    {
        var id = view.Payment.Id;
        var events = await EventsAsync(snapshot, id, MostEvents);
        var bookings = await BookingsAsync(snapshot, id);
        var moves = await MovesAsync(snapshot, view.Payment);
        var tries = await TriesAsync(snapshot, id);
        return new PaymentStory(
            view, await snapshot.AttemptsAsync(id, MostEvents), await RefundsAsync(snapshot, id), await DisputesAsync(snapshot, id))
        {
            Events = events,
            Transfers = await TransfersAsync(snapshot, id),
            Deliveries = await DeliveriesAsync(snapshot, id),
            Actions = await snapshot.ActionsAsync(id.Merchant, events.Select(each => each.Origin), MostEvents),
            Approvals = await Approvals.OfAsync(snapshot, id.Subject),
            Claims = await ClaimsAsync(snapshot, id),
            Lines = await snapshot.LinesAsync(id, MostLines),
            PaidBooking = bookings is [var booking] ? booking : null,
            MovedFrom = moves.Where(move => move.IsFrom).Select(move => (long?)move.Number).FirstOrDefault(),
            MovedTo = [.. moves.Where(move => !move.IsFrom).Select(move => move.Number)],
            TryOf = tries.Where(one => one.IsFirst).Select(one => one.Try).FirstOrDefault(),
            Tries = [.. tries.Where(one => !one.IsFirst).Select(one => one.Try)],
        };
    }

    private static Task<List<StoryEvent>> EventsAsync(Snapshot snapshot, PaymentId payment, int most) => snapshot.AllAsync(
        $"""
        SELECT s.kind, e.subject_id, e.sequence, e.type, e.status, {OriginRows.Columns}
          FROM {Subjects} s
         CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = s.id ORDER BY e.sequence LIMIT $3) e
         {OriginRows.Credential}
         ORDER BY e.occurred_at, s.place, e.subject_id, e.sequence
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value).With(most),
        row => new StoryEvent(
            row.GetString(0), row.GetGuid(1), row.GetInt32(2), Words.To<EventType>(row.GetString(3)),
            row.IsDBNull(4) ? null : Words.To<PaymentStatus>(row.GetString(4)), OriginRows.Read(row, 5)));

    private static Task<List<Refund>> RefundsAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        // Index: refund_of_payment.
        $"SELECT {Tables.Refund.Selected} FROM refund x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.id",
        command => command.With(payment.Merchant.Value).With(payment.Value), Tables.Refund.Read);

    private static Task<List<Dispute>> DisputesAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        // Index: dispute_of_payment.
        $"SELECT {Tables.Dispute.Selected} FROM dispute x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.opened_at, x.id",
        command => command.With(payment.Merchant.Value).With(payment.Value), Tables.Dispute.Read);

    private static Task<List<BookedTransfer>> TransfersAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        $"""
        SELECT {TransferReading.Columns}
          FROM {Subjects} s
         CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = s.id
             ORDER BY t.sequence, t.line LIMIT $3) t
         {TransferReading.Event} {TransferReading.Around}
         ORDER BY t.subject_id, t.sequence, t.line
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value).With(MostEvents),
        row => TransferReading.Transfer(row, payment.Merchant));

    private static Task<List<StoryDelivery>> DeliveriesAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        $"""
        SELECT d.subject_id, d.sequence, d.subscription_id, u.address, d.status, d.failures, d.failure, coalesce(d.ended_at, d.due_at)
          FROM {Subjects} s
         CROSS JOIN (SELECT u.id, u.address FROM subscription u WHERE u.merchant_id = $1) u
         CROSS JOIN LATERAL (SELECT d.* FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = u.id AND d.subject_id = s.id
                              ORDER BY d.sequence LIMIT $3) d
         ORDER BY d.subject_id, d.sequence, d.subscription_id
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value).With(MostEvents),
        row => new StoryDelivery(
            row.GetGuid(0), row.GetInt32(1), row.GetGuid(2), row.GetString(3), WebhookReading.StateOf(row.GetString(4)), row.GetInt32(5),
            row.IsDBNull(6) ? null : Words.To<DeliveryFailure>(row.GetString(6)), row.GetFieldValue<DateTimeOffset>(7)));

    private static Task<List<ClaimedCharge>> ClaimsAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        $"""
        SELECT k.amount_minor, {Tables.Charge.Selected}
          FROM (SELECT k.* FROM claim k WHERE k.merchant_id = $1 AND k.payment_id = $2 AND k.is_live) k
         CROSS JOIN LATERAL (SELECT x.* FROM charge x WHERE x.merchant_id = $1 AND x.id = k.charge_id LIMIT 1) x
         ORDER BY k.line
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value), Claim);

    private static Task<List<(long Number, bool IsFrom)>> MovesAsync(Snapshot snapshot, Payment payment) => snapshot.AllAsync(
        // Indexes: payment's key, payment_moved_from.
        """
        SELECT p.number, true FROM payment p WHERE p.merchant_id = $1 AND p.id = $3
        UNION ALL
        (SELECT p.number, false FROM payment p WHERE p.moved_from_id = $2 AND p.merchant_id = $1 ORDER BY p.id LIMIT 100)
        """,
        command => command.With(payment.Id.Merchant.Value).With(payment.Id.Value).With(payment.MovedFrom?.Value ?? Guid.Empty),
        row => (row.GetInt64(0), row.GetBoolean(1)));

    private static Task<List<(PaymentTry Try, bool IsFirst)>> TriesAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        // Index: payment_retry_of_payment.
        """
        SELECT p.number, r.nth, true FROM payment_retry r
         CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = r.first_id LIMIT 1) p
         WHERE r.payment_id = $2 AND r.merchant_id = $1
        UNION ALL
        (SELECT p.number, r.nth, false FROM payment_retry r
          CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = r.payment_id LIMIT 1) p
          WHERE r.merchant_id = $1 AND r.first_id = $2 ORDER BY r.nth)
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value),
        row => (new PaymentTry(row.GetInt64(0), row.GetInt16(1)), row.GetBoolean(2)));

    private static Task<List<Guid>> BookingsAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        // Index: booking_of_payment.
        "SELECT b.id FROM booking b WHERE b.payment_id = $2 AND b.merchant_id = $1 AND b.status = 'confirmed'",
        command => command.With(payment.Merchant.Value).With(payment.Value), row => row.GetGuid(0));

    internal static ClaimedCharge Claim(NpgsqlDataReader row)
    {
        var charge = Tables.Charge.Read(row, 1);
        return new ClaimedCharge(charge, charge.Amount with { AmountMinor = row.GetInt64(0) });
    }
}
