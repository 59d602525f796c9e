using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>A client's wish to be told of events. It belongs to a credential, whose secret signs what is told.</summary>
/// <param name="Id">Its id.</param>
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
