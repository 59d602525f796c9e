using System.Globalization;
using System.IO.Compression;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements.Banks;

namespace Quittance.Tests.Settlements;

/// <summary>
/// Businesses at random, whose banks write their statements as camt.053, MT940 and tables in many forms. Each line is read as the bank has
/// it, and no customer's debt is settled by another customer's money. The suite tries a few hundred lines, or as many as
/// <c>QUITTANCE_BANK_LINES</c> says.
/// </summary>
[Long]
public sealed class RandomStatementTests(BooksFixture books, ITestOutputHelper output)
{
    private const int LinesOfABusiness = 400;
    private const int CustomersOfACurrency = 9;

    private static readonly int? Seed = NumberIn("QUITTANCE_BANK_SEED");
    private static readonly int Lines = NumberIn("QUITTANCE_BANK_LINES") ?? 800;

    private static readonly Currency[] Currencies =
        [.. ((string[])["EUR", "EUR", "CHF", "JPY", "KWD"]).Select(code => Currency.Parse(code))];

    private readonly Counts _counts = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The seed of a failure is in its message: <c>QUITTANCE_BANK_SEED</c> runs it again.</summary>
    [Fact]
    public async Task Statements_AreReadAsTheyWereWritten_AndBookedForTheRightCustomers()
    {
        do
        {
            var seed = Seed ?? Random.Shared.Next(1_000_000);
            try
            {
                await TradeAsync(new Random(seed));
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"Seed {seed}: {failed.Message}", failed);
            }
        }
        while (Seed is null && _counts.Lines < Lines);
        output.WriteLine($"{_counts}");
    }

    private sealed class Counts
    {
        public int Files { get; set; }

        public int Lines { get; set; }

        public int Booked { get; set; }

        public int Proposed { get; set; }

        public override string ToString() =>
            $"{Files} files, {Lines} lines: {Booked} booked by themselves, {Proposed} proposed; none booked for another customer";
    }

    private async Task TradeAsync(Random random)
    {
        await using var shop = await Shop.OpenAsync(books);
        var trade = new RandomTrade(random);
        List<(IBankWriter Bank, List<BankStatement> Statements)> accounts = [];
        foreach (var (currency, at) in Currencies.OrderBy(_ => random.Next()).Take(3).Select((currency, at) => (currency, at)))
        {
            if (!trade.Customers.Any(customer => customer.Currency == currency))
                trade.Enrol(currency, CustomersOfACurrency);
            var bank = BankAt(random);
            var lines = trade.Lines(currency, LinesOfABusiness / 3, bank.HasDetails);
            accounts.Add((bank, StatementsOf(new BankAccount(IbanOf(random), currency), lines, random)));
        }

        await BillAsync(shop, trade);
        List<(DeskReport Report, IReadOnlyList<BankLine> Lines, Told Told)> imported = [];
        foreach (var (bank, statements) in accounts)
        {
            foreach (var file in Wrapped([.. bank.Write(statements)], random))
                imported.AddRange(await ImportAsync(shop, file));
        }

        // A later import may book an earlier line.
        Dictionary<string, long> settled = new(StringComparer.Ordinal);
        foreach (var (report, lines, told) in imported)
            await AssertBookedAsync(shop, report, lines, told, settled);
        await AssertOwedAsync(shop, trade, settled);
    }

    private static IBankWriter BankAt(Random random) => random.Next(4) switch
    {
        0 => new Mt940Bank(random.Of(Enum.GetValues<Mt940Words>()), random),
        1 or 2 => new CsvBank(random.Of(CsvTableOf.All)),
        _ => new CamtBank(random.Of([2, 4, 8]), random),
    };

    private static string IbanOf(Random random)
    {
        var number = $"37040044{random.Next(1_000_000):0000000000}";
        var check = 98 - (int)(Int128.Parse($"{number}131400", CultureInfo.InvariantCulture) % 97);
        return $"DE{check:00}{number}";
    }

    /// <summary>Statements of some days, of one, or of a part of one. Their numbers begin anew.</summary>
    private static List<BankStatement> StatementsOf(BankAccount account, IReadOnlyList<BankLine> lines, Random random)
    {
        List<BankStatement> statements = [];
        var minor = (long)random.Next(-1_000_00, 100_000_00);
        foreach (var some in lines.InParts(random, random.Of([3, 12, 40])))
        {
            // What a bank writes twice in one statement came twice; a lump stands in one statement.
            List<BankLine> own = [.. some];
            if (statements.Count > 0 && statements[^1].Lines[^1] is var last
                && (last == own[0] || (last.Lump is not null && last.Lump == own[0].Lump)))
            {
                var joined = statements[^1];
                statements[^1] = joined with { Lines = [.. joined.Lines, .. own], WrittenOn = own[^1].BookedOn };
            }
            else
            {
                statements.Add(new BankStatement(account, 1 + (statements.Count % 9), own[^1].BookedOn, minor, own));
            }

            minor += own.Sum(line => line.AmountMinor);
        }

        return statements;
    }

    /// <summary>Each document in a file of its own, or some of them in a ZIP.</summary>
    private static IEnumerable<BankDocument> Wrapped(IReadOnlyList<BankDocument> documents, Random random)
    {
        foreach (var some in documents.InParts(random, random.Of([1, 4])))
            yield return some is [var only] ? only : Zipped(some);
    }

    private static BankDocument Zipped(IReadOnlyList<BankDocument> documents)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (document, at) in documents.Select((document, at) => (document, at)))
            {
                using var entry = zip.CreateEntry($"statements/{at:00}").Open();
                entry.Write(document.Bytes);
            }
        }

        return documents[0] with { Bytes = file.ToArray(), Statements = [.. documents.SelectMany(document => document.Statements)] };
    }

    private static async Task BillAsync(Shop shop, RandomTrade trade)
    {
        foreach (var customer in trade.Customers)
            await shop.DoAsync(shop.Business.Opening(customer.Number) with { Name = customer.Name, Currency = customer.Currency });
        foreach (var some in trade.Bills.Chunk(1000))
        {
            var outcomes = await Task.WhenAll(some.Select(bill => shop.Engine.SubmitAsync(
                shop.Business.Charge(bill.Customer.Number, bill.Name) with
                {
                    Amount = new Money(bill.AmountMinor, bill.Customer.Currency),
                }, patient: true)));
            Assert.All(outcomes, outcome => Assert.True(outcome.Accepted));
        }
    }

    private async Task<IEnumerable<(DeskReport Report, IReadOnlyList<BankLine> Lines, Told Told)>> ImportAsync(
        Shop shop, BankDocument file)
    {
        using var stream = new MemoryStream(file.Bytes);
        var read = await StatementFile.ReadAsync(stream, file.Options, Cancel);
        Assert.True(read.Faults.Count == 0, string.Join('\n', read.Faults));
        Assert.Equal(file.Statements.Count, read.Statements.Count);
        foreach (var (statement, lines) in read.Statements.Zip(file.Statements))
        {
            Assert.Equal(lines.Count, statement.Lines.Count);
            foreach (var (line, written) in statement.Lines.Zip(lines))
                AssertRead(line, written, file.Told);
        }

        var imported = await shop.Desk.ImportAsync(stream, "statement", file.Options, shop.Origin, null, Cancel);
        Assert.True(imported.Faults.Count == 0, string.Join('\n', imported.Faults));
        Assert.All(imported.Reports.Skip(file.Statements.Count), earlier => Assert.True(earlier is { WasKnown: true, NewLines: 0 }));
        _counts.Files++;
        return imported.Reports.Zip(file.Statements, (report, lines) => (report, (IReadOnlyList<BankLine>)lines, file.Told));
    }

    private static void AssertRead(ReadLine line, BankLine written, Told told)
    {
        Assert.Equal((written.Text, written.BookedOn, written.AmountMinor), (written.Text, line.BookedOn, line.AmountMinor));
        // A number that may be a card's is looked up in the books first.
        if (line.Hidden is null)
            AssertTexts(written, told, line.ValueOn, line.Counterparty, line.Remittance, line.EndToEnd);
        if (told.HasFlag(Told.Reference))
            Assert.Equal(written.Reference, line.BankReference);
    }

    private static void AssertTexts(BankLine written, Told told, DateOnly? valueOn, string? party, string? text, string? endToEnd)
    {
        // Some banks say in a column of its own how they have posted it.
        text = text?.Replace($" {CsvTableOf.Posting}", "", StringComparison.Ordinal);
        // Our own words of a return or a reversal stand behind the bank's.
        var said = written.IsReturn || written.IsReversal ? text?[..Math.Min(text.Length, written.Text.Length)] : text;
        Assert.Equal(
            (
                written.Text, told.HasFlag(Told.ValueDay) ? written.ValueOn : null, told.HasFlag(Told.Party) ? written.Party : null,
                told.HasFlag(Told.EndToEnd) ? written.EndToEnd : null),
            (said, valueOn, party, endToEnd));
    }

    private async Task AssertBookedAsync(
        Shop shop, DeskReport report, IReadOnlyList<BankLine> written, Told told, Dictionary<string, long> settled)
    {
        var lines = await shop.LinesAsync(report);
        Assert.Equal(written.Count, lines.Count);
        var owners = await OwnersAsync(shop, lines);
        foreach (var (line, one) in lines.Zip(written))
        {
            Assert.Equal((one.BookedOn, one.AmountMinor), (line.BookedOn, line.Amount.AmountMinor));
            AssertTexts(one, told, line.ValueOn, line.Counterparty, line.Remittance, line.EndToEnd);
            if (line.Status != SettlementStatus.Booked)
                continue;
            var owner = line.Payment is { } payment ? owners[payment.Value] : null;
            Assert.True(owner == one.Customer, $"{one} is booked for {owner ?? "none"}");
            settled[owner!] = settled.GetValueOrDefault(owner!) + one.SettlesMinor;
            _counts.Booked++;
        }

        _counts.Lines += lines.Count;
        _counts.Proposed += (await new LineMatching(shop.Books.Database).ProposalsAsync(shop.Merchant, lines, Cancel)).Count;
    }

    /// <summary>The customers of payments, by their numbers.</summary>
    private static async Task<Dictionary<Guid, string>> OwnersAsync(Shop shop, IReadOnlyList<SettlementLine> lines)
    {
        Dictionary<Guid, string> owners = [];
        await using var command = shop.Books.Database.CreateCommand(
            """
            SELECT p.id, r.value FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
             WHERE r.kind = 'account' AND r.dialect = 'test' AND p.id = ANY($1)
            """);
        command.Parameters.Add(new() { Value = lines.Select(line => line.Payment?.Value).OfType<Guid>().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            owners[reader.GetGuid(0)] = reader.GetString(1);
        return owners;
    }

    /// <summary>Each customer owes what was asked, less the lines that are booked.</summary>
    private static async Task AssertOwedAsync(Shop shop, RandomTrade trade, Dictionary<string, long> settled)
    {
        Dictionary<string, long> owed = new(StringComparer.Ordinal);
        await using var command = shop.Books.Database.CreateCommand(
            """
            SELECT r.value, coalesce(sum(l.debits_minor - l.credits_minor), 0)::bigint FROM reference r
              LEFT JOIN ledger_account l
                ON l.merchant_id = r.merchant_id AND l.holder_id = r.object_id AND l.kind IN ('receivable', 'credit')
             WHERE r.kind = 'account' AND r.dialect = 'test' GROUP BY 1
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            owed[reader.GetString(0)] = reader.GetInt64(1);
        foreach (var customer in trade.Customers)
        {
            var asked = trade.Bills.Where(bill => bill.Customer == customer).Sum(bill => bill.AmountMinor);
            Assert.Equal((customer.Number, asked - settled.GetValueOrDefault(customer.Number)), (customer.Number, owed[customer.Number]));
        }
    }

    private static int? NumberIn(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
