using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Exporting;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>A journal for DATEV has each transfer, by the numbers that the merchant's accountant has.</summary>
[Long("the journal of a whole business day, for each test")]
public sealed class DatevTests(BooksFixture books) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-datev-").FullName;

    private static readonly string[] Numbers =
    [
        "--consultant", "29098", "--client", "55003", "--receivable", "10000", "--credit", "1710", "--clearing", "1360",
        "--refunds", "1361", "--bank", "1200", "--billed", "8200", "--fees", "4970", "--write-off", "2400",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What DATEV books from the file are the balances of the trial balance.</summary>
    [Fact]
    public async Task Batch_AddsUpToTheTrialBalance()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        var days = await OperatedBooks.ReadAsync(
            own.Database, "SELECT min(booked_on)::text || ' ' || max(booked_on)::text FROM event WHERE booked_on IS NOT NULL");
        var (first, last) = (days[0].Split(' ')[0], days[0].Split(' ')[1]);
        await DoneAsync(own, [.. Numbers, "--first-month", $"{int.Parse(first[5..7], CultureInfo.InvariantCulture)}",
            "--others", "assets:clearing:cash=1000, expenses:write-off:rounding = 2401", "--reason", "our accountant"]);

        foreach (var currency in (string[])["USD", "EUR"])
        {
            var (header, rows) = Read(await ExportAsync(own, currency, first, last));

            Assert.Equal(
                ("\"EXTF\"", "700", "21", "\"Buchungsstapel\"", "13", "29098", "55003", $"\"{currency}\""),
                (header[0], header[1], header[2], header[3], header[4], header[10], header[11], header[21]));
            Assert.Equal((31, first.Replace("-", "", StringComparison.Ordinal)), (header.Length, header[14]));
            Assert.All(rows, row => Assert.Equal(125, row.Count));
            var sums = new SortedDictionary<int, decimal>();
            foreach (var row in rows)
            {
                var amount = decimal.Parse(row["Umsatz (ohne Soll/Haben-Kz)"].Replace(',', '.'), CultureInfo.InvariantCulture);
                Assert.Equal(("S", currency, true), (row["Soll/Haben-Kennzeichen"], row["WKZ Umsatz"], amount > 0));
                Add(sums, row["Konto"], amount);
                Add(sums, row["Gegenkonto (ohne BU-Schlüssel)"], -amount);
            }

            Assert.Equal(
                (await TrialBalanceAsync(own, currency)).Where(sum => sum.Value != 0), sums.Where(sum => sum.Value != 0));
            Assert.Contains(rows, row => row["Belegfeld 1"].Length > 0 && row["Buchungstext"].Contains("Kunde", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Batch_ThatDatevCouldNotRead_IsRefused_AndSaysWhy()
    {
        await using var own = await OperatedBooks.FilledAsync(books);
        string[] export = ["export", "journal", "--format", "datev", "--merchant", "1", "--database", own.ConnectionString];
        await FailsAsync("Set the numbers of your accountant's DATEV first. See: quittance export datev-accounts", export);
        await DoneAsync(own, ["--consultant", "29098", "--client", "55003", "--bank", "1200", "--reason", "a beginning"]);
        await FailsAsync("Say the first and the last day", export);
        await FailsAsync(
            "No number at DATEV is set for assets:receivable",
            [.. export, "--from", "2026-01-01", "--to", "2026-12-31", "--currency", "EUR"]);
        await FailsAsync(
            "one fiscal year. Take days from 2026-01-01 to 2026-12-31", [.. export, "--from", "2026-12-31", "--to", "2027-01-01"]);
        await FailsAsync("in one currency, and these days have EUR, USD", [.. export, "--from", "2026-01-01", "--to", "2026-12-31"]);
        await FailsAsync("has at most 4 digits", Set([.. Numbers, "--others", "assets:bank:1=123456"], own));
        await FailsAsync("assets:bank is no line with a number of its own", Set([.. Numbers, "--others", "assets:bank=1"], own));
        await FailsAsync("cash: say a line", Set([.. Numbers, "--others", "cash"], own));
        await FailsAsync("stands here twice", Set([.. Numbers, "--others", "assets:clearing:a=1,assets:clearing:a=2"], own));
        await FailsAsync("--consultant is a whole number from 1001", Set(["--consultant", "1000", .. Numbers[2..]], own));
    }

    /// <summary>The page shows the numbers that are set, and the months say why there is no batch.</summary>
    [Fact]
    public async Task Console_SetsTheNumbers_AndHandsOutTheBatch()
    {
        using var admin = await TestDesk.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, admin.Merchant);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var paid = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = await biller.CustomerAsync(),
            ["amount"] = Biller.Euro("1234.5"),
            ["method"] = "cash",
        });
        Assert.True((int)paid.Status == 201, paid.Text);
        var address = $"/console/ledger/journal.csv?from={today:yyyy-MM-dd}&to={today:yyyy-MM-dd}&form=datev";
        using (var refused = await admin.Client.GetAsync(new Uri(address, UriKind.Relative), Cancel))
        {
            Assert.Contains(
                "Set the numbers of your accountant", await admin.PageAsync(refused.Headers.Location!.OriginalString),
                StringComparison.Ordinal);
        }

        var form = await SeenForm.OpenAsync(admin, "/console/ledger/datev");
        (string, string)[] numbers =
        [
            ("consultant", "29098"), ("client", "55003"), ("receivable", "10000"), ("credit", "1710"), ("clearing", "1360"),
            ("refunds", "1361"), ("bank", "1200"), ("billed", "8200"), ("fees", "4970"), ("write_off", "2400"),
            ("others", "assets:clearing:cash=1000"), ("Reason", "our accountant"),
        ];
        var to = (await form.SendAsync(numbers)).To;
        Assert.Equal("/console/ledger/months?done=datev-set", to?.OriginalString);
        Assert.Contains("assets:clearing:cash=1000", await admin.PageAsync("/console/ledger/datev"), StringComparison.Ordinal);

        var batch = Encoding.Latin1.GetString(await admin.Client.GetByteArrayAsync(new Uri(address, UriKind.Relative), Cancel));
        Assert.Contains($"1234,50;\"S\";\"EUR\";;;;1000;1710;;{today:ddMM};", batch, StringComparison.Ordinal);
        Assert.Contains("Gegenkonto (ohne BU-Schlüssel)", batch, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    private static void Add(SortedDictionary<int, decimal> sums, string number, decimal amount)
    {
        var key = int.Parse(number, CultureInfo.InvariantCulture);
        sums[key] = sums.GetValueOrDefault(key) + amount;
    }

    private static async Task<SortedDictionary<int, decimal>> TrialBalanceAsync(OwnBooks own, string currency)
    {
        var lines = await OperatedBooks.ReadAsync(own.Database, $"""
            SELECT concat_ws(' ', a.kind, sum(CASE WHEN a.id = t.debit_id THEN t.amount_minor ELSE -t.amount_minor END), a.purpose)
              FROM transfer t JOIN ledger_account a ON a.id IN (t.debit_id, t.credit_id)
             WHERE t.currency = '{currency}' GROUP BY a.kind, a.purpose
            """);
        var sums = new SortedDictionary<int, decimal>();
        foreach (var line in lines.Select(line => line.Split(' ', 3)))
        {
            var number = (EnumWords.To<LedgerKind>(line[0]), line[2]) switch
            {
                (LedgerKind.Receivable, _) => "10000",
                (LedgerKind.Credit, _) => "1710",
                (LedgerKind.Clearing, "cash") => "1000",
                (LedgerKind.Clearing, _) => "1360",
                (LedgerKind.RefundsInTransit, _) => "1361",
                (LedgerKind.Bank, _) => "1200",
                (LedgerKind.Billed, _) => "8200",
                (LedgerKind.Fees, _) => "4970",
                (LedgerKind.WriteOff, "rounding") => "2401",
                (LedgerKind.WriteOff, _) => "2400",
            };
            Add(sums, number, decimal.Parse(line[1], CultureInfo.InvariantCulture) / 100);
        }

        return sums;
    }

    /// <summary>A commit may bring a line without a number after the survey: no transfer is left out of the batch without a word.</summary>
    [Fact]
    public void TransferBetweenLinesWithoutANumber_IsNotLeftOut()
    {
        var batch = new DatevBatch(TextWriter.Null, OfBills, Euro, TimeProvider.System.GetUtcNow());
        Assert.Throws<InvalidOperationException>(() => batch.Has(
            Entry(null) with { Lines = ("assets:clearing:cash", "liabilities:credit") }));
    }

    /// <summary>Items of different customers would clear each other by one number.</summary>
    [Fact]
    public async Task BillsWhoseNumbersDatevCanNotRead_HaveDifferentDocuments()
    {
        await using var text = new StringWriter();
        var batch = new DatevBatch(text, OfBills, Euro, TimeProvider.System.GetUtcNow());
        string[] names = ["INV-1", "INV_1", "INV#1", "P7", new('9', 40), new('9', 41), "%P7", "%1", "INV-1%2"];
        for (var number = 0; number < names.Length; number++)
            await batch.WriteAsync(Entry(names[number]) with { Charge = number + 1 });
        await batch.WriteAsync(Entry(null) with { Payment = 7 });

        var documents = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(';')[10].Trim('"')).ToList();
        Assert.Equal(("INV-1", names.Length + 1), (documents[0], documents.Distinct().Count()));
        Assert.All(documents, document => Assert.Matches("^[A-Za-z0-9$&%*+/-]{1,36}$", document));
    }

    private static readonly Currency Euro = Currency.Parse("EUR");

    private static DatevChart OfBills =>
        new(new MerchantId(1), 29098, 55003, 1, 4, [new("assets:receivable", 1400), new("income:billed", 8200)]);

    private static JournalEntry Entry(string? bill) => new(
        new EventTime(TimeProvider.System.GetUtcNow(), new(2026, 11, 2), new(2026, 11, 2)), (Guid.Empty, 1), 1, "charge.raised", "", "",
        new Money(10_00, Euro), null, null, null, null, "0", Guid.Empty)
    {
        Lines = ("assets:receivable", "income:billed"),
        ChargeName = bill,
    };

    private async Task<string> ExportAsync(OwnBooks own, string currency, string first, string last)
    {
        var file = Path.Combine(_folder, $"{currency}.csv");
        var (exitCode, _, error) = await RunningProgram.RunAsync(
            "export", "journal", "--format", "datev", "--currency", currency, "--from", first, "--to", last, "--output", file,
            "--merchant", "1", "--database", own.ConnectionString);
        Assert.True(exitCode == 0, error);
        return Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancel));
    }

    private static (string[] Header, List<Dictionary<string, string>> Rows) Read(string text)
    {
        var lines = text.Split("\r\n", 2);
        using var csv = new CsvReader(
            new StringReader(lines[1]), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = ";", NewLine = "\r\n" });
        List<Dictionary<string, string>> rows = [];
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
            rows.Add(csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!));
        return (lines[0].Split(';'), rows);
    }

    private static string[] Set(string[] numbers, OwnBooks own) =>
        ["export", "datev-accounts", .. numbers, "--reason", "tried", "--merchant", "1", "--database", own.ConnectionString];

    private static async Task DoneAsync(OwnBooks own, string[] numbers)
    {
        var (exitCode, _, error) = await RunningProgram.RunAsync(
            ["export", "datev-accounts", .. numbers, "--merchant", "1", "--database", own.ConnectionString]);
        Assert.True(exitCode == 0, error);
    }

    private static async Task FailsAsync(string says, string[] command)
    {
        var (exitCode, _, error) = await RunningProgram.RunAsync(command);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }
}
