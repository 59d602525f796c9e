using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>Traces figures back to whoever caused them, by keys and named indexes alone.</summary>
/// <param name="database">The books.</param>
public sealed class ExplanationReading(NpgsqlDataSource database)
{
    private const int Most = 200;

    /// <summary>Where a transfer comes from; null where the merchant has none of that key.</summary>
    public Task<Explanation?> FindAsync(MerchantId merchant, TransferPlace place, CancellationToken cancel) => Snapshot.ReadAsync(database, async snapshot =>
    {
        var together = await TransferReading.OfEventAsync(snapshot, merchant, place.Subject, place.Sequence, Most);
        if (together.Find(transfer => transfer.Place == place) is not { } transfer)
            return null;
        var brought = (await BroughtAsync(snapshot, merchant, place.Subject, place.Sequence))!;
        var payment = await PaymentAsync(snapshot, merchant, "x.id = $2", command => command.With(place.Subject));
        var begun = payment is null ? null : await BroughtAsync(snapshot, merchant, place.Subject, 1);
        var attempts = payment is null ? [] : await AttemptsAsync(snapshot, payment.Id);
        return new Explanation(transfer, brought)
        {
            Together = together,
            Payment = payment,
            Begun = begun,
            Lines = payment is null ? [] : await LinesAsync(snapshot, payment.Id),
            Charge = await ChargeAsync(snapshot, merchant, place),
            Attempts = attempts,
            Notices = await NoticesAsync(snapshot, merchant, attempts),
            Actions = await ActionsAsync(snapshot, merchant, [brought.Request, begun?.Request ?? brought.Request]),
        };
    }, cancel);

    /// <summary>What was done last with a line of a statement; null where nothing was.</summary>
    public Task<LineBooking?> BookingAsync(SettlementLine line, CancellationToken cancel) => Snapshot.ReadAsync(database, async snapshot =>
    {
        if (await BroughtAsync(snapshot, line.Id.Merchant, line.Id.Value, line.Events) is not { } brought)
            return null;
        var transfers = await TransferReading.OfEventAsync(snapshot, line.Id.Merchant, line.Id.Value, line.Events, Most);
        return new LineBooking(brought, transfers, await ActionsAsync(snapshot, line.Id.Merchant, [brought.Request]));
    }, cancel);

    /// <summary>A payment with all that its money did; null where the merchant has none of that number.</summary>
    public Task<PaymentMoney?> MoneyAsync(MerchantId merchant, long number, CancellationToken cancel) => Snapshot.ReadAsync(database, async snapshot =>
    {
        if (await PaymentAsync(snapshot, merchant, "x.number = $2", command => command.With(number)) is not { } payment)
            return null;
        var customer = await CustomerReading.FindAsync(snapshot, payment.Account);
        var transfers = await TransferReading.OfEventAsync(snapshot, merchant, payment.Id.Value, sequence: null, Most + 1);
        return new PaymentMoney(payment, customer!.Account, [.. transfers.Take(Most)], transfers.Count > Most);
    }, cancel);

    private static async Task<Payment?> PaymentAsync(Snapshot snapshot, MerchantId merchant, string by, Action<NpgsqlBatchCommand> key)
    {
        var found = await snapshot.AllAsync(
            $"SELECT {Rows.PaymentColumns} FROM payment x WHERE x.merchant_id = $1 AND {by}",
            command =>
            {
                command.With(merchant.Value);
                key(command);
            },
            row => Rows.Payment(row, 0));
        return found.Count == 0 ? null : found[0];
    }

    private static async Task<Charge?> ChargeAsync(Snapshot snapshot, MerchantId merchant, TransferPlace place)
    {
        var found = await snapshot.AllAsync(
            $"""
            SELECT {Rows.ChargeColumns}
              FROM (SELECT t.charge_id FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = $2 AND t.sequence = $3 AND t.line = $4) t
             CROSS JOIN LATERAL (SELECT g.* FROM charge g WHERE g.merchant_id = $1 AND g.id = t.charge_id LIMIT 1) x
            """,
            command => command.With(merchant.Value).With(place.Subject).With(place.Sequence).With(place.Line), row => Rows.Charge(row, 0));
        return found.Count == 0 ? null : found[0];
    }

    private static async Task<Brought?> BroughtAsync(Snapshot snapshot, MerchantId merchant, Guid subject, int sequence)
    {
        var found = await snapshot.AllAsync(
            """
            SELECT e.occurred_at, e.request_id, c.id, c.name, c.kind, i.dialect, o.name, c.revoked_at
              FROM event e
              LEFT JOIN credential c ON c.merchant_id = $1 AND c.id = e.credential_id
              LEFT JOIN installation i ON i.merchant_id = $1 AND i.id = c.installation_id
              LEFT JOIN client o ON o.merchant_id = $1 AND o.credential_id = c.id
             WHERE e.merchant_id = $1 AND e.subject_id = $2 AND e.sequence = $3
            """,
            command => command.With(merchant.Value).With(subject).With(sequence),
            row => new Brought(row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1), row.IsDBNull(2) ? null : new ToldCredential(
                row.GetInt64(2), row.GetString(3), Words.ToCredentialKind(row.GetString(4)), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6),
                row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7))));
        return found.Count == 0 ? null : found[0];
    }

    private static Task<List<SettlementLine>> LinesAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        $"{SettlementRows.LinesOfPayment} LIMIT $3",
        command => command.With(payment.Merchant.Value).With(payment.Value).With(Most), SettlementRows.Line);

    private static Task<List<Attempt>> AttemptsAsync(Snapshot snapshot, PaymentId payment) => snapshot.AllAsync(
        // Index: attempt_of_payment.
        $"SELECT {Rows.AttemptColumns} FROM attempt x WHERE x.payment_id = $2 AND x.merchant_id = $1 ORDER BY x.opened_at, x.id LIMIT $3",
        command => command.With(payment.Merchant.Value).With(payment.Value).With(Most), row => Rows.Attempt(row, 0));

    private static async Task<IReadOnlyList<ToldNotice>> NoticesAsync(Snapshot snapshot, MerchantId merchant, List<Attempt> attempts)
    {
        if (attempts.Count == 0)
            return [];
        // Index: notice_of_attempt.
        return await snapshot.AllAsync(
            """
            SELECT n.provider, n.id, n.body, n.received_at, n.outcome FROM unnest($2::text[]) k(id)
             CROSS JOIN LATERAL (SELECT n.* FROM notice n WHERE coalesce(n.body ->> 'request', n.body ->> 'authorisation') = k.id AND n.merchant_id = $1 LIMIT 50) n
             ORDER BY n.received_at
            """,
            command => command.With(merchant.Value).With(attempts.Select(attempt => attempt.Id.Value.ToString("D")).ToArray()),
            row => new ToldNotice(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), Words.ToNoticeOutcome(row.GetString(4))));
    }

    private static async Task<IReadOnlyList<KeptAction>> ActionsAsync(Snapshot snapshot, MerchantId merchant, Guid[] requests) => await snapshot.AllAsync(
        "SELECT a.at, a.request_id, a.person_id, a.who, a.what, a.subject, a.reason FROM operator_action a WHERE a.merchant_id = $1 AND a.request_id = ANY($2) ORDER BY a.at LIMIT 20",
        command => command.With(merchant.Value).With(requests),
        row => new KeptAction(
            row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1),
            new OperatorAction(row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6))));
}
