using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>The exports of banks, as their customers download them: nothing that a row says of a payment is left out.</summary>
public sealed class CsvBankTests
{
    /// <summary>The number of the bill stands in a column beside the one of the text, or the payer in one beside the merchant.</summary>
    [Theory]
    [InlineData(
        "Rabobank", "Datum;Bedrag;Naam tegenpartij;Betalingskenmerk;Omschrijving-1;Omschrijving-2;Omschrijving-3\n"
            + "2027-11-05;+120,00;Anna Bell;;factuur; INV-2027-0001 ; \n2027-11-09;-80,00;J Weber;INV-2027-0003;;;\n",
        "Anna Bell|factuur INV-2027-0001", "J Weber|INV-2027-0003")]
    [InlineData(
        "Swedbank", "Bokföringsdag,Referens,Beskrivning,Belopp\n2027-11-05,INV-2027-0001,Anna Bell,120.00\n",
        "|Anna Bell INV-2027-0001")]
    [InlineData(
        "Fineco", "Data_Operazione;Entrate;Uscite;Descrizione;Descrizione_Completa\n"
            + "05/11/2027;120,00;;Bonifico SEPA Italia;Ord: ANNA BELL Info-Cli: INV-2027-0001\n",
        "|Bonifico SEPA Italia Ord: ANNA BELL Info-Cli: INV-2027-0001")]
    [InlineData(
        "BBVA", "Fecha;Concepto;Movimiento;Importe;Divisa;Observaciones\n"
            + "05/11/2027;Transferencia recibida;Anna Bell;120,00;EUR;INV-2027-0001\n",
        "|Transferencia recibida Anna Bell INV-2027-0001")]
    [InlineData(
        "PKO", "\"Data operacji\",\"Kwota\",\"Waluta\",\"Opis transakcji\",\"\",\"\"\n"
            + "\"2027-11-05\",\"+120.00\",\"EUR\",\"Rachunek nadawcy\",\"Nazwa nadawcy: ANNA BELL\",\"INV-2027-0001\"\n",
        "|Rachunek nadawcy Nazwa nadawcy: ANNA BELL INV-2027-0001")]
    [InlineData(
        "Starling", "Date,Counter Party,Reference,Type,Amount (EUR)\n05/11/2027,Anna Bell,INV-2027-0001,FASTER PAYMENT,120.00\n"
            + "14/11/2027,Paper Ltd,Order 77,FASTER PAYMENT,-45.00\n", "Anna Bell|INV-2027-0001", "Paper Ltd|Order 77")]
    [InlineData(
        "Nordea", "Bogføringsdato;Beløb;Afsender;Modtager;Navn;Beskrivelse\n05-11-2027;120,00;;;Anna Bell;INV-2027-0001\n",
        "Anna Bell|INV-2027-0001")]
    [InlineData(
        "DKB", "Buchungsdatum;Zahlungspflichtige*r;Zahlungsempfänger*in;Verwendungszweck;Betrag (€)\n"
            + "08.11.27;Studio Süd GmbH;Paper Ltd;Lieferung 77;-45\n05.11.27;Anna Bell;Studio Süd GmbH;INV-2027-0001;120\n",
        "Paper Ltd|Lieferung 77", "Anna Bell|INV-2027-0001")]
    [InlineData(
        "SEB", "Bokförd;Valutadatum;Text;Typ;Insättningar/uttag;Bokfört saldo\n"
            + "2027-11-08;2027-11-08;PAPER AB;Bankgiro;-45,00;1 075,00\n2027-11-05;2027-11-05;INV-2027-0001;Insättning;120,00;1 120,00\n",
        "|PAPER AB", "|INV-2027-0001")]
    [InlineData(
        "Raiffeisen", "Booked At;Text;Credit/Debit Amount;Balance;Valuta Date\n"
            + "2027-11-05 00:00:00.0;Gutschrift Anna Bell INV-2027-0001;120;1120;2027-11-05 00:00:00.0\n"
            + "2027-11-08 00:00:00.0;Sammelauftrag, 2 Belastungen;-45;1075;2027-11-08 00:00:00.0\n;Paper AG CHF 20.00;;;\n",
        "|Gutschrift Anna Bell INV-2027-0001", "|Sammelauftrag, 2 Belastungen")]
    [InlineData(
        "Zürcher Kantonalbank", "Datum;Buchungstext;Whg;Betrag Detail;Belastung EUR;Gutschrift EUR;Saldo EUR;Zahlungszweck\n"
            + "08.11.2027;Belastungen (2);;;45.00;;1075.00;\n;Paper AG;EUR;20.00;;;;Rechnung 1\n;Stift AG;EUR;25.00;;;;Rechnung 2\n"
            + "05.11.2027;Gutschrift Anna Bell;;;;120.00;1120.00;INV-2027-0001\n",
        "|Belastungen (2)", "|Gutschrift Anna Bell INV-2027-0001")]
    [InlineData(
        "comdirect", "Buchungstag;Vorgang;Buchungstext;Umsatz in EUR\noffen;Überweisung;Auftraggeber: Jonas Weber;80,00\n"
            + "05.11.2027;Überweisung;Auftraggeber: Anna Bell INV-2027-0001;120,00\n",
        "|Auftraggeber: Anna Bell INV-2027-0001")]
    [InlineData(
        "Monzo", "Date,Name,Amount,Currency,Local amount,Local currency,Notes and #tags\n"
        + "05/11/2027,Anna Bell,120.00,EUR,120.00,EUR,INV-1\n"
            + "14/11/2027,Paper Ltd,-45.00,EUR,-53.10,USD,\n", "Anna Bell|INV-1", "Paper Ltd|")]
    [InlineData(
        "Wise", "\"TransferWise ID\",Date,Amount,Currency,Description,\"Payment Reference\",\"Payer Name\",\"Payee Name\"\n"
            + "T-1,05-11-2027,120.00,EUR,Received money,INV-2027-0001,Anna Bell,\n", "Anna Bell|Received money INV-2027-0001")]
    [InlineData(
        "BoursoBank", "dateOp;dateVal;label;category;amount;accountNum;accountLabel\n"
            + "2027-11-05;2027-11-05;VIR ANNA BELL INV-2027-0001;Virements;120,00;DE89370400440532013000;Compte\n",
        "|VIR ANNA BELL INV-2027-0001")]
    [InlineData(
        "La Banque Postale", "Date;Libellé;Montant(EUROS);Montant(FRANCS)\n08/11/2027;\"CARTE PAPER\";-45,00;-295,18\n", "|CARTE PAPER")]
    public async Task Rows_HaveTheirPartyAndTheirWholeText(string bank, string csv, params string[] lines)
    {
        Assert.NotEmpty(bank);
        var statement = await ReadAsync(Encoding.UTF8.GetBytes(csv), "EUR");

        Assert.Equal(lines, statement.Lines.Select(line => $"{line.Counterparty}|{line.Remittance}"));
    }

    /// <summary>The rows of balances and of turnover are no lines, and prove them.</summary>
    [Theory]
    [InlineData(
        "\"Kliendi konto\";\"Kuupäev\";\"Saaja/Maksja\";\"Selgitus\";\"Summa\";\"Valuuta\";\"Deebet/Kreedit\"\n"
        + "\"X\";\"01.11.2027\";\"\";\"Algsaldo\";\"1000,00\";\"EUR\";\"K\"\n"
        + "\"X\";\"05.11.2027\";\"Anna Bell\";\"INV-1\";\"120,00\";\"EUR\";\"K\"\n"
        + "\"X\";\"06.11.2027\";\"Paper\";\"Arve 77\";\"45,00\";\"EUR\";\"D\"\n"
        + "\"X\";\"30.11.2027\";\"\";\"Käive\";\"120,00\";\"EUR\";\"K\"\n"
        + "\"X\";\"30.11.2027\";\"\";\"Lõppsaldo\";\"1075,00\";\"EUR\";\"K\"\n")]
    [InlineData(
        "\"Klienta konts\";\"Datums\";\"Saņēmējs/Maksātājs\";\"Informācija saņēmējam\";\"Summa\";\"Valūta\";"
        + "\"Debets/Kredīts\";\n"
        + "\"X\";\"01.11.2027\";\"\";\"Sākuma atlikums\";\"1000,00\";\"EUR\";\"K\";\n"
        + "\"X\";\"05.11.2027\";\"Anna Bell\";\"INV-1\";\"120,00\";\"EUR\";\"K\";\n"
        + "\"X\";\"06.11.2027\";\"Paper\";\"Rekins 77\";\"45,00\";\"EUR\";\"D\";\n"
        + "\"X\";\"30.11.2027\";\"\";\"Apgrozījums\";\"120,00\";\"EUR\";\"K\";\n"
        + "\"X\";\"30.11.2027\";\"\";\"Beigu atlikums\";\"1075,00\";\"EUR\";\"K\";\n")]
    [InlineData(
        "\"Sąskaitos Nr.\",\"\",\"Data\",\"Gavėjas\",\"Paaiškinimai\",\"Suma\",\"Valiuta\",\"D/K\"\n"
        + "\"X\",\"10\",\"2027-11-01\",\"\",\"Likutis pradžiai\",\"1000.00\",\"EUR\",\"K\"\n"
        + "\"X\",\"20\",\"2027-11-05\",\"Anna Bell\",\"INV-1\",\"120.00\",\"EUR\",\"K\"\n"
        + "\"X\",\"20\",\"2027-11-06\",\"Paper\",\"Saskaita 77\",\"45.00\",\"EUR\",\"D\"\n"
        + "\"X\",\"82\",\"2027-11-30\",\"\",\"Apyvarta\",\"120.00\",\"EUR\",\"K\"\n"
        + "\"X\",\"86\",\"2027-11-30\",\"\",\"Likutis pabaigai\",\"1075.00\",\"EUR\",\"K\"\n")]
    [InlineData(
        "#Data księgowania;#Tytuł;#Nadawca/Odbiorca;#Kwota;#Saldo po operacji;\n2027-11-05;INV-1;Anna Bell;120,00;1 120,00;\n"
        + "2027-11-08;Zamówienie 77;Paper;-45,00;1 075,00;\n;;;#Saldo końcowe;1 075,00 EUR;\n")]
    public async Task Balances_AreNoLines(string csv)
    {
        var statement = await ReadAsync(Encoding.UTF8.GetBytes(csv), "EUR", "X");

        Assert.Equal([120_00L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal(("Anna Bell", "INV-1"), (statement.Lines[0].Counterparty, statement.Lines[0].Remittance));
        Assert.Equal((1000_00L, 1075_00L), (statement.OpeningMinor, statement.ClosingMinor));
    }

    /// <summary>A company or a person may be called by the word of a balance.</summary>
    [Theory]
    [InlineData("2027-11-05,TOTAL,INV-1,120.00", "TOTAL")]
    [InlineData("2027-11-05,Balance,INV-1,120.00", "Balance")]
    [InlineData("2027-11-05,Anna Bell,Opening balance,120.00", "Anna Bell")]
    public async Task Row_OfAPayerWithTheNameOfABalance_IsALine(string row, string party)
    {
        foreach (var name in (string[])["Name", "Naam van de tegenpartij"])
        {
            var statement = await ReadAsync(Encoding.UTF8.GetBytes($"Date,{name},Description,Amount\n{row}\n"), "EUR");

            Assert.Equal(party, Assert.Single(statement.Lines).Counterparty);
        }
    }

    /// <summary>What the bank kept of money that came is told by the balance, or by the amount without it.</summary>
    [Theory]
    [InlineData("Date,Description,Amount,Fee,Balance\n2027-11-05,A,80.00,0.00,1080.00\n2027-11-06,B,118.00,2.00,1198.00\n", 2_00)]
    [InlineData("Date,Description,Gross,Fee,Amount\n2027-11-05,B,120.00,2.00,118.00\n", 2_00)]
    [InlineData("Date,Description,Amount,Fee,Balance\n2027-11-05,A,80.00,0.00,1080.00\n2027-11-06,B,120.00,2.00,1198.00\n", 0)]
    public async Task FeeInsideAnAmountThatCame_IsTold(string csv, long chargesMinor)
    {
        var statement = await ReadAsync(Encoding.UTF8.GetBytes(csv), "EUR");

        Assert.Equal(chargesMinor, statement.Lines.Sum(line => line.Debit?.ChargesMinor ?? 0));
    }

    /// <summary>Without signs, money that went out is never read as money that came.</summary>
    [Theory]
    [InlineData("Kategorie", "Einnahmen", "Ausgaben")]
    [InlineData("Kategori", "Indtægter", "Udgifter")]
    [InlineData("Mode", "Receipt", "Payment")]
    [InlineData("Booking", "Payment received", "Payment made")]
    [InlineData("Art", "Gutschriften", "Belastungen")]
    [InlineData("Group", "Money earned", "Money spent")]
    public async Task DirectionInOtherWords_IsRead_OrRefused(string column, string incoming, string outgoing)
    {
        var csv = $"Date,Description,Amount,{column}\n2027-11-05,A,120.00,{incoming}\n2027-11-06,B,80.00,{outgoing}\n";
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.True(
            read.Faults.Count > 0 || read.Statements[0].Lines.Select(line => line.AmountMinor).SequenceEqual([120_00L, -80_00L]),
            string.Join("; ", read.Statements.SelectMany(one => one.Lines)));
    }

    [Theory]
    [InlineData("-€80.00")]
    [InlineData("- € 80.00")]
    [InlineData("80,00 EUR -")]
    [InlineData("80.00 (Dr)")]
    [InlineData("80.00 Dr.")]
    public async Task Amount_WithItsSignElsewhere_IsRead(string amount)
    {
        var statement = await ReadAsync(Encoding.UTF8.GetBytes($"Date;Description;Amount\n2027-11-05;A;{amount}\n"), "EUR");

        Assert.Equal(-80_00L, Assert.Single(statement.Lines).AmountMinor);
    }

    [Fact]
    public async Task RowsThatAreNotBooked_AndWordsBelowTheTable_AreNoLines()
    {
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes(
                "Buchungstag;Verwendungszweck;Betrag;Status\n05.11.2027;INV-1;120,00;gebucht\n06.11.2027;INV-2;80,00;disponiert\n"
                + "07.11.2027;INV-3;70,00;AUTHORISED\n;;;\n* noch nicht gebucht;;;\nErstellt am 12.11.2027;;;\n"), "EUR");

        Assert.Equal("INV-1", Assert.Single(statement.Lines).Remittance);
    }

    [Theory]
    [InlineData("windows-1250", "Data operacji;Kwota;Tytuł\n2027-11-05;120,00;Łukasz Żak, zamówienie\n", "Łukasz Żak, zamówienie")]
    [InlineData("iso-8859-2", "Data operacji;Kwota;Tytuł\n2027-11-05;120,00;Świąteczny Łukasz\n", "Świąteczny Łukasz")]
    [InlineData("windows-1250", "Datum;Částka;Měna;Zůstatek;Zpráva\n5.11.2027;120,00;EUR;120,00;Příští měsíc\n", "Příští měsíc")]
    [InlineData("windows-1252", "Buchungstag;Betrag;Verwendungszweck\n05.11.2027;120,00;Größe für René\n", "Größe für René")]
    public async Task Letters_OfBanksInTheEast_AreReadAsTheyWereWritten(string encoding, string csv, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

        var statement = await ReadAsync(Encoding.GetEncoding(encoding).GetBytes(csv), "EUR");

        Assert.Equal(text, Assert.Single(statement.Lines).Remittance);
    }

    /// <summary>Marks in a text are none around it.</summary>
    [Theory]
    [InlineData("Firma \"Muster\" GmbH")]
    [InlineData("Rohr 5\" lang")]
    [InlineData("O\"Brien")]
    public async Task QuotationMarkInAText_IsReadAsItStands(string text)
    {
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes($"Date;Description;Amount\n2027-11-05;{text};120,00\n2027-11-06;y;-3,00\n"), "EUR");

        Assert.Equal((text, 2), (statement.Lines[0].Remittance, statement.Lines.Count));
    }

    /// <summary>A mark without its end would make two rows one.</summary>
    [Fact]
    public async Task QuotationMarkWithoutItsEnd_IsRefused()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            "Date;Description;Amount\n2027-11-05;\"Muster GmbH;120,00\n2027-11-06;y\" foo;-3,00\n"));

        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Contains("this is no CSV", Assert.Single(read.Faults).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"05.11.2027 \"")]
    [InlineData("\" 05.11.2027\"")]
    [InlineData("05.11.2027\u00A0")]
    [InlineData("05.11.2027\t")]
    [InlineData("5. 11. 2027")]
    [InlineData("2027.11.05.")]
    [InlineData("05. Nov. 2027")]
    public async Task Day_WithBlanksAndPoints_IsRead(string day)
    {
        var statement = await ReadAsync(Encoding.UTF8.GetBytes($"Date;Description;Amount\n{day};INV-1;120,00\n"), "EUR");

        Assert.Equal(new DateOnly(2027, 11, 5), Assert.Single(statement.Lines).BookedOn);
    }

    [Theory]
    [InlineData("Total bookings,,45.00,120.00,")]
    [InlineData("Total turnover,,45.00,120.00,1075.00")]
    [InlineData("Total for period 01.11.2027 - 30.11.2027,,45.00,120.00,")]
    [InlineData("28.11.2027,BALANCE C/F,,,1075.00")]
    [InlineData("2 transactions")]
    [InlineData("2 transactions,,,,")]
    [InlineData("--- 2 records ---,,,,")]
    [InlineData("Generated 28.11.2027,,,,")]
    [InlineData("Generated 28.11.2027")]
    public async Task RowsBelowTheTable_AreNoLines(string row)
    {
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes(
                "Booking Date,Text,Debit,Credit,Balance\n05.11.2027,INV-1,,120.00,1120.00\n06.11.2027,Rent,45.00,,1075.00\n"
                    + $"{row}\n"), "EUR");

        Assert.Equal([120_00L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
    }

    /// <summary>The balance of one moment beside each row proves none of them.</summary>
    [Fact]
    public async Task BalanceOfOneMomentInAllRows_ProvesNothing()
    {
        var statement = await ReadAsync(
            "Date;Description;Amount;Balance\n2027-11-05;a;120,00;1075,00\n2027-11-06;b;-45,00;1075,00\n"u8.ToArray(), "EUR");

        Assert.Equal([120_00L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Null(statement.OpeningMinor);
    }

    [Theory]
    [InlineData("Opłata")]
    [InlineData("Poplatek")]
    [InlineData("Prowizja")]
    public async Task FeeInTheLanguagesOfTheEast_RefusesItsRow(string column)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"Date;Description;Amount;{column}\n2027-11-05;a;-45,00;1,45\n"));

        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Equal(column, Assert.Single(read.Faults).Column);
    }

    [Fact]
    public async Task Days_OfWhichNoneTellsTheOrder_AskForIt()
    {
        using var file = new MemoryStream("Date,Amount,Description\n05/11/2027,120.00,INV-1\n"u8.ToArray());

        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Contains("whether the day or the month stands first", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    /// <summary>DKB writes whole amounts without decimals: another row shows the sign before them.</summary>
    [Theory]
    [InlineData("1.500", "-45,5", 1500_00, -45_50)]
    [InlineData("1.500", "-1.045,50", 1500_00, -1045_50)]
    [InlineData("1,500", "-45.5", 1500_00, -45_50)]
    [InlineData("1.500", "-1.234.567", 1500_00, -1234567_00)]
    public async Task DecimalSign_IsTheOneOfAnotherAmount(string whole, string other, long one, long two) => Assert.Equal(
        [one, two],
        (await ReadAsync(
            Encoding.UTF8.GetBytes($"Buchungsdatum;Verwendungszweck;Betrag (€)\n08.11.27;a;{whole}\n05.11.27;b;{other}\n"), "EUR"))
            .Lines.Select(line => line.AmountMinor));

    [Fact]
    public async Task DecimalSign_IsTheOneThatABalanceShows() => Assert.Equal(
        [1500_00L, -1_000_00L],
        (await ReadAsync(
            Encoding.UTF8.GetBytes("Datum;Text;Betrag;Saldo\n05.11.27;a;1.500;1.500,50\n08.11.27;b;-1.000;500,5\n"), "EUR"))
            .Lines.Select(line => line.AmountMinor));

    [Theory]
    [InlineData("1.500", "-45", null)]
    [InlineData("1.500", "-45.5;-45,5", null)]
    [InlineData("1.500", "-45,5", '.')]
    public async Task DecimalSign_ThatNothingShows_OrThatAPersonSaid_IsNotGuessed(string whole, string others, char? said)
    {
        var rows = string.Concat(others.Split(';').Select(other => $"08.11.27;a;{other}\n"));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"Datum;Text;Betrag\n08.11.27;a;{whole}\n{rows}"));

        var read = await StatementFile.ReadAsync(
            file, OptionsOf("EUR", Camt.Iban) with { DecimalSign = said }, TestContext.Current.CancellationToken);

        Assert.NotEmpty(read.Faults);
    }

    private const string Belfius =
        "Rekening;Boekingsdatum;Rekeninguittrekselnummer;Transactienummer;Rekening tegenpartij;Naam tegenpartij bevat;Straat en nummer;"
        + "Postcode en plaats;Transactie;Valutadatum;Bedrag;Devies;BIC;Landcode;Mededelingen\n"
        + "BE68539007547034;05/11/2027;00011;1;DE02120300000000202051;ANNA BELL;;;"
        + "OVERSCHRIJVING VAN DE02120300000000202051 ANNA BELL;05/11/2027;120,00;EUR;BYLADEM1;DE;Factuur november\n"
        + "BE68539007547034;15/11/2027;00011;2;;PAPER NV;;;KAARTBETALING PAPER NV;15/11/2027;-45,00;EUR;;;\n";

    private const string Fortis =
        "Volgnummer;Uitvoeringsdatum;Valutadatum;Bedrag;Valuta rekening;Rekeningnummer;Type verrichting;Tegenpartij;"
        + "Naam van de tegenpartij;Mededeling;Details;Status;Reden van weigering\n"
        + "2027-00001;05/11/2027;05/11/2027;120,00;EUR;BE68539007547034;Overschrijving in euro;DE02120300000000202051;ANNA BELL;"
        + "INV-2027-0001;OVERSCHRIJVING VAN ANNA BELL;Geaccepteerd;\n"
        + "2027-00002;15/11/2027;15/11/2027;-45,00;EUR;BE68539007547034;Kaartbetaling;;PAPER NV;;PAPER NV GENT;Geaccepteerd;\n"
        + "2027-00003;15/11/2027;15/11/2027;-70,00;EUR;BE68539007547034;Overschrijving in euro;;STIFT NV;;STIFT;Geweigerd;Onvoldoende\n";

    [Theory]
    [InlineData(Belfius, "ANNA BELL|Factuur november", 0)]
    [InlineData(Fortis, "ANNA BELL|OVERSCHRIJVING VAN ANNA BELL INV-2027-0001", 1)]
    public async Task TablesOfBelgianBanks_AreRead(string text, string first, int skipped)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var read = await StatementFile.ReadAsync(
            file, new ReadingOptions { Currency = Currency.Parse("EUR") }, TestContext.Current.CancellationToken);

        Assert.Empty(read.Faults);
        var statement = Assert.Single(read.Statements);
        Assert.Equal(("BE68539007547034", "DE02120300000000202051"), (statement.AccountKey, statement.Lines[0].CounterpartyAccount));
        Assert.Equal([120_00L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal([new DateOnly(2027, 11, 5), new DateOnly(2027, 11, 15)], statement.Lines.Select(line => line.BookedOn));
        Assert.Equal((first, skipped), ($"{statement.Lines[0].Counterparty}|{statement.Lines[0].Remittance}", read.Skipped));
    }

    /// <summary>One payer has no IBAN, and the others keep theirs. Earlier versions took the column for the name.</summary>
    [Theory]
    [InlineData("ONBEKEND")]
    [InlineData("4176430")]
    [InlineData("NOTPROVIDED")]
    public async Task AccountsOfWhichOneIsNoIban_AreNoNames(string other)
    {
        var text = Fortis.Replace("Kaartbetaling;;PAPER NV", $"Kaartbetaling;{other};PAPER NV", StringComparison.Ordinal);
        var statement = await ReadAsync(Encoding.UTF8.GetBytes(text), "EUR", "BE68539007547034");
        var earlier = await ReadAsync(
            Encoding.UTF8.GetBytes(text.Replace("Naam van de tegenpartij", "Kolom", StringComparison.Ordinal)), "EUR", "BE68539007547034");

        Assert.Equal(["ANNA BELL", "PAPER NV"], statement.Lines.Select(line => line.Counterparty));
        Assert.Equal(
            ["DE02120300000000202051", other == "4176430" ? other : null], statement.Lines.Select(line => line.CounterpartyAccount));
        Assert.Equal(earlier.Lines.Select(line => line.Identity), statement.Lines.Select(line => line.Identity));
    }

    [Fact]
    public async Task NameAmongAccounts_IsTheNameWhereThereIsNoOther() => Assert.Equal(
        ["ANNA BELL", "BPOST"],
        (await ReadAsync(
            Encoding.UTF8.GetBytes(Fortis.Replace("Kaartbetaling;;PAPER NV", "Kaartbetaling;BPOST;", StringComparison.Ordinal)), "EUR",
            "BE68539007547034")).Lines.Select(line => line.Counterparty));

    /// <summary>A column of parties may have the IBAN of one where its name is not known, and names of the others.</summary>
    [Fact]
    public async Task IbanAmongNames_LeavesTheNames() => Assert.Equal(
        ["Anna Bell", "DE ···· 2051"],
        (await ReadAsync(
            Encoding.UTF8.GetBytes(
                "Date;Counterparty;Counterparty bank name;Text;Amount\n2027-11-05;Anna Bell;ING;a;1,00\n"
                    + "2027-11-06;DE02120300000000202051;ING;b;2,00\n"), "EUR"))
            .Lines.Select(line => line.Counterparty));

    [Theory]
    [InlineData("Date d'exécution")]
    [InlineData("Datum zaúčtování")]
    [InlineData("Könyvelés dátuma")]
    [InlineData("Execution date")]
    [InlineData("Date (UTC)")]
    [InlineData("Date completed (UTC)")]
    [InlineData("Date (local time)")]
    [InlineData("Date [GMT+1]")]
    public async Task ColumnOfTheDay_IsKnown(string column) => Assert.Equal(
        new DateOnly(2027, 11, 15),
        Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes($"{column};Text;Amount\n15.11.2027;a;1,00\n"), "EUR")).Lines).BookedOn);

    private const string Mercury =
        "Date (UTC),Description,Amount,Status,Source Account,Bank Description,Reference,Note\n"
        + "11-15-2027,Anna Bell,120.00,Sent,Mercury Checking xx8655,ACH IN,INV-2027-0001,\n"
        + "11-14-2027,Paper Ltd,-999.00,Failed,Mercury Checking xx8655,WIRE OUT,,\n";

    [Fact]
    public async Task WireThatFailed_IsNoLine()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(Mercury));
        var read = await StatementFile.ReadAsync(file, OptionsOf("USD", "MERCURY"), TestContext.Current.CancellationToken);

        Assert.Empty(read.Faults);
        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal((120_00L, new DateOnly(2027, 11, 15), 1), (line.AmountMinor, line.BookedOn, read.Skipped));
    }

    /// <summary>The notification of PostFinance in the languages of Switzerland.</summary>
    [Theory]
    [InlineData("Date;Type of transaction;Notification text;Credit in CHF;Debit in CHF;Label;Category")]
    [InlineData("Date;Type de transaction;Texte de notification;Crédit en CHF;Débit en CHF;Label;Catégorie")]
    [InlineData("Data;Tipo di transazione;Testo di notifica;Accredito in CHF;Addebito in CHF;Etichetta;Categoria")]
    [InlineData("Datum;Bewegungstyp;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Label;Kategorie")]
    public async Task PostFinance_IsRead(string header)
    {
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes(
                "Date from:;=\"01.11.2027\"\nDate to:;=\"30.11.2027\"\nAccount:;=\"CH9300762011623852957\"\nCurrency:;=\"CHF\"\n\n"
                + $"{header}\n15.11.2027;X;\"PAPER AG\";;-45.00;;\n05.11.2027;X;\"CREDIT ANNA BELL INV-2027-0001\";120.00;;;\n\n"
                + "Disclaimer:\nThis is no document of 2027 that the bank signs.\n"), "CHF", "CH9300762011623852957");

        Assert.Equal([-45_00L, 120_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal("CREDIT ANNA BELL INV-2027-0001", statement.Lines[1].Remittance);
    }

    [Theory]
    [InlineData("Belopp i EUR")]
    [InlineData("Kwota w EUR")]
    [InlineData("Montant en EUR")]
    [InlineData("Amount in EUR")]
    [InlineData("Valor em EUR")]
    public async Task CurrencyInTheNameOfAColumn_LeavesItsName(string column) => Assert.Single(
        (await ReadAsync(Encoding.UTF8.GetBytes($"Date;Text;{column}\n15.11.2027;a;1,00\n"), "EUR")).Lines);

    [Theory]
    [InlineData("Paid in (EUR)", "Paid out (EUR)")]
    [InlineData("Paid in EUR", "Paid out EUR")]
    [InlineData("Money in EUR", "Money out EUR")]
    [InlineData("In (EUR)", "Ut (EUR)")]
    public async Task MoneyThatCame_IsNoPreposition(string came, string went) => Assert.Equal(
        [1_00L, -2_00L],
        (await ReadAsync(Encoding.UTF8.GetBytes($"Date;Text;{came};{went}\n15.11.2027;a;1,00;\n16.11.2027;b;;2,00\n"), "EUR"))
            .Lines.Select(line => line.AmountMinor));

    /// <summary>mBank writes 25 lines above its header line, and a small table of sums among them.</summary>
    [Fact]
    public async Task HeaderBelowManyLines_IsFound_AndASmallTableAboveIsNone()
    {
        var above = string.Concat(Enumerable.Range(1, 20).Select(line => $"mBank S.A. {line};\n"));
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes(
                $"{above}\n#Waluta;#Wpływy;#Wydatki;\nPLN;120,00;-45,00;\nKonto;Kwota;\n\n"
                + "#Data operacji;#Opis operacji;#Rachunek;#Kategoria;#Kwota;\n"
                + "2027-11-05;\"ANNA BELL PRZELEW\";\"eKonto\";\"Wpływy\";120,00 PLN;;\n"
                + "2027-11-08;\"PAPER\";\"eKonto\";\"Biuro\";-45,00 PLN;;\n"), "PLN");

        Assert.Equal([120_00L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal("ANNA BELL PRZELEW", statement.Lines[0].Remittance);
    }

    private const string Ubs =
        "Trade date;Trade time;Booking date;Value date;Currency;Debit;Credit;Individual amount;Balance;Transaction no.;Description1;"
        + "Description2;Description3;Footnotes;\n"
        + ";;2027-11-08;2027-11-08;CHF;-45.00;;;1075.00;TX2;\"2 payments\";\"e-banking collective order\";;;\n"
        + ";;2027-11-08;2027-11-08;CHF;;;-20.00;{0};TX2;\"Paper AG\";;;;\n;;2027-11-08;2027-11-08;CHF;;;-25.00;{0};TX2;\"Stift AG\";;;;\n"
        + ";;2027-11-05;2027-11-05;CHF;;120.00;;1120.00;TX1;\"ANNA BELL\";\"Payment\";\"Reason for payment: INV-2027-0001\";;\n";

    [Theory]
    [InlineData("Individual amount", "")]
    [InlineData("Individual amount", "1075.00")]
    [InlineData("Sous-montant", "")]
    [InlineData("Importo singolo", "1075.00")]
    [InlineData("Einzelbetrag", "1075.00")]
    public async Task DetailsOfACollectiveOrder_AreNoLines(string column, string balance)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            Ubs.Replace("Individual amount", column, StringComparison.Ordinal).Replace("{0}", balance, StringComparison.Ordinal)));
        var read = await StatementFile.ReadAsync(file, OptionsOf("CHF", "CH93"), TestContext.Current.CancellationToken);

        Assert.Empty(read.Faults);
        var statement = Assert.Single(read.Statements);
        Assert.Equal([-45_00L, 120_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal("ANNA BELL Payment Reason for payment: INV-2027-0001", statement.Lines[1].Remittance);
        Assert.Equal([3, 4], read.Remarks.Where(one => one.Problem.Contains("a detail of the row above", StringComparison.Ordinal))
            .Select(one => one.Line));
    }

    /// <summary>A further amount of a row is no detail where other rows have it beside their own.</summary>
    [Fact]
    public async Task RowWithoutItsAmount_IsNoDetail()
    {
        using var file = new MemoryStream(
            "Date;Text;Amount;Local amount\n2027-11-05;a;120,00;120,00\n2027-11-06;b;;45,00\n"u8.ToArray());
        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Equal((3, "Amount"), (Assert.Single(read.Faults).Line, read.Faults[0].Column));
    }

    private const string Interest = "Debit;Credit;Interest amount;Balance";

    /// <summary>An amount below a name that is not known may be money that came: what adds up to the row above is a detail of it.</summary>
    [Theory]
    [InlineData(Interest, ";120,00;;1120,00", "2027-11-06;Interest;;;5,00;1125,00", "Interest amount")]
    [InlineData(Interest, ";120,00;;1120,00", "2027-11-06;Interest;;;5,00;", "Interest amount")]
    [InlineData(Interest, ";120,00;;1120,00", "2027-11-06;Interest;;;5,00;1120,00", "Interest amount")]
    [InlineData(Interest, ";120,00;;", "2027-11-06;Interest;;;120,00;", "Interest amount")]
    [InlineData("Debit;Credit;Interest amount", ";120,00;", "2027-11-06;Interest;;;5,00", "Interest amount")]
    [InlineData("Debit;Credit;Interest amount", ";120,00;", "2027-11-06;Interest;;;120,00", "Interest amount")]
    [InlineData("Debit;Credit;Amount Detail", ";120,00;", "2027-11-06;Interest;;;5,00", "Amount Detail")]
    [InlineData("Debit;Credit;Amount Detail", ";120,00;", ";Interest;;;5,00", "Amount Detail")]
    [InlineData("Debit;Credit;Einzelbetrag", ";120,00;", "2027-11-06;Interest;;;5,00", "Einzelbetrag")]
    public async Task MoneyInAFurtherColumnAlone_IsNotDropped(string columns, string above, string below, string column)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"Date;Text;{columns}\n2027-11-05;INV-1 Anna;{above}\n{below}\n"));
        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Equal((3, column), (Assert.Single(read.Faults).Line, read.Faults[0].Column));
    }

    [Fact]
    public async Task MoneyInAFurtherColumnOfTheFirstRow_IsNotDropped()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            $"Date;Text;{Interest}\n2027-11-05;Interest;;;5,00;1005,00\n2027-11-06;INV-1 Anna;;120,00;;1125,00\n"));
        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Equal((2, "Interest amount"), (Assert.Single(read.Faults).Line, read.Faults[0].Column));
    }

    /// <summary>A row that moves nothing has a balance that proves it, and no other amount.</summary>
    [Theory]
    [InlineData("0,00;0,00;5,00;1080,00", null)]
    [InlineData("0,00;0,00;0,00;1080,00", null)]
    [InlineData("0,00;0,00;5,00;", "Interest amount")]
    [InlineData("0,00;0,00;5,00;1075,00", "")]
    [InlineData("0,00;0,00;0,00;1075,00", "")]
    [InlineData("0,00;0,00;;", "")]
    public async Task RowThatMovesNothing_IsPassedOver_WhereItsBalanceSaysSo(string row, string? column)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            $"Date;Text;{Interest}\n2027-11-05;a;;120,00;;1120,00\n2027-11-06;b;45,00;;;1075,00\n2027-11-07;Interest;{row}\n"));
        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        if (column == "")
            Assert.Equal([120_00L, -45_00L], Assert.Single(read.Statements).Lines.Select(line => line.AmountMinor));
        else
            Assert.Equal((4, column ?? "Balance"), (Assert.Single(read.Faults).Line, read.Faults[0].Column));
    }

    /// <summary>A fee alone leaves the account by itself.</summary>
    [Fact]
    public async Task FeeBesideNoAmount_IsALine() => Assert.Equal(
        [120_00L, -2_50L],
        (await ReadAsync(
            "Date,Description,Amount,Fee,Balance\n2027-11-05,A,120.00,0.00,1120.00\n2027-11-06,Plan,0.00,2.50,1117.50\n"u8.ToArray(),
            "EUR")).Lines.Select(line => line.AmountMinor));

    /// <summary>Details of another currency add up to nothing here; those without a day are proved by the balances.</summary>
    [Theory]
    [InlineData(
        "Datum;Buchungstext;Whg;Betrag Detail;Belastung EUR;Gutschrift EUR;Saldo EUR\n08.11.2027;Belastungen (2);;;45.00;;1075.00\n"
            + ";Paper Inc;USD;20.00;;;\n;Stift AG;EUR;27.00;;;\n")]
    [InlineData(
        "Datum;Buchungstext;Betrag Detail;Belastung EUR;Gutschrift EUR;Saldo EUR\n08.11.2027;Belastungen (2);;45.00;;1075.00\n"
            + ";Paper AG;20.00;;;\n;Stift AG;24.00;;;\n05.11.2027;Gutschrift;;;120.00;1120.00\n")]
    public async Task DetailsThatNeedNotAddUp_AreNoLines(string text) => Assert.Equal(
        -45_00L, (await ReadAsync(Encoding.UTF8.GetBytes(text), "EUR")).Lines[0].AmountMinor);

    [Theory]
    [InlineData("Product", "State", "Current", "Savings")]
    [InlineData("Produkt", "Status", "Girokonto", "Tagesgeld")]
    public async Task Pocket_IsAnotherAccount(string product, string state, string current, string pocket)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            $"Type,{product},Started Date,Completed Date,Description,Amount,Fee,Currency,{state},Balance\n"
            + $"TOPUP,{current},2027-11-05 10:00:00,2027-11-05 10:00:00,Anna Bell INV-2027-0001,120.00,0.00,EUR,COMPLETED,1120.00\n"
            + $"TRANSFER,{current},2027-11-06 10:00:00,2027-11-06 10:00:00,To pocket,-100.00,0.00,EUR,COMPLETED,1020.00\n"
            + $"TRANSFER,{pocket},2027-11-06 10:00:00,2027-11-06 10:00:00,From main,100.00,0.00,EUR,COMPLETED,100.00\n"));
        var read = await StatementFile.ReadAsync(file, OptionsOf("EUR", Camt.Iban), TestContext.Current.CancellationToken);

        Assert.Empty(read.Faults);
        Assert.Equal([120_00L, -100_00L], Assert.Single(read.Statements).Lines.Select(line => line.AmountMinor));
        Assert.Equal(1, read.Skipped);
        Assert.Contains(read.Remarks, one => one.Column == product && one.Problem.Contains(pocket, StringComparison.Ordinal));
    }

    /// <summary>Goods have names of all sorts.</summary>
    [Fact]
    public async Task ProductThatIsSold_IsNoPocket() => Assert.Equal(
        2, (await ReadAsync("Date,Product,State,Description,Amount\n2027-11-05,Yoga,paid,a,1.00\n2027-11-06,Gym,paid,b,2.00\n"u8
            .ToArray(), "EUR")).Lines.Count);

    /// <summary>The net amount is what moved the account at PayPal.</summary>
    [Theory]
    [InlineData("Date,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Address Status,Balance,Note,Balance Impact")]
    [InlineData("Date,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Address Status,Balance,Invoice Number,Balance Impact")]
    [InlineData(
        "Datum,Name,Typ,Status,Währung,Brutto,Gebühr,Netto,Transaktionscode,Adressstatus,Guthaben,Betreff,Auswirkung auf Guthaben")]
    public async Task PayPal_IsReadByItsNetAmounts(string header)
    {
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes(
                $"{header}\n15.11.2027,Anna Bell,Payment,Completed,EUR,120.00,-3.49,116.51,T1,Non-Confirmed,1116.51,INV-2027-0001,"
                + "Credit\n"
                + "16.11.2027,Paper Ltd,Payment,Completed,EUR,-45.00,0.00,-45.00,T2,Confirmed,1071.51,Order,Debit\n"), "EUR");

        Assert.Equal([116_51L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal(3_49L, statement.Lines[0].Debit?.ChargesMinor);
        Assert.Equal("INV-2027-0001", statement.Lines[0].Remittance);
    }

    /// <summary>ABN AMRO writes the codes of SWIFT into the text of its table. Earlier versions took all of it for the text.</summary>
    [Theory]
    [InlineData("Text", "INV-2027-0001")]
    [InlineData("Omschrijving", "INV-2027-0001")]
    public async Task CodesInTheText_TellTheOtherParty(string column, string text)
    {
        const string Coded = "/TRTP/SEPA OVERBOEKING/IBAN/NL68TRIO0123456789/BIC/TRIONL2U/NAME/ANNA BELL/REMI/INV-2027-0001/EREF/E-1";
        var statement = await ReadAsync(
            Encoding.UTF8.GetBytes(
                $"Datum;{column};Bedrag\n20271105;{Coded};120,00\n20271108;about /NAME/ of it;-45,00\n"
                    + "20271109;/TRTP/SEPA OVERBOEKING/IBAN/NL68TRIO0123456789/NAME/JO/REMI/late/RTRN/MD06;5,00\n"), "EUR");

        var line = statement.Lines[0];
        Assert.Equal(
            ("ANNA BELL", "NL68TRIO0123456789", text, "E-1"),
            (line.Counterparty, line.CounterpartyAccount, line.Remittance, line.EndToEnd));
        Assert.Contains("/NAME/ANNA BELL/REMI/INV-2027-0001/EREF/E-1", line.Identity, StringComparison.Ordinal);
        Assert.Equal(["about /NAME/ of it", "late (comes back)"], statement.Lines.Skip(1).Select(one => one.Remittance));
    }

    [Theory]
    [InlineData("Reserverat")]
    [InlineData("Reserveret")]
    [InlineData("Reservert")]
    public async Task WordForNotBooked_InThePlaceOfTheDay_SkipsItsRow(string word) => Assert.Single(
        (await ReadAsync(
            Encoding.UTF8.GetBytes($"Bokföringsdag;Rubrik;Belopp\n{word};Kort;-10,00\n2027/11/05;INV-1;120,00\n"), "SEK")).Lines);

    private static ReadingOptions OptionsOf(string currency, string account) =>
        new() { Account = account, Currency = Currency.Parse(currency) };

    /// <summary>A second table below is one of its own, such as that of payments to come.</summary>
    [Fact]
    public async Task TableBelowTheBanksOwn_IsNotReadInItsPlace()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            "Posted;Description;Amount\n05.11.2027;INV-1 Anna;120,00\n06.11.2027;Rent;-500,00\n\nScheduled payments\n"
            + "Date;Description;Amount\n30.11.2027;Insurance;-80,00\n"));
        var read = await StatementFile.ReadAsync(
            file, new ReadingOptions { Account = Camt.Iban, Currency = Currency.Parse("EUR") }, TestContext.Current.CancellationToken);
        Assert.NotEmpty(read.Faults);
        Assert.True(read.AsksForColumns);
    }

    private static async Task<ReadStatement> ReadAsync(byte[] bytes, string currency, string account = Camt.Iban)
    {
        using var file = new MemoryStream(bytes);
        var read = await StatementFile.ReadAsync(file, OptionsOf(currency, account), TestContext.Current.CancellationToken);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }
}
