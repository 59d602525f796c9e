using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>A credential without its secret. <c>Client</c> is the name of its OAuth client; null where it has none.</summary>
public sealed record OriginCredential(long Id, string Name, CredentialKind Kind, string Dialect, string? Client, DateTimeOffset? RevokedAt);

/// <summary>The request that made an event.</summary>
/// <param name="At">The time of the commit, UTC.</param>
/// <param name="Request">The trace id of the request.</param>
/// <param name="Credential">The credential of the client; null where an operator or the server itself acted.</param>
public sealed record EventOrigin(DateTimeOffset At, Guid Request, OriginCredential? Credential)
{
    /// <summary>The number of the credential of the client, which may be gone; 0 where an operator or the server itself acted.</summary>
    public long CredentialNumber { get; init; }

    public bool IsOfClient => CredentialNumber != 0;

    /// <summary>The client's own trace id; null where it sent none.</summary>
    public Guid? ClientTrace { get; init; }

    /// <summary>
    /// Whether it is the request's action: of this client, or of a person for whom it acts. No other action of an operator belongs to a
    /// client, also where their ids are equal.
    /// </summary>
    public bool Has(KeptAction kept) => kept.Request == Request && (!IsOfClient || kept.Action.IsThrough(CredentialNumber));
}

internal static class OriginRows
{
    /// <summary>The columns of <see cref="Read"/>, of an event e with <see cref="Credential"/>.</summary>
    public const string Columns =
        "e.occurred_at, e.request_id, c.id, c.name, c.kind, c.dialect, c.client, c.revoked_at, e.credential_id, e.client_trace";

    public const string Credential = """
        LEFT JOIN LATERAL (SELECT c.id, c.name, c.kind, i.dialect, o.name AS client, c.revoked_at
                             FROM credential c
                             JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id
                             LEFT JOIN client o ON o.merchant_id = $1 AND o.credential_id = c.id
                            WHERE c.merchant_id = $1 AND c.id = e.credential_id LIMIT 1) c ON true
        """;

    public static EventOrigin Read(NpgsqlDataReader row, int first)
    {
        var credential = row.IsDBNull(first + 2) ? null : new OriginCredential(
            row.GetInt64(first + 2), row.GetString(first + 3), Words.To<CredentialKind>(row.GetString(first + 4)), row.GetString(first + 5),
            row.IsDBNull(first + 6) ? null : row.GetString(first + 6),
            row.IsDBNull(first + 7) ? null : row.GetFieldValue<DateTimeOffset>(first + 7));
        return new EventOrigin(row.GetFieldValue<DateTimeOffset>(first), row.GetGuid(first + 1), credential)
        {
            CredentialNumber = row.GetInt64(first + 8),
            ClientTrace = row.IsDBNull(first + 9) ? null : row.GetGuid(first + 9),
        };
    }
}

/// <summary>A notice of a provider. The vault's rules decide which members of its JSON body are kept.</summary>
public sealed record ReceivedNotice(string Provider, string Id, string Body, DateTimeOffset ReceivedAt, NoticeOutcome Outcome);

/// <summary>The way of a transfer: from the movement of money back to the sender of the request.</summary>
public sealed record Explanation(BookedTransfer Transfer, EventOrigin Origin)
{
    /// <summary>All transfers of the same event, this one included.</summary>
    public required IReadOnlyList<BookedTransfer> Together { get; init; }

    /// <summary>The payment of the event; null where the event belongs to something else.</summary>
    public Payment? Payment { get; init; }

    /// <summary>The request that recorded the payment; null without a payment.</summary>
    public EventOrigin? PaymentOrigin { get; init; }

    /// <summary>The lines of statements that are booked for the payment, by their days.</summary>
    public required IReadOnlyList<SettlementLine> Lines { get; init; }

    /// <summary>The charge of the transfer; null where it has none.</summary>
    public Charge? Charge { get; init; }

    /// <summary>The attempts of the payment, the oldest first.</summary>
    public required IReadOnlyList<Attempt> Attempts { get; init; }

    /// <summary>The notices of providers about the attempts, the oldest first.</summary>
    public required IReadOnlyList<ReceivedNotice> Notices { get; init; }

    /// <summary>The actions of operators in the requests.</summary>
    public required IReadOnlyList<KeptAction> Actions { get; init; }
}

/// <summary>The booking of a line of a statement; without transfers where an operator ignored the line.</summary>
public sealed record LineBooking(EventOrigin Origin, IReadOnlyList<BookedTransfer> Transfers, IReadOnlyList<KeptAction> Actions);

/// <summary>A payment with its transfers, the oldest first.</summary>
public sealed record PaymentMoney(Payment Payment, Account Customer, IReadOnlyList<BookedTransfer> Transfers, bool HasMore);

/// <summary>Traces figures back to their requests, by keys and named indexes alone.</summary>
public sealed class ExplanationReading(NpgsqlDataSource database)
{
    private const int Most = 200;
    private const int MostActions = 20;

    /// <summary>The way of a transfer; null where the merchant has none of that key.</summary>
    public Task<Explanation?> FindAsync(MerchantId merchant, TransferPlace place, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
    {
        var together = await TransferReading.OfEventAsync(snapshot, merchant, place.Subject, place.Sequence, Most);
        if (together.Find(transfer => transfer.Place == place) is not { } transfer)
            return null;
        var origin = (await OriginAsync(snapshot, merchant, place.Subject, place.Sequence))!;
        var payment = await PaymentAsync(snapshot, merchant, "x.id = $2", command => command.With(place.Subject));
        var paymentOrigin = payment is null ? null : await OriginAsync(snapshot, merchant, place.Subject, 1);
        var attempts = payment is null ? [] : await snapshot.AttemptsAsync(payment.Id, Most);
        var asked = await AskedAsync(snapshot, new SubjectId(merchant, place.Subject), origin);
        return new Explanation(transfer, origin)
        {
            Together = together,
            Payment = payment,
            PaymentOrigin = paymentOrigin,
            Lines = payment is null ? [] : await snapshot.LinesAsync(payment.Id, Most),
            Charge = await ChargeAsync(snapshot, merchant, place),
            Attempts = attempts,
            Notices = await NoticesAsync(snapshot, merchant, attempts),
            Actions = await snapshot.ActionsAsync(merchant, [origin, paymentOrigin ?? origin, .. asked], MostActions),
        };
    }, cancel);

    /// <summary>The last booking of a line of a statement; null where it was never booked or ignored.</summary>
    public Task<LineBooking?> BookingAsync(SettlementLine line, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
    {
        if (await OriginAsync(snapshot, line.Id.Merchant, line.Id.Value, line.Events) is not { } origin)
            return null;
        var transfers = await TransferReading.OfEventAsync(snapshot, line.Id.Merchant, line.Id.Value, line.Events, Most);
        return new LineBooking(origin, transfers, await snapshot.ActionsAsync(line.Id.Merchant, [origin], MostActions));
    }, cancel);

    /// <summary>A payment with its transfers; null where the merchant has none of that number.</summary>
    public Task<PaymentMoney?> MoneyAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
    {
        if (await PaymentAsync(snapshot, merchant, "x.number = $2", command => command.With(number)) is not { } payment)
            return null;
        var customer = await CustomerReading.FindAsync(snapshot, payment.Account);
        var transfers = await TransferReading.OfEventAsync(snapshot, merchant, payment.Id.Value, sequence: null, Most + 1);
        return new PaymentMoney(payment, customer!.Account, [.. transfers.Take(Most)], transfers.Count > Most);
    }, cancel);

    private static Task<Payment?> PaymentAsync(Snapshot snapshot, MerchantId merchant, string by, Action<NpgsqlBatchCommand> key) =>
        snapshot.FirstAsync(
        $"SELECT {Tables.Payment.Selected} FROM payment x WHERE x.merchant_id = $1 AND {by}",
        command => key(command.With(merchant.Value)), Tables.Payment.Read);

    private static Task<Charge?> ChargeAsync(Snapshot snapshot, MerchantId merchant, TransferPlace place) => snapshot.FirstAsync(
        $"""
        SELECT {Tables.Charge.Selected}
          FROM (SELECT t.charge_id FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = $2 AND t.sequence = $3 AND t.line = $4) t
         CROSS JOIN LATERAL (SELECT g.* FROM charge g WHERE g.merchant_id = $1 AND g.id = t.charge_id LIMIT 1) x
        """,
        command => command.With(merchant.Value).With(place.Subject).With(place.Sequence).With(place.Line), Tables.Charge.Read);

    private static Task<EventOrigin?> OriginAsync(Snapshot snapshot, MerchantId merchant, Guid subject, int sequence) =>
        snapshot.FirstAsync(
        $"""
        SELECT {OriginRows.Columns} FROM event e {OriginRows.Credential}
         WHERE e.merchant_id = $1 AND e.subject_id = $2 AND e.sequence = $3
        """,
        command => command.With(merchant.Value).With(subject).With(sequence), row => OriginRows.Read(row, 0));

    /// <summary>The request of the person who asked for an act that a second person's request has done; empty for any other act.</summary>
    private static Task<List<EventOrigin>> AskedAsync(Snapshot snapshot, SubjectId subject, EventOrigin done) => snapshot.AllAsync(
        // Index: approval_request_of_subject.
        $"""
        SELECT {OriginRows.Columns}
          FROM approval_request q
         CROSS JOIN LATERAL (SELECT g.request_id FROM event g WHERE g.merchant_id = $1 AND g.subject_id = q.id AND g.sequence = 2 LIMIT 1) g
         CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = q.id AND e.sequence = 1 LIMIT 1) e
         {OriginRows.Credential}
         WHERE q.merchant_id = $1 AND q.subject_id = $2 AND g.request_id = $3
        """,
        command => command.With(subject.Merchant.Value).With(subject.Value).With(done.Request), row => OriginRows.Read(row, 0));

    private static async Task<IReadOnlyList<ReceivedNotice>> NoticesAsync(Snapshot snapshot, MerchantId merchant, List<Attempt> attempts)
    {
        if (attempts.Count == 0)
            return [];
        // Index: notice_of_attempt.
        return await snapshot.AllAsync(
            """
            SELECT n.provider, n.id, n.body, n.received_at, n.outcome FROM unnest($2::text[]) k(id)
             CROSS JOIN LATERAL (SELECT n.* FROM notice n
                                  WHERE coalesce(n.body ->> 'request', n.body ->> 'authorisation') = k.id AND n.merchant_id = $1 LIMIT 50) n
             ORDER BY n.received_at
            """,
            command => command.With(merchant.Value).With(attempts.Select(attempt => attempt.Id.Value.ToString("D")).ToArray()),
            row => new ReceivedNotice(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3),
                Words.To<NoticeOutcome>(row.GetString(4))));
    }
}
