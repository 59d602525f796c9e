using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A demo without its sample data.</summary>
public sealed class EmptyDemoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-empty-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Long("a demo of its own")]
    [Fact]
    public async Task EmptyDemo_HasTheDemosCredentials_AndNoCustomers_UntilItStartsWithoutTheWord()
    {
        await using (var empty = await RunningProgram.StartAsync("demo", "--empty", "--data", _folder.FullName))
        {
            Assert.Empty(await ItemsAsync(empty, "accounts"));
            Assert.Empty(await ItemsAsync(empty, "payments"));
            using var client = ClientOf(empty);
            using var opened = await client.PostAsJsonAsync(
                "api/v1/accounts", new { reference = "C-1", currency = "EUR", name = "Ada Nkemelu" }, Cancel);
            Assert.Equal(201, (int)opened.StatusCode);
            using var front = await client.GetAsync(new Uri("", UriKind.Relative), Cancel);
            Assert.True(front.IsSuccessStatusCode);
        }

        await using var full = await RunningProgram.StartAsync("demo", "--data", _folder.FullName);
        Assert.Contains("Mary Irwin", await NamesAsync(full));
        Assert.Contains("Ada Nkemelu", await NamesAsync(full));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<IReadOnlyList<string>> NamesAsync(RunningProgram demo) =>
        [.. (await ItemsAsync(demo, "accounts")).Select(account => (string?)account!["name"]).OfType<string>()];

    private static async Task<JsonArray> ItemsAsync(RunningProgram demo, string list)
    {
        using var client = ClientOf(demo);
        return (await client.GetFromJsonAsync<JsonObject>($"api/v1/{list}", Cancel))!["items"]!.AsArray();
    }

    private static HttpClient ClientOf(RunningProgram demo)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = demo.Address };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer demo-api");
        return client;
    }
}
