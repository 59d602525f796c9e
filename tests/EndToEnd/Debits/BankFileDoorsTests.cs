using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>A file of the bank is one thing in every door: the command line, the API and the folder's desk read it alike.</summary>
public sealed class BankFileDoorsTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StatusReport_OverTheApi_DeclinesItsDebits_AndSaysSo()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();

        var answer = await studio.Biller.PostAsync(
            Biller.Statements, Biller.File(BankFileTests.Report(file, (studio.NameOf(poor), "RJCT", "AM04"))));

        Assert.Equal((HttpStatusCode.Created, 0), (answer.Status, answer.Json["statements"]!.AsArray().Count));
        Assert.Contains(
            "1 debits are rejected", (string)Assert.Single(answer.Json["remarks"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Equal(("failed", "settling"), (await studio.StatusOfAsync(poor), await studio.StatusOfAsync(rich)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task StatusReport_OfAnotherMerchantsFile_IsRefused_InEachDoor()
    {
        using var studio = await Studio.OpenAsync(books);
        using var other = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        await other.DebitAsync("30");
        await other.CollectAllAsync();
        var (_, file) = await studio.CollectAllAsync();
        var report = BankFileTests.Report(file, (studio.NameOf(member), "RJCT", "AM04"));
        var (events, others) = (await BankFileTests.EventsAsync(studio), await BankFileTests.EventsAsync(other));

        var overApi = await other.Biller.PostAsync(Biller.Statements, Biller.File(report));
        Assert.Equal(HttpStatusCode.BadRequest, overApi.Status);
        Assert.Contains("no file of ours is called", overApi.Text, StringComparison.Ordinal);
        var (exitCode, output, _) = await other.RunAsync("settlement", "import", await BankFileTests.WrittenAsync(other, report));
        Assert.NotEqual(0, exitCode);
        Assert.Contains("OrgnlMsgId", output, StringComparison.Ordinal);
        var inFolder = await TakeAsync(other, Encoding.UTF8.GetBytes(report));
        Assert.False(inFolder.IsTaken);
        Assert.Contains("OrgnlMsgId", inFolder.Text, StringComparison.Ordinal);

        Assert.Equal((events, others), (await BankFileTests.EventsAsync(studio), await BankFileTests.EventsAsync(other)));
        Assert.Equal("settling", await studio.StatusOfAsync(member));
    }

    [Fact]
    public async Task Zip_WithAReportAndItsStatement_IsBookedWhole_HoweverTheyAreCalled()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        var zip = Zip(
            ("../../etc/a.xml", new Camt().WithEntry(30, BankFileTests.Lump(30, BankFileTests.GroupOf(file))).ToXml()),
            ("C:\\b.xml", BankFileTests.Report(file, (studio.NameOf(poor), "RJCT", "AM04"))));

        var result = await TakeAsync(studio, zip);

        Assert.True(result.IsTaken, result.Text);
        Assert.Equal(("failed", "captured"), (await studio.StatusOfAsync(poor), await studio.StatusOfAsync(rich)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Zip_OfWhichOneFileIsRefused_BooksNothing_AndNamesTheFile()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();
        var zip = Zip(
            ("a.xml", new Camt().WithEntry(20, BankFileTests.Lump(20, BankFileTests.GroupOf(file))).ToXml()),
            ("../b.sta", ":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C271104EUR100,\n:62F:C271105EUR60,\n-\n"));

        var result = await TakeAsync(studio, zip);

        Assert.False(result.IsTaken);
        Assert.Contains("b.sta, :62F:", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("..", result.Text, StringComparison.Ordinal);
        Assert.Equal("settling", await studio.StatusOfAsync(member));
        var overApi = await studio.Biller.PostAsync(
            Biller.Statements, new JsonObject { ["file"] = Convert.ToBase64String(zip), ["name"] = "a.zip" });
        Assert.Equal(HttpStatusCode.BadRequest, overApi.Status);
        Assert.Contains("b.sta, :62F:", overApi.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_OfWhichNothingIsForTheBooks_IsNotTakenInSilence()
    {
        using var studio = await Studio.OpenAsync(books);
        var empty = new Camt().ToXml().Replace("camt.053.001.02", "camt.054.001.02", StringComparison.Ordinal)
            .Replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", StringComparison.Ordinal)
            .Replace("<Stmt>", "<Ntfctn>", StringComparison.Ordinal).Replace("</Stmt>", "</Ntfctn>", StringComparison.Ordinal);

        var answer = await studio.Biller.PostAsync(Biller.Statements, Biller.File(empty));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("The file has no lines for the books.", (string)Assert.Single(answer.Json["remarks"]!.AsArray())!);
        Assert.Contains("no lines for the books", (await TakeAsync(studio, Encoding.UTF8.GetBytes(empty))).Text, StringComparison.Ordinal);
    }

    /// <summary>Takes a file as the folder does.</summary>
    private async Task<BankFileResult> TakeAsync(Studio studio, byte[] file)
    {
        var (clock, engine) = (TimeProvider.System, books.Engine);
        var accounts = new ProviderAccounts(books.Database, books.Vault, clock);
        var desk = new BankFileDesk(
            new SettlementDesk(
                books.Database, engine, clock, _ => [], new KnownProviders(Quittance.Providers.ProviderDirectory.Connected), accounts,
                new StatementFormats(books.Database, books.Vault, clock)),
            new LostFileDesk(books.Database, engine, accounts));
        using var stream = new MemoryStream(file);
        return await desk.TakeAsync(stream, "file", new(studio.Merchant, 0, Guid.CreateVersion7(clock.GetUtcNow())), Cancel);
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return stream.ToArray();
    }
}
