using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Storage.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>Refunds to pay out go to the merchant's bank in a file of transfers, each once.</summary>
public sealed class TransferTests(BooksFixture books)
{
    private const string Refunds = "--refunds";
    private const string AustrianIban = "AT611904300234573201";
    private static readonly XNamespace Pain = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refunds_GoToTheBank_AndItsStatementSaysThatTheyArePaid()
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.RefundAsync(await DebitedAsync(studio, "50"), "20");
        var jonas = await studio.RefundAsync(await studio.TransferredAsync("30", AustrianIban), "30");
        var unknown = await studio.RefundAsync(await studio.TransferredAsync("7"), "7");

        var preview = await studio.CollectAsync("preview", Refunds);
        Assert.Equal((2, "50.00"), (preview["debits"]!.AsArray().Count, $"{preview["sum"]!["amount"]}"));
        var left = Assert.Single(preview["leftOut"]!.AsArray())!;
        Assert.Equal(unknown.Number, (long)left["refund"]!);
        Assert.Contains("no bank account of the customer", (string)left["why"]!, StringComparison.Ordinal);

        var (number, file) = await studio.CollectAllAsync(Refunds);
        Iso20022.IsValid("pain.001.001.09", $"{file}");
        Assert.Equal(
            new[] { (anna.Name, "20.00", "Juergen Gross"), (jonas.Name, "30.00", "Juergen Gross") }.Order(),
            file.Descendants(Pain + "CdtTrfTxInf").Select(one => (
                one.Descendants(Pain + "EndToEndId").Single().Value, one.Descendants(Pain + "InstdAmt").Single().Value,
                one.Element(Pain + "Cdtr")!.Element(Pain + "Nm")!.Value)).Order());
        Assert.Contains($"in collection {number}", await ToPayAsync(studio), StringComparison.Ordinal);
        Assert.Null((await studio.CollectAsync("run", Refunds))["collection"]);

        // The bank books the refunds of debits as one lump, and each of the others by itself.
        var statement = new Camt { Id = "2027/12", Opening = 1050 }
            .WithEntry(-20, Out(20, GroupOf(file, anna))).With(-30, "refund", jonas.Name);
        await BankFileTests.ImportAsync(studio, statement);
        Assert.Equal(("done", "done", "pending"),
            (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas), await studio.StatusOfAsync(unknown)));
        Assert.Equal(("0", 0L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await BankFileTests.ImportAsync(studio, statement);
        var progress = (await studio.CollectAsync("list")).AsArray()[0]!["progress"]!;
        Assert.Equal((0, 2, 0), ((int)progress["waiting"]!, (int)progress["collected"]!, (int)progress["rejected"]!));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task TransferThatTheBankRejects_IsToBePaidOutAgain_WithTheReason()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await DebitedAsync(studio, "50");
        var (good, bad) = (await studio.RefundAsync(member, "20"), await studio.RefundAsync(member, "5"));
        var (number, file) = await studio.CollectAllAsync(Refunds);
        var report = Report(file, bad, "RJCT", "AM04");

        Assert.Equal((1, 0), Counts(await StatusAsync(studio, report)));
        Assert.Equal((0, 1), Counts(await StatusAsync(studio, report)));
        Assert.Equal("pending", await studio.StatusOfAsync(bad));
        Assert.Contains("the bank rejected it: AM04", await ToPayAsync(studio), StringComparison.Ordinal);
        var progress = (await studio.CollectAsync("list")).AsArray()[0]!["progress"]!;
        Assert.Equal((1, 1), ((int)progress["waiting"]!, (int)progress["rejected"]!));
        await studio.AssertCleanAsync();

        // The next file pays it, so this one must not go out once more.
        var again = await studio.RefusedAsync("file", number, "--to", studio.PathOf("again.xml"), "--reason", "signed now");
        Assert.Contains("build another", again, StringComparison.Ordinal);
        var (next, second) = await studio.CollectAllAsync(Refunds);
        Assert.NotEqual(number, next);
        Assert.Equal(bad.Name, second.Descendants(Pain + "EndToEndId").Single().Value);
        await BankFileTests.ImportAsync(
            studio, new Camt { Id = "2027/12", Opening = 1050 }.WithEntry(-20, Out(20, GroupOf(file, good))).With(-5, "refund", bad.Name));
        Assert.Equal(("done", "done"), (await studio.StatusOfAsync(good), await studio.StatusOfAsync(bad)));
        Assert.Equal("0", await BankFileTests.OutstandingAsync(studio));
        await studio.AssertCleanAsync();
    }

    /// <summary>The bank shows the rejected transfer and takes it back: the books were never restored, and no line says so.</summary>
    [Fact]
    public async Task LinesOfATransferThatTheBankRejected_SayNothingOfARestore()
    {
        using var studio = await Studio.OpenAsync(books);
        var bad = await studio.RefundAsync(await DebitedAsync(studio, "50"), "5");
        var (_, file) = await studio.CollectAllAsync(Refunds);
        await StatusAsync(studio, Report(file, bad, "RJCT", "AM04"));

        await BankFileTests.ImportAsync(
            studio, new Camt { Id = "2027/12", Opening = 1050 }.With(-5, "refund", bad.Name).With(5, "refund comes back", bad.Name));

        var (_, output, _) = await studio.RunAsync("settlement", "list", "--open");
        Assert.Equal(2, JsonNode.Parse(output)!.AsArray().Count);
        Assert.DoesNotContain("restore", output, StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task TransferThatTheBankRejectsAsADuplicate_IsNotPaidOutAgain()
    {
        using var studio = await Studio.OpenAsync(books);
        var refund = await studio.RefundAsync(await DebitedAsync(studio, "50"), "20");
        var (_, file) = await studio.CollectAllAsync(Refunds);

        var answer = await StatusAsync(studio, Report(file, refund, "RJCT", "DUPL"));

        Assert.Equal(0, (int)answer["rejected"]!);
        Assert.Single(answer["remarks"]!.AsArray());
        Assert.Null((await studio.CollectAsync("run", Refunds))["collection"]);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task RefundThatAnOperatorPaidMeanwhile_IsNotHandedOut()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await DebitedAsync(studio, "50");
        var (paid, left) = (await studio.RefundAsync(member, "20"), await studio.RefundAsync(member, "5"));
        var number = $"{(await studio.CollectAsync("run", Refunds))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        Assert.Contains($"Collection {number} has", await SettleAsync(studio, "call-off", left, isRefused: true), StringComparison.Ordinal);
        await SettleAsync(studio, "paid", paid);

        var path = studio.PathOf("late.xml");
        Assert.Contains(
            "was paid or called off meanwhile", await studio.RefusedAsync("file", number, "--to", path), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        await studio.CollectAsync("call-off", number, "--reason", "one is paid");
        var (_, file) = await studio.CollectAllAsync(Refunds);
        Assert.Equal(left.Name, file.Descendants(Pain + "EndToEndId").Single().Value);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task RefundAtTheBank_CanNotBeCalledOff_AndOneOfACollectionThatIsCalledOffCan()
    {
        using var studio = await Studio.OpenAsync(books);
        var refund = await studio.RefundAsync(await DebitedAsync(studio, "50"), "20");
        var number = $"{(await studio.CollectAsync("run", Refunds))["collection"]!["number"]}";
        await studio.CollectAsync("call-off", number, "--reason", "wrong day");
        await SettleAsync(studio, "call-off", refund);
        Assert.Equal("failed", await studio.StatusOfAsync(refund));

        var other = await studio.RefundAsync(await DebitedAsync(studio, "50", "2028/02"), "20");
        var (_, file) = await studio.CollectAllAsync(Refunds);
        await SettleAsync(studio, "call-off", other, isRefused: true);
        Assert.Contains(other.Name, $"{file}", StringComparison.Ordinal);
        Assert.Equal("pending", await studio.StatusOfAsync(other));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task TransferThatComesBack_WaitsForAnOperator()
    {
        using var studio = await Studio.OpenAsync(books);
        var refund = await studio.RefundAsync(await studio.TransferredAsync("30", AustrianIban), "30");
        await studio.CollectAllAsync(Refunds);
        await BankFileTests.ImportAsync(studio, new Camt().With(-30, "refund", refund.Name));
        Assert.Equal("done", await studio.StatusOfAsync(refund));

        Assert.Contains(
            "came back",
            await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 970 }.With(30, "return", refund.Name)),
            StringComparison.Ordinal);
        Assert.Equal(1L, await BankFileTests.OpenLinesAsync(studio));
        await studio.AssertCleanAsync();
    }

    /// <summary>The bank takes a transfer back that a customer had made: the file that it has may pay the refund all the same.</summary>
    [Theory]
    [InlineData(false, "failed")]
    [InlineData(true, "pending")]
    public async Task TransferThatTheBankTakesBack_CallsOffARefundInAFile_UntilTheBankHasTheFile(bool isHandedOut, string status)
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.TransferredAsync("30", AustrianIban);
        var refund = await studio.RefundAsync(member, "20");
        var number = $"{(await studio.CollectAsync("run", Refunds))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        if (isHandedOut)
            await studio.HandOutAsync(number);
        await BankFileTests.ImportAsync(studio, new Camt().With(-30, "taken back"));
        var line = await CountedOnceTests.OpenLineAsync(studio);

        var (exitCode, output, error) = await studio.RunAsync(
            "settlement", "match", $"{line["id"]}", "--return", $"{member.Number}", "--reason", "the bank's letter");

        Assert.Equal(isHandedOut ? 1 : 0, exitCode);
        Assert.Equal(isHandedOut, $"{output}{error}".ReplaceLineEndings(" ").Contains("have gone back already", StringComparison.Ordinal));
        Assert.Equal(status, await studio.StatusOfAsync(refund));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task FileAboveTheLimit_IsReleasedByASecondPerson()
    {
        using var studio = await Studio.OpenAsync(books);
        var refund = await studio.RefundAsync(await studio.TransferredAsync("30", AustrianIban), "30");
        var set = await studio.RunAsync("approval", "limit", "EUR", "10", "--reason", "two people");
        Assert.True(set.ExitCode == 0, set.Error);
        var number = $"{(await studio.CollectAsync("run", Refunds))["collection"]!["number"]}";
        Assert.Contains("above the limit", await studio.RefusedAsync("release", number), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("pending", await studio.StatusOfAsync(refund));
    }

    [Fact]
    public async Task RunThatWasInterrupted_IsGoneOnWith_AndTwoRunsAtOncePayEachRefundOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await DebitedAsync(studio, "50");
        var names = new List<string>();
        for (var index = 0; index < 4; index++)
            names.Add((await studio.RefundAsync(member, "5")).Name);

        // It ended when it had taken one refund and kept a file that was not the whole one.
        var (collections, id) = (new Collections(books.Database), new CollectionId(studio.Merchant, Guid.Parse(Biller.NewText())));
        var dueOn = DateOnly.Parse((string)(await studio.CollectAsync("preview", Refunds))["dueOn"]!, CultureInfo.InvariantCulture);
        var by = new Origin(studio.Merchant, 0, Guid.Parse(Biller.NewText()));
        Assert.True((await books.Engine.SubmitAsync(
            new OpenCollection(by, id, CollectionKind.Transfers, Business.Euro, DebitScheme.Core, dueOn,
                CreditorIdentifier.Parse(Studio.Creditor)))).Accepted);
        var first = (await collections.WaitingRefundsAsync(studio.Merchant, null, 1, Cancel)).Single();
        Assert.True((await books.Engine.SubmitAsync(
            new TakeDebit(by, first.Attempt, first.Instrument!.Value, id, first.Former))).Accepted);
        await new CollectionFiles(books.Database, books.Vault).KeepAsync(
            id, async half => await half.WriteAsync("half"u8.ToArray(), Cancel), Cancel);

        await Task.WhenAll(studio.RunAsync("collect", "run", Refunds), studio.RunAsync("collect", "run", Refunds));
        await studio.RunAsync("collect", "run", Refunds);
        List<string> sent = [];
        foreach (var listed in (await studio.CollectAsync("list")).AsArray())
        {
            if ((string)listed!["collection"]!["kind"]! != "transfers" || (string)listed["collection"]!["status"]! != "built")
                continue;
            var number = $"{listed["collection"]!["number"]}";
            await studio.CollectAsync("release", number);
            sent.AddRange((await studio.HandOutAsync(number)).Descendants(Pain + "EndToEndId").Select(one => one.Value));
        }

        Assert.Equal(names.Order(), sent.Order());
        await studio.AssertCleanAsync();
    }

    /// <summary>A member whose debit the bank has collected.</summary>
    private static async Task<Member> DebitedAsync(Studio studio, string amount, string statement = "2027/11")
    {
        var member = await studio.DebitAsync(amount);
        var (_, file) = await studio.CollectAllAsync();
        var paid = decimal.Parse(amount, CultureInfo.InvariantCulture);
        var group = file.Descendants().Single(element => element.Name.LocalName == "PmtInfId").Value;
        await BankFileTests.ImportAsync(studio, new Camt { Id = statement }.WithEntry(paid, BankFileTests.Lump(paid, group)));
        Assert.Equal("captured", await studio.StatusOfAsync(member));
        return member;
    }

    private static string GroupOf(XDocument file, GivenBack refund) => file.Descendants(Pain + "PmtInf")
        .Single(group => group.Descendants(Pain + "EndToEndId").Any(one => one.Value == refund.Name)).Element(Pain + "PmtInfId")!.Value;

    private static string Out(decimal amount, string group) =>
        BankFileTests.Lump(amount, group).Replace("CRDT", "DBIT", StringComparison.Ordinal);

    private static string Report(XDocument file, GivenBack refund, string status, string reason) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
          <GrpHdr><MsgId>S{Biller.NewText()[..20]}</MsgId><CreDtTm>2027-11-09T10:00:00</CreDtTm></GrpHdr>
          <OrgnlGrpInfAndSts><OrgnlMsgId>{file.Descendants(Pain + "MsgId").Single().Value}</OrgnlMsgId>
            <OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
          <OrgnlPmtInfAndSts><OrgnlPmtInfId>{GroupOf(file, refund)}</OrgnlPmtInfId>
            <TxInfAndSts><OrgnlEndToEndId>{refund.Name}</OrgnlEndToEndId><TxSts>{status}</TxSts>
            <StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
        </CstmrPmtStsRpt></Document>
        """;

    private static async Task<JsonNode> StatusAsync(Studio studio, string report) =>
        await studio.CollectAsync("status", await BankFileTests.WrittenAsync(studio, report));

    private static (int Rejected, int Known) Counts(JsonNode result)
    {
        Assert.Empty(result["remarks"]!.AsArray());
        return ((int)result["rejected"]!, (int)result["known"]!);
    }

    /// <summary>The text of the list of refunds to pay out.</summary>
    private async Task<string> ToPayAsync(Studio studio)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(
            "refund", "list", "--to-pay", "--merchant", $"{studio.Merchant.Value}", "--database", books.ConnectionString);
        Assert.True(exitCode == 0, error);
        return output;
    }

    /// <summary>An operator says what happened to a refund.</summary>
    private static async Task<string> SettleAsync(Studio studio, string what, GivenBack refund, bool isRefused = false)
    {
        var (exitCode, output, error) = await studio.RunAsync("refund", what, $"{refund.Number}", "--reason", "seen at the bank");
        Assert.True((exitCode != 0) == isRefused, $"{output}{error}");
        return error.ReplaceLineEndings(" ");
    }
}
