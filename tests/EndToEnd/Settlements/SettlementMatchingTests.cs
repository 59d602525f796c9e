using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>The matches of lines of statements, and the lines that are left to an operator.</summary>
public sealed class SettlementMatchingTests(BooksFixture books)
{
    private const string Bank = "bank DE ···· 3000";

    [Fact]
    public async Task Transfer_ThatNamesABillAndPaysIt_SettlesIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("anna", "INV-2027-2", 20_00), ("jonas", "INV-2027-3", 50_00));

        var report = await shop.ImportAsync(
            new Camt().With(30, "Rechnung: INV-2027-1, danke").With(50, "thanks", endToEnd: "INV-2027-3").ToXml());

        Assert.Equal((2, 80_00, 0), (report.Booked, report.BookedMinor, report.Statement.Open));
        var balances = await shop.BalancesAsync();
        Assert.Equal((80_00, 20_00, -100_00), (balances[Bank], balances["receivable"], balances["billed"]));
        Assert.Equal(3, balances.Count);
        Assert.All(await shop.LinesAsync(report),
            line => Assert.Equal((SettlementStatus.Booked, SettlementUse.Transfer), (line.Status, line.Use!.Value)));
    }

    [Fact]
    public async Task Transfer_ForSeveralBillsOfOneCustomer_SettlesThemAll()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("anna", "INV-2027-2", 20_00));
        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(50, "INV-2027-1 INV-2027-2").ToXml())).Booked);
        Assert.False((await shop.BalancesAsync()).ContainsKey("receivable"));
    }

    [Fact]
    public async Task Account_ThatPaidBefore_IsKnownOnlyByTheCustomersNameOrAnOperatorsWord()
    {
        await using var shop = await Shop.OpenAsync(books);
        string File(int day, string bill, int amount) =>
            "account;date;amount;currency;payer;iban;purpose\n"
            + $"{Camt.Iban};2027-11-{day:00};{amount}.00;EUR;Sammelkonto;DE02120300000000202051;{bill}\n";
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("anna", "INV-2027-2", 40_00));
        Assert.Equal(1, (await shop.ImportAsync(File(1, "INV-2027-1", 30))).Booked);

        var part = await shop.ImportAsync(File(2, "INV-2027-2", 10));

        Assert.Equal(0, part.Booked);
        var line = Assert.Single(await shop.LinesAsync(part));
        var said = await shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Charge, ["INV-2027-2"], shop.Origin, "the collector called", TestContext.Current.CancellationToken);
        Assert.True(said.Outcome!.Accepted);
        Assert.Equal(1, (await shop.ImportAsync(File(3, "INV-2027-2", 10))).Booked);
    }

    /// <summary>A family pays from one account: what was paid from it in one name does not make another's money that customer's.</summary>
    [Fact]
    public async Task Account_ThatPaidBefore_IsNoWitness_WhereThePayerIsAnotherCustomerByName()
    {
        await using var shop = await Shop.OpenAsync(books);
        string File(int day, string payer, string bill, int amount) =>
            "account;date;amount;currency;payer;iban;purpose\n"
            + $"{Camt.Iban};2027-11-{day:00};{amount}.00;EUR;{payer};DE02120300000000202051;{bill}\n";
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.EnrolAsync("jonas", "Jonas Bell");
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("anna", "INV-2027-2", 40_00), ("anna", "INV-2027-3", 50_00));
        Assert.Equal(1, (await shop.ImportAsync(File(1, "Anna Bell", "INV-2027-1", 30))).Booked);

        var ofJonas = await shop.ImportAsync(File(2, "Jonas Bell", "INV-2027-2", 10));

        Assert.Equal(0, ofJonas.Booked);
        Assert.Contains(
            "the payer is another customer by name", Assert.Single(await shop.LinesAsync(ofJonas)).Note, StringComparison.Ordinal);
        // Of a payer who is no customer, the account tells more than the name.
        Assert.Equal(1, (await shop.ImportAsync(File(3, "Firma Bell", "INV-2027-3", 10))).Booked);
    }

    [Fact]
    public async Task Transfer_ThatPaysAPart_SettlesAsMuch()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("jonas", "7", 30_00));
        // A short number may stand there by chance.
        var report = await shop.ImportAsync(new Camt().With(10, "first part of INV-2027-1").With(10, "room 7").ToXml());
        Assert.Equal((1, 1), (report.Booked, report.Statement.Open));
        Assert.Contains("Only 7 names something here", Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open)).Note,
            StringComparison.Ordinal);
        Assert.Equal(50_00, (await shop.BalancesAsync())["receivable"]);
    }

    [Theory]
    [InlineData(31, "INV-2027-1", "the amount is more than what is open, and the rest is the customer's credit")]
    [InlineData(50, "INV-2027-1 INV-2027-3", "several customers")]
    [InlineData(30, "for the party", "names nothing that is open here")]
    [InlineData(-30, "INV-2027-1", "Money went out")]
    [InlineData(12, "customer A-100", "owes other amounts: 30.00 EUR")]
    public async Task Transfer_ThatIsNotCertain_IsLeftToAnOperatorWithTheReason(int amount, string remittance, string because)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 30_00), ("jonas", "INV-2027-3", 21_00));
        var report = await shop.ImportAsync(new Camt().With(amount, remittance).ToXml());
        Assert.Equal((0, 1), (report.Booked, report.Statement.Open));
        Assert.Contains(because, Assert.Single(await shop.LinesAsync(report)).Note, StringComparison.Ordinal);
        Assert.False((await shop.BalancesAsync()).ContainsKey(Bank));
    }

    [Fact]
    public async Task Transfer_ThatNamesAStrangersBillOrPaymentByItsNumber_PaysNothing()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 44_00), ("jonas", "INV-2027-3", 30_00));
        var charge = await shop.ScalarAsync("SELECT number FROM charge WHERE reference = 'INV-2027-3'");
        var payment = (await shop.RecordAsync(shop.Business.Payment("jonas", 30_00) with { ReceivedBy = null })).Payment.Number;

        var report = await shop.ImportAsync(
            new Camt().With(30, $"room {charge}").With(30, $"customer A-100, {charge}").With(30, $"table {payment}")
                .With(30, $"customer A-100, {payment}").With(30, "A-100 for INV-2027-3").ToXml());

        Assert.Equal((0, 5), (report.Booked, report.Statement.Open));
        Assert.Equal(
            [
                $"Only {charge} names something here, and so short a name may stand there by chance.",
                "Customer A-100 owes other amounts: 44.00 EUR.",
                $"Only {payment} names something here, and so short a name may stand there by chance.",
                "Customer A-100 owes other amounts: 44.00 EUR.",
                "It names customer A-100, and charge INV-2027-3 is another customer's.",
            ],
            (await shop.LinesAsync(report)).Select(line => line.Note));
    }

    /// <summary>Zeros in front of a number make it neither long nor another name.</summary>
    [Fact]
    public async Task Transfer_ThatNamesAStrangersPaymentByItsNumberInTwoSpellings_PaysNothing()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("jonas", "INV-2027-3", 30_00));
        var payment = (await shop.RecordAsync(shop.Business.Payment("jonas", 30_00) with { ReceivedBy = null })).Payment.Number;

        var report = await shop.ImportAsync(new Camt().With(30, $"Rechnung 00000{payment}", endToEnd: $"0000000{payment}").ToXml());

        Assert.Equal((0, 1), (report.Booked, report.Statement.Open));
    }

    [Fact]
    public async Task Transfer_ThatNamesABillByItsNumberAndItsCustomer_SettlesIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 30_00), ("A-100", "INV-2027-2", 30_00));
        var number = await shop.ScalarAsync("SELECT number FROM charge WHERE reference = 'INV-2027-2'");
        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(30, $"A-100, {number}").ToXml())).Booked);
        Assert.Equal("INV-2027-1", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));
    }

    [Fact]
    public async Task Transfer_ThatNamesACustomerByANumberLikeAYear_IsLeft()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("2027", "INV-2027-1", 30_00), ("jonas", "INV-2027-3", 20_00));
        var report = await shop.ImportAsync(new Camt().With(30, "for November 2027").With(20, "INV-2027-3 of 2027").ToXml());
        Assert.Equal(
            [(SettlementStatus.Open, "Only 2027 names something here, and so short a name may stand there by chance."),
                (SettlementStatus.Booked, null)],
            (await shop.LinesAsync(report)).Select(line => (line.Status, line.Note)));
    }

    [Fact]
    public async Task Transfer_ThatNamesACustomerAndWhatIsOwed_SettlesIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(
            ("A-100", "INV-2027-1", 30_00), ("A-100", "INV-2027-2", 12_00), ("A-200", "INV-2027-3", 5_00), ("A-200", "INV-2027-4", 6_00));
        Assert.Equal(2, (await shop.ImportAsync(new Camt().With(12, "Kundennummer A-100").With(11, "A-200 all of it").ToXml())).Booked);
        Assert.Equal(30_00, (await shop.BalancesAsync())["receivable"]);
    }

    [Fact]
    public async Task Transfer_ForAPaymentThatWaits_CompletesIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 30_00));
        var waiting = await shop.RecordAsync(shop.Business.Payment("A-100", 30_00) with { ReceivedBy = null });
        Assert.Equal(PaymentStatus.Pending, waiting.Payment.Status);

        var report = await shop.ImportAsync(
            new Camt().With(30, $"A-100, payment {waiting.Payment.Number}").With(30, $"A-100, payment {waiting.Payment.Number} again")
            .ToXml());

        Assert.Equal((1, 1), (report.Booked, report.Statement.Open));
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Booked));
        Assert.Equal(waiting.Payment.Id, line.Payment);
        Assert.Equal(30_00, (await shop.BalancesAsync())[Bank]);
    }

    [Fact]
    public async Task Transfer_ForAPaymentThatIsSaidToBeAtTheBank_ShowsItThereOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 30_00));
        var paid = await shop.RecordAsync(shop.Business.Payment("A-100", 30_00) with { ReceivedBy = ClearingProvider.BankTransfer });
        Assert.Equal(30_00, (await shop.BalancesAsync())["clearing bank-transfer"]);

        var report = await shop.ImportAsync(
            new Camt().With(30, $"{paid.Payment.Number} A-100").With(30, $"{paid.Payment.Number} A-100").ToXml());

        Assert.Equal((1, 1), (report.Booked, report.Statement.Open));
        var balances = await shop.BalancesAsync();
        Assert.Equal((30_00, false), (balances[Bank], balances.ContainsKey("clearing bank-transfer")));
    }

    [Fact]
    public async Task TwoTransfers_ForOneBill_SettleItOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00));
        var report = await shop.ImportAsync(new Camt().With(30, "INV-2027-1").With(30, "INV-2027-1").ToXml());
        Assert.Equal((1, 1), (report.Booked, report.Statement.Open));
        Assert.Contains(
            "Less is open by now", Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open)).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_SaysWhatALineIs_AndItIsBookedOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00));
        var report = await shop.ImportAsync(
            new Camt().With(40, "for the party").With(-5, "account fee").With(7, "by mistake").With(90, "payout").ToXml());
        var lines = await shop.LinesAsync(report);
        var view = await shop.RecordAsync(shop.Business.Payment("anna", 1_00));
        var reference = shop.Business.ChargeName("INV-2027-1");

        Assert.True((
            await shop.Desk.Lines.BookAsNewPaymentAsync(
                lines[0], view.Account.Id, view.Account.Slot, [reference], shop.Origin, "Anna called")).Accepted);
        Assert.True((await shop.Desk.Lines.BookAsPayoutOrFeeAsync(lines[1], provider: null, shop.Origin, null)).Accepted);
        Assert.True((await shop.Desk.Lines.IgnoreAsync(lines[2].Id, "went back the same day", shop.Origin)).Accepted);
        Assert.True((await shop.Desk.Lines.BookAsPayoutOrFeeAsync(lines[3], "sandbox", shop.Origin, null)).Accepted);

        foreach (var again in (
            Task<Quittance.Core.Engine.Outcome>[])[shop.Desk.Lines.BookAsNewPaymentAsync(
                lines[0], view.Account.Id, view.Account.Slot, [reference],
            shop.Origin, null), shop.Desk.Lines.IgnoreAsync(lines[1].Id, "no", shop.Origin)])
        {
            Assert.Equal(Refusal.SettlementBooked, Assert.Single((await again).Faults).Refusal);
        }

        var balances = await shop.BalancesAsync();
        Assert.Equal((125_00, 5_00, -90_00, -11_00),
            (balances[Bank], balances["fees"], balances["clearing payout:sandbox"], balances["credit general"]));
        Assert.Equal("went back the same day", (await shop.LinesAsync(report))[2].Note);
    }

    [Fact]
    public async Task TwoOperators_OnOneLine_BookItOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        var accounts = shop.Business.AccountsInDifferentSlots(8);
        await shop.OweAsync(accounts.Select(account => (account, $"INV-{account}", 30_00L)));
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(30, "who is it?").ToXml())));
        await using var other = shop.Books.Engine();
        var views = await Task.WhenAll(accounts.Select(account => shop.RecordAsync(shop.Business.Payment(account, 1_00))));

        var outcomes = await Task.WhenAll(views.Select((view, index) =>
            (index % 2 == 0 ? shop.Desk : shop.NewDesk(other)).Lines.BookAsNewPaymentAsync(
                line, view.Account.Id, view.Account.Slot, [], shop.Origin, null)));

        Assert.Single(outcomes, outcome => outcome.Accepted);
        Assert.All(outcomes.Where(outcome => !outcome.Accepted),
            outcome => Assert.Equal(Refusal.SettlementBooked, outcome.Faults[0].Refusal));
        Assert.Equal(30_00, (await shop.BalancesAsync())[Bank]);
    }

    [Fact]
    public async Task StatementsThatOverlap_ShareTheirLines()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("anna", "INV-2027-2", 20_00));
        await shop.ImportAsync(new Camt { Id = "1" }.With(30, "INV-2027-1").ToXml());
        var second = await shop.ImportAsync(new Camt { Id = "2" }.With(30, "INV-2027-1").With(20, "INV-2027-2").ToXml());
        Assert.Equal((1, 1, 1), (second.NewLines, second.Booked, second.Statement.Elsewhere));
        Assert.Equal(50_00, (await shop.BalancesAsync())[Bank]);
    }

    [Theory]
    [InlineData("NONREF")]
    [InlineData("1")]
    public async Task Lines_UnderOneReferenceOfTheBank_AreReportedApartByWhatTheySay(string reference)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00), ("jonas", "INV-2027-2", 30_00));
        await shop.ImportAsync(new Camt { Id = "1" }.With(30, "INV-2027-1", bankReference: reference).ToXml());
        var second = await shop.ImportAsync(
            new Camt { Id = "2", Opening = 1030 }.With(30, "INV-2027-2", bankReference: reference).ToXml());
        Assert.Equal((1, 1, 0), (second.NewLines, second.Booked, second.Statement.Elsewhere));
        Assert.Equal(60_00, (await shop.BalancesAsync())[Bank]);
    }

    [Fact]
    public async Task Lines_ThatAStatementNumbers_AreKnownUnderAnotherNumber()
    {
        static string Entry(int number) => $"""
            <Ntry><NtryRef>{number}</NtryRef><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
            <BookgDt><Dt>2027-11-03</Dt></BookgDt>
            <AddtlNtryInf>INV-2027-1</AddtlNtryInf></Ntry>
            """;

        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt { Id = "1" }.WithEntry(30, Entry(1)).ToXml());
        var second = await shop.ImportAsync(new Camt { Id = "2" }.WithEntry(30, Entry(7)).ToXml());
        Assert.Equal((0, 1), (second.NewLines, second.Statement.Elsewhere));
    }

    [Fact]
    public async Task Line_ThatAFileOfAnotherKindHas_IsBookedOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 90_00));
        var camt = new Camt().With(30, "INV-2027-1").With(20, "INV-2027-9").ToXml();
        var csv = $"""
            Auftragskonto;Buchungstag;Verwendungszweck;Zahlungspartner;Betrag;Waehrung
            {Camt.Iban};02.11.2027;INV-2027-1;BELL, ANNA;30,00;EUR
            {Camt.Iban};03.11.2027;INV-2027-9;BELL, ANNA;20,00;EUR
            {Camt.Iban};04.11.2027;INV-2027-1;BELL, ANNA;10,00;EUR
            """;

        Assert.Equal((1, 1), ((await shop.ImportAsync(camt)).Booked, (await shop.ImportAsync(csv)).Booked));
        await shop.OweAsync(("anna", "INV-2027-9", 40_00));
        // The first payment is matched, however late.
        var (second, first) = (await shop.TryImportAsync(csv)).Reports is [var again, var earlier] ? (again, earlier)
            : throw new InvalidOperationException("The import says nothing of the earlier line.");
        Assert.Equal((0, 1, 0), (second.Booked, first.Booked, (await shop.ImportAsync(camt)).Booked));

        var open = await shop.LinesAsync(second, SettlementStatus.Open);
        Assert.Equal([30_00, 20_00], open.Select(line => line.Amount.AmountMinor));
        Assert.All(open, line => Assert.StartsWith(
            "An earlier file may have this line in other words: ", line.Note, StringComparison.Ordinal));
        Assert.Equal(60_00, (await shop.BalancesAsync())[Bank]);
        // An operator who knows that it is another one books it.
        var view = await shop.RecordAsync(shop.Business.Payment("anna", 1_00));
        Assert.True((await shop.Desk.Lines.BookAsNewPaymentAsync(
            open[0], view.Account.Id, view.Account.Slot, [], shop.Origin, "paid twice")).Accepted);
    }

    [Fact]
    public async Task AnotherFile_UnderAKnownNumber_IsRefused()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt().With(30, "INV-2027-1").ToXml());
        var outcome = await shop.TryImportAsync(new Camt().With(31, "INV-2027-1").ToXml());
        Assert.Contains("Another file was imported before as 2027/11 of 2027-11-30 of DE ···· 3000", Assert.Single(outcome.Faults).Problem,
            StringComparison.Ordinal);
        Assert.Equal((1, 1), (await shop.Books.CountAsync("statement"), await shop.Books.CountAsync("settlement_line")));
    }

    [Fact]
    public async Task SeveralStatements_OfOneFile_AreImportedTogetherOrNotAtAll()
    {
        static string Of(string first, string second)
        {
            var end = first.IndexOf("</BkToCstmrStmt>", StringComparison.Ordinal);
            var start = second.IndexOf("<Stmt>", StringComparison.Ordinal);
            return first[..end] + second[start..];
        }

        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt { Id = "2" }.With(1, "known").ToXml());
        var refused = await shop.TryImportAsync(
            Of(new Camt { Id = "1" }.With(30, "first").ToXml(), new Camt { Id = "2" }.With(20, "second").ToXml()));
        Assert.Single(refused.Faults);
        Assert.Equal(1, await shop.Books.CountAsync("statement"));

        var taken = await shop.TryImportAsync(
            Of(new Camt { Id = "1" }.With(30, "first").ToXml(), new Camt { Id = "3" }.With(20, "second", bankReference: "B2").ToXml()));
        Assert.Equal([1, 1], taken.Reports.Select(report => report.NewLines));
        Assert.Equal(3, await shop.Books.CountAsync("statement"));
    }

    [Fact]
    public async Task Payout_ReportAndBank_ClearTheProvider()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 100_00));
        var paid = await shop.RecordAsync(shop.Business.Payment("anna", 100_00) with { ReceivedBy = "sandbox" });
        var rows = $"""
            type,reference,amount,fee,currency,date
            payment,{paid.Payment.Number},100.00,2.50,EUR,2027-11-03
            payment,999999,50.00,,EUR,2027-11-03
            fee,monthly,,5.00,EUR,2027-11-03
            payout,PO-77,142.50,,EUR,2027-11-03
            """;

        var report = await shop.ImportAsync(rows);
        Assert.Equal((2, 1), (report.Booked, report.Statement.Open));
        var balances = await shop.BalancesAsync();
        Assert.Equal((92_50, 7_50), (balances["clearing payout:sandbox"], balances["fees"]));
        Assert.False(balances.ContainsKey("clearing sandbox"));

        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(142.50m, "SANDBOX PO-77").ToXml())).Booked);
        balances = await shop.BalancesAsync();
        // A payment that the report names and the books lack stands out.
        Assert.Equal((142_50, -50_00), (balances[Bank], balances["clearing payout:sandbox"]));
        // The same payment in another report.
        var again = await shop.ImportAsync(
            rows.Replace("PO-77", "PO-78", StringComparison.Ordinal).Replace("2027-11-03", "2027-11-04", StringComparison.Ordinal));
        Assert.Contains("Another line is booked", (await shop.LinesAsync(again, SettlementStatus.Open))[0].Note, StringComparison.Ordinal);
    }
}
