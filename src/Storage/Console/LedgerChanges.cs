using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>
/// The effect of transfers on one line of the books: a customer's ledger account, or the merchant's own of all slots together.
/// </summary>
/// <param name="Customer">The number of the customer; null for the merchant's own.</param>
/// <param name="Name">The customer's name; null where it is not known.</param>
/// <param name="Before">The balance before them, on its usual side.</param>
/// <param name="After">The balance after them.</param>
public sealed record LedgerChange(LedgerAccount Account, long? Customer, string? Name, Money Before, Money After);

/// <summary>Reads the books before and after transfers that are yet to be made.</summary>
public sealed class LedgerChanges(NpgsqlDataSource database)
{
    /// <summary>How many events a subject has.</summary>
    public Task<int> EventsOfAsync(MerchantId merchant, Guid subject, CancellationToken cancel) => database.FirstAsync(
        "SELECT coalesce(max(e.sequence), 0) FROM event e WHERE e.merchant_id = $1 AND e.subject_id = $2",
        command => command.With(merchant.Value).With(subject), row => row.GetInt32(0), cancel);

    /// <summary>The lines that the transfers change, in the order of the chart. Lines that they leave as they are, are missing.</summary>
    public async Task<IReadOnlyList<LedgerChange>> ReadAsync(
        MerchantId merchant, IEnumerable<Transfer> transfers, CancellationToken cancel)
    {
        List<(LedgerAccount Account, long Minor)> moved =
        [
            .. transfers.SelectMany(transfer => new[] { (transfer.Debit, transfer.AmountMinor), (transfer.Credit, -transfer.AmountMinor) })
                .GroupBy(side => side.Item1 with { Slot = 0 }, side => side.Item2)
                .Select(side => (side.Key, side.Sum())).Where(side => side.Item2 != 0)
                .OrderBy(side => side.Key.Kind).ThenBy(side => side.Key.Holder).ThenBy(side => side.Key.Purpose, StringComparer.Ordinal),
        ];
        // Index: ledger_account_of_holder.
        return await Snapshot.ReadAsync(database, snapshot => snapshot.AllAsync(
            """
            SELECT k.i, coalesce(l.minor, 0), a.number, h.name
              FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY k(kind, holder, purpose, currency, i)
             CROSS JOIN LATERAL (SELECT sum(x.debits_minor - x.credits_minor)::bigint AS minor FROM ledger_account x
                WHERE x.merchant_id = $1 AND x.holder_id = k.holder AND x.kind = k.kind AND x.purpose = k.purpose
                  AND x.currency = k.currency) l
              LEFT JOIN account a ON a.merchant_id = $1 AND a.id = k.holder
              LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = k.holder
             ORDER BY k.i
            """,
            command => command.With(merchant.Value)
                .With(moved.ToColumn(side => Words.Of(side.Account.Kind)))
                .With(moved.ToColumn(side => side.Account.Holder))
                .With(moved.ToColumn(side => side.Account.Purpose))
                .With(moved.ToColumn(side => side.Account.Currency.Code)),
            row =>
            {
                var (account, minor) = moved[(int)row.GetInt64(0) - 1];
                var sign = Chart.IsDebitNormal(account.Kind) ? 1 : -1;
                return new LedgerChange(
                    account, row.IsDBNull(2) ? null : row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3),
                    new Money(sign * row.GetInt64(1), account.Currency), new Money(sign * (row.GetInt64(1) + minor), account.Currency));
            }), cancel);
    }
}
