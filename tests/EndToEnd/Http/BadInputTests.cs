using System.Net;
using System.Net.Sockets;
using System.Text;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>
/// Input that no client should send, to every route that writes: a clear refusal, nothing booked, and no internals in the answer.
/// A new dialect is in this table as soon as its routes are sampled.
/// </summary>
public sealed class BadInputTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Each makes a bad body of a good one.</summary>
    private static readonly Dictionary<string, Func<string, byte[]>> Bodies = new()
    {
        ["empty"] = _ => [],
        ["blank"] = _ => " \n"u8.ToArray(),
        ["not JSON"] = _ => "amount=8&currency=EUR"u8.ToArray(),
        ["cut short"] = body => Bytes(body.TrimEnd()[..^1]),
        ["with something behind it"] = body => Bytes(body + "x"),
        ["a number"] = _ => "8"u8.ToArray(),
        ["a text"] = _ => "\"payment\""u8.ToArray(),
        ["null"] = _ => "null"u8.ToArray(),
        ["with a comment"] = body => Bytes("/* pay */" + body),
        ["with broken UTF-8"] = body => [.. Bytes(body[..2]), 0xFF, 0xFE, .. Bytes(body[2..])],
        ["in UTF-16"] = Encoding.Unicode.GetBytes,
        ["nested ten thousand levels deep"] = _ => Bytes(new string('[', 10_000) + new string(']', 10_000)),
        ["an object nested deep"] = _ => Bytes(string.Concat(Enumerable.Repeat("{\"account\":", 100)) + "1" + new string('}', 100)),
    };

    /// <summary>Amounts as they may stand in the body.</summary>
    private static readonly string[] Amounts =
    [
        "0", "-0", "0.0", "-1", "10.001", "0.001", "1e-3", "1e30", "1000000000000000000000000000000", "1e999999999", "-1e30",
        "9999999999999999.99", "true", "{}", "[]", "\"ten\"", "\"\"", "NaN", "+1", "01", "1.", ".5", "0x10", "1_000", "1,5",
    ];

    private static readonly string[] Zeros = ["0", "-0", "0.0"];

    [Fact]
    public async Task Body_ThatIsNone_IsRefused()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            foreach (var (what, spoil) in Bodies)
            {
                var answer = await SendAsync(HttpMethod.Post, path, sample, spoil(sample.Body("8")), "application/json");

                Assert.Equal((path, what, HttpStatusCode.BadRequest), (path, what, answer.StatusCode));
                await AssertNothingHappenedAsync(answer, path, what, sample);
            }
        }
    }

    [Fact]
    public async Task Amount_ThatIsNone_IsRefused()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            if (!sample.HasAmount)
                continue;
            foreach (var amount in Amounts.Where(amount => !sample.TakesZero || !Zeros.Contains(amount)))
            {
                var answer = await SendAsync(HttpMethod.Post, path, sample, Bytes(sample.Body(amount)), "application/json");

                // A batch tells of its records one by one, in an answer that is itself good.
                Assert.True((int)answer.StatusCode is 400 or 200, $"{path} with {amount}: {answer.StatusCode}");
                await AssertNothingHappenedAsync(answer, path, amount, sample);
            }
        }
    }

    [Fact]
    public async Task Amount_WithAnExponent_IsExact()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var answer = await SendAsync(HttpMethod.Post, path, sample, Bytes(sample.Body("1e3")), "application/json");

            Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(Cancel)}");
            Assert.Equal((path, 1), (path, await sample.BroughtAsync(books)));
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("json")]
    public async Task MediaType_ThatIsNotRead_IsRefused(string mediaType)
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            if (sample.TakesXml && mediaType == "application/xml")
                continue;
            var answer = await SendAsync(HttpMethod.Post, path, sample, Bytes(sample.Body("8")), mediaType);

            Assert.Equal((path, HttpStatusCode.UnsupportedMediaType), (path, answer.StatusCode));
            await AssertNothingHappenedAsync(answer, path, mediaType, sample);
        }
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Method_ThatThePathDoesNotKnow_IsRefusedWithThoseItKnows(string method)
    {
        // A payment that waits at the bank is also given up there.
        var ended = method == "DELETE" ? (string[])["/widget/session/payment"] : [];
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf).Except(ended))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var answer = await SendAsync(new HttpMethod(method), path, sample, Bytes(sample.Body("8")), "application/json");

            Assert.Equal((path, HttpStatusCode.MethodNotAllowed), (path, answer.StatusCode));
            Assert.Contains("POST", answer.Content.Headers.Allow);
            await AssertNothingHappenedAsync(answer, path, method, sample);
        }
    }

    [Fact]
    public async Task Body_ThatIsTooLarge_IsRefusedBeforeItIsSent()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            using var client = new TcpClient();
            await client.ConnectAsync(books.Address.Host, books.Address.Port, Cancel);
            await using var stream = client.GetStream();
            (string Name, string Value)[] key = sample.NeedsKey ? [("Idempotency-Key", WritingRoutes.NewKey())] : [];
            var headers = string.Concat(sample.Headers.Concat(key).Select(header => $"{header.Name}: {header.Value}\r\n"));
            await stream.WriteAsync(
                Bytes($"POST {sample.Path ?? path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + $"1000000000\r\n{headers}\r\n"), Cancel);

            var buffer = new byte[4096];
            var answer = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel));

            Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
            Assert.Matches("application/(problem\\+)?json", answer);
            Assert.Equal(0, await sample.BroughtAsync(books));
        }
    }

    private async Task AssertNothingHappenedAsync(HttpResponseMessage answer, string path, string what, WritingSample sample)
    {
        var report = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Matches("^application/(problem\\+)?json$", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("Exception", report, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Quittance.", report, StringComparison.Ordinal);
        Assert.True(report.Length > 10, $"{path}, {what}: says nothing");
        Assert.False(answer.Headers.Contains("Quittance-Payment"), $"{path}, {what}");
        Assert.Equal((path, what, 0), (path, what, await sample.BroughtAsync(books)));
        answer.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, WritingSample sample, byte[] body, string mediaType)
    {
        using var request =
            new HttpRequestMessage(method, new Uri(sample.Path ?? path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in sample.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (sample.NeedsKey)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", WritingRoutes.NewKey());
        return await books.Client.SendAsync(request, Cancel);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
