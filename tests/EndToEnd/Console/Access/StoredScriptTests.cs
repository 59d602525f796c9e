using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Names that are scripts are shown as names.</summary>
[Long("each page in a browser")]
public sealed class StoredScriptTests(BooksFixture books, Browser browser)
{
    private const string Name = "\"'><script>window.stolen = 1</script><img src=x onerror=\"window.stolen = 1\">";

    [Fact]
    public async Task Names_ThatAreScripts_AreShownAndNotRun()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books, Name);
        // Put there by another's hand: ours takes none like it.
        await books.ScalarAsync("UPDATE installation SET origins = origins || $2 WHERE merchant_id = $1 RETURNING 1",
            samples.Merchant.Value, $"https://{Name}");
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        await using var opened = await desk.BrowseAsync(browser, "/console");
        var pagesWithNames = 0;
        foreach (var page in ConsolePages.All.Where(page => page is { Heading: not null, Least: not null }))
        {
            await opened.Page.GotoAsync(new Uri(books.Address, page.Sample(samples)!).AbsoluteUri);
            Assert.False(await opened.Page.EvaluateAsync<bool>("() => 'stolen' in window"), page.Template);
            Assert.Equal(0, await opened.Page.Locator("script:not([src]), [onerror], img[src='x']").CountAsync());
            if ((await opened.Page.Locator("main").InnerTextAsync())
                .Contains("<script>window.stolen = 1</script>", StringComparison.Ordinal))
            {
                pagesWithNames++;
            }
        }

        Assert.True(pagesWithNames >= 8, $"{pagesWithNames}");
        Assert.Empty(opened.Errors);
    }
}
