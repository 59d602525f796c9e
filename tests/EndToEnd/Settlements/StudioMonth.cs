using System.Globalization;
using System.Security;
using System.Text.Json.Nodes;
using Quittance.Tests.Debits;
using Quittance.Tests.OwnApi;

namespace Quittance.Tests.Settlements;

/// <summary>
/// A studio whose members pay each month: most by a transfer that names their bill, some with an error of typing, some for two bills, some
/// for a child, some by a debit that comes back. Suppliers and trainers are paid from the same bank account.
/// </summary>
internal sealed class StudioMonth
{
    private const int Members = 172;
    private const int Plain = 119;
    private const int Typing = 40;
    private const int Both = 4;
    private const int Unnamed = 3;
    private const int Parents = 3;
    private const int Debits = 10;
    private const string Fee = "29.90";
    private const string Course = "12.00";

    private static readonly string[] Given =
    [
        "Lena", "Tom", "Miriam", "Jakob", "Sofia", "Emil", "Clara", "Noah", "Ida", "Finn", "Paula", "Oskar", "Mila", "Anton", "Greta",
        "Leo", "Nora", "Karl", "Elsa", "Hugo", "Rosa", "Bruno", "Frida",
    ];

    private static readonly string[] Family =
    [
        "Albrecht", "Bergmann", "Conti", "Dorn", "Engel", "Fischer", "Gruber", "Hoffmann", "Iseli", "Jansen", "Krüger", "Lindner",
        "Moreau", "Neumann", "Olsen", "Petrov", "Quast", "Richter", "Sommer",
    ];

    // Each as often as a month has it. The text names the month, and so no rule may hold for it.
    private static readonly (string To, string Text, string Amount, int Times)[] Suppliers =
    [
        ("Hausverwaltung Nord", "Miete Studio", "-1850.00", 1), ("Stadtwerke", "Abschlag Strom", "-240.00", 2),
        ("Glanz Reinigung", "Reinigung Rechnung", "-180.00", 4), ("Trainer Kovac", "Lohn", "-1200.00", 1),
        ("Trainerin Yilmaz", "Lohn", "-1350.00", 1), ("Trainer Okafor", "Lohn", "-980.00", 1), ("Trainerin Sato", "Lohn", "-760.00", 1),
        ("Trainer Berg", "Lohn", "-640.00", 1), ("Getränke Quelle", "Lieferung", "-92.40", 4), ("Musikrechte", "Lizenz", "-60.00", 2),
        ("Versicherung Süd", "Beitrag Haftpflicht", "-45.00", 1), ("Finanzamt", "Umsatzsteuer", "-420.00", 1),
    ];

    private readonly Studio _studio;
    private readonly Random _random;
    private readonly List<(string Reference, string Name)> _members = [];
    private readonly List<Member> _debtors = [];

    private StudioMonth(Studio studio, Random random) => (_studio, _random) = (studio, random);

    /// <summary>A line of the bank, and the members whose money it is; none for money that is no member's.</summary>
    internal sealed record Line(decimal Amount, string Party, string Text, params IReadOnlyList<string> Owners);

    public static async Task<StudioMonth> OpenAsync(Studio studio, int seed)
    {
        var month = new StudioMonth(studio, new Random(seed));
        var names = (from given in Given from family in Family select $"{given} {family}").ToArray();
        month._random.Shuffle(names);
        // Children have a parent of their own family name, who is no member.
        foreach (var name in names.Take(Members))
        {
            var reference = $"M-{Biller.NewText()}";
            var opened = await studio.Biller.PostAsync(
                Biller.Accounts, new JsonObject { ["reference"] = reference, ["currency"] = "EUR", ["name"] = name });
            Assert.True((int)opened.Status == 201, opened.Text);
            month._members.Add((reference, name));
        }

        return month;
    }

    /// <summary>Raises the bills of a month, and gives the lines that the bank has of it: 200.</summary>
    /// <param name="number">The month, by which its bills are called.</param>
    public async Task<(IReadOnlyList<Line> Lines, Camt Statement)> BillAsync(int number)
    {
        List<Line> lines = [];
        var at = 0;
        for (; at < Plain; at++)
        {
            var bill = await OweAsync(number, at, Fee);
            string[] texts = [$"Rechnung {bill}", $"Beitrag {bill}", bill, $"{bill} {_members[at].Name}", $"Re. {bill}, danke"];
            lines.Add(new(Of(Fee), _members[at].Name, texts[_random.Next(texts.Length)], _members[at].Reference));
        }

        for (; at < Plain + Typing; at++)
            lines.Add(Mistyped(_members[at], await OweAsync(number, at, Fee), at % 8));
        for (var end = at + Both; at < end; at++)
            lines.Add(InOne(_members[at], $"{await OweAsync(number, at, Fee)} und {await OweAsync(number, at, Course, "K")}"));
        for (var end = at + Unnamed; at < end; at++)
        {
            (_, _) = (await OweAsync(number, at, Fee), await OweAsync(number, at, Course, "K"));
            lines.Add(InOne(_members[at], "Beitrag und Kurs"));
        }

        for (var end = at + (2 * Parents); at < end; at += 2)
        {
            var (one, other) = (await OweAsync(number, at, Fee), await OweAsync(number, at + 1, Fee));
            lines.Add(new(
                2 * Of(Fee), $"Ruth {_members[at].Name.Split(' ')[1]}", $"{one} {other}", _members[at].Reference,
                _members[at + 1].Reference));
        }

        foreach (var (to, text, amount, times) in Suppliers)
        {
            for (var time = 1; time <= times; time++)
                lines.Add(new(Of(amount), to, $"{text} {number}/{time}"));
        }

        return await WithDebitsAsync(number, lines);
    }

    /// <summary>Members pay by debit; the bank pays the collection in one sum, and takes nine of its debits back.</summary>
    private async Task<(IReadOnlyList<Line> Lines, Camt Statement)> WithDebitsAsync(int number, List<Line> lines)
    {
        List<Member> debited = [];
        for (var at = 0; at < Debits; at++)
            debited.Add(await _studio.DebitAsync($"{40 + at}"));
        var (_, file) = await _studio.CollectAllAsync();
        var statement = new Camt { Id = $"2027/{number}", Opening = _opening };
        var all = lines.ToArray();
        _random.Shuffle(all);
        foreach (var (line, place) in all.Select((line, place) => (line, place)))
            statement.WithEntry(line.Amount, Entry(line, number, place));
        var sum = Enumerable.Range(0, Debits).Sum(at => 40 + at);
        statement.WithEntry(sum, BankFileTests.Lump(sum, BankFileTests.GroupOf(file)));
        for (var at = 0; at < Debits; at++)
            statement.WithEntry(-(40 + at), BankFileTests.Return(40 + at, _studio.NameOf(debited[at]), "AM04", 0));
        _debtors.AddRange(debited);
        _opening += all.Sum(line => line.Amount);
        return (all, statement);
    }

    /// <summary>No line is open, and every bill of a member is paid.</summary>
    public async Task AssertDoneAsync()
    {
        Assert.Equal(0L, await _studio.ScalarAsync(
            "SELECT count(*) FROM settlement_line WHERE merchant_id = $1 AND status = 'open'", _studio.Merchant.Value));
        Assert.Equal(0L, await _studio.ScalarAsync(
            """
            SELECT count(*) FROM charge c JOIN reference r ON r.merchant_id = c.merchant_id AND r.object_id = c.id AND r.kind = 'charge'
             WHERE c.merchant_id = $1 AND c.is_open AND r.value LIKE 'INV%-2027-%'
            """, _studio.Merchant.Value));
    }

    private decimal _opening = 10_000;

    /// <summary>The debits that came back.</summary>
    public IReadOnlyList<Member> Debtors => _debtors;

    private static Line InOne((string Reference, string Name) member, string text) =>
        new(Of(Fee) + Of(Course), member.Name, text, member.Reference);

    private static Line Mistyped((string Reference, string Name) member, string bill, int kind)
    {
        var (given, family) = (member.Name.Split(' ')[0], member.Name.Split(' ')[1]);
        var digits = bill[^4..];
        var (party, text) = kind switch
        {
            0 => (member.Name, $"{bill[..^4]}{digits[0]}{digits[2]}{digits[1]}{digits[3]}"),
            1 => (member.Name, bill[..^1]),
            2 => (member.Name, bill.Replace('0', 'O')),
            3 => (member.Name, bill.Replace("-", " ", StringComparison.Ordinal)),
            4 => (member.Name, "Beitrag diesen Monat"),
            5 => ($"{family.ToUpperInvariant()}, {given.ToUpperInvariant()}", $"INV{digits}"),
            6 => ($"{given} und Ruth {family}", bill.Replace("INV", "IVN", StringComparison.Ordinal)),
            _ => ($"{given} {family[..^1]}", $"Rechnung {bill}"),
        };
        return new(Of(Fee), party, text, member.Reference);
    }

    /// <summary>A member owes a bill. Returns its number.</summary>
    private async Task<string> OweAsync(int number, int member, string amount, string kind = "")
    {
        var bill = $"INV{kind}-2027-{(number * 1000) + 100 + member:0000}";
        var raised = await _studio.Biller.PostAsync(Biller.Charges, Biller.Charge(_members[member].Reference, amount, bill));
        Assert.True((int)raised.Status == 201, raised.Text);
        return bill;
    }

    private static decimal Of(string amount) => decimal.Parse(amount, CultureInfo.InvariantCulture);

    private static string Entry(Line line, int number, int place)
    {
        var (isOut, party) = (line.Amount < 0, $"<Nm>{SecurityElement.Escape(line.Party)}</Nm>");
        return string.Create(CultureInfo.InvariantCulture, $"""
            <Ntry><Amt Ccy="EUR">{Math.Abs(line.Amount):0.00}</Amt><CdtDbtInd>{(isOut ? "DBIT" : "CRDT")}</CdtDbtInd><Sts>BOOK</Sts>
            <BookgDt><Dt>2027-11-{1 + (place % 28):00}</Dt></BookgDt><AcctSvcrRef>B{number}-{place}</AcctSvcrRef>
            <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
            <RltdPties>{(isOut ? $"<Cdtr>{party}</Cdtr>" : $"<Dbtr>{party}</Dbtr>")}</RltdPties>
            <RmtInf><Ustrd>{SecurityElement.Escape(line.Text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
            """);
    }
}
