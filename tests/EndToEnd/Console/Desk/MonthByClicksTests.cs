using System.Text;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Debits;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The 200 lines of a studio's month, decided by a person in a browser. Each click is counted.</summary>
[Long("two months of a studio, by clicks")]
public sealed class MonthByClicksTests(BooksFixture books, Browser browser, ITestOutputHelper output)
{
    private int _clicks;

    [Fact]
    public async Task Month_IsDecided_WithFewClicks_AndFewerWithTheRulesOfTheFirst()
    {
        using var studio = await Studio.OpenAsync(books);
        var month = await StudioMonth.OpenAsync(studio, 20271102);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, studio.Merchant);
        await using var opened = await desk.BrowseAsync(browser, "/console");

        var first = await DecideAsync(opened, month, 1);
        var firstClicks = _clicks;
        var second = await DecideAsync(opened, month, 2);

        output.WriteLine($"first month: {first} decisions, {firstClicks} clicks; second: {second}, {_clicks - firstClicks}");
        Assert.InRange(first, 1, 25);
        Assert.InRange(second, 1, 12);
        Assert.InRange(_clicks, 1, 60);
        Assert.Empty(opened.Errors);
        await studio.AssertCleanAsync();
    }

    private async Task<int> DecideAsync(BrowserPage opened, StudioMonth month, int number)
    {
        var page = opened.Page;
        var inbox = page.GetByRole(AriaRole.Navigation, new() { Name = "Console" })
            .GetByRole(AriaRole.Link, new() { Name = "Bank" });
        var (_, statement) = await month.BillAsync(number);
        await ClickAsync(inbox);
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Import a statement" }));
        _clicks++;
        await page.GetByLabel("File").SetInputFilesAsync(
            new FilePayload { Name = "november.xml", MimeType = "text/xml", Buffer = Encoding.UTF8.GetBytes(statement.ToXml()) });
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Import" }));
        await opened.KeepAsync($"month-{number}-imported");

        var decisions = 1;
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Accept all that are sure" }));
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Accept" }));
        await Expect(page.Locator(".decided")).ToBeVisibleAsync();
        await opened.KeepAsync($"month-{number}-sure");

        // A rule for each payee: it decides all of its lines, and those of the next month.
        var rules = page.Locator("form.inbox tbody tr", new() { Has = page.Locator(".minus") })
            .GetByRole(AriaRole.Link, new() { Name = "Rule for lines like this" });
        for (; await rules.CountAsync() > 0; decisions++)
        {
            await ClickAsync(rules.First);
            await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make the rule" }));
            await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("The rule is made");
        }

        // What no two witnesses speak for is looked at, line by line.
        var lines = page.Locator("form.inbox tbody tr");
        for (int left; (left = await lines.CountAsync()) > 0; decisions++)
        {
            var accept = lines.First.GetByRole(AriaRole.Button, new() { Name = "Accept" });
            if (await accept.CountAsync() > 0)
            {
                await ClickAsync(accept);
            }
            else
            {
                await ClickAsync(lines.First.GetByRole(AriaRole.Link, new() { Name = "Split" }));
                await opened.KeepAsync($"month-{number}-split");
                await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Split", Exact = true }));
            }

            await page.GotoAsync("/console/settlements");
            await Expect(lines).ToHaveCountAsync(left - 1);
        }

        await opened.KeepAsync($"month-{number}-done");
        await month.AssertDoneAsync();
        return decisions;
    }

    private async Task ClickAsync(ILocator what)
    {
        _clicks++;
        await what.ClickAsync();
    }
}
