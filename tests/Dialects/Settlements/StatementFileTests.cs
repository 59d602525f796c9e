using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>The reading of statement files, and the reasons for a refusal.</summary>
public sealed class StatementFileTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private const string GermanHeader = "Auftragskonto;Buchungstag;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;Betrag;Waehrung";

    private static async Task<ReadFile> ReadAsync(string text, ReadingOptions? options = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(
            stream, options ?? new ReadingOptions { Provider = "sandbox" }, TestContext.Current.CancellationToken);
    }

    private static async Task<ReadStatement> OnlyAsync(string text, ReadingOptions? options = null)
    {
        var read = await ReadAsync(text, options);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    private static async Task IsRefusedAsync(string text, string because, ReadingOptions? options = null)
    {
        var read = await ReadAsync(text, options);
        Assert.Empty(read.Statements);
        Assert.Contains(read.Faults, fault => fault.ToString().Contains(because, StringComparison.Ordinal));
        Assert.DoesNotContain(read.Faults, fault => fault.ToString().Contains(Camt.Iban, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("001.02")]
    [InlineData("001.08")]
    public async Task Camt_OfEveryVersion_IsRead(string version)
    {
        var status = version == "001.02" ? "<Sts>BOOK</Sts>" : "<Sts><Cd>BOOK</Cd></Sts>";
        var statement = await OnlyAsync(
            new Camt { Version = version }.With(12.50m, "Invoice INV-1", "E2E-1", status).With(-3m, "fees", status: status).ToXml());

        Assert.Equal(("2027/11 of 2027-11-30", "DE ···· 3000", Euro, 1000_00L, 1009_50L),
            (statement.Reference, statement.Account, statement.Currency, statement.OpeningMinor!.Value, statement.ClosingMinor!.Value));
        Assert.Equal([12_50, -3_00], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal(
            ("Anna Bell", "Invoice INV-1", "E2E-1", "BANK1"), (
            statement.Lines[0].Counterparty, statement.Lines[0].Remittance, statement.Lines[0].EndToEnd, statement.Lines[0].BankReference));
        Assert.Null(statement.Lines[1].EndToEnd);
    }

    [Fact]
    public async Task Camt_EntryOfSeveralTransactions_IsAsManyLines()
    {
        static string Part(string id, string amount) =>
            $"""<TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs><AmtDtls><TxAmt><Amt """
            + $"""Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls></TxDtls>""";
        static string Entry(string second) => $"""
            <Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-03</Dt></BookgDt>
            <AcctSvcrRef>B</AcctSvcrRef><NtryDtls>{Part("one", "10.00")}{Part("two", second)}</NtryDtls></Ntry>
            """;

        Assert.Equal(
            [10_00, 20_00], (await OnlyAsync(new Camt().WithEntry(30, Entry("20.00")).ToXml())).Lines.Select(line => line.AmountMinor));
        // An entry that does not add up is shown as the bank booked it; so is one that was sent in another currency.
        Assert.Equal([30_00], (await OnlyAsync(new Camt().WithEntry(30, Entry("19.00")).ToXml())).Lines.Select(line => line.AmountMinor));
        var entry = Entry("20.00").Replace("""<Amt Ccy="EUR">20.00""", """<Amt Ccy="USD">20.00""", StringComparison.Ordinal);
        var foreign = await OnlyAsync(new Camt().WithEntry(30, entry).ToXml());
        Assert.Equal([30_00], foreign.Lines.Select(line => line.AmountMinor));
        Assert.Equal(("one", "B"), (foreign.Lines[0].EndToEnd, foreign.Lines[0].BankReference));
    }

    [Fact]
    public async Task Camt_EntryThatIsNotBooked_IsPassedOver()
    {
        var read = await ReadAsync(new Camt().With(1, "INV-1").With(2, "INV-2", status: "<Sts>PDNG</Sts>").ToXml());
        Assert.Equal((1, 1), (read.Skipped, Assert.Single(read.Statements).Lines.Count));
    }

    [Fact]
    public async Task Camt_NumbersOfAccountsAndCards_AreMasked()
    {
        var line = (await OnlyAsync(
            new Camt().With(1, "INV-7 from GB29 NWBK 6016 1331 9268 19 thanks, 4242 4242 4242 4242").ToXml())).Lines[0];
        Assert.Equal("INV-7 from GB ···· 6819 thanks, ************4242", line.Remittance);
    }

    [Theory]
    [InlineData("RE27 12345 DE89370400440532013000", "RE27 12345 DE ···· 3000")]
    [InlineData("from_DE89370400440532013000_20271103", "from_DE ···· 3000_20271103")]
    [InlineData("UmsatzanzeigeDE89 3704 0044 0532 0130 00 2027", "UmsatzanzeigeDE ···· 3000 2027")]
    [InlineData("order 01a1f8260b1c7d2e8f3a4b5c6d7e8f90", "order 01a1f8260b1c7d2e8f3a4b5c6d7e8f90")]
    public async Task Camt_NumbersOfAccounts_AreMaskedWhereverTheyStand(string text, string shown) =>
        Assert.Equal(shown, (await OnlyAsync(new Camt().With(1, text).ToXml())).Lines[0].Remittance);

    [Fact]
    public async Task Camt_TextWithoutEnd_IsCut_AndNoNumberWithIt()
    {
        var line = (await OnlyAsync(
            new Camt().With(1, new string('x', 300_000)).With(2, $"INV-1 {new string(' ', 3980)} DE89370400440532013000").ToXml())).Lines;
        Assert.Equal(2000, line[0].Remittance!.Length);
        Assert.DoesNotContain("DE89", line[1].Remittance ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatIsNoStatement_IsRefused()
    {
        await IsRefusedAsync("", "empty");
        await IsRefusedAsync("<html><body>Login</body></html>", "no camt.053");
        await IsRefusedAsync(new Camt().With(1, "x").ToXml()[..^60], "may be cut off");
        await IsRefusedAsync("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.02\"/>", "camt.052");
        await IsRefusedAsync("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"></Document>", "no statement");
        await IsRefusedAsync("this is\nno table", "no header line");
        await IsRefusedAsync(new string('a', 2000), "MiB", new ReadingOptions { MaxBytes = 1000 });
        await IsRefusedAsync(new Camt().With(1, "x").With(2, "y").ToXml(), "more than 1 lines", new ReadingOptions { MaxLines = 1 });
    }

    [Fact]
    public async Task Camt_WithDocumentType_IsRefusedAndNothingIsFetched()
    {
        var xml = new Camt().With(1, "&secret;").ToXml();
        foreach (var type in (string[])["<!DOCTYPE Document [<!ENTITY secret SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE Document [<!ENTITY a \"b\"><!ENTITY secret \"&a;&a;&a;\">]>"])
        {
            await IsRefusedAsync(xml.Replace("<Document", type + "<Document", StringComparison.Ordinal), "document type");
        }
    }

    [Fact]
    public async Task Camt_OfAnotherCurrency_IsRefusedWithItsLine() =>
        await IsRefusedAsync(
            new Camt().With(1, "x").With(2, "y", currency: "USD").ToXml(), "line 22, Amt: USD is another currency than the account's, EUR");

    [Fact]
    public async Task Camt_ThatDoesNotAddUp_IsRefusedWithTheFigures() =>
        await IsRefusedAsync(
            new Camt().With(12.50m, "x").ToXml(closingOff: 1), "1000.00 EUR and entries of 12.50 EUR make 1012.50 EUR, not 1013.50 EUR");

    [Theory]
    [InlineData("12.505", "Amt")]
    [InlineData("-12.50", "Amt")]
    [InlineData("1e3", "Amt")]
    [InlineData("1,50", "Amt")]
    [InlineData("", "Amt")]
    public async Task Camt_AmountThatIsNone_IsRefused(string amount, string because) =>
        await IsRefusedAsync(new Camt().With(7, "x").ToXml().Replace(">7.00<", $">{amount}<", StringComparison.Ordinal), because);

    [Fact]
    public async Task Csv_OfAGermanBank_IsRead()
    {
        var statement = await OnlyAsync(
            $"""
            ﻿Kontoauszug;Girokonto

            {GermanHeader}
            "{Camt.Iban}";"03.11.2027";"Rechnung INV-1; danke";"Anna Bell";"1.234,56";"EUR"
            "{Camt.Iban}";"04.11.2027";"Gebühr";"Bank";"-0,50";"EUR"
            """);
        Assert.Equal([1234_56, -50], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal(("Rechnung INV-1; danke", "Anna Bell", new DateOnly(2027, 11, 3)),
            (statement.Lines[0].Remittance, statement.Lines[0].Counterparty, statement.Lines[0].BookedOn));
        Assert.Equal("DE ···· 3000", statement.Account);
    }

    [Fact]
    public async Task Csv_OfAnEnglishBank_IsRead()
    {
        var statement = await OnlyAsync(
            "date,amount,description\n2027-11-03,\"1,234.56\",INV-1\n", new ReadingOptions { Account = "12345678", Currency = Euro });
        Assert.Equal((1234_56, "INV-1", "···· 5678"), (statement.Lines[0].AmountMinor, statement.Lines[0].Remittance, statement.Account));
    }

    [Theory]
    [InlineData("1.234,56", 1234_56)]
    [InlineData("1,234.56", 1234_56)]
    [InlineData("-1.234.567,8", -1234567_80)]
    [InlineData("1'234.50", 1234_50)]
    [InlineData("1 234,50", 1234_50)]
    [InlineData("12,5-", -12_50)]
    [InlineData("+7", 7_00)]
    [InlineData("0,01 EUR", 1)]
    [InlineData("1.234.567", 1234567_00)]
    public async Task Csv_AmountThatTellsByItself_IsRead(string amount, long expectedMinor) =>
        Assert.Equal(expectedMinor, (await OnlyAsync(Csv(amount))).Lines[0].AmountMinor);

    [Theory]
    [InlineData("1.234", "can be read in two ways")]
    [InlineData("12,500", "can be read in two ways")]
    [InlineData("1.23.4", "groups that are no thousands")]
    [InlineData("12.34,56", "groups that are no thousands")]
    [InlineData("1.2,3.4", "is no amount")]
    [InlineData("12,505", "can be read in two ways")]
    [InlineData("0,123", "more decimals")]
    [InlineData("1234,567", "more decimals")]
    [InlineData("12 Euro", "is no amount")]
    [InlineData("=1+1", "is no amount")]
    [InlineData("", "is no amount")]
    [InlineData(",50", "is no amount")]
    [InlineData("9999999999999999", "too large")]
    public async Task Csv_AmountThatTellsNothing_IsRefusedWithLineAndColumn(string amount, string because)
    {
        await IsRefusedAsync(Csv(amount), because);
        await IsRefusedAsync(Csv(amount), "line 2, Betrag: ");
    }

    [Theory]
    [InlineData("1.234", ',', 1234_00)]
    [InlineData("1,234", '.', 1234_00)]
    [InlineData("12,5", ',', 12_50)]
    public async Task Csv_AmountThatAnOperatorTells_IsRead(string amount, char decimalSign, long expectedMinor) =>
        Assert.Equal(expectedMinor, (await OnlyAsync(Csv(amount), new ReadingOptions { DecimalSign = decimalSign })).Lines[0].AmountMinor);

    [Theory]
    [InlineData("1.234,56", '.')]
    [InlineData("12,5", '.')]
    public async Task Csv_AmountAgainstWhatTheOperatorSays_IsRefused(string amount, char decimalSign) =>
        await IsRefusedAsync(Csv(amount), "line 2, Betrag", new ReadingOptions { DecimalSign = decimalSign });

    [Theory]
    [InlineData("Info", "Umsatz gebucht", "Umsatz vorgemerkt")]
    [InlineData("Info", "anything else", "pending")]
    [InlineData("Status", "Gebucht", "Vorgemerkt")]
    [InlineData("State", "COMPLETED", "PENDING")]
    [InlineData("Status", "booked", "not booked")]
    public async Task Csv_RowThatIsNotBookedYet_IsPassedOver(string column, string booked, string pending)
    {
        var read = await ReadAsync(
            $"{GermanHeader};{column}\n{Camt.Iban};03.11.2027;x;y;1,00;EUR;{booked}\n{Camt.Iban};;x;y;2,00;EUR;{pending}\n");
        Assert.Empty(read.Faults);
        Assert.Equal(1, read.Skipped);
        Assert.Equal([1_00], Assert.Single(read.Statements).Lines.Select(line => line.AmountMinor));
    }

    [Fact]
    public async Task Csv_StatusThatNobodyKnows_IsRefused() =>
        await IsRefusedAsync($"{GermanHeader};Status\n{Camt.Iban};03.11.2027;x;y;1,00;EUR;R7\n",
            "line 2, Status: it does not say whether the bank has booked it");

    [Theory]
    [InlineData("Soll/Haben", "H", "S")]
    [InlineData("S/H", "h", "s")]
    [InlineData("Debit/Credit", "Credit", "Debit")]
    [InlineData("Credit Debit Indicator", "CRDT", "DBIT")]
    [InlineData("Soll-/Haben-Kennzeichen", "Haben", "Soll")]
    [InlineData("", "H", "S")]
    public async Task Csv_DirectionInAColumn_IsTheSign(string column, string incoming, string outgoing)
    {
        var statement =
            await OnlyAsync(
            $"{GermanHeader};{column}\n{Camt.Iban};03.11.2027;x;y;1,00;EUR;{incoming}\n{Camt.Iban};03.11.2027;x;y;2,00;EUR;"
                + $"{outgoing}\n{Camt.Iban};03.11.2027;x;y;-3,00;EUR;{outgoing}\n");
        Assert.Equal([1_00, -2_00, -3_00], statement.Lines.Select(line => line.AmountMinor));
    }

    [Theory]
    [InlineData("Soll/Haben", "1,00", "X", "line 2, Soll/Haben: it does not say whether money came or went")]
    [InlineData("Soll/Haben", "1,00", "", "line 2, Soll/Haben: it does not say whether money came or went")]
    [InlineData("Soll/Haben", "-1,00", "H", "line 2, Soll/Haben: it says that money came, and the amount is below zero")]
    [InlineData("Haben", "1,00", "", "line 1, Haben: amounts in a column for each direction")]
    public async Task Csv_DirectionThatIsNotTold_IsRefused(string column, string amount, string direction, string because) =>
        await IsRefusedAsync($"{GermanHeader};{column}\n{Camt.Iban};03.11.2027;x;y;{amount};EUR;{direction}\n", because);

    [Fact]
    public async Task Csv_IbanOfTheOtherParty_IsNotTheAccount()
    {
        const string Rows =
            "Buchungsdatum;Status;Zahlungspflichtige*r;Verwendungszweck;Umsatztyp;IBAN;Betrag (€)\n03.11.2027;Gebucht;Anna;INV-1;Eingang;"
                + "GB29NWBK60161331926819;1,00\n"
            + "03.11.2027;Gebucht;Jonas;INV-2;Eingang;FR1420041010050500013M02606;2,00\n";
        var statement = await OnlyAsync(Rows, new ReadingOptions { Account = Camt.Iban, Currency = Euro });
        Assert.Equal(("DE ···· 3000", 2), (statement.Account, statement.Lines.Count));
        await IsRefusedAsync(Rows, "account: there is no such column: say which account it is", new ReadingOptions { Currency = Euro });
    }

    [Fact]
    public async Task Csv_WithWrongColumnsOrRows_IsRefused()
    {
        await IsRefusedAsync("Konto;Betrag\nx;1\n", "booked_on: there is no such column");
        await IsRefusedAsync("date,amount,description\n2027-11-03,1,x\n", "say the currency");
        await IsRefusedAsync($"{GermanHeader}\n{Camt.Iban};03.11.2027;x;y;1,00\n", "5 fields, and the header line has 6");
        await IsRefusedAsync($"{GermanHeader}\n{Camt.Iban};03/11/2027;x;y;1,00;EUR\n", "line 2, Buchungstag: a date");
        await IsRefusedAsync($"{GermanHeader}\n{Camt.Iban};03.11.2027;x;y;1,00;EUR\n{Camt.Iban};03.11.2027;x;y;1,00;USD\n",
            "line 3, Waehrung: USD is another currency");
        await IsRefusedAsync($"{GermanHeader}\n{Camt.Iban};03.11.2027;x;y;1,00;EUR\nGB29NWBK60161331926819;03.11.2027;x;y;1,00;EUR\n",
            "line 3, Auftragskonto: this is another account");
        await IsRefusedAsync($"{GermanHeader}\n{Camt.Iban};03.11.2027;\"x;y;1,00;EUR\n", "");
        using var unknown = new MemoryStream(
            [.. Encoding.UTF8.GetBytes($"{GermanHeader}\n{Camt.Iban};03.11.2027;Geb"), 0x9D, .. "hr;y;1,00;EUR\n"u8]);
        Assert.Contains(
            "neither in UTF-8", Assert.Single(
            (await StatementFile.ReadAsync(unknown, new ReadingOptions(), TestContext.Current.CancellationToken)).Faults).Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payout_ThatAddsUp_IsRead()
    {
        var statement = await OnlyAsync(
            """
            type,reference,amount,fee,currency,date
            payment,1,100.00,2.50,EUR,2027-11-03
            refund,2,10.00,0.25,EUR,2027-11-03
            chargeback,3,20.00,15.00,EUR,2027-11-03
            fee,monthly,,5.00,EUR,2027-11-03
            payout,PO-1,47.25,,EUR,2027-11-03
            """);
        Assert.Equal([97_50, -10_25, -35_00, -5_00], statement.Lines.Select(line => line.AmountMinor));
        Assert.Equal([2_50, 25, 0, 0], statement.Lines.Select(line => line.FeeMinor));
        Assert.Equal(("PO-1", 47_25L, StatementSource.Payout, "sandbox"),
            (statement.Reference, statement.ClosingMinor!.Value, statement.Source, statement.Account));
    }

    [Fact]
    public async Task Payout_OfNobody_IsRefused() =>
        await IsRefusedAsync(
            "type,reference,amount,fee,currency,date\nfee,monthly,,5.00,EUR,2027-11-03\npayout,PO-1,-5.00,,EUR,2027-11-03\n",
            "provider: say whose report it is", new ReadingOptions());

    /// <summary>Tables that people download from Stripe are none of ours, and the server fetches the payouts itself.</summary>
    [Theory]
    [InlineData("id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC)", "txn_1,charge,ch_1,120.00,3.20,116.80,eur,a,b")]
    [InlineData(
        "balance_transaction_id,created_utc,created,currency,gross,fee,net,reporting_category,source_id",
        "txn_1,a,b,eur,120.00,3.20,116.80,charge,ch_1")]
    public async Task TableOfStripe_IsRefused_WithWhatToDo(string header, string row)
    {
        var read = await ReadAsync($"{header}\n{row}\n");
        Assert.False(read.AsksForColumns);
        Assert.Contains(
            "connect Stripe, and the server fetches its payouts by itself", Assert.Single(read.Faults).Problem, StringComparison.Ordinal);
        Assert.Equal(1, read.Faults[0].Line);
    }

    /// <summary>A payer may write what Stripe calls a column.</summary>
    [Theory]
    [InlineData("Balance transaction id")]
    [InlineData("Source;Net;Created (UTC)")]
    public async Task WordsOfStripe_InARowOfABank_AreNoTableOfStripe(string words)
    {
        var more = string.Concat(Enumerable.Range(2, words.Split(';').Length - 1).Select(number => $"Text {number};"));
        var statement = await OnlyAsync(
            $"date;description;{more}amount;currency;account\n2027-11-05;{words};120,00;EUR;DE02120300000000202051\n");
        Assert.Equal(120_00, Assert.Single(statement.Lines).AmountMinor);
    }

    [Fact]
    public async Task Chargeback_AtAClientsGateway_HasItsFee()
    {
        const string Header = "type,reference,amount,fee,currency,date\n";
        var gateway = new ReadingOptions { Provider = ClearingProvider.Gateway };
        var line = Assert.Single(
            (await OnlyAsync($"{Header}chargeback,3,20.00,15.00,EUR,2027-11-03\npayout,GW-1,-35.00,,EUR,2027-11-03\n", gateway)).Lines);
        Assert.Equal((-35_00, 15_00), (line.AmountMinor, line.FeeMinor));
        await IsRefusedAsync($"{Header}chargeback,3,,15.00,EUR,2027-11-03\npayout,GW-1,-15.00,,EUR,2027-11-03\n",
            "a fee alone is a row of type fee", gateway);
    }

    /// <summary>A statement of one entry of 120.00.</summary>
    private static string Mt940(string entry, string text, string closing = "1120,00") =>
        $":20:S\n:25:NL69INGB0123456789EUR\n:28C:1/1\n:60F:C271104EUR1000,00\n:61:2711051105{entry}\n{text}\n:62F:C271105EUR{closing}\n-\n";

    [Theory]
    [InlineData(":86:/EREF/EV12//CNTP/DE02120300000000202051/BYLADEM1/\nANNA BELL///REMI/USTD//INV-1/", "ANNA BELL", "INV-1", "EV12")]
    [InlineData(":86:/CNTP/DE02120300000000202051/BYLADEM1/ANNA BELL/TOWN//REMI/STRD/CUR/INV-1/", "ANNA BELL", "INV-1", null)]
    [InlineData(":86:/NAME/ANNA BELL/REMI/INV-1/OCMT/EUR120,00/", "ANNA BELL", "INV-1", null)]
    [InlineData(":86:GUTSCHRIFT\n:86:INV-1 ANNA BELL", null, "GUTSCHRIFT INV-1 ANNA BELL", null)]
    [InlineData(":86:166?00GUTSCHRIFT?20SVWZ+INV-1\n:86:?32ANNA BELL", "ANNA BELL", "INV-1", null)]
    [InlineData(":86:192?00EINZUG?20KREF+GROUP-1?21SVWZ+SAMMLER", null, "SAMMLER GROUP-1", null)]
    [InlineData(":86:166?00GUTSCHRIFT?20INV-1?21EREF+NOTPROVIDED?22KREF+NONREF", null, "INV-1", null)]
    [InlineData(":86:109?00RETOURE?20EREF+E-1?21MREF+M-1?22SVWZ+AM04", null, "AM04 M-1", "E-1")]
    public async Task Mt940_OfAnyBank_LosesNoWords(string text, string? name, string remittance, string? endToEnd)
    {
        var line = Assert.Single((await OnlyAsync(Mt940("C120,00NTRFNONREF//B1", text))).Lines);
        Assert.Equal((name, remittance, endToEnd), (line.Counterparty, line.Remittance, line.EndToEnd));
    }

    [Theory]
    [InlineData("\uFEFF:20:S\r\n")]
    [InlineData("{1:F01COBADEFFAXXX0000000000}{2:I940COBADEFFXXXXN}{4::20:S\n")]
    [InlineData("{1:F01COBADEFFAXXX0000000000}{2:I940COBADEFFXXXXN}{4:\n:20:S\n")]
    public async Task Mt940_WithWhateverBeforeIt_IsRead(string begin) => Assert.Equal(
        "INV-1", Assert.Single((await OnlyAsync(begin + Mt940("C120,00NTRFNONREF", ":86:INV-1").Split('\n', 2)[1])).Lines).Remittance);

    [Fact]
    public async Task Mt940_WithPointsForCommas_HasTheSameAmounts()
    {
        var text = Mt940("C120,50NTRFINV-1//B1", ":86:x", "1120,50").Replace(',', '.');
        Assert.Equal((120_50, "INV-1"), ((await OnlyAsync(text)).Lines[0].AmountMinor, (await OnlyAsync(text)).Lines[0].EndToEnd));
    }

    [Theory]
    [InlineData("fee,fee correction,,-1.00,EUR,2027-11-05", "98.50", "Fee 1.00")]
    [InlineData("chargeback,7,-40.00,,EUR,2027-11-05", "137.50", "Chargeback 40.00")]
    [InlineData("chargeback,7,-40.00,-15.00,EUR,2027-11-05", "152.50", "Chargeback 55.00")]
    [InlineData("refund,7,10.00,-0.25,EUR,2027-11-05", "87.75", "Refund -10.00", "Fee 0.25")]
    [InlineData("payment,7,10.00,-0.25,EUR,2027-11-05", "107.75", "Payment 10.00", "Fee 0.25")]
    [InlineData("refund,7,,-0.25,EUR,2027-11-05", "97.75", "Fee 0.25")]
    public async Task MoneyThatTheProviderGivesBack_IsRead(string row, string payout, params string[] lines)
    {
        var statement = await OnlyAsync(
            $"type,reference,amount,fee,currency,date\npayment,1,100.00,2.50,EUR,2027-11-05\n{row}\npayout,PO-1,{payout},,EUR,2027-11-05\n",
            new ReadingOptions { Provider = "sandbox" });
        Assert.Equal(
            ["Payment 97.50", .. lines],
            statement.Lines.Select(line => $"{line.Kind} {new Money(line.AmountMinor, statement.Currency).ToString().Split(' ')[0]}"));
        Assert.All(statement.Lines.Skip(1), line => Assert.Equal(0, line.FeeMinor));
    }

    [Theory]
    [InlineData("chargeback,7,-40.00,,EUR,2027-11-05\npayout,PO-1,40.00,,EUR,2027-11-05", ClearingProvider.Gateway)]
    [InlineData("refund,7,-40.00,,EUR,2027-11-05\npayout,PO-1,40.00,,EUR,2027-11-05", "sandbox")]
    public Task MoneyOfAPaymentThatComesBack_WithoutADisputeInTheBooks_IsRefused(string rows, string provider) => IsRefusedAsync(
        $"type,reference,amount,fee,currency,date\n{rows}\n", "line 2, amount: amounts of a report are above zero",
        new ReadingOptions { Provider = provider });

    [Theory]
    [InlineData("payment,1,100.00,2.50,EUR,2027-11-03", "the row of type payout is missing")]
    [InlineData("payment,1,100.00,2.50,EUR,2027-11-03\npayout,PO-1,100.00,,EUR,2027-11-03",
        "The payout is 100.00 EUR, and its rows add up to 97.50 EUR.")]
    [InlineData("payment,1,-100.00,,EUR,2027-11-03\npayout,PO-1,100.00,,EUR,2027-11-03",
        "line 2, amount: amounts of a report are above zero")]
    [InlineData("gift,1,100.00,,EUR,2027-11-03", "line 2, type: ")]
    [InlineData("payment,1,0.00,,EUR,2027-11-03", "line 2, amount: it moves nothing")]
    [InlineData("payment,,100.00,,EUR,2027-11-03", "line 2, reference: ")]
    [InlineData("payment,1,100.00,,EUR,2027-11-03\npayment,2,100.00,,USD,2027-11-03",
        "line 3, currency: USD is another currency than the report's")]
    public async Task Payout_ThatIsWrong_IsRefused(string rows, string because) =>
        await IsRefusedAsync($"type,reference,amount,fee,currency,date\n{rows}\n", because);

    private static string Csv(string amount) => $"{GermanHeader}\n{Camt.Iban};03.11.2027;INV-1;Anna;\"{amount}\";EUR\n";

    [Fact]
    public async Task Camt_DeepWideAndLongBombs_AreRefusedWithoutBuildingThem()
    {
        static string Repeat(string piece, int count) => string.Concat(Enumerable.Repeat(piece, count));
        static string WithId(string inner) => new Camt().ToXml().Replace("<Id>2027/11</Id>", $"<Id>{inner}</Id>", StringComparison.Ordinal);

        const string deep = "more than 32 levels deep";
        await IsRefusedAsync(WithId(Repeat("<a>", 220_000) + Repeat("</a>", 220_000)), deep);
        // Also in what no statement needs, above and within an entry.
        await IsRefusedAsync(
            new Camt().ToXml().Replace("<GrpHdr>", $"<GrpHdr>{Repeat("<a>", 1000)}{Repeat("</a>", 1000)}", StringComparison.Ordinal), deep);
        await IsRefusedAsync(
            new Camt().With(1, $"{Repeat("<Strd>", 1000)}{Repeat("</Strd>", 1000)}").ToXml(), deep);
        await IsRefusedAsync(
            new Camt().With(1, $"{Repeat("<x>", 1000)}{Repeat("</x>", 1000)}").ToXml(), deep);
        await IsRefusedAsync(
            new Camt().WithEntry(1, $"<Ntry><NtryDtls>{Repeat("<TxDtls/>", 2_000_001)}</NtryDtls></Ntry>").ToXml(),
            "too many transactions");
        await IsRefusedAsync(WithId($"<a b=\"{Repeat(">", 1_100_000)}\"/>"), "a tag or a text");
        await IsRefusedAsync(WithId($"<a {string.Concat(Enumerable.Range(0, 12_000).Select(at => $"b{at}=\"\" "))}/>"), "different names");
        await IsRefusedAsync(WithId(Repeat("x", 1_100_000)), "a tag or a text");
        await IsRefusedAsync(
            new Camt().With(1, string.Concat(Enumerable.Range(0, 11_000).Select(at => $"<n{at}/>"))).ToXml(), "different names");
        await IsRefusedAsync(
            new Camt().ToXml().Replace(
                "<Stmt>", Repeat("<Stmt><Acct><Id><IBAN>DE1</IBAN></Id><Ccy>EUR</Ccy></Acct></Stmt>", 2001) + "<Stmt>",
                StringComparison.Ordinal), "more than 2000 statements");
    }

    [Fact]
    public async Task Camt_WithItsDateAMillionTimes_IsReadInTime()
    {
        var dates = string.Concat(Enumerable.Repeat("<CreDtTm>2027-11-30T20:00:00</CreDtTm>", 400_000));
        var statement = await OnlyAsync(new Camt().ToXml().Replace("<Acct>", $"{dates}<Acct>", StringComparison.Ordinal));
        Assert.Equal("2027/11 of 2027-11-30", statement.Reference);
    }

    [Fact]
    public async Task Camt_InUtf16_IsRead_WhateverItSays()
    {
        using var file = new MemoryStream([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(new Camt().ToXml())]);
        var read = await StatementFile.ReadAsync(
            file, new ReadingOptions { Source = StatementSource.Camt }, TestContext.Current.CancellationToken);
        Assert.Empty(read.Faults);
        Assert.Single(read.Statements);
    }

    [Theory]
    [InlineData("utf8")]
    [InlineData("cp1252")]
    public async Task Camt_WithAnEncodingUnderAnotherName_IsRead(string encoding)
    {
        var text = new Camt().ToXml().Replace("UTF-8", encoding, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(encoding, text, StringComparison.Ordinal);
        using var file = new MemoryStream(Encoding.ASCII.GetBytes(text));
        var read = await StatementFile.ReadAsync(
            file, new ReadingOptions { Source = StatementSource.Camt }, TestContext.Current.CancellationToken);
        Assert.Empty(read.Faults);
    }

    [Fact]
    public async Task Lines_OfAllStatementsAndTransactions_AreCountedForTheFile()
    {
        var options = new ReadingOptions { MaxLines = 3 };
        var two = new Camt().With(1, "a").With(2, "b").ToXml();
        var statement = two[two.IndexOf("<Stmt>", StringComparison.Ordinal)..(two.IndexOf("</Stmt>", StringComparison.Ordinal) + 7)];
        await IsRefusedAsync(two.Replace(statement, statement + statement, StringComparison.Ordinal), "more than 3 lines", options);

        var part = """<TxDtls><Amt Ccy="EUR">1.00</Amt></TxDtls>""";
        await IsRefusedAsync(
            new Camt().WithEntry(4, $"""
                <Ntry><Amt Ccy="EUR">4.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-03</Dt></BookgDt>
                <NtryDtls>{part}{part}{part}{part}</NtryDtls></Ntry>
                """).ToXml(), "more than 3 lines", options);
    }

    [Fact]
    public async Task Csv_RowWithoutEnd_IsRefusedBeforeItsFieldsAreKept()
    {
        const string header = "Buchungstag,Verwendungszweck,Betrag,Waehrung,Auftragskonto\n";
        await IsRefusedAsync(header + new string(',', 3_000_000), "a row of more than");
        await IsRefusedAsync(header + string.Concat(Enumerable.Repeat("\"\n\",", 1_000_000)), "a row of more than");
        await IsRefusedAsync(new string(',', 3_000_000), "a row of more than");
    }

    [Fact]
    public async Task File_ThatTakesTooLong_IsRefused() => await IsRefusedAsync(
        new Camt().ToXml().Replace(
            "<Acct>", $"{string.Concat(Enumerable.Repeat("<CreDtTm/>", 1_000_000))}<Acct>", StringComparison.Ordinal),
        "takes longer", new ReadingOptions { MaxTime = TimeSpan.FromMilliseconds(1) });
}
