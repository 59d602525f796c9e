using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Host.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>Somebody else's authorisation server: the npm package <c>oidc-provider</c>, as a program of its own.</summary>
internal sealed class RunningIssuer : IAsyncDisposable
{
    public const string Audience = "https://quittance.example";

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _secret;

    private RunningIssuer(Process process, string name, string secret)
    {
        (_process, Name, _secret) = (process, name, secret);
        _http = new HttpClient { BaseAddress = new Uri(name) };
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"rail:{secret}"));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic);
    }

    public string Name { get; }

    public string Secret => _secret;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="returnAddress">Where it sends people back who sign in at a console.</param>
    public static async Task<RunningIssuer> StartAsync(string? returnAddress = null)
    {
        var secret = TokenShop.Watched($"issuer {Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        var start = new ProcessStartInfo(
            "node", [Path.Combine(RunningProgram.Solution, "tests", "EndToEnd", "OAuth", "Issuer", "issuer.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["ISSUER_SECRET"] = secret;
        start.Environment["ISSUER_RESOURCE"] = Audience;
        if (returnAddress is not null)
            start.Environment["ISSUER_RETURN"] = returnAddress;
        var process = Process.Start(start)!;
        // It warns of being no good for production.
        var warned = process.StandardError.ReadToEndAsync(CancellationToken.None);
        return await process.StandardOutput.ReadLineAsync(Cancel) is { } name
            ? new RunningIssuer(process, name, secret)
            : throw new InvalidOperationException($"The issuer ended: {await warned}");
    }

    /// <summary>The settings of a server that takes its tokens for the first merchant's TMF676.</summary>
    public IssuerSettings Settings => new(Name, "quittance", _secret, new MerchantId(1), "tmf676", Audience);

    /// <summary>The settings of a server that lets its people sign in at the first merchant's console.</summary>
    public SingleSignOnSettings SingleSignOn => new(Name, "quittance-console", _secret, new MerchantId(1));

    /// <summary>A token for a person.</summary>
    public async Task<string> TokenForAsync(string person, string scope = TokenShop.Read, string audience = Audience) =>
        TokenShop.Watched(
            await _http.GetStringAsync(
            new Uri($"/test/token?account={person}&scope={Uri.EscapeDataString(scope)}&audience={Uri.EscapeDataString(audience)}",
            UriKind.Relative), Cancel));

    /// <summary>A token with which its client acts for itself.</summary>
    public async Task<string> TokenAsync(string scope = TokenShop.Read)
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = scope, ["resource"] = Audience });
        using var answer = await _http.PostAsync(new Uri("/token", UriKind.Relative), form, Cancel);
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return TokenShop.Watched(report.RootElement.GetProperty("access_token").GetString()!);
    }

    public async Task RevokeAsync(string token)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
        using var answer = await _http.PostAsync(new Uri("/token/revocation", UriKind.Relative), form, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends it; safe to repeat.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
