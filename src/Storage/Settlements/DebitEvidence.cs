using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>The part of <see cref="Evidence"/> that is about payouts, and about debits and transfers of our files.</summary>
internal static class DebitEvidence
{
    /// <summary>
    /// Payout reports, and the reports of what the bank's own lines are made of: those name a debit or a file of ours. Indexes:
    /// statement_payout, settlement_line_of_statement; the keys of collection and debit.
    /// </summary>
    public static void AddPayouts(NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names,
        Action<string, NamedPayout> found)
    {
        batch.Statement("""
            SELECT t.name, s.id, s.account, s.closing_minor, s.currency,
                   EXISTS (SELECT 1 FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = s.id),
                   s.account IN ('bank', 'bank-transfer')
                   AND EXISTS (SELECT 1 FROM settlement_line x WHERE x.merchant_id = $1 AND x.statement_id = s.id AND x.status = 'open'),
                   CASE WHEN s.account IN ('bank', 'bank-transfer') THEN coalesce(
                       (SELECT c.account_hash FROM collection c WHERE c.merchant_id = $1 AND c.id = s.named),
                       (SELECT c.account_hash FROM debit d JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id
                         WHERE d.merchant_id = $1 AND d.id = s.named)) END
              FROM unnest($2::text[]) t(name)
             CROSS JOIN LATERAL (
               SELECT x.*, CASE WHEN x.reference ~ '^[0-9a-f]{32}' THEN left(x.reference, 32)::uuid END AS named FROM statement x
               WHERE x.merchant_id = $1 AND x.source = 'payout' AND x.reference = t.name AND x.closing_minor IS NOT NULL
                 AND x.undone_at IS NULL LIMIT 2) s
            """)
            .With(merchant.Value).With(names);
        take.Add(row => found(row.GetString(0), new NamedPayout(
            new StatementId(merchant, row.GetGuid(1)), row.GetString(2), row.GetString(0),
            new Money(row.GetInt64(3), Currency.Parse(row.GetString(4))), row.GetBoolean(5))
        {
            IsContradicted = row.GetBoolean(6),
            AccountHash = row.IsDBNull(7) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(7),
        }));
    }

    /// <summary>
    /// Files that were handed out, by their ids or their groups', which banks write into texts. Index: the key of collection.
    /// </summary>
    public static void AddCollections(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Action<string, NamedCollection> found)
    {
        var ids = IdsIn(names);
        batch.Statement("""
            SELECT t.name, c.id, c.number, c.sum_minor, c.currency, c.account_hash, c.kind
              FROM unnest($2::text[], $3::uuid[]) t(name, id)
             CROSS JOIN LATERAL (SELECT x.* FROM collection x
               WHERE x.merchant_id = $1 AND x.id = t.id AND x.status = 'handed_out' LIMIT 1) c
            """)
            .With(merchant.Value).With(ids.ToColumn(one => one.Name)).With(ids.ToColumn(one => one.Id));
        take.Add(row => found(row.GetString(0), new NamedCollection(
            new CollectionId(merchant, row.GetGuid(1)), row.GetInt64(2), new Money(row.GetInt64(3), Currency.Parse(row.GetString(4))))
        {
            AccountHash = row.IsDBNull(5) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(5),
            IsOfRefunds = Words.To<CollectionKind>(row.GetString(6)) == CollectionKind.Transfers,
        }));
    }

    private static List<(string Name, Guid Id)> IdsIn(string[] names)
    {
        const int Length = 32;
        List<(string Name, Guid Id)> ids = [];
        foreach (var name in names)
        {
            if (name.Length >= Length && (name.Length == Length || name[Length] == '-')
                && Guid.TryParseExact(name[..Length], "N", out var id))
            {
                ids.Add((name, id));
            }
        }

        return ids;
    }

    /// <summary>
    /// Debits and transfers by their end-to-end ids, which may have the mark of a return behind them: those in files that were handed out,
    /// with the account of the file, and those that perhaps went in the time that a restore lost.
    /// Indexes: dispute_of_payment, settlement_line_of_payment, settlement_line_settles_once; the keys of attempt, debit, collection,
    /// payment and account.
    /// </summary>
    public static void AddDebits(NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names,
        Action<string, NamedDebit> found)
    {
        var ids = IdsIn(names);
        batch.Statement($"""
            SELECT t.name, a.id, a.payment_id, p.number, a.account_id, o.slot, a.amount_minor, a.currency, a.status, a.verb = 'refund',
                   o.number, c.account_hash, r.amount_minor, r.fee_minor, EXISTS (SELECT FROM settlement_line x
                    WHERE x.merchant_id = $1 AND x.settles_id = CASE WHEN a.verb = 'refund' THEN a.id ELSE a.payment_id END),
                   c.has_file IS NOT NULL, r.amount_minor <= (SELECT -sum(x.amount_minor + x.fee_minor) FROM settlement_line x
                    WHERE x.merchant_id = $1 AND x.payment_id = a.payment_id AND x.kind = 'chargeback' AND x.status = 'booked')
              FROM unnest($2::text[], $3::uuid[]) t(name, id)
             CROSS JOIN LATERAL (SELECT x.* FROM attempt x
               WHERE x.merchant_id = $1 AND x.id = t.id
                 AND (x.verb = 'refund' OR (x.verb = 'capture' AND x.provider = 'bank')) LIMIT 1) a
              LEFT JOIN LATERAL (SELECT x.collection_id FROM debit x
               WHERE x.merchant_id = $1 AND x.id = t.id AND NOT x.is_left_out LIMIT 1) d ON true
              LEFT JOIN LATERAL (SELECT x.account_hash, true AS has_file FROM collection x
               WHERE x.merchant_id = $1 AND x.id = d.collection_id AND x.status = 'handed_out' LIMIT 1) c ON true
             CROSS JOIN LATERAL (SELECT x.number FROM payment x WHERE x.merchant_id = $1 AND x.id = a.payment_id LIMIT 1) p
             CROSS JOIN LATERAL (SELECT x.number, x.slot FROM account x WHERE x.merchant_id = $1 AND x.id = a.account_id LIMIT 1) o
              LEFT JOIN LATERAL (SELECT x.amount_minor, x.fee_minor FROM dispute x
               WHERE x.merchant_id = $1 AND x.payment_id = a.payment_id AND x.kind = 'returned_debit' AND {Collections.Standing}
               ORDER BY x.status = 'won', x.opened_at DESC, x.id DESC LIMIT 1) r ON true
             WHERE c.has_file
                OR (a.status IN ('open', 'unknown', 'pending') AND a.provider IN ('bank', 'bank-transfer', 'gateway')
                    AND coalesce(a.unsent_at, a.opened_at) < (SELECT max(began_at) FROM epoch))
            """)
            .With(merchant.Value).With(ids.ToColumn(one => one.Name)).With(ids.ToColumn(one => one.Id));
        take.Add(row =>
        {
            var currency = Currency.Parse(row.GetString(7));
            found(row.GetString(0), new NamedDebit(
                new AttemptId(merchant, row.GetGuid(1)), new PaymentId(merchant, row.GetGuid(2)), row.GetInt64(3),
                new AccountId(merchant, row.GetGuid(4)), row.GetInt16(5), new Money(row.GetInt64(6), currency),
                Words.To<AttemptStatus>(row.GetString(8)), row.GetString(0))
            {
                IsRefund = row.GetBoolean(9),
                Customer = row.GetInt64(10),
                AccountHash = row.IsDBNull(11) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(11),
                Returned = row.IsDBNull(12) ? null : new Money(row.GetInt64(12), currency),
                ChargesMinor = row.IsDBNull(13) ? 0 : row.GetInt64(13),
                IsShown = row.GetBoolean(14),
                HasFile = row.GetBoolean(15),
                IsReturnShown = !row.IsDBNull(16) && row.GetBoolean(16),
            });
        });
    }
}
