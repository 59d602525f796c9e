using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
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

    // Reading intents is the least that the server's work needs; a restricted key may lack the account itself.
    public Task<string?> PrepareAsync(ProviderAccount account, CancellationToken cancel) =>
        StripeProvider.WireOf(account, new ProviderTimeouts(), TimeProvider.System)
            .VerifyAsync("v1/payment_intents?limit=1", "Stripe", "API key", cancel);
}
