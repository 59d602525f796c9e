using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;

namespace Quittance.Providers;

/// <summary>A payment provider at which merchants have accounts: its client, its notices, and how an operator connects it.</summary>
public interface IProviderKind
{
    /// <summary>Its name in the books. Never changed.</summary>
    string Name { get; }

    /// <summary>The data that an operator brings to connect an account.</summary>
    ProviderSetup Setup { get; }

    /// <summary>The address at which the provider listens for the holder of a key; null where an operator must say it.</summary>
    Uri? AddressOf(string apiKey) => Setup.Address;

    /// <summary>A client with connections and a memory of failures of its own; kept for as long as the account stays the same.</summary>
    /// <exception cref="FormatException">The account has an API key that can't be sent.</exception>
    IProvider Open(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILoggerFactory logs);

    /// <summary>Checks and reads what was posted to the address of an account's notices.</summary>
    NoticeBatch ReadNotices(PostedNotice posted);

    /// <summary>
    /// Makes an account ready: verifies its key by a call that moves no money, and gives the provider the key of its notices where we
    /// make that.
    /// </summary>
    /// <returns>The fault, in words for an operator; null for none.</returns>
    Task<string?> PrepareAsync(ProviderAccount account, CancellationToken cancel);
}

/// <summary>The data that an operator brings to connect an account at a provider.</summary>
/// <param name="MakesKeys">Whether we make the keys and give them to the provider; else the provider gives them to the merchant.</param>
/// <param name="Address">Where the provider listens; null where an operator must say it, or its keys do.</param>
/// <param name="Events">The events for which the merchant switches notices on at the provider; none where it sends them by itself.</param>
public sealed record ProviderSetup(bool MakesKeys, Uri? Address, IReadOnlyList<string> Events)
{
    /// <summary>The most bytes of a request with its notices.</summary>
    public int MaxNoticeLength { get; init; } = 64 * 1024;
}
