using System.Globalization;
using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Exports of banks with rows, columns and days of their own: a bookkeeper would read each so, or ask about its line.</summary>
public sealed class CsvExportTests
{
    private static async Task<ReadFile> ReadAsync(string csv, string currency = "EUR")
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        return await StatementFile.ReadAsync(
            file, new ReadingOptions { Account = Camt.Iban, Currency = Currency.Parse(currency) }, TestContext.Current.CancellationToken);
    }

    private static async Task<ReadStatement> OnlyAsync(string csv, string currency = "EUR")
    {
        var read = await ReadAsync(csv, currency);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    private static async Task IsRefusedAsync(string csv, string because)
    {
        var read = await ReadAsync(csv);
        Assert.Empty(read.Statements);
        Assert.Contains(read.Faults, fault => fault.ToString().Contains(because, StringComparison.Ordinal));
    }

    private static long[] AmountsOf(ReadStatement statement) => [.. statement.Lines.Select(line => line.AmountMinor)];

    private static string[] WordsOf(ReadStatement statement) =>
        [.. statement.Lines.Select(line => $"{line.Counterparty}|{line.Remittance}")];

    /// <summary>The words by which a line is known: those that earlier versions read.</summary>
    private static string[] KnownWordsOf(ReadStatement statement) =>
        [.. statement.Lines.Select(line => line.Masked ?? line).Select(line => $"{line.Counterparty}|{line.Remittance}")];

    private const string N26 = "\"Booking Date\",\"Value Date\",\"Partner Name\",\"Partner Iban\",\"Type\",\"Payment Reference\","
        + "\"Account Name\",\"Amount (EUR)\",\"Original Amount\",\"Original Currency\",\"Exchange Rate\"\n"
        + "\"2027-11-05\",\"2027-11-05\",\"Anna Bell\",\"DE02120300000000202051\",\"Credit Transfer\",\"INV-2027-0001\",\"Main Account\","
        + "\"120.00\",\"\",\"\",\"\"\n";

    /// <summary>A shop may be called by the word of a sum, and the row of its card payment may have no text.</summary>
    [Theory]
    [InlineData("TOTAL", "")]
    [InlineData("Balance", "")]
    [InlineData("Saldo", "")]
    [InlineData("TOTAL", "TOTAL")]
    public async Task Row_OfAShopWithTheNameOfASum_IsALine(string name, string text)
    {
        var statement = await OnlyAsync(
            $"{N26}\"2027-11-08\",\"2027-11-08\",\"{name}\",\"\",\"Presentment\",\"{text}\",\"Main Account\",\"-60.00\",\"\",\"\",\"\"\n");

        Assert.Equal((name, -60_00L), (statement.Lines[1].Counterparty, statement.Lines[1].AmountMinor));
    }

    /// <summary>A sum below the rows may stand in the column of names, and a payer may write its word as the text.</summary>
    [Theory]
    [InlineData("2027-11-09,Total,,75.00", "line 4, Amount: it may be a sum")]
    [InlineData("2027-11-09,Total,,120.00", "line 4, Amount: it may be a sum")]
    [InlineData("2027-11-09,,Saldo,80.00", "line 4, Amount: it may be a payment")]
    [InlineData("2027-11-09,,Solde,-80.00", "line 4, Amount: it may be a payment")]
    public async Task Row_ThatMayBeASumOrAPayment_IsRefused_UnlessBalancesProveIt(string row, string because)
    {
        const string Above = "2027-11-05,Anna,INV-1,120.00,1120.00\n2027-11-08,Paper,Order 77,-45.00,1075.00\n";
        await IsRefusedAsync(
            $"Date,Name,Description,Amount\n2027-11-05,Anna,INV-1,120.00\n2027-11-08,Paper,Order 77,-45.00\n{row}\n", because);
        await IsRefusedAsync($"Date,Name,Description,Amount,Balance\n{Above}{row},\n", because);

    }

    [Theory]
    [InlineData("2027-11-09,Total,,75.00,1150.00", 75_00)]
    [InlineData("2027-11-09,,Saldo,80.00,\n2027-11-10,Anna,INV-2,1.00,1076.00", 1_00)]
    public async Task BalanceInEachRow_TellsASumFromAPayment(string rows, long lastMinor) => Assert.Equal(
        (long[])[120_00, -45_00, lastMinor],
        AmountsOf(await OnlyAsync(
            "Date,Name,Description,Amount,Balance\n2027-11-05,Anna,INV-1,120.00,1120.00\n2027-11-08,Paper,Order 77,-45.00,1075.00\n"
                + $"{rows}\n")));

    /// <summary>A sum that adds up is one.</summary>
    [Theory]
    [InlineData("2027-11-09,,Total,75.00")]
    [InlineData("2027-11-09,,Total credits,120.00")]
    [InlineData(",Total,,75.00")]
    [InlineData("2027-11-09,Saldo per 09.11.2027,,1075.00")]
    public async Task Row_OfASum_IsNoLine(string row) => Assert.Equal(
        (long[])[120_00, -45_00],
        AmountsOf(await OnlyAsync(
            $"Date,Name,Description,Amount\n2027-11-05,Anna,INV-1,120.00\n2027-11-08,Paper,Order 77,-45.00\n{row}\n")));

    private const string Fio = "\"ID operace\";\"Datum\";\"Objem\";\"Měna\";\"Protiúčet\";\"Název protiúčtu\";\"Kód banky\";"
        + "\"Název banky\";\"KS\";\"VS\";\"SS\";\"Poznámka\";\"Zpráva pro příjemce\";\"Typ\"\n";

    /// <summary>In Czechia and Slovakia the number of the bill stands in a column of its own.</summary>
    [Theory]
    [InlineData("0308", "5000,00")]
    [InlineData("", "-5000,00")]
    public async Task VariableSymbol_IsReadAsText(string constant, string amount)
    {
        var statement = await OnlyAsync(
            $"{Fio}\"111\";\"15.11.2027\";\"{amount}\";\"CZK\";\"68536004\";\"Ezpada s.r.o.\";\"2700\";\"UniCredit\";\"{constant}\";"
                + "\"20270001\";\"\";\"\";\"\";\"Bezhotovostní platba\"\n"
                + "\"112\";\"16.11.2027\";\"1200,00\";\"CZK\";\"123456\";\"Jan Novák\";\"0100\";\"KB\";\"0308\";\"20271102\";\"\";\"\";"
                + "\"děkuji\";\"Bezhotovostní platba\"\n", "CZK");

        Assert.Equal([$"Ezpada s.r.o.|20270001 {constant}".TrimEnd(), "Jan Novák|děkuji 20271102 0308"], WordsOf(statement));
        Assert.Equal(["Ezpada s.r.o.|", "Jan Novák|děkuji"], KnownWordsOf(statement));
    }

    [Theory]
    [InlineData("KID")]
    [InlineData("OCR")]
    public async Task ReferenceOfTheNorth_IsReadAsText(string column) => Assert.Equal(
        ["Anna Bell|Betaling 2027110500017"],
        WordsOf(await OnlyAsync($"Dato;Navn;Tekst;{column};Beløp\n05.11.2027;Anna Bell;Betaling;2027110500017;120,00\n")));

    /// <summary>Lloyds ends its header line with a delimiter, and not its rows.</summary>
    [Theory]
    [InlineData(",")]
    [InlineData(",,")]
    public async Task HeaderThatEndsWithADelimiter_LeavesItsRowsWhole(string end)
    {
        const string Rows = "15/11/2027,BGC,'01-02-03,12345678,INV-2027-0001 ANNA,,120.00,1120.00\n"
            + "16/11/2027,DEB,'01-02-03,12345678,PAPER,45.00,,1075.00\n";
        const string Header =
            "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance";
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"{Header}{end}\n{Rows}"));
        var read = await StatementFile.ReadAsync(
            file, new ReadingOptions { Currency = Currency.Parse("GBP") }, TestContext.Current.CancellationToken);

        Assert.Empty(read.Faults);
        Assert.Equal([120_00L, -45_00L], AmountsOf(Assert.Single(read.Statements)));
        file.Position = 0;
        Assert.NotNull(await SeenTable.OfAsync(file, TestContext.Current.CancellationToken));
        await IsRefusedAsync($"Date,Description,Amount,Balance{end}\n2027-11-05,INV-1,120.00\n", "it has 3 fields");
    }

    /// <summary>What is no line says nothing of the columns: neither of the order of their days nor of their words.</summary>
    [Theory]
    [InlineData(
        "Date,Description,Debit,Credit,Balance",
        "13/11/2027,INV-1,,120.00,1120.00\n14/11/2027,Paper,45.00,,1075.00\n*** End of report ***,,,,")]
    [InlineData("Date,Description,Debit,Credit", "Pending,Card,10.00,\n13/11/2027,INV-1,,120.00\n14/11/2027,Paper,45.00,")]
    [InlineData(
        "Date,Description,Amount,Transaction Type", "2027-11-05,INV-1,120.00,CREDIT\n2027-11-06,Refund,45.00,DEBIT\n2 transactions,,,")]
    [InlineData(
        "Date,Description,Amount,Transaction Type", "Pending,Card,10.00,\n2027-11-05,INV-1,120.00,CREDIT\n2027-11-06,Refund,45.00,DEBIT")]
    public async Task WordsInAColumnOfDays_LeaveTheTableWhatItIs(string header, string rows) => Assert.Equal(
        (long[])[120_00, -45_00], AmountsOf(await OnlyAsync($"{header}\n{rows}\n")));

    /// <summary>A word that is none of the bank's is refused by its own row alone.</summary>
    [Fact]
    public async Task UnknownWordInTheDaysPlace_IsTheOnlyFault()
    {
        var read = await ReadAsync("Date,Description,Amount\n13/11/2027,INV-1,120.00\nsoon,INV-2,10.00\n01/12/2027,Paper,-45.00\n");

        Assert.StartsWith("line 3, Date: a date is written", $"{Assert.Single(read.Faults)}", StringComparison.Ordinal);
    }

    private static string Rows(int count) => string.Concat(
        Enumerable.Repeat("2027-11-05;INV-2027-0001 Beitrag November Anna Bell;120,00\n", count));

    /// <summary>A quotation mark within a text opens nothing, however long the file is.</summary>
    [Theory]
    [InlineData("Rohr 5\" lang")]
    [InlineData("\"Rohr\" 5\" lang")]
    public async Task QuotationMarkInAText_OfALongFile_IsReadAsItStands(string text) => Assert.Equal(
        2001, (await OnlyAsync($"Date;Description;Amount\n2027-11-01;{text};-10,00\n{Rows(2000)}")).Lines.Count);

    [Fact]
    public async Task QuotationMarkWithoutItsEnd_InALongFile_IsRefusedByItsLine() => await IsRefusedAsync(
        $"Date;Description;Amount\n{Rows(3)}2027-11-01;\"Rohr 5 lang;-10,00\n{Rows(2000)}",
        "line 5: this is no CSV: look for a quotation mark");

    /// <summary>A month that is a word tells itself from the day.</summary>
    [Theory]
    [InlineData("Nov 15, 2027")]
    [InlineData("Nov 15 2027")]
    [InlineData("November 15, 2027")]
    [InlineData("Nov 15, 2027, 10:15 AM")]
    [InlineData("15 November 2027")]
    [InlineData("15th November 2027")]
    [InlineData("15/Nov/2027")]
    [InlineData("15-NOV-27")]
    [InlineData("15 nov. 2027")]
    [InlineData("15. November 2027")]
    [InlineData("15 novembre 2027")]
    [InlineData("15 de noviembre de 2027")]
    [InlineData("15 listopada 2027", null)]
    [InlineData("15 nov 2027")]
    [InlineData("2027-Nov-15")]
    [InlineData("2027-11-15 10.15.30")]
    [InlineData("2027-11-15 10.15")]
    [InlineData("15.11.2027 10.15.30")]
    [InlineData("15 Sept 2027", "2027-09-15")]
    [InlineData("15 déc. 2027", "2027-12-15")]
    [InlineData("15 AUGUST 2027", "2027-08-15")]
    [InlineData("1er août 2027", "2027-08-01")]
    [InlineData("15. März 2027", "2027-03-15")]
    [InlineData("15 Mrz 2027", "2027-03-15")]
    [InlineData("15 août 2027", "2027-08-15")]
    [InlineData("15 gennaio 2027", "2027-01-15")]
    [InlineData("15 października 2027", "2027-10-15")]
    [InlineData("15 mrt. 2027", "2027-03-15")]
    [InlineData("15 out 2027", "2027-10-15")]
    [InlineData("15 Smarch 2027", null)]
    [InlineData("31 Nov 2027", null)]
    [InlineData("15 11.27", null)]
    public async Task Day_WithTheNameOfItsMonth_IsRead(string day, string? expected = "2027-11-15")
    {
        var csv = $"Date;Description;Amount\n{day};INV-1;120,00\n";
        if (expected is null)
            await IsRefusedAsync(csv, "line 2, Date: a date is written");
        else
            Assert.Equal(DateOnly.Parse(expected, CultureInfo.InvariantCulture), Assert.Single((await OnlyAsync(csv)).Lines).BookedOn);
    }

    /// <summary>Neon has the reference of a QR-bill in a column beside the text.</summary>
    [Theory]
    [InlineData("Subject")]
    [InlineData("Betreff")]
    [InlineData("Objet")]
    [InlineData("Rechnungsnummer")]
    [InlineData("Invoice number")]
    [InlineData("Rechnungs-Nr.")]
    [InlineData("Tittel")]
    [InlineData("Emne")]
    [InlineData("Vermerk")]
    [InlineData("Bemerkung")]
    public async Task SubjectBesideTheText_IsRead_AndALineStaysTheSame(string column)
    {
        var statement = await OnlyAsync(
            $"\"Date\";\"Amount\";\"Original amount\";\"Original currency\";\"Description\";\"{column}\";\"Category\"\n"
                + "\"2027-11-05\";\"120.00\";\"\";\"\";\"Anna Bell\";\"000000002198972910070138387\";\"uncategorized\"\n"
                + "\"2027-11-08\";\"-45.00\";\"\";\"\";\"Paper AG\";\"\";\"shopping\"\n");

        Assert.Equal(["|Anna Bell 000000002198972910070138387", "|Paper AG"], WordsOf(statement));
        Assert.Equal(["|Anna Bell", "|Paper AG"], KnownWordsOf(statement));
    }

    [Theory]
    [InlineData("Tittel")]
    [InlineData("Subject")]
    public async Task SubjectAlone_IsTheText(string column) => Assert.Equal(
        ["|INV-2027-0001"], WordsOf(await OnlyAsync($"Date;{column};Amount\n2027-11-05;INV-2027-0001;120.00\n")));

    private const string Party = "DE02120300000000202051";

    /// <summary>The payer and its account, by the words of further banks. Earlier versions left both out.</summary>
    [Theory]
    [InlineData(
        "Buchungsdatum;Valutadatum;Buchungstext;Interne Notiz;Währung;Betrag;Belegdaten;Belegnummer;Auftraggebername;Auftraggeberkonto;"
            + "Auftraggeber BLZ;Empfängername;Empfängerkonto;Empfänger BLZ;Zahlungsgrund",
        "05.11.2027;05.11.2027;GUTSCHRIFT;;EUR;120,00;;;Anna Bell;{0};;Studio GmbH;;;INV-2027-0001",
        "08.11.2027;08.11.2027;UEBERWEISUNG;;EUR;-45,00;;;Studio GmbH;{1};;Paper AG;{2};;Rechnung 77")]
    [InlineData(
        "Buchung;Valuta;Sender / Empfänger;IBAN / Konto-Nr.;Verwendungszweck;Betrag in EUR",
        "05.11.2027;05.11.2027;Anna Bell;{0};INV-1;120,00", "08.11.2027;08.11.2027;Paper AG;{2};Rechnung 77;-45,00")]
    [InlineData(
        "Transactiedatum;CreditDebet;Bedrag;Tegenrekeningnummer;Tegenrekeninghouder;Omschrijving",
        "05-11-2027;C;120;{0};Anna Bell;INV-1", "15-11-2027;D;45;{2};Paper AG;Order 77")]
    [InlineData(
        "Date,Sender/receiver name,Description,Amount", "2027-11-05,Anna Bell,INV-1,120.00", "2027-11-08,Paper AG,Order 77,-45.00", false)]
    [InlineData(
        "Date,Sender,Recipient,Description,Amount", "2027-11-05,Anna Bell,Us,INV-1,120.00", "2027-11-08,Us,Paper AG,Order,-45.00", false)]
    public async Task PartyUnderTheNamesOfMoreBanks_IsRead_AndALineStaysTheSame(
        string header, string came, string went, bool hasAccounts = true)
    {
        string[] accounts = [Party, Camt.Iban, "NL69INGB0123456789"];
        var rows = accounts.Index().Aggregate(
            $"{came}\n{went}", (text, account) => text.Replace($"{{{account.Index}}}", account.Item, StringComparison.Ordinal));
        var statement = await OnlyAsync($"{header}\n{rows}\n");

        Assert.Equal(["Anna Bell", "Paper AG"], statement.Lines.Select(line => line.Counterparty));
        Assert.Equal(hasAccounts ? [Party, accounts[2]] : [null, null], statement.Lines.Select(line => line.CounterpartyAccount));
        Assert.All(statement.Lines, line => Assert.Null(line.Masked!.Counterparty));
    }

    /// <summary>A column has what its fields are, whatever its name would be elsewhere.</summary>
    [Theory]
    [InlineData("Date;Description;Amount;Charge bearer", "15.11.2027;INV-1;120,00;SHA\n16.11.2027;Paper;-45,00;OUR")]
    [InlineData("Date;Description;Amount;Charges", "15.11.2027;INV-1;120,00;SHA\n16.11.2027;Paper;-45,00;OUR")]
    [InlineData(
        "Date;Value;Description;Debit;Credit;Balance",
        "15.11.2027;15.11.2027;INV-1;;120,00;1120,00\n16.11.2027;15.11.2027;Paper;45,00;;1075,00")]
    [InlineData(
        "Fecha;Valor;Concepto;Debe;Haber;Saldo",
        "15/11/2027;15/11/2027;INV-1;;120,00;1120,00\n16/11/2027;15/11/2027;Papel;45,00;;1075,00")]
    [InlineData(
        "Date;Description;Amount;Balance date;Balance",
        "15.11.2027;INV-1;120,00;15.11.2027;1120,00\n16.11.2027;Paper;-45,00;15.11.2027;1075,00")]
    [InlineData(
        "Datum;Text;Betrag;Saldo Valuta;Saldo",
        "15.11.2027;INV-1;120,00;15.11.2027;1120,00\n16.11.2027;Paper;-45,00;15.11.2027;1075,00")]
    public async Task ColumnThatIsNoAmount_IsNone(string header, string rows)
    {
        var statement = await OnlyAsync($"{header}\n{rows}\n");

        Assert.Equal([120_00L, -45_00L], AmountsOf(statement));
        if (header.Contains(";Val", StringComparison.Ordinal))
            Assert.All(statement.Lines, line => Assert.Equal(new DateOnly(2027, 11, 15), line.ValueOn));
    }

    /// <summary>The name of the column of amounts says their currency: a row of another one contradicts it.</summary>
    [Theory]
    [InlineData("Date;Description;Amount (EUR);Currency", "2027-11-05;INV-1;120.00;USD", "line 2, Currency: USD is another currency")]
    [InlineData("Date;Description;Debit (USD);Credit (EUR)", "2027-11-05;INV-1;;120.00", "line 1, Debit (USD): its amounts are in USD")]
    public async Task CurrencyAgainstTheNameOfItsColumn_IsRefused(string header, string row, string because)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"{header}\n{row}\n"));
        var read = await StatementFile.ReadAsync(
            file, new ReadingOptions { Account = Camt.Iban }, TestContext.Current.CancellationToken);

        Assert.Contains(because, $"{Assert.Single(read.Faults)}", StringComparison.Ordinal);
    }

    /// <summary>The column Value has days, and the sum stands in the column of balances alone.</summary>
    [Theory]
    [InlineData("Date;Value;Payee;Description;Debit;Credit;Balance", "Total")]
    [InlineData("Fecha;Valor;Beneficiario;Concepto;Cargo;Abono;Saldo", "Saldo")]
    public async Task SumWithoutAnAmount_IsNoLine(string header, string word)
    {
        var read = await OnlyAsync(
            $"{header}\n15/11/2027;15/11/2027;Anna Bell;INV-1;;120,00;1120,00\n30/11/2027;30/11/2027;;{word};;;1120,00\n");
        Assert.Equal([120_00L], AmountsOf(read));
    }

    /// <summary>Lines that an earlier version read without the symbol stay the ones that they were, and so do their fees.</summary>
    [Fact]
    public async Task FeeBesideATextThatIsReadOnlyNow_StaysTheOneThatItWas()
    {
        var statement = await OnlyAsync(
            "Date;Description;VS;Amount;Fee;Balance\n2027-11-05;A;1;80.00;0.00;1080.00\n2027-11-06;B;20270002;120.00;-2.00;1198.00\n");

        Assert.Equal([80_00L, 120_00L, -2_00L], AmountsOf(statement));
        Assert.Equal(
            ("Fee: B 20270002", "Fee: B"), (statement.Lines[2].Remittance, statement.Lines[2].Masked?.Remittance));
    }

    [Fact]
    public Task MonthThatIsAnotherInCroatia_IsRefused() => IsRefusedAsync("Date;Description;Amount\n5 lip 2027;INV-1;120,00\n", "Date");
}
