using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>A client's wish to get events. It belongs to a credential, whose secret signs the webhooks.</summary>
/// <param name="Credential">The credential, by its number within the merchant.</param>
/// <param name="Address">An http or https address, exactly as the client gave it.</param>
/// <param name="Events">The types of the events; null for every event, also of types that come later.</param>
/// <param name="Query">The dialect's condition on an event beside its type, in the client's words; null for none.</param>
public sealed record Subscription(
    SubscriptionId Id, long Credential, string Dialect, Uri Address, IReadOnlyList<EventType>? Events, string? Query)
{
    /// <summary>The most live subscriptions of a credential: every commit of its merchant looks at each.</summary>
    public const int MostPerCredential = 100;

    /// <summary>Whether it gets no more events: it was ended, or its credential was revoked.</summary>
    public bool HasEnded { get; init; }
}

/// <summary>The result of adding a subscription.</summary>
public enum SubscriptionOutcome
{
    /// <summary>It is kept, and gets the events of every later commit.</summary>
    Added,

    /// <summary>The credential has a live one for the same address, events and query.</summary>
    Known,

    /// <summary>The credential has as many as it may have.</summary>
    TooMany,

    /// <summary>There is no such credential for this dialect, or it was revoked.</summary>
    CredentialUnknown,
}

/// <summary>A receiver of events.</summary>
public interface ISubscriptions
{
    /// <summary>
    /// Adds a subscription, which gets the events of every later commit. If its id is taken, the result is <see
    /// cref="SubscriptionOutcome.Known"/>.
    /// </summary>
    /// <param name="by">The acting operator; null for a client.</param>
    Task<SubscriptionOutcome> AddAsync(Subscription subscription, CancellationToken cancel, Origin? by = null);

    /// <summary>A subscription, ended ones too; null when the merchant has none of this id.</summary>
    Task<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancel);

    /// <summary>A credential's subscriptions that have not ended, the oldest first, each with the time at which it was made.</summary>
    Task<IReadOnlyList<(Subscription Subscription, DateTimeOffset CreatedAt)>> OfCredentialAsync(
        MerchantId merchant, long credential, CancellationToken cancel);

    /// <summary>How the receivers of a merchant stand that have not ended.</summary>
    Task<IReadOnlyDictionary<SubscriptionId, ReceiverStanding>> StandingsAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>Ends a subscription: it gets no more events, not even waiting ones.</summary>
    /// <param name="id">The subscription.</param>
    /// <param name="credential">The credential that must own it; null for any.</param>
    /// <param name="by">The acting operator; null for a client.</param>
    /// <returns>False when there is no such one that has not ended.</returns>
    Task<bool> EndAsync(SubscriptionId id, long? credential, CancellationToken cancel, Origin? by = null);
}
