using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>A transfer on a customer's statement.</summary>
/// <param name="BookedOn">The day of the books.</param>
/// <param name="OwesMinor">The change of the customer's debt, minor units; zero where money only moved between the customer's
/// accounts.</param>
/// <param name="BalanceMinor">The customer's debt less credit after it, minor units.</param>
public sealed record StatementEntry(BookedTransfer Transfer, DateOnly BookedOn, long OwesMinor, long BalanceMinor);

/// <summary>
/// A customer's statement in one currency, or a part of it, as of one moment. The carried balance and the entries add up to the balance
/// after them. Balances are debt less credit, minor units.
/// </summary>
public sealed record CustomerStatement(
    NamedAccount Customer, Currency Currency, IReadOnlyList<Currency> Currencies, long OpeningMinor, long ClosingMinor,
    IReadOnlyList<StatementEntry> Entries)
{
    /// <summary>The balance before the first of these entries.</summary>
    public long CarriedMinor { get; init; }

    /// <summary>The number of entries before these.</summary>
    public long Earlier { get; init; }

    /// <summary>The number of entries after these.</summary>
    public long Later { get; init; }

    /// <summary>Whether all transfers of the customer add up to the ledger's totals.</summary>
    public bool IsProven { get; init; }

    /// <summary>The last of these entries, behind which the next part begins; null at the end of the statement.</summary>
    public TransferPlace? Next => Later > 0 && Entries.Count > 0 ? Entries[^1].Transfer.Place : null;
}

/// <summary>
/// Reads customers' statements. Each reading adds up all transfers of the customer and compares them with the totals. It takes as long as
/// the customer has payments and charges; other customers do not matter.
/// </summary>
public sealed class StatementReading(NpgsqlDataSource database)
{
    /// <summary>A statement, or a part of it, by the days of the books; null where the merchant has no such customer.</summary>
    /// <param name="account">The customer.</param>
    /// <param name="currency">The currency; null for the account's own.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="after">The entry behind which the part begins; null or unknown for the first part.</param>
    /// <param name="limit">The most entries of the part.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<CustomerStatement?> ReadAsync(
        AccountId account, Currency? currency, DateOnly from, DateOnly to, TransferPlace? after, int limit,
        CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot => await FindAsync(snapshot, account, currency, from, to) is { } asked
            ? await PartAsync(snapshot, asked, after, limit) : null, cancel);

    /// <summary>Gives a whole statement to a writer while reading it. The statement has no entries; they come one by one.</summary>
    /// <returns>False where the merchant has no such customer; the writer was not called.</returns>
    public Task<bool> WriteAsync(
        AccountId account, Currency? currency, DateOnly from, DateOnly to,
        Func<CustomerStatement, IAsyncEnumerable<StatementEntry>, Task> write, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
        {
            if (await FindAsync(snapshot, account, currency, from, to) is not { } asked)
                return false;
            var statement = await PartAsync(snapshot, asked, after: null, limit: 0);
            await write(statement, EntriesAsync(snapshot, asked, statement.OpeningMinor));
            return true;
        }, cancel);

    private static async Task<StatementRequest?> FindAsync(
        Snapshot snapshot, AccountId account, Currency? currency, DateOnly from, DateOnly to) =>
        await CustomerReading.FindAsync(snapshot, account) is { } customer
            ? new StatementRequest(customer, currency ?? customer.Account.Currency, from, to,
                await snapshot.OfHolderAsync(account.Merchant, account.Value))
            : null;

    private static async Task<CustomerStatement> PartAsync(Snapshot snapshot, StatementRequest asked, TransferPlace? after, int limit)
    {
        var (sums, places) = await SumsAsync(snapshot, asked, after, limit);
        var carriedMinor = checked(sums.BeforeMinor + sums.EarlierMinor);
        var transfers = await TransferReading.OfPlacesAsync(snapshot, asked.Merchant, [.. places.Select(each => each.Place)]);
        var balanceMinor = carriedMinor;
        List<StatementEntry> entries = [];
        foreach (var (transfer, (_, owesMinor, bookedOn)) in transfers.Zip(places))
            entries.Add(new StatementEntry(transfer, bookedOn, owesMinor, balanceMinor = checked(balanceMinor + owesMinor)));
        return new CustomerStatement(
            asked.Customer, asked.Currency, asked.Currencies, sums.BeforeMinor, checked(sums.BeforeMinor + sums.WithinMinor), entries)
        {
            CarriedMinor = carriedMinor,
            Earlier = sums.Earlier,
            Later = sums.Within - sums.Earlier - entries.Count,
            IsProven = sums.AllMinor == asked.Own.Sum(each => each.DebitsMinor - each.CreditsMinor),
        };
    }

    private static async Task<(Sums Sums, List<(TransferPlace Place, long OwesMinor, DateOnly BookedOn)> Places)> SumsAsync(
        Snapshot snapshot, StatementRequest asked, TransferPlace? after, int limit)
    {
        var rows = await snapshot.AllAsync(
            $"""
            WITH moved AS MATERIALIZED (
                     SELECT m.subject_id, m.sequence, m.line, m.effect_minor, m.booked_on, m.occurred_at,
                         m.booked_on BETWEEN $4 AND $5 AS is_within
                       FROM ({TransferReading.Moved}) m),
                 last AS MATERIALIZED (SELECT m.* FROM moved m WHERE m.subject_id = $6 AND m.sequence = $7 AND m.line = $8),
                 placed AS MATERIALIZED (
                     SELECT m.*, coalesce((m.booked_on, m.occurred_at, m.subject_id, m.sequence, m.line)
                         <= (l.booked_on, l.occurred_at, l.subject_id, l.sequence, l.line), false) AS is_earlier
                       FROM moved m LEFT JOIN last l ON true),
                 sums AS (
                     SELECT coalesce(sum(p.effect_minor) FILTER (WHERE p.booked_on < $4), 0)::bigint AS before_minor,
                            coalesce(sum(p.effect_minor) FILTER (WHERE p.is_within), 0)::bigint AS within_minor,
                            coalesce(sum(p.effect_minor), 0)::bigint AS all_minor,
                            coalesce(sum(p.effect_minor) FILTER (WHERE p.is_within AND p.is_earlier), 0)::bigint AS earlier_minor,
                            count(*) FILTER (WHERE p.is_within) AS within,
                            count(*) FILTER (WHERE p.is_within AND p.is_earlier) AS earlier
                       FROM placed p),
                 part AS (
                     SELECT p.* FROM placed p WHERE p.is_within AND NOT p.is_earlier
                      ORDER BY p.booked_on, p.occurred_at, p.subject_id, p.sequence, p.line LIMIT $9)
            SELECT s.before_minor, s.within_minor, s.all_minor, s.earlier_minor, s.within, s.earlier, p.subject_id, p.sequence, p.line,
                p.effect_minor, p.booked_on
              FROM sums s LEFT JOIN part p ON true
             ORDER BY p.booked_on, p.occurred_at, p.subject_id, p.sequence, p.line
            """,
            command => asked.AddTo(command).With(after?.Subject ?? Guid.Empty).With(after?.Sequence ?? 0).With(after?.Line ?? 0)
                .With(limit),
            row => (
                Sums: new Sums(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
                Place: row.IsDBNull(6) ? ((TransferPlace, long, DateOnly)?)null
                    : (new TransferPlace(row.GetGuid(6), row.GetInt32(7), row.GetInt32(8)), row.GetInt64(9),
                        row.GetFieldValue<DateOnly>(10))));
        return (rows[0].Sums, [.. rows.Select(row => row.Place).OfType<(TransferPlace, long, DateOnly)>()]);
    }

    private static async IAsyncEnumerable<StatementEntry> EntriesAsync(Snapshot snapshot, StatementRequest asked, long openingMinor)
    {
        var transfers = snapshot.EachAsync(
            $"""
            SELECT {TransferReading.Columns}, t.effect_minor, t.booked_on
              FROM (SELECT m.* FROM ({TransferReading.Moved}) m WHERE m.booked_on BETWEEN $4 AND $5
                     ORDER BY m.booked_on, m.occurred_at, m.subject_id, m.sequence, m.line) t
              CROSS JOIN LATERAL (SELECT t.occurred_at, t.type, t.credential_id, t.request_id) e {TransferReading.Around}
             ORDER BY t.booked_on, t.occurred_at, t.subject_id, t.sequence, t.line
            """,
            command => asked.AddTo(command),
            row => (
                Transfer: TransferReading.Transfer(row, asked.Merchant), OwesMinor: row.GetInt64(TransferReading.Width),
                BookedOn: row.GetFieldValue<DateOnly>(TransferReading.Width + 1)));
        var balanceMinor = openingMinor;
        await foreach (var (transfer, owesMinor, bookedOn) in transfers)
            yield return new StatementEntry(transfer, bookedOn, owesMinor, balanceMinor = checked(balanceMinor + owesMinor));
    }

    /// <summary>The request, with the customer's ledger accounts in all currencies.</summary>
    private sealed record StatementRequest(
        NamedAccount Customer, Currency Currency, DateOnly From, DateOnly To, IReadOnlyList<LedgerTotals> Ledger)
    {
        public MerchantId Merchant => Customer.Account.Id.Merchant;

        public IEnumerable<LedgerTotals> Own => Ledger.Where(each => each.Account.Currency == Currency);

        public IReadOnlyList<Currency> Currencies =>
            [.. Ledger.Select(each => each.Account.Currency).Append(Customer.Account.Currency).Distinct().OrderBy(each => each.Code)];

        /// <summary>The first parameters: the three of <see cref="TransferReading.Moved"/>, then the days.</summary>
        public NpgsqlBatchCommand AddTo(NpgsqlBatchCommand command) =>
            command.With(Merchant.Value).With(Own.Select(each => each.Id).ToArray()).With(Customer.Account.Id.Value).With(From).With(To);
    }

    /// <summary>
    /// Sums of transfers: before the time, within it, of all times, and within it up to the part; and the numbers of entries.
    /// </summary>
    private sealed record Sums(long BeforeMinor, long WithinMinor, long AllMinor, long EarlierMinor, long Within, long Earlier);
}
