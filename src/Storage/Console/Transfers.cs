using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>A transfer's key: its event and its line there, from 1. It is also a place in a list of transfers.</summary>
public readonly record struct TransferPlace(Guid Subject, int Sequence, int Line)
{
    public static readonly TransferPlace End = new(Guid.AllBitsSet, int.MaxValue, int.MaxValue);
}

/// <summary>One of the two ledger accounts of a transfer. The holder's number is null for the merchant's own accounts.</summary>
public sealed record LedgerSide(Guid Id, LedgerAccount Account, long? HolderNumber);

/// <summary>A transfer with its event.</summary>
public sealed record BookedTransfer(
    TransferPlace Place, DateTimeOffset At, EventType Event, LedgerSide Debit, LedgerSide Credit, Money Amount)
{
    /// <summary>The number of the event's payment; null where the event belongs to something else.</summary>
    public long? PaymentNumber { get; init; }

    /// <summary>The name of the charge that it raises, settles or forgives; null for none.</summary>
    public string? Charge { get; init; }

    /// <summary>The number of that charge; null for none.</summary>
    public long? ChargeNumber { get; init; }

    /// <summary>The credential of the request; 0 where an operator or the server itself acted.</summary>
    public long Credential { get; init; }

    public Guid Request { get; init; }

    /// <summary>Whether money settles the charge by it.</summary>
    public bool Settles =>
        TransferMeanings.Of(Debit.Account.Kind, Credit.Account.Kind) is TransferMeaning.Settles or TransferMeaning.Allocates;

    /// <summary>The customer of either side; null where both are the merchant's own.</summary>
    public (Guid Account, long Number)? Customer =>
        Debit.HolderNumber is { } debit ? (Debit.Account.Holder, debit) : Credit.HolderNumber is { } credit
            ? (Credit.Account.Holder, credit) : null;
}

/// <summary>
/// A part of the transfers of some ledger accounts, the newest first, with the sums that prove it: newer transfers, these and older ones
/// add up to the balance. Debits count above zero, minor units.
/// </summary>
public sealed record TransferPage(IReadOnlyList<BookedTransfer> Transfers, long BalanceMinor, long PageMinor)
{
    public long NewerCount { get; init; }

    public long NewerMinor { get; init; }

    /// <summary>The sum of the older ones; the difference to the balance where not all were added up.</summary>
    public long OlderMinor { get; init; }

    /// <summary>Null where the older ones were not counted.</summary>
    public long? OlderCount { get; init; }

    /// <summary>False where there are too many newer ones to add up: <see cref="OlderMinor"/> then includes them.</summary>
    public bool IsNewerSummed { get; init; } = true;

    /// <summary>Whether all transfers add up to the balance; null where not all were added up.</summary>
    public bool? IsProven => OlderCount is null ? null : NewerMinor + PageMinor + OlderMinor == BalanceMinor;

    /// <summary>The last transfer of this part, behind which the next part begins; null at the end.</summary>
    public TransferPlace? Next { get; init; }

    /// <summary>Whether the search stopped before the part was full.</summary>
    public bool IsCutShort { get; init; }
}

/// <summary>
/// Reads the transfers of ledger accounts. No index leads from a ledger account to its transfers, since every payment would have to write
/// it. The payments and charges of a customer lead to the customer's transfers. For the merchant's own accounts, and for customers with
/// many payments, the search goes back through all transfers, a bounded part at a time.
/// </summary>
public sealed class TransferReading(NpgsqlDataSource database)
{
    public const int PageSize = 50;

    // For a customer with more payments and charges the search goes through all transfers.
    private const int MostSubjects = 3000;
    private const int Window = 10_000;
    private const int NewerSummed = 20_000;

    internal const string Moved = """
        SELECT t.*, e.occurred_at, e.booked_on, e.type, e.credential_id, e.request_id,
               CASE WHEN t.debit_id = ANY($2) THEN t.amount_minor ELSE 0 END - CASE WHEN t.credit_id = ANY($2) THEN t.amount_minor
                   ELSE 0 END AS effect_minor
          FROM (SELECT p.id FROM payment p WHERE p.account_id = $3 AND p.merchant_id = $1
                UNION ALL
                SELECT c.id FROM charge c WHERE c.account_id = $3 AND c.merchant_id = $1) s
         CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = s.id OFFSET 0) t
         CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = t.subject_id
             AND e.sequence = t.sequence LIMIT 1) e
         WHERE t.debit_id = ANY($2) OR t.credit_id = ANY($2)
        """;

    /// <summary>The columns of <see cref="Transfer"/>, of a transfer t with its event e and the joins of <see cref="Around"/>.</summary>
    internal const string Columns = """
        t.subject_id, t.sequence, t.line, t.amount_minor, t.currency, e.occurred_at, e.type, e.credential_id, e.request_id,
        d.id, d.slot, d.kind, d.holder_id, d.purpose, d.currency, c.id, c.slot, c.kind, c.holder_id, c.purpose, c.currency,
        da.number, ca.number, p.number, g.name, g.number
        """;

    /// <summary>How many columns those are.</summary>
    internal const int Width = 26;

    internal const string Around = $"""
        CROSS JOIN LATERAL (SELECT l.* FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.debit_id LIMIT 1) d
        CROSS JOIN LATERAL (SELECT l.* FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = t.credit_id LIMIT 1) c
         LEFT JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = d.holder_id LIMIT 1) da ON true
         LEFT JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = c.holder_id LIMIT 1) ca ON true
         LEFT JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = t.subject_id LIMIT 1) p ON true
         LEFT JOIN LATERAL (SELECT {Tables.ChargeName} AS name, x.number FROM charge x WHERE x.merchant_id = $1
             AND x.id = t.charge_id LIMIT 1) g ON true
        """;

    internal const string Event = """
        CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = t.subject_id
            AND e.sequence = t.sequence LIMIT 1) e
        """;

    /// <summary>A ledger account with a part of its transfers; null where the merchant has none of that id.</summary>
    public Task<(LedgerTotals Ledger, TransferPage Page)?> OfLedgerAccountAsync(
        MerchantId merchant, Guid ledger, TransferPlace? before, CancellationToken cancel) =>
        Snapshot.ReadAsync<(LedgerTotals, TransferPage)?>(database, async snapshot =>
        {
            if (await LedgerReading.FindAsync(snapshot, merchant, ledger) is not { } totals)
                return null;
            var balanceMinor = totals.DebitsMinor - totals.CreditsMinor;
            var page = totals.Account.Holder != Guid.Empty && await HasFewAsync(snapshot, new AccountId(merchant, totals.Account.Holder))
                ? await OfCustomerAsync(snapshot, merchant, totals.Account.Holder, [ledger], balanceMinor, before)
                : await OfAllTransfersAsync(snapshot, merchant, [ledger], balanceMinor, before);
            return (totals, page);
        }, cancel);

    /// <summary>The first transfers of one event, or of all events of a payment or charge, in their order.</summary>
    internal static Task<List<BookedTransfer>> OfEventAsync(
        Snapshot snapshot, MerchantId merchant, Guid subject, int? sequence, int limit) => snapshot.AllAsync(
        $"""
        SELECT {Columns}
          FROM (SELECT t.* FROM transfer t
                 WHERE t.merchant_id = $1 AND t.subject_id = $2 AND t.sequence BETWEEN $3 AND $4
                     ORDER BY t.sequence, t.line LIMIT $5) t {Event} {Around}
         ORDER BY t.sequence, t.line
        """,
        command => command.With(merchant.Value).With(subject).With(sequence ?? 0).With(sequence ?? int.MaxValue).With(limit), row =>
            Transfer(row, merchant));

    /// <summary>Transfers by their keys, in this order.</summary>
    internal static Task<List<BookedTransfer>> OfPlacesAsync(Snapshot snapshot, MerchantId merchant, IReadOnlyList<TransferPlace> places) =>
        snapshot.AllAsync(
        $"""
        SELECT {Columns}
          FROM unnest($2::uuid[], $3::int[], $4::int[]) WITH ORDINALITY k(subject_id, sequence, line, place)
         CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = k.subject_id AND t.sequence = k.sequence
             AND t.line = k.line LIMIT 1) t
        {Event} {Around}
         ORDER BY k.place
        """,
        command => command.With(merchant.Value).With(places.ToColumn(place => place.Subject)).With(places.ToColumn(place => place.Sequence))
            .With(places.ToColumn(place => place.Line)),
        row => Transfer(row, merchant));

    /// <summary>Whether a customer has few enough payments and charges to go through all of them.</summary>
    private static async Task<bool> HasFewAsync(Snapshot snapshot, AccountId account)
    {
        // Indexes: payment_of_account, charge_listed.
        var counts = await snapshot.AllAsync(
            """
            SELECT (SELECT count(*) FROM (SELECT 1 FROM payment p WHERE p.account_id = $2 AND p.merchant_id = $1 LIMIT $3) p)
                   + (SELECT count(*) FROM (SELECT 1 FROM charge c WHERE c.account_id = $2 AND c.merchant_id = $1 LIMIT $3) c)
            """,
            command => command.With(account.Merchant.Value).With(account.Value).With(MostSubjects), row => row.GetInt64(0));
        return counts[0] < MostSubjects;
    }

    private static async Task<TransferPage> OfCustomerAsync(
        Snapshot snapshot, MerchantId merchant, Guid account, Guid[] ledger, long balanceMinor, TransferPlace? before)
    {
        // The newest first, by the time of the event.
        var rows = await snapshot.AllAsync(
            $"""
            WITH moved AS MATERIALIZED ({Moved}),
                 numbered AS (SELECT m.*, row_number() OVER (ORDER BY m.occurred_at DESC, m.subject_id DESC, m.sequence DESC, m.line DESC)
                     AS place FROM moved m),
                 start AS (SELECT coalesce((SELECT n.place FROM numbered n WHERE n.subject_id = $4 AND n.sequence = $5
                     AND n.line = $6), 0) AS place)
            SELECT {Columns}, t.effect_minor, s.newer, s.newer_minor, s.older, s.older_minor
              FROM (SELECT count(*) FILTER (WHERE n.place <= start.place) AS newer,
                           coalesce(sum(n.effect_minor) FILTER (WHERE n.place <= start.place), 0)::bigint AS newer_minor,
                           count(*) FILTER (WHERE n.place > start.place + $7) AS older,
                           coalesce(sum(n.effect_minor) FILTER (WHERE n.place > start.place + $7), 0)::bigint AS older_minor
                      FROM numbered n, start) s,
                   (SELECT n.* FROM numbered n, start WHERE n.place > start.place AND n.place <= start.place + $7) t
              CROSS JOIN LATERAL (SELECT t.occurred_at, t.type, t.credential_id, t.request_id) e {Around}
             ORDER BY t.place
            """,
            command => command.With(merchant.Value).With(ledger).With(account).With(before?.Subject ?? Guid.Empty)
                .With(before?.Sequence ?? 0).With(before?.Line ?? 0)
                .With(PageSize),
            row => (Transfer: Transfer(row, merchant), Effect: row.GetInt64(Width), Newer: row.GetInt64(Width + 1),
                NewerMinor: row.GetInt64(Width + 2), Older: row.GetInt64(Width + 3), OlderMinor: row.GetInt64(Width + 4)));
        if (rows.Count == 0)
            return new TransferPage([], balanceMinor, 0) { OlderCount = 0 };
        var first = rows[0];
        return new TransferPage([.. rows.Select(row => row.Transfer)], balanceMinor, rows.Sum(row => row.Effect))
        {
            NewerCount = first.Newer,
            NewerMinor = first.NewerMinor,
            OlderCount = first.Older,
            OlderMinor = first.OlderMinor,
            Next = first.Older > 0 ? rows[^1].Transfer.Place : null,
        };
    }

    private static async Task<TransferPage> OfAllTransfersAsync(
        Snapshot snapshot, MerchantId merchant, Guid[] ledger, long balanceMinor, TransferPlace? before)
    {
        var from = before ?? TransferPlace.End;
        // Index: the primary key, backwards. Ids of payments and charges begin with the time.
        var rows = await snapshot.AllAsync(
            $"""
            SELECT {Columns}, CASE WHEN t.debit_id = ANY($2) THEN t.amount_minor ELSE 0 END - CASE WHEN t.credit_id = ANY($2)
                THEN t.amount_minor ELSE 0 END
              FROM (SELECT t.* FROM (
                        SELECT t.* FROM transfer t
                         WHERE t.merchant_id = $1 AND (t.merchant_id, t.subject_id, t.sequence, t.line) < ($1, $3, $4, $5)
                         ORDER BY t.merchant_id DESC, t.subject_id DESC, t.sequence DESC, t.line DESC LIMIT $6) t
                     WHERE t.debit_id = ANY($2) OR t.credit_id = ANY($2) LIMIT $7) t
              {Event} {Around}
             ORDER BY t.subject_id DESC, t.sequence DESC, t.line DESC
            """,
            command => command.With(merchant.Value).With(ledger).With(from.Subject).With(from.Sequence).With(from.Line).With(Window)
                .With(PageSize + 1),
            row => (Transfer: Transfer(row, merchant), Effect: row.GetInt64(Width)));
        var hasMore = rows.Count > PageSize;
        if (hasMore)
            rows.RemoveAt(PageSize);
        var end = hasMore ? rows[^1].Transfer.Place : await EndOfWindowAsync(snapshot, merchant, from);
        var (newer, newerMinor) = before is null ? (0L, 0L) : await NewerAsync(snapshot, merchant, ledger, from);
        var pageMinor = rows.Sum(row => row.Effect);
        var isAll = end is null && newer >= 0;
        return new TransferPage([.. rows.Select(row => row.Transfer)], balanceMinor, pageMinor)
        {
            NewerCount = newer,
            NewerMinor = newer < 0 ? 0 : newerMinor,
            IsNewerSummed = newer >= 0,
            // These are the oldest, and the newer ones are known: everything was added up.
            OlderMinor = isAll ? 0 : balanceMinor - pageMinor - (newer < 0 ? 0 : newerMinor),
            OlderCount = isAll ? 0 : null,
            Next = end,
            IsCutShort = !hasMore && end is not null,
        };
    }

    /// <summary>The last transfer that was searched; null at the end of all.</summary>
    private static async Task<TransferPlace?> EndOfWindowAsync(Snapshot snapshot, MerchantId merchant, TransferPlace from)
    {
        var last = await snapshot.AllAsync(
            """
            SELECT t.subject_id, t.sequence, t.line FROM transfer t
             WHERE t.merchant_id = $1 AND (t.merchant_id, t.subject_id, t.sequence, t.line) < ($1, $2, $3, $4)
             ORDER BY t.merchant_id DESC, t.subject_id DESC, t.sequence DESC, t.line DESC OFFSET $5 LIMIT 1
            """,
            command => command.With(merchant.Value).With(from.Subject).With(from.Sequence).With(from.Line).With(Window - 1),
            row => new TransferPlace(row.GetGuid(0), row.GetInt32(1), row.GetInt32(2)));
        return last.Count == 0 ? null : last[0];
    }

    /// <summary>The number and sum of the transfers up to a place, that one included; -1 where there are too many to add up.</summary>
    private static async Task<(long Count, long SumMinor)> NewerAsync(
        Snapshot snapshot, MerchantId merchant, Guid[] ledger, TransferPlace from)
    {
        var sums = await snapshot.AllAsync(
            """
            SELECT count(*), count(*) FILTER (WHERE t.debit_id = ANY($2) OR t.credit_id = ANY($2)),
                   coalesce(sum(CASE WHEN t.debit_id = ANY($2) THEN t.amount_minor ELSE 0 END - CASE WHEN t.credit_id = ANY($2)
                       THEN t.amount_minor ELSE 0 END), 0)::bigint
              FROM (SELECT t.* FROM transfer t
                     WHERE t.merchant_id = $1 AND (t.merchant_id, t.subject_id, t.sequence, t.line) >= ($1, $3, $4, $5)
                     ORDER BY t.merchant_id DESC, t.subject_id DESC, t.sequence DESC, t.line DESC LIMIT $6) t
            """,
            command => command.With(merchant.Value).With(ledger).With(from.Subject).With(from.Sequence).With(from.Line).With(NewerSummed),
            row => (Looked: row.GetInt64(0), Count: row.GetInt64(1), Sum: row.GetInt64(2)));
        return sums[0].Looked < NewerSummed ? (sums[0].Count, sums[0].Sum) : (-1, 0);
    }

    internal static BookedTransfer Transfer(NpgsqlDataReader row, MerchantId merchant) => new(
        new TransferPlace(row.GetGuid(0), row.GetInt32(1), row.GetInt32(2)), row.GetFieldValue<DateTimeOffset>(5),
        Words.To<EventType>(row.GetString(6)),
        Side(row, merchant, 9, 21), Side(row, merchant, 15, 22), new Money(row.GetInt64(3), Currency.Parse(row.GetString(4))))
    {
        Credential = row.GetInt64(7),
        Request = row.GetGuid(8),
        PaymentNumber = row.IsDBNull(23) ? null : row.GetInt64(23),
        Charge = row.IsDBNull(24) ? null : row.GetString(24),
        ChargeNumber = row.IsDBNull(25) ? null : row.GetInt64(25),
    };

    private static LedgerSide Side(NpgsqlDataReader row, MerchantId merchant, int first, int number) =>
        new(row.GetGuid(first), LedgerRows.Name(row, merchant, first + 1), row.IsDBNull(number) ? null : row.GetInt64(number));
}
