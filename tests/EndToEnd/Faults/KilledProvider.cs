using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Host.Demo;
using Quittance.Host.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;
using Quittance.Storage.Providers;
using Quittance.Tests.Providers;

namespace Quittance.Tests.Faults;

/// <summary>The payment provider of a server that is killed, in one of the sandbox's two manners of speaking.</summary>
internal sealed record KilledProvider(string Name)
{
    /// <summary>The sandbox in its own words; our vault holds the instruments.</summary>
    public static KilledProvider Sandbox { get; } = new(SandboxProvider.ProviderName);

    /// <summary>The sandbox's Stripe face, which holds the instruments.</summary>
    public static KilledProvider Stripe { get; } = new(StripeProvider.ProviderName);

    /// <summary>Whether it holds the instruments itself.</summary>
    public bool Holds => this == Stripe;

    /// <summary>Whether it forgets nothing when its process ends: the face keeps intents in memory.</summary>
    public bool Outlives => !Holds;

    /// <summary>Gives the merchant an account there.</summary>
    /// <param name="address">Where the provider is reached.</param>
    /// <param name="server">Where the server listens.</param>
    public async Task<ProviderAccount> ConnectAsync(
        ProviderAccounts accounts, MerchantId merchant, Uri address, Uri server, CancellationToken cancel)
    {
        if (Holds)
        {
            await DemoSandbox.ConnectFaceAsync(
                accounts, merchant, address, new Uri(server, NoticeRoutes.PathOf(merchant, Name)), cancel);
        }
        else
        {
            await DemoSandbox.ConnectAsync(accounts, merchant, address, cancel);
        }

        return (await accounts.FindAsync(merchant, Name, cancel))!;
    }

    /// <summary>The instrument as it is charged there: what the provider holds is entered on its page first.</summary>
    /// <param name="account">The merchant's account.</param>
    /// <param name="address">Where the provider is.</param>
    public async Task<InstrumentSecret> EnterAsync(InstrumentSecret secret, ProviderAccount account, Uri address, CancellationToken cancel)
    {
        if (!Holds || secret is not Card card)
            return secret;
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["mode"] = "setup",
            ["success_url"] = "https://shop.example/back",
        });
        using var opened = await client.PostAsync(new Uri("v1/checkout/sessions", UriKind.Relative), form, cancel);
        var page = JsonNode.Parse(await opened.Content.ReadAsStringAsync(cancel))!;
        Assert.NotNull(await StripeStudio.EnterAsync(new Uri((string)page["url"]!), card.Number.Reveal()));
        var entered = JsonNode.Parse(await client.GetStringAsync(
            new Uri($"v1/checkout/sessions/{(string)page["id"]!}?expand[]=setup_intent.payment_method", UriKind.Relative), cancel))!;
        var method = entered["setup_intent"]!["payment_method"]!;
        return new HeldInstrument((string)method["id"]!, (string?)method["customer"], card.Shown);
    }

    /// <summary>Whether a request asks the provider for this; a look-up where there is no verb.</summary>
    public bool Asks(HttpRequest request, Verb? verb)
    {
        var path = request.Path.Value!;
        if (verb is null)
            return HttpMethods.IsGet(request.Method) && path.Contains(Holds ? "/payment_intents" : "/requests/", StringComparison.Ordinal);
        var end = (Holds, verb) switch
        {
            (_, Verb.Refund) => "/refunds",
            (true, Verb.Authorise) => "/payment_intents",
            (true, Verb.Capture) => "/capture",
            (true, Verb.Void) => "/cancel",
            (false, Verb.Authorise) => "/authorisations",
            (false, Verb.Capture) => "/captures",
            (false, Verb.Void) => "/voids",
            _ => throw new ArgumentOutOfRangeException(nameof(verb)),
        };
        return HttpMethods.IsPost(request.Method) && path.EndsWith(end, StringComparison.Ordinal);
    }
}
