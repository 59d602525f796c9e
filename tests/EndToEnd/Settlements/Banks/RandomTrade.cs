using System.Globalization;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements.Banks;

internal sealed record TradeCustomer(string Number, string Name, Currency Currency);

internal sealed record TradeBill(string Name, TradeCustomer Customer, long AmountMinor);

/// <summary>
/// A business at random: customers whose names overlap, and bills with references of many kinds, of which some are a part of another's text
/// by chance. Amounts of money that comes are even, and those of money that goes are odd.
/// </summary>
internal sealed class RandomTrade(Random random)
{
    private const int Same = 29_90;

    private static readonly string[] First = ["Anna", "Jonas", "Maria", "Anne", "Ole", "Zoë"];
    private static readonly string[] Last = ["Bell", "Weber", "Bell-Weber", "Müller", "Møller", "Bello", "Anna"];
    private static readonly string[] Titles = ["", "", "", "Dr. ", "Herr ", "Mrs "];

    private static readonly string[] Payments =
    [
        "{0}", "Rechnung {0}", "Invoice {0} thank you", "Facture {0}; merci", "Kd {1} Rg {0}", "{0} van 12-11-2026",
        "betaling {0} \"haast\"",
        "Miete und Nebenkosten wie besprochen, Rechnung Nr. {0} vom 3. November, mit Dank", "PLZ 10115, Tel. 030/1234567, {0}",
        "{0} / {1}", "Bill no {0} paid by Maria for the family",
    ];

    private static readonly string[] Vague =
    [
        "Miete", "thank you", "Dauerauftrag", "Beitrag November 2026", "see letter", "2027", "Rechnung", "Mitglied {1}", "Vertrag 7",
    ];

    private static readonly string[] Outgoing =
        ["Salary 11/2026", "Lieferung {2}", "Refund of {2}", "rent of the shop", "Erstattung {2}, bitte", "Supplier 4711; order 12"];

    private readonly Dictionary<string, TradeBill> _bills = new(StringComparer.Ordinal);
    private readonly List<TradeCustomer> _customers = [];
    private readonly HashSet<(Currency, DateOnly, long, string, string)> _told = [];
    private int _references;

    public IReadOnlyCollection<TradeBill> Bills => _bills.Values;

    public IReadOnlyList<TradeCustomer> Customers => _customers;

    /// <summary>Customers who are billed in a currency.</summary>
    public void Enrol(Currency currency, int count)
    {
        for (; count > 0; count--)
            _customers.Add(new TradeCustomer($"C-{1001 + _customers.Count}", $"{random.Of(First)} {random.Of(Last)}", currency));
    }

    /// <summary>The lines of an account, in the order of its bank.</summary>
    public IReadOnlyList<BankLine> Lines(Currency currency, int count, bool hasDetails)
    {
        List<BankLine> lines = [];
        var day = new DateOnly(2026, 12, random.Next(1, 28));
        var customers = _customers.Where(customer => customer.Currency == currency).ToList();
        while (lines.Count < count)
        {
            if (random.Once(8))
                day = day.AddDays(random.Next(1, 4));
            IReadOnlyList<BankLine> some = random.Next(20) switch
            {
                < 3 => [Line(day, -Odd(900_00), "Supplier & Sons", Filled(random.Of(Outgoing), null))],
                3 => [Line(day, -Odd(10_00), "", "Entgelt Kontofuehrung")],
                4 or 5 => [Vaguely(day, random.Of(customers))],
                6 or 7 or 8 when hasDetails => WithDetails(day, customers, lines),
                _ => [Paid(day, random.Of(customers))],
            };
            // Equal lines of two statements can be one line of the bank: here they stand in one statement alone.
            if (some.All(line => _told.Add((currency, day, line.AmountMinor, line.Party, line.Text))))
                lines.AddRange(some is [{ Lump: null } one] && random.Once(20) ? [one, one] : some);
        }

        return lines;
    }

    private IReadOnlyList<BankLine> WithDetails(DateOnly day, List<TradeCustomer> customers, List<BankLine> before)
    {
        switch (random.Next(5))
        {
            case 0:
                var lump = Reference();
                return
                [
                    .. Enumerable.Range(0, random.Next(2, 6)).Select(_ => Paid(day, random.Of(customers)))
                        .Select(line => line with { ValueOn = day, Lump = lump, Reference = $"{lump} {line.Reference}" }),
                ];
            case 1:
                var sent = Paid(day, random.Of(customers));
                var charges = 2L * random.Next(1, 5);
                return sent.AmountMinor > 100
                    ? [sent with { AmountMinor = sent.AmountMinor - charges, ChargesMinor = charges }] : [sent];
            case 2:
                return [Line(day, -Odd(90_00), random.Of(customers).Name, Filled("Return {2}", null)) with { IsUnpaid = true }];
            case 3:
                // Our own transfer that comes back is no customer's money.
                return
                [
                    Line(day, Even(90_00), random.Of(customers).Name, "our own transfer") with
                    {
                        ReturnReason = random.Of(["AC04", "MD06", "MS03"]),
                    },
                ];
            default:
                var credit = before.FindLast(line => line is { AmountMinor: > 0, Lump: null, ChargesMinor: 0, IsReturn: false });
                return credit is null ? []
                    :
                    [
                        credit with
                        {
                            AmountMinor = -credit.AmountMinor, BookedOn = day, ValueOn = day, Reference = Reference(), IsReversal = true,
                        },
                    ];
        }
    }

    /// <summary>A customer pays a bill or two, all of them or a part, or more than is owed, and says so somehow.</summary>
    private BankLine Paid(DateOnly day, TradeCustomer customer)
    {
        var bill = Bill(customer);
        var text = Filled(random.Of(Payments), bill);
        var amount = random.Next(10) switch
        {
            0 => Math.Max(2, bill.AmountMinor / 4 * 2),
            1 => bill.AmountMinor + 10,
            _ => bill.AmountMinor,
        };
        if (random.Once(8))
        {
            var second = Bill(customer);
            (text, amount) = ($"{text}, {second.Name}", bill.AmountMinor + second.AmountMinor);
        }

        var line = Line(day, amount, PayerOf(customer), text) with { Customer = customer.Number };
        return random.Next(12) switch
        {
            0 => line with { EndToEnd = bill.Name, Text = "payment" },
            // A long number that is nothing in the books may be a card's, and is masked.
            1 when bill.Name.Length is > 5 and < 13 =>
                line with { Text = Filled(random.Of(Payments), bill with { Name = Mistyped(bill.Name) }) },
            // The bill is another's, and so is the amount: somebody took the wrong number.
            2 when Other(line) is { } other => line with { Text = Filled(random.Of(Payments), other with { Customer = customer }) },
            3 => line with { EndToEnd = Reference() },
            _ => line,
        };
    }

    private BankLine Vaguely(DateOnly day, TradeCustomer customer) =>
        Line(day, random.Once(2) ? Same : Even(300_00), PayerOf(customer), Filled(random.Of(Vague), new TradeBill("", customer, 0))) with
        {
            Customer = customer.Number,
        };

    private BankLine Line(DateOnly day, long minor, string party, string text) =>
        new(day, day.AddDays(random.Next(-2, 3)), minor, party.Length == 0 ? "Our Bank" : party, text, Reference());

    /// <summary>A bill of another customer, which neither the amount nor the payer could mean.</summary>
    private TradeBill? Other(BankLine line) => _bills.Values.Where(one => one.Customer.Number != line.Customer
        && one.AmountMinor != line.AmountMinor && !PayerName.Agrees(one.Customer.Name, line.Party)).OrderBy(_ => random.Next())
        .FirstOrDefault();

    private string PayerOf(TradeCustomer customer) => random.Next(6) switch
    {
        0 => $"{random.Of(First)} {random.Of(Last)}",
        1 => string.Join(' ', customer.Name.Split(' ').Reverse()),
        2 => $"{random.Of(Titles)}{customer.Name}".ToUpperInvariant(),
        _ => $"{random.Of(Titles)}{customer.Name}",
    };

    private string Filled(string text, TradeBill? bill) => string.Format(
        CultureInfo.InvariantCulture, text, bill?.Name, bill?.Customer.Number, _bills.Count > 0 ? random.Of([.. _bills.Keys]) : "12");

    /// <summary>The last sign twice, so that it is no other bill's name.</summary>
    private static string Mistyped(string name) => $"{name}{name[^1]}";

    private TradeBill Bill(TradeCustomer customer)
    {
        var amount = random.Once(3) ? Same : Even(2_000_00);
        while (true)
        {
            var bill = new TradeBill(NameOfBill(_bills.Count), customer, amount);
            if (_bills.TryAdd(bill.Name, bill))
                return bill;
        }
    }

    private string NameOfBill(int number)
    {
        switch (random.Next(9))
        {
            case 0:
                return $"RE{number}/27";
            case 1:
                return $"{random.Next(10_000, 1_000_000)}";
            case 2:
                var creditor = $"{random.Next(1_000_000)}X{number}";
                return $"RF{CheckDigits.OfCreditor(creditor)}{creditor}";
            case 3:
                return WithCheckDigit($"{random.Next(1_000_000, 10_000_000)}{number:00000000}");
            case 4:
                return WithCheckDigit($"{random.Next(10_000, 100_000)}{number:0000}");
            case 5:
                return $"A{random.Next(1000)}";
            case 6:
                return $"2027{number:00000}";
            default:
                return $"INV-2027-{number:0000}";
        }
    }

    private static string WithCheckDigit(string digits) =>
        Enumerable.Range(0, 10).Select(digit => $"{digits}{digit}").First(number => CardNumber.PassesLuhn(number));

    private string Reference() => $"B{++_references:00000}";

    private long Even(int most) => 2L * random.Next(1, most / 2);

    private long Odd(int most) => (2L * random.Next(1, most / 2)) + 1;
}
