using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>The measures and spans that a server sends to a collector, and the data that it never sends.</summary>
[Long("two demos of its own")]
public sealed partial class TelemetryTests
{
    private const string Card = "4242424242424242";
    private const string Private = "nobody-is-to-see-this";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Telemetry_OfPayments_NamesWhatHappenedAndHoldsNoSecrets()
    {
        await using var collector = await TelemetryCollector.StartAsync();
        await using (var demo = await RunningProgram.StartAsync(VariablesFor(collector), "demo"))
        {
            using var client = new HttpClient { BaseAddress = demo.Address };
            await PayByCardAsync(client);
            using var asked = Request(HttpMethod.Get, $"/brm/payment/v4/payment?account.id={Private}");
            asked.Headers.TryAddWithoutValidation("User-Agent", Private);
            using var listed = await client.SendAsync(asked, Cancel);
            Assert.True((int)listed.StatusCode < 500);
            using var link = await client.GetAsync(new Uri($"/pay/{Private}?with={Private}#{Private}", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
            using var nowhere = await client.GetAsync(new Uri($"/brm/payment/v4/payment/{Private}", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, nowhere.StatusCode);
            await NoticePost.UntilAsync(
                () => Task.FromResult(collector.At("/v1/metrics").Contains("quittance.deliveries.dead", StringComparison.Ordinal)));
        }

        var (measures, spans, logs) = (collector.At("/v1/metrics"), collector.At("/v1/traces"), collector.At("/v1/logs"));
        // A request's span has its route, its method and its status, and is called by them.
        Assert.All((string[])["http.route", "http.request.method", "http.response.status_code", "POST /brm/payment/v4/payment",
            "GET /brm/payment/v4/payment/{id}"], name => Assert.Contains(name, spans, StringComparison.Ordinal));
        Assert.All((string[])["Quittance.Security", "credential.refused", "till-7"],
            name => Assert.Contains(name, logs, StringComparison.Ordinal));
        Assert.All((string[])["submit command", "provider call", "carry out batch", "RecordPayment", "quittance.outcome", "sandbox",
            "till-7"], name => Assert.Contains(name, spans, StringComparison.Ordinal));
        // These come with the first seal, after a minute, and with the first comparison, after a day.
        string[] later = ["quittance.seal", "quittance.reconcile.differences"];
        Assert.All((await NamesInTheReferenceAsync()).Except(later), name => Assert.Contains(name, measures, StringComparison.Ordinal));
        Assert.Contains("till-7", measures, StringComparison.Ordinal);
        foreach (var secret in (string[])[Private, Card, "demo-brm", "demo-sandbox", "Password", "SELECT", "Host="])
        {
            Assert.DoesNotContain(secret, spans, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, measures, StringComparison.OrdinalIgnoreCase);
        }

        // The user agent is in the security log, as in its line at the console.
        foreach (var secret in (string[])[$"{Private}?", $"/{Private}", $"={Private}", Card, "demo-brm", "demo-sandbox", "Password="])
            Assert.DoesNotContain(secret, logs, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Log_WithAnAddressOfItsOwn_GoesThereAlone_WithTheTracesOfRequests()
    {
        await using var collector = await TelemetryCollector.StartAsync();
        var variables = VariablesFor(collector);
        variables.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        variables["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] = new Uri(collector.Address, "v1/logs").ToString();
        string trace;
        await using (var demo = await RunningProgram.StartAsync(variables, "demo"))
        {
            // Where a client sends a trace, telemetry has the client's.
            using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
            using var client = new HttpClient(handler) { BaseAddress = demo.Address };
            using var refused = await client.GetAsync(new Uri("/brm/payment/v4/payment", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            trace = Assert.Single(refused.Headers.GetValues("Quittance-Trace"));
        }

        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(trace)), collector.At("/v1/logs"), StringComparison.Ordinal);
        Assert.Empty(collector.At("/v1/metrics") + collector.At("/v1/traces"));
    }

    [Fact]
    public async Task Telemetry_ThatNobodyAsksFor_IsSentNowhere()
    {
        await using var collector = await TelemetryCollector.StartAsync();
        var variables = VariablesFor(collector);
        variables["OTEL_SDK_DISABLED"] = "true";
        await using (var demo = await RunningProgram.StartAsync(variables, "demo"))
        {
            using var client = new HttpClient { BaseAddress = demo.Address };
            await PayByCardAsync(client);
        }

        Assert.Empty(collector.At("/v1/metrics") + collector.At("/v1/traces") + collector.At("/v1/logs"));
    }

    /// <summary>The page for operators names every measure of ours, and none that there is not.</summary>
    private static async Task<IEnumerable<string>> NamesInTheReferenceAsync()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RunningProgram.Solution, "docs", "monitoring.md"), Cancel);
        var names = Measure().Matches(page).Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.True(names.Count >= 12, string.Join(' ', names));
        return names;
    }

    private static Dictionary<string, string> VariablesFor(TelemetryCollector collector) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = "till-7",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    private static async Task PayByCardAsync(HttpClient client)
    {
        using var request = Request(HttpMethod.Post, "/brm/payment/v4/payment");
        request.Content = new StringContent(
            $$"""
            {"@type":"Payment_Create","account":{"id":"0.0.0.1+-account+84808"},
             "paymentMethod":{"id":"0.0.0.1+-payinfo-cc+1001","@referredType":"bankCard","@type":"PaymentMethodRef"},
             "totalAmount":{"value":10,"unit":"USD"} }
            """,
            Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer demo-brm");
        return request;
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z._]+)` \|", RegexOptions.Multiline, 60_000)]
    private static partial Regex Measure();
}
