using System.Globalization;
using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Days whose year is mistyped or misread book nothing: the file is refused by line and column.</summary>
public sealed class DayAheadTests
{
    private const string Table = "date,value date,amount,description\n";

    private static readonly DateOnly Today = new(2027, 11, 30);

    private static readonly ReadingOptions Options = new()
    {
        Account = Camt.Iban,
        Currency = Currency.Parse("EUR"),
        Provider = "sandbox",
        Today = Today,
    };

    private static async Task<ReadFile> ReadAsync(string text, ReadingOptions? options = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(stream, options ?? Options, TestContext.Current.CancellationToken);
    }

    /// <summary>Two years ahead are read: value dates lie ahead, and samples may.</summary>
    [Theory]
    [InlineData("yyyy-MM-dd", "date", Table + "DAY,2027-11-05,12.00,INV-1\n")]
    [InlineData("dd.MM.yy", "date", Table + "DAY,2027-11-05,12.00,INV-1\n")]
    [InlineData("yyyy-MM-dd", "value date", Table + "2027-11-05,DAY,12.00,INV-1\n")]
    [InlineData(
        "yyyy-MM-dd", "date",
        "type,reference,amount,fee,currency,date\npayment,1,5.00,,EUR,DAY\npayout,P-1,5.00,,EUR,2027-11-03\n")]
    [InlineData(
        "yyMMdd", ":61:",
        ":20:1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C271101EUR0,\r\n:61:DAYCR10,NMSCNONREF\r\n:86:INV-1\r\n"
            + ":62F:C271130EUR10,\r\n-\r\n")]
    [InlineData("yyyy-MM-dd", "BookgDt", "<BookgDt><Dt>DAY</Dt></BookgDt>")]
    [InlineData("yyyy-MM-dd", "ValDt", "<BookgDt><Dt>2027-11-30</Dt></BookgDt><ValDt><Dt>DAY</Dt></ValDt>")]
    public async Task DayMoreThanTwoYearsAhead_RefusesTheFile_ByLineAndColumn(string form, string column, string text)
    {
        var file = text.StartsWith('<') ? new Camt().WithEntry(10, $"""
            <Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>{text}</Ntry>
            """).ToXml() : text;
        var last = await ReadAsync(On(Today.AddDays(731)));
        Assert.Empty(last.Faults);
        Assert.Single(last.Statements);

        var late = await ReadAsync(On(Today.AddDays(732)));
        Assert.Empty(late.Statements);
        // A report says beside it that its rows do not add up.
        var fault = late.Faults[0];
        Assert.Equal((column, true), (fault.Column, fault.Line > 1));
        Assert.Equal("2029-12-01 lies more than two years ahead: no bank has booked it", fault.Problem);

        string On(DateOnly day) => file.Replace("DAY", day.ToString(form, CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("26-11-27", "26-11-28")]
    [InlineData("25-12-31", "26-01-01")]
    [InlineData("26-11-27 10:15", "26-11-26 09:00")]
    public async Task DaysThatMayBeginWithTheirYear_AreRefused_WhereNobodySaysTheOrder(string first, string second)
    {
        foreach (var header in new[] { "date;amount;description\n", "Bokföringsdag;Belopp;Meddelande\n" })
        {
            var read = await ReadAsync($"{header}{first};12,00;INV-1\n{second};7,00;INV-2\n");
            Assert.Empty(read.Statements);
            Assert.Equal([2, 3], read.Faults.Select(fault => fault.Line));
            Assert.All(read.Faults, fault => Assert.Contains(
                "no day of the file tells whether the year stands first or last", fault.Problem, StringComparison.Ordinal));
            Assert.True(read.AsksForColumns);
        }
    }

    /// <summary>No bank's file has the days of so many years, of so long ago, or of so far ahead.</summary>
    [Theory]
    [InlineData("Dato;Beløb;Tekst\n", "23-11-27", "26-11-27")]
    [InlineData("Dato;Beløb;Tekst\n", "05-11-27", "06-11-27")]
    [InlineData("date;amount;description\n", "26-02-27", "31-03-27")]
    [InlineData("Dato;Beløb;Tekst\n", "30-11-27", "31-10-27")]
    public async Task DaysThatCantBeginWithTheirYear_BeginWithTheDay(string header, string first, string second)
    {
        var read = await ReadAsync($"{header}{first};12,00;INV-1\n{second};7,00;INV-2\n");
        Assert.Empty(read.Faults);
        Assert.All(read.Statements.Single().Lines, line => Assert.Equal(2027, line.BookedOn.Year));
    }

    [Fact]
    public async Task ColumnWhoseDaysCantBeginWithTheirYear_TellsItOfTheOther()
    {
        var read = await ReadAsync("date;value date;amount;description\n27-11-27;01-12-27;12,00;INV-1\n");
        Assert.Empty(read.Faults);
        var line = read.Statements.Single().Lines.Single();
        Assert.Equal((new DateOnly(2027, 11, 27), (DateOnly?)new DateOnly(2027, 12, 1)), (line.BookedOn, line.ValueOn));
    }

    [Theory]
    [InlineData("26-11-27", DayOrder.DayFirst, 2027, 26)]
    [InlineData("26-11-27", DayOrder.YearFirst, 2026, 27)]
    [InlineData("26/11/27", DayOrder.YearFirst, 2026, 27)]
    [InlineData("26.11.27", DayOrder.YearFirst, 2026, 27)]
    [InlineData("2026-11-27", DayOrder.YearFirst, 2026, 27)]
    public async Task OrderThatAPersonSays_IsFollowed(string said, DayOrder order, int year, int day)
    {
        var text = $"date;amount;description\n{said};12,00;INV-1\n";
        var format = new StatementFormat(
            [new("date", ColumnUse.BookedOn), new("amount", ColumnUse.Amount), new("description", ColumnUse.Remittance)])
        {
            Order = order,
        };
        var read = await ReadAsync(text, Options with { Formats = [format] });
        Assert.Empty(read.Faults);
        Assert.Equal(new DateOnly(year, 11, day), read.Statements.Single().Lines.Single().BookedOn);
    }

    /// <summary>The console asks for the order, and does not choose it.</summary>
    [Fact]
    public async Task DaysThatMayBeginWithTheirYear_AreOfTwoReadings()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("Tag;Wer;Wofür;Wie viel\n26-11-27;Rosa;INV-1;12,00\n"));
        var seen = await SeenTable.OfAsync(stream, TestContext.Current.CancellationToken);
        Assert.Equal((null, true), (seen!.Columns[0].Order, seen.Columns[0].IsOfTwoReadings));
    }
}
