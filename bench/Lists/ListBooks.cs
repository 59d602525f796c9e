using System.Text;
using Quittance.Bench.Books;
using Quittance.Core;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Tmf676;
using Quittance.Host;

namespace Quittance.Bench.Lists;

/// <summary>
/// A telecom's payments, as many as asked for: taken on at even intervals up to now, in several ways, some of them not paid yet.
/// </summary>
internal sealed class ListBooks : IListedBooks
{
    private const int PaymentsPerAccount = 10;
    private const int MostAccounts = 100_000;
    private const int AtOnce = 20_000;
    private const string Correlator = "c-0000";

    // Above every number that the slots have given out for accounts.
    private const long NumbersFrom = 1_000_000;

    /// <summary>A business of the same pace at every age.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> Details = ((string[])["Cash", "Check", "Voucher", ""])
        .ToDictionary(kind => kind, Read);

    private readonly List<Guid> _some = [];

    private readonly TimeSpan _interval;

    private ListBooks(BenchDatabase database, BenchMerchant merchant, int payments, int accounts, TimeSpan interval) =>
        (Database, Merchant, Payments, Accounts, _interval) = (database, merchant, payments, accounts, interval);

    public BenchDatabase Database { get; }

    public BenchMerchant Merchant { get; }

    public int Payments { get; }

    public int Size => Payments;

    public IReadOnlyList<ListKind> Kinds => PaymentLists.Of(this);

    public bool IsEmpty(string answer) => answer.Contains("\r\nX-Result-Count: 0\r\n", StringComparison.OrdinalIgnoreCase);

    public int Accounts { get; }

    /// <summary>When the first of them was taken on.</summary>
    public DateTimeOffset Begin { get; private set; }

    /// <summary>When the last one was.</summary>
    public DateTimeOffset End { get; private set; }

    /// <summary>Ids of payments, from all times.</summary>
    public IReadOnlyList<Guid> Some => _some;

    /// <summary>How many of them have a correlator: those of even numbers.</summary>
    public int Correlators => (Payments - Accounts) / 2;

    /// <summary>Fills books whose payments came at the usual pace, and verifies them.</summary>
    public static async Task<ListBooks> FillAsync(BenchDatabase database, int payments, CancellationToken cancel)
    {
        var books = await FillAsync(database, payments, Interval, cancel);
        // The payments are copied in, so no block seals them.
        await database.VerifyAsync([], cancel, books.Merchant);
        return books;
    }

    /// <summary>Fills books whose payments came at an interval up to now.</summary>
    public static async Task<ListBooks> FillAsync(BenchDatabase database, int payments, TimeSpan interval, CancellationToken cancel)
    {
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: lists", Api.Tmf676, cancel);
        var books = new ListBooks(database, merchant, payments, Math.Clamp(payments / PaymentsPerAccount, 1, MostAccounts), interval);
        Screen.Progress.Report($"Filling the books with {payments:N0} payments of {books.Accounts:N0} accounts");
        await using (var engine = database.StartEngine())
            await new BenchAccounts(engine, TimeProvider.System).OpenAsync(merchant.Id, books.Accounts, BenchAccounts.Tmf);
        await books.CopyAsync(cancel);
        await books.BalanceAsync(cancel);
        await database.SettleAsync(cancel);
        return books;
    }

    private async Task CopyAsync(CancellationToken cancel)
    {
        var known = await KnownAccounts.ReadAsync(Database.Source, Merchant.Id, Merchant.Id, cancel);
        var slots = Enumerable.Range(0, MerchantId.Slots).Where(known.HasAny).ToArray();
        var (random, copied) = (new Random(676), Payments - Accounts);
        End = TimeProvider.System.GetUtcNow();
        Begin = End - (copied * _interval);
        await using var connection = await Database.Source.OpenConnectionAsync(cancel);
        foreach (var numbers in Enumerable.Range(1, copied).Chunk(AtOnce))
        {
            PaymentRow[] rows = [.. numbers.Select(NewRow)];
            await PaymentCopy.WriteAsync(connection, Merchant.Id, rows, cancel);
            for (var row = random.Next(10); row < rows.Length; row += Math.Max(1, copied / 2000))
                _some.Add(rows[row].Payment);
        }

        PaymentRow NewRow(int number)
        {
            var slot = slots[random.Next(slots.Length)];
            var (account, credit, _) = known.Any(slot, random);
            var (share, at) = (random.Next(100), Begin + (number * _interval));
            var (kind, method) =
                share switch
                {
                    < 60 => ("Cash", "cash"),
                    < 62 => ("Check", "check"),
                    < 97 => ("Voucher", "voucher"),
                    _ => ("", "unspecified")
                };
            return new PaymentRow(
                Guid.CreateVersion7(at), ((NumbersFrom + number) * MerchantId.Slots) + slot, account, known.ClearingOf(slot), credit,
                random.Next(10_00, 100_00),
                "tmf676", kind.Length == 0 ? "pending" : "captured", method, DetailsOf(kind, number), at);
        }
    }

    /// <summary>Balances and counters as they would be, had each payment been taken on by the engine.</summary>
    private async Task BalanceAsync(CancellationToken cancel)
    {
        await BalanceAsync("debit_id", "debits_minor", cancel);
        await BalanceAsync("credit_id", "credits_minor", cancel);
        await Database.ExecuteAsync(
            $"UPDATE slot SET last_number = {NumbersFrom + Payments} WHERE merchant_id = {Merchant.Id.Value}", cancel);
    }

    private Task BalanceAsync(string side, string total, CancellationToken cancel) => Database.ExecuteAsync(
        $"""
        UPDATE ledger_account l SET {total} = s.minor
          FROM (SELECT {side} AS id, sum(amount_minor) AS minor FROM transfer WHERE merchant_id = {Merchant.Id.Value} GROUP BY {side}) s
         WHERE l.merchant_id = {Merchant.Id.Value} AND l.id = s.id
        """,
        cancel);

    /// <summary>The details that the dialect keeps of such a payment; every second one has a correlator.</summary>
    private static string DetailsOf(string kind, int number) => number % 2 == 0
        ? Details[kind].Replace(Correlator, CorrelatorOf(number / 2), StringComparison.Ordinal)
        : Details[kind].Replace($"\"correlatorId\":\"{Correlator}\",", "", StringComparison.Ordinal);

    /// <summary>The correlators, from 1 on.</summary>
    public static string CorrelatorOf(int number) => $"c-{number}";

    private static string Read(string kind)
    {
        var method = kind.Length == 0 ? "{}" : $$"""{"@type":"{{kind}}"}""";
        var request = $$$"""{"account":{"id":"A"},"paymentMethod":{{{method}}},"totalAmount":{"unit":"USD","value":1}"""
            + $$$""","correlatorId":"{{{Correlator}}}"}""";
        if (!JsonBody.TryParse(Encoding.UTF8.GetBytes(request), out var body, out _))
            throw new BenchException("The model of a payment is no JSON.");
        using (body)
        {
            var merchant = new MerchantId(1);
            var read = Tmf676Requests.Payment(
                body, new Origin(merchant, 0, Guid.Empty), new(merchant, 1, "tmf676", BenchAccounts.Currency, "en", "UTC"), () =>
                    Guid.Empty);
            return read?.Command.Details ?? throw new BenchException("The model of a payment is not well formed.");
        }
    }
}
