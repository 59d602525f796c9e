using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console.Pages;

/// <summary>People save the lists as they want them, each for oneself.</summary>
public sealed class ViewTests(BooksFixture books)
{
    [Theory]
    [InlineData("payments", "status=Captured&sort=amount", "method", "api", "API")]
    [InlineData("customers", "search=Ada", "credit", "known", "Found by")]
    [InlineData("receivables", "age=Older&sort=due", "for", "charged", "Charged")]
    public async Task View_KeepsFiltersOrderAndColumns_AndIsSeenByItsPersonAlone(
        string list, string filter, string kept, string later, string other)
    {
        var ruth = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var jonas = await TestDesk.OpenAsync(books, OperatorRole.Viewer, ruth.Merchant, "Jonas");
        var till = new Till(books, ruth.Merchant);
        await till.OpenAsync("A", "Ada");
        await till.ChargeAsync("A", "N-1", 12_34, new DateOnly(2026, 1, 1));
        await till.PayAsync("A", 5_00);
        var page = $"/console/{list}";
        Assert.Contains(other, Heads(await ruth.PageAsync($"{page}?{filter}")), StringComparison.Ordinal);

        await ChooseAsync(ruth, list, later);
        Assert.DoesNotContain(other, Heads(await ruth.PageAsync($"{page}?{filter}")), StringComparison.Ordinal);
        Assert.Contains(other, Heads(await jonas.PageAsync($"{page}?{filter}")), StringComparison.Ordinal);

        var shown = await ruth.PageAsync($"{page}?{filter}&after=x&before=x");
        var save = System.Net.WebUtility.HtmlDecode(Link(shown, "Save this view"));
        var (to, text) = await (await SeenForm.OpenAsync(ruth, save)).SendAsync(("Name", "<Old> & large"));
        Assert.True(to is not null, text);
        foreach (var part in filter.Split('&'))
            Assert.Contains(part, to.OriginalString, StringComparison.Ordinal);
        Assert.Contains("&lt;Old&gt; &amp; large", await ruth.PageAsync(page), StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;Old&gt;", await jonas.PageAsync(page), StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;Old&gt;", await jonas.PageAsync($"/console/views/{list}"), StringComparison.Ordinal);

        // The view has the columns of its time.
        await ChooseAsync(ruth, list, kept);
        Assert.DoesNotContain(other, Heads(await ruth.PageAsync(to.OriginalString)), StringComparison.Ordinal);
        Assert.Contains(other, Heads(await ruth.PageAsync($"{page}?{filter}")), StringComparison.Ordinal);

        var view = Uri.EscapeDataString("<Old> & large");
        Assert.NotNull((await (await SeenForm.OpenAsync(ruth, $"/console/views/{list}/rename?view={view}")).SendAsync(("Name", "New"))).To);
        Assert.Contains(">New<", await ruth.PageAsync(page), StringComparison.Ordinal);
        await (await SeenForm.OpenAsync(jonas, $"/console/views/{list}/delete?view=New")).SendAsync();
        Assert.Contains(">New<", await ruth.PageAsync(page), StringComparison.Ordinal);
        await (await SeenForm.OpenAsync(ruth, $"/console/views/{list}/delete?view=New")).SendAsync();
        Assert.DoesNotContain(">New<", await ruth.PageAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Views_AreAtMostTwenty_WithNamesOfOneToSixtyCharacters_AndGoWithTheirPerson()
    {
        var ruth = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        const string Save = "/console/views/payments/save?asked=%3Fstatus%3DFailed";
        foreach (var (name, why) in new[] { (" ", "Type a name."), (new string('x', 61), "This is too long.") })
            Assert.Contains(why, (await (await SeenForm.OpenAsync(ruth, Save)).SendAsync(("Name", name))).Page, StringComparison.Ordinal);
        foreach (var nth in Enumerable.Range(1, 20))
        {
            var name = nth == 1 ? new string('x', 60) : $"{nth}";
            Assert.NotNull((await (await SeenForm.OpenAsync(ruth, Save)).SendAsync(("Name", name))).To);
        }

        var (_, refused) = await (await SeenForm.OpenAsync(ruth, Save)).SendAsync(("Name", "one more"));
        Assert.Contains("you have 20 views of this list", refused, StringComparison.Ordinal);
        // One of the name is replaced, and the other lists have their own.
        Assert.NotNull((await (await SeenForm.OpenAsync(ruth, Save)).SendAsync(("Name", "20"))).To);
        Assert.NotNull((await (await SeenForm.OpenAsync(ruth, "/console/views/customers/save")).SendAsync(("Name", "All"))).To);
        var (_, taken) = await (await SeenForm.OpenAsync(ruth, "/console/views/payments/rename?view=2")).SendAsync(("Name", "3"));
        Assert.Contains("You have another view of this name.", taken, StringComparison.Ordinal);

        var admin = await TestDesk.OpenAsync(books, OperatorRole.Admin, ruth.Merchant, "Anna");
        var people = $"/console/access/people/{ruth.Person.Id:D}";
        Assert.Equal(21L, await CountAsync(ruth));
        Assert.NotNull((await (await SeenForm.OpenAsync(admin, $"{people}/end")).SendAsync(("Reason", "left us"))).To);
        Assert.Equal(0L, await CountAsync(ruth));
    }

    private async Task<object?> CountAsync(TestDesk desk) => await books.ScalarAsync(
        "SELECT count(*) FROM operator_view WHERE merchant_id = $1 AND person_id = $2", desk.Merchant.Value, desk.Person.Id);

    /// <summary>Hides one column.</summary>
    private static async Task ChooseAsync(TestDesk desk, string list, string hidden)
    {
        string[] all = list switch
        {
            "payments" => ["amount", "status", "customer", "received", "method", "api"],
            "customers" => ["number", "known", "owes", "credit"],
            _ => ["open", "charge", "due", "for", "charged"],
        };
        var path = $"/console/views/{list}/columns";
        var key = SeenForm.Hidden(await desk.PageAsync(path), "Key");
        using var answer = await desk.SendAsync(
            path, [("_handler", "action"), ("Key", key), .. all.Where(word => word != hidden).Select(word => ("Shown", word))]);
        Assert.Equal(303, (int)answer.StatusCode);
    }

    private static string Heads(string page) => page.IndexOf("<thead", StringComparison.Ordinal) is >= 0 and var at
        ? page[at..page.IndexOf("</thead", StringComparison.Ordinal)] : "";

    private static string Link(string page, string text)
    {
        var end = page.IndexOf($">{text}<", StringComparison.Ordinal);
        var begin = page.LastIndexOf("href=\"", end, StringComparison.Ordinal) + 6;
        return page[begin..page.IndexOf('"', begin)];
    }
}
