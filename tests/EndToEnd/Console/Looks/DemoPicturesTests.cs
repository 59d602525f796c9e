using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>
/// The pictures by which README and <c>docs/pictures.md</c> show the product are those of a demo on its first day, as anyone can start it.
/// With <c>QUITTANCE_SCREENSHOTS=docs/screenshots</c> they are drawn; each run says which of them shows a page that has changed since.
/// </summary>
[Long]
public sealed class DemoPicturesTests(Browser browser)
{
    /// <summary>
    /// What a picture's page had on it besides data: its menu, the heads of its tables, its headings and buttons. Months are data.
    /// </summary>
    private const string Parts = """
        () => [...new Set([...document.querySelectorAll('nav a, h2, th, main button, main .button')]
          .map((part) => part.textContent.replace(/[\d.,€$]+/g, '').replace(/\s+/g, ' ').trim())
          .filter((text) => text !== '' && !/^(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$/.test(text)))].sort()
        """;

    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string Record = Path.Combine(RunningProgram.Solution, "docs", "screenshots", "pictures.json");

    private readonly SortedDictionary<string, string[]> _seen = new(StringComparer.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_ShowThePagesAsTheyAre()
    {
        var folder = Directory.CreateTempSubdirectory("quittance-pictures-");
        try
        {
            await using var demo = await RunningProgram.StartAsync("demo", "--data", folder.FullName);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = demo.Address };
            client.DefaultRequestHeaders.Add("Authorization", "Bearer demo-api");
            var member = (await client.GetFromJsonAsync<JsonObject>("api/v1/accounts/M-2003", Cancel))!;
            var payment = (await client.GetFromJsonAsync<JsonObject>($"api/v1/payments?account={member["id"]}&limit=1", Cancel))!;
            await DrawConsoleAsync(demo, member, payment["items"]![0]!);
            await DrawPayPageAsync(await LinkAsync(client));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var seen = JsonSerializer.Serialize(_seen, Written);
        if (Browser.Screenshots is not null)
            await File.WriteAllTextAsync(Record, $"{seen}\n", Cancel);
        // The pictures are older than their pages: draw them, look at them, and commit them.
        Assert.Equal((await File.ReadAllTextAsync(Record, Cancel)).TrimEnd(), seen);
    }

    private async Task DrawConsoleAsync(RunningProgram demo, JsonObject member, JsonNode payment)
    {
        foreach (var (suffix, scheme, width, height) in new[]
        {
            ("light", ColorScheme.Light, 1280, 800), ("dark", ColorScheme.Dark, 1280, 800), ("phone", ColorScheme.Light, 390, 844),
        })
        {
            await using var opened = await browser.OpenAsync(
                new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, Locale = "en-GB" });
            var page = opened.Page;
            await page.GotoAsync(new Uri(demo.Address, "/console").AbsoluteUri);
            await page.GetByLabel("User").FillAsync("demo");
            await page.GetByLabel("Password").FillAsync("demo");
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Today");
            await KeepAsync(page, $"demo-today-{suffix}", isWhole: suffix != "phone");
            if (suffix != "light")
                continue;
            foreach (var (name, path, heading) in new[]
            {
                ("demo-bank", "/console/settlements", "Bank"),
                ("demo-customer", $"/console/customers/{member["id"]}", (string)member["name"]!),
                ("demo-explain", $"/console/explain/payment/{payment["number"]}", "The money of payment"),
            })
            {
                await page.GotoAsync(new Uri(demo.Address, path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
                await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
                await KeepAsync(page, name);
            }
        }
    }

    private async Task DrawPayPageAsync(string link)
    {
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, Locale = "en-GB" });
        await opened.GoAsync(link);
        await Expect(opened.Page.Locator("#outline")).ToHaveCountAsync(0);
        await KeepAsync(opened.Page, "demo-pay");
    }

    /// <summary>A link for the two oldest bills of a member who owes some.</summary>
    private static async Task<string> LinkAsync(HttpClient client)
    {
        var bills = (await client.GetFromJsonAsync<JsonObject>("api/v1/charges?open=true&limit=50", Cancel))!["items"]!.AsArray();
        var most = bills.GroupBy(bill => (string)bill!["account"]!).MaxBy(of => of.Count())!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/payment-links")
        {
            Content = JsonContent.Create(new { account = most.Key, charges = most.Take(2).Select(bill => (string)bill!["id"]!) }),
        };
        request.Headers.Add("Idempotency-Key", "the link of a picture");
        using var made = await client.SendAsync(request, Cancel);
        var link = (string)(await made.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["url"]!;
        SecretWatch.OfTheRun.Add([link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return link;
    }

    private async Task KeepAsync(IPage page, string name, bool isWhole = false)
    {
        _seen[name] = await page.EvaluateAsync<string[]>(Parts);
        if (Browser.Screenshots is { } folder)
            await page.DrawAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = isWhole });
    }
}
