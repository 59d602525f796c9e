using Quittance.Core.Engine;

namespace Quittance.Core.Overdue;

/// <summary>When merchants charge stored instruments again.</summary>
public interface IRetryPolicies
{
    /// <summary>The policy in force; null for none.</summary>
    Task<RetryPolicy?> FindAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>
    /// Sets the policy, unless it is in force or the request has set it already. It waits for the commits that are under way: each was
    /// decided by the policy before.
    /// </summary>
    /// <param name="policy">Null for no policy.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    Task<KeyState> SetAsync(MerchantId merchant, RetryPolicy? policy, Origin by, KeyUse? key, CancellationToken cancel);
}
