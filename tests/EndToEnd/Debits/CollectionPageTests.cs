using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>Operators build, release and hand out collections in the console, and read what the bank reports.</summary>
public sealed partial class CollectionPageTests(BooksFixture books, Browser browser)
{
    private const string Collections = "/console/settlements/collections";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Debits_GoToTheBank_AndItsReportComesBack()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, rich) = (await studio.DebitAsync("39.90"), await studio.DebitAsync("50"));
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        Assert.Contains("Collections of debits", await desk.PageAsync("/console/settlements"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Collections, "collections-none");
        Assert.Contains("2 debits of 89.90 EUR", await TextAsync(desk, Collections), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"{Collections}/build", "collection-preview");

        var place = await DoAsync(desk, $"{Collections}/build", "the fees of December");
        Assert.Contains("Waits for its release", await desk.PageAsync(place), StringComparison.Ordinal);
        Assert.Equal(place, await DoAsync(desk, $"{place}/release", "checked against the members"));
        await desk.LookEverywhereAsync(browser, $"{place}/file", "collection-file");
        Assert.Contains("No debit", await TextAsync(desk, Collections), StringComparison.Ordinal);
        var file = await HandedOutAsync(desk, place);
        Assert.Contains(studio.NameOf(rich), file, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, place, "collection");

        using (var reported = await UploadAsync(
            desk, BankFileTests.Report(XDocument.Parse(file), (studio.NameOf(poor), "RJCT", "AM04"))))
        {
            Assert.Equal(HttpStatusCode.SeeOther, reported.StatusCode);
        }

        Assert.Equal(("failed", "settling"), (await studio.StatusOfAsync(poor), await studio.StatusOfAsync(rich)));
        Assert.Contains("1 wait, 0 are collected, 1 rejected, 0 returned", await desk.PageAsync(place), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Collections, "collections");
        await studio.AssertCleanAsync();
    }

    /// <summary>The list counts what waits; which of it a collection can have, the page says that builds one.</summary>
    [Fact]
    public async Task DebitsThatCantBeCollected_AreListedWhereACollectionIsBuilt_ToABound()
    {
        const int Early = 101;
        var later = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(3);
        using var studio = await Studio.OpenAsync(books);
        var good = await studio.DebitAsync("20");
        for (var index = 0; index < Early; index++)
        {
            await studio.DebitAsync("1", new Mandate(
                $"M-{Biller.NewText()}", MandateScheme.Sepa, later, MandateStatus.Active));
        }

        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        Assert.Contains("102 debits of 121.00 EUR", await TextAsync(desk, Collections), StringComparison.Ordinal);
        var preview = await TextAsync(desk, $"{Collections}/build");
        Assert.Contains("1 debit of 20.00 EUR", preview, StringComparison.Ordinal);
        Assert.Contains($"{good.Number}", preview, StringComparison.Ordinal);
        Assert.Equal(100, preview.Split("Its mandate is signed on").Length - 1);
        Assert.Contains("and 1 more", preview, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"{Collections}/build", "collection-preview-left-out");
    }

    /// <summary>Each debit of a mandate stands on the page of its payment method, as the bank's files say.</summary>
    [Fact]
    public async Task PaymentMethod_ShowsItsMandate_AndItsDebits()
    {
        using var studio = await Studio.OpenAsync(books);
        var signedOn = new DateOnly(2026, 1, 5);
        var first = await studio.DebitAsync("39.90", new Mandate("M-2026-17", MandateScheme.Sepa, signedOn, MandateStatus.Active)
        {
            Source = MandateSource.Paper,
        });
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        var place = $"/console/instruments/{first.Instrument}";
        Assert.Contains("No debit yet", await desk.PageAsync(place), StringComparison.Ordinal);

        var (number, file) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(39.90m, BankFileTests.Lump(39.90m, BankFileTests.GroupOf(file))));
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1039.90m }.WithEntry(
            -42.90m, BankFileTests.Return(42.90m, studio.NameOf(first), "AM04", fee: 3)));
        var second = await studio.PayAsync(
            first with { Fee = await studio.Biller.OwingAsync(first.Account, "25") }, "25");
        var next = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";

        var page = await TextAsync(desk, place);
        Assert.Contains("M-2026-17, SEPA active Signed 5 Jan 2026", page, StringComparison.Ordinal);
        Assert.Contains(", on paper First used", page, StringComparison.Ordinal);
        Assert.Contains("Void when not used until", page, StringComparison.Ordinal);
        Assert.Matches($"{second.Number} .{{6,25}} {next} Waits for the bank 25.00 EUR", page);
        Assert.Matches($"{first.Number} .{{6,25}} {number} Returned 39.90 EUR", page);
        await desk.LookEverywhereAsync(browser, place, "instrument-debits");
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task File_IsHandedOutAgainWithAReasonAlone_AndNeverToViewersOrStrangers()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("20");
        var place = $"{Collections}/{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        Assert.Equal("collection-not-released", await RefusedAsync(desk, place));
        await DoAsync(desk, $"{place}/release", "checked");
        var file = await HandedOutAsync(desk, place);

        Assert.Equal("collection-needs-reason", await RefusedAsync(desk, place));
        Assert.Contains("handed out once already", await desk.PageAsync($"{place}/file"), StringComparison.Ordinal);
        Assert.Equal(file, await HandedOutAsync(desk, place, ("Reason", "the bank lost it")));

        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, studio.Merchant);
        using var seen = await viewer.SendAsync($"{place}/file.xml", ("Reason", "let me see"));
        Assert.Equal(HttpStatusCode.Forbidden, seen.StatusCode);
        using var stranger = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        using var unknown = await stranger.SendAsync($"{place}/file.xml", ("Reason", "let me see"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(2L, await studio.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'collect.file' AND person_id = $2",
            studio.Merchant.Value, desk.Person.Id));
    }

    [Fact]
    public async Task Release_AboveTheLimit_IsForAnotherPerson()
    {
        using var studio = await Studio.OpenAsync(books);
        var (exitCode, _, error) = await studio.RunAsync("approval", "limit", "EUR", "10", "--reason", "two people");
        Assert.True(exitCode == 0, error);
        await studio.DebitAsync("20");
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        using var alan = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        var place = await DoAsync(grace, $"{Collections}/build", "fees");

        using (var alone = await grace.SendAsync($"{place}/release", ("Reason", "all is well")))
            Assert.Contains("Nothing has changed", await alone.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(place, await DoAsync(alan, $"{place}/release", "checked"));
        Assert.Contains("Released", await grace.PageAsync(place), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CalledOff_LeavesItsDebitsToTheNext()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("20");
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        var first = await DoAsync(desk, $"{Collections}/build", "fees");
        await DoAsync(desk, $"{first}/call-off", "the wrong day");

        Assert.NotEqual(first, await DoAsync(desk, $"{Collections}/build", "fees again"));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Refunds_GoToTheBank_BySteps_AndOneThatIsPaidMeanwhileStopsTheFile()
    {
        using var studio = await Studio.OpenAsync(books);
        var refund = await studio.RefundAsync(await studio.TransferredAsync("30", "AT611904300234573201"), "30");
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        await desk.LookEverywhereAsync(browser, $"{Collections}/build?of=refunds", "collection-preview-refunds");
        var place = await DoAsync(desk, $"{Collections}/build?of=refunds", "the refunds of the week");
        await DoAsync(desk, $"{place}/release", "checked");
        Assert.Contains(place, await desk.PageAsync("/console/refunds"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, "/console/refunds", "refunds-in-a-collection");
        await desk.LookEverywhereAsync(browser, place, "collection-refunds");
        await desk.LookEverywhereAsync(browser, Collections, "collections-refunds");

        var (exitCode, _, error) = await studio.RunAsync("refund", "paid", $"{refund.Number}", "--reason", "by hand");
        Assert.True(exitCode == 0, error);
        Assert.Equal("collection-overtaken", await RefusedAsync(desk, place));
        Assert.Equal(place, await DoAsync(desk, $"{place}/call-off", "paid by hand"));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Report_ThatIsNotOurs_IsRefusedByItsField()
    {
        using var studio = await Studio.OpenAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);

        using var refused = await UploadAsync(desk, "<Document>half");

        Assert.Contains("The report is refused, and nothing has changed", await refused.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);
    }

    /// <summary>The text that a person reads on a page.</summary>
    private static async Task<string> TextAsync(TestDesk desk, string path) => Spaces().Replace(
        WebUtility.HtmlDecode(Tags().Replace(await desk.PageAsync(path), " ")), " ");

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 60_000)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", RegexOptions.None, 60_000)]
    private static partial Regex Spaces();

    /// <summary>Sends a form that takes effect. Returns the page it leads to.</summary>
    private static async Task<string> DoAsync(TestDesk desk, string path, string reason)
    {
        using var done = await desk.SendAsync(path, ("Reason", reason));
        Assert.True(done.StatusCode == HttpStatusCode.SeeOther, await done.Content.ReadAsStringAsync(Cancel));
        return done.Headers.Location!.OriginalString.Split('?')[0];
    }

    private static async Task<string> HandedOutAsync(TestDesk desk, string place, params (string, string)[] fields)
    {
        using var file = await desk.SendAsync($"{place}/file.xml", fields);
        Assert.Equal((HttpStatusCode.OK, "application/xml"), (file.StatusCode, file.Content.Headers.ContentType?.MediaType));
        return await file.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>Asks for the file in vain. Returns the word of the message.</summary>
    private static async Task<string> RefusedAsync(TestDesk desk, string place)
    {
        using var refused = await desk.SendAsync($"{place}/file.xml");
        Assert.Equal(HttpStatusCode.SeeOther, refused.StatusCode);
        return refused.Headers.Location!.OriginalString.Split("done=")[1];
    }

    private static async Task<HttpResponseMessage> UploadAsync(TestDesk desk, string report)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent("action"), "_handler" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(report)), "Report", "report.xml" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Collections}/status") { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await desk.Client.SendAsync(request, Cancel);
    }
}
