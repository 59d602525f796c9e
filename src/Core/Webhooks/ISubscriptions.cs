using Quittance.Core.Engine;

namespace Quittance.Core.Webhooks;

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
