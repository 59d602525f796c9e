using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Bench.Books;

namespace Quittance.Bench.Revisions;

/// <summary>The books of one demo, filled over HTTP as any client would: other revisions have other tables.</summary>
internal sealed class RevisionBooks(DemoServer demo)
{
    private const string Payments = "/paymentManagement/v4/payment";
    private const int AtOnce = 64;
    private const int Looked = 500;

    /// <summary>Each account pays once, and is taken on by that.</summary>
    public async Task FillAsync(int accounts, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts");
        using var client = Client();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, accounts), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (number, gone) =>
            {
                var body = $$$"""{"account":{"id":"A-{{{number:D6}}}"},"paymentMethod":{"@type":"Cash"},"""
                    + """ "totalAmount":{"unit":"USD","value":1}}""";
                using var answer = await client.PostAsync(Payments, new StringContent(body, Encoding.UTF8, "application/json"), gone);
                if (!answer.IsSuccessStatusCode)
                    throw new BenchException($"A payment was refused: {await answer.Content.ReadAsStringAsync(gone)}");
            });
    }

    /// <summary>Requests for the newest page of a list.</summary>
    public IReadOnlyList<byte[]> Page(BenchMerchant client, string path) => [Get(client, path)];

    /// <summary>Requests for one payment each.</summary>
    public async Task<IReadOnlyList<byte[]>> OnesAsync(CancellationToken cancel)
    {
        using var client = Client();
        var page = await client.GetFromJsonAsync<JsonArray>($"{Payments}?limit={Looked}", cancel);
        return [.. page!.Select(payment => Get(DemoServer.Telco, $"{Payments}/{payment!["id"]}"))];
    }

    private byte[] Get(BenchMerchant client, string path) => Encoding.UTF8.GetBytes(
        string.Join("\r\n", [$"GET {path} HTTP/1.1", $"Host: {demo.Process.Address.Authority}", .. client.Headers, "", ""]));

    private HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = demo.Process.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer demo-telco");
        return client;
    }
}
