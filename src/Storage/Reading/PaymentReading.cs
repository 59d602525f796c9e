using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>
/// Reads payments with all that an answer may show of them, one or many in one round trip. The wanted keys drive, as when a batch is
/// prefetched: each finds its rows by a key or a named index, also where the tables' statistics mislead.
/// </summary>
internal sealed class PaymentReading(NpgsqlDataSource database)
{
    private const string Ids = "unnest($2::uuid[]) k(id)";

    // One id, and not an array of one: for that, PostgreSQL plans all statements anew each time, which takes longer than running them.
    private const string Id = "(SELECT $2::uuid AS id) k";
    private const string Number = "(SELECT n.id FROM payment n WHERE n.merchant_id = $1 AND n.number = $2) k";

    private readonly LongLists _long = new();

    /// <summary>A payment; see <see cref="IBooks.PaymentAsync(PaymentId, int?, CancellationToken)"/>.</summary>
    public Task<PaymentView?> ByIdAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        OneAsync(id.Merchant, batch => Add(batch, Id, command => command.With(id.Merchant.Value).With(id.Value)),
            payment => new History(payment, asOf), cancel);

    /// <summary>A payment as it was after exactly this event.</summary>
    public Task<PaymentView?> AfterAsync(PaymentId id, int sequence, CancellationToken cancel) =>
        OneAsync(id.Merchant, batch => Add(batch, Id, command => command.With(id.Merchant.Value).With(id.Value)),
            payment => new History(payment, sequence, isExact: true), cancel);

    /// <summary>A payment once its provider has decided; see <see cref="IBooks.DecidedPaymentAsync"/>.</summary>
    public Task<PaymentView?> DecidedAsync(PaymentId id, int from, CancellationToken cancel) =>
        OneAsync(id.Merchant, batch => Add(batch, Id, command => command.With(id.Merchant.Value).With(id.Value)),
            payment => new History(payment, from, untilDecided: true), cancel);

    /// <summary>A payment by its human number; null when the merchant has none.</summary>
    public Task<PaymentView?> ByNumberAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        OneAsync(merchant, batch => Add(batch, Number, command => command.With(merchant.Value).With(number)), Now, cancel);

    /// <summary>Payments by their ids, as they are now.</summary>
    public Task<IReadOnlyDictionary<Guid, PaymentView>> ByIdsAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await ViewsAsync(connection, merchant, [.. ids], cancel);
        });

    /// <summary>The human numbers of payments, by their ids.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> NumbersAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        var numbers = await database.AllAsync(
            $"SELECT k.id, p.number FROM {Ids} CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = "
            + "k.id LIMIT 1) p",
            command => command.With(merchant.Value).With(ids.ToArray()), row => (row.GetGuid(0), row.GetInt64(1)), cancel);
        return numbers.ToDictionary();
    }

    /// <summary>A part of the list of a merchant's payments.</summary>
    public Task<ListSlice<PaymentView>> ListAsync(ListQuery query, CancellationToken cancel) =>
        Lists.ReadAsync(database, "payment", query, ViewsAsync, cancel, _long);

    private static History Now(Payment payment) => new(payment, asOf: null);

    private Task<PaymentView?> OneAsync(
        MerchantId merchant, Action<NpgsqlBatch> add, Func<Payment, History> begin, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection);
            add(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            return (await ViewsAsync(reader, merchant, begin, cancel)).Values.SingleOrDefault();
        });

    private static async Task<IReadOnlyDictionary<Guid, PaymentView>> ViewsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, Ids, command => command.With(merchant.Value).With(ids));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await ViewsAsync(reader, merchant, Now, cancel);
    }

    private static void Add(NpgsqlBatch batch, string keys, Action<NpgsqlBatchCommand> parameters)
    {
        // Index: payment_retry_of_payment.
        parameters(batch.Statement($"""
            SELECT {Tables.Payment.Selected},
                   {Tables.Account.Of("a", "h")},
                   {Tables.Instrument.Of("i", "m")},
                   (SELECT r.first_id FROM payment_retry r WHERE r.merchant_id = $1 AND r.payment_id = k.id)
              FROM {keys}
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) x
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = x.account_id LIMIT 1) h ON true
              LEFT JOIN LATERAL (SELECT i.* FROM instrument i WHERE i.merchant_id = $1 AND i.id = x.instrument_id LIMIT 1) i ON true
              LEFT JOIN LATERAL (SELECT m.* FROM mandate m WHERE m.merchant_id = $1 AND m.instrument_id = x.instrument_id LIMIT 1) m ON true
            """));
        parameters(batch.Statement($"""
            SELECT k.id, e.sequence, e.type, e.status, e.occurred_at, e.effective_on, e.reason
              FROM {keys}
             CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = k.id ORDER BY e.sequence OFFSET 0) e
             ORDER BY k.id, e.sequence
            """));
        // An allocation is a transfer of the payment to receivable that names a charge; one from there takes it back. The charge is read
        // as it is now.
        parameters(batch.Statement($"""
            SELECT k.id, t.sequence, t.amount_minor, d.kind, c.kind, {Tables.Charge.Selected}
              FROM {keys}
             CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = k.id OFFSET 0) t
             CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.debit_id LIMIT 1) d
             CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.credit_id LIMIT 1) c
              LEFT JOIN LATERAL (SELECT c.* FROM charge c WHERE c.merchant_id = $1 AND c.id = t.charge_id LIMIT 1) x ON true
             ORDER BY k.id, t.sequence, t.line
            """));
        // Index: reference_by_object.
        parameters(batch.Statement($"""
            SELECT k.id, r.dialect, r.kind, r.value
              FROM {keys}
             CROSS JOIN LATERAL (SELECT p.account_id FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) x
             CROSS JOIN LATERAL (SELECT r.* FROM reference r WHERE r.merchant_id = $1 AND r.object_id = x.account_id OFFSET 0) r
             ORDER BY k.id, r.dialect, r.kind, r.value
            """));
    }

    private static async Task<IReadOnlyDictionary<Guid, PaymentView>> ViewsAsync(
        NpgsqlDataReader reader, MerchantId merchant, Func<Payment, History> begin, CancellationToken cancel)
    {
        Dictionary<Guid, Found> found = [];
        while (await reader.ReadAsync(cancel))
        {
            var payment = Tables.Payment.Read(reader, 0);
            var instrumentAt = Tables.Payment.Width + Tables.Account.Width;
            var instrument = reader.IsDBNull(instrumentAt) ? null : Tables.Instrument.Read(reader, instrumentAt);
            var firstAt = instrumentAt + Tables.Instrument.Width;
            found.Add(payment.Id.Value, new Found(begin(payment), Tables.Account.Read(reader, Tables.Payment.Width), instrument, [])
            {
                TriesAgain = reader.IsDBNull(firstAt) ? null : new PaymentId(merchant, reader.GetGuid(firstAt)),
            });
        }

        // The id of something else has events too.
        if (found.Count == 0)
            return new Dictionary<Guid, PaymentView>();

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetGuid(0)].History.Add(
                reader.GetInt32(1), Words.To<EventType>(reader.GetString(2)),
                reader.IsDBNull(3) ? null : Words.To<PaymentStatus>(reader.GetString(3)), reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateOnly>(5), reader.IsDBNull(6) ? null : Words.To<DeclineReason>(reader.GetString(6)));
        }

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetGuid(0)].History.Add(
                reader.GetInt32(1), reader.GetInt64(2), Words.To<LedgerKind>(reader.GetString(3)),
                Words.To<LedgerKind>(reader.GetString(4)),
                reader.IsDBNull(5) ? null : Tables.Charge.Read(reader, 5));
        }

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
            found[reader.GetGuid(0)].Names.Add(new Reference(merchant, reader.GetString(1), reader.GetString(2), reader.GetString(3)));

        return found.ToDictionary(payment => payment.Key, payment => payment.Value.ToView());
    }

    private sealed record Found(History History, Account Account, Instrument? Instrument, List<Reference> Names)
    {
        public PaymentId? TriesAgain { get; init; }

        public PaymentView ToView() => new(History.Payment, Account, Instrument, History.Allocations)
        {
            AccountNames = Names,
            ReceivedOn = History.ReceivedOn,
            TriesAgain = TriesAgain,
            Declined = History.Declined,
            IsUnderWay = History.IsUnderWay,
            IsUnanswered = History.IsUnanswered,
        };
    }
}
