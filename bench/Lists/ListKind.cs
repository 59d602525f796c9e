namespace Quittance.Bench.Lists;

/// <summary>A kind of request that is measured.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Path">Makes such a request's path and query, of what is known of the books.</param>
internal sealed record ListKind(string Name, string Key, Func<ListBooks, Random, string> Path)
{
    private const string List = "/paymentManagement/v4/payment";

    /// <summary>The pages of ten from the 951st to the 1,000th, found by following <c>Link</c>; one of them is the path then.</summary>
    public static ListKind PageThousand { get; } = new("page 1,000 of ten, by Link", "page_1000", (_, _) => $"{List}?limit=10");

    public static IReadOnlyList<ListKind> All { get; } =
    [
        new("first page: all", "all", (_, _) => List),
        new("account.id", "account", (books, random) => $"{List}?account.id=A-{random.Next(1, books.Accounts + 1):D6}"),
        new("status, most are", "status_most", (_, _) => $"{List}?status=done"),
        new("status, few are", "status_few", (_, _) => $"{List}?status=pendingAuthorization"),
        new("paymentDate, of two hours", "dates", (books, random) => DatesOf(books, random, TimeSpan.FromHours(2))),
        new("statusDate, since long ago", "dates_open",
            (books, random) => $"{List}?statusDate.gte={Text(AnyTime(books, random, books.Payments / 10))}"),
        new("correlatorId", "correlator",
            (books, random) => $"{List}?correlatorId={ListBooks.CorrelatorOf(random.Next(1, books.Correlators + 1))}"),
        new("method, most are", "method_most", (_, _) => $"{List}?paymentMethod.@type=Cash"),
        new("method, few are", "method_few", (_, _) => $"{List}?paymentMethod.@type=Check"),
        new("amount, one in 18", "amount", (_, random) => AmountsOf(random)),
        new("account, method and status", "account_method",
            (books, random) => $"{List}?account.id=A-{random.Next(1, books.Accounts + 1):D6}&paymentMethod.@type=Cash&status=done"),
        new("method, amount and status", "method_amount", (_, random) => $"{AmountsOf(random)}&paymentMethod.@type=Voucher&status=done"),
        new("dates and amount", "dates_amount",
            (books, random) => $"{DatesOf(books, random, TimeSpan.FromHours(20))}&totalAmount.value.gte=50&totalAmount.value.lt=55"),
        PageThousand,
        new("a page anywhere, by Link", "page_any", (books, random) => $"{List}?after={AnyOf(books, random):D}"),
        new("such a page, by method", "page_any_method",
            (books, random) => $"{List}?paymentMethod.@type=Cash&after={AnyOf(books, random):D}"),
        new("look-up by id", "lookup", (books, random) => $"{List}/{AnyOf(books, random):D}"),
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
