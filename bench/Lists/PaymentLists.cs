namespace Quittance.Bench.Lists;

/// <summary>The lists of payments, and a look-up, as TMF676 has them.</summary>
internal static class PaymentLists
{
    private const string List = "/paymentManagement/v4/payment";

    public static IReadOnlyList<ListKind> Of(ListBooks books) =>
    [
        new("first page: all", "all", _ => List),
        new("account.id", "account", random => $"{List}?account.id=A-{random.Next(1, books.Accounts + 1):D6}"),
        new("status, most are", "status_most", _ => $"{List}?status=done"),
        new("status, few are", "status_few", _ => $"{List}?status=pendingAuthorization"),
        new("paymentDate, of two hours", "dates", random => DatesOf(books, random, TimeSpan.FromHours(2))),
        new("statusDate, since long ago", "dates_open",
            random => $"{List}?statusDate.gte={Text(AnyTime(books, random, books.Payments / 10))}"),
        new("correlatorId", "correlator",
            random => $"{List}?correlatorId={ListBooks.CorrelatorOf(random.Next(1, books.Correlators + 1))}"),
        new("method, most are", "method_most", _ => $"{List}?paymentMethod.@type=Cash"),
        new("method, few are", "method_few", _ => $"{List}?paymentMethod.@type=Check"),
        new("amount, one in 18", "amount", random => AmountsOf(random)),
        new("account, method and status", "account_method",
            random => $"{List}?account.id=A-{random.Next(1, books.Accounts + 1):D6}&paymentMethod.@type=Cash&status=done"),
        new("method, amount and status", "method_amount", random => $"{AmountsOf(random)}&paymentMethod.@type=Voucher&status=done"),
        new("dates and amount", "dates_amount",
            random => $"{DatesOf(books, random, TimeSpan.FromHours(20))}&totalAmount.value.gte=50&totalAmount.value.lt=55"),
        new("page 1,000 of ten, by Link", "page_1000", _ => $"{List}?limit=10") { IsWalked = true },
        new("a page anywhere, by Link", "page_any", random => $"{List}?after={AnyOf(books, random):D}"),
        new("such a page, by method", "page_any_method",
            random => $"{List}?paymentMethod.@type=Cash&after={AnyOf(books, random):D}"),
        new("look-up by id", "lookup", random => $"{List}/{AnyOf(books, random):D}"),
    ];

    private static Guid AnyOf(ListBooks books, Random random) => books.Some[random.Next(books.Some.Count)];

    private static DateTimeOffset AnyTime(ListBooks books, Random random, int before) =>
        books.Begin + (random.Next(1, books.Payments - books.Accounts - before) * ListBooks.Interval);

    private static string DatesOf(ListBooks books, Random random, TimeSpan time)
    {
        var from = AnyTime(books, random, (int)(time / ListBooks.Interval));
        return $"{List}?paymentDate.gte={Text(from)}&paymentDate.lt={Text(from + time)}";
    }

    private static string AmountsOf(Random random)
    {
        var from = random.Next(10, 95);
        return $"{List}?totalAmount.value.gte={from}&totalAmount.value.lt={from + 5}";
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
