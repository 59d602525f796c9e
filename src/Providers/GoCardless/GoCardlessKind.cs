using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;

namespace Quittance.Providers.GoCardless;

/// <summary>GoCardless, which gives the merchant an access token and the secret of its webhook endpoint.</summary>
public sealed class GoCardlessKind : IProviderKind
{
    // A token says by its beginning which of the two worlds it belongs to.
    private static readonly (string Prefix, ProviderWorld World, Uri Address)[] Worlds =
    [
        ("sandbox_", ProviderWorld.Test, new Uri("https://api-sandbox.gocardless.com/")),
        ("live_", ProviderWorld.Live, new Uri("https://api.gocardless.com/")),
    ];

    public string Name => GoCardlessProvider.ProviderName;

    public ProviderSetup Setup { get; } = new(MakesKeys: false, Address: null, GoCardlessNotice.Resources)
    {
        // Two hundred and fifty events.
        MaxNoticeLength = 1024 * 1024,
    };

    public Uri? AddressOf(string apiKey) =>
        Worlds.FirstOrDefault(world => apiKey.StartsWith(world.Prefix, StringComparison.Ordinal)).Address;

    /// <summary>The world of a token; null where it does not say so.</summary>
    internal static ProviderWorld? WorldOf(string apiKey) =>
        Worlds.Where(world => apiKey.StartsWith(world.Prefix, StringComparison.Ordinal)).Select(world => (ProviderWorld?)world.World)
            .FirstOrDefault();

    public IProvider Open(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILoggerFactory logs) =>
        new GoCardlessProvider(account, options, clock, logs.CreateLogger<GoCardlessProvider>());

    public NoticeBatch ReadNotices(PostedNotice posted) => GoCardlessNotice.Read(posted);

    public async Task<string?> PrepareAsync(ProviderAccount account, CancellationToken cancel)
    {
        if (Worlds.Any(world => world.Address.Host == account.Address.Host) && AddressOf(account.ApiKey)?.Host != account.Address.Host)
            return $"The access token does not belong to {account.Address}: it begins with sandbox_ or live_, as the account it is of.";
        return await GoCardlessProvider.WireOf(account, new ProviderTimeouts(), TimeProvider.System)
            .VerifyAsync("creditors?limit=1", "GoCardless", "access token", cancel);
    }
}
