using System.Globalization;
using System.Xml.Linq;
using Quittance.BackOffice.BankCollections;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Storage.Debits;
using Quittance.Tests.Debits;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Restoring;

/// <summary>After a restore no debit and no refund that the bank has already goes to it again.</summary>
[Long("restored books")]
public sealed class LostFileTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FilesOfTheLostTime_AreHandedIn_AndGoNoSecondTime()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var (anna, jonas, refund) = (await studio.DebitAsync(39_90), await studio.DebitAsync(50_00), await studio.RefundAsync(25_00));
        await studio.BackUpAsync();
        var (_, debits) = await studio.CollectAsync();
        var (_, refunds) = await studio.CollectAsync("--refunds");
        await studio.RestoreHeldAsync();

        var perhaps = (await studio.DoAsync("reconcile"))["perhapsSent"]!.AsArray().Single()!;
        Assert.Equal(
            ["debits 2 89.90", "transfers 1 25.00"],
            perhaps["sums"]!.AsArray().Select(one => $"{one!["kind"]} {one["count"]} {one["sum"]!["amount"]}"));
        Assert.Equal(3, perhaps["items"]!.AsArray().Count);
        Assert.Single((await studio.DoAsync("release", "--reason", "a drill"))["perhapsSent"]!.AsArray());

        Assert.Equal(0, (await studio.PreviewAsync()).Taken);
        Assert.All((await studio.PreviewAsync()).LeftOut, why => Assert.Contains("a restore lost", why, StringComparison.Ordinal));
        Assert.Null((await studio.DoAsync("collect", "run"))["collection"]);
        Assert.Null((await studio.DoAsync("collect", "run", "--refunds"))["collection"]);

        Assert.Equal(2, (int)(await studio.DoAsync("collect", "lost", debits))["found"]!);
        Assert.True((bool)(await studio.DoAsync("collect", "lost", debits))["wasKnown"]!);
        Assert.Equal(1, (int)(await studio.DoAsync("collect", "lost", refunds))["found"]!);
        Assert.Equal((0, 0), ((await studio.PreviewAsync()).Taken, (await studio.PreviewAsync()).LeftOut.Count));
        await studio.ImportAsync(new Camt().WithEntry(89.90m, BankFileTests.Lump(89.90m, RestorableStudio.GroupOf(debits)))
            .WithEntry(-25, Out(25, RestorableStudio.GroupOf(refunds))));
        foreach (var one in new[] { anna, jonas, refund })
            Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(one));
        Assert.Empty((await studio.DoAsync("reconcile"))["perhapsSent"]!.AsArray());
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task BanksOwnFiles_SayWhatItHad()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var (paid, rejected, unknown) = (await studio.DebitAsync(10_00), await studio.DebitAsync(20_00), await studio.DebitAsync(30_00));
        var refund = await studio.RefundAsync(5_00);
        await studio.BackUpAsync();
        var (_, file) = await studio.CollectAsync();
        await studio.CollectAsync("--refunds");
        await studio.RestoreAsync();

        var report = BankFileTests.Report(XDocument.Load(file), (Debit.NameOf(rejected.Id), "RJCT", "AM04"));
        Assert.Equal(1, (int)(await studio.DoAsync("collect", "status", await studio.WrittenAsync(report)))["rejected"]!);
        await studio.ImportAsync(
            new Camt().With(10, "fee", Debit.NameOf(paid.Id)).With(-5, "back", Debit.NameOf(refund.Id)));

        Assert.Equal(AttemptStatus.Declined, await studio.StatusOfAsync(rejected));
        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(paid));
        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(refund));
        // The bank has said nothing of the third one.
        Assert.Single((await studio.PreviewAsync()).LeftOut);
        await studio.Books.AssertCleanAsync();
        Assert.Equal(1, (int)(await studio.DoAsync("collect", "lost", file))["found"]!);
        Assert.Empty((await studio.PreviewAsync()).LeftOut);
        Assert.Equal(AttemptStatus.Pending, await studio.StatusOfAsync(unknown));
        await studio.Books.AssertCleanAsync();
    }

    /// <summary>Most formats have the end-to-end id of a debit in their text alone. The bill's number stands there, too.</summary>
    [Theory]
    [InlineData("mt940")]
    [InlineData("csv")]
    public async Task BanksOwnFile_OfAnotherFormat_SaysWhatItHad(string format)
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var (debit, other) = (await studio.DebitAsync(10_00), await studio.DebitAsync(30_00));
        await studio.BackUpAsync();
        await studio.CollectAsync();
        await studio.RestoreAsync();

        var words = $"{await studio.BillOfAsync(debit)} {Debit.NameOf(debit.Id)}";
        await studio.ImportTextAsync(format == "csv"
            ? $"Date;Amount;Text\n2027-11-10;10,00;{words}\n"
            : $":20:STARTUMS\r\n:25:{Studio.OwnIban}\r\n:28C:1/1\r\n:60F:C271109EUR0,\r\n:61:271110CR10,NMSCNONREF\r\n"
                + $":86:171?00EINZUG?20{words[..27]}?21{words[27..]}\r\n:62F:C271110EUR10,\r\n-\r\n",
            format == "csv" ? ["--account", Studio.OwnIban, "--currency", "EUR"] : []);

        var line = Assert.Single(await studio.OpenLinesAsync());
        Assert.Contains("the bank collects payment", (string)line["note"]!, StringComparison.Ordinal);
        await studio.DoAsync("settlement", "match", $"{line["id"]}", "--accept");
        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(debit));
        Assert.Equal(AttemptStatus.Pending, await studio.StatusOfAsync(other));
        Assert.Single((await studio.PreviewAsync()).LeftOut);
        await studio.Books.AssertCleanAsync();
    }

    /// <summary>Another account's statement, or one in another currency, says nothing of what this one's file had.</summary>
    [Fact]
    public async Task StatementOfAnotherAccount_SaysNothing_AndBooksNothing()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var debit = await studio.DebitAsync(10_00);
        await studio.BackUpAsync();
        await studio.CollectAsync();
        await studio.RestoreAsync();

        await studio.ImportAsync(new Camt { Account = "DE02120300000000202051" }.With(
            10, await studio.BillOfAsync(debit), Debit.NameOf(debit.Id)));

        Assert.Contains(
            "which is in no file that was handed out", (string)Assert.Single(await studio.OpenLinesAsync())["note"]!,
            StringComparison.Ordinal);
        Assert.Equal(AttemptStatus.Pending, await studio.StatusOfAsync(debit));
        Assert.Single((await studio.PreviewAsync()).LeftOut);
        await studio.Books.AssertCleanAsync();
    }

    /// <summary>The return names the debit before anything names its file; the file has it then, and the books add up.</summary>
    [Fact]
    public async Task ReturnThatComesBeforeItsFile_IsOfTheFileThen()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var debit = await studio.DebitAsync(10_00);
        await studio.BackUpAsync();
        var (_, file) = await studio.CollectAsync();
        await studio.RestoreAsync();

        var back = new Camt { Id = "2027/12", Opening = 1010 }
            .WithEntry(-10, BankFileTests.Return(10, Debit.NameOf(debit.Id), "AM04", fee: 0));
        await studio.ImportAsync(back);
        await studio.Books.AssertCleanAsync();
        Assert.Equal(1, (int)(await studio.DoAsync("collect", "lost", file))["found"]!);
        await studio.Books.AssertCleanAsync();

        await studio.ImportAsync(new Camt().WithEntry(10, BankFileTests.Lump(10, RestorableStudio.GroupOf(file))));
        await studio.ImportAsync(back);
        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(debit));
        Assert.Equal(
            ["1"], await OperatedBooks.ReadAsync(studio.Books.Database, "SELECT count(*)::text FROM dispute WHERE status = 'open'"));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task Person_SaysOfEachDebit_WhetherTheBankHadIt()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var (sent, unsent) = (await studio.DebitAsync(10_00), await studio.DebitAsync(20_00));
        var (refund, _) = (await studio.RefundAsync(5_00), await studio.RefundAsync(6_00));
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        var (ofSent, ofUnsent) = ($"{await studio.NumberOfAsync(sent)}", $"{await studio.NumberOfAsync(unsent)}");

        Assert.Contains("Name a collection", await studio.RefusedAsync("collect", "sent", "--reason", "x"), StringComparison.Ordinal);
        await studio.DoAsync("collect", "sent", "--payment", ofSent, "--reason", "seen at the bank");
        await studio.DoAsync("collect", "unsent", "--payment", ofUnsent, "--reason", "not seen at the bank");
        Assert.Contains(
            "is not perhaps sent", await studio.RefusedAsync("collect", "sent", "--payment", ofSent, "--reason", "x"),
            StringComparison.Ordinal);

        var (_, file) = await studio.CollectAsync();
        Assert.Equal(
            [Debit.NameOf(unsent.Id)],
            XDocument.Load(file).Descendants().Where(one => one.Name.LocalName == "EndToEndId").Select(one => one.Value));
        await studio.ImportAsync(new Camt().With(10, "fee", Debit.NameOf(sent.Id)));
        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(sent));
        Assert.Equal(2, (await studio.PreviewAsync("--refunds")).LeftOut.Count);
        await studio.DoAsync("collect", "unsent", "--all", "--reason", "no file of refunds went");
        Assert.Equal(2, (await studio.PreviewAsync("--refunds")).Taken);
        await studio.CollectAsync("--refunds");
        Assert.Equal(AttemptStatus.Open, await studio.StatusOfAsync(refund));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task RefundThatMayBePaid_IsNotCalledOff_AndCanBeBookedAsPaid()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var refund = await studio.RefundAsync(5_00);
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        var number = $"{(await studio.DoAsync("refund", "list", "--to-pay"))["refunds"]![0]!["refund"]}";

        Assert.Contains(
            "a restore lost", await studio.RefusedAsync("refund", "call-off", number, "--reason", "x"), StringComparison.Ordinal);
        await studio.DoAsync("refund", "paid", number, "--reason", "seen at the bank");

        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(refund));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task CollectionThatWasReleasedAtTheBackup_WaitsForAWord()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        await studio.DebitAsync(10_00);
        var released = await studio.BuildAsync();
        await studio.DoAsync("collect", "release", $"{released}");
        await studio.DebitAsync(20_00);
        var built = await studio.BuildAsync();
        await studio.BackUpAsync();
        var lost = await studio.HandOutAsync(released);
        await studio.RestoreAsync();

        Assert.Contains(
            "a restore lost", await studio.RefusedAsync("collect", "file", $"{released}", "--to", studio.PathOf("again.xml")),
            StringComparison.Ordinal);
        Assert.Contains("a restore lost", await studio.RefusedAsync("collect", "release", $"{built}"), StringComparison.Ordinal);
        Assert.False(File.Exists(studio.PathOf("again.xml")));

        Assert.Equal(released, (long)(await studio.DoAsync("collect", "lost", lost))["collection"]!);
        Assert.Contains(
            "handed out already", await studio.RefusedAsync("collect", "file", $"{released}", "--to", studio.PathOf("again.xml")),
            StringComparison.Ordinal);
        await studio.DoAsync("collect", "unsent", $"{built}", "--reason", "the bank does not know it");
        await studio.DoAsync("collect", "release", $"{built}");
        await studio.HandOutAsync(built);
        Assert.Empty((await studio.DoAsync("reconcile"))["perhapsSent"]!.AsArray());
        await studio.Books.AssertCleanAsync();
    }

    /// <summary>The folder puts nothing out by itself, and takes the lost file like a file of the bank.</summary>
    [Fact]
    public async Task Folder_PutsNothingOut_BeforeItIsKnown_AndTakesTheLostFile()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var folder = Directory.CreateDirectory(studio.PathOf("bank")).FullName;
        await studio.NameAccountAsync("--folder", folder);
        await studio.DebitAsync(10_00);
        var number = await studio.BuildAsync();
        await studio.DoAsync("collect", "release", $"{number}");
        await studio.BackUpAsync();
        var lost = await studio.HandOutAsync(number);
        await studio.RestoreAsync();

        var news = Assert.Single(await studio.LookAsync(folder));
        Assert.True(news.IsTrouble);
        Assert.Contains("a restore lost", news.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, BankFolder.Out)));

        File.Copy(lost, Path.Combine(folder, BankFolder.In, "lost.xml"));
        await studio.LookAsync(folder);
        await studio.LookAsync(folder);
        Assert.Contains(
            "go to it no more", await File.ReadAllTextAsync(Path.Combine(folder, BankFolder.Done, "lost.xml.txt"), Cancel),
            StringComparison.Ordinal);
        Assert.Empty(await studio.LookAsync(folder));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, BankFolder.Out)));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task CollectionThatWasReleasedAtTheBackup_WentByAnotherFile()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var debit = await studio.DebitAsync(10_00);
        var released = await studio.BuildAsync();
        await studio.DoAsync("collect", "release", $"{released}");
        await studio.BackUpAsync();
        await studio.DoAsync("collect", "call-off", $"{released}", "--reason", "wrong day");
        var (_, other) = await studio.CollectAsync();
        await studio.RestoreAsync();

        Assert.Equal(1, (int)(await studio.DoAsync("collect", "lost", other))["found"]!);

        Assert.Contains(
            "not released", await studio.RefusedAsync("collect", "file", $"{released}", "--to", studio.PathOf("again.xml")),
            StringComparison.Ordinal);
        await studio.ImportAsync(new Camt().WithEntry(10, BankFileTests.Lump(10, RestorableStudio.GroupOf(other))));
        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(debit));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task FileThatIsNoneOfOurs_IsRefused_AndChangesNothing()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        await using var other = await RestorableStudio.OpenAsync(books);
        await studio.DebitAsync(10_00);
        await other.DebitAsync(10_00);
        var (_, foreign) = await other.CollectAsync();
        Assert.Contains("never restored", await studio.RefusedAsync("collect", "lost", foreign), StringComparison.Ordinal);
        await studio.BackUpAsync();
        var (_, own) = await studio.CollectAsync();
        await studio.RestoreAsync();
        var text = await File.ReadAllTextAsync(own, Cancel);
        var message = XDocument.Load(own).Descendants().First(one => one.Name.LocalName == "MsgId").Value;

        foreach (var (file, why) in new[]
        {
            (foreign, "another merchant's"),
            (await studio.WrittenAsync(text.Replace(Studio.OwnIban, "DE02120300000000202051", StringComparison.Ordinal)), "another bank"),
            (await studio.WrittenAsync(text.Replace(message, "ANOTHER-PROGRAM", StringComparison.Ordinal)), "none of ours"),
            (await studio.WrittenAsync(text[..(text.Length / 2)]), "cut off"),
            (await studio.WrittenAsync(new Camt().ToXml()), "no file of debits"),
        })
        {
            Assert.Contains(why, await studio.RefusedAsync("collect", "lost", file), StringComparison.Ordinal);
        }

        Assert.Single((await studio.PreviewAsync()).LeftOut);
        await studio.Books.AssertCleanAsync();
    }

    /// <summary>The next try of a debit was due in the lost time: a file of that time may have it.</summary>
    [Fact]
    public async Task TryThatWasDueInTheLostTime_WaitsForAPerson()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        await studio.DoAsync("retry", "policy", "set", "--after", "3", "--reason", "agreed");
        var debit = await studio.DebitAsync(10_00);
        var (_, file) = await studio.CollectAsync();
        var report = BankFileTests.Report(XDocument.Load(file), (Debit.NameOf(debit.Id), "RJCT", "AM04"));
        await studio.DoAsync("collect", "status", await studio.WrittenAsync(report));
        // The bank rejected it four days ago.
        await SealedSql.ScalarAsync(
            studio.Books.Database,
            "UPDATE payment SET status_at = status_at - interval '4 days' WHERE merchant_id = $1 AND id = $2 RETURNING 1",
            studio.Merchant.Value, debit.Payment.Value);
        Assert.Null(await NextAsync("--dry"));
        await studio.BackUpAsync();
        await studio.RestoreAsync();

        Assert.Equal("perhaps_tried", await NextAsync("--dry"));
        Assert.Equal("perhaps_tried", await NextAsync());
        Assert.Equal(1, await studio.Books.CountAsync("payment"));

        async Task<string?> NextAsync(params string[] how) =>
            (string?)Assert.Single((await studio.DoAsync(["retry", "run", .. how]))["payments"]!.AsArray())!["why"];
    }

    [Fact]
    public async Task NewDebits_AndNewCollections_GoOn()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        var debit = await studio.DebitAsync(10_00);
        var (_, file) = await studio.CollectAsync();
        await studio.ImportAsync(new Camt().WithEntry(10, BankFileTests.Lump(10, RestorableStudio.GroupOf(file))));

        Assert.Equal(AttemptStatus.Approved, await studio.StatusOfAsync(debit));
        Assert.Empty((await new LostTime(studio.Books.Database).OfAsync(studio.Merchant, Cancel)).Items);
        await studio.Books.AssertCleanAsync();
    }

    private static string Out(decimal amount, string group) => string.Create(CultureInfo.InvariantCulture, $"""
        <Ntry><Amt Ccy="EUR">{amount:0.00}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-10</Dt></BookgDt>
        <AcctSvcrRef>O{group[..8]}</AcctSvcrRef><NtryDtls><Btch><PmtInfId>{group}</PmtInfId></Btch></NtryDtls></Ntry>
        """);
}
