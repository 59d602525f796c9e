using Quittance.BackOffice.BankStatements;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>
/// 200 lines over the books of a studio in which everybody owes the same fee: postal codes, dates, telephone numbers, standing orders of
/// parents, typing errors, two members of one name, bills with letters, several bills in one line, part payments.
/// </summary>
public sealed class MatchingCorpusTests(BooksFixture books, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_OfAStudio_AreBookedToTheRightMember_OrLeft()
    {
        await using var shop = await Shop.OpenAsync(books);
        await EnrolAsync(shop);
        var lines = Read("lines.csv")
            .Select(row => (Owner: row[0], Expected: row[1], Amount: row[2], Payer: row[3], Account: row[4], Text: row[5])).ToList();
        Assert.Equal(200, lines.Count);
        await LetPayBeforeAsync(
            shop, lines.Where(line => line.Expected == "known").Select(line => (line.Owner, line.Payer, line.Account)).ToList());

        var report = await shop.ImportAsync(Csv(lines.Select(line => (line.Amount, line.Payer, line.Account, line.Text)), "2027-11-03"));

        var imported = await shop.LinesAsync(report);
        var owners = await shop.OwnersAsync();
        var proposals = await new LineMatching(shop.Books.Database).ProposalsAsync(shop.Merchant, imported, Cancel);
        List<string> wrong = [], unexpected = [];
        foreach (var (line, result) in imported.Zip(lines))
        {
            var isBooked = line.Status == SettlementStatus.Booked;
            if (isBooked && owners[line.Payment!.Value.Value] != result.Owner)
                wrong.Add($"{result.Text}, of {result.Payer}: booked for {owners[line.Payment.Value.Value]}, not {result.Owner}");
            if (isBooked != (result.Expected != "open"))
                unexpected.Add($"{result.Text}, of {result.Payer}: {line.Status}, {line.Note}");
        }

        foreach (var (line, result) in imported.Zip(lines))
        {
            if (line.Status == SettlementStatus.Open && !proposals.ContainsKey(line.Id))
                output.WriteLine($"{result.Owner} {result.Payer} {result.Amount} {result.Text}: {line.Note}");
        }

        output.WriteLine(
            $"{lines.Count} lines: {report.Booked} booked by themselves, {proposals.Count} proposed, "
                + $"{lines.Count - report.Booked - proposals.Count} without a proposal; {wrong.Count} booked to the wrong customer");
        // The guide tells these numbers.
        Assert.Equal((104, 90), (report.Booked, proposals.Count));
        Assert.Empty(wrong);
        Assert.Empty(unexpected);
    }

    /// <summary>Everybody owes the fee, and some a second bill.</summary>
    private static async Task EnrolAsync(Shop shop)
    {
        var members = Read("members.csv");
        foreach (var member in members)
            await shop.EnrolAsync(member[0], member[1]);
        await shop.OweAsync(members.Select(member => (member[0], member[2], 29_90L)));
        await shop.OweAsync(members.Where(member => member[3].Length > 0).Select(member => (member[0], member[3], 12_00L)));
    }

    /// <summary>Last month an operator said whose money came from these accounts.</summary>
    private static async Task LetPayBeforeAsync(Shop shop, IReadOnlyList<(string Owner, string Payer, string Account)> payers)
    {
        await shop.OweAsync(payers.Select(payer => (payer.Owner, $"OCT-{payer.Owner}", 7_00L)));
        var report = await shop.ImportAsync(
            Csv(payers.Select(payer => ("7.00", payer.Payer, payer.Account, "Dauerauftrag")), "2027-10-03"));
        foreach (var (line, payer) in (await shop.LinesAsync(report)).Zip(payers))
        {
            Assert.True((
                await shop.Desk.BookAsChosenAsync(
                line, SettlementChoice.Charge, [$"OCT-{payer.Owner}"], shop.Origin, "the father called", Cancel)).Outcome!.Accepted);
        }
    }

    private static string Csv(IEnumerable<(string Amount, string Payer, string Account, string Text)> lines, string day) =>
        "account;date;amount;currency;payer;iban;purpose\n"
        + string.Concat(lines.Select(line => $"{Camt.Iban};{day};{line.Amount};EUR;{line.Payer};{line.Account};{line.Text}\n"));

    private static List<string[]> Read(string file) =>
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Settlements", "Corpus", file)).Skip(1)
            .Select(line => line.Split(';'))];
}
