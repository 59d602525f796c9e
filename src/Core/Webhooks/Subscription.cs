using Quittance.Core.Access;
using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>A client's wish to be told of events. It belongs to a credential, whose secret signs what is told.</summary>
/// <param name="Credential">The credential, by its number within the merchant.</param>
/// <param name="Dialect">The dialect in which it is told.</param>
/// <param name="Address">Where it is told: an http or https address, kept as it was given.</param>
/// <param name="Events">The types of the events it is told of.</param>
/// <param name="Query">What the dialect asks of an event beside its type, in the client's words; null for nothing. Opaque to all others.</param>
public sealed record Subscription(
    SubscriptionId Id, long Credential, string Dialect, Uri Address, IReadOnlyList<EventType> Events, string? Query)
{
    /// <summary>How many subscriptions a credential has at most at one time: each is looked at by every commit of its merchant.</summary>
    public const int MostPerCredential = 100;

    /// <summary>Whether it is told no more: somebody has ended it, or its credential lets nobody in any longer.</summary>
    public bool HasEnded { get; init; }
}

/// <summary>What became of the wish to be told.</summary>
public enum SubscriptionOutcome
{
    /// <summary>It is kept: whatever is committed from now on is told.</summary>
    Added,

    /// <summary>The credential has a live one for the same address, events and query.</summary>
    Known,

    /// <summary>The credential has as many as it may have.</summary>
    TooMany,

    /// <summary>There is no such credential for this dialect, or it was revoked.</summary>
    CredentialUnknown,
}

/// <summary>Who is told of events.</summary>
public interface ISubscriptions
{
    /// <summary>Adds a subscription. Whatever is committed after that is told. One whose id is taken is <see cref="SubscriptionOutcome.Known"/>.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="by">The operator who does it; null where a client does.</param>
    Task<SubscriptionOutcome> AddAsync(Subscription subscription, CancellationToken cancel, Origin? by = null);

    /// <summary>A subscription, ended ones too; null when the merchant has none of this id.</summary>
    Task<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancel);

    /// <summary>Ends a subscription: nothing is told any more, nor what still waits.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="credential">Whose it must be; null for anybody's.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="by">The operator who does it; null where a client does.</param>
    /// <returns>False when there is no such one that has not ended.</returns>
    Task<bool> EndAsync(SubscriptionId id, long? credential, CancellationToken cancel, Origin? by = null);
}
