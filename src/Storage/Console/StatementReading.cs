using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>
/// Reads customers' statements. All that was ever booked for a customer is added up each time, by what the customer has, and compared with the totals: it takes
/// as long as the customer has payments and charges, however many others have.
/// </summary>
/// <param name="database">The books.</param>
public sealed class StatementReading(NpgsqlDataSource database)
{
    /// <summary>A statement, or a part of it.</summary>
    /// <param name="account">The customer.</param>
    /// <param name="currency">The currency; null for the one in which the customer is billed.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="until">When it has ended.</param>
    /// <param name="skip">How many lines come before this part.</param>
    /// <param name="limit">How many lines the part has at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The statement; null where the merchant has no such customer.</returns>
    public Task<Statement?> ReadAsync(
        AccountId account, Currency? currency, DateTimeOffset from, DateTimeOffset until, long skip, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            if (await CustomerReading.FindAsync(snapshot, account) is not { } customer)
                return null;
            var ledger = await snapshot.OfHolderAsync(account.Merchant, account.Value);
            var of = currency ?? customer.Account.Currency;
            var own = ledger.Where(each => each.Account.Currency == of).ToList();
            var ids = own.Select(each => each.Id).ToArray();
            var sums = await SumsAsync(snapshot, account, ids, from, until, skip);
            var lines = await LinesAsync(snapshot, account, ids, from, until, skip, limit);
            var balanceMinor = checked(sums.BeforeMinor + sums.SkippedMinor);
            List<StatementLine> stated = [];
            foreach (var (transfer, owesMinor) in lines)
                stated.Add(new StatementLine(transfer, owesMinor, balanceMinor = checked(balanceMinor + owesMinor)));
            return new Statement(
                customer, of, [.. ledger.Select(each => each.Account.Currency).Append(customer.Account.Currency).Distinct().OrderBy(each => each.Code)],
                sums.BeforeMinor, checked(sums.BeforeMinor + sums.WithinMinor), stated, sums.Count,
                sums.AllMinor == own.Sum(each => each.DebitsMinor - each.CreditsMinor));
        }, cancel);

    private static async Task<(long BeforeMinor, long WithinMinor, long AllMinor, long Count, long SkippedMinor)> SumsAsync(
        Snapshot snapshot, AccountId account, Guid[] ledger, DateTimeOffset from, DateTimeOffset until, long skip)
    {
        var sums = await snapshot.AllAsync(
            $"""
            SELECT coalesce(sum(m.effect_minor) FILTER (WHERE m.occurred_at < $4), 0)::bigint,
                   coalesce(sum(m.effect_minor) FILTER (WHERE m.occurred_at >= $4 AND m.occurred_at < $5), 0)::bigint,
                   coalesce(sum(m.effect_minor), 0)::bigint,
                   count(*) FILTER (WHERE m.occurred_at >= $4 AND m.occurred_at < $5)
              FROM ({TransferReading.Moved}) m
            """,
            command => command.With(account.Merchant.Value).With(ledger).With(account.Value).With(from.UtcDateTime).With(until.UtcDateTime),
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
        var skipped = skip == 0 ? 0 : (await snapshot.AllAsync(
            $"""
            SELECT coalesce(sum(m.effect_minor), 0)::bigint
              FROM (SELECT m.effect_minor FROM ({TransferReading.Moved}) m WHERE m.occurred_at >= $4 AND m.occurred_at < $5
                     ORDER BY m.occurred_at, m.subject_id, m.sequence, m.line LIMIT $6) m
            """,
            command => command.With(account.Merchant.Value).With(ledger).With(account.Value).With(from.UtcDateTime).With(until.UtcDateTime).With(skip),
            row => row.GetInt64(0)))[0];
        var (before, within, all, count) = sums[0];
        return (before, within, all, count, skipped);
    }

    private static Task<List<(BookedTransfer Transfer, long OwesMinor)>> LinesAsync(
        Snapshot snapshot, AccountId account, Guid[] ledger, DateTimeOffset from, DateTimeOffset until, long skip, int limit) => snapshot.AllAsync(
        $"""
        SELECT {TransferReading.Columns}, t.effect_minor
          FROM (SELECT m.* FROM ({TransferReading.Moved}) m WHERE m.occurred_at >= $4 AND m.occurred_at < $5
                 ORDER BY m.occurred_at, m.subject_id, m.sequence, m.line OFFSET $6 LIMIT $7) t
          CROSS JOIN LATERAL (SELECT t.occurred_at, t.type, t.credential_id, t.request_id) e {TransferReading.Around}
         ORDER BY t.occurred_at, t.subject_id, t.sequence, t.line
        """,
        command => command.With(account.Merchant.Value).With(ledger).With(account.Value).With(from.UtcDateTime).With(until.UtcDateTime).With(skip).With(limit),
        row => (TransferReading.Transfer(row, account.Merchant), row.GetInt64(25)));
}
