using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Host;
using Quittance.Host.Debits;
using Quittance.Host.Watching;
using Quittance.Providers;
using Quittance.Storage;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>
/// A program of the bank's works beside a folder: the server puts each released file there once, and takes the bank's files when they are
/// complete, also after a failure in between.
/// </summary>
public sealed class BankFolderTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReleasedFile_IsPutOnce_AndTheBanksFilesAreTaken()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        Assert.Empty(await desk.LookAsync());
        Assert.Empty(desk.FilesIn(BankFolder.Out));
        await studio.CollectAsync("release", number);
        await desk.LookAsync();
        await desk.LookAsync();

        Assert.Equal([$"collection-{number}.xml"], desk.FilesIn(BankFolder.Out));
        var file = XDocument.Load(desk.PathOf(BankFolder.Out, $"collection-{number}.xml"));
        Assert.Contains(studio.NameOf(poor), $"{file}", StringComparison.Ordinal);
        File.Delete(desk.PathOf(BankFolder.Out, $"collection-{number}.xml"));
        await desk.LookAsync();
        Assert.Empty(desk.FilesIn(BankFolder.Out));

        await desk.ComesAsync("status.xml", BankFileTests.Report(file, (studio.NameOf(poor), "RJCT", "AM04")));
        await desk.LookAsync();
        await desk.LookAsync();
        Assert.Equal("failed", await studio.StatusOfAsync(poor));
        Assert.Contains("1 debits are rejected", await desk.TextOfAsync(BankFolder.Done, "status.xml"), StringComparison.Ordinal);
        await desk.ComesAsync("statement.xml", new Camt().WithEntry(30, BankFileTests.Lump(30, BankFileTests.GroupOf(file))).ToXml());
        await desk.LookAsync();
        await desk.LookAsync();
        Assert.Equal("captured", await studio.StatusOfAsync(rich));
        Assert.Contains("1 new lines", await desk.TextOfAsync(BankFolder.Done, "statement.xml"), StringComparison.Ordinal);
        Assert.Empty(desk.FilesIn(BankFolder.In));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task FileWhoseImportWasUndone_LiesThereAgain_AndComesNotByItself()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var file = new Camt().With(5, "of another studio").ToXml();
        await TakeAsync("statement.xml");
        var id = (string)(await studio.Biller.GetAsync(Biller.Statements)).Json["items"]![0]!["id"]!;
        var undone = await studio.RunAsync("settlement", "undo", id, "--reason", "another studio's");
        Assert.True(undone.ExitCode == 0, undone.Error);
        Assert.Contains("lines 1, of them booked 0", undone.Output, StringComparison.Ordinal);

        await TakeAsync("again.xml");

        Assert.Contains("import the file by hand", await desk.TextOfAsync(BankFolder.Failed, "again.xml"), StringComparison.Ordinal);
        Assert.Empty((await studio.Biller.GetAsync(Biller.Lines)).Json["items"]!.AsArray());
        await studio.AssertCleanAsync();

        async Task TakeAsync(string name)
        {
            await desk.ComesAsync(name, file);
            await desk.LookAsync();
            await desk.LookAsync();
        }
    }

    [Fact]
    public async Task RefundsArePutToo_AndNotWhereOneWasPaidMeanwhile()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var member = await studio.DebitAsync("50");
        var (_, debits) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(50, BankFileTests.Lump(50, BankFileTests.GroupOf(debits))));
        var (paid, left) = (await studio.RefundAsync(member, "20"), await studio.RefundAsync(member, "5"));
        var number = $"{(await studio.CollectAsync("run", "--refunds"))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        Assert.Equal(0, (await studio.RunAsync("refund", "paid", $"{paid.Number}", "--reason", "seen at the bank")).ExitCode);

        var news = Assert.Single(await desk.LookAsync());
        Assert.Contains("was paid or called off meanwhile", news.Text, StringComparison.Ordinal);
        Assert.True(news.IsTrouble);
        Assert.Empty(desk.FilesIn(BankFolder.Out));
        await studio.CollectAsync("call-off", number, "--reason", "one is paid");

        number = $"{(await studio.CollectAsync("run", "--refunds"))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        await desk.LookAsync();
        Assert.Contains(
            left.Name, $"{XDocument.Load(desk.PathOf(BankFolder.Out, $"collection-{number}.xml"))}", StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task FileThatIsStillWritten_Waits_AndOneOfAnotherNameTooUntilItHasItsOwn()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var statement = new Camt().With(5, "a gift").ToXml();
        await desk.ComesAsync("statement.xml.part", statement);
        await desk.ComesAsync("slow.xml", statement[..200]);
        await desk.LookAsync();
        await desk.ComesAsync("slow.xml", statement);
        await desk.LookAsync();
        Assert.Equal(["slow.xml", "statement.xml.part"], desk.FilesIn(BankFolder.In));

        await desk.LookAsync();
        Assert.Equal(["statement.xml.part"], desk.FilesIn(BankFolder.In));
        Assert.Equal(["slow.xml", "slow.xml.txt"], desk.FilesIn(BankFolder.Done));
        File.Move(desk.PathOf(BankFolder.In, "statement.xml.part"), desk.PathOf(BankFolder.In, "slow.xml"));
        await desk.LookAsync();
        await desk.LookAsync();
        Assert.Contains("known already", await desk.TextOfAsync(BankFolder.Done, "slow-2.xml"), StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    [Theory]
    [InlineData("half.xml", "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">\n<BkToCstmrStmt><GrpHdr>", "line 2")]
    [InlineData("other.xml", "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"/>", "line 1")]
    [InlineData("text.xml", "What is this?", "line 1")]
    [InlineData(
        "status.xml",
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>\n<GrpHdr><MsgId>S1</MsgId></GrpHdr>"
        + "<OrgnlGrpInfAndSts>\n<OrgnlMsgId>OTHER</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>"
        + "</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>", "line 3, OrgnlMsgId")]
    public async Task FileThatCantBeRead_GoesToFailed_WithItsLineAndField(string name, string content, string where)
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        await desk.ComesAsync(name, content);
        await desk.LookAsync();
        var news = Assert.Single(await desk.LookAsync());
        Assert.True(news.IsTrouble);
        Assert.Equal([name, $"{name}.txt"], desk.FilesIn(BankFolder.Failed));
        Assert.Contains(where, await desk.TextOfAsync(BankFolder.Failed, name), StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(desk.PathOf(BankFolder.Failed, name), Cancel));
    }

    [Fact]
    public async Task FilesThatFail_KeepNoOtherFileFromTheBooks()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        await desk.ComesAsync("1.xml", CamtPage.File(
            CamtPage.Of(null, true, ("OPBD", 1000), ("ITBD", 1120), [120]),
            CamtPage.Of(null, true, ("OPBD", 1000), ("ITBD", 1121), [121])));
        await desk.ComesAsync("2.xml", "<Document");
        await desk.ComesAsync("3.xml", CamtPage.File(
            CamtPage.Of(1, false, ("OPBD", 1000), ("ITBD", 1120), [120]), CamtPage.Of(2, true, ("ITBD", 1120), ("CLBD", 1155), [35])));
        await desk.LookAsync();
        await desk.LookAsync();

        Assert.Equal(["1.xml", "1.xml.txt", "2.xml", "2.xml.txt"], desk.FilesIn(BankFolder.Failed));
        Assert.Contains("2 new lines", await desk.TextOfAsync(BankFolder.Done, "3.xml"), StringComparison.Ordinal);
        Assert.Empty(desk.FilesIn(BankFolder.In));
    }

    [Fact]
    public async Task FileThatTheDiskDoesNotLetGo_IsReadOnce_LoggedOnce_AndGoesOnLater()
    {
        using var studio = await Studio.OpenAsync(books);
        var log = new KeptLog<FolderService>();
        using var desk = DeskOf(studio, log);
        await desk.ComesAsync("statement.xml", new Camt().With(5, "a gift").ToXml());
        // Its text can't be written: there is a folder of that name.
        var obstacle = Directory.CreateDirectory(desk.PathOf(BankFolder.Done, ".statement.xml.txt.part"));
        for (var look = 0; look < 4; look++)
            await desk.LookAndLogAsync();
        Assert.Equal(["statement.xml"], desk.FilesIn(BankFolder.In));
        Assert.Single(log.Lines, line => line.Level == LogLevel.Warning);
        Assert.Equal(1L, await studio.ScalarAsync("SELECT count(*) FROM statement WHERE merchant_id = $1", studio.Merchant.Value));

        obstacle.Delete();
        await desk.LookAndLogAsync();
        Assert.Contains("1 new lines", await desk.TextOfAsync(BankFolder.Done, "statement.xml"), StringComparison.Ordinal);
        Assert.Single(log.Lines, line => line.Level == LogLevel.Information);
    }

    [Fact]
    public async Task FullDisk_KeepsTheBanksFile_UntilThereIsPlace()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        await desk.ComesAsync("statement.xml", new Camt().With(5, "a gift").ToXml());
        // Every byte that is written to it finds no space left on the device.
        var full = desk.PathOf(BankFolder.Done, ".statement.xml.txt.part");
        File.CreateSymbolicLink(full, "/dev/full");
        await desk.LookAsync();
        var news = Assert.Single(await desk.LookAsync());
        Assert.True(news.IsTrouble);
        Assert.Contains("No space left on device", news.Text, StringComparison.Ordinal);
        Assert.Equal(["statement.xml"], desk.FilesIn(BankFolder.In));

        File.Delete(full);
        await desk.LookAsync();
        Assert.Equal(["statement.xml", "statement.xml.txt"], desk.FilesIn(BankFolder.Done));
        Assert.Equal(1L, await studio.ScalarAsync("SELECT count(*) FROM statement WHERE merchant_id = $1", studio.Merchant.Value));
    }

    [Fact]
    public async Task FolderThatTakesNoFile_HandsNothingOut()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var number = await ReleasedAsync(studio);
        Directory.Delete(desk.PathOf(BankFolder.Out));
        Assert.Contains("is its disk there", Assert.Single(await desk.LookAsync()).Text, StringComparison.Ordinal);
        // The system makes no files of others there.
        Directory.CreateSymbolicLink(desk.PathOf(BankFolder.Out), "/proc/self");
        Assert.True(Assert.Single(await desk.LookAsync()).IsTrouble);
        Assert.Equal("released", await StatusAsync(studio));

        File.Delete(desk.PathOf(BankFolder.Out));
        Directory.CreateDirectory(desk.PathOf(BankFolder.Out));
        await desk.LookAsync();
        Assert.Equal([$"collection-{number}.xml"], desk.FilesIn(BankFolder.Out));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task ServerThatDiesBetweenTheHandOutAndTheName_IsFinishedByTheNextLook()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var number = await ReleasedAsync(studio);
        // The file can't get its name: there is a folder of that name.
        var obstacle = Directory.CreateDirectory(desk.PathOf(BankFolder.Out, $"collection-{number}.xml"));
        Assert.True(Assert.Single(await desk.LookAsync()).IsTrouble);
        Assert.Equal("handed_out", await StatusAsync(studio));
        var unfinished = Assert.Single(desk.FilesIn(BankFolder.Out));
        Assert.StartsWith($".{studio.Merchant.Value}-{number}-", unfinished, StringComparison.Ordinal);

        obstacle.Delete();
        using var other = DeskOf(studio);
        await other.LookAtAsync(desk);
        Assert.Equal([$"collection-{number}.xml"], desk.FilesIn(BankFolder.Out));
        Assert.Equal(1, await TimesAsync(studio));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task FileThatWasWrittenAndNotHandedOut_IsNotForTheBank()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        var number = await ReleasedAsync(studio);
        // A server died before the hand-out, and a person has taken the file meanwhile.
        await File.WriteAllTextAsync(
            desk.PathOf(BankFolder.Out, $".{studio.Merchant.Value}-{number}-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}.part"),
            "half", Cancel);
        await studio.HandOutAsync(number);
        await desk.LookAsync();
        Assert.Empty(desk.FilesIn(BankFolder.Out));
        Assert.Equal(1, await TimesAsync(studio));
    }

    [Fact]
    public async Task TwoServersAtOneFolder_PutAndTakeEachFileOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        using var other = DeskOf(studio);
        var number = await ReleasedAsync(studio);
        await desk.ComesAsync("statement.xml", new Camt().With(5, "a gift").ToXml());
        for (var look = 0; look < 4; look++)
            await Task.WhenAll(desk.LookAsync(), other.LookAtAsync(desk));

        Assert.Equal([$"collection-{number}.xml"], desk.FilesIn(BankFolder.Out));
        Assert.Equal(1, await TimesAsync(studio));
        Assert.Equal(["statement.xml", "statement.xml.txt"], desk.FilesIn(BankFolder.Done));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task FolderOfAnotherMerchant_IsRefused()
    {
        using var studio = await Studio.OpenAsync(books);
        using var other = await Studio.OpenAsync(books);
        var folder = Directory.CreateDirectory(studio.PathOf("shared")).FullName;
        await studio.CollectAsync(AccountWith(folder));
        Assert.Contains("each bank account has its own", await other.RefusedAsync(AccountWith(folder)), StringComparison.Ordinal);
        Assert.Contains("There is no folder", await other.RefusedAsync(AccountWith("/no/such/folder")), StringComparison.Ordinal);

        // By whichever name: a link to it, a link on the way to it, and a folder that shares one of its parts.
        var (link, way) = (other.PathOf("link"), other.PathOf("way"));
        Directory.CreateSymbolicLink(link, folder);
        Directory.CreateSymbolicLink(way, Path.GetDirectoryName(folder)!);
        var shares = Directory.CreateDirectory(other.PathOf("shares")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(shares, BankFolder.In), Path.Combine(folder, BankFolder.In));
        foreach (var name in new[]
        {
            link, Path.Combine(way, Path.GetFileName(folder)), $"{folder}/../{Path.GetFileName(folder)}//", shares,
        })
        {
            Assert.Contains("each bank account has its own", await other.RefusedAsync(AccountWith(name)), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        await other.CollectAsync(AccountWith(Directory.CreateDirectory(other.PathOf("own")).FullName));
    }

    /// <summary>They have the numbers of customers' bank accounts.</summary>
    [Fact]
    public async Task Files_AreTheirOwnersAlone()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = DeskOf(studio);
        await ReleasedAsync(studio);
        await desk.LookAsync();
        await desk.ComesAsync("statement.xml", new Camt().With(5, "a gift").ToXml());
        await desk.ComesAsync("broken.xml", "<broken");
        await desk.LookAsync();
        await desk.LookAsync();
        await ReleasedAsync(studio, "30");
        var number = (long)(await studio.ScalarAsync(
            "SELECT number FROM collection WHERE merchant_id = $1 AND status = 'released'", studio.Merchant.Value))!;
        await studio.HandOutAsync($"{number}");

        string[] all =
        [
            .. Directory.GetFiles(desk.Folder, "*", SearchOption.AllDirectories), .. Directory.GetFiles(studio.PathOf(""), "*.xml"),
        ];
        Assert.Equal(6, all.Length);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in all)
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Server_LooksIntoTheFolderOfABankAccount_ByItself()
    {
        using var studio = await Studio.OpenAsync(books);
        var folder = Directory.CreateDirectory(studio.PathOf("own")).FullName;
        await studio.CollectAsync(AccountWith(folder));
        var number = await ReleasedAsync(studio);
        var file = Path.Combine(folder, BankFolder.Out, $"collection-{number}.xml");
        for (var second = 0; second < 120 && !File.Exists(file); second++)
            await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.True(File.Exists(file));
        Assert.Equal("handed_out", await StatusAsync(studio));
    }

    private static string[] AccountWith(string folder) =>
        ["account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Studio.Creditor, "--folder", folder];

    private static async Task<string> ReleasedAsync(Studio studio, string amount = "20")
    {
        await studio.DebitAsync(amount);
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        return number;
    }

    private static async Task<string> StatusAsync(Studio studio) =>
        (string)(await studio.ScalarAsync("SELECT status FROM collection WHERE merchant_id = $1", studio.Merchant.Value))!;

    private static async Task<int> TimesAsync(Studio studio) =>
        (int)(await studio.ScalarAsync("SELECT handed_out FROM collection WHERE merchant_id = $1", studio.Merchant.Value))!;

    /// <summary>A server that looks into the studio's folder. The server of all tests does not know the folder.</summary>
    private FolderDesk DeskOf(Studio studio, KeptLog<FolderService>? log = null)
    {
        foreach (var part in BankFolder.Parts)
            Directory.CreateDirectory(studio.PathOf(Path.Combine("folder", part)));
        return new FolderDesk(books, studio, studio.PathOf("folder"), log ?? new KeptLog<FolderService>());
    }

    private sealed class FolderDesk : IDisposable
    {
        private readonly Studio _studio;
        private readonly CollectionDesk _collections;
        private readonly BankFolder _bankFolder;
        private readonly OutageService _outages;
        private readonly FolderService _service;

        public FolderDesk(BooksFixture books, Studio studio, string folder, KeptLog<FolderService> log)
        {
            (_studio, Folder) = (studio, folder);
            var (clock, engine) = (TimeProvider.System, books.Engine);
            var accounts = new ProviderAccounts(books.Database, books.Vault, clock);
            _collections = new CollectionDesk(books.Database, engine, books.Vault, accounts, clock);
            var files = new BankFileDesk(
                new SettlementDesk(
                    books.Database, engine, clock, _ => [], new KnownProviders(ProviderDirectory.Connected), accounts,
                    new StatementFormats(books.Database, books.Vault, clock)),
                new LostFileDesk(books.Database, engine, accounts));
            _bankFolder = new BankFolder(books.Database, engine, _collections, files, clock);
            _outages = new OutageService(
                engine, new WriteProof(books.Database, clock), Topology.Single, clock, NullLogger<OutageService>.Instance);
            _service = new FolderService(
                _bankFolder, _collections, new Merchants(books.Database, clock), new Hold(IsHeld: false), _outages, clock, log);
        }

        public string Folder { get; }

        public string PathOf(string part, string name = "") => Path.TrimEndingDirectorySeparator(Path.Combine(Folder, part, name));

        public string[] FilesIn(string part) =>
            [.. Directory.GetFiles(PathOf(part)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

        public Task<string> TextOfAsync(string part, string name) => File.ReadAllTextAsync(PathOf(part, $"{name}.txt"), Cancel);

        /// <summary>A file of the bank's comes, or grows.</summary>
        public Task ComesAsync(string name, string content) => File.WriteAllTextAsync(PathOf(BankFolder.In, name), content, Cancel);

        public Task<IReadOnlyList<FolderNews>> LookAsync() => LookAtAsync(this);

        public async Task<IReadOnlyList<FolderNews>> LookAtAsync(FolderDesk other) =>
            await _bankFolder.LookAsync(_studio.Merchant, (await AccountAsync())!, other.Folder, Cancel);

        public async Task LookAndLogAsync() => await _service.LookAsync(_studio.Merchant, (await AccountAsync())!, Folder, Cancel);

        public void Dispose()
        {
            _service.Dispose();
            _outages.Dispose();
        }

        private Task<BankAccount?> AccountAsync() => _collections.AccountAsync(_studio.Merchant, Cancel);
    }
}
