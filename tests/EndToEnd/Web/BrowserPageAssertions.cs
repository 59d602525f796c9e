using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Quittance.Tests.Running;

namespace Quittance.Tests.Web;

/// <summary>The rules of every page in every state.</summary>
internal static class BrowserPageAssertions
{
    // Chromium fails at drawing several pages at once now and then.
    private const int Tries = 3;
    private static readonly SemaphoreSlim Drawing = new(1);

    // A look at the same page in other colours asks about colours alone. Axe describes nodes that break a rule, and not the many that keep
    // it.
    private const string Violations =
        """
        (isRecoloured) => axe.run({
          resultTypes: ['violations'],
          ...(isRecoloured && { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }),
        }).then(({ violations }) => violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => html).join('\n')}`))
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // The measure counts all frames until now, with the one that is being made. Chromium calls a page good below 0.1; ours have next to
    // none.
    private const string Shifts =
        """
        async () => {
          await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
          const observer = new PerformanceObserver(() => {});
          observer.observe({ type: 'layout-shift', buffered: true });
          const shifts = observer.takeRecords();
          const moved = shifts.flatMap((shift) => shift.sources)
            .map(({ node }) => node?.outerHTML?.slice(0, 200) ?? String(node?.nodeName));
          const sum = shifts.reduce((sum, shift) => sum + shift.value, 0);
          return { isGood: sum < 0.02, sum, moved };
        }
        """;

    /// <summary>
    /// Asserts that axe finds nothing wrong, in frames too, and that nothing is cut off or wider than the screen; keeps a picture.
    /// </summary>
    /// <param name="opened">The page.</param>
    /// <param name="name">The name of the picture.</param>
    /// <param name="isRecoloured">Whether the page was looked at before, in other colours: then axe applies the rules about colours
    /// alone.</param>
    public static Task LookAsync(this BrowserPage opened, string name, bool isRecoloured = false) =>
        opened.Page.LookAsync(name, isRecoloured);

    /// <inheritdoc cref="LookAsync(BrowserPage, string, bool)"/>
    public static async Task LookAsync(this IPage page, string name, bool isRecoloured = false)
    {
        // A frame gets its height from the page a moment after it asks for it.
        foreach (var frame in page.Frames.Where(frame => frame.ParentFrame is not null))
            await frame.WaitForFunctionAsync("() => document.documentElement.scrollHeight <= innerHeight");
        await page.KeepAsync(name);
        var found = await FindAsync(page, isRecoloured);
        Assert.True(found.Count == 0, $"{name}: {string.Join('\n', found)}");
        foreach (var frame in page.Frames)
        {
            Assert.True(await frame.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"),
                $"{name}: {frame.Url} is wider than its window.");
        }
    }

    /// <summary>The rules of axe that the page breaks. A page without frames keeps axe for its next look.</summary>
    private static async Task<IReadOnlyList<string>> FindAsync(IPage page, bool isRecoloured)
    {
        if (page.Frames.Count > 1)
        {
            return [.. (await page.RunAxe()).Violations.Select(
                found => $"{found.Id}: {found.Help}\n{string.Join('\n', found.Nodes.Select(node => node.Html))}")];
        }

        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>(Violations, isRecoloured);
    }

    /// <summary>Asserts that nothing on the page has moved by itself since it was opened.</summary>
    public static async Task AssertStillAsync(this BrowserPage opened, string name)
    {
        var shifts = await opened.Page.EvaluateAsync<JsonElement>(Shifts);
        Assert.True(shifts.GetProperty("isGood").GetBoolean(), $"{name}: {shifts.GetRawText()}");
    }

    /// <summary>Keeps a picture of the whole page, for people to look at, where the run keeps any.</summary>
    public static Task KeepAsync(this IPage page, string name) => Browser.Screenshots is { } folder
        ? page.DrawAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true })
        : Task.CompletedTask;

    /// <summary>Draws a picture of a page, of one at a time.</summary>
    public static async Task DrawAsync(this IPage page, PageScreenshotOptions options)
    {
        await Drawing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await page.ScreenshotAsync(options);
                    return;
                }
                catch (PlaywrightException undrawn) when (
                    tries < Tries && undrawn.Message.Contains("Unable to capture screenshot", StringComparison.Ordinal))
                {
                    await page.BringToFrontAsync();
                }
            }
        }
        finally
        {
            Drawing.Release();
        }
    }

    /// <summary>Opens a page and waits until its scripts have run.</summary>
    public static Task<IResponse?> GoAsync(this BrowserPage opened, string address) =>
        opened.Page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });

    /// <summary>
    /// Waits for an address with a part. The load of its page is not waited for: it may be over before the wait begins.
    /// </summary>
    public static Task ArrivesAsync(this IPage page, string part) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(part), RegexOptions.None, TimeSpan.FromMinutes(1)));
}
