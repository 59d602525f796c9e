using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>
/// A column whose name is not known may say that the amounts are in another currency, that a row is not booked or that money went out: then
/// nothing is booked before a person has said what it is.
/// </summary>
public sealed class CsvDoubtTests
{
    private static async Task<ReadFile> ReadAsync(string text, string? currency = "EUR", params StatementFormat[] formats)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(
            stream, new ReadingOptions
            {
                Account = Camt.Iban,
                Currency = currency is null ? null : Currency.Parse(currency),
                Formats = formats,
            },
            TestContext.Current.CancellationToken);
    }

    private static async Task<ReadStatement> OnlyAsync(string text, string? currency = "EUR")
    {
        var read = await ReadAsync(text, currency);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    private static async Task IsRefusedAsync(string text, string column, string because)
    {
        var read = await ReadAsync(text);
        Assert.Empty(read.Statements);
        Assert.Contains(read.Faults, fault => fault.Column == column && fault.Problem.Contains(because, StringComparison.Ordinal));
        Assert.True(read.AsksForColumns);
    }

    private static long[] AmountsOf(ReadStatement statement) => [.. statement.Lines.Select(line => line.AmountMinor)];

    [Theory]
    [InlineData("Ccy")]
    [InlineData("Curr")]
    [InlineData("Amount currency")]
    [InlineData("Currency of amount")]
    [InlineData("Payment currency")]
    [InlineData("Transaction currency")]
    [InlineData("Valutacode")]
    [InlineData("Rekeningvaluta")]
    [InlineData("Kontowährung")]
    [InlineData("Währungscode")]
    [InlineData("Devises")]
    [InlineData("Divise")]
    [InlineData("Code devise")]
    [InlineData("Deviza")]
    [InlineData("Pénznem")]
    [InlineData("Myntkod")]
    [InlineData("ISO")]
    [InlineData("Unit")]
    [InlineData("Kolumne 4")]
    public async Task CurrencyInAColumnOfAnyName_IsNoOther(string column)
    {
        string Of(string first, string second) => $"Date;Text;Amount;{column}\n27.11.2027;x;80,00;{first}\n28.11.2027;y;-3,00;{second}\n";
        await IsRefusedAsync(
            Of("USD", "USD"), column, "it has a currency (USD), and nothing tells whether the amounts are in it or in EUR");
        await IsRefusedAsync(Of("EUR", "USD"), column, "it has a currency (EUR, USD)");
        Assert.Equal((long[])[80_00, -3_00], AmountsOf(await OnlyAsync(Of("EUR", "EUR"))));
        Assert.Equal("USD", (await OnlyAsync(Of("USD", "USD"), currency: null)).Currency.Code);
    }

    [Theory]
    [InlineData("$", "Ccy")]
    [InlineData("usd", "Ccy")]
    [InlineData("840", "Currency no")]
    [InlineData("US Dollar", "Libellé devise")]
    public Task CurrencyInOtherSigns_IsNoOther(string sign, string column) =>
        IsRefusedAsync($"Date;Text;Amount;{column}\n27.11.2027;x;80,00;{sign}\n", column, "it has a currency");

    [Theory]
    [InlineData("Amount;Original amount;Original currency", "80,00;90,00;USD")]
    [InlineData("Amount;Currency;Local amount;Local currency", "80,00;EUR;90,00;USD")]
    [InlineData("Amount;Currency;Fee currency", "80,00;EUR;USD")]
    [InlineData("Saldo;Währung;Betrag;Währung", "80,00;EUR;80,00;EUR")]
    public async Task CurrencyOfAnotherAmount_RefusesNothing(string columns, string fields) =>
        Assert.Equal((long[])[80_00], AmountsOf(await OnlyAsync($"Date;Text;{columns}\n27.11.2027;x;{fields}\n")));

    [Theory]
    [InlineData("Transaction status", "FAILED", "Completed")]
    [InlineData("Booking status", "Pending", "Booked")]
    [InlineData("Statut", "Refusé", "Exécuté")]
    [InlineData("Statut", "EN COURS", "Comptabilisé")]
    [InlineData("Zustand", "storniert", "gebucht")]
    [InlineData("Estado", "Rechazado", "Completado")]
    [InlineData("Stato", "In attesa", "Eseguito")]
    [InlineData("Stav", "Zamítnuto", "Zaúčtováno")]
    [InlineData("Stan", "Odrzucona", "Wykonana")]
    [InlineData("Tila", "Odottaa", "Suoritettu")]
    [InlineData("Tilstand", "Afvist", "Gennemført")]
    [InlineData("Payment status", "Declined", "Settled")]
    [InlineData("Transaction State", "cancelled", "completed")]
    [InlineData("Trx Status", "Expired", "Executed")]
    [InlineData("Result", "Failed", "Success")]
    [InlineData("Wire status", "Failed", "Sent")]
    [InlineData("Statut", "Échec", "Accepté")]
    [InlineData("Ergebnis", "Fehlgeschlagen", "Erfolgreich")]
    [InlineData("Type", "Pending", "Completed")]
    [InlineData("Booked", "no", "yes")]
    [InlineData("Pending", "true", "false")]
    [InlineData("Kolumne 4", "not booked", "booked")]
    [InlineData("Outcome", "Payment unsuccessful", "Payment successful")]
    [InlineData("Ausgang", "Zahlung fehlgeschlagen", "Zahlung erfolgreich")]
    public async Task StateInAColumnOfAnyName_LeavesOutWhatIsNotBooked(string column, string unbooked, string booked)
    {
        var read = await ReadAsync(
            $"Date;Text;Amount;{column}\n27.11.2027;x;80,00;{unbooked}\n28.11.2027;y;-3,00;{booked}\n29.11.2027;z;70,00;{booked}\n");

        Assert.Empty(read.Faults);
        Assert.Equal((long[])[-3_00, 70_00], AmountsOf(Assert.Single(read.Statements)));
        Assert.Equal(1, read.Skipped);
    }

    [Theory]
    [InlineData("Transaction status", "FAILED", "Zbxq")]
    [InlineData("Type", "Declined", "Card payment")]
    [InlineData("Type", "Payment failed", "Card payment")]
    public Task StateBesideWordsThatAreNotKnown_IsRefused(string column, string unbooked, string other) => IsRefusedAsync(
        $"Date;Text;Amount;{column}\n27.11.2027;x;80,00;{unbooked}\n28.11.2027;y;-3,00;{other}\n", column,
        $"it says of rows that the bank has not booked them ({unbooked}), beside words of which that is not known ({other})");

    [Theory]
    [InlineData("Note", "the failed lesson of March, thank you", "x")]
    [InlineData("Kommentar", "offen", "Beitrag")]
    [InlineData("Card state", "BLOCKED", "ACTIVE")]
    [InlineData("Member", "Knot Ltd", "Anna")]
    [InlineData("Type", "Failed payment fee", "Card payment")]
    [InlineData("Type", "Unpaid DD", "Transfer")]
    [InlineData("Buchungsart", "Abgelehnte Lastschrift", "Überweisung")]
    [InlineData("Opération", "Crédits en cours", "Virement")]
    [InlineData("Group", "Income", "Spending")]
    [InlineData("Kategorie", "Nicht kategorisiert", "Miete")]
    [InlineData("Belegstatus", "offen", "erledigt")]
    [InlineData("Export", "Nicht exportiert", "")]
    [InlineData("Recurring", "Yes", "No")]
    [InlineData("Country", "CHE", "CHE")]
    public async Task WordInAText_IsNoState(string column, string one, string other) => Assert.Equal(
        (long[])[80_00, -3_00],
        AmountsOf(await OnlyAsync($"Date;Text;Amount;{column}\n27.11.2027;x;80,00;{one}\n28.11.2027;y;-3,00;{other}\n")));

    [Theory]
    [InlineData("Code", "1", "2")]
    [InlineData("GVC", "166", "105")]
    [InlineData("GVC", "051", "005")]
    [InlineData("Buchungsschlüssel", "51", "5")]
    [InlineData("Tx type", "10", "20")]
    [InlineData("Buchungstext", "GUTSCHR. UEBERWEISUNG", "FOLGELASTSCHRIFT")]
    [InlineData("Buchungstext", "Gutschrift Anna", "Lastschrift EDF")]
    [InlineData("Type", "Card payment", "Card payment")]
    [InlineData("Vorgang", "Kartenzahlung", "Kartenzahlung")]
    [InlineData("Libellé opération", "VIR ANNA", "PRLV SEPA EDF")]
    [InlineData("Memo", "x", "Direct debit EDF")]
    [InlineData("Descrizione", "x", "Addebito SDD")]
    [InlineData("Type", "Purchase", "Purchase")]
    public async Task MoneyThatWentOutInNumbersOrTexts_IsRefusedByItsColumn(string column, string one, string other)
    {
        await IsRefusedAsync(
            $"Date;Purpose;Amount;{column}\n27.11.2027;x;80,00;{one}\n28.11.2027;y;45,00;{other}\n", column, "no amount has a sign");
        Assert.Equal((long[])[80_00, -45_00], AmountsOf(await OnlyAsync(
            $"Date;Purpose;Amount;{column}\n27.11.2027;x;80,00;{one}\n28.11.2027;y;-45,00;{other}\n")));
        Assert.Equal((long[])[80_00, 45_00], AmountsOf(await OnlyAsync(
            $"Date;Purpose;Amount;{column};Balance\n27.11.2027;x;80,00;{one};80,00\n28.11.2027;y;45,00;{other};125,00\n")));
    }

    [Theory]
    [InlineData("Nr", "1", "2")]
    [InlineData("Member no", "17", "17")]
    [InlineData("PLZ", "1010", "1020")]
    [InlineData("Note", "Otto Müller", "Carte membre 12")]
    [InlineData("Type", "Transfer", "Transfer")]
    public async Task ColumnThatTellsOfNoMoneyOut_RefusesNothing(string column, string one, string other) => Assert.Equal(
        (long[])[80_00, 45_00],
        AmountsOf(await OnlyAsync($"Date;Purpose;Amount;{column}\n27.11.2027;x;80,00;{one}\n28.11.2027;y;45,00;{other}\n")));

    [Fact]
    public async Task ColumnThatAPersonCallsUnread_SaysNothing()
    {
        var format = new StatementFormat(
            [
                new("Date", ColumnUse.BookedOn), new("Purpose", ColumnUse.Remittance), new("Amount", ColumnUse.Amount),
                new("Type", ColumnUse.Unread), new("Ccy", ColumnUse.Unread), new("Result", ColumnUse.Unread),
            ])
        {
            Currency = Currency.Parse("EUR"),
            Account = Camt.Iban,
        };
        var read = await ReadAsync(
            "Date;Purpose;Amount;Type;Ccy;Result\n27.11.2027;x;80,00;Lastschrift;USD;Failed\n"
                + "28.11.2027;y;45,00;Lastschrift;USD;Failed\n", "EUR", format);

        Assert.Empty(read.Faults);
        Assert.Equal((long[])[80_00, 45_00], AmountsOf(Assert.Single(read.Statements)));
    }

    /// <summary>A wire that failed is never booked, whatever a person has said of the column.</summary>
    [Theory]
    [InlineData("Status", "Failed", "Sent")]
    [InlineData("Wire status", "Declined", "Sent")]
    [InlineData("Outcome", "Failed", "Completed")]
    [InlineData("Statut", "Refusé", "Accepté")]
    [InlineData("Status", "Geweigerd", "Zbxq")]
    public async Task RowThatFailed_IsNoLine_AlsoWhereAPersonCallsItsColumnUnread(string column, string failed, string booked)
    {
        var format = new StatementFormat(
            [
                new("Date", ColumnUse.BookedOn), new("Purpose", ColumnUse.Remittance), new("Amount", ColumnUse.Amount),
                new(column, ColumnUse.Unread),
            ])
        {
            Currency = Currency.Parse("EUR"),
            Account = Camt.Iban,
        };
        var read = await ReadAsync(
            $"Date;Purpose;Amount;{column}\n27.11.2027;x;-80,00;{failed}\n28.11.2027;y;45,00;{booked}\n", "EUR", format);

        Assert.Empty(read.Faults);
        Assert.Equal((long[])[45_00], AmountsOf(Assert.Single(read.Statements)));
        Assert.Equal(1, read.Skipped);
    }

    /// <summary>What a bookkeeper has done with a row, or with its bill, is nothing that the bank says.</summary>
    [Theory]
    [InlineData("Export status", "Failed", "Success")]
    [InlineData("Rechnungsstatus", "storniert", "bezahlt")]
    [InlineData("Invoice status", "Cancelled", "Paid")]
    public async Task StateOfTheBooks_LeavesOutNothing_WhereAPersonCallsItUnread(string column, string one, string other)
    {
        var format = new StatementFormat(
            [
                new("Date", ColumnUse.BookedOn), new("Purpose", ColumnUse.Remittance), new("Amount", ColumnUse.Amount),
                new(column, ColumnUse.Unread),
            ])
        {
            Currency = Currency.Parse("EUR"),
            Account = Camt.Iban,
        };
        var read = await ReadAsync(
            $"Date;Purpose;Amount;{column}\n27.11.2027;x;120,00;{one}\n28.11.2027;y;45,00;{other}\n", "EUR", format);

        Assert.Equal((long[])[120_00, 45_00], AmountsOf(Assert.Single(read.Statements)));
    }

    /// <summary>Money that came is paid, too.</summary>
    [Fact]
    public async Task StateThatSaysPaid_IsNoDirection() => Assert.Equal(
        (long[])[120_00, -500_00],
        AmountsOf(await OnlyAsync(
            "Date,Description,Amount,Payment status\n2027-11-05,INV-1 Anna,120.00,Paid\n2027-11-06,Rent,-500.00,\n")));

    /// <summary>The state of an address is none of the row.</summary>
    [Theory]
    [InlineData("Address Status")]
    [InlineData("Adressstatus")]
    public async Task StateOfAnAddress_LeavesOutNothing(string column) => Assert.Equal(
        (long[])[80_00, -3_00],
        AmountsOf(await OnlyAsync(
            $"Date;Text;Amount;{column}\n27.11.2027;x;80,00;Non-Confirmed\n28.11.2027;y;-3,00;Confirmed\n")));

    [Theory]
    [InlineData("45,00;;955,00", "-10,00;;965,00", -45_00, 10_00)]
    [InlineData(";45,00;1045,00", ";-10,00;1035,00", 45_00, -10_00)]
    [InlineData("-45,00;;955,00", "-10,00;;945,00", -45_00, -10_00)]
    [InlineData(";45,00;1045,00", "-10,00;;1055,00", 45_00, 10_00)]
    [InlineData(";45,00;1045,00", "-10,00;;1035,00", 45_00, -10_00)]
    public async Task MinusInAColumnOfOneDirection_IsReadByTheBalance(string first, string second, long one, long other) => Assert.Equal(
        (long[])[one, other],
        AmountsOf(await OnlyAsync($"Date;Text;Debit;Credit;Balance\n27.11.2027;x;{first}\n28.11.2027;y;{second}\n")));

    [Theory]
    [InlineData("45,00;", "-10,00;", "Debit")]
    [InlineData(";45,00", ";-10,00", "Credit")]
    [InlineData("45,00;", ";-10,00", "Credit")]
    public async Task MinusInAColumnOfOneDirection_WithoutABalance_IsRefused(string first, string second, string column)
    {
        var read = await ReadAsync($"Date;Text;Debit;Credit\n27.11.2027;x;{first}\n28.11.2027;y;{second}\n");

        Assert.Equal((3, column), (Assert.Single(read.Faults).Line, read.Faults[0].Column));
        Assert.Contains("no balance tells whether", read.Faults[0].Problem, StringComparison.Ordinal);
    }
}
