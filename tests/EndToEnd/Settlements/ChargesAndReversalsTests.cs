using System.Globalization;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A bank that keeps its charges out of a transfer, and one that takes a transfer back.</summary>
public sealed class ChargesAndReversalsTests(BooksFixture books)
{
    private const string Kept =
        "<Chrgs><Rcrd><Amt Ccy=\"EUR\">26.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>";

    private const string Total = "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">26.00</TtlChrgsAndTaxAmt></Chrgs>";

    private const string TotalAndRecord = "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">26.00</TtlChrgsAndTaxAmt>"
        + "<Rcrd><Amt Ccy=\"EUR\">26.00</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The bank tells the charges beside what was sent, alone, or of the entry and of its transaction.</summary>
    [Theory]
    [InlineData("<Amt Ccy=\"EUR\">1500.00</Amt>", "")]
    [InlineData("", "")]
    [InlineData("<Amt Ccy=\"EUR\">1500.00</Amt>", Kept)]
    [InlineData("<Amt Ccy=\"EUR\">1500.00</Amt>", "", Total)]
    [InlineData("", "", Total)]
    [InlineData("", Total, "")]
    [InlineData("", Total, Total)]
    [InlineData("", "", TotalAndRecord)]
    public async Task TransferOfWhichTheBankTellsItsCharges_SettlesWhatWasSent_AndTheChargesAreAFee(
        string sent, string ofEntry, string ofTransaction = Kept)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-1500", 1500_00));

        var report = await shop.ImportAsync(new Camt().WithEntry(1474, Transfer(
            "1474.00", "CRDT", "INV-2027-1500", sent + ofTransaction, ofEntry)).ToXml());

        Assert.Equal(1, report.Booked);
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        Assert.Equal(
            (1474_00L, 26_00L),
            (await BalanceAsync(shop, "bank"), await BalanceAsync(shop, "fees")));
    }

    /// <summary>The bank tells the sum of its charges alone, and took them elsewhere: no customer gets them as credit.</summary>
    [Fact]
    public async Task TransferThatCameWhole_WithASumOfChargesBesideIt_Waits()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-1500", 1500_00));

        var report = await shop.ImportAsync(new Camt().WithEntry(1500, Transfer("1500.00", "CRDT", "INV-2027-1500", Total)).ToXml());

        Assert.Contains(
            "more than is open", Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open)).Note, StringComparison.Ordinal);
    }

    /// <summary>A part of a bill was paid, and nothing says whether the charges are in it: a person decides.</summary>
    [Fact]
    public async Task TransferOfAPart_WithASumOfChargesBesideIt_IsProposed()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-1500", 1500_00));

        var report = await shop.ImportAsync(new Camt().WithEntry(1000, Transfer("1000.00", "CRDT", "INV-2027-1500", Total)).ToXml());

        Assert.Contains(
            "may have been taken elsewhere", Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open)).Note,
            StringComparison.Ordinal);
    }

    /// <summary>The bank tells the charges of all in the entry, and some of them in a transaction again: they count once.</summary>
    [Fact]
    public async Task ChargesOfAnEntry_ThatATransactionTellsAgain_CountOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0001", 100_00), ("anna", "INV-2027-0002", 100_00));
        string Of(string bill, string charges) => $"<TxDtls><Amt Ccy=\"EUR\">100.00</Amt>{charges}<RltdPties><Dbtr>"
            + $"<Nm>Anna Bell</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{bill}</Ustrd></RmtInf></TxDtls>";
        var entry = Transfer("190.00", "CRDT", "x", "", "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">10.00</TtlChrgsAndTaxAmt></Chrgs>");
        var details = entry[entry.IndexOf("<TxDtls>", StringComparison.Ordinal)..entry.IndexOf("</NtryDtls>", StringComparison.Ordinal)];
        var two = Of("INV-2027-0001", "") + Of(
            "INV-2027-0002", "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">5.00</TtlChrgsAndTaxAmt></Chrgs>");

        var report = await shop.ImportAsync(
            new Camt().WithEntry(190, entry.Replace(details, two, StringComparison.Ordinal)).ToXml());

        Assert.Equal(2, report.Booked);
        Assert.Equal((190_00L, 10_00L), (await BalanceAsync(shop, "bank"), await BalanceAsync(shop, "fees")));
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
    }

    /// <summary>An entry of several payments of which the bank tells some, or none by its amount: the rest is somebody else's.</summary>
    [Theory]
    [InlineData("<Btch><NbOfTxs>2</NbOfTxs></Btch>", "<Amt Ccy=\"EUR\">120.00</Amt>", "")]
    [InlineData("", "<Amt Ccy=\"EUR\">120.00</Amt>", "")]
    [InlineData("<Btch><NbOfTxs>2</NbOfTxs></Btch>", "", "")]
    [InlineData("", "<Amt Ccy=\"EUR\">120.00</Amt>", "<TxDtls><Amt Ccy=\"EUR\">30.00</Amt></TxDtls>")]
    [InlineData("", "", "<TxDtls><RmtInf><Ustrd>thanks</Ustrd></RmtInf></TxDtls>")]
    public async Task MoneyOfSeveralThatIsNotToldApart_SettlesNoBillThatItNames(string batch, string amount, string second)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-1500", 1500_00), ("anna", "INV-2027-0200", 200_00));
        string Of(string bill) => Transfer("200.00", "CRDT", bill, amount)
            .Replace("<NtryDtls>", $"<NtryDtls>{batch}", StringComparison.Ordinal)
            .Replace("</NtryDtls>", $"{second}</NtryDtls>", StringComparison.Ordinal);

        var report = await shop.ImportAsync(
            new Camt().WithEntry(200, Of("INV-2027-1500")).WithEntry(200, Of("INV-2027-0200")).ToXml());

        var lines = await shop.LinesAsync(report, SettlementStatus.Open);
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Contains("it is of several payments", line.Note, StringComparison.Ordinal));
        Assert.Equal(2L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
    }

    [Fact]
    public async Task BatchWhoseTransfersTellWhatBanksKept_SettlesEachBill()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-1500", 1500_00), ("anna", "INV-2027-0100", 100_00));
        var second = $"<TxDtls><Amt Ccy=\"EUR\">100.00</Amt>{Kept}<RltdPties><Dbtr><Nm>Anna Bell</Nm></Dbtr></RltdPties>"
            + "<RmtInf><Ustrd>INV-2027-0100</Ustrd></RmtInf></TxDtls>";

        var report = await shop.ImportAsync(new Camt().WithEntry(1548, Transfer(
            "1548.00", "CRDT", "INV-2027-1500", $"<Amt Ccy=\"EUR\">1500.00</Amt>{Kept}")
            .Replace("</NtryDtls>", $"{second}</NtryDtls>", StringComparison.Ordinal)).ToXml());

        Assert.Equal(2, report.Booked);
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        Assert.Equal((1548_00L, 52_00L), (await BalanceAsync(shop, "bank"), await BalanceAsync(shop, "fees")));
    }

    [Theory]
    [InlineData("<RltdRmtInf><RmtId>INV-2027-0001</RmtId></RltdRmtInf>")]
    [InlineData("<RmtInf><Strd><RfrdDocInf><LineDtls><Id><Nb>INV-2027-0001</Nb></Id></LineDtls></RfrdDocInf></Strd></RmtInf>")]
    [InlineData("<Refs><ChqNb>INV-2027-0001</ChqNb></Refs>")]
    public async Task NumberOfABill_InWhicheverField_IsRead(string field)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0001", 120_00));
        Assert.Equal(1, (await shop.ImportAsync(new Camt().WithEntry(120, Transfer(
            "120.00", "CRDT", "thanks", field)).ToXml())).Booked);
    }

    /// <summary>A transfer tells for each of its bills what it pays of it: the bills are booked as it says, or wait with it.</summary>
    [Theory]
    [InlineData(150, 100, 50, true, "0 0")]
    [InlineData(120, 80, 40, false, "2000 1000")]
    [InlineData(120, 100, 20, false, "0 3000")]
    [InlineData(150, 60, 40, true, "0 0")]
    [InlineData(120, 80, 40, false, "2000 1000", false)]
    [InlineData(120, 100, 20, false, "0 3000", false)]
    public async Task TransferThatTellsTheAmountOfEachBill_PaysEachByItsOwn(
        int line, int first, int second, bool isBooked, string open, bool isOfTheList = true)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0001", 100_00), ("anna", "INV-2027-0002", 50_00));
        var told = Transfer($"{line}.00", "CRDT", "thanks", "").Replace(
            "<Ustrd>thanks</Ustrd>", Of("INV-2027-0001", first) + Of("INV-2027-0002", second), StringComparison.Ordinal);

        var report = await shop.ImportAsync(new Camt().WithEntry(line, told).ToXml());

        Assert.Equal(isBooked ? 1 : 0, report.Booked);
        foreach (var waiting in await shop.LinesAsync(report, SettlementStatus.Open))
        {
            var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [waiting], Cancel))[waiting.Id];
            Assert.Contains("its text tells what it pays of each", proposal.Text, StringComparison.Ordinal);
            var accepted = await shop.Desk.BookAsChosenAsync(
                waiting, proposal.Choice, proposal.Names, shop.Origin, note: null, Cancel,
                seen: isOfTheList ? waiting.Events : null);
            Assert.True(accepted.Outcome?.Accepted, accepted.Problem);
        }

        Assert.Equal(open, await OpenAsync(shop));
    }

    /// <summary>A number of a bill has zeros in front, or a bill has two numbers: each amount is of the bill that it means.</summary>
    [Theory]
    [InlineData("000489421 80,000489422 20", 80, 20, true, "0 0")]
    [InlineData("Nr.489421 80,Nr.489422 20", 80, 20, true, "0 0")]
    [InlineData("000489421 50,489421 30,489422 40", 100, 50, false, "2000 1000")]
    [InlineData("489421 50,489421 30,489422 40", 100, 50, false, "2000 1000")]
    public async Task AmountsOfBills_AreOfTheBillsThatTheirNumbersMean(string told, int first, int second, bool isBooked, string open)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "489421", first * 100), ("anna", "489422", second * 100));
        var bills = told.Split(',').Select(one => one.Split(' ')).Select(one => (
            Number: one[0], Amount: int.Parse(one[1], CultureInfo.InvariantCulture))).ToList();
        var sum = bills.Sum(bill => bill.Amount);

        var report = await shop.ImportAsync(new Camt().WithEntry(sum, Transfer($"{sum}.00", "CRDT", "thanks", "").Replace(
            "<Ustrd>thanks</Ustrd>", string.Concat(bills.Select(bill => Of(bill.Number, bill.Amount))),
            StringComparison.Ordinal)).ToXml());

        Assert.Equal(isBooked ? 1 : 0, report.Booked);
        foreach (var waiting in await shop.LinesAsync(report, SettlementStatus.Open))
        {
            var proposal = (await shop.Desk.ProposalsAsync(shop.Merchant, [waiting], Cancel))[waiting.Id];
            Assert.Contains("its text tells what it pays of each", proposal.Text, StringComparison.Ordinal);
            var accepted = await shop.Desk.BookAsChosenAsync(
                waiting, proposal.Choice, proposal.Names, shop.Origin, note: null, Cancel);
            Assert.True(accepted.Outcome?.Accepted, accepted.Problem);
        }

        Assert.Equal(open, await OpenAsync(shop));
    }

    /// <summary>The amounts of the bills are others than what is open of them, and only their sum fits.</summary>
    [Fact]
    public async Task TransferThatTellsOtherAmountsThanAreOpen_IsProposed()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0001", 100_00), ("anna", "INV-2027-0002", 50_00));

        var report = await shop.ImportAsync(new Camt().WithEntry(150, Transfer("150.00", "CRDT", "thanks", "").Replace(
            "<Ustrd>thanks</Ustrd>",
            "<Strd><RfrdDocInf><Nb>INV-2027-0001</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy=\"EUR\">50</RmtdAmt></RfrdDocAmt></Strd>"
            + "<Strd><RfrdDocInf><Nb>INV-2027-0002</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy=\"EUR\">100</RmtdAmt></RfrdDocAmt></Strd>",
            StringComparison.Ordinal)).ToXml());

        Assert.Contains(
            "its text tells other amounts of each", Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open)).Note,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreditThatTheBankTakesBack_IsProposed_AndUndoneInOneAct()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0001", 120_00));
        await shop.ImportAsync(new Camt().WithEntry(120, Transfer("120.00", "CRDT", "Invoice INV-2027-0001", "")).ToXml());
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        var number = $"{await shop.ScalarAsync("SELECT number FROM payment")}";

        var report = await shop.ImportAsync(new Camt { Id = "2027/12", Opening = 1120 }.WithEntry(-120, Transfer(
            "120.00", "DBIT", "Invoice INV-2027-0001", "", "<RvslInd>true</RvslInd>")).ToXml());
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Contains($"the bank takes payment {number} of 120.00 EUR back", line.Note, StringComparison.Ordinal);
        var booked = await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Return, [number], shop.Origin, "the bank's error", Cancel);

        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal("INV-2027-0001", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));
        Assert.Equal(0L, await BalanceAsync(shop, "bank"));
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'"));
    }

    /// <summary>What is taken back is a line that waits: no other customer's payment is proposed for it.</summary>
    [Fact]
    public async Task CreditThatWaits_AndIsTakenBack_TakesNobodysPaymentBack()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0002", 35_50));
        var jonas = Transfer("35.50", "CRDT", "INV-2027-0002", "").Replace("Anna Bell", "Jonas Weber", StringComparison.Ordinal);
        var back = Transfer("35.50", "DBIT", "INV-2027-0002", "", "<RvslInd>true</RvslInd>")
            .Replace("Anna Bell", "Jonas Weber", StringComparison.Ordinal);

        var report = await shop.ImportAsync(new Camt()
            .WithEntry(35.50m, Transfer("35.50", "CRDT", "INV-2027-0002", "")).WithEntry(35.50m, jonas).WithEntry(-35.50m, back).ToXml());

        var lines = await shop.LinesAsync(report, SettlementStatus.Open);
        Assert.Equal(2, lines.Count);
        Assert.DoesNotContain("takes payment", lines.Single(line => line.Amount.AmountMinor < 0).Note, StringComparison.Ordinal);
    }

    /// <summary>A transfer of ours comes back, and its text names a bill: the customer has paid nothing.</summary>
    [Theory]
    [InlineData("<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>", "")]
    [InlineData("", "<RvslInd>true</RvslInd>")]
    public async Task TransferOfOursThatComesBack_IsNoPaymentOfTheCustomerWhoseBillItNames(string more, string mark)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0064", 29_54));

        var report = await shop.ImportAsync(
            new Camt().WithEntry(29.54m, Transfer("29.54", "CRDT", "INV-2027-0064", more, mark)).ToXml());

        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Contains("the bank says that it comes back", line.Note, StringComparison.Ordinal);
        Assert.Equal(1L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
    }

    /// <summary>Banks tell what comes back with the roles of what it undoes, or with those of the way back.</summary>
    [Theory]
    [InlineData("", "Anna Bell")]
    [InlineData("<DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct>", "Anna Bell")]
    [InlineData("<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>", null)]
    [InlineData("<Cdtr><Nm>Bert Clay</Nm></Cdtr>", "Bert Clay")]
    public async Task PartyOfWhatComesBack_IsTheOther_InWhicheverRole(string more, string? counterparty)
    {
        await using var shop = await Shop.OpenAsync(books);
        var entry = Transfer("29.54", "CRDT", "INV-2027-0064", "<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>")
            .Replace("</Dbtr>", $"</Dbtr>{more}", StringComparison.Ordinal);

        var report = await shop.ImportAsync(new Camt().WithEntry(29.54m, entry).ToXml());

        Assert.Equal(counterparty, Assert.Single(await shop.LinesAsync(report)).Counterparty);
    }

    /// <summary>What is open of each charge, minor units.</summary>
    private static async Task<string> OpenAsync(Shop shop) => $"{await shop.ScalarAsync(
        "SELECT string_agg((amount_minor - allocated_minor - credited_minor)::text, ' ' ORDER BY reference) FROM charge")}";

    /// <summary>A bill in a structured remittance, with what the transfer pays of it.</summary>
    private static string Of(string bill, int amount) => $"<Strd><RfrdDocInf><Nb>{bill}</Nb></RfrdDocInf>"
        + $"<RfrdDocAmt><RmtdAmt Ccy=\"EUR\">{amount}.00</RmtdAmt></RfrdDocAmt></Strd>";

    private static async Task<long> BalanceAsync(Shop shop, string kind) => Convert.ToInt64(
        await shop.ScalarAsync($"SELECT coalesce(sum(debits_minor - credits_minor), 0) FROM ledger_account WHERE kind = '{kind}'"),
        CultureInfo.InvariantCulture);

    private static string Transfer(string amount, string direction, string text, string more, string mark = "") => $"""
        <Ntry>
          <Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{mark}<Sts>BOOK</Sts>
          <BookgDt><Dt>2027-11-05</Dt></BookgDt>
          <NtryDtls><TxDtls>
            <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{more}
            <RltdPties><Dbtr><Nm>Anna Bell</Nm></Dbtr></RltdPties>
            <RmtInf><Ustrd>{text}</Ustrd></RmtInf>
          </TxDtls></NtryDtls>
        </Ntry>
        """;
}
