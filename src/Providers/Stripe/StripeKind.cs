using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Http;
using Quittance.Providers.Notices;

namespace Quittance.Providers.Stripe;

/// <summary>Stripe, which gives the merchant an API key and the secret of its notices.</summary>
public sealed class StripeKind : IProviderKind
{
    public string Name => StripeProvider.ProviderName;

    public ProviderSetup Setup { get; } = new(MakesKeys: false, new Uri("https://api.stripe.com/"), StripeNotice.Events);

    public IProvider Open(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILoggerFactory logs) =>
        new StripeProvider(account, options, clock, logs.CreateLogger<StripeProvider>());

    public NoticeBatch ReadNotices(PostedNotice posted) => StripeNotice.Read(posted);

    public async Task<string?> PrepareAsync(ProviderAccount account, CancellationToken cancel)
    {
        // Reading intents is the least that the server's work needs; a restricted key may lack the account itself.
        var (reply, trouble) = await StripeProvider.WireOf(account, new ProviderTimeouts(), TimeProvider.System)
            .SendAsync(WireRequest.Get("v1/payment_intents?limit=1"), cancel);
        cancel.ThrowIfCancellationRequested();
        return reply switch
        {
            null => $"Stripe does not answer under {account.Address} ({trouble}).",
            { Status: 200 } => null,
            { Status: 401 or 403 } => $"Stripe does not accept the API key (HTTP {reply.Status}).",
            _ => $"Stripe did not answer the question that verifies the key (HTTP {reply.Status}).",
        };
    }
}
