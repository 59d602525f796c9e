using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Storage.Verification;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Statements that overlap share their lines, and none is lost where equal lines are of different transfers.</summary>
public sealed class OverlapTests(BooksFixture books)
{
    private const string Header = "account;date;amount;currency;payer;purpose\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EqualLines_OfStatementsThatFollowOneAnother_AreAllKept()
    {
        await using var shop = await Shop.OpenAsync(books);
        foreach (var (id, opening) in ((string, decimal)[])[("1", 0), ("2", 29.90m), ("3", 59.80m)])
        {
            var report = await shop.ImportAsync(Fee(id, opening));
            Assert.Equal((1, 0, "It names nothing that is open here."),
                (report.NewLines, report.Statement.Elsewhere, (await shop.LinesAsync(report))[0].Note));
        }

        // A statement of the whole day has the first and the last of them at its ends, and nothing new.
        var day = await shop.ImportAsync(
            new Camt { Id = "day", Opening = 0 }.With(29.90m, "Mitgliedsbeitrag", bankReference: "NONREF").ToXml());
        Assert.Equal((0, 1), (day.NewLines, day.Statement.Elsewhere));
        Assert.Equal(3, await shop.Books.CountAsync("settlement_line"));
    }

    [Fact]
    public async Task EqualLine_WhereNothingTells_IsKeptOpenWithTheReason()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 29_90));
        await shop.ImportAsync($"{Header}{Row("03", "INV-2027-1")}");
        var second = await shop.ImportAsync($"{Header}{Row("03", "INV-2027-1")}{Row("03", "else")}");

        var lines = await shop.LinesAsync(second);
        Assert.Equal((2, 0), (second.NewLines, second.Statement.Elsewhere));
        Assert.Contains(
            "neither balances nor days nor the bank's reference tell whether it is the same", lines[0].Note, StringComparison.Ordinal);
        Assert.True((await shop.Desk.Lines.IgnoreAsync(lines[0].Id, "it is the same", shop.Origin)).Accepted);
    }

    [Fact]
    public async Task EqualLine_WhereChainAndReferenceContradict_IsKeptOpenWithTheReason()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt { Id = "1", Opening = 0 }
            .With(30, "a", bankReference: "A").With(29.90m, "x", bankReference: "B").With(-29.90m, "x", bankReference: "C")
            .ToXml().Replace("2027-11-04", "2027-11-03", StringComparison.Ordinal));
        var second = await shop.ImportAsync(new Camt { Id = "2", Opening = 30 }
            .With(29.90m, "x", bankReference: "B").With(-29.90m, "x", bankReference: "C").With(5, "d", bankReference: "D")
            .ToXml().Replace("2027-11-02", "2027-11-03", StringComparison.Ordinal));
        Assert.Equal([true, true, false], (await shop.LinesAsync(second)).Select(line => line.Resembles is not null));
    }

    [Theory]
    [InlineData("SAMMLER", "SAMMLER", 2)]
    [InlineData("SAMMLER", "B", 1)]
    public async Task Reference_TellsOnly_WhereNoOtherLineHasIt(string reference, string other, int newLines)
    {
        await using var shop = await Shop.OpenAsync(books);
        string File(params string[] purposes) =>
            "account;date;amount;currency;payer;bank_reference;purpose\n" + string.Concat(purposes.Select(
            (purpose, index) =>
                $"{Camt.Iban};2027-11-03;29.90;EUR;Anna "
                    + $"Bell;{(index == 0 ? reference : other + (other == "B" ? purpose : ""))};{purpose}\n"));
        await shop.ImportAsync(File("a", "b"));
        var second = await shop.ImportAsync(File("a", "c"));
        Assert.Equal(newLines, second.NewLines);
        Assert.Equal(newLines - 1, (await shop.LinesAsync(second)).Count(line => line.Resembles is not null));
    }

    [Fact]
    public async Task LinesThatWereLost_AreFoundByVerify_AndComeBackWithTheSameFile()
    {
        var shop = await Shop.OpenAsync(books);
        string[] files =
        [
            Fee("1", 0), Fee("2", 29.90m),
            .. ((string[])["PO-1", "PO-2"]).Select(payout =>
                $"type,reference,amount,fee,currency,date\npayment,X-1,10.00,0.25,EUR,2027-11-03\npayout,{payout},9.75,,EUR,2027-11-03\n"),
        ];
        foreach (var file in files)
            await shop.ImportAsync(file);
        await SealedSql.ScalarAsync(shop.Books.Database, """
            DELETE FROM settlement_line l USING statement s
             WHERE s.merchant_id = l.merchant_id AND s.id = l.statement_id AND s.reference ~ '^(2 of|PO-2)'
            """);

        var result = Assert.Single(await new Verifier(shop.Books.Database).VerifyAsync(shop.Merchant, Cancel)).Differences;
        Assert.Equal(2, result.Where(difference => difference.Rule == Counted).Sum(difference => difference.Count));
        foreach (var (file, newLines) in files.Zip([0, 1, 0, 1]))
        {
            var again = await shop.ImportAsync(file);
            Assert.Equal((true, newLines), (again.WasKnown, again.NewLines));
        }

        await shop.DisposeAsync();
    }

    [Fact]
    public async Task Files_OfDaysThatOverlap_ShareTheDaysOfWhichOneHasAllLines()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync($"{Header}{Row("01", "a")}{Row("02", "b")}{Row("02", "b")}{Row("03", "c")}");
        var second = await shop.ImportAsync($"{Header}{Row("01", "a")}{Row("02", "b")}{Row("02", "b")}{Row("03", "c")}{Row("04", "d")}");
        // The first day might be the end of it in both.
        Assert.Equal((2, 3), (second.NewLines, second.Statement.Elsewhere));
        Assert.Equal([true, false], (await shop.LinesAsync(second)).Select(line => line.Resembles is not null));
    }

    /// <summary>
    /// A statement begins within the last day of an earlier one, with or without references, or within one that tells no last balance:
    /// nothing is missing between them. What is missing behind it is told.
    /// </summary>
    [Theory]
    [InlineData("BANK5", false)]
    [InlineData("NONREF", false)]
    [InlineData("BANK5", true)]
    public async Task StatementThatOverlapsAnother_MissesNothingBetweenThem(string reference, bool isHalf)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt { Id = "0", Opening = 990 }.WithEntry(10, Entry("02", 10, "BANK2")).ToXml());
        var first = new Camt { Id = "1" }.WithEntry(10, Entry("03", 10, "BANK3")).WithEntry(20, Entry("05", 20, reference))
            .WithEntry(isHalf ? 7 : 0, isHalf ? Entry("06", 7, "BANK6") : "").ToXml();
        await shop.ImportAsync(!isHalf ? first : first.Remove(
            first.LastIndexOf("<Bal>", StringComparison.Ordinal),
            first.LastIndexOf("</Bal>", StringComparison.Ordinal) + 6 - first.LastIndexOf("<Bal>", StringComparison.Ordinal)));

        var second = await shop.TryImportAsync(new Camt { Id = "2", Opening = 1010 }.WithEntry(20, Entry("05", 20, reference))
            .WithEntry(5, Entry("09", 5, "BANK9")).ToXml());
        Assert.Empty(second.Remarks);
        Assert.Equal(reference == "NONREF" ? 2 : 1, second.Reports[0].NewLines);

        var third = await shop.TryImportAsync(new Camt { Id = "3", Opening = 2000 }.WithEntry(5, Entry("09", 5, "BANK10")).ToXml());
        Assert.Contains("a statement between them is missing", Assert.Single(third.Remarks).Problem, StringComparison.Ordinal);

        static string Entry(string day, decimal amount, string reference) => $"""
            <Ntry><Amt Ccy="EUR">{amount}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-{day}</Dt></BookgDt>
            <AcctSvcrRef>{reference}</AcctSvcrRef></Ntry>
            """;
    }

    /// <summary>
    /// A daily file came before the server read the amounts of bills, and a sum of charges without records: a longer file has the line with
    /// them, and it is the same one.
    /// </summary>
    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">1.50</TtlChrgsAndTaxAmt></Chrgs>")]
    [InlineData(true, "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">1.50</TtlChrgsAndTaxAmt></Chrgs>")]
    [InlineData(false, "<AmtDtls><TxAmt><Amt Ccy=\"EUR\">121.50</Amt></TxAmt></AmtDtls>"
        + "<Chrgs><Rcrd><Amt Ccy=\"EUR\">1.50</Amt></Rcrd></Chrgs>")]
    public async Task LineOfWhichMoreIsReadThanBefore_IsTheSame(bool hasAmounts, string charges)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 200_00), ("anna", "INV-2027-2", 90_00));
        await shop.ImportAsync(new Camt { Id = "day", Opening = 0 }.WithEntry(120, Entry("", "")).ToXml());

        var week = await shop.ImportAsync(new Camt { Id = "week", Opening = 0 }
            .WithEntry(120, Entry(hasAmounts ? "<RfrdDocAmt><RmtdAmt Ccy=\"EUR\">{0}</RmtdAmt></RfrdDocAmt>" : "", charges))
            .With(5, "else").ToXml());

        Assert.Equal((1, 1), (week.NewLines, week.Statement.Elsewhere));

        string Entry(string told, string kept) => $"""
            <Ntry><Amt Ccy="EUR">120.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-02</Dt></BookgDt>
            <AcctSvcrRef>BANK0</AcctSvcrRef><NtryDtls><TxDtls>{kept}<RmtInf><Ustrd>INV-2027-1</Ustrd>
            {Bill("INV-2027-1", told, kept.Length > 0 ? "81.50" : "80")}{Bill("INV-2027-2", told, "40")}</RmtInf></TxDtls></NtryDtls></Ntry>
            """;

        static string Bill(string number, string told, string amount) =>
            $"<Strd><RfrdDocInf><Nb>{number}</Nb></RfrdDocInf>{told.Replace("{0}", amount, StringComparison.Ordinal)}</Strd>";
    }

    [Fact]
    public async Task EqualRows_OfTwoPayouts_AreBothBooked()
    {
        await using var shop = await Shop.OpenAsync(books);
        foreach (var payout in (string[])["PO-1", "PO-2"])
        {
            var report = await shop.ImportAsync(
                $"type,reference,amount,fee,currency,date\nfee,,,0.25,EUR,2027-11-03\npayout,{payout},-0.25,,EUR,2027-11-03\n");
            Assert.Equal((1, 1), (report.NewLines, report.Booked));
        }

        Assert.Equal((50, -50), ((await shop.BalancesAsync())["fees"], (await shop.BalancesAsync())["clearing payout:sandbox"]));
    }

    [Long]
    [Theory]
    [InlineData("DELETE FROM settlement_line WHERE status = 'open'", Counted)]
    [InlineData("UPDATE settlement_line SET amount_minor = amount_minor + 1 WHERE status = 'open'", Counted)]
    [InlineData("UPDATE statement SET closing_minor = closing_minor + 1", Counted)]
    [InlineData("UPDATE statement SET lines = lines + 1", Counted)]
    [InlineData("UPDATE statement SET shared = shared + 1", Counted)]
    [InlineData("UPDATE settlement_line SET settles_id = NULL WHERE status = 'booked'", ForItsPayment)]
    public async Task Verify_FindsAStatementWhoseLinesDoNotFit(string change, string rule)
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00));
        await shop.ImportAsync(new Camt().With(30, "INV-2027-1").With(20, "else").ToXml());
        await shop.Books.AssertCleanAsync();
        await using (var command = shop.Books.Database.CreateCommand(change))
            await command.ExecuteNonQueryAsync(Cancel);

        var report = Assert.Single(await new Verifier(shop.Books.Database).VerifyAsync(shop.Merchant, Cancel));

        Assert.Contains(rule, report.Differences.Select(difference => difference.Rule));
        await shop.Engine.DisposeAsync();
        await shop.Books.DisposeAsync();
    }

    [Fact]
    public async Task Line_InAnotherCurrencyThanTheCustomers_StaysOpen_AlsoForAnOperator()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 30_00));
        var line = Assert.Single(
            await shop.LinesAsync(await shop.ImportAsync(new Camt { Currency = "USD" }.With(30, "A-100 INV-2027-1").ToXml())));
        Assert.Equal("It is in USD, and what it names is owed in EUR: INV-2027-1.", line.Note);
        foreach (var (choice, name) in ((SettlementChoice, string)[])
            [(SettlementChoice.Customer, "A-100"), (SettlementChoice.Charge, "INV-2027-1")])
        {
            Assert.Equal(
                Refusal.CurrencyMismatch,
                Assert.Single((await shop.Desk.BookAsChosenAsync(
                    line, choice, [name], shop.Origin, null, Cancel)).Outcome!.Faults).Refusal);
        }

        Assert.Equal(0, await shop.Books.CountAsync("payment"));
    }

    [Fact]
    public async Task OddStatements_AreTaken_AndToldByLineAndElement()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt { Id = "1" }.With(30, "first").ToXml());
        var gap = await shop.TryImportAsync(new Camt { Id = "2", Opening = 2000 }.With(20, "second").ToXml());
        Assert.Equal(
            "line 5, Bal: the statement begins at 2000.00 EUR, and the one before it ended at 1030.00 EUR: a statement between them is "
                + "missing",
            Assert.Single(gap.Remarks).ToString());
        var zero = await shop.TryImportAsync(new Camt { Id = "3", Opening = 2020 }.With(0, "nothing").With(5, "third").ToXml());
        Assert.Equal("line 12, Amt: it moves nothing, and is passed over", Assert.Single(zero.Remarks).ToString());
        var half = new Camt { Id = "4", Opening = 2020 }.With(5, "fourth").ToXml();
        var closing = half.LastIndexOf("<Bal>", StringComparison.Ordinal);
        var alone = await shop.TryImportAsync(half[..closing] + half[(half.LastIndexOf("</Bal>", StringComparison.Ordinal) + 6)..]);
        Assert.Equal("line 5, Bal: the statement tells its first balance alone: whether all of its entries are there can't be checked",
            Assert.Single(alone.Remarks).ToString());
        Assert.Equal((4, 4), (await shop.Books.CountAsync("statement"), await shop.Books.CountAsync("settlement_line")));
    }

    private const string Counted =
        "A statement has as many lines as it says, its own and those it shares, and they lead from its first balance to its last";

    private const string ForItsPayment =
        "A line that is booked for a payment has one; money that came, with what did not come, is all of it, and no other line is booked";

    private static string Fee(string id, decimal opening) =>
        new Camt { Id = id, Opening = opening }.With(29.90m, "Mitgliedsbeitrag", bankReference: "NONREF").ToXml();

    private static string Row(string day, string purpose) => $"{Camt.Iban};2027-11-{day};29.90;EUR;Anna Bell;{purpose}\n";
}
