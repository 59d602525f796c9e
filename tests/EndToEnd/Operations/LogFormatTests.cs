using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Logs that programs read.</summary>
[Long("a demo of its own")]
public sealed class LogFormatTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-logs-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Logs_AsJson_AreOneObjectOnEachLine()
    {
        var port = BooksFixture.FreePort();
        using var program = Process.Start(new ProcessStartInfo(
            RunningProgram.Path,
            ["demo", "--log-format", "json", "--provider-timeout", "1", "--port", $"{port}", "--data", _folder.FullName])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = program.StandardError.ReadToEndAsync(Cancel);
        Assert.Equal($"Quittance is ready on http://127.0.0.1:{port}", await program.StandardOutput.ReadLineAsync(Cancel));
        var rest = program.StandardOutput.ReadToEndAsync(Cancel);
        await PayWithoutAnAnswerAsync(new Uri($"http://127.0.0.1:{port}"));
        using (var stop = Process.Start("kill", $"-TERM {program.Id}"))
            await stop.WaitForExitAsync(Cancel);
        await program.WaitForExitAsync(Cancel);
        await rest;

        var lines = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Contains(lines, line => (string?)line["Message"] == "Starting PostgreSQL");
        var warning =
            Assert.Single(lines,
            line => (string?)line["LogLevel"] == "Warning" && (string?)line["Category"] == "Quittance.Providers.Sandbox.SandboxProvider");
        Assert.Contains("is unknown", (string?)warning["Message"], StringComparison.Ordinal);
        Assert.NotNull(warning["State"]!["{OriginalFormat}"]);
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)line["Timestamp"]));
    }

    /// <summary>By the card whose provider is silent.</summary>
    private static async Task PayWithoutAnAnswerAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/brm/payment/v4/payment", UriKind.Relative))
        {
            Content = new StringContent(
                """
                {"@type":"Payment_Create","account":{"id":"0.0.0.1+-account+84808"},
                 "paymentMethod":{"id":"0.0.0.1+-payinfo-cc+1003","@referredType":"bankCard","@type":"PaymentMethodRef"},
                 "totalAmount":{"value":10,"unit":"USD"} }
                """,
                Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer demo-brm");
        using var answer = await client.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
