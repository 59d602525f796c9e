using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>
/// The part of <see cref="Evidence"/> that is about money that went out without our end-to-end id: the payments that a bank can have taken
/// back by it.
/// </summary>
internal static class ReturnEvidence
{
    /// <summary>A bank may return a debit so many days after its due day by itself, and some days more until it books it.</summary>
    private const int Days = 70;

    /// <summary>A lead is a proposal only where it is one: more need not be read.</summary>
    private const int Most = 3;

    private const string Payment =
        """
         CROSS JOIN LATERAL (SELECT x.id, x.number, x.account_id FROM payment x
           WHERE x.merchant_id = $1 AND x.id = a.payment_id AND x.status = 'captured' AND x.reversed_minor = 0 LIMIT 1) p
         CROSS JOIN LATERAL (SELECT x.slot FROM account x WHERE x.merchant_id = $1 AND x.id = p.account_id LIMIT 1) o
        """;

    /// <summary>Adds what tells of the payments that lines can take back.</summary>
    /// <param name="lines">Open lines of money that went out, with the names in their texts.</param>
    public static void Add(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant,
        IReadOnlyList<(SettlementLine Line, IReadOnlyList<string> Names)> lines, Action<SettlementLineId, NamedReturn> found)
    {
        AddMirrors(batch, take, merchant, [.. lines.Select(one => one.Line).Where(line => line.IsReversal)], found);
        AddMandates(
            batch, take, merchant, [.. lines.SelectMany(one => one.Names.Select(name => (one.Line.Id.Value, name)))], found);
        AddReasons(batch, take, merchant, [.. lines.Select(one => one.Line).Where(HasReason)], found);
    }

    private static bool HasReason(SettlementLine line) =>
        (line.Remittance ?? "").Split([' ', ',', ';', '.', ':', '(', ')', '+', '/'])
            .Any(piece => piece.Any(char.IsAsciiDigit) && ReturnReasons.Find(piece) is not null);

    /// <summary>
    /// The incoming line that a line is the other way round: with the same texts, or the only one where the bank marks a reversal, and no
    /// open line has its texts. Index: settlement_line_by_status.
    /// </summary>
    private static void AddMirrors(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, SettlementLine[] lines,
        Action<SettlementLineId, NamedReturn> found)
    {
        batch.Statement($"""
            SELECT k.id, p.id, p.number, p.account_id, o.slot, a.amount_minor, a.currency, a.is_equal, a.booked_on
              FROM unnest($2::uuid[], $3::text[], $4::boolean[]) k(id, text, is_marked)
             CROSS JOIN LATERAL (SELECT x.* FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) l
             CROSS JOIN LATERAL (
               SELECT x.payment_id, x.amount_minor, x.currency, x.booked_on,
                      k.text <> '' AND x.remittance = k.text AND x.counterparty IS NOT DISTINCT FROM l.counterparty AS is_equal
                 FROM settlement_line x
                WHERE x.merchant_id = $1 AND x.status = 'booked' AND x.booked_on BETWEEN l.booked_on - $5::int AND l.booked_on
                  AND x.amount_minor = -l.amount_minor AND x.currency = l.currency AND x.account = l.account AND x.use = 'transfer'
                  AND x.payment_id IS NOT NULL
                  AND ((k.text <> '' AND x.remittance = k.text AND x.counterparty IS NOT DISTINCT FROM l.counterparty)
                    OR (k.is_marked AND NOT EXISTS (SELECT 1 FROM settlement_line w
                         WHERE w.merchant_id = $1 AND w.status = 'open' AND w.booked_on BETWEEN l.booked_on - $5::int AND l.booked_on
                           AND w.amount_minor = -l.amount_minor AND w.currency = l.currency AND w.account = l.account
                           AND k.text <> '' AND w.remittance = k.text AND w.counterparty IS NOT DISTINCT FROM l.counterparty)))
                ORDER BY 5 DESC, x.booked_on DESC LIMIT $6) a
            {Payment}
            """)
            .With(merchant.Value).With(lines.ToColumn(line => line.Id.Value)).With(lines.ToColumn(TextOf))
            .With(lines.ToColumn(line => line.IsReversal)).With(Days).With(Most);
        take.Add(row => found(new SettlementLineId(merchant, row.GetGuid(0)), Read(row, merchant) with
        {
            Evidence = row.GetBoolean(7) ? ReturnLead.SameTexts : ReturnLead.SameAmount,
            BookedOn = row.GetFieldValue<DateOnly>(8),
        }));
    }

    /// <summary>
    /// The booked lines that brought the amount of a line in one sum of several payments: those of a file of ours that the line names, or
    /// any where the bank marks a reversal. Indexes: settlement_line_by_status, settlement_line_of_statement; the keys of statement and
    /// payment.
    /// </summary>
    /// <param name="lines">Open lines of money that went out, each with the file that it names; null for none.</param>
    public static void AddLumps(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant,
        IReadOnlyList<(SettlementLine Line, CollectionId? File)> lines, Action<SettlementLineId, NamedLump> found)
    {
        batch.Statement("""
            SELECT k.id, a.booked_on, a.amount_minor, a.currency, p.ids, p.numbers, p.sum_minor, f.kept_minor
              FROM unnest($2::uuid[], $3::text[]) k(id, file)
             CROSS JOIN LATERAL (SELECT x.* FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) l
             CROSS JOIN LATERAL (
               SELECT x.booked_on, x.amount_minor, x.currency, s.id AS report
                 FROM settlement_line x
                 JOIN statement s ON s.merchant_id = $1 AND s.id = x.settles_id AND s.source = 'payout'
                  AND s.account IN ('bank', 'bank-transfer') AND (k.file IS NULL OR left(s.reference, 32) = k.file)
                WHERE x.merchant_id = $1 AND x.status = 'booked' AND x.booked_on BETWEEN l.booked_on - $4::int AND l.booked_on
                  AND x.amount_minor = -l.amount_minor AND x.currency = l.currency AND x.account = l.account AND x.use = 'payout'
                ORDER BY x.booked_on DESC LIMIT $5) a
             CROSS JOIN LATERAL (
               SELECT array_agg(y.id ORDER BY y.number) AS ids, array_agg(y.number ORDER BY y.number) AS numbers,
                      coalesce(sum(y.amount_minor), 0)::bigint AS sum_minor
                 FROM settlement_line x
                 JOIN payment y ON y.merchant_id = $1 AND y.id = x.payment_id AND y.status = 'captured' AND y.reversed_minor = 0
                WHERE x.merchant_id = $1 AND x.statement_id = a.report AND x.status = 'booked' AND x.amount_minor > 0) p
             CROSS JOIN LATERAL (
               SELECT coalesce(-sum(x.amount_minor), 0)::bigint AS kept_minor FROM settlement_line x
                WHERE x.merchant_id = $1 AND x.statement_id = a.report AND x.kind = 'fee' AND x.amount_minor < 0) f
             WHERE p.sum_minor > 0
            """)
            .With(merchant.Value).With(lines.ToColumn(one => one.Line.Id.Value)).With(lines.ToColumn(one => one.File?.Message)).With(Days)
            .With(Most);
        take.Add(row =>
        {
            var currency = Currency.Parse(row.GetString(3));
            found(new SettlementLineId(merchant, row.GetGuid(0)), new NamedLump(
                row.GetFieldValue<DateOnly>(1), new Money(row.GetInt64(2), currency),
                [.. row.GetFieldValue<Guid[]>(4).Select(id => new PaymentId(merchant, id)).Zip(row.GetFieldValue<long[]>(5))],
                new Money(row.GetInt64(6), currency), new Money(row.GetInt64(7), currency)));
        });
    }

    private static string TextOf(SettlementLine line) => line.IsReversal
        ? (line.Remittance ?? "")[..^SettlementWording.Reversal.Length].TrimEnd() : line.Remittance ?? "";

    /// <summary>
    /// The last debit of a mandate that a line names, of its amount. Indexes: mandate_by_reference, debit_terms_of_instrument,
    /// dispute_of_payment.
    /// </summary>
    private static void AddMandates(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, (Guid Line, string Name)[] named,
        Action<SettlementLineId, NamedReturn> found)
    {
        batch.Statement($"""
            SELECT DISTINCT k.id, p.id, p.number, p.account_id, o.slot, a.amount_minor, a.currency
              FROM unnest($2::uuid[], $3::text[]) k(id, name)
             CROSS JOIN LATERAL (SELECT x.instrument_id FROM mandate x WHERE x.merchant_id = $1 AND x.reference = k.name LIMIT 1) m
             CROSS JOIN LATERAL (SELECT x.* FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) l
             CROSS JOIN LATERAL (
               SELECT y.payment_id, y.amount_minor, y.currency
                 FROM debit_terms t
                 JOIN attempt y ON y.merchant_id = $1 AND y.id = t.debit_id AND y.status = 'approved'
                WHERE t.merchant_id = $1 AND t.instrument_id = m.instrument_id AND y.currency = l.currency
                  AND y.amount_minor BETWEEN -l.amount_minor - $4::bigint AND -l.amount_minor
                  AND NOT EXISTS (SELECT 1 FROM dispute d WHERE d.merchant_id = $1 AND d.payment_id = y.payment_id AND d.status <> 'won')
                ORDER BY t.due_on DESC LIMIT 1) a
            {Payment}
            """)
            .With(merchant.Value).With(named.ToColumn(one => one.Line)).With(named.ToColumn(one => one.Name))
            .With(ReturnReasons.MostChargesMinor);
        take.Add(row => found(
            new SettlementLineId(merchant, row.GetGuid(0)), Read(row, merchant) with { Evidence = ReturnLead.Mandate }));
    }

    /// <summary>
    /// The debits of the amount of a line that names a reason for a return. Indexes: debit_of_collection, dispute_of_payment; the keys of
    /// attempt and collection.
    /// </summary>
    private static void AddReasons(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, SettlementLine[] lines,
        Action<SettlementLineId, NamedReturn> found)
    {
        batch.Statement($"""
            SELECT k.id, p.id, p.number, p.account_id, o.slot, a.amount_minor, a.currency
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT x.* FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) l
             CROSS JOIN LATERAL (SELECT s.account_hash FROM statement s WHERE s.merchant_id = $1 AND s.id = l.statement_id LIMIT 1) s
             CROSS JOIN LATERAL (
               SELECT y.payment_id, y.amount_minor, y.currency
                 FROM collection c
                 JOIN debit d ON d.merchant_id = $1 AND d.collection_id = c.id AND NOT d.is_left_out
                 JOIN attempt y ON y.merchant_id = $1 AND y.id = d.id AND y.verb = 'capture' AND y.status = 'approved'
                WHERE c.merchant_id = $1 AND c.status = 'handed_out' AND c.account_hash = s.account_hash
                  AND c.due_on BETWEEN l.booked_on - $4::int AND l.booked_on
                  AND y.amount_minor BETWEEN -l.amount_minor - $3::bigint AND -l.amount_minor
                  AND NOT EXISTS (SELECT 1 FROM dispute r WHERE r.merchant_id = $1 AND r.payment_id = y.payment_id AND r.status <> 'won')
                LIMIT $5) a
            {Payment}
            """)
            .With(merchant.Value).With(lines.ToColumn(line => line.Id.Value)).With(ReturnReasons.MostChargesMinor).With(Days).With(Most);
        take.Add(row => found(
            new SettlementLineId(merchant, row.GetGuid(0)), Read(row, merchant) with { Evidence = ReturnLead.AmountAndReason }));
    }

    private static NamedReturn Read(NpgsqlDataReader row, MerchantId merchant) => new(
        new PaymentId(merchant, row.GetGuid(1)), row.GetInt64(2), new AccountId(merchant, row.GetGuid(3)), row.GetInt16(4),
        new Money(row.GetInt64(5), Currency.Parse(row.GetString(6))));
}
