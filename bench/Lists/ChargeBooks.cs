using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Bench.Books;
using Quittance.Bench.Charges;
using Quittance.Host;

namespace Quittance.Bench.Lists;

/// <summary>
/// A business's charges of three years, ten for each customer at most: of two months one in two is still open, of those before one in
/// 20,000.
/// </summary>
internal sealed class ChargeBooks : IListedBooks
{
    private const string List = "/api/v1/charges";
    private const int ChargesPerAccount = 10;
    private const int MostAccounts = 100_000;
    private const int Sampled = 2_000;

    // The ledger of these charges is not written: lists do not read it.
    private const string Fill = """
        CREATE TEMP TABLE customer ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY number) AS place, id, number % 32 AS slot FROM account WHERE merchant_id = $1;
        CREATE TEMP TABLE bill ON COMMIT DROP AS
        SELECT n, c.id AS account_id, c.slot, b.at, (1000000000 + n) * 32 + c.slot AS number, 1000 + (hashint8(n) & 8191) AS amount_minor,
               (lpad(to_hex((extract(epoch FROM b.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
                   || substr(md5(n::text), 4, 15))::uuid AS id,
               CASE WHEN b.at > now() - interval '60 days' THEN n % 2 = 0 ELSE n % 20000 = 0 END AS is_open
          FROM generate_series(1, $2::bigint) n
         CROSS JOIN LATERAL (SELECT now() - (interval '1095 days' * (($2 - n)::float8 / $2)) AS at) b
          JOIN customer c ON c.place = 1 + (hashint8(n + 7) & 2147483647) % (SELECT count(*) FROM customer);
        INSERT INTO charge (merchant_id, id, account_id, number, label, reference, due_on, currency, amount_minor, allocated_minor,
                            credited_minor)
        SELECT $1, id, account_id, number, 'bill', 'B-' || n, at::date + 30, 'USD', amount_minor,
               CASE WHEN is_open THEN 0 ELSE amount_minor END, 0
          FROM bill ORDER BY n;
        INSERT INTO reference (merchant_id, dialect, kind, value, account_id, slot, object_id)
        SELECT $1, 'quittance', 'charge', 'B-' || n, account_id, slot, id FROM bill ORDER BY n;
        """;

    private readonly int _accounts;
    private readonly IReadOnlyList<Guid> _some;

    private ChargeBooks(BenchMerchant merchant, int size, int accounts, IReadOnlyList<Guid> some) =>
        (Merchant, Size, _accounts, _some) = (merchant, size, accounts, some);

    public BenchMerchant Merchant { get; }

    public int Size { get; }

    public IReadOnlyList<ListKind> Kinds =>
    [
        new("first page: all", "all", _ => List),
        new("account", "account", random => $"{List}?account={AccountOf(random)}"),
        new("account, open", "account_open", random => $"{List}?account={AccountOf(random)}&open=true"),
        new("open", "open", _ => $"{List}?open=true"),
        new("settled", "settled", _ => $"{List}?open=false"),
        new("due by a day", "due", random => $"{List}?due_by={DayOf(random, 1000)}"),
        new("open, due by today", "overdue", _ => $"{List}?open=true&due_by={TimeProvider.System.GetUtcNow():yyyy-MM-dd}"),
        new("open, due by a day", "open_due", random => $"{List}?open=true&due_by={DayOf(random, 20)}"),
        new("a page anywhere", "page_any", random => $"{List}?cursor={CursorOf(random)}"),
        new("such a page, open", "page_any_open", random => $"{List}?open=true&cursor={CursorOf(random)}"),
        new("look-up by id", "lookup", random => $"{List}/{AnyOf(random):D}"),
        new("look-up by reference", "reference", random => $"{List}/B-{random.Next(1, Size + 1)}"),
    ];

    public bool IsEmpty(string answer) => answer.Contains("\"charges\":[]", StringComparison.Ordinal);

    public static async Task<IListedBooks> FillAsync(BenchDatabase database, int charges, CancellationToken cancel)
    {
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: lists of charges", Api.Own, cancel);
        var accounts = Math.Clamp(charges / ChargesPerAccount, 1, MostAccounts);
        Screen.Progress.Report($"Filling the books with {charges:N0} charges of {accounts:N0} accounts");
        await ChargesBenchmark.OpenAsync(database, merchant.Id, accounts, BenchAccounts.Currency);
        await database.ExecuteAsync(
            Fill.Replace("$1", $"{merchant.Id.Value}", StringComparison.Ordinal)
                .Replace("$2", $"{charges}", StringComparison.Ordinal), cancel);
        await database.SettleAsync(cancel);
        await using var some = database.Source.CreateCommand(
            $"SELECT id FROM charge WHERE number / 32 % {Math.Max(1, charges / Sampled)} = 0");
        List<Guid> sampled = [];
        await using var rows = await some.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
            sampled.Add(rows.GetGuid(0));
        return new ChargeBooks(merchant, charges, accounts, sampled);
    }

    private string AccountOf(Random random) => $"A-{random.Next(1, _accounts + 1):D6}";

    private Guid AnyOf(Random random) => _some[random.Next(_some.Count)];

    private static string DayOf(Random random, int days) =>
        $"{TimeProvider.System.GetUtcNow().AddDays(-random.Next(days)):yyyy-MM-dd}";

    // As `next` of a page has it.
    private string CursorOf(Random random) =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes($"charges {Merchant.Id.Value} {AnyOf(random):N}"));
}
