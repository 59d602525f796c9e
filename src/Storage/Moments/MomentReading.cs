using System.Numerics;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Moments;

/// <summary>The balance of one line of the chart, minor units.</summary>
public sealed record LineBalance(Currency Currency, LedgerKind Kind, string Purpose, BigInteger DebitsMinor, BigInteger CreditsMinor)
{
    /// <summary>Above zero in the debit column, below in the credit column.</summary>
    public BigInteger BalanceMinor => DebitsMinor - CreditsMinor;
}

/// <summary>The lines of the chart as of a moment or a day.</summary>
/// <param name="IsFinal">Whether no later commit changes them: the moment has passed in all slots, or the day is closed.</param>
public sealed record BalancesAt(AsOf At, bool IsFinal, IReadOnlyList<LineBalance> Lines);

/// <summary>A customer's ledger accounts and open charges as of a moment or a day.</summary>
/// <param name="IsFinal">Whether no later commit changes them.</param>
public sealed record CustomerAt(
    NamedAccount Customer, AsOf At, bool IsFinal, IReadOnlyList<LedgerTotals> Ledger, IReadOnlyList<OpenAt> Open);

/// <summary>
/// Reads balances as of a moment or a day: hours that are added up (<see cref="Checkpoints"/>), and the transfers of one hour. A
/// customer's balances are the sums of the customer's own transfers.
/// </summary>
public sealed class MomentReading(NpgsqlDataSource database, SlotCatchUp lead)
{
    /// <summary>The trial balance.</summary>
    public Task<BalancesAt> TrialBalanceAsync(MerchantId merchant, AsOf at, CancellationToken cancel) =>
        LinesAsync(merchant, at, "", _ => { }, cancel);

    /// <summary>One line of the chart, in all currencies.</summary>
    /// <param name="purpose">As in a trial balance.</param>
    public Task<BalancesAt> LineAsync(MerchantId merchant, LedgerKind kind, string purpose, AsOf at, CancellationToken cancel) =>
        LinesAsync(
            merchant, at, "WHERE x.kind = $5 AND x.purpose = $6", command => command.With(Words.Of(kind)).With(purpose), cancel);

    /// <summary>A customer's ledger accounts and open charges; null where the merchant has no such customer.</summary>
    public async Task<CustomerAt?> CustomerAsync(AccountId account, AsOf at, CancellationToken cancel)
    {
        var isFinal = await PassAsync(account.Merchant, at, cancel);
        return await Snapshot.ReadByKeysAsync(database, async snapshot =>
        {
            if (await CustomerReading.FindAsync(snapshot, account) is not { } customer)
                return null;
            var now = await snapshot.OfHolderAsync(account.Merchant, account.Value);
            var totals = (await snapshot.AllAsync(
                $"""
                SELECT s.id, sum(s.debit_minor)::bigint, sum(s.credit_minor)::bigint
                  FROM ({TransferReading.Moved}) m
                 CROSS JOIN LATERAL (VALUES (m.debit_id, m.amount_minor, 0::bigint), (m.credit_id, 0::bigint, m.amount_minor))
                     s (id, debit_minor, credit_minor)
                 WHERE {Until("m")} AND s.id = ANY($2) GROUP BY s.id
                """,
                command => Add(command, account, now, at), row => (row.GetGuid(0), (row.GetInt64(1), row.GetInt64(2)))))
                .ToDictionary();
            var owed = now.Where(ledger => ledger.Account.Kind == LedgerKind.Receivable).ToList();
            var open = await snapshot.AllAsync(
                $"""
                SELECT {Tables.Charge.Selected}, o.open_minor
                  FROM (SELECT m.charge_id, sum(m.effect_minor)::bigint AS open_minor
                          FROM ({TransferReading.Moved}) m WHERE m.charge_id IS NOT NULL AND {Until("m")}
                         GROUP BY m.charge_id HAVING sum(m.effect_minor) > 0) o
                 CROSS JOIN LATERAL (SELECT c.* FROM charge c WHERE c.merchant_id = $1 AND c.id = o.charge_id LIMIT 1) x
                 ORDER BY x.due_on, x.number
                """,
                command => Add(command, account, owed, at),
                row => new OpenAt(Tables.Charge.Read(row), row.GetInt64(Tables.Charge.Width)));
            return new CustomerAt(customer, at, isFinal, [.. now.Select(Then)], open);

            LedgerTotals Then(LedgerTotals ledger)
            {
                var (debits, credits) = totals.GetValueOrDefault(ledger.Id);
                return ledger with { DebitsMinor = debits, CreditsMinor = credits };
            }
        }, cancel);
    }

    private async Task<BalancesAt> LinesAsync(
        MerchantId merchant, AsOf at, string only, Action<NpgsqlBatchCommand> add, CancellationToken cancel)
    {
        var isFinal = await PassAsync(merchant, at, cancel);
        return await Snapshot.ReadAsync(database, async snapshot =>
        {
            // The part of an hour: from the last hour that is added up, or from the hour of the moment.
            var start = at.Moment is { } moment ? moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerHour)) : DateTimeOffset.MaxValue;
            var until = await snapshot.AllAsync(
                "SELECT c.until FROM checkpoint c WHERE c.merchant_id = $1", command => command.With(merchant.Value),
                row => row.GetFieldValue<DateTimeOffset>(0));
            var known = until is [var added] ? added : DateTimeOffset.MinValue;
            start = known < start ? known : start;
            var lines = await snapshot.AllAsync(
                $"""
                SELECT x.currency, x.kind, x.purpose, sum(x.debits_minor), sum(x.credits_minor)
                  FROM (SELECT c.currency, c.kind, c.purpose, c.debits_minor, c.credits_minor
                          FROM checkpoint_total c WHERE c.merchant_id = $1 AND c.hour < $2 AND c.booked_on <= $4
                        UNION ALL
                        SELECT s.currency, s.kind, s.purpose, s.debits_minor, s.credits_minor
                          FROM ({Checkpoints.Sums("e.occurred_at >= $2 AND e.occurred_at <= $3 AND e.booked_on <= $4")}) s) x
                 {only}
                 GROUP BY 1, 2, 3
                """,
                command => add(command.With(merchant.Value).With(start.UtcDateTime).With(MomentOf(at)).With(DayOf(at))),
                row => new LineBalance(
                    Currency.Parse(row.GetString(0)), Words.To<LedgerKind>(row.GetString(1)), row.GetString(2),
                    row.GetFieldValue<BigInteger>(3), row.GetFieldValue<BigInteger>(4)));
            return new BalancesAt(at, isFinal, [.. lines.OrderBy(line => line.Currency.Code, StringComparer.Ordinal)
                .ThenBy(line => line.Kind).ThenBy(line => line.Purpose, StringComparer.Ordinal)]);
        }, cancel);
    }

    /// <summary>Leads the slots past a moment, so that no later commit belongs to the time before it.</summary>
    /// <returns>Whether no later commit changes what is read.</returns>
    private Task<bool> PassAsync(MerchantId merchant, AsOf at, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        var (passed, openFrom) = await database.FirstAsync(
            "SELECT min(s.last_at), min(s.open_from) FROM slot s WHERE s.merchant_id = $1", command => command.With(merchant.Value),
            row => (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateOnly>(1)), cancel);
        return at.Moment is { } moment
            ? passed >= moment || await lead.PassAsync(merchant, moment, cancel)
            : openFrom > at.Day;
    });

    private static NpgsqlBatchCommand Add(NpgsqlBatchCommand command, AccountId account, IEnumerable<LedgerTotals> ledger, AsOf at) =>
        command.With(account.Merchant.Value).With(ledger.Select(each => each.Id).ToArray()).With(account.Value).With(MomentOf(at))
            .With(DayOf(at));

    private static string Until(string transfer) => $"{transfer}.occurred_at <= $4 AND {transfer}.booked_on <= $5";

    private static DateTime MomentOf(AsOf at) => at.Moment?.UtcDateTime ?? DateTime.MaxValue;

    private static DateOnly DayOf(AsOf at) => at.Day ?? DateOnly.MaxValue;
}
