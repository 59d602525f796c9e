using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Quittance.Tests.Running;

namespace Quittance.Tests.Web;

/// <summary>What holds for every page in every state.</summary>
internal static class BrowserPageAssertions
{
    /// <summary>Asserts that axe finds nothing wrong, in frames too, and that nothing is wider than the screen; keeps a picture.</summary>
    public static async Task LookAsync(this BrowserPage opened, string name)
    {
        await opened.ScreenshotAsync(name);
        var found = (await opened.Page.RunAxe()).Violations;
        Assert.True(found.Length == 0, $"{name}: {string.Join('\n', found.Select(violation => $"{violation.Id}: {violation.Help}\n{string.Join('\n', violation.Nodes.Select(node => node.Html))}"))}");
        foreach (var frame in opened.Page.Frames)
            Assert.True(await frame.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{name}: {frame.Url} is wider than its window.");
    }

    /// <summary>Opens a page and waits until its scripts have run.</summary>
    public static async Task GoAsync(this BrowserPage opened, string address) =>
        await opened.Page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });
}
