using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Quittance.Tests.Running;
using Quittance.Tests.Web;

namespace Quittance.Tests;

/// <summary>
/// The requests of the README and of the guide to each API are sent to a demo of their own, in their order, and its answers must be true.
/// </summary>
[Long]
public sealed partial class ReadmeTests(Browser browser)
{
    private const string Connecting = "docs/connect.md";

    [Theory]
    [InlineData("README.md", 1)]
    [InlineData(Connecting, 9)]
    public async Task EveryCurl_GetsTheAnswerPrintedBelowIt(string file, int count)
    {
        var text = await ReadAsync(file);
        await using var demo = await RunningProgram.StartAsync("demo");
        var samples = Sample().Matches(text);
        Assert.Equal(count, samples.Count);
        using var client = new HttpClient();
        foreach (Match sample in samples)
        {
            using var request = RequestOf(sample.Groups["curl"].Value, demo.Address);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Comparable(sample.Groups["answer"].Value), Comparable(body));
        }
    }

    [Fact]
    public async Task Connecting_CardsOfTheVault_GetTheAnswersPrintedBelowThem()
    {
        var guide = await ReadAsync(Connecting);
        await using var demo = await RunningProgram.StartAsync("demo", "--provider-timeout", "1");
        using var client = new HttpClient();
        var loop = Loop().Match(guide);
        List<string> said = [];
        foreach (var card in loop.Groups["cards"].Value.Split(' '))
        {
            said.AddRange(
                await GrepAsync(
                client, RequestOf(loop.Groups["curl"].Value.Replace("'$card'", card, StringComparison.Ordinal), demo.Address), 2));
        }

        Assert.Equal(WithoutNumbers(loop.Groups["answer"].Value), WithoutNumbers(string.Join('\n', said)));

        var id = said[^2].Split('"')[3];
        for (var tries = 0; await StatusAsync(client, demo.Address, id) != loop.Groups["later"].Value.Trim(); tries++)
        {
            Assert.True(tries < 60, "The provider was not asked again.");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Connecting_CardInTheBrowser_PaysItsClaims_AndAMandatePaysTheNext()
    {
        var guide = await ReadAsync(Connecting);
        var section = guide.Split("## Take a card in the browser")[1].Split("\n## ")[0];
        var commands = new Queue<string>(Command().Matches(section).Select(match => match.Value));
        Assert.Equal(9, commands.Count);
        await using var demo = await RunningProgram.StartAsync("demo");
        using var client = new HttpClient();
        await using var opened = await browser.OpenAsync();
        var widget = new EmbeddedWidget(opened.Page, "widget");

        await GoToSessionAsync();
        await widget.FillCardAsync();
        var booked = await SendAsync(await TokenAsync(), "");
        var payment = Assert.Single(booked.Headers.GetValues("Quittance-Payment"));
        Assert.Equal([0m, 0m, 9.99m], OpenAmounts(await BodyAsync("", "")));
        Assert.Equal(0m, (decimal)(await BodyAsync("", ""))["accountBalance"]!["amount"]!);
        var seen = await BodyAsync("", payment);
        Assert.Equal((payment, "done", 55.5m), ((string?)seen["id"], (string?)seen["status"], (decimal)seen["totalAmount"]!["value"]!));

        await GoToSessionAsync();
        await widget.FillSepaAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(await TokenAsync(), "")).StatusCode);

        await GoToSessionAsync();
        await Assertions.Expect(widget.Frame.GetByText("DE ···· 2051")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(await TokenAsync(), "")).StatusCode);
        Assert.Empty(commands);
        await NoticePost.UntilAsync(async () =>
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Get, new Uri(demo.Address, "/v1/customers/1002/account/transactions/upcoming"));
            request.Headers.Add("X-API-KEY", "demo-studio");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return OpenAmounts(JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!).Sum() == 0;
        });
        Assert.Empty(opened.Errors);

        async Task GoToSessionAsync() =>
            await opened.GoAsync(new Uri(demo.Address, $"/demo/checkout#{(string)(await BodyAsync("", ""))["token"]!}").ToString());

        async Task<string> TokenAsync()
        {
            await widget.PayAsync();
            return await opened.Page.Locator("#booking code").InnerTextAsync();
        }

        async Task<JsonNode> BodyAsync(string token, string id)
        {
            using var answer = await SendAsync(token, id);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        }

        async Task<HttpResponseMessage> SendAsync(string token, string id)
        {
            using var request = RequestOf(
                commands.Dequeue().Replace("'$token'", token, StringComparison.Ordinal).Replace("$payment", id, StringComparison.Ordinal),
                demo.Address);
            var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode,
                $"{request.RequestUri}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            return answer;
        }
    }

    private static decimal[] OpenAmounts(JsonNode list) =>
        [.. list["result"]!.AsArray().Select(entry => (decimal)entry!["openAmount"]!["amount"]!)];

    [Fact]
    public async Task Connecting_BookingATrain_GoesAsItSays()
    {
        var guide = await ReadAsync(Connecting);
        await using var demo = await RunningProgram.StartAsync("demo");
        var steps = Step().Matches(Journey().Match(guide).Value);
        Assert.Equal(5, steps.Count);
        // One shell for all, as each step goes on with what the former ones have set.
        var script = string.Concat(steps.Select(step => $"{step.Groups["sh"].Value}\nprintf '\\n{EndOfStep}\\n'\n"))
            .Replace("http://127.0.0.1:8080/", demo.Address.ToString(), StringComparison.Ordinal);
        var said = (await ShellAsync(script)).Split(EndOfStep, StringSplitOptions.TrimEntries);
        for (var at = 0; at < steps.Count; at++)
        {
            var (kind, printed) = (steps[at].Groups["kind"].Value, steps[at].Groups["answer"].Value.Trim());
            Assert.Equal(kind == "json" ? Comparable(printed) : printed, kind == "json" ? Comparable(said[at]) : said[at]);
        }
    }

    private static Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(RunningProgram.Solution, file), TestContext.Current.CancellationToken);

    private const string EndOfStep = "===";

    private static async Task<string> ShellAsync(string script)
    {
        using var shell =
            Process.Start(new ProcessStartInfo("bash", ["-u", "-c", script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said;
    }

    [GeneratedRegex("## Train Travel.*", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Journey();

    [GeneratedRegex(
        "```sh\n(?<sh>.*?)```\\s+```(?<kind>json|text)\n(?<answer>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Step();

    private static async Task<string> StatusAsync(HttpClient client, Uri demo, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(demo, $"/brm/payment/v4/payment/{id}"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer demo-brm");
        return (await GrepAsync(client, request, 2))[1];
    }

    /// <summary>What <c>grep -oE '"(id|status)":"[^"]+"' | head</c> prints of an answer.</summary>
    private static async Task<IReadOnlyList<string>> GrepAsync(HttpClient client, HttpRequestMessage request, int lines)
    {
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        request.Dispose();
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return [.. IdOrStatus().Matches(body).Select(match => match.Value).Take(lines)];
    }

    private static string WithoutNumbers(string text) => Number().Replace(text.Trim(), "+N");

    [GeneratedRegex(
        "```sh\nfor card in (?<cards>[0-9 ]+); do\\s+(?<curl>curl .*?) \\| "
            + "grep.*?```\\s+```text\n(?<answer>.*?)```.*?```text\n(?<later>.*?)```",
                RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Loop();

    [GeneratedRegex("\"(id|status)\":\"[^\"]+\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex IdOrStatus();

    [GeneratedRegex(@"\+\d+\b", RegexOptions.None, 60_000)]
    private static partial Regex Number();

    /// <summary>
    /// The request that curl would send, so that the test needs no curl: an address, -H headers, and a -d body in single quotes if it has
    /// one.
    /// </summary>
    private static HttpRequestMessage RequestOf(string curl, Uri demo)
    {
        var address = Address().Match(curl).Value.Replace("http://127.0.0.1:8080/", demo.ToString(), StringComparison.Ordinal);
        var body = Body().Match(curl);
        var request = new HttpRequestMessage(body.Success ? HttpMethod.Post : HttpMethod.Get, new Uri(address))
        {
            Content = body.Success ? new StringContent(body.Groups["body"].Value, Encoding.UTF8, "application/json") : null,
        };
        foreach (var header in Header().Matches(curl).Select(match => match.Groups["header"].Value.Split(": ", 2)))
        {
            if (header[0] != "Content-Type")
                Assert.True(request.Headers.TryAddWithoutValidation(header[0], header[1]));
        }

        return request;
    }

    [GeneratedRegex(@"^curl [\s\S]*?(?=\n(curl |token=|```))", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Command();

    [GeneratedRegex(@"http://127\.0\.0\.1:8080/\S+", RegexOptions.None, 60_000)]
    private static partial Regex Address();

    [GeneratedRegex("-H '(?<header>[^']+)'", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Header();

    [GeneratedRegex("-d '(?<body>[^']+)'", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Body();

    [GeneratedRegex(
        "```sh\n(?<curl>curl [^`]*)```\\s+```json\n(?<answer>[^`]*)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Sample();

    /// <summary>Laid out alike, and without what is another in every run: ids, tokens, times, and the address.</summary>
    private static string Comparable(string json)
    {
        var text = JsonNode.Parse(json)!.ToJsonString();
        text = Volatile().Replace(text, "…");
        return text;
    }

    [GeneratedRegex(
        @"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|127\.0\.0\.1:\d+|us_[A-Za-z0-9_-]+|/pay/[A-Za-z0-9_?=-]+"
            + @"|(?<=""received"":"")\d{4}-\d\d-\d\d",
        RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Volatile();
}
