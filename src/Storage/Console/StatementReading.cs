using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>
/// Reads customers' statements. All that was ever booked for a customer is added up once for each reading, by what the customer has, and compared with
/// the totals: it takes as long as the customer has payments and charges, however many others have.
/// </summary>
/// <param name="database">The books.</param>
public sealed class StatementReading(NpgsqlDataSource database)
{
    /// <summary>A statement, or a part of it.</summary>
    /// <param name="account">The customer.</param>
    /// <param name="currency">The currency; null for the one in which the customer is billed.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="until">When it has ended.</param>
    /// <param name="after">The line behind which the part begins; null, or one that is not the customer's, for the first part.</param>
    /// <param name="limit">How many lines the part has at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The statement; null where the merchant has no such customer.</returns>
    public Task<Statement?> ReadAsync(
        AccountId account, Currency? currency, DateTimeOffset from, DateTimeOffset until, TransferPlace? after, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot => await FindAsync(snapshot, account, currency, from, until) is { } asked ? await PartAsync(snapshot, asked, after, limit) : null, cancel);

    /// <summary>Has a whole statement written, as of one moment, while it is read.</summary>
    /// <param name="account">The customer.</param>
    /// <param name="currency">The currency; null for the one in which the customer is billed.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="until">When it has ended.</param>
    /// <param name="write">Writes the statement, which has no lines in itself, and its lines.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>False where the merchant has no such customer; then nothing was written.</returns>
    public Task<bool> WriteAsync(
        AccountId account, Currency? currency, DateTimeOffset from, DateTimeOffset until, Func<Statement, IAsyncEnumerable<StatementLine>, Task> write, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            if (await FindAsync(snapshot, account, currency, from, until) is not { } asked)
                return false;
            var statement = await PartAsync(snapshot, asked, after: null, limit: 0);
            await write(statement, LinesAsync(snapshot, asked, statement.OpeningMinor));
            return true;
        }, cancel);

    private static async Task<Asked?> FindAsync(Snapshot snapshot, AccountId account, Currency? currency, DateTimeOffset from, DateTimeOffset until) =>
        await CustomerReading.FindAsync(snapshot, account) is { } customer
            ? new Asked(customer, currency ?? customer.Account.Currency, from, until, await snapshot.OfHolderAsync(account.Merchant, account.Value))
            : null;

    private static async Task<Statement> PartAsync(Snapshot snapshot, Asked asked, TransferPlace? after, int limit)
    {
        var (sums, places) = await SumsAsync(snapshot, asked, after, limit);
        var carriedMinor = checked(sums.BeforeMinor + sums.EarlierMinor);
        var transfers = await TransferReading.OfPlacesAsync(snapshot, asked.Merchant, [.. places.Select(each => each.Place)]);
        var balanceMinor = carriedMinor;
        List<StatementLine> lines = [];
        foreach (var (transfer, (_, owesMinor)) in transfers.Zip(places))
            lines.Add(new StatementLine(transfer, owesMinor, balanceMinor = checked(balanceMinor + owesMinor)));
        return new Statement(asked.Customer, asked.Currency, asked.Currencies, sums.BeforeMinor, checked(sums.BeforeMinor + sums.WithinMinor), lines)
        {
            CarriedMinor = carriedMinor,
            Earlier = sums.Earlier,
            Later = sums.Within - sums.Earlier - lines.Count,
            IsProven = sums.AllMinor == asked.Own.Sum(each => each.DebitsMinor - each.CreditsMinor),
        };
    }

    private static async Task<(Sums Sums, List<(TransferPlace Place, long OwesMinor)> Places)> SumsAsync(Snapshot snapshot, Asked asked, TransferPlace? after, int limit)
    {
        var rows = await snapshot.AllAsync(
            $"""
            WITH moved AS MATERIALIZED (
                     SELECT m.subject_id, m.sequence, m.line, m.effect_minor, m.occurred_at, m.occurred_at >= $4 AND m.occurred_at < $5 AS is_within
                       FROM ({TransferReading.Moved}) m),
                 last AS MATERIALIZED (SELECT m.* FROM moved m WHERE m.subject_id = $6 AND m.sequence = $7 AND m.line = $8),
                 placed AS MATERIALIZED (
                     SELECT m.*, coalesce((m.occurred_at, m.subject_id, m.sequence, m.line) <= (l.occurred_at, l.subject_id, l.sequence, l.line), false) AS is_earlier
                       FROM moved m LEFT JOIN last l ON true),
                 sums AS (
                     SELECT coalesce(sum(p.effect_minor) FILTER (WHERE p.occurred_at < $4), 0)::bigint AS before_minor,
                            coalesce(sum(p.effect_minor) FILTER (WHERE p.is_within), 0)::bigint AS within_minor,
                            coalesce(sum(p.effect_minor), 0)::bigint AS all_minor,
                            coalesce(sum(p.effect_minor) FILTER (WHERE p.is_within AND p.is_earlier), 0)::bigint AS earlier_minor,
                            count(*) FILTER (WHERE p.is_within) AS within,
                            count(*) FILTER (WHERE p.is_within AND p.is_earlier) AS earlier
                       FROM placed p),
                 part AS (
                     SELECT p.* FROM placed p WHERE p.is_within AND NOT p.is_earlier
                      ORDER BY p.occurred_at, p.subject_id, p.sequence, p.line LIMIT $9)
            SELECT s.before_minor, s.within_minor, s.all_minor, s.earlier_minor, s.within, s.earlier, p.subject_id, p.sequence, p.line, p.effect_minor
              FROM sums s LEFT JOIN part p ON true
             ORDER BY p.occurred_at, p.subject_id, p.sequence, p.line
            """,
            command => asked.AddTo(command).With(after?.Subject ?? Guid.Empty).With(after?.Sequence ?? 0).With(after?.Line ?? 0).With(limit),
            row => (
                Sums: new Sums(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
                Place: row.IsDBNull(6) ? ((TransferPlace, long)?)null : (new TransferPlace(row.GetGuid(6), row.GetInt32(7), row.GetInt32(8)), row.GetInt64(9))));
        return (rows[0].Sums, [.. rows.Select(row => row.Place).OfType<(TransferPlace, long)>()]);
    }

    private static async IAsyncEnumerable<StatementLine> LinesAsync(Snapshot snapshot, Asked asked, long openingMinor)
    {
        var lines = snapshot.EachAsync(
            $"""
            SELECT {TransferReading.Columns}, t.effect_minor
              FROM (SELECT m.* FROM ({TransferReading.Moved}) m WHERE m.occurred_at >= $4 AND m.occurred_at < $5
                     ORDER BY m.occurred_at, m.subject_id, m.sequence, m.line) t
              CROSS JOIN LATERAL (SELECT t.occurred_at, t.type, t.credential_id, t.request_id) e {TransferReading.Around}
             ORDER BY t.occurred_at, t.subject_id, t.sequence, t.line
            """,
            command => asked.AddTo(command), row => (Transfer: TransferReading.Transfer(row, asked.Merchant), OwesMinor: row.GetInt64(25)));
        var balanceMinor = openingMinor;
        await foreach (var (transfer, owesMinor) in lines)
            yield return new StatementLine(transfer, owesMinor, balanceMinor = checked(balanceMinor + owesMinor));
    }

    /// <summary>What is asked for, with the customer's ledger accounts in all currencies.</summary>
    private sealed record Asked(NamedAccount Customer, Currency Currency, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<LedgerTotals> Ledger)
    {
        public MerchantId Merchant => Customer.Account.Id.Merchant;

        public IEnumerable<LedgerTotals> Own => Ledger.Where(each => each.Account.Currency == Currency);

        public IReadOnlyList<Currency> Currencies =>
            [.. Ledger.Select(each => each.Account.Currency).Append(Customer.Account.Currency).Distinct().OrderBy(each => each.Code)];

        /// <summary>The first parameters: the three of <see cref="TransferReading.Moved"/>, then the time.</summary>
        public NpgsqlBatchCommand AddTo(NpgsqlBatchCommand command) =>
            command.With(Merchant.Value).With(Own.Select(each => each.Id).ToArray()).With(Customer.Account.Id.Value).With(From.UtcDateTime).With(Until.UtcDateTime);
    }

    /// <summary>What was booked: before the time, in it, ever, and in it up to the line behind which the part begins.</summary>
    private sealed record Sums(long BeforeMinor, long WithinMinor, long AllMinor, long EarlierMinor, long Within, long Earlier);
}
