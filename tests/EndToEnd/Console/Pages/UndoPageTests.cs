using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Console;

/// <summary>An operator undoes an import in the console, after a look at the books before and after.</summary>
public sealed class UndoPageTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_IsUndone_AsThePageShowed()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "30");
        var number = await books.ScalarAsync("SELECT number::text FROM charge WHERE merchant_id = $1", biller.Merchant.Value);
        var lines = await biller.ImportedAsync(new Camt().With(30, "thirty").With(5, "alms"));
        var statement = $"/console/settlements/{lines[0]!["statement"]}";
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        Assert.Contains($"{statement}/undo", await desk.PageAsync(statement), StringComparison.Ordinal);
        var seen = SeenForm.Hidden(await desk.PageAsync($"{statement}/undo"), "Seen");
        using var booked = await desk.SendAsync(
            $"/console/settlements/lines/{lines.Single(line => (string)line!["text"]! == "thirty")!["id"]}/book", ("Choice", "charge"),
            ("Which", (string)number!));
        Assert.Equal(HttpStatusCode.SeeOther, booked.StatusCode);

        // A payment came between the look and the act.
        using var stale = await desk.SendAsync($"{statement}/undo", ("Reason", "another studio's"), ("Seen", seen));
        Assert.Contains(
            "the books are other ones than the page showed", await stale.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));

        await desk.LookEverywhereAsync(browser, $"{statement}/undo", "settlement-undo");
        var page = await desk.PageAsync($"{statement}/undo");
        Assert.Contains("Lines: 2, of them booked: 1.", page, StringComparison.Ordinal);
        using var undone = await desk.SendAsync(
            $"{statement}/undo", ("Reason", "another studio's"), ("Seen", SeenForm.Hidden(page, "Seen")));
        Assert.Contains(
            "The import is taken back: lines 2, of them booked 1.", await undone.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);
        Assert.Equal(["30.00"], await biller.OpenOfAsync(charge));
        Assert.Contains("Import undone", await desk.PageAsync(statement), StringComparison.Ordinal);
        Assert.Contains("It is undone already", await desk.PageAsync($"{statement}/undo"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, statement, "settlement-undone");
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Import_OnWhichSomethingStands_HasNoForm_AndThePageSaysWhy()
    {
        var biller = await Biller.OpenAsync(books);
        var lines = await biller.ImportedAsync(new Camt { Id = "1", Opening = 0 }.With(12, "alms"));
        await biller.ImportedAsync(new Camt { Id = "2", Opening = 12 }.With(5, "more alms"));
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);

        var page = await desk.PageAsync($"/console/settlements/{lines[0]!["statement"]}/undo");

        Assert.Contains("It can't be undone", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("undo that one first", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"Seen\"", page, StringComparison.Ordinal);
    }
}
