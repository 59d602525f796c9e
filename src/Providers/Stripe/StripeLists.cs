using Microsoft.Extensions.Logging;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>Reads what Stripe lists.</summary>
internal static class StripeLists
{
    /// <summary>The body of an answer; null, with a line in the log, where there is none.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ListedAsync(this HttpWire wire, string path, ILogger log, CancellationToken cancel)
    {
        var (reply, trouble) = await wire.SendAsync(WireRequest.Get(path), cancel);
        if (reply is { Status: 200 })
            return reply.Body;
        ProviderLog.NotListed(log, StripeProvider.ProviderName, trouble ?? $"status {reply!.Status}");
        return null;
    }
}
