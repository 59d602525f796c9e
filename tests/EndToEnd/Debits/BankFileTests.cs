using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>The bank's files about debits: rejects before the due day, the lump on it, returns after it.</summary>
public sealed class BankFileTests(BooksFixture books)
{
    internal static readonly XNamespace Pain = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08";

    [Fact]
    public async Task Lump_SettlesItsDebits_AndTheBankAgreesWithTheBooks()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("39.90"), await studio.DebitAsync("50"));
        var (number, file) = await studio.CollectAllAsync();
        await ImportAsync(studio, new Camt().WithEntry(89.90m, Lump(89.90m, GroupOf(file))));

        foreach (var member in new[] { anna, jonas })
            Assert.Equal(("captured", 0m), (await studio.StatusOfAsync(member), await studio.OpenOfAsync(member)));
        var progress = (await studio.CollectAsync("list")).AsArray().Single()!["progress"]!;
        Assert.Equal((0, 2), ((int)progress["waiting"]!, (int)progress["collected"]!));
        Assert.Equal("0", await OutstandingAsync(studio));
        await studio.AssertCleanAsync();
        Assert.NotEmpty(number);
    }

    [Fact]
    public async Task Statement_ThatIsImportedAgain_ChangesNothing()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();
        var statement = new Camt().WithEntry(20, Lump(20, GroupOf(file)));
        await ImportAsync(studio, statement);
        var events = await EventsAsync(studio);
        await ImportAsync(studio, statement);
        Assert.Equal(events, await EventsAsync(studio));
    }

    [Fact]
    public async Task DebitThatTheBankRejects_IsDeclined_AndTheLumpIsTheRest()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich, gone) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        var report = Report(file, (studio.NameOf(poor), "RJCT", "AM04"), (studio.NameOf(gone), "RJCT", "AC04"));

        var result = await StatusAsync(studio, report);
        Assert.Equal((2, 0, 0), ((int)result["rejected"]!, (int)result["known"]!, result["remarks"]!.AsArray().Count));
        Assert.Equal(("failed", 20m), (await studio.StatusOfAsync(poor), await studio.OpenOfAsync(poor)));
        Assert.Equal("insufficient_funds", await ReasonAsync(studio, poor));
        Assert.Equal("removed", await StandingAsync(studio, gone));
        Assert.Equal("saved", await StandingAsync(studio, poor));
        Assert.Equal(2, (int)(await StatusAsync(studio, report))["known"]!);

        await ImportAsync(studio, new Camt().WithEntry(30, Lump(30, GroupOf(file))));
        Assert.Equal("captured", await studio.StatusOfAsync(rich));
        Assert.Equal("0", await OutstandingAsync(studio));
        await studio.AssertCleanAsync();
    }

    /// <summary>What the debtor or the debtor's bank refuses is a failed payment, and none that somebody called off.</summary>
    [Theory]
    [InlineData("MD01")]
    [InlineData("MS02")]
    [InlineData("SL01")]
    public async Task DebitThatTheDebtorRefuses_Fails(string reason)
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();

        await StatusAsync(studio, Report(file, (studio.NameOf(member), "RJCT", reason)));

        Assert.Equal(("failed", 20m), (await studio.StatusOfAsync(member), await studio.OpenOfAsync(member)));
        await studio.AssertCleanAsync();
    }

    /// <summary>The statement comes before the status report that explains its lump.</summary>
    [Fact]
    public async Task LumpBeforeItsStatusReport_IsBookedByTheImportOfTheReport()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        await ImportAsync(studio, new Camt().WithEntry(30, Lump(30, GroupOf(file))));
        Assert.Equal("settling", await studio.StatusOfAsync(rich));

        var report = await WrittenAsync(studio, Report(file, (studio.NameOf(poor), "RJCT", "AM04")));
        var (exitCode, output, error) = await studio.RunAsync("settlement", "import", report);

        Assert.True(exitCode == 0, $"{output}{error}");
        Assert.Equal(("failed", "captured"), (await studio.StatusOfAsync(poor), await studio.StatusOfAsync(rich)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    [Fact]
    public async Task FileThatTheBankRejects_DeclinesAll()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();
        var result = await StatusAsync(studio, Report(file, "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"));
        Assert.Equal(1, (int)result["rejected"]!);
        Assert.Equal("failed", await studio.StatusOfAsync(member));
        await studio.AssertCleanAsync();
    }

    /// <summary>What the bank says of a whole file or group is about our account, our agreement or the file, not about customers.</summary>
    [Theory]
    [InlineData("AG01", RejectedAs.File)]
    [InlineData("AC06", RejectedAs.File)]
    [InlineData("AC03", RejectedAs.Group)]
    [InlineData("RC01", RejectedAs.Group)]
    [InlineData("AC06", RejectedAs.FileAndEachDebit)]
    [InlineData("AG01", RejectedAs.FileAndEachDebit)]
    [InlineData("AC06", RejectedAs.FileOfAnotherName)]
    public async Task FileThatTheBankRejects_LeavesBankAccountsAndMandates(string code, RejectedAs how)
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (number, file) = await studio.CollectAllAsync();
        var reason = $"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>";
        var (ofGroup, ofDebit) = how switch
        {
            RejectedAs.Group => ($"<PmtInfSts>RJCT</PmtInfSts>{reason}", ""),
            RejectedAs.FileAndEachDebit => ("", reason),
            _ => ("", ""),
        };
        var debits = how == RejectedAs.File ? "" : $"""
            <OrgnlPmtInfAndSts><OrgnlPmtInfId>{GroupOf(file)}</OrgnlPmtInfId>{ofGroup}
            <TxInfAndSts><OrgnlEndToEndId>{studio.NameOf(member)}</OrgnlEndToEndId><TxSts>RJCT</TxSts>{ofDebit}</TxInfAndSts>
            </OrgnlPmtInfAndSts>
            """;
        var report = Report(file, how == RejectedAs.Group ? "<GrpSts>PART</GrpSts>" : $"<GrpSts>RJCT</GrpSts>{reason}", debits);

        var result = await StatusAsync(studio, how == RejectedAs.FileOfAnotherName
            ? Regex.Replace(report, "<OrgnlMsgId>[^<]*<", "<OrgnlMsgId>PORTAL-1<", RegexOptions.None, TimeSpan.FromMinutes(1)) : report);

        Assert.Equal((1, "failed"), ((int)result["rejected"]!, await studio.StatusOfAsync(member)));
        // Only the bank knows what is wrong.
        Assert.Contains(
            result["remarks"]!.AsArray(),
            remark => ((string)remark!["problem"]!).StartsWith($"the bank says: {code} ", StringComparison.Ordinal));
        Assert.Equal(
            ("never_arrived", 1L),
            (await studio.ScalarAsync(
                "SELECT reason FROM attempt WHERE merchant_id = $1 AND status = 'declined'", studio.Merchant.Value),
                await studio.ScalarAsync(
                    "SELECT count(*) FROM mandate WHERE merchant_id = $1 AND status = 'active'", studio.Merchant.Value)));
        // The next collection asks for it, so the file must not go out once more.
        var again = await studio.RefusedAsync("file", number, "--to", studio.PathOf("again.xml"), "--reason", "signed now");
        Assert.Contains("build another", again, StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    /// <summary>Of two rejects of one debit the one that is about the customer's account counts, in whichever order.</summary>
    [Theory]
    [InlineData("MD01", "")]
    [InlineData("", "MD01")]
    [InlineData("MS03", "MD01")]
    [InlineData("MD01", "MS03")]
    public async Task DebitThatTheBankRejectsTwice_EndsTheMandateThatTheDebtorDenies(string first, string second)
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();

        await StatusAsync(studio, Report(file, "<GrpSts>RJCT</GrpSts>", $"""
            <OrgnlPmtInfAndSts><OrgnlPmtInfId>{GroupOf(file)}</OrgnlPmtInfId>{One(first)}{One(second)}</OrgnlPmtInfAndSts>
            """));

        Assert.Equal(
            0L, await studio.ScalarAsync(
                "SELECT count(*) FROM mandate WHERE merchant_id = $1 AND status = 'active'", studio.Merchant.Value));
        await studio.AssertCleanAsync();

        string One(string code) => $"""
            <TxInfAndSts><OrgnlEndToEndId>{studio.NameOf(member)}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
            <StsRsnInf>{(code.Length == 0 ? "<AddtlInf>See below</AddtlInf>" : $"<Rsn><Cd>{code}</Cd></Rsn>")}</StsRsnInf></TxInfAndSts>
            """;
    }

    /// <summary>A file that went to the bank twice: to collect or to pay again would move the money twice.</summary>
    [Theory]
    [InlineData("DU01")]
    [InlineData("AM05")]
    public async Task RejectOfASecondFile_ChangesNothing(string code)
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, other) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();

        var answer = await StatusAsync(studio, Report(file, $"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"));

        Assert.Equal(0, (int)answer["rejected"]!);
        var remark = Assert.Single(answer["remarks"]!.AsArray())!;
        Assert.Equal(
            ("TxSts", $"the bank has it already, and rejects the second one ({code}): what it does with the first, its statement says"),
            ((string)remark["column"]!, (string)remark["problem"]!));
        await ImportAsync(studio, new Camt().WithEntry(50, Lump(50, GroupOf(file))));
        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(member), await studio.StatusOfAsync(other)));
        await studio.AssertCleanAsync();
    }

    [Theory]
    [InlineData("RJCT", "ACSC")]
    [InlineData("ACSC", "RJCT")]
    public async Task Report_ThatSaysTwoThingsOfADebit_ChangesNothing(string first, string second)
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();

        var answer = await StatusAsync(studio, Report(file, (studio.NameOf(member), first, null), (studio.NameOf(member), second, null)));

        Assert.Equal((0, "settling"), ((int)answer["rejected"]!, await studio.StatusOfAsync(member)));
        Assert.Contains(
            "in one place and not in the other", (string)Assert.Single(answer["remarks"]!.AsArray())!["problem"]!,
            StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Report_InCapitals_IsAboutItsDebit_AndOneWithoutAStatusChangesNothingWithARemark()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();

        var answer = await StatusAsync(studio, Report(file, "", $"{Of(poor, "<TxSts>RJCT</TxSts>")}{Of(rich, "")}"));

        Assert.Equal(1, (int)answer["rejected"]!);
        Assert.Contains(
            "gives no status of", (string)Assert.Single(answer["remarks"]!.AsArray())!["problem"]!, StringComparison.Ordinal);
        Assert.Equal((20m, "settling"), (await studio.OpenOfAsync(poor), await studio.StatusOfAsync(rich)));
        await studio.AssertCleanAsync();

        string Of(Member member, string status) => $"""
            <TxInfAndSts><OrgnlEndToEndId>{studio.NameOf(member).ToUpperInvariant()}</OrgnlEndToEndId>{status}
            <StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></TxInfAndSts>
            """;
    }

    /// <summary>Later versions of the report part the mandates of debits from those of transfers.</summary>
    [Theory]
    [InlineData("<MndtId>{0}</MndtId>")]
    [InlineData("<DrctDbtMndt><MndtId>{0}</MndtId></DrctDbtMndt>")]
    public async Task Report_WithoutAnId_NamesADebitByItsMandateAndAmount(string related)
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        var mandate = file.Descendants(Pain + "DrctDbtTxInf").Single(one => one.Element(Pain + "InstdAmt")!.Value == "20.00")
            .Descendants(Pain + "MndtId").Single().Value;

        var answer = await StatusAsync(studio, Report(file, "<GrpSts>PART</GrpSts>", $"{Of("20.00")}{Of("30.00")}"));

        Assert.Equal(1, (int)answer["rejected"]!);
        Assert.Contains(
            "it is about 0 debits of the file", (string)Assert.Single(answer["remarks"]!.AsArray())!["problem"]!, StringComparison.Ordinal);
        Assert.Equal((20m, "settling"), (await studio.OpenOfAsync(poor), await studio.StatusOfAsync(rich)));
        await studio.AssertCleanAsync();

        string Of(string amount) => $"""
            <TxInfAndSts><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId><TxSts>RJCT</TxSts>
            <StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt>
            <MndtRltdInf>{related.Replace("{0}", mandate, StringComparison.Ordinal)}</MndtRltdInf></OrgnlTxRef></TxInfAndSts>
            """;
    }

    [Fact]
    public async Task Report_ThatTakesAFileInPart_AndNamesNoDebit_SaysToWait()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();

        var answer = await StatusAsync(studio, Report(file, "<GrpSts>PART</GrpSts>"));

        Assert.Equal((0, "settling"), ((int)answer["rejected"]!, await studio.StatusOfAsync(member)));
        Assert.Contains(
            "wait for its next report", (string)Assert.Single(answer["remarks"]!.AsArray())!["problem"]!, StringComparison.Ordinal);
    }

    /// <summary>The group says PART, and the file nothing, or that it is accepted.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("<GrpSts>PART</GrpSts>")]
    [InlineData("<GrpSts>ACCP</GrpSts>")]
    public async Task Report_ThatTakesAGroupInPart_AndNamesNoDebit_SaysSo_AndWhatToDo(string ofFile)
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();
        var report = await WrittenAsync(studio, Report(file, ofFile, $"""
            <OrgnlPmtInfAndSts><OrgnlPmtInfId>{GroupOf(file)}</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts></OrgnlPmtInfAndSts>
            """));

        var answer = await studio.CollectAsync("status", report);
        var (_, output, _) = await studio.RunForPeopleAsync("collect", "status", report);

        Assert.Equal((0, "settling"), ((int)answer["rejected"]!, await studio.StatusOfAsync(member)));
        var remark = (string)Assert.Single(answer["remarks"]!.AsArray())!["problem"]!;
        Assert.Contains("rejects some", remark, StringComparison.Ordinal);
        Assert.Contains("does not say which", remark, StringComparison.Ordinal);
        Assert.Contains("attempt resolve", remark, StringComparison.Ordinal);
        Assert.DoesNotContain("0 debits are rejected", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("some debits are rejected", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_AboutAFileThatTheBankCouldNotRead_IsRefused_WithTheBanksWords()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();
        var unnamed = XDocument.Parse($"{file}");
        unnamed.Descendants(Pain + "MsgId").Single().Value = "NOTPROVIDED";

        var refused = await RefusedStatusAsync(studio, Report(
            unnamed, "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn><AddtlInf>Schema is wrong in line 7</AddtlInf></StsRsnInf>"));

        Assert.Contains("the bank says: FF01 Schema is wrong in line 7", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithACodeThatWeDoNotKnow_MovesNothing_ThoughItsGroupIsRejected()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, other) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        var report = Report(
            file, "<GrpSts>RJCT</GrpSts>",
            $"<TxInfAndSts><OrgnlEndToEndId>{studio.NameOf(other)}</OrgnlEndToEndId><TxSts>BLCK</TxSts></TxInfAndSts>");

        var answer = await StatusAsync(studio, report);

        Assert.Equal(1, (int)answer["rejected"]!);
        var remark = Assert.Single(answer["remarks"]!.AsArray())!;
        Assert.Equal(
            ("TxSts", "we do not know this status: it changes nothing"), ((string)remark["column"]!, (string)remark["problem"]!));
        Assert.Equal(("failed", "settling"), (await studio.StatusOfAsync(poor), await studio.StatusOfAsync(other)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Report_OfAFileThatAPortalNamed_IsFoundByItsGroup_AndSaysNothingOfOtherDebits()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        var named = XDocument.Parse($"{file}");
        named.Descendants(Pain + "MsgId").Single().Value = "PORTAL-1";
        var report = Report(named, (studio.NameOf(poor), "RJCT", "AM04")).Replace("PART", "RJCT", StringComparison.Ordinal);

        Assert.Equal(1, (int)(await StatusAsync(studio, report))["rejected"]!);
        Assert.Equal((20m, "settling"), (await studio.OpenOfAsync(poor), await studio.StatusOfAsync(rich)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Report_ThatContradictsTheBooks_ChangesNothing_AndSaysWhere()
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, other) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        await StatusAsync(studio, Report(file, (studio.NameOf(other), "RJCT", "MS03")));
        // The server gives up the rejected debit's hold behind the answer.
        await NoticePost.UntilAsync(async () => await studio.ScalarAsync(
            "SELECT status FROM attempt WHERE payment_id = $1 AND verb = 'void'", other.Payment) is "approved");
        await ImportAsync(studio, new Camt().WithEntry(20, Lump(20, GroupOf(file))));
        await studio.RefundAsync(member, "20");
        var events = await EventsAsync(studio);

        var result = await StatusAsync(studio, Report(
            file, (studio.NameOf(member), "RJCT", "AM04"), (studio.NameOf(other), "ACSC", null), ("0123456789abcdef", "RJCT", "AM04")));
        Assert.Equal(0, (int)result["rejected"]!);
        Assert.Equal(3, result["remarks"]!.AsArray().Count);
        Assert.Equal(
            new[]
            {
                ("OrgnlEndToEndId", "the file has no debit or transfer 0123456789abcdef"),
                ("TxSts", $"payment {member.Number} is collected in the books: what the bank took back, its statement says"),
                ("TxSts", $"payment {other.Number} was rejected by an earlier report: the statement says whether it is collected"),
            }.Order(),
            result["remarks"]!.AsArray().Select(remark => ((string)remark!["column"]!, (string)remark["problem"]!)).Order());
        Assert.All(result["remarks"]!.AsArray(), remark => Assert.True((int)remark!["line"]! > 0));

        var elsewhere = XDocument.Parse($"{file}");
        elsewhere.Descendants(Pain + "MsgId").Single().Value = "OTHER-1";
        var refused = JsonNode.Parse(await RefusedStatusAsync(studio, Report(elsewhere, "<GrpSts>RJCT</GrpSts>")))!;
        var fault = Assert.Single(refused["faults"]!.AsArray())!;
        Assert.Equal(
            (4, "OrgnlMsgId", "no file of ours is called OTHER-1"),
            ((int)fault["line"]!, (string)fault["column"]!, (string)fault["problem"]!));
        Assert.Equal(events, await EventsAsync(studio));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task ReturnedDebit_OpensTheDebtAgain_WithTheBanksFee()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, closed) = (await studio.DebitAsync("50"), await studio.DebitAsync("20"));
        var (_, file) = await studio.CollectAllAsync();
        await ImportAsync(studio, new Camt().WithEntry(70, Lump(70, GroupOf(file))));
        var returns = new Camt { Id = "2027/12", Opening = 1070 }
            .WithEntry(-53, Return(53, studio.NameOf(poor), "AM04", fee: 3))
            .WithEntry(-20, Return(20, studio.NameOf(closed), "AC04", fee: 0));
        await ImportAsync(studio, returns);

        Assert.Equal((50m, 20m), (await studio.OpenOfAsync(poor), await studio.OpenOfAsync(closed)));
        Assert.Equal("returned_debit 5000 300 insufficient_funds", await studio.ScalarAsync(
            "SELECT format('%s %s %s %s', kind, amount_minor, fee_minor, reason) FROM dispute WHERE payment_id = $1", poor.Payment));
        Assert.Equal(("saved", "removed"), (await StandingAsync(studio, poor), await StandingAsync(studio, closed)));
        Assert.Equal("0", await OutstandingAsync(studio));
        Assert.Equal(0L, await OpenLinesAsync(studio));

        var events = await EventsAsync(studio);
        await ImportAsync(studio, returns);
        Assert.Equal(events, await EventsAsync(studio));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Return_ThatContradictsTheBooks_WaitsForAnOperator()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("50");
        var (_, file) = await studio.CollectAllAsync();
        var early = new Camt { Id = "2027/12", Opening = 1050 }.WithEntry(-50, Return(50, studio.NameOf(member), "MD06", fee: 0));
        Assert.Contains("not collected", await ImportAsync(studio, early), StringComparison.Ordinal);
        Assert.Equal(1L, await OpenLinesAsync(studio));

        await ImportAsync(studio, new Camt().WithEntry(50, Lump(50, GroupOf(file))));
        var greedy = new Camt { Id = "2028/01", Opening = 1000 }.WithEntry(-90, Return(90, studio.NameOf(member), "MD06", fee: 3));
        Assert.Contains("takes 87.00 EUR back", await ImportAsync(studio, greedy), StringComparison.Ordinal);
        Assert.Equal(0m, await studio.OpenOfAsync(member));

        // The statement with the collection is there now.
        await ImportAsync(studio, early);
        Assert.Equal((50m, 1L), (await studio.OpenOfAsync(member), await OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task DebitsInSingleLines_AreSettledOneByOne_AndALumpOfAnotherAmountWaits()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        Assert.Contains(
            "50.00 EUR, and the bank pays 45.00 EUR", await ImportAsync(studio, new Camt().WithEntry(45, Lump(45, GroupOf(file)))),
            StringComparison.Ordinal);
        Assert.Equal("settling", await studio.StatusOfAsync(anna));

        await ImportAsync(studio, new Camt { Id = "2027/12" }.With(20, "fee", studio.NameOf(anna)));
        Assert.Equal(("captured", "settling"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task ImportThatWasInterrupted_IsGoneOnWith_ByTheNextOne()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        // It ended when one of the captures was approved, and no line was there yet.
        var capture = Debit.Of(studio.Merchant, studio.NameOf(anna))!.Value;
        var attempt = (await new Attempts(books.Database).FindAsync(capture, TestContext.Current.CancellationToken))!;
        var approved = await books.Engine.SubmitAsync(new TakeAnswer(
            new Origin(studio.Merchant, 0, Guid.Parse(Biller.NewText())), attempt, ProviderAnswer.Approved));
        Assert.True(approved.Accepted);

        await ImportAsync(studio, new Camt().WithEntry(50, Lump(50, GroupOf(file))));
        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        Assert.Equal(("0", 0L), (await OutstandingAsync(studio), await OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task RefundOfADebit_IsPaidOut_ByATransferOfTheBank()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();
        await ImportAsync(studio, new Camt().WithEntry(20, Lump(20, GroupOf(file))));
        await studio.Biller.PostAsync($"{Biller.Payments}/{member.Payment}/refund", new JsonObject { ["amount"] = Biller.Euro("20") });
        var (_, waiting, _) = await studio.RunAsync("refund", "list", "--to-pay");
        Assert.Contains($"{member.Number}", waiting, StringComparison.Ordinal);

        await ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1020 }.With(-20, "refund"));
        var line = await studio.ScalarAsync(
            "SELECT id FROM settlement_line WHERE merchant_id = $1 AND status = 'open'", studio.Merchant.Value);
        var (exitCode, output, error) = await studio.RunAsync("settlement", "match", $"{line}", "--payment", $"{member.Number}");
        Assert.True(exitCode == 0, $"{output}{error}");
        Assert.Equal("0", await OutstandingAsync(studio));
        await studio.AssertCleanAsync();
    }

    internal static string GroupOf(XDocument file) => file.Descendants(Pain + "PmtInfId").Single().Value;

    internal static string Lump(decimal amount, string group) => string.Create(CultureInfo.InvariantCulture, $"""
        <Ntry><Amt Ccy="EUR">{amount:0.00}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-10</Dt></BookgDt>
        <AcctSvcrRef>L{group[..8]}</AcctSvcrRef><NtryDtls><Btch><PmtInfId>{group}</PmtInfId></Btch></NtryDtls></Ntry>
        """);

    internal static string Return(decimal amount, string endToEnd, string reason, decimal fee) => string.Create(
        CultureInfo.InvariantCulture, $"""
        <Ntry><Amt Ccy="EUR">{amount:0.00}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-12-02</Dt></BookgDt>
        <AcctSvcrRef>R{endToEnd[..8]}{amount:0}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{endToEnd}</EndToEndId></Refs>
        <AmtDtls><InstdAmt><Amt Ccy="EUR">{amount - fee:0.00}</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">{amount:0.00}</Amt></TxAmt></AmtDtls>
        {(fee == 0 ? "" : $"<Chrgs><Amt Ccy=\"EUR\">{fee.ToString("0.00", CultureInfo.InvariantCulture)}</Amt></Chrgs>")}
        <RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>
        """);

    internal static string Report(XDocument file, params (string EndToEnd, string Status, string? Reason)[] debits) => Report(
        file, "<GrpSts>PART</GrpSts>", $"""
        <OrgnlPmtInfAndSts><OrgnlPmtInfId>{GroupOf(file)}</OrgnlPmtInfId>{string.Concat(debits.Select(one => $"""

            <TxInfAndSts><OrgnlEndToEndId>{one.EndToEnd}</OrgnlEndToEndId><TxSts>{one.Status}</TxSts>
            {(one.Reason is null ? "" : $"<StsRsnInf><Rsn><Cd>{one.Reason}</Cd></Rsn></StsRsnInf>")}</TxInfAndSts>
            """))}
        </OrgnlPmtInfAndSts>
        """);

    internal static string Report(XDocument file, string status, string groups = "") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
          <GrpHdr><MsgId>S{Biller.NewText()[..20]}</MsgId><CreDtTm>2027-11-09T10:00:00</CreDtTm></GrpHdr>
          <OrgnlGrpInfAndSts><OrgnlMsgId>{file.Descendants(Pain + "MsgId").Single().Value}</OrgnlMsgId>
            <OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>{status}</OrgnlGrpInfAndSts>
          {groups}
        </CstmrPmtStsRpt></Document>
        """;

    internal static async Task<JsonNode> StatusAsync(Studio studio, string report) =>
        await studio.CollectAsync("status", await WrittenAsync(studio, report));

    private static async Task<string> RefusedStatusAsync(Studio studio, string report)
    {
        var (exitCode, output, _) = await studio.RunAsync("collect", "status", await WrittenAsync(studio, report));
        Assert.NotEqual(0, exitCode);
        return output;
    }

    /// <summary>Imports a statement that is taken, and returns what the command tells.</summary>
    internal static async Task<string> ImportAsync(Studio studio, Camt statement)
    {
        var (exitCode, output, error) = await studio.RunAsync("settlement", "import", await WrittenAsync(studio, statement.ToXml()));
        Assert.True(exitCode == 0, $"{output}{error}");
        return output;
    }

    internal static async Task<string> WrittenAsync(Studio studio, string text)
    {
        var path = studio.PathOf($"{Biller.NewText()}.xml");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    /// <summary>The balances of the bank's clearing and of the money on the way to the statement, in cents.</summary>
    internal static async Task<string> OutstandingAsync(Studio studio) => $"{await studio.ScalarAsync(
        "SELECT coalesce(sum(abs(balance)), 0) FROM (SELECT sum(debits_minor - credits_minor) AS balance FROM ledger_account "
        + "WHERE merchant_id = $1 AND kind = 'clearing' AND purpose IN ('bank', 'payout:bank', 'payout:bank-transfer') "
        + "GROUP BY purpose) x", studio.Merchant.Value)}";

    internal static Task<object?> OpenLinesAsync(Studio studio) => studio.ScalarAsync(
        "SELECT count(*) FROM settlement_line WHERE merchant_id = $1 AND status = 'open'", studio.Merchant.Value);

    internal static Task<object?> EventsAsync(Studio studio) =>
        studio.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", studio.Merchant.Value);

    private static async Task<string> ReasonAsync(Studio studio, Member member) => (string)(await studio.ScalarAsync(
        "SELECT reason FROM attempt WHERE payment_id = $1 AND verb = 'capture'", member.Payment))!;

    internal static async Task<string> StandingAsync(Studio studio, Member member) => (string)(await studio.ScalarAsync(
        "SELECT standing FROM instrument WHERE id = $1", Guid.Parse(member.Instrument)))!;
}

/// <summary>Where a report says that the bank rejects what a file has.</summary>
public enum RejectedAs
{
    File,
    Group,

    /// <summary>The bank repeats the file's reason at each debit.</summary>
    FileAndEachDebit,

    /// <summary>The report names the file by an id of the bank's portal, and its debits without a reason.</summary>
    FileOfAnotherName,
}
