using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host.Cli;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;
using Quittance.Sandbox;
using Quittance.Storage.Providers;

namespace Quittance.Host.Demo;

/// <summary>The demo's payment provider: the sandbox, in the same process but reached over HTTP, as any other provider would be.</summary>
internal static class DemoSandbox
{
    /// <summary>The key of Demo Company's account at the sandbox.</summary>
    public const string ApiKey = "demo-sandbox";

    private const string FaceKey = "sk_test_demo";

    private const int PortOffset = 10_000;

    /// <summary>The routes to the sandbox's Stripe face. APIs that take numbers pass Stripe over.</summary>
    public static IReadOnlyList<ProviderRoute> FaceRoutes { get; } =
    [
        .. Enum.GetValues<InstrumentKind>()
            .Select(kind => new ProviderRoute(kind, null, [StripeProvider.ProviderName, SandboxProvider.ProviderName])),
    ];

    /// <summary>
    /// Starts it and gives the merchant its account there. Null where a demo over the same external database has one running already:
    /// there is one set of books at the provider too.
    /// </summary>
    /// <param name="hasFace">Whether its Stripe face listens on a port of its own.</param>
    public static async Task<SandboxServer?> StartAsync(
        ProviderAccounts accounts, MerchantId merchant, string dataFolder, int demoPort, bool isShared, bool hasFace,
        CancellationToken cancel)
    {
        if (isShared && await accounts.FindAsync(merchant, SandboxProvider.ProviderName, cancel) is { } known
            && await AnswersAsync(known, cancel))
        {
            return null;
        }

        var sandbox = await StartAsync(dataFolder, demoPort, hasFace);
        await ConnectAsync(accounts, merchant, sandbox.Address, cancel);
        return sandbox;
    }

    /// <summary>Starts it: beside the demo's own port if that is free, so that its address is easy to guess, else on any.</summary>
    private static async Task<SandboxServer> StartAsync(string dataFolder, int demoPort, bool hasFace)
    {
        var options = new SandboxOptions { DataFolder = Path.Combine(dataFolder, "sandbox"), Port = demoPort + PortOffset };
        if (options.Port >= ushort.MaxValue || !IsFree(options.Port))
            options = options with { Port = 0 };
        else if (hasFace && IsFree(options.Port + 1))
            options = options with { StripePort = options.Port + 1 };
        return await SandboxServer.StartAsync(options);
    }

    /// <summary>Gives the merchant its account there; one that exists keeps its keys.</summary>
    public static async Task ConnectAsync(ProviderAccounts accounts, MerchantId merchant, Uri address, CancellationToken cancel)
    {
        var known = await accounts.FindAsync(merchant, SandboxProvider.ProviderName, cancel);
        var account = known is null
            ? new ProviderAccount(merchant, SandboxProvider.ProviderName, address, ApiKey, [SigningKey.New()])
            : known with { Address = address };
        await accounts.SaveAsync(account, cancel);
        if (await new SandboxKind().PrepareAsync(account, cancel) is { } problem)
            throw new CommandException(problem);
    }

    /// <summary>Gives the merchant an account at the sandbox's Stripe face.</summary>
    /// <param name="notices">Where the face sends its events.</param>
    public static async Task ConnectFaceAsync(
        ProviderAccounts accounts, MerchantId merchant, Uri sandbox, Uri notices, CancellationToken cancel)
    {
        var address = new Uri(sandbox, "stripe/");
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FaceKey);
        using var endpoint = new FormUrlEncodedContent(new Dictionary<string, string> { ["url"] = notices.AbsoluteUri });
        using var answer = await client.PostAsync(new Uri("v1/webhook_endpoints", UriKind.Relative), endpoint, cancel);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
        await accounts.SaveAsync(
            new ProviderAccount(
                merchant, StripeProvider.ProviderName, address, FaceKey, [document.RootElement.GetProperty("secret").GetString()!]),
            cancel);
    }

    /// <summary>Whether a route is one of <see cref="FaceRoutes"/>.</summary>
    public static bool IsOfFace(ProviderRoute route) =>
        route is { Kind: not null, Currency: null, Providers: [StripeProvider.ProviderName, SandboxProvider.ProviderName] };

    private static async Task<bool> AnswersAsync(ProviderAccount account, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = account.Address, Timeout = TimeSpan.FromSeconds(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        try
        {
            using var answer = await client.GetAsync("v1/books", cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(System.Net.IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
