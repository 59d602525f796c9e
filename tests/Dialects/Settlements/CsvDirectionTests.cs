using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Money that went out is never read as money that came: a file says the direction of each row, or it is refused.</summary>
public sealed class CsvDirectionTests
{
    private static readonly ReadingOptions Options = new() { Account = Camt.Iban, Currency = Currency.Parse("EUR") };

    private static async Task<ReadFile> ReadAsync(byte[] bytes, ReadingOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        return await StatementFile.ReadAsync(stream, options ?? Options, TestContext.Current.CancellationToken);
    }

    private static Task<ReadFile> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    private static async Task<ReadStatement> OnlyAsync(string text)
    {
        var read = await ReadAsync(text);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    /// <summary>What went out stands beside what came in under a name that is not known: it is no detail of the row above.</summary>
    [Theory]
    [InlineData("Amount In", "Amount Out", "line 1: there is no header line")]
    [InlineData("Amount in EUR", "Amount out EUR", "line 3")]
    public Task MoneyThatWentOut_InAColumnThatIsNotKnown_IsNoDetail(string came, string went, string because) => IsRefusedAsync(
        $"Date,Description,{came},{went}\n2027-11-05,INV-1 Anna,120.00,\n2027-11-06,Returned INV-1 Anna,,120.00\n", because);

    private static async Task IsRefusedAsync(string text, string because)
    {
        var read = await ReadAsync(text);
        Assert.Empty(read.Statements);
        Assert.Contains(read.Faults, fault => fault.ToString().Contains(because, StringComparison.Ordinal));
    }

    /// <summary>On the statement of a credit card, purchases may have no minus, and what its holder paid has one.</summary>
    [Theory]
    [InlineData("PAYMENT RECEIVED - THANK YOU")]
    [InlineData("ONLINE PAYMENT, THANK YOU")]
    [InlineData("ZAHLUNG ERHALTEN. BESTEN DANK.")]
    public async Task PaymentThatCame_WithAMinus_IsOfACreditCard_AndRefused(string text)
    {
        await IsRefusedAsync(
            $"Date,Description,Amount\n2027-11-15,PAPER,45.00\n2027-11-16,\"{text}\",-100.00\n", "line 3, Description: it says that");
        var signed = await OnlyAsync($"Date,Description,Amount\n2027-11-15,PAPER,-45.00\n2027-11-16,\"{text}\",100.00\n");
        Assert.Equal([-45_00L, 100_00L], AmountsOf(signed));
        var proved = await OnlyAsync(
            $"Date,Description,Amount,Balance\n2027-11-15,PAPER,45.00,1045.00\n2027-11-16,\"{text}\",-100.00,945.00\n");
        Assert.Equal([45_00L, -100_00L], AmountsOf(proved));
    }

    [Fact]
    public async Task WordsOfAPaymentWithinATextOfOurOwn_MakeNoStatementOfACard()
    {
        var read = await OnlyAsync("Date,Description,Amount\n2027-11-15,INV-1,45.00\n2027-11-16,Refund: payment received twice,-100.00\n");
        Assert.Equal([45_00L, -100_00L], AmountsOf(read));
    }

    private static long[] AmountsOf(ReadStatement statement) => [.. statement.Lines.Select(line => line.AmountMinor)];

    [Theory]
    [InlineData("D/K", "K", "D")]
    [InlineData("Transaction Type", "CREDIT", "DEBIT")]
    [InlineData("Transaction Type", "credit", "debit")]
    [InlineData("Af Bij", "Bij", "Af")]
    [InlineData("What", "DR", "CR", true)]
    [InlineData("Umsatzart", "Gutschrift", "Lastschrift")]
    [InlineData("Sens", "Crédit", "Débit")]
    [InlineData("Tipo", "Abono", "Cargo")]
    [InlineData("Tipo", "Accredito", "Addebito")]
    [InlineData("Typ", "Insättning", "Uttag")]
    [InlineData("Retning", "Inn", "Ut")]
    [InlineData("Retning", "Ind", "Ud")]
    [InlineData("Segno", "+", "-")]
    [InlineData("Segno", "Avere", "Dare")]
    [InlineData("Details", "CREDIT", "DEBIT")]
    [InlineData("CreditDebet", "Bijschrijvingen", "Afschrijvingen")]
    [InlineData("CreditDebet", "C", "D")]
    [InlineData("AfBij", "Bij", "Af")]
    [InlineData("Debet of credit", "Credit", "Debet")]
    [InlineData("Débito/Crédito", "C", "D")]
    [InlineData("Mutatie", "Bijschrijving", "Afschrijving")]
    [InlineData("Bewegung", "Zugang", "Abgang")]
    [InlineData("Transaktion", "Zugänge", "Abgänge")]
    public async Task DirectionInAnyColumn_IsTheSign(string column, string incoming, string outgoing, bool swapped = false)
    {
        if (swapped)
            (incoming, outgoing) = (outgoing, incoming);
        Assert.Equal(
            (long[])[120_00, -80_00],
            AmountsOf(await OnlyAsync(
                $"date;description;amount;{column};name\n2027-11-05;INV-1;120.00;{incoming};Anna\n"
                + $"2027-11-06;Refund;80.00;{outgoing};Jonas\n")));
    }

    [Theory]
    [InlineData("Transaction Type", "DEBIT", -80_00)]
    [InlineData("Umsatzart", "Belastung", -80_00)]
    [InlineData("Transaction Type", "CREDIT", 80_00)]
    [InlineData("CreditDebet", "D", -80_00)]
    [InlineData("CreditDebet", "Afschrijvingen", -80_00)]
    public async Task DirectionThatAllRowsShare_IsTheSign(string column, string word, long expectedMinor) => Assert.Equal(
        (long[])[expectedMinor], AmountsOf(await OnlyAsync($"date;description;amount;{column}\n2027-11-06;Refund;80.00;{word}\n")));

    [Theory]
    [InlineData("Transaction Type", "Direct Debit", "Bank Credit")]
    [InlineData("Code", "D", "X")]
    [InlineData("Card", "Debit", "")]
    [InlineData("Transaction Type", "Payment", "Deposit")]
    [InlineData("Umsatzart", "Überweisung", "Gutschrift")]
    [InlineData("Tipo", "Pago", "Ingreso")]
    [InlineData("Laji", "Otto", "Pano")]
    public async Task DirectionThatIsHalfTold_IsRefusedByItsColumn(string column, string one, string other) => await IsRefusedAsync(
        $"date;description;amount;{column}\n2027-11-05;INV-1;120.00;{other}\n2027-11-06;Refund;80.00;{one}\n",
        $"line 1, {column}: no amount has a sign");

    [Theory]
    [InlineData("Kierunek", "Wpływ", "Odpływ")]
    [InlineData("T/K", "K", "T")]
    [InlineData("E/A", "E", "A")]
    [InlineData("Rodzaj", "Zasilenie", "Ubytek")]
    [InlineData("sign", "1", "-1")]
    [InlineData("is credit", "true", "false")]
    [InlineData("DB", "N", "Y")]
    [InlineData("DB", "", "x")]
    [InlineData("Transaction Type", "To us", "From us")]
    [InlineData("+/-", "p", "m")]
    [InlineData("Betalingsretning", "Fra os", "Til os")]
    [InlineData("Transaktion", "Wachstum", "Schwund")]
    [InlineData("Mutatie", "Groei", "Krimp")]
    [InlineData("Bewegung", "Wachstum", "Schwund")]
    [InlineData("Vorgang", "Wachstum", "Schwund")]
    public async Task DirectionInWordsThatAreNotKnown_IsRefusedByItsColumn(string column, string incoming, string outgoing)
    {
        await IsRefusedAsync(
            $"date;description;amount;{column}\n2027-11-05;INV-1;120.00;{incoming}\n2027-11-06;Refund;80.00;{outgoing}\n",
            $"line 1, {column}: no amount has a sign");
        // A sign or a balance proves the rows.
        Assert.Equal((long[])[120_00, -80_00], AmountsOf(await OnlyAsync(
            $"date;description;amount;{column}\n2027-11-05;INV-1;120.00;{incoming}\n2027-11-06;Refund;-80.00;{outgoing}\n")));
        Assert.Equal((long[])[120_00, 80_00], AmountsOf(await OnlyAsync(
            $"date;description;amount;{column};balance\n2027-11-05;INV-1;120.00;{incoming};120.00\n"
            + $"2027-11-06;INV-2;80.00;{outgoing};200.00\n")));
    }

    [Theory]
    [InlineData("Kierunek", "Odpływ")]
    [InlineData("D/W", "W")]
    public Task DirectionOfAllRowsInAWordThatIsNotKnown_IsRefused(string column, string word) => IsRefusedAsync(
        $"date;description;amount;{column}\n2027-11-06;Refund;80.00;{word}\n", $"line 1, {column}: no amount has a sign");

    [Theory]
    [InlineData("Transaction ID", "AB12", "AB13")]
    [InlineData("Nr", "1", "2")]
    [InlineData("Type", "Transfer", "Transfer")]
    [InlineData("Member", "Anna", "Jonas")]
    [InlineData("Debitor", "Anna", "Jonas")]
    public async Task ColumnThatTellsOfNoDirection_RefusesNothing(string column, string one, string other) => Assert.Equal(
        (long[])[120_00, 80_00],
        AmountsOf(await OnlyAsync(
            $"date;description;amount;{column}\n2027-11-05;INV-1;120.00;{one}\n2027-11-06;INV-2;80.00;{other}\n")));

    [Theory]
    [InlineData("Rodzaj", "Uznanie", "Obciążenie")]
    [InlineData("Strona", "Ma", "Wn")]
    [InlineData("Tip", "Încasare", "Plată")]
    [InlineData("Natureza", "Crédito", "Débito")]
    [InlineData("Transaction Type", "Receive", "Send")]
    public async Task DirectionInFurtherLanguages_IsTheSign(string column, string incoming, string outgoing) => Assert.Equal(
        (long[])[120_00, -80_00],
        AmountsOf(await OnlyAsync(
            $"date;description;amount;{column}\n2027-11-05;INV-1;120.00;{incoming}\n2027-11-06;Refund;80.00;{outgoing}\n")));

    [Theory]
    [InlineData("–80.00")]
    [InlineData("‒80.00")]
    [InlineData("—80.00")]
    [InlineData("80.00–")]
    public async Task DashOfASpreadsheet_IsAMinus(string amount) =>
        Assert.Equal((long[])[-80_00], AmountsOf(await OnlyAsync($"date;description;amount\n2027-11-06;Refund;{amount}\n")));

    [Theory]
    [InlineData("#Data księgowania;#Opis operacji;#Tytuł;#Nadawca/Odbiorca;#Kwota;#Saldo po operacji;\n"
        + "2027-11-05;PRZELEW;INV-1;ANNA;1 120,00;"
        + "1 120,00;\n2027-11-06;PRZELEW;x;PAPER;-45,00;1 075,00;\n", "INV-1 PRZELEW")]
    [InlineData("Kirjauspäivä;Määrä EUROA;Selitys;Saaja/Maksaja;Viesti\n2027-11-05;1120,00;TILISIIRTO;ANNA;INV-1\n"
        + "2027-11-06;-45,00;TILISIIRTO;PAPER;x\n", "INV-1 TILISIIRTO")]
    [InlineData("Data Mov.;Data Valor;Descrição;Valor;Saldo\n05-11-2027;05-11-2027;INV-1;1.120,00;1.120,00\n"
        + "16-11-2027;16-11-2027;x;-45,00;1.075,00\n", "INV-1")]
    [InlineData("Date operation;Libelle operation;Montant operation en euro\n05/11/2027;INV-1;1120,00\n06/11/2027;x;-45,00\n", "INV-1")]
    [InlineData("Buchungsdatum;Belastung;Gutschrift;Saldo;Beschreibung1;Beschreibung2\n2027-11-05;;1120.00;1120.00;ANNA;INV-1\n"
        + "2027-11-06;-45.00;;1075.00;PAPER;x\n", "ANNA INV-1")]
    [InlineData("Konto:;1\n\nDatum;Avisierungstext;Gutschrift in EUR;Lastschrift in EUR;Saldo in EUR\n05.11.2027;INV-1;1120.00;;1120.00\n"
        + "06.11.2027;x;;-45.00;1075.00\n\nDisclaimer:\nDer Inhalt ist gefiltert.\n", "INV-1")]
    [InlineData("Transaction Date,Transaction Description,Debit Amount,Credit Amount,Balance\n06/11/2027,INV-1,,1120.00,1120.00\n"
        + "15/11/2027,PAPER,45.00,,1075.00\n", "INV-1")]
    [InlineData("Datum;Munt;Bedrag;Omschrijving;Vrije mededeling\n05/11/2027;EUR;1120,00;OVERSCHRIJVING;INV-1\n16/11/2027;EUR;-45,00;B;x\n",
        "OVERSCHRIJVING INV-1")]
    [InlineData("Dato;Tekst;Beløb;Status\n05.11.2027;INV-1;1.120,00;Udført\n06.11.2027;x;-45,00;Udført\n"
        + "08.11.2027;y;-5,00;Venter\n", "INV-1")]
    [InlineData("Date|Description|Amount\n2027-11-05|INV-1|1120.00\n2027-11-06|x|-45.00\n", "INV-1")]
    [InlineData("\"Date\",\"Description\",\"Amount\",\"Tags, notes\"\n2027-11-05,INV-1,1120.00,\n2027-11-06,x,-45.00,\n", "INV-1")]
    public async Task TablesOfFurtherBanks_AreRead(string text, string remittance)
    {
        var statement = await OnlyAsync(text);
        Assert.Equal([1120_00, -45_00], AmountsOf(statement));
        Assert.Equal(remittance, statement.Lines[0].Remittance);
    }

    [Theory]
    [InlineData("2027-11")]
    [InlineData("2027-11-06;x")]
    public Task RowThatIsCutOff_IsNoSentence(string end) =>
        IsRefusedAsync($"date;description;amount\n2027-11-05;INV-1;120.00\n{end}", "line 3: it has ");

    [Theory]
    [InlineData("80.00 DR", -80_00)]
    [InlineData("80.00DR", -80_00)]
    [InlineData("DR 80.00", -80_00)]
    [InlineData("80.00 CR", 80_00)]
    [InlineData("80,00 S", -80_00)]
    [InlineData("80,00 H", 80_00)]
    [InlineData("80.00-", -80_00)]
    [InlineData("80.00 D", -80_00)]
    [InlineData("(80.00)", -80_00)]
    [InlineData("EUR -80.00", -80_00)]
    [InlineData("€80.00", 80_00)]
    [InlineData("80.00 EUR DR", -80_00)]
    [InlineData("80.00+", 80_00)]
    public async Task DirectionBesideTheAmount_IsTheSign(string amount, long expectedMinor) =>
        Assert.Equal((long[])[expectedMinor], AmountsOf(await OnlyAsync($"date;description;amount\n2027-11-06;Refund;\"{amount}\"\n")));

    [Fact]
    public async Task AmountThatSaysNothingBesideOnesThatSayIncome_IsRefused() => await IsRefusedAsync(
        "date;description;amount\n2027-11-05;INV-1;120.00 CR\n2027-11-06;Refund;80.00\n", "may be money that went out");

    [Theory]
    [InlineData("Soll;Haben", "45,00;", ";120,00")]
    [InlineData("Debit;Credit", "45,00;0,00", "0,00;120,00")]
    [InlineData("Débit;Crédit", "-45,00;", ";120,00")]
    [InlineData("Cargo;Abono", "45,00;", ";120,00")]
    [InlineData("Uttag;Insättning", "45,00;", ";120,00")]
    [InlineData("Ut;Inn", "45,00;", ";120,00")]
    public async Task ColumnForEachDirection_IsRead(string columns, string outgoing, string incoming) => Assert.Equal(
        (long[])[-45_00, 120_00],
        AmountsOf(await OnlyAsync($"date;description;{columns}\n2027-11-05;Paper;{outgoing}\n2027-11-06;INV-1;{incoming}\n")));

    [Fact]
    public async Task Balance_ProvesEachRow_AlsoNewestFirst_AndItsEnds()
    {
        const string Header = "date;description;amount;balance\n";
        var statement = await OnlyAsync($"{Header}2027-11-05;a;120.00;1120.00\n2027-11-06;b;-45.00;1075.00\n");
        Assert.Equal((1000_00, 1075_00), (statement.OpeningMinor, statement.ClosingMinor));
        statement = await OnlyAsync($"{Header}2027-11-06;b;-45.00;1075.00\n2027-11-05;a;120.00;1120.00\n");
        Assert.Equal((1000_00, 1075_00), (statement.OpeningMinor, statement.ClosingMinor));
        Assert.Equal([-45_00, 120_00], AmountsOf(statement));
        // Money that went out without a sign, and a row that is missing.
        await IsRefusedAsync($"{Header}2027-11-05;a;120.00;1120.00\n2027-11-06;b;45.00;1075.00\n", "line 3, balance: from 1120.00 EUR");
        await IsRefusedAsync(
            $"{Header}2027-11-05;a;1.00;1.00\n2027-11-06;b;1.00;2.00\n2027-11-07;b;1.00;4.00\n2027-11-08;c;1.00;5.00\n", "line 4, balance");
        await IsRefusedAsync(
            $"{Header}2027-11-08;a;1.00;5.00\n2027-11-07;b;1.00;4.00\n2027-11-06;b;1.00;2.00\n2027-11-05;c;1.00;1.00\n", "line 3, balance");
    }

    [Fact]
    public async Task RowsOfBalancesAndSumsAndBlankRows_AreNoLines()
    {
        const string Header = "Buchungstag;Zahlungsempfänger;Vorgang/Verwendungszweck;Kundenreferenz;Währung;Umsatz;Soll/Haben\n";
        string Of(string closing) => $"Konto:;532013000;;;;;\n;;;;;;\n{Header}"
            + "05.11.2027;Anna Bell;INV-1;;EUR;120,00;H\n08.11.2027;Paper;Order;;EUR;45,00;S\n;;;;;\n"
            + $"01.11.2027;;;Anfangssaldo;EUR;10.000,00;H\n12.11.2027;;;Endsaldo;EUR;{closing};H\n";
        var statement = await OnlyAsync(Of("10.075,00"));
        Assert.Equal([120_00, -45_00], AmountsOf(statement));
        Assert.Equal((10000_00, 10075_00, "INV-1"), (statement.OpeningMinor, statement.ClosingMinor, statement.Lines[0].Remittance));
        await IsRefusedAsync(Of("10.165,00"), "do not lead from its first balance, 10000.00 EUR, to its last, 10165.00 EUR");
    }

    [Theory]
    [InlineData("Solde au 30/11/2027")]
    [InlineData("Saldo per 30.11.2027")]
    [InlineData("Saldo contabile finale")]
    [InlineData("Solde en début de période")]
    [InlineData("Kontostand am 30.11.2027")]
    public async Task BalanceWithItsDay_IsNoLine(string words) => Assert.Equal(
        (long[])[120_00], AmountsOf(await OnlyAsync(
            "date;description;amount;name;reference\n2027-11-05;INV-1;120.00;Anna;A-1\n"
            + $"2027-11-30;{words};10075.00;;\n{words};;;1000.00\n")));

    [Fact]
    public async Task ShopWithTheWordOfASum_IsALine() => Assert.Equal(
        (long[])[-60_00, 120_00], AmountsOf(await OnlyAsync(
            "date;description;amount;name\n2027-11-05;TOTAL 4412;-60.00;\n2027-11-06;INV-1;120.00;Anna\n")));

    [Theory]
    [InlineData("Charge")]
    [InlineData("Gastos")]
    [InlineData("Spese")]
    [InlineData("Gebyrer")]
    public async Task FeeOfAnyName_RefusesItsRow(string column) => await IsRefusedAsync(
        $"Date,Description,Amount,{column},Currency\n2027-11-05,INV-1,120.00,0.00,EUR\n2027-11-06,Paper,-45.00,0.45,EUR\n",
        $"line 3, {column}: the row has a fee");

    [Fact]
    public async Task ShortRowOfABalance_IsNoLine_WhateverColumnsItsFieldsStandBelow()
    {
        var read = await OnlyAsync(
            "Umsätze Konto;;;\nBuchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;IBAN / Kontonummer;Betrag;Währung\n"
                + "5.11.2027;5.11.2027;Gutschrift;Anna Bell;INV-1;DE02120300000000202051;120,00;EUR\n"
                + "Kontostand;12.11.2027;;;10.075,00;EUR\n");
        Assert.Equal([120_00], AmountsOf(read));
    }

    [Fact]
    public async Task SumsOfABalticBank_AreNoLines_AndAPayersWordIsOne()
    {
        const string Header = "\"Client account\";\"Row type\";\"Date\";\"Beneficiary/Payer\";\"Details\";\"Amount\";\"Currency\";"
            + "\"Debit/Credit\";\n";
        string Row(string day, string party, string text, string amount, string side) =>
            $"\"EE382200221020145685\";\"20\";\"{day}\";\"{party}\";\"{text}\";\"{amount}\";\"EUR\";\"{side}\";\n";
        var read = await ReadAsync(
            Header + Row("01.11.2027", "", "Opening balance", "10000,00", "K") + Row("05.11.2027", "Anna Bell", "Total", "120,00", "K")
            + Row("06.11.2027", "Paper Ltd", "Order 77", "45,00", "D") + Row("30.11.2027", "", "Turnover", "120,00", "K")
            + Row("30.11.2027", "", "Closing balance", "10075,00", "K"), new ReadingOptions());
        var statement = Assert.Single(read.Statements);
        Assert.Equal([120_00, -45_00], AmountsOf(statement));
        Assert.Equal(("Anna Bell", "Total"), (statement.Lines[0].Counterparty, statement.Lines[0].Remittance));
    }

    [Fact]
    public async Task FeeBesideTheAmount_IsALineWhereTheBalanceProvesIt_ElseRefusedByColumn()
    {
        await IsRefusedAsync(
            "Date,Description,Amount,Fee,Currency,State,Account\n2027-11-05,INV-1,120.00,0.00,EUR,COMPLETED,DE89370400440532013000\n"
            + "2027-11-06,Paper,-45.00,0.45,EUR,COMPLETED,DE89370400440532013000\n", "line 3, Fee: the row has a fee");
        const string Real = "Type,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n";
        var statement = await OnlyAsync(
            Real + "TOPUP,2027-11-05 09:00:00,2027-11-05 10:11:12,INV-1,120.00,0.00,EUR,COMPLETED,1120.00\n"
            + "CARD_PAYMENT,2027-11-06 09:00:00,2027-11-06 10:11:12,Paper,-45.00,0.45,EUR,COMPLETED,1074.55\n");
        Assert.Equal([120_00, -45_00, -45], AmountsOf(statement));
        // A bank that tells the parts of an amount tells nothing else.
        Assert.Equal(
            (long[])[-42_90], AmountsOf(await OnlyAsync(
                "Buchungstag;Verwendungszweck;Lastschrift Ursprungsbetrag;Auslagenersatz Ruecklastschrift;Betrag\n"
                + "08.11.27;Rückgabe;39,90;3,00;-42,90\n")));
    }

    [Fact]
    public async Task FurtherAmount_IsRefusedByColumn_UnlessItIsTheSame()
    {
        const string Header = "Buchungstag;Verwendungszweck;Betrag;Soll;Haben;Währung\n";
        Assert.Equal(
            (long[])[120_00],
            AmountsOf(await OnlyAsync($"{Header}5.11.2027;INV-1;120,00;;120,00;EUR\nKontostand;12.11.2027;10.075,00;EUR\n")));
        await IsRefusedAsync($"{Header}5.11.2027;INV-1;130,00;;120,00;EUR\n", "line 2, Betrag: it is another amount");
    }

    [Fact]
    public async Task ADutchBanksTable_IsRead_AndItsColumnsAreShown()
    {
        var read = await ReadAsync(
            "\"Date\";\"Name / Description\";\"Account\";\"Counterparty\";\"Code\";\"Debit/credit\";\"Amount (EUR)\";\"Notifications\"\n"
            + "\"20271105\";\"Anna Bell\";\"NL91ABNA0417164300\";\"DE02120300000000202051\";\"OV\";\"Credit\";\"120,00\";\"INV-1\"\n",
            new ReadingOptions());
        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal(
            (new DateOnly(2027, 11, 5), 120_00, "Anna Bell", "DE02120300000000202051", "INV-1"),
            (line.BookedOn, line.AmountMinor, line.Counterparty, line.CounterpartyAccount, line.Remittance));
        var remark = Assert.Single(read.Remarks).ToString();
        Assert.Contains("'Debit/credit' is the direction", remark, StringComparison.Ordinal);
        Assert.Contains("not read: 'Code'", remark, StringComparison.Ordinal);
    }

    private const string OneMinus =
        "Date,Description,Type,Amount\n2027-11-05,Anna Bell INV-2027-0001,Credit,120.00\n"
        + "2027-11-08,Refund to Jonas INV-2027-0003,Debit,80.00\n2027-11-09,Account fee,Fee,3.00\n"
        + "2027-11-10,Paper Ltd correction,Debit,-10.00\n";

    /// <summary>One minus somewhere does not make signed amounts of the others.</summary>
    [Theory]
    [InlineData(OneMinus, 3, "Type")]
    [InlineData("Date;Text;Art;Betrag\n5.11.2027;a;Gutschrift;1,00\n6.11.2027;b;Lastschrift;2,00\n7.11.2027;c;;-3,00\n", 3, "Art")]
    [InlineData("Date;Text;Mouvement;Amount\n5.11.2027;a;;1,00\n6.11.2027;b;Débit;2,00\n7.11.2027;c;Frais;-3,00\n", 3, "Mouvement")]
    [InlineData("Date;Text;Umsatzart;Amount\n5.11.2027;a;K;1,00\n6.11.2027;b;D;2,00\n7.11.2027;c;;-3,00\n", 3, "Umsatzart")]
    [InlineData(
        "Date;Text;Kind;Amount\n5.11.2027;a;Transfer;1,00\n6.11.2027;b;Direct Debit;2,00\n7.11.2027;c;Correction;-3,00\n", 3, "Kind")]
    [InlineData(
        "Date;Purpose;Buchungstext;Amount\n5.11.2027;a;Umbuchung;1,00\n6.11.2027;b;Lastschrift;2,00\n7.11.2027;c;Entgelt;-3,00\n", 3,
        "Buchungstext")]
    public async Task WordForMoneyOut_BesideAnAmountWithoutAMinus_IsRefusedByItsLine(string text, int line, string column)
    {
        var read = await ReadAsync(text);

        var fault = Assert.Single(read.Faults);
        Assert.Equal((line, column), (fault.Line, fault.Column));
        Assert.Contains("and its amount has no minus as others have", fault.Problem, StringComparison.Ordinal);
        Assert.Contains("say what each column is", fault.Problem, StringComparison.Ordinal);
        Assert.True(read.AsksForColumns);
    }

    /// <summary>A balance proves the rows, a collection of debts comes in, and what comes back has the same sort as what went.</summary>
    [Theory]
    [InlineData("Type;Amount;Balance", "Transfer;1,00;11,00", "Debit;2,00;13,00", "Debit;-3,00;10,00")]
    [InlineData("Card;Amount;", "x;1,00;", "-;2,00;", "-;-3,00;")]
    [InlineData("Kind;Amount;", "Transfer;1,00;", "Direct Debit;2,00;", "Direct Debit;-3,00;")]
    [InlineData("Art;Amount;", "Umbuchung;1,00;", "SEPA Lastschrift Einzug;2,00;", "Entgelt;-3,00;")]
    [InlineData("Country;Amount;", "AF;1,00;", "D;2,00;", "CH;-3,00;")]
    public async Task WordForMoneyOut_ThatSaysNothingOfTheAmount_RefusesNothing(string columns, params string[] rows) => Assert.Equal(
        (long[])[1_00, 2_00, -3_00],
        AmountsOf(await OnlyAsync(
            $"Date;Purpose;{columns}\n5.11.2027;a;{rows[0]}\n6.11.2027;b;{rows[1]}\n7.11.2027;c;{rows[2]}\n")));

    /// <summary>The first and the last balance prove the sum of all rows.</summary>
    [Fact]
    public async Task WordForMoneyOut_BetweenTwoBalances_RefusesNothing()
    {
        const string Rows = "Date;Text;Type;Amount\n1.11.2027;Opening balance;;10,00\n5.11.2027;a;Debit;2,00\n7.11.2027;c;Debit;-3,00\n";
        Assert.Equal((long[])[2_00, -3_00], AmountsOf(await OnlyAsync($"{Rows}8.11.2027;Closing balance;;9,00\n")));
        await IsRefusedAsync($"{Rows}8.11.2027;Closing balance;;5,00\n", "do not lead from its first balance");
    }

    private static Task<ReadFile> ReadAsync(string text, ReadingOptions options) => ReadAsync(Encoding.UTF8.GetBytes(text), options);

    [Theory]
    [InlineData("13/11/2027", "05/11/2027", "2027-11-05")]
    [InlineData("11/13/2027", "11/05/2027", "2027-11-05")]
    public async Task DaysWithSlashes_AreReadWhereAnotherRowTellsTheirOrder(string other, string day, string expected) => Assert.Equal(
        DateOnly.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
        (await OnlyAsync($"date;description;amount\n{other};a;-1.00\n{day};b;2.00\n")).Lines[1].BookedOn);

    [Theory]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("windows-1252", false)]
    public async Task Encoding_IsFoundByTheBytes_AndSaid(string name, bool withoutMark)
    {
        var encoding = Encoding.GetEncodings().Any(one => one.Name == name) ? Encoding.GetEncoding(name)
            : CodePagesEncodingProvider.Instance.GetEncoding(name)!;
        var bytes = encoding.GetBytes("Buchungstag;Verwendungszweck;Betrag\n05.11.27;Rechnung für Müßig;80,00\n");
        var read = await ReadAsync(withoutMark ? bytes : [.. encoding.GetPreamble(), .. bytes]);
        Assert.Empty(read.Faults);
        Assert.Equal("Rechnung für Müßig", Assert.Single(Assert.Single(read.Statements).Lines).Remittance);
        Assert.Contains(read.Remarks, remark => remark.Problem.Contains(name, StringComparison.OrdinalIgnoreCase));
    }
}
