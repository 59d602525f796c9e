using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>One page leads to all that a merchant sets.</summary>
public sealed partial class SettingsTests(BooksFixture books, Browser browser)
{
    private const string Settings = "/console/access";

    /// <summary>What is set elsewhere than below the address of the settings.</summary>
    private static readonly string[] Elsewhere =
    [
        "/console/webhooks", "/console/settlements/tolerances", "/console/settlements/rules", "/console/settlements/formats",
        "/console/settlements/collections/account",
        "/console/settlements/collections/due/policy", "/console/mails/policy", "/console/mails/sentence", "/console/ledger/datev",
    ];

    [Fact]
    public async Task EachSetting_IsReachedFromOneGroup()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var page = await desk.PageAsync(Settings);
        var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
        var groups = Group().Matches(main).ToDictionary(
            group => group.Groups["title"].Value, group => Link().Matches(group.Value).Select(link => link.Groups["to"].Value).ToList());

        await desk.LookEverywhereAsync(browser, Settings, "settings-admin");
        Assert.Equal(["Business", "Providers", "Developers", "People", "Policies"], groups.Keys);
        var links = groups.Values.SelectMany(group => group).ToList();
        Assert.Distinct(links);
        Assert.Empty(Elsewhere.Except(links));
        // A page that is no list of settings stands below one.
        var settings = ConsolePages.All.Select(one => one.Template).Where(
            template => template.StartsWith($"{Settings}/", StringComparison.Ordinal) && !template.Contains('{', StringComparison.Ordinal));
        Assert.All(settings, setting => Assert.Single(
            links.Where(link => setting == link || setting.StartsWith($"{link}/", StringComparison.Ordinal)).GroupBy(
                link => groups.Single(group => group.Value.Contains(link)).Key)));
        foreach (var link in links)
            Assert.Contains("<h1", await desk.PageAsync(link), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_SeesNoLinkThatLeadsNowhere()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var page = await desk.PageAsync(Settings);
        var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
        foreach (var link in Link().Matches(main).Select(link => link.Groups["to"].Value))
            Assert.Contains("<h1", await desk.PageAsync(link), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Settings, "settings");
    }

    [GeneratedRegex("<section class=\"card\".*?<h2[^>]*>(?<title>[^<]*)</h2>.*?</section>",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Group();

    [GeneratedRegex("<a href=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Link();
}
