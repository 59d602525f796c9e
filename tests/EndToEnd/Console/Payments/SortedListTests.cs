using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Console;
using Quittance.Storage.Rows;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The lists of payments and open charges in the order that a person chooses, with their sums, and as files.</summary>
public sealed partial class SortedListTests(BooksFixture books)
{
    private const string List = "/console/payments";
    private const string Owed = "/console/receivables";

    private static readonly XNamespace Sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Theory]
    [InlineData("received", new[] { 30, 10, 20, 10, 40 })]
    [InlineData("-received", new[] { 40, 10, 20, 10, 30 })]
    [InlineData("amount", new[] { 10, 10, 20, 30, 40 })]
    [InlineData("-amount", new[] { 40, 30, 20, 10, 10 })]
    public async Task Payments_StandInTheOrderThatOneChose_AlsoInTheFile(string sort, int[] amounts)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        foreach (var amount in new[] { 30, 10, 20, 10, 40 })
            await till.PayAsync("A", amount * 100);
        await till.RecordAsync("A");

        foreach (var query in new[] { $"sort={sort}", $"sort={sort}&status=Captured&api=test", $"sort={sort}&q=A", $"sort={sort}&least=1" })
        {
            Assert.Equal(amounts, AmountsOf(await desk.PageAsync($"{List}?{query}")));
            var lines = (await desk.PageAsync($"/console/payments.csv?{query}")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(amounts, lines.Skip(1).Select(line => line.Split(',')[6]).Where(amount => amount.Length > 0).Select(Whole));
        }
    }

    [Theory]
    [InlineData(PaymentColumn.Received)]
    [InlineData(PaymentColumn.Number)]
    [InlineData(PaymentColumn.Amount)]
    public async Task Parts_OfASortedList_ShowEachPaymentOnce_HoweverLittleEachLooksThrough(PaymentColumn by)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        for (var number = 0; number < 40; number++)
            await till.PayAsync("A", 1_00 + (number % 7));
        foreach (var filter in new[]
            { PaymentFilter.All, new PaymentFilter { Currency = "EUR" }, new PaymentFilter { Method = PaymentMethod.Check } })
        {
            foreach (var isAscending in new[] { true, false })
            {
                var seen = await AllAsync(desk.Merchant, filter with { Order = new(by, isAscending) });
                Assert.Equal(filter.Method is null ? 40 : 0, seen.Count);
                var keys = seen.Select(payment => by switch
                {
                    PaymentColumn.Received => payment.At.UtcTicks,
                    PaymentColumn.Number => payment.Number,
                    PaymentColumn.Amount => payment.Amount!.Value.AmountMinor,
                }).ToList();
                Assert.Equal(isAscending ? keys.Order() : keys.OrderDescending(), keys);
                Assert.Equal(seen.Count, seen.Select(payment => payment.Id).Distinct().Count());
            }
        }
    }

    [Theory]
    [InlineData(List)]
    [InlineData(Owed)]
    [InlineData("/console/customers")]
    public async Task OrderThatAListDoesNotHave_IsRefused_AndSaysWhichOnesItHas(string list)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        foreach (var sort in new[] { "colour", "status", "-", "amount desc", "'" })
        {
            using var answer = await desk.Client.GetAsync($"{list}?sort={Uri.EscapeDataString(sort)}", Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("It can be sorted by", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            using var file = await desk.Client.GetAsync($"{list}.csv?sort={Uri.EscapeDataString(sort)}", Cancel);
            Assert.StartsWith($"{list}?", file.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sum_IsThatOfTheWholeFilteredList_WithWhatWentBackAndWhatNeverCame()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A");
        for (var number = 0; number < 60; number++)
            await ours.PayAsync("A", 10_00);
        await ours.RefundAsync("A", await ours.PayAsync("A", 30_00), 12_50);
        await new SilentProvider(books, desk.Merchant).DeclineAsync(11_00, DeclineReason.InsufficientFunds);

        var page = TextOf(await desk.PageAsync(List));
        Assert.Contains("62 payments, newest first", page, StringComparison.Ordinal);
        Assert.Contains("Paid 630.00 EUR, of which went back 12.50 EUR", page, StringComparison.Ordinal);
        Assert.Contains("Not paid 11.00 USD", page, StringComparison.Ordinal);
        page = TextOf(await desk.PageAsync($"{List}?back=Refunded"));
        Assert.Contains("Paid 30.00 EUR, of which went back 12.50 EUR", page, StringComparison.Ordinal);
        Assert.DoesNotContain("USD", page[page.IndexOf("1 payment", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workbook_HasFiguresAsFigures_AndNoFormula()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "=HYPERLINK(\"https://evil.example\",\"Pay & <go>\")\u0001");
        var number = await till.PayAsync("A", 1_234_50);

        using var answer = await desk.Client.GetAsync("/console/payments.xlsx?sort=-amount", Cancel);
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".xlsx", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        using var file = new ZipArchive(await answer.Content.ReadAsStreamAsync(Cancel));
        foreach (var part in file.Entries)
        {
            await using var text = await part.OpenAsync(Cancel);
            var read = await XDocument.LoadAsync(text, LoadOptions.None, Cancel);
            Assert.NotNull(read.Root);
            if (part.Name != "sheet1.xml")
                continue;
            Assert.Empty(read.Descendants(Sheet + "f"));
            var rows = read.Descendants(Sheet + "row").Select(row => row.Elements(Sheet + "c").ToList()).ToList();
            Assert.Equal(2, rows.Count);
            Assert.Equal(["number", "id", "received"], rows[0].Take(3).Select(cell => cell.Value));
            Assert.Equal(number, long.Parse(rows[1][0].Value, CultureInfo.InvariantCulture));
            Assert.Equal(("inlineStr", "=HYPERLINK(\"https://evil.example\",\"Pay & <go>\")"),
                (rows[1][5].Attribute("t")!.Value, rows[1][5].Value));
            Assert.Equal((null, "1234.50"), (rows[1][6].Attribute("t"), rows[1][6].Value));
            var received = DateTime.FromOADate(double.Parse(rows[1][2].Value, CultureInfo.InvariantCulture));
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            Assert.InRange(received, now.AddMinutes(-5), now);
        }
    }

    [Fact]
    public async Task OpenCharges_StandInTheOrderThatOneChose_PartByPart()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada");
        await till.OpenAsync("B", "Ben");
        for (var number = 0; number < 60; number++)
        {
            var due = Today.AddDays((number * 13 % 17) - 8);
            await till.ChargeAsync(number % 2 == 0 ? "A" : "B", $"N-{number:00}", 1_00 + (number * 37 % 11), due);
        }

        foreach (var by in Enum.GetValues<OpenChargeColumn>())
        {
            foreach (var isAscending in new[] { true, false })
            {
                foreach (var looks in new[] { 7, 10_000 })
                {
                    List<ListedCharge> seen = [];
                    OpenChargePlace? next = null;
                    do
                    {
                        var part = await new Receivables(books.Database) { LooksThrough = looks }.ListAsync(
                            desk.Merchant, new OpenChargeFilter(null, null, new(by, isAscending)), next, 7, Cancel);
                        seen.AddRange(part.Charges);
                        // As an address carries it.
                        next = OpenChargePlace.Parse(part.Next?.ToString());
                        Assert.Equal(part.Next, next);
                    }
                    while (next is not null);

                    Assert.Equal(60, seen.Select(listed => listed.Charge.Id).Distinct().Count());
                    Assert.Equal(60, seen.Count);
                    var keys = seen.Select(listed => by switch
                    {
                        OpenChargeColumn.Open => listed.Charge.OpenMinor,
                        OpenChargeColumn.Due => listed.Charge.DueOn.DayNumber,
                        OpenChargeColumn.Customer => 0,
                    }).ToList();
                    Assert.Equal(isAscending ? keys.Order() : keys.OrderDescending(), keys);
                }
            }
        }

        var page = await desk.PageAsync($"{Owed}?sort=-open");
        Assert.Contains("aria-sort=\"descending\"", page, StringComparison.Ordinal);
        var lines = (await desk.PageAsync($"{Owed}.csv?sort=due&age=UpTo30")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("customer_number,customer,charge", lines[0], StringComparison.Ordinal);
        var days = lines.Skip(1).Select(line => line.Split(',')[4]).ToList();
        Assert.True(days.Count > 10);
        Assert.Equal(days.Order(StringComparer.Ordinal), days);
    }

    [Fact]
    public async Task Customers_StandByTheirNames_PartByPart_AlsoInTheFile()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        string[] names = ["Zoë", "ada", "Ben", "Same", "Same", "Same", "Same"];
        foreach (var (at, name) in names.Index())
            await ours.CustomerAsync($"C-{at}", name);
        await ours.CustomerAsync("C-none");
        await ours.ChargeAsync("C-1", "B-1", 12_50);
        var reading = new CustomerReading(books.Database);

        foreach (var isAscending in new[] { true, false })
        {
            List<CustomerRow> seen = [];
            CustomerPlace? next = null;
            do
            {
                var part = await reading.ListAsync(desk.Merchant, "", new(CustomerColumn.Name, isAscending), next, 2, Cancel);
                seen.AddRange(part.Rows);
                next = part.Next;
            }
            while (next is not null);

            string[] sorted = ["ada", "Ben", "Same", "Same", "Same", "Same", "Zoë"];
            Assert.Equal(isAscending ? sorted : sorted.Reverse(), seen.Select(row => row.Account.Name!));
            Assert.Equal(7, seen.Select(row => row.Account.Id).Distinct().Count());
        }

        var lines = (await desk.PageAsync("/console/customers.csv?sort=name")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, lines.Length);
        Assert.EndsWith("\"ada\",\"C-1\",\"Oracle BRM\",12.50,0.00,EUR", lines[1], StringComparison.Ordinal);
        lines = (await desk.PageAsync("/console/customers.csv?sort=opened")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((9, true), (lines.Length, lines[1].Contains("Zoë", StringComparison.Ordinal)));
    }

    [Long("a large table")]
    [Fact]
    public async Task SortedLists_OfALargeTable_AreReadAlongTheIndexOfTheirOrder()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (merchant, _) = (await own.MerchantAsync(), await own.MerchantAsync());
        await FillAsync(own, merchant);
        var place = new PaymentPlace(Guid.Parse("01900000-0000-7000-8000-000000020000"), 20_000, 100m);
        foreach (var by in Enum.GetValues<PaymentColumn>())
        {
            foreach (var isAscending in new[] { true, false })
            {
                foreach (var from in new[] { null, place })
                {
                    var filter = new PaymentFilter { Order = new(by, isAscending), Method = PaymentMethod.Check };
                    var kind = by == PaymentColumn.Received ? PaymentSourceKind.Time : PaymentSourceKind.Order;
                    var statement = new PaymentListStatement(merchant, filter, new PaymentSource(kind), from);
                    await AssertInOrderAsync(own, statement.Looked(1000), statement.AddTo, $"payments by {by}, {isAscending}");
                }
            }
        }

        foreach (var isAscending in new[] { true, false })
        {
            await AssertInOrderAsync(
                own, $"{CustomerReading.Named(isAscending)} LIMIT 1000", command => command.With(merchant.Value).With("name 5"), "names");
        }

        foreach (var by in Enum.GetValues<OpenChargeColumn>())
        {
            foreach (var isAscending in new[] { true, false })
            {
                var begin = isAscending ? OpenChargePlace.First : OpenChargePlace.Last;
                foreach (var from in new[] { begin, new OpenChargePlace(place.Id, Today, 20_000, 50_00, "EUR") })
                {
                    await AssertInOrderAsync(
                        own, $"SELECT c.* {Receivables.Looked(new(by, isAscending))} LIMIT 1000",
                        command => Receivables.AddTo(command, merchant, from, DateOnly.MinValue, DateOnly.MaxValue), $"charges by {by}");
                }
            }
        }
    }

    private static async Task AssertInOrderAsync(OwnBooks own, string sql, Action<NpgsqlBatchCommand> add, string what)
    {
        await using var connection = await own.Database.OpenConnectionAsync(Cancel);
        await using var batch = new NpgsqlBatch(connection);
        add(batch.Statement($"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {sql}"));
        await using var reader = await batch.ExecuteReaderAsync(Cancel);
        List<string> plan = [];
        while (await reader.ReadAsync(Cancel))
            plan.Add(reader.GetString(0));
        var text = $"{what}:\n{string.Join('\n', plan)}";
        Assert.False(text.Contains("Seq Scan", StringComparison.Ordinal) || text.Contains("Sort", StringComparison.Ordinal), text);
        Assert.True(!text.Contains("Rows Removed", StringComparison.Ordinal), text);
    }

    private static async Task FillAsync(OwnBooks own, MerchantId merchant)
    {
        await ExecuteAsync(own, $"""
            INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, events, dialect, status_at, allocated_minor,
                                 method, status)
            SELECT {merchant.Value}, ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n, gen_random_uuid(),
                   n * 7919 % 50000 + 1, 'EUR', 1, 'test', now(), 0, 'cash', 'captured'
              FROM generate_series(1, 60000) n
            """);
        await ExecuteAsync(own, $"""
            INSERT INTO account (merchant_id, id, slot, number, currency, salt)
            SELECT {merchant.Value}, ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 1, n, 'EUR', gen_random_uuid()
              FROM generate_series(1, 20000) n
            """);
        await ExecuteAsync(own, "INSERT INTO account_holder SELECT merchant_id, id, 'Name ' || number FROM account");
        await ExecuteAsync(own, $"""
            INSERT INTO charge (merchant_id, id, account_id, number, label, due_on, currency, amount_minor, allocated_minor, credited_minor)
            SELECT {merchant.Value}, gen_random_uuid(), ('01900000-0000-7000-8000-' || lpad((n % 600 + 1)::text, 12, '0'))::uuid, n, 'bill',
                   current_date + n * 31 % 400 - 200, 'EUR', n * 7919 % 50000 + 1,
                   CASE WHEN n % 3 = 0 THEN n * 7919 % 50000 + 1 ELSE 0 END, 0
              FROM generate_series(1, 60000) n
            """);
        await ExecuteAsync(own, "VACUUM ANALYZE payment, charge, account_holder");
    }

    private static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task<List<ListedPayment>> AllAsync(MerchantId merchant, PaymentFilter filter)
    {
        var lists = new PaymentLists(books.Database) { LooksThrough = 6 };
        List<ListedPayment> seen = [];
        Guid? next = null;
        do
        {
            var page = await lists.ReadAsync(merchant, filter, next, 5, counts: false, Cancel);
            seen.AddRange(page.Payments);
            next = page.Next;
        }
        while (next is not null);
        return seen;
    }

    private static IEnumerable<int> AmountsOf(string page) =>
        Figures().Matches(page[page.IndexOf("<tbody>", StringComparison.Ordinal)..]).Select(match => Whole(match.Groups["figure"].Value));

    private static int Whole(string amount) => (int)decimal.Parse(amount, CultureInfo.InvariantCulture);

    private static string TextOf(string page) =>
        Blanks().Replace(WebUtility.HtmlDecode(Tags().Replace(page[page.IndexOf("id=\"results\"", StringComparison.Ordinal)..], "")), " ")
            .Replace(" ,", ",", StringComparison.Ordinal);

    [GeneratedRegex("<span class=\"figure\">(?<figure>[0-9.,]+)</span>", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Figures();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 60_000)]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+", RegexOptions.None, 60_000)]
    private static partial Regex Blanks();
}
