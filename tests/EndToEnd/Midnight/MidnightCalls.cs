using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Calls of the Midnight API with any credentials.</summary>
internal sealed class MidnightCalls(BooksFixture books)
{
    /// <summary>The demo's credentials: what every call but those for tokens may carry.</summary>
    public static IReadOnlyList<(string Name, string Value)> Signed { get; } =
        [("Authorization", "PRC demo-prc"), ("Authorization", "Midnight demo-midnight"), ("MISKEY", "demo-mis")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sends a body, and gives back the status and what was answered.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body)> CallAsync(
        string path, string body, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(path, UriKind.Relative))
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var sent in (headers ?? Signed).GroupBy(header => header.Name, header => header.Value))
            request.Headers.TryAddWithoutValidation(sent.Key, sent);
        using var answer = await books.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>The answer of a call that succeeds.</summary>
    public async Task<JsonNode> AskAsync(string path, string body)
    {
        var (status, answer) = await CallAsync(path, body);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {answer}");
        return answer!;
    }

    /// <summary>The number of the one payment that a record makes.</summary>
    public async Task<long> PayAsync(long customer, string amount, string label, long? order)
    {
        var detail = $"{{{(order is { } id ? $"\"OrderId\":{id.ToString(CultureInfo.InvariantCulture)}," : "")}"
            + $"\"PaymentLabel\":\"{label}\",\"AmountBilled\":{amount}}}";
        var answer = await AskAsync(
            MidnightShop.Path, $$"""[{"CustomerId":{{customer}},"AmountBilled":{{amount}},"CustomerPaymentDetailList":[{{detail}}]}]""");
        var number = (long)answer[0]!["CustomerPaymentId"]!;
        Assert.True(number > 0, answer.ToJsonString());
        return number;
    }
}
