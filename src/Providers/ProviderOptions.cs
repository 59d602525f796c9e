using Quittance.Core;

namespace Quittance.Providers;

/// <summary>What an operator can set about providers.</summary>
public sealed record ProviderOptions
{
    /// <summary>How long they are waited for.</summary>
    public ProviderTimeouts Timeouts { get; init; } = new();

    /// <summary>Where a provider, by its name, sends a merchant's notices; null when it can't reach this server.</summary>
    public Func<MerchantId, string, Uri?> NoticeAddress { get; init; } = static (_, _) => null;
}
