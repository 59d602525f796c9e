using System.Globalization;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>
/// A bank books many payments as one sum (QR, OCR, card terminals), and a notification (camt.054) tells the payments. They split the sum.
/// </summary>
public sealed class CollectiveCreditTests(BooksFixture books)
{
    private const string Anna = "Anna Bell|INV-2027-0001|120.00";
    private const string Jonas = "Jonas Weber|INV-2027-0003|80.00";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("statement", "notification")]
    [InlineData("notification", "statement")]
    [InlineData("statement", "notification", "statement", "notification")]
    [InlineData("notification", "notification", "statement", "statement")]
    [InlineData("notification", "statement with the payments", "notification")]
    [InlineData("statement with the payments", "notification", "statement with the payments")]
    public async Task PaymentsOfASum_SettleTheirBills_WhateverComesFirst_AndOnce(params string[] files)
    {
        await using var shop = await OwingAsync();

        foreach (var file in files)
            await ImportAsync(shop, file);

        await AssertSettledAsync(shop);
    }

    [Fact]
    public async Task SumThatANotificationTells_IsBookedByItsPayments_AndTheImportSaysSo()
    {
        await using var shop = await OwingAsync();
        await ImportAsync(shop, "statement");

        var outcome = await shop.TryImportAsync(Notification(200, Anna, Jonas));

        var report = Assert.Single(outcome.Reports);
        Assert.Equal(
            ("bank", "Collective credit LUMP-1 of 2027-11-05, 200.00 EUR", 2, 2L),
            (report.Statement.Statement.Account, report.Statement.Statement.Reference, report.NewLines, report.Booked));
        Assert.Empty(outcome.Remarks);
        await AssertSettledAsync(shop);
    }

    [Fact]
    public async Task SumThatTheBankTakesBack_IsProposedAsTheReturnOfItsPayments()
    {
        await using var shop = await OwingAsync();
        await ImportAsync(shop, "notification");
        await ImportAsync(shop, "statement");

        var report = await shop.ImportAsync(new Camt { Id = "2027/12", Opening = 200 }.WithEntry(-200, Entry(-200, "BACK-1", "")
            .Replace("</CdtDbtInd>", "</CdtDbtInd><RvslInd>true</RvslInd>", StringComparison.Ordinal)).ToXml());
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Contains("the bank takes the 200.00 EUR of 2027-11-05 back", line.Note, StringComparison.Ordinal);
        var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel))[line.Id];
        var booked = await shop.Desk.BookAsChosenAsync(
            line, proposal.Choice, proposal.Names, shop.Origin, "the bank's error", Cancel);

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'"));
        Assert.DoesNotContain(await shop.BalancesAsync(), one => one.Key.StartsWith("bank ", StringComparison.Ordinal) && one.Value != 0);
    }

    [Fact]
    public async Task PaymentsWithoutTheirSum_WaitForTheStatement()
    {
        await using var shop = await OwingAsync();

        var outcome = await shop.TryImportAsync(Notification(200, Anna, Jonas));

        Assert.Contains("wait until a statement shows the sum", Assert.Single(outcome.Remarks).Problem, StringComparison.Ordinal);
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        var waiting = await shop.LinesAsync(Assert.Single(outcome.Reports), SettlementStatus.Open);
        Assert.All(waiting, line => Assert.Equal("It is a part of a collective credit that no statement shows yet.", line.Note));
        Assert.Empty(await shop.Desk.ProposalsAsync(shop.Merchant, waiting, Cancel));
    }

    /// <summary>The statement stands in the books with its payments; a ZIP brings it again beside its notification.</summary>
    [Fact]
    public async Task StatementWithThePayments_ThatComesAgainBesideItsNotification_CountsOnce()
    {
        await using var shop = await OwingAsync();
        (decimal, string)[] day = [(200, Told(200, "LUMP-1", Anna, Jonas)), Sum(-5, "FEE")];
        await shop.TryImportAsync(Statement(day));

        var again = await shop.TryImportAsync(BothIn(Statement(day), Notification(200, Anna, Jonas)));

        Assert.Empty(again.Faults);
        Assert.Equal(3L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line"));
        Assert.Equal(200_00L, (await shop.BalancesAsync()).Single(one => one.Key.StartsWith("bank ", StringComparison.Ordinal)).Value);
    }

    /// <summary>The bank corrects a notification: its reference says that it is the same sum.</summary>
    [Fact]
    public async Task NotificationOfASum_ThatComesInOtherWords_IsToldAndLeft()
    {
        await using var shop = await OwingAsync();
        await shop.TryImportAsync(Notification(200, Anna, Jonas));

        var corrected = await shop.TryImportAsync(Notification(200, Anna, "Jonas Weber|INV-2027-0003 corrected|80.00"));

        Assert.Contains(corrected.Remarks, remark => remark.Problem.Contains("other files told other payments", StringComparison.Ordinal));
        Assert.Equal(1L, await shop.ScalarAsync("SELECT count(*) FROM statement WHERE source = 'payout'"));
    }

    /// <summary>Two sums of a day, of which the notification tells one; the file comes twice.</summary>
    [Fact]
    public async Task FileOfWhichOneSumIsTold_CountsOnce_HoweverOftenItComes()
    {
        await using var shop = await OwingAsync();
        await shop.OweAsync(("anna", "INV-2027-0005", 150_00), ("jonas", "INV-2027-0006", 50_00));
        var file = BothIn(
            Statement(
                (200, Told(200, "LUMP-1", Anna, Jonas)),
                (200, Told(200, "LUMP-2", "Anna Bell|INV-2027-0005|150.00", "Jonas Weber|INV-2027-0006|50.00"))),
            Notification(200, Anna, Jonas));
        await shop.TryImportAsync(file);
        var lines = await shop.ScalarAsync("SELECT count(*) FROM settlement_line");

        await shop.TryImportAsync(file);

        Assert.Equal(lines, await shop.ScalarAsync("SELECT count(*) FROM settlement_line"));
        Assert.Equal(400_00L, (await shop.BalancesAsync()).Single(one => one.Key.StartsWith("bank ", StringComparison.Ordinal)).Value);
    }

    /// <summary>An operator may say what an ignored line is after all.</summary>
    [Fact]
    public async Task SumThatWasIgnored_IsBookedAsWhatAnOperatorSays()
    {
        await using var shop = await OwingAsync();
        var report = await shop.ImportAsync(Statement(Sum(200)));
        var line = Assert.Single(await shop.LinesAsync(report));
        var ignored = await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Ignore, [], shop.Origin, "not ours", Cancel);
        Assert.True(ignored.Outcome?.Accepted, ignored.Problem);

        Assert.NotNull((await BookAsync(SettlementChoice.Payout, "bank")).Problem);
        Assert.NotNull((await BookAsync(SettlementChoice.Payment, "999999")).Problem);
        await shop.TryImportAsync(Notification(200, Anna, Jonas));
        var booked = await BookAsync(SettlementChoice.Payout, "bank");

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        await AssertSettledAsync(shop);

        Task<ChoiceOutcome> BookAsync(SettlementChoice choice, string name) =>
            shop.Desk.BookAsChosenAsync(line, choice, [name], shop.Origin, "ours after all", Cancel);
    }

    /// <summary>A terminal's sum, of which the bank keeps its charges: they are one fee.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChargesOfASum_AreOneFee(bool isTotalTold)
    {
        await using var shop = await OwingAsync();
        var total = isTotalTold ? "<TtlAmt Ccy=\"EUR\">200.00</TtlAmt>" : "";
        const string Kept = "<Chrgs><Rcrd><Amt Ccy=\"EUR\">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>";
        await shop.ImportAsync(Statement((197, Entry(
            197, "LUMP-1", $"{Kept}<NtryDtls><Btch><NbOfTxs>2</NbOfTxs>{total}</Btch></NtryDtls>"))));

        await shop.TryImportAsync(Camt054.Of(Entry(
            197, "LUMP-1",
            $"{Kept}<NtryDtls><Btch><NbOfTxs>2</NbOfTxs>{total}</Btch>{Payment(Anna)}{Payment(Jonas)}</NtryDtls>")));

        await AssertSettledAsync(shop, 197_00);
        Assert.Equal(3_00L, (await shop.BalancesAsync())["fees"]);
        var part = (await shop.Statements.FindAsync(new SettlementLineId(shop.Merchant, (Guid)(await shop.ScalarAsync(
            "SELECT id FROM settlement_line WHERE source = 'payout' ORDER BY fee_minor DESC LIMIT 1"))!), Cancel))!;
        await UnbookAsync(shop, part);
    }

    /// <summary>The bad input of a bank: the parts are more than the sum that came.</summary>
    [Fact]
    public async Task PaymentsThatAreMoreThanTheSumOfTheStatement_BookNothing()
    {
        await using var shop = await OwingAsync();
        await shop.ImportAsync(Statement(Sum(190)));

        await shop.TryImportAsync(Notification(200, Anna, Jonas));

        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        Assert.DoesNotContain(await shop.BalancesAsync(), balance => balance.Key.StartsWith("bank", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PaymentsThatDoNotAddUpToTheirOwnEntry_AreNoParts_AndARemarkSaysSo()
    {
        await using var shop = await OwingAsync();
        await ImportAsync(shop, "statement");

        var outcome = await shop.TryImportAsync(Notification(200, Anna, "Jonas Weber|INV-2027-0003|90.00"));

        Assert.Contains(outcome.Remarks, remark => remark.Problem.Contains("2 transactions do not add up", StringComparison.Ordinal));
        Assert.Contains(outcome.Remarks, remark => remark.Problem.Contains("the statement (camt.053)", StringComparison.Ordinal));
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
    }

    [Fact]
    public async Task SumsOfOneDayAndAmount_EachHaveTheirOwnPayments()
    {
        await using var shop = await OwingAsync();
        await shop.OweAsync(("jonas", "INV-2027-0004", 200_00));
        await shop.ImportAsync(Statement(Sum(200), Sum(200, "LUMP-2")));

        await shop.TryImportAsync(Camt054.Of(
            Told(200, "LUMP-2", "Jonas Weber|INV-2027-0004|200.00"), Told(200, "LUMP-1", Anna, Jonas)));

        await AssertSettledAsync(shop, 400_00);
    }

    /// <summary>Without the bank's references two files tell sums of one day and amount under one name.</summary>
    [Fact]
    public async Task SumsOfOneDayAndAmount_InTwoFilesWithoutReferences_EachHaveTheirOwnPayments()
    {
        await using var shop = await OwingAsync();
        await shop.OweAsync(("jonas", "INV-2027-0004", 200_00));
        await shop.ImportAsync(Statement(Sum(200, "NONREF"), Sum(200, "NONREF")));

        await shop.TryImportAsync(Camt054.Of(Told(200, "NONREF", "Jonas Weber|INV-2027-0004|200.00")));
        await shop.TryImportAsync(Camt054.Of(Told(200, "NONREF", Anna, Jonas)));
        await shop.TryImportAsync(Camt054.Of(
            Told(200, "NONREF", Anna, Jonas), Told(200, "NONREF", "Jonas Weber|INV-2027-0004|200.00")));

        await AssertSettledAsync(shop, 400_00);
    }

    /// <summary>The notification is of Friday, and the statement books the sum on Monday.</summary>
    [Fact]
    public async Task SumOfAnotherDay_IsProposed_AndAccepted()
    {
        await using var shop = await OwingAsync();
        await shop.TryImportAsync(Notification(200, Anna, Jonas));

        var report = await shop.ImportAsync(Statement((200, Sum(200).Xml.Replace("2027-11-05", "2027-11-08", StringComparison.Ordinal))));

        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel))[line.Id];
        Assert.True((await shop.Desk.BookAsChosenAsync(
            line, proposal.Choice, proposal.Names, shop.Origin, "over the weekend", Cancel)).Outcome?.Accepted);
        await AssertSettledAsync(shop);
    }

    /// <summary>Over the weekend two sums of one amount can be the line: the operator names the report of one.</summary>
    [Fact]
    public async Task LineOfOneOfTwoEqualSums_IsTiedToTheOneThatTheOperatorNames()
    {
        await using var shop = await OwingAsync();
        await shop.OweAsync(("jonas", "INV-2027-0004", 200_00));
        await shop.TryImportAsync(Camt054.Of(Told(200, "LUMP-2", "Jonas Weber|INV-2027-0004|200.00")));
        await shop.TryImportAsync(Camt054.Of(Told(200, "LUMP-1", Anna, Jonas)));
        var report = await shop.ImportAsync(Statement((200, Sum(200).Xml.Replace("2027-11-05", "2027-11-08", StringComparison.Ordinal))));
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Empty(await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel));
        Assert.Contains("several collective credits have this sum: say which one", line.Note, StringComparison.Ordinal);
        var (one, other) = (await ReportAsync("LUMP-1"), await ReportAsync("LUMP-2"));

        var unclear = (await BookAsync("bank")).Problem!;
        Assert.All([one, other], id => Assert.Contains($"{id:D}", unclear, StringComparison.Ordinal));
        Assert.Contains("there is no such provider", (await BookAsync($"{Guid.Empty:D}")).Problem, StringComparison.Ordinal);
        var booked = await BookAsync($"{one:D}");

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal("INV-2027-0004", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));

        async Task<Guid> ReportAsync(string lump) =>
            (Guid)(await shop.ScalarAsync($"SELECT id FROM statement WHERE source = 'payout' AND reference LIKE '%{lump}%'"))!;
        Task<ChoiceOutcome> BookAsync(string name) =>
            shop.Desk.BookAsChosenAsync(line, SettlementChoice.Payout, [name], shop.Origin, "the bank's letter", Cancel);
    }

    /// <summary>Customers pay in dollars, and the bank tells what the account got for each, or the rate.</summary>
    [Theory]
    [InlineData("""
        <TxAmt><Amt Ccy="USD">132.00</Amt></TxAmt><CntrValAmt><Amt Ccy="EUR">120.00</Amt></CntrValAmt>
        """)]
    [InlineData("""
        <TxAmt><Amt Ccy="USD">132.00</Amt><CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>1.1</XchgRate></CcyXchg></TxAmt>
        """)]
    [InlineData("""
        <TxAmt><Amt Ccy="USD">132.00</Amt><CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>0.90909</XchgRate></CcyXchg></TxAmt>
        """)]
    public async Task PaymentsInAnotherCurrency_SplitTheSum_WhereTheBankTellsTheirValue(string amounts)
    {
        await using var shop = await OwingAsync();
        await ImportAsync(shop, "statement");
        var dollars = Payment(Anna).Replace(
            "<Amt Ccy=\"EUR\">120.00</Amt>", $"<Amt Ccy=\"USD\">132.00</Amt><AmtDtls>{amounts}</AmtDtls>", StringComparison.Ordinal);

        await shop.TryImportAsync(Camt054.Of(Entry(
            200, "LUMP-1", $"<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{dollars}{Payment(Jonas)}</NtryDtls>")));

        await AssertSettledAsync(shop);
    }

    /// <summary>No file tells how the sum divides, or in another currency: the operator names the bills that it pays.</summary>
    [Theory]
    [InlineData("200.00", 0)]
    [InlineData("198.50", 1_50)]
    public async Task SumThatNoFileDivides_IsDividedByTheBillsOfSeveralCustomers(string amount, long chargesMinor)
    {
        var sum = decimal.Parse(amount, CultureInfo.InvariantCulture);
        await using var shop = await OwingAsync();
        await ToleranceTests.SetAsync(
            shop.Books.Database, shop.Merchant, new SettlementTolerance(shop.Merchant, Business.Euro, 2_00, null, ShortfallKind.Fee));
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(Statement(Sum(sum)))));
        Assert.NotNull((await DivideAsync(line, shop, 1_99)).Problem);

        var booked = await DivideAsync(line, shop, chargesMinor);

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        await AssertSettledAsync(shop, (long)(sum * 100));
        Assert.Equal(chargesMinor, (await shop.BalancesAsync()).GetValueOrDefault("fees"));
        Assert.NotNull((await DivideAsync(line, shop, chargesMinor)).Outcome?.Faults);
        await UnbookAsync(shop, line);
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        Assert.DoesNotContain(
            await shop.BalancesAsync(), balance => balance.Key.StartsWith("clearing payout", StringComparison.Ordinal));
        var again = await DivideAsync((await shop.Statements.FindAsync(line.Id, Cancel))!, shop, chargesMinor);
        Assert.True(again.Outcome?.Accepted, again.Problem);
        await AssertSettledAsync(shop, (long)(sum * 100));
    }

    /// <summary>A division is of its line alone: no other line of the sum is booked as it, and another division may follow.</summary>
    [Fact]
    public async Task DivisionThatWasTakenBack_IsNoSumOfAnotherLine_AndAnotherDivisionMayFollow()
    {
        await using var shop = await OwingAsync();
        await shop.OweAsync(("carla", "INV-2027-0005", 80_00));
        var lines = await shop.LinesAsync(await shop.ImportAsync(Statement(Sum(200), Sum(200, "LUMP-2"))));
        Assert.True((await DivideAsync(lines[0], shop)).Outcome?.Accepted);
        await UnbookAsync(shop, lines[0]);

        Assert.Contains("no notification", (await BookAsync("bank")).Problem, StringComparison.Ordinal);
        await shop.ImportAsync(Statement(Sum(200), Sum(200, "LUMP-2"), Sum(1, "LUMP-3")));
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'booked'"));
        var other = await shop.Desk.BookAsChosenAsync(
            (await shop.Statements.FindAsync(lines[0].Id, Cancel))!, SettlementChoice.Charge, ["INV-2027-0001", "INV-2027-0005"],
            shop.Origin, "Carla paid", Cancel);

        Assert.True(other.Outcome?.Accepted, other.Problem);
        Assert.Equal("INV-2027-0003", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));

        Task<ChoiceOutcome> BookAsync(string name) =>
            shop.Desk.BookAsChosenAsync(lines[1], SettlementChoice.Payout, [name], shop.Origin, "the bank's letter", Cancel);
    }

    /// <summary>What the sum has above the bills waits as a part of its own.</summary>
    [Fact]
    public async Task SumThatIsMoreThanTheBills_LeavesTheRestToAnOperator()
    {
        await using var shop = await OwingAsync();
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(Statement(Sum(201)))));

        var booked = await DivideAsync(line, shop);

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal(
            (0L, 1_00L),
            (await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"),
            await shop.ScalarAsync("SELECT amount_minor FROM settlement_line WHERE status = 'open'")));
        var rest = (await shop.Statements.FindAsync(new SettlementLineId(shop.Merchant, (Guid)(await shop.ScalarAsync(
            "SELECT id FROM settlement_line WHERE status = 'open'"))!), Cancel))!;
        var kept = await shop.Desk.BookAsChosenAsync(rest, SettlementChoice.Customer, ["anna"], shop.Origin, "she rounds up", Cancel);
        Assert.True(kept.Outcome?.Accepted, kept.Problem);
        await AssertSettledAsync(shop, 201_00);
    }

    private static Task<ChoiceOutcome> DivideAsync(SettlementLine line, Shop shop, long chargesMinor = 0) => shop.Desk.BookAsChosenAsync(
        line, SettlementChoice.Charge, ["INV-2027-0001", "INV-2027-0003"], shop.Origin, "the customers said so", Cancel,
        shortfall: chargesMinor == 0 ? null : new Shortfall(new Money(chargesMinor, Business.Euro), ShortfallKind.Fee));

    /// <summary>A customer's payment of the same day and amount may be no sum: a person says so.</summary>
    [Fact]
    public async Task LineWithAPayer_IsNotTakenForTheSum_ButProposedAsIt()
    {
        await using var shop = await OwingAsync();
        var report = await shop.ImportAsync(new Camt().WithEntry(200, """
            <Ntry><Amt Ccy="EUR">200.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-05</Dt></BookgDt>
              <NtryDtls><TxDtls>
                <RltdPties><Dbtr><Nm>Carla Stone</Nm></Dbtr></RltdPties><RmtInf><Ustrd>thank you</Ustrd></RmtInf>
              </TxDtls></NtryDtls></Ntry>
            """).ToXml());

        await shop.TryImportAsync(Notification(200, Anna, Jonas));

        Assert.Equal(3L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'"));
        var line = Assert.Single(await shop.LinesAsync(report));
        var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [line], Cancel))[line.Id];
        Assert.Contains("sum of a collective credit", proposal.Text, StringComparison.Ordinal);
        var booked = await shop.Desk.BookAsChosenAsync(line, proposal.Choice, proposal.Names, shop.Origin, "the terminal's sum", Cancel);
        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        await AssertSettledAsync(shop);
    }

    /// <summary>The bank kept charges of the sum, which no file tells.</summary>
    [Fact]
    public async Task SumLessCharges_IsTiedToItsPayments_ByAnOperatorWhoSaysThem()
    {
        await using var shop = await OwingAsync();
        var report = await shop.ImportAsync(new Camt().WithEntry(198.50m, """
            <Ntry><Amt Ccy="EUR">198.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-05</Dt></BookgDt></Ntry>
            """).ToXml());
        await shop.TryImportAsync(Notification(200, Anna, Jonas));
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));

        Assert.NotNull((await BookAsync(null)).Problem);
        Assert.NotNull((await BookAsync(1_51)).Problem);
        Assert.NotNull((await BookAsync(1_50, ShortfallKind.Discount)).Problem);
        var booked = await BookAsync(1_50);

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        await AssertSettledAsync(shop, 198_50);
        Assert.Equal(1_50L, (await shop.BalancesAsync())["fees"]);
        await UnbookAsync(shop, line);
        Assert.DoesNotContain("fees", (await shop.BalancesAsync()).Keys);

        Task<ChoiceOutcome> BookAsync(long? chargesMinor, ShortfallKind kind = ShortfallKind.Fee) => shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Payout, ["bank"], shop.Origin, "the bank's letter", Cancel,
            shortfall: chargesMinor is { } minor ? new Shortfall(new Money(minor, Business.Euro), kind) : null);
    }

    /// <summary>A part is a customer's money like any line: what names nothing waits, and an operator says whose it is.</summary>
    [Fact]
    public async Task PartThatNamesNothing_IsBookedByAnOperator_AndUnbooked()
    {
        await using var shop = await OwingAsync();
        await ImportAsync(shop, "statement");
        var outcome = await shop.TryImportAsync(Notification(200, Anna, "Jonas Weber|thank you|80.00"));
        var part = Assert.Single(await shop.LinesAsync(Assert.Single(outcome.Reports), SettlementStatus.Open));

        var booked = await shop.Desk.BookAsChosenAsync(part, SettlementChoice.Charge, ["INV-2027-0003"], shop.Origin, "by phone", Cancel);
        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        await AssertSettledAsync(shop);
        await UnbookAsync(shop, part);

        Assert.Equal("INV-2027-0003", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));
        Assert.Equal(-80_00L, (await shop.BalancesAsync())["clearing payout:bank"]);
    }

    private static async Task UnbookAsync(Shop shop, SettlementLine part)
    {
        var line = (await shop.Statements.FindAsync(part.Id, Cancel))!;
        Assert.True((await shop.Desk.UnbookAsync(line, line.Events, "it was another one", shop.Origin, key: null, Cancel)).Accepted);
    }

    /// <summary>The notification is an import of its own: its payments stay until it is undone, and the sum comes again for them.</summary>
    [Fact]
    public async Task Statement_IsUndoneBeforeTheReportOfItsSum_AndBothCanComeAgain()
    {
        await using var shop = await OwingAsync();
        await ImportAsync(shop, "notification");
        await ImportAsync(shop, "statement");
        await AssertSettledAsync(shop);
        var (sum, report) = (await IdAsync("source <> 'payout'"), await IdAsync("source = 'payout'"));

        var early = (await shop.Desk.Undoing.UndoAsync(report, "not ours", shop.Origin, Cancel))!;
        Assert.Contains("is booked as its sum", Assert.Single(early.Problems), StringComparison.Ordinal);
        Assert.Equal((1, 0), await UndoneAsync(sum));
        Assert.Equal(200_00L, (await shop.BalancesAsync())["clearing payout:bank"]);
        await ImportAsync(shop, "statement");
        await AssertSettledAsync(shop);

        Assert.Equal((1, 0), await UndoneAsync(await IdAsync("source <> 'payout' AND undone_at IS NULL")));
        Assert.Equal((2, 0), await UndoneAsync(report));
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        await ImportAsync(shop, "statement");
        var watched = await shop.TryImportAsync(Notification(200, Anna, Jonas), new ReadingOptions { TakesUndone = false });
        Assert.Contains("its import was taken back on", Assert.Single(watched.Remarks).Problem, StringComparison.Ordinal);
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        await ImportAsync(shop, "notification");
        await AssertSettledAsync(shop);

        async Task<StatementId> IdAsync(string which) =>
            new(shop.Merchant, (Guid)(await shop.ScalarAsync($"SELECT id FROM statement WHERE {which}"))!);

        async Task<(int Taken, int Left)> UndoneAsync(StatementId statement)
        {
            var outcome = (await shop.Desk.Undoing.UndoAsync(statement, "not ours", shop.Origin, Cancel))!;
            Assert.Empty(outcome.Problems);
            return (outcome.Taken, outcome.Problems.Count);
        }
    }

    private async Task<Shop> OwingAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0001", 120_00), ("jonas", "INV-2027-0003", 80_00));
        return shop;
    }

    private static async Task ImportAsync(Shop shop, string file)
    {
        var outcome = await shop.TryImportAsync(file switch
        {
            "statement" => Statement(Sum(200)),
            "notification" => Notification(200, Anna, Jonas),
            _ => Statement((200, Told(200, "LUMP-1", Anna, Jonas))),
        });
        Assert.Empty(outcome.Faults);
    }

    private static async Task AssertSettledAsync(Shop shop, long sumMinor = 200_00)
    {
        Assert.Equal(
            (0L, 0L),
            (await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"),
            await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'")));
        var balances = await shop.BalancesAsync();
        Assert.Equal(sumMinor, balances.Single(balance => balance.Key.StartsWith("bank ", StringComparison.Ordinal)).Value);
        Assert.DoesNotContain(balances, balance => balance.Key.StartsWith("clearing", StringComparison.Ordinal));
    }

    /// <summary>Two documents in one file, as some banks send them.</summary>
    private static string BothIn(string one, string other) => $"{one}\n{other}";

    private static (decimal Amount, string Xml) Sum(decimal amount, string reference = "LUMP-1") => (amount, Entry(
        amount, reference, "<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>"));

    private static string Statement(params (decimal Amount, string Xml)[] entries) =>
        entries.Aggregate(new Camt { Opening = 0 }, (camt, entry) => camt.WithEntry(entry.Amount, entry.Xml)).ToXml();

    private static string Notification(decimal amount, params string[] payments) => Camt054.Of(Told(amount, "LUMP-1", payments));

    private static string Told(decimal amount, string reference, params string[] payments) => Entry(
        amount, reference,
        $"<NtryDtls><Btch><NbOfTxs>{payments.Length}</NbOfTxs></Btch>{string.Concat(payments.Select(Payment))}</NtryDtls>");

    private static string Payment(string payment) => payment.Split('|') is [var payer, var text, var amount] ? $"""
        <TxDtls>
          <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
          <RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf>
        </TxDtls>
        """ : throw new ArgumentException(payment, nameof(payment));

    private static string Entry(decimal amount, string reference, string details) => string.Create(CultureInfo.InvariantCulture, $"""
        <Ntry>
          <Amt Ccy="EUR">{Math.Abs(amount):0.00}</Amt><CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd><Sts>BOOK</Sts>
          <BookgDt><Dt>2027-11-05</Dt></BookgDt><ValDt><Dt>2027-11-05</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>
          {details}<AddtlNtryInf>COLLECTIVE CREDIT QR</AddtlNtryInf>
        </Ntry>
        """);
}
