using System.Globalization;
using Quittance.BackOffice.BankStatements;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>
/// 200 lines of eight kinds over the books of a studio in which everybody owes the same fee: with names of which none is a part of another
/// one, and with names of which a third has the words of another customer's and one more.
/// </summary>
[Long("two statements of 200 lines")]
public sealed class EqualFeesTests(BooksFixture books, ITestOutputHelper output)
{
    private const long FeeMinor = 29_90;
    private const int Customers = 200;

    private static readonly string[] Given =
    [
        "Anna", "Boris", "Carla", "David", "Elena", "Falk", "Gesa", "Henrik", "Irma", "Joris", "Katja", "Levin", "Marta", "Nils", "Olga",
        "Paul", "Renate", "Sven", "Tilda", "Uwe",
    ];

    private static readonly string[] Family =
    [
        "Keller", "Naumann", "Heller", "Brandt", "Cordes", "Dietz", "Ebert", "Franke", "Goetz", "Hartung",
    ];

    // How many lines of each kind; the text and the amount of each are made below.
    private static readonly (Kind Kind, int Lines)[] Kinds =
    [
        (Kind.Exact, 120), (Kind.Spaces, 10), (Kind.Digits, 10), (Kind.Name, 20), (Kind.Two, 10), (Kind.Part, 10), (Kind.TooMuch, 10),
        (Kind.OfAnother, 5), (Kind.Stranger, 5),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private enum Kind
    {
        Exact, Spaces, Digits, Name, Two, Part, TooMuch, OfAnother, Stranger,
    }

    private sealed record Line(Kind Kind, string? Owner, string Payer, string Text, long AmountMinor);

    [Theory]
    [InlineData(false, 165)]
    [InlineData(true, 150)]
    public async Task Lines_OfEightKinds_AreBookedToTheRightCustomer_OrProposed(bool overlaps, int leastBooked)
    {
        await using var shop = await Shop.OpenAsync(books);
        var names = NamesOf(overlaps).ToList();
        for (var at = 0; at < Customers; at++)
            await shop.EnrolAsync($"C{at}", names[at]);
        var lines = LinesOf(names).ToList();
        await shop.OweAsync(
            Enumerable.Range(0, Customers).Select(at => ($"C{at}", BillOf(at), FeeMinor))
                .Concat(lines.Where(line => line.Kind == Kind.Two).Select(line => (line.Owner!, SecondOf(line.Owner!), FeeMinor))),
            account => names[int.Parse(account[1..], CultureInfo.InvariantCulture)]);

        var report = await shop.ImportAsync(
            "account;date;amount;currency;payer;purpose\n" + string.Concat(lines.Select(line => string.Create(
                CultureInfo.InvariantCulture,
                $"{Camt.Iban};2027-11-03;{line.AmountMinor / 100}.{line.AmountMinor % 100:00};EUR;{line.Payer};{line.Text}\n"))));

        var imported = await shop.LinesAsync(report);
        var owners = await shop.OwnersAsync();
        var proposals = await new LineMatching(shop.Books.Database).ProposalsAsync(shop.Merchant, imported, Cancel);
        var results = imported.Zip(lines, (line, made) => (
            made.Kind, IsBooked: line.Status == SettlementStatus.Booked, IsProposed: proposals.ContainsKey(line.Id),
            IsWrong: line.Payment is { } payment && owners[payment.Value] != made.Owner,
            Said: $"{made.Kind}: {made.Text}, of {made.Payer}: {line.Status}, {line.Note}")).ToList();
        foreach (var kind in results.GroupBy(result => result.Kind))
        {
            output.WriteLine(
                $"{kind.Key}: {kind.Count()}, {kind.Count(one => one.IsBooked)} booked, "
                + $"{kind.Count(one => !one.IsBooked && one.IsProposed)} proposed");
        }

        Assert.DoesNotContain(results, result => result.IsWrong);
        Assert.InRange(results.Count(result => result.IsBooked), leastBooked, Customers);
        // Strangers' money waits, and no number of another customer's bill is proposed without a word about the payer.
        Assert.Equal("", string.Join('\n', results
            .Where(result => result is { IsBooked: false, IsProposed: false, Kind: not (Kind.Stranger or Kind.OfAnother) })
            .Select(result => result.Said)));
        Assert.DoesNotContain(results, result => result is { Kind: Kind.Stranger or Kind.OfAnother, IsBooked: true });
        // A proposal that is none any more leaves no note.
        Assert.DoesNotContain(
            imported.Where(line => line.Status == SettlementStatus.Open && !proposals.ContainsKey(line.Id)),
            line => line.NoteBeside(null)?.Contains("Proposal", StringComparison.Ordinal) == true);
    }

    /// <summary>Every third name has all words of the name before it, and one more.</summary>
    private static IEnumerable<string> NamesOf(bool overlaps)
    {
        var names = (from family in Family from given in Given select (Given: given, Family: family)).ToList();
        for (var at = 0; at < Customers; at++)
        {
            var (given, family) = overlaps && at % 3 == 2 ? names[at - 1] : names[at];
            yield return overlaps && at % 3 == 2 ? $"{given} {Given[(at * 7 + 3) % Given.Length]} {family}" : $"{given} {family}";
        }
    }

    private static IEnumerable<Line> LinesOf(List<string> names)
    {
        // Customers whose kinds lie beside each other are as often of one name as of two.
        var kinds = Kinds.SelectMany(kind => Enumerable.Repeat(kind.Kind, kind.Lines)).ToArray();
        new Random(20271103).Shuffle(kinds);
        foreach (var (at, kind) in kinds.Index())
        {
            var (owner, bill) = ($"C{at}", BillOf(at));
            yield return kind switch
            {
                Kind.Exact => new Line(kind, owner, names[at], $"Rechnung {bill}", FeeMinor),
                Kind.Spaces => new Line(kind, owner, names[at], bill.Replace("-", " ", StringComparison.Ordinal), FeeMinor),
                Kind.Digits => new Line(kind, owner, names[at], string.Concat(bill.Where(char.IsAsciiDigit)), FeeMinor),
                Kind.Name => new Line(kind, owner, names[at], "Beitrag November", FeeMinor),
                Kind.Two => new Line(kind, owner, names[at], $"{bill} {SecondOf(owner)}", 2 * FeeMinor),
                Kind.Part => new Line(kind, owner, names[at], $"{bill} erster Teil", FeeMinor / 2),
                Kind.TooMuch => new Line(kind, owner, names[at], bill, FeeMinor + 5_00),
                Kind.OfAnother => new Line(kind, owner, names[at], BillOf((at + 50) % Customers), FeeMinor),
                Kind.Stranger => new Line(kind, null, "Getränke Quelle", "Gutschrift", 17_35),
            };
        }
    }

    private static string BillOf(int customer) => string.Create(CultureInfo.InvariantCulture, $"INV-2027-{customer + 1:0000}");

    private static string SecondOf(string owner) => BillOf(int.Parse(owner[1..], CultureInfo.InvariantCulture) + Customers);
}
