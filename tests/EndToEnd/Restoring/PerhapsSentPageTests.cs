using System.Net;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Tests.Console;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Restoring;

/// <summary>After a restore, operators say in the console what the bank had, as on the command line.</summary>
[Long("restored books")]
public sealed class PerhapsSentPageTests(BooksFixture books, Browser browser)
{
    private const string Collections = "/console/settlements/collections";
    private const string Page = $"{Collections}/perhaps-sent";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operator_SaysOfEach_WhetherTheBankHadIt()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        var first = await studio.DebitAsync(30_00);
        var released = await studio.BuildAsync();
        await studio.DoAsync("collect", "release", $"{released}");
        var (sent, unsent) = (await studio.DebitAsync(10_00), await studio.DebitAsync(20_00));
        await studio.RefundAsync(5_00);
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        using var desk = await TestDesk.OpenAsync(
            studio.Books.Database, await studio.ServeAsync(), OperatorRole.Operator, studio.Merchant);

        Assert.Matches(
            "Perhaps sent to the bank before the restore</a>\\s*<span>5</span>", await desk.PageAsync("/console"));
        Assert.Contains(
            "3 debits of 60.00 EUR, 1 refund of 5.00 EUR, 1 collection", await desk.PageAsync(Collections), StringComparison.Ordinal);
        var ofReleased = await desk.PageAsync($"{Collections}/{released}");
        Assert.Contains("may have gone to the bank", ofReleased, StringComparison.Ordinal);
        Assert.DoesNotContain("Hand out the file", ofReleased, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Collections, "collections-perhaps-sent");
        await desk.LookEverywhereAsync(browser, Page, "perhaps-sent");

        var ofSent = $"payment {await studio.NumberOfAsync(sent)}";
        Assert.Contains("Choose what you say it of", await RefusedAsync(desk, "sent", chosen: null), StringComparison.Ordinal);
        Assert.Contains(
            $"Collection {released} has it", await RefusedAsync(desk, "sent", $"payment {await studio.NumberOfAsync(first)}"),
            StringComparison.Ordinal);
        await SayAsync(desk, "sent", ofSent);
        Assert.Contains("is settled meanwhile", await RefusedAsync(desk, "sent", ofSent), StringComparison.Ordinal);
        await SayAsync(desk, "unsent", $"collection {released}");
        await studio.HandOutAsync(released);
        await SayAsync(desk, "none", chosen: null);

        Assert.Equal((1, 1), ((await studio.PreviewAsync()).Taken, (await studio.PreviewAsync("--refunds")).Taken));
        await studio.ImportAsync(new Camt().With(10, "fee", Debit.NameOf(sent.Id)));
        Assert.Equal(
            (AttemptStatus.Approved, AttemptStatus.Pending), (await studio.StatusOfAsync(sent), await studio.StatusOfAsync(unsent)));
        Assert.DoesNotContain("may have gone", await desk.PageAsync(Collections), StringComparison.Ordinal);
        Assert.Contains("Nothing may have gone", await desk.PageAsync(Page), StringComparison.Ordinal);
        Assert.Equal(
            ["collect.sent", "collect.unsent"], await OperatedBooks.ReadAsync(
                studio.Books.Database,
                $"""
                SELECT DISTINCT what FROM operator_action WHERE person_id = '{desk.Person.Id}' AND reason = 'seen at the bank' ORDER BY 1
                """));
        await studio.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task Viewer_SeesThatItWaits_AndSaysNothing()
    {
        await using var studio = await RestorableStudio.OpenAsync(books);
        await studio.DebitAsync(30_00);
        await studio.BackUpAsync();
        await studio.RestoreAsync();
        using var desk = await TestDesk.OpenAsync(
            studio.Books.Database, await studio.ServeAsync(), OperatorRole.Viewer, studio.Merchant);

        var page = await desk.PageAsync(Collections);
        Assert.Contains("1 debit of 30.00 EUR", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Page, page, StringComparison.Ordinal);
        using var said = await desk.SendAsync(Page, ("Went", "none"), ("Reason", "a drill"));
        Assert.Equal(HttpStatusCode.Forbidden, said.StatusCode);
        Assert.Equal(0, (await studio.PreviewAsync()).Taken);
    }

    private static async Task SayAsync(TestDesk desk, string went, string? chosen)
    {
        using var said = await SendAsync(desk, went, chosen);
        Assert.True(said.StatusCode == HttpStatusCode.SeeOther, await said.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> RefusedAsync(TestDesk desk, string went, string? chosen)
    {
        using var said = await SendAsync(desk, went, chosen);
        Assert.Equal(HttpStatusCode.OK, said.StatusCode);
        return await said.Content.ReadAsStringAsync(Cancel);
    }

    private static Task<HttpResponseMessage> SendAsync(TestDesk desk, string went, string? chosen)
    {
        (string, string)[] said = [("Went", went), ("Reason", "seen at the bank")];
        return desk.SendAsync(Page, chosen is null ? said : [.. said, ("Chosen", chosen)]);
    }
}
