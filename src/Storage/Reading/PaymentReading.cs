using System.Data;
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
/// Reads payments with all that an answer may show of them: one in one round trip, many in two. The wanted keys find all rows, each by a
/// key or a named index, also where the tables' statistics mislead.
/// </summary>
internal sealed class PaymentReading(NpgsqlDataSource database)
{
    private const string Ids = "unnest($2::uuid[]) k(id)";

    // One id, and not an array of one: for that, PostgreSQL plans all statements anew each time, which takes longer than running them.
    private static readonly Statements OfId = Statements.Of(
        column => $"{column} = $2",
        account => $"{account} = (SELECT p.account_id FROM payment p WHERE p.merchant_id = $1 AND p.id = $2)");

    private static readonly Statements OfNumber = Statements.Of(
        column => $"{column} = (SELECT n.id FROM payment n WHERE n.merchant_id = $1 AND n.number = $2)",
        account => $"{account} = (SELECT n.account_id FROM payment n WHERE n.merchant_id = $1 AND n.number = $2)");

    // The names of accounts are asked for by the accounts, and the rest by the payments.
    private static readonly Statements OfIds = Statements.Of(column => $"{column} = ANY($2)", account => $"{account} = ANY($2)");

    private readonly LongLists _long = new();

    /// <summary>A payment; see <see cref="IBooks.PaymentAsync(PaymentId, int?, CancellationToken)"/>.</summary>
    public Task<PaymentView?> ByIdAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        OneAsync(OfId, id.Merchant, id.Value, payment => new History(payment, asOf), cancel);

    /// <summary>A payment as it was after exactly this event.</summary>
    public Task<PaymentView?> AfterAsync(PaymentId id, int sequence, CancellationToken cancel) =>
        OneAsync(OfId, id.Merchant, id.Value, payment => new History(payment, sequence, isExact: true), cancel);

    /// <summary>A payment once its provider has decided; see <see cref="IBooks.DecidedPaymentAsync"/>.</summary>
    public Task<PaymentView?> DecidedAsync(PaymentId id, int from, CancellationToken cancel) =>
        OneAsync(OfId, id.Merchant, id.Value, payment => new History(payment, from, untilDecided: true), cancel);

    /// <summary>A payment by its human number; null when the merchant has none.</summary>
    public Task<PaymentView?> ByNumberAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        OneAsync(OfNumber, merchant, number, Now, cancel);

    /// <summary>Payments by their ids, as they are now.</summary>
    public Task<IReadOnlyDictionary<Guid, PaymentView>> ByIdsAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
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

    private Task<PaymentView?> OneAsync<TKey>(
        Statements statements, MerchantId merchant, TKey key, Func<Payment, History> begin, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection);
            foreach (var statement in statements.All)
                batch.Statement(statement).With(merchant.Value).With(key);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            var found = await PaymentsAsync(reader, merchant, begin, cancel);
            // The id of something else has events too.
            if (found.Count == 0)
                return null;
            await reader.NextResultAsync(cancel);
            await AddEventsAsync(reader, found, cancel);
            await reader.NextResultAsync(cancel);
            await AddTransfersAsync(reader, found, cancel);
            await reader.NextResultAsync(cancel);
            await AddNamesAsync(reader, merchant, found, cancel);
            return found.Values.Single().ToView();
        });

    /// <summary>Within a transaction that sees one moment.</summary>
    private static async Task<IReadOnlyDictionary<Guid, PaymentView>> ViewsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel)
    {
        Dictionary<Guid, Found> found;
        await using (var payments = new NpgsqlBatch(connection))
        {
            payments.Statement(OfIds.Payments).With(merchant.Value).With(ids);
            await using var rows = await payments.ExecuteReaderAsync(cancel);
            found = await PaymentsAsync(rows, merchant, Now, cancel);
        }

        if (found.Count == 0)
            return new Dictionary<Guid, PaymentView>();
        // Of a payment that settles nothing, and of which nothing went back, the transfers say no more.
        Guid[] moved = [.. found.Where(payment => payment.Value.HasMoved).Select(payment => payment.Key)];
        await using var rest = new NpgsqlBatch(connection);
        rest.Statement(OfIds.Events).With(merchant.Value).With(found.Keys.ToArray());
        rest.Statement(OfIds.Names).With(merchant.Value)
            .With(found.Values.Select(payment => payment.Account.Id.Value).Distinct().ToArray());
        if (moved.Length > 0)
            rest.Statement(OfIds.Transfers).With(merchant.Value).With(moved);
        await using var reader = await rest.ExecuteReaderAsync(cancel);
        await AddEventsAsync(reader, found, cancel);
        await reader.NextResultAsync(cancel);
        await AddNamesAsync(reader, merchant, found, cancel);
        if (await reader.NextResultAsync(cancel))
            await AddTransfersAsync(reader, found, cancel);
        return found.ToDictionary(payment => payment.Key, payment => payment.Value.ToView());
    }

    private static async Task<Dictionary<Guid, Found>> PaymentsAsync(
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
                HasMoved = payment.AllocatedMinor > 0 || payment.ReversedMinor > 0 || payment.RefundedMinor > 0,
                TriesAgain = reader.IsDBNull(firstAt) ? null : new PaymentId(merchant, reader.GetGuid(firstAt)),
            });
        }

        return found;
    }

    private static async Task AddEventsAsync(NpgsqlDataReader reader, Dictionary<Guid, Found> found, CancellationToken cancel)
    {
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetGuid(0)].History.Add(
                reader.GetInt32(1), Words.To<EventType>(reader.GetString(2)),
                reader.IsDBNull(3) ? null : Words.To<PaymentStatus>(reader.GetString(3)), reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateOnly>(5), reader.IsDBNull(6) ? null : Words.To<DeclineReason>(reader.GetString(6)));
        }
    }

    private static async Task AddTransfersAsync(NpgsqlDataReader reader, Dictionary<Guid, Found> found, CancellationToken cancel)
    {
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetGuid(0)].History.Add(
                reader.GetInt32(1), reader.GetInt64(2), Words.To<LedgerKind>(reader.GetString(3)),
                Words.To<LedgerKind>(reader.GetString(4)),
                reader.IsDBNull(5) ? null : Tables.Charge.Read(reader, 5));
        }
    }

    /// <summary>Adds the names of each account, sorted, to its payments.</summary>
    private static async Task AddNamesAsync(
        NpgsqlDataReader reader, MerchantId merchant, Dictionary<Guid, Found> found, CancellationToken cancel)
    {
        var ofAccount = found.Values.ToLookup(payment => payment.Account.Id.Value);
        while (await reader.ReadAsync(cancel))
        {
            var name = new Reference(merchant, reader.GetString(1), reader.GetString(2), reader.GetString(3));
            foreach (var payment in ofAccount[reader.GetGuid(0)])
                payment.Names.Add(name);
        }
    }

    /// <summary>The statements that read payments; <c>$1</c> is the merchant, and <c>$2</c> the keys.</summary>
    private sealed record Statements(string Payments, string Events, string Transfers, string Names)
    {
        public IReadOnlyList<string> All { get; } = [Payments, Events, Transfers, Names];

        /// <param name="isWanted">Says of a column that it has the id of a wanted payment.</param>
        /// <param name="isOfWanted">Says of a column that it has the id of a wanted payment's account.</param>
        public static Statements Of(Func<string, string> isWanted, Func<string, string> isOfWanted) => new(
            // Index: payment_retry_of_payment.
            $"""
            SELECT {Tables.Payment.Selected},
                   {Tables.Account.Of("a", "h")},
                   {Tables.Instrument.Of("i", "m")},
                   (SELECT r.first_id FROM payment_retry r WHERE r.merchant_id = $1 AND r.payment_id = x.id)
              FROM payment x
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = x.account_id LIMIT 1) h ON true
              LEFT JOIN LATERAL (SELECT i.* FROM instrument i WHERE i.merchant_id = $1 AND i.id = x.instrument_id LIMIT 1) i ON true
              LEFT JOIN LATERAL (SELECT m.* FROM mandate m WHERE m.merchant_id = $1 AND m.instrument_id = x.instrument_id LIMIT 1) m ON true
             WHERE x.merchant_id = $1 AND {isWanted("x.id")}
            """,
            $"""
            SELECT e.subject_id, e.sequence, e.type, e.status, e.occurred_at, e.effective_on, e.reason
              FROM event e
             WHERE e.merchant_id = $1 AND {isWanted("e.subject_id")}
             ORDER BY e.subject_id, e.sequence
            """,
            // An allocation is a transfer of the payment to receivable that names a charge; one from there takes it back. The charge is
            // read as it is now.
            $"""
            SELECT t.subject_id, t.sequence, t.amount_minor, d.kind, c.kind, {Tables.Charge.Selected}
              FROM transfer t
             CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.debit_id LIMIT 1) d
             CROSS JOIN LATERAL (SELECT l.kind FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.credit_id LIMIT 1) c
              LEFT JOIN LATERAL (SELECT c.* FROM charge c WHERE c.merchant_id = $1 AND c.id = t.charge_id LIMIT 1) x ON true
             WHERE t.merchant_id = $1 AND {isWanted("t.subject_id")}
             ORDER BY t.subject_id, t.sequence, t.line
            """,
            // Index: reference_by_object.
            $"""
            SELECT r.object_id, r.dialect, r.kind, r.value
              FROM reference r
             WHERE r.merchant_id = $1 AND {isOfWanted("r.object_id")}
             ORDER BY r.object_id, r.dialect, r.kind, r.value
            """);
    }

    private sealed record Found(History History, Account Account, Instrument? Instrument, List<Reference> Names)
    {
        /// <summary>Whether the payment settles something, or some of it went back.</summary>
        public bool HasMoved { get; init; }

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
