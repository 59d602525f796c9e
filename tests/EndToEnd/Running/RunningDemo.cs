using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Quittance.Tests.Running;

/// <summary>One demo, as newcomers start it, for all tests of a class.</summary>
public sealed class RunningDemo : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-demo-");
    private readonly HttpClient _client = new();
    private RunningProgram _program = null!;

    /// <summary>Its data folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Where it is.</summary>
    public Uri Address => _program.Address;

    /// <summary>The days on which it may have been filled in, in UTC.</summary>
    public (DateOnly First, DateOnly Last) StartedOn { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var first = await DemoFolder.CopyToAsync(Folder);
        _program = await RunningProgram.StartAsync("demo", "--data", Folder);
        StartedOn = (first, Today);
        _client.BaseAddress = _program.Address;
    }

    /// <summary>Sends a request; a header may come several times.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Where to, without the leading slash.</param>
    /// <param name="headers">Headers as <c>Name: value</c>.</param>
    /// <param name="body">JSON, or null.</param>
    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(string method, string path, string[] headers, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var header in headers.Select(header => header.Split(": ", 2)).GroupBy(parts => parts[0], parts => parts[1]))
            Assert.True(request.Headers.TryAddWithoutValidation(header.Key, header));
        return await AnswerAsync(request);
    }

    /// <summary>A token of the authorisation server for a client and its secret.</summary>
    public async Task<string> TokenAsync(string client, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("oauth/token", UriKind.Relative))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}")));
        var (status, body) = await AnswerAsync(request);
        Assert.Equal(HttpStatusCode.OK, status);
        return (string)body!["access_token"]!;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _program.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private async Task<(HttpStatusCode Status, JsonNode? Body)> AnswerAsync(HttpRequestMessage request)
    {
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
