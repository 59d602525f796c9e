using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>A person who says what the columns of a table are sees what stands in them, and a guess.</summary>
public sealed class SeenTableTests
{
    private static Task<SeenTable?> SeeAsync(string text) => SeeAsync(Encoding.UTF8.GetBytes(text));

    private static async Task<SeenTable?> SeeAsync(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return await SeenTable.OfAsync(stream, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(
        "Tag;Wertst.;Wer;Gegenkonto;Wofür;Wie viel;Stand danach;Beleg\n"
        + "01/11/2027;02/11/2027;Rosa Lind;DE89370400440532013000;INV-1;1.061,40;1.061,40;17\n",
        "booked_on value_on counterparty counterparty_account remittance amount balance unread")]
    [InlineData("When|What|How much\n2027-11-01|INV-1|-12.00\n", "booked_on remittance amount")]
    [InlineData("A\tB\tC\n01.11.2027\tINV-1 thanks\t12,00\n02.11.2027\tINV-2\t-3,00\n", "booked_on remittance amount")]
    [InlineData("Day,Out of it,Paid in,Debit,Note\n2027-11-01,x,5.00,,INV-1\n", "booked_on unread paid_in paid_out remittance")]
    [InlineData("Day,Credit,Note\n2027-11-01,5.00,INV-1\n", "booked_on unread remittance")]
    [InlineData(
        "Buchung;Konto;Betrag;Whg;Zweck\n01.11.2027;DE02120300000000202051;5,00;EUR;a\n01.11.2027;DE02120300000000202051;6,00;EUR;b\n",
        "booked_on account amount currency remittance")]
    [InlineData(
        "Datum,Name,Brutto,Gebühr,Netto,Guthaben,Absender E-Mail,Betreff,Hinweis\n05.11.2027,Anna,120.00,-3.49,116.51,1116.51,,,INV-1\n",
        "booked_on counterparty unread fee amount balance unread unread remittance")]
    [InlineData(
        "Date,Payee,Account number,Payment reference,Amount\n2027-11-05,Anna,DE02120300000000202051,INV-1,1.00\n2027-11-05,Jo,,x,-1.00\n",
        "booked_on counterparty counterparty_account remittance amount")]
    public async Task Column_IsGuessed_ByItsNameAndByWhatIsInIt(string text, string uses)
    {
        var seen = await SeeAsync(text);
        Assert.Equal(uses, string.Join(' ', seen!.Columns.Select(column => EnumWords.Of(column.Guess))));
    }

    /// <summary>A row may end with a separator behind its last field.</summary>
    [Fact]
    public async Task RowThatIsLongerThanTheHeaderLine_HasItsColumns()
    {
        var seen = await SeeAsync("When;Who;What;Paid\n05.11.2027;Anna;INV-1;120,00;\n06.11.2027;Jo;INV-2;80,00\n");
        Assert.Equal(ColumnUse.Amount, seen!.Columns[3].Guess);
    }

    /// <summary>Lines about the account stand above the header line, in fewer columns.</summary>
    [Fact]
    public async Task HeaderLine_IsTheWidestOne_AndNoRow()
    {
        var seen = await SeeAsync(
            "Konto;Giro\nInhaber;Verein\n\nTag;Wer;Wofür;Wie viel\n01/11/2027;Rosa;INV-1;12,00\n02/11/2027;Jo;INV-2;7,00\n");
        Assert.Equal(["Tag", "Wer", "Wofür", "Wie viel"], seen!.Columns.Select(column => column.Name));
        Assert.Equal(["Rosa", "Jo"], seen.Columns[1].Values);
    }

    /// <summary>ABN AMRO, Wells Fargo, and a German bank with a sum in the text: the first row is one, and no header line.</summary>
    [Theory]
    [InlineData(
        "123456789\tEUR\t20271105\t1000,00\t1120,00\t20271105\t120,00\t/TRTP/SEPA/NAME/ANNA BELL/REMI/INV-2027-0001\n"
        + "123456789\tEUR\t20271108\t1120,00\t1075,00\t20271108\t-45,00\t/TRTP/SEPA/NAME/PAPER BV/REMI/FACTUUR 77\n",
        "unread currency booked_on unread balance unread amount remittance")]
    [InlineData(
        "123456789\tEUR\t20271105\t1000,00\t1120,00\t20271105\t120,00\t/TRTP/SEPA/NAME/ANNA BELL/REMI/INV-2027-0001\n",
        "unread currency booked_on unread balance unread amount remittance")]
    [InlineData(
        "\"11/15/2027\",\"120.00\",\"*\",\"\",\"ZELLE FROM ANNA BELL INV-2027-0001\"\n"
        + "\"11/16/2027\",\"-1,045.50\",\"*\",\"1001\",\"CHECK, PAPER\"\n",
        "booked_on amount unread unread remittance")]
    [InlineData("\n01.11.2027;Rosa, Jo, Li, Al, Em;12,00\n\n02.11.2027;Jo;-7,00\n", "booked_on remittance amount")]
    [InlineData("01.11.2027;Rosa;12,00;\n02.11.2027;Jo;;7,00\n", "booked_on remittance amount unread")]
    public async Task TableWithoutAHeaderLine_HasItsColumnsByTheirPlaces(string text, string uses)
    {
        var seen = await SeeAsync(text);
        Assert.False(seen!.HasHeader);
        Assert.Equal(
            Enumerable.Range(1, seen.Columns.Count).Select(place => $"column {place}"), seen.Columns.Select(column => column.Name));
        Assert.Equal(uses, string.Join(' ', seen.Columns.Select(column => EnumWords.Of(column.Guess))));
        Assert.Equal(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length,
            seen.Columns.Single(column => column.Guess == ColumnUse.BookedOn).Values.Count);
    }

    [Theory]
    [InlineData("01/11/2027;Rosa;INV-1;12\n02/11/2027;Jo;INV-2;7\n")]
    [InlineData("01/11/2027;Rosa;12,00\n02/11/2027;12,00;Jo\n")]
    [InlineData("1;Rosa;12,00\n2;Jo;7,00\n")]
    [InlineData("01/11/2027;Rosa;12,00\n02/11/2027;Jo;7,00;x\n")]
    [InlineData("01/11/2027;12,00\n02/11/2027;7,00\n")]
    [InlineData("one line of words\nanother one\n")]
    [InlineData("Tag;Wer\n")]
    [InlineData(":20:1\n:25:DE02120300000000202051\n")]
    [InlineData("%PDF-1.7")]
    [InlineData("")]
    public async Task File_WithoutAHeaderLine_OrRowsOfADayAndAnAmount_IsNoTable(string text) => Assert.Null(await SeeAsync(text));

    [Theory]
    [InlineData("01/02/2027", "03/04/2027", null, true)]
    [InlineData("01/02/2027", "25/04/2027", DayOrder.DayFirst, false)]
    [InlineData("01/02/2027", "04/25/2027", DayOrder.MonthFirst, false)]
    [InlineData("01.02.2027", "03.04.2027", null, false)]
    public async Task Days_ThatShowNoOrder_AreOfTwoReadings(string first, string second, DayOrder? order, bool isOfTwo)
    {
        var day = (await SeeAsync($"Tag;Wofür;Wie viel\n{first};a;1,00\n{second};b;2,00\n"))!.Columns[0];
        Assert.Equal((order, isOfTwo), (day.Order, day.IsOfTwoReadings));
    }

    [Fact]
    public async Task Values_AreCut_AndNumbersOfAccountsAndCardsAreMasked()
    {
        var seen = await SeeAsync(
            $"Tag;Wofür;Wie viel\n01/11/2027;{new string('x', 500)};1,00\n01/11/2027;DE89370400440532013000 4111111111111111;2,00\n");
        Assert.Equal(41, seen!.Columns[1].Values[0].Length);
        Assert.Equal("DE ···· 3000 ************1111", seen.Columns[1].Values[1]);
    }

    /// <summary>The window of 1252 and UTF-16 are read as in an import.</summary>
    [Fact]
    public async Task File_InAnyEncoding_IsSeen()
    {
        const string Text = "Tag;Wofür;Wie viel\n01/11/2027;Gebühr;1,00\n";
        foreach (var encoding in (Encoding[])[Encoding.Latin1, Encoding.Unicode, Encoding.UTF8])
            Assert.Equal("Wofür", (await SeeAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(Text)]))!.Columns[1].Name);
    }

    [Fact]
    public async Task FileOfBars_IsRead_AndAsksForColumnsItDoesNotKnow()
    {
        var known = await ReadAsync("date|description|amount|currency|account\n2027-11-01|INV-1|12.00|EUR|DE02120300000000202051\n");
        Assert.Equal(12_00, known.Statements.Single().Lines.Single().AmountMinor);
        Assert.True((await ReadAsync("Tag|Wofür|Wie viel\n01/11/2027|INV-1|12,00\n")).AsksForColumns);
        Assert.True((await ReadAsync("date|description|amount\n2027-11-01|INV-1|12.00\n")).AsksForColumns);
        // A wrong amount is wrong by whatever name.
        Assert.False(
            (await ReadAsync("date|description|amount|currency|account\n2027-11-01|a|x|EUR|DE02120300000000202051\n")).AsksForColumns);
    }

    private static async Task<ReadFile> ReadAsync(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(stream, new ReadingOptions(), TestContext.Current.CancellationToken);
    }
}
