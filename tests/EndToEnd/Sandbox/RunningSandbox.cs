using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Quittance.Sandbox;

namespace Quittance.Tests.Sandbox;

/// <summary>A sandbox of a test's own, with short delays, a client with an account there, and a receiver of its notices.</summary>
internal sealed class RunningSandbox : IAsyncDisposable
{
    public const string Card = "4242424242424242";
    public static readonly TimeSpan LateBy = TimeSpan.FromMilliseconds(50);

    private readonly SandboxServer _server;
    private readonly string _folder;
    private bool _isStopped;

    private RunningSandbox(SandboxServer server, NoticeReceiver receiver, string folder)
    {
        (_server, Receiver, _folder) = (server, receiver, folder);
        Client = ClientOf(server.Address, "sk_test");
    }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public NoticeReceiver Receiver { get; }

    public static Guid NewId => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RunningSandbox> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("quittance-sandbox-").FullName;
        var server = await SandboxServer.StartAsync(new SandboxOptions { DataFolder = folder, LateBy = LateBy, AnswerLateBy = LateBy * 4 });
        var sandbox = new RunningSandbox(server, await NoticeReceiver.StartAsync(), folder);
        (await sandbox.Client.PutAsJsonAsync("/v1/notice-key", new { key = NoticeReceiver.KeyText }, Cancel)).EnsureSuccessStatusCode();
        return sandbox;
    }

    public static HttpClient ClientOf(Uri address, string key) =>
        new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10), DefaultRequestHeaders = { Authorization = new("Bearer", key) } };

    public static object CardOf(string number) =>
        new { kind = "card", number, expiry_month = 12, expiry_year = 2099, security_code = "987" };

    /// <summary>The body of a request to authorise, with notices to the receiver.</summary>
    public object Authorisation(Guid id, string card = Card, long amountMinor = 1000, object? instrument = null) => new
    {
        id,
        amount_minor = amountMinor,
        currency = "USD",
        instrument = instrument ?? CardOf(card),
        notice_url = Receiver.Url,
    };

    public static object Of(Guid id, Guid authorisation, long amountMinor = 1000) =>
        new { id, authorisation, amount_minor = amountMinor, currency = "USD" };

    public Task<HttpResponseMessage> SendAsync(string path, object body) => Client.PostAsJsonAsync(path, body, Cancel);

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await SendAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await Client.GetStringAsync(path, Cancel)).RootElement;

    public Task<JsonElement> AuthoriseAsync(Guid id, string card = Card, long amountMinor = 1000, object? instrument = null) =>
        PostAsync("/v1/authorisations", Authorisation(id, card, amountMinor, instrument));

    public Task<JsonElement> CaptureAsync(Guid id, Guid authorisation, long amountMinor = 1000) =>
        PostAsync("/v1/captures", Of(id, authorisation, amountMinor));

    /// <summary>Authorises an amount and captures it.</summary>
    public async Task<(Guid Authorisation, Guid Capture)> ChargeAsync(long amountMinor = 1000, object? instrument = null)
    {
        var (authorisation, capture) = (NewId, NewId);
        Is("approved", await AuthoriseAsync(authorisation, amountMinor: amountMinor, instrument: instrument));
        Is(instrument is null ? "approved" : "pending", await CaptureAsync(capture, authorisation, amountMinor));
        return (authorisation, capture);
    }

    public Task<JsonElement> FindAsync(Guid request) => GetAsync($"/v1/requests/{request}");

    public async Task<JsonElement> TotalsAsync() => (await GetAsync("/v1/books")).GetProperty("totals").GetProperty("USD");

    /// <summary>Sends a request to which no answer comes, though it is done.</summary>
    public async Task NobodyAnswersAsync(string path, Guid id, object body)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var answer = Client.PostAsJsonAsync(path, body, enough.Token);
        while ((await Client.GetAsync($"/v1/requests/{id}", Cancel)).StatusCode == HttpStatusCode.NotFound)
            await Task.Delay(5, Cancel);
        await Task.Delay(LateBy, Cancel);
        Assert.False(answer.IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    /// <summary>Stops the server and gives everything in its data folder, as text.</summary>
    public async Task<string> StopAndReadFilesAsync()
    {
        await _server.DisposeAsync();
        _isStopped = true;
        return string.Concat(Directory.EnumerateFiles(_folder).Select(File.ReadAllText));
    }

    public static void Is(string state, JsonElement answer, string? reason = null) =>
        Assert.Equal((state, reason), (answer.GetProperty("state").GetString(), answer.GetProperty("reason").GetString()));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_isStopped)
            await _server.DisposeAsync();
        await Receiver.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
