using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>A sum of the bank whose payments a notification has told: their report, as a provider's payout has one.</summary>
/// <param name="Reference">The report's own name.</param>
/// <param name="Day">The day on which the bank booked the sum.</param>
/// <param name="IsShown">Whether a line of a statement is booked for it.</param>
public sealed record CollectiveCredit(StatementId Report, string Reference, DateOnly Day, Money Sum, bool IsShown)
{
    private const string Payment = "Payment";

    /// <summary>Whether it is a single payment, and no sum of several.</summary>
    public bool IsOnly => Reference.StartsWith($"{Payment} ", StringComparison.Ordinal);

    /// <summary>The bank's reference of a single payment; null for none.</summary>
    public string? BankReference =>
        IsOnly && Reference.IndexOf(Behind(Day), StringComparison.Ordinal) is > 0 and var end && end > Payment.Length + 1
            ? Reference[(Payment.Length + 1)..end] : null;

    /// <summary>The name of a report.</summary>
    /// <param name="isOnly">Whether it is a single payment.</param>
    /// <param name="bankReference">The bank's reference; null for none.</param>
    public static string NameOf(bool isOnly, string? bankReference, DateOnly day, Money sum) =>
        $"{(isOnly ? Payment : "Collective credit")}{(bankReference is null ? "" : $" {bankReference}")}{Behind(day)}, {sum}";

    private static string Behind(DateOnly day) => $" of {day.ToString("O", CultureInfo.InvariantCulture)}";
}

/// <summary>Reads the sums of a bank account whose payments notifications have told, and the lines that can be these sums.</summary>
public sealed class CollectiveCredits(NpgsqlDataSource database)
{
    private const int DaysApart = 5;

    private readonly StatementAccounts _accounts = new(database);

    /// <summary>The key of the reports about a bank account: they are no statements of it.</summary>
    /// <param name="accountHash">The hash of the bank account.</param>
    public static string KeyOf(ReadOnlySpan<byte> accountHash) => $"collective credits of {Convert.ToHexStringLower(accountHash)}";

    /// <summary>
    /// The sums that lines of statements can be: of their amounts, of the day nearest to theirs, and not shown by another line. Statement
    /// and notification may name different days, over a weekend.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyDictionary<SettlementLineId, IReadOnlyList<CollectiveCredit>>> OfLinesAsync(
        MerchantId merchant, IReadOnlyList<SettlementLine> lines, CancellationToken cancel)
    {
        Dictionary<SettlementLineId, IReadOnlyList<CollectiveCredit>> found = [];
        // Index: the key of statement.
        var accounts = (await database.AllAsync(
            "SELECT s.id, encode(s.account_hash, 'hex') FROM statement s "
            + "WHERE s.merchant_id = $1 AND s.id = ANY($2) AND s.source <> 'payout'",
            command => command.With(merchant.Value).With(lines.Select(line => line.Statement.Value).Distinct().ToArray()),
            row => (Statement: new StatementId(merchant, row.GetGuid(0)), Hash: row.GetString(1)), cancel))
            .ToDictionary(one => one.Statement, one => one.Hash);
        // All statements of an account together: a bank sends one each day.
        foreach (var ofAccount in lines.Where(line => line.Amount.AmountMinor > 0 && accounts.ContainsKey(line.Statement))
            .GroupBy(line => (Hash: accounts[line.Statement], line.Amount.Currency)))
        {
            DateOnly[] days = [.. ofAccount.SelectMany(line => Near(line.BookedOn).Concat(Near(line.EffectiveOn))).Distinct()];
            var (hash, currency) = ofAccount.Key;
            var credits = (await OfDaysAsync(merchant, Convert.FromHexString(hash), currency, days, cancel))
                .Where(credit => !credit.IsShown).ToLookup(credit => credit.Sum);
            foreach (var line in ofAccount)
            {
                if (credits[line.Gross].Where(credit => Apart(line, credit) <= DaysApart)
                    .GroupBy(credit => Apart(line, credit)).MinBy(alike => alike.Key) is { } nearest)
                {
                    found[line.Id] = [.. nearest];
                }
            }
        }

        return found;

        static IEnumerable<DateOnly> Near(DateOnly day) => Enumerable.Range(-DaysApart, (2 * DaysApart) + 1).Select(day.AddDays);
    }

    /// <summary>The sum of the bank account of a line by the id or the name of its report; null for none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<CollectiveCredit?> FindAsync(SettlementLine line, string name, CancellationToken cancel)
    {
        var (merchant, id) = (line.Id.Merchant, Guid.TryParse(name, out var one) ? one : Guid.Empty);
        if (await AccountOfAsync(line, cancel) is not { } hash)
            return null;
        var its = await _accounts.HashAsync(merchant, StatementSource.Payout, KeyOf(hash), line.Amount.Currency, cancel);
        // Index: statement_of_account.
        return await database.FirstAsync(
            $"{Credits} AND (s.id = $3 OR s.reference = $4) ORDER BY s.id = $3 DESC LIMIT 1",
            command => command.With(merchant.Value).With(its).With(id).With(name), row => ReadCredit(merchant, row), cancel);
    }

    /// <summary>The hash of the bank account of a line; null where it is a line of a report. Index: the key of statement.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<byte[]?> AccountOfAsync(SettlementLine line, CancellationToken cancel) => database.FirstAsync(
        "SELECT s.account_hash FROM statement s WHERE s.merchant_id = $1 AND s.id = $2 AND s.source <> 'payout'",
        command => command.With(line.Id.Merchant.Value).With(line.Statement.Value), row => row.GetFieldValue<byte[]>(0), cancel);

    private static int Apart(SettlementLine line, CollectiveCredit credit) => Math.Min(
        Math.Abs(line.BookedOn.DayNumber - credit.Day.DayNumber), Math.Abs(line.EffectiveOn.DayNumber - credit.Day.DayNumber));

    /// <summary>The sums of some days, in the order of their names. Index: statement_of_account.</summary>
    /// <param name="accountHash">The hash of the bank account.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<CollectiveCredit>> OfDaysAsync(
        MerchantId merchant, byte[] accountHash, Currency currency, DateOnly[] days, CancellationToken cancel) =>
        days.Length == 0 ? [] : await OfDaysAsync(
            merchant, await _accounts.HashAsync(merchant, StatementSource.Payout, KeyOf(accountHash), currency, cancel), days, cancel);

    private Task<IReadOnlyList<CollectiveCredit>> OfDaysAsync(
        MerchantId merchant, byte[] reportsHash, DateOnly[] days, CancellationToken cancel) => database.AllAsync(
        $"{Credits} AND s.first_on = ANY($3) ORDER BY s.reference",
        command => command.With(merchant.Value).With(reportsHash).With(days), row => ReadCredit(merchant, row), cancel);

    private const string Credits =
        """
        SELECT s.id, s.reference, s.first_on, s.closing_minor, s.currency,
               EXISTS (SELECT FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = s.id)
          FROM statement s
         WHERE s.merchant_id = $1 AND s.source = 'payout' AND s.account_hash = $2 AND s.undone_at IS NULL
        """;

    private static CollectiveCredit ReadCredit(MerchantId merchant, NpgsqlDataReader row) => new(
        new StatementId(merchant, row.GetGuid(0)), row.GetString(1), row.GetFieldValue<DateOnly>(2),
        new Money(row.GetInt64(3), Currency.Parse(row.GetString(4))), row.GetBoolean(5));

    /// <summary>Which of these reports no line of a statement is booked for yet. Index: settlement_line_settles_once.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<IReadOnlySet<StatementId>> UnshownAsync(
        MerchantId merchant, IReadOnlyCollection<StatementId> reports, CancellationToken cancel) => reports.Count == 0
        ? new HashSet<StatementId>()
        : (await database.AllAsync(
            """
            SELECT r.id FROM unnest($2::uuid[]) r(id)
             WHERE NOT EXISTS (SELECT FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = r.id)
            """,
            command => command.With(merchant.Value).With(reports.Select(report => report.Value).ToArray()),
            row => new StatementId(merchant, row.GetGuid(0)), cancel)).ToHashSet();

    /// <summary>
    /// The lines of a bank account of some days and sent amounts, in the order of the bank. A value date is near its day of booking.
    /// Indexes: statement_of_account, settlement_line_of_statement.
    /// </summary>
    /// <param name="accountHash">The hash of the bank account.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> LinesAsync(
        MerchantId merchant, byte[] accountHash, DateOnly[] days, long[] amountsMinor, CancellationToken cancel) => database.AllAsync(
        $"""
        SELECT {Tables.SettlementLine.Selected}
          FROM statement s
          JOIN settlement_line x ON x.merchant_id = $1 AND x.statement_id = s.id
         WHERE s.merchant_id = $1 AND s.source <> 'payout' AND s.account_hash = $2 AND s.undone_at IS NULL
           AND s.first_on <= (SELECT max(d) FROM unnest($3::date[]) d) AND s.last_on >= (SELECT min(d) FROM unnest($3::date[]) d) - 10
           AND x.amount_minor + x.fee_minor = ANY($4)
           AND (x.booked_on = ANY($3) OR x.value_on = ANY($3))
         ORDER BY x.file_order, x.id
        """,
        command => command.With(merchant.Value).With(accountHash).With(days).With(amountsMinor), Tables.SettlementLine.Read, cancel);
}
