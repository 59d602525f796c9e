namespace Quittance.Core.Providers;

/// <summary>A merchant's account at a provider, without its keys; and its attempts without an answer, since the oldest of them.</summary>
public sealed record ConnectedProvider(
    string Provider, Uri Address, DateTimeOffset ChangedAt, long Unanswered, DateTimeOffset? UnansweredSince);

/// <summary>The merchants' accounts at providers, as people and programs may see them.</summary>
public interface IConnectedProviders
{
    /// <summary>A merchant's accounts, by the names of their providers.</summary>
    Task<IReadOnlyList<ConnectedProvider>> ListAsync(MerchantId merchant, CancellationToken cancel);
}
