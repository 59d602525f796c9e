using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>The part of <see cref="Prefetch"/> that reads what happened to a subject: all its events, with their transfers.</summary>
internal static class HistoryPrefetch
{
    // Indexes: the keys of event, transfer and ledger_account.
    private static readonly KeyedQuery Histories = new($"""
        SELECT {Tables.Event.Selected}, t.amount_minor, t.currency, t.charge_id,
               d.slot, d.kind, d.holder_id, d.purpose, c.slot, c.kind, c.holder_id, c.purpose
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT e.* FROM event e
           WHERE e.merchant_id = k.m AND e.subject_id = k.id AND e.merchant_id = ANY($3) OFFSET 0) x
          LEFT JOIN transfer t ON t.merchant_id = x.merchant_id AND t.subject_id = x.subject_id AND t.sequence = x.sequence
               AND t.merchant_id = ANY($3)
          LEFT JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id AND d.merchant_id = ANY($3)
          LEFT JOIN ledger_account c ON c.merchant_id = t.merchant_id AND c.id = t.credit_id AND c.merchant_id = ANY($3)
         ORDER BY x.merchant_id, x.subject_id, x.sequence, t.line
        """);

    public static void Add(Prefetch reading, Wanted wanted)
    {
        List<(Event Event, Transfer? Transfer)> rows = [];
        reading.Add(wanted.Of(Event.OfSubject), Histories, row =>
        {
            var happened = Tables.Event.Read(row);
            rows.Add((happened, TransferOf(row, happened.Origin.Merchant)));
        });
        reading.WhenRead(() =>
        {
            foreach (var together in rows.GroupBy(row => Event.Shelf.IdOf(row.Event)))
            {
                reading.State.Load(
                    together.First().Event with { Transfers = [.. together.Select(row => row.Transfer).OfType<Transfer>()] });
            }
        });
    }

    private static Transfer? TransferOf(NpgsqlDataReader row, MerchantId merchant)
    {
        var first = Tables.Event.Width;
        if (row.IsDBNull(first))
            return null;
        var currency = Currency.Parse(row.GetString(first + 1));
        return new Transfer(
            Account(first + 3), Account(first + 7), row.GetInt64(first),
            row.IsDBNull(first + 2) ? null : new ChargeId(merchant, row.GetGuid(first + 2)));

        LedgerAccount Account(int side) => new(
            merchant, row.GetInt16(side), Words.To<LedgerKind>(row.GetString(side + 1)), row.GetGuid(side + 2), row.GetString(side + 3),
            currency);
    }
}
