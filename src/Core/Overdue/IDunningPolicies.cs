using Quittance.Core.Engine;

namespace Quittance.Core.Overdue;

/// <summary>When merchants remind their customers of what is overdue, one policy for each currency.</summary>
public interface IDunningPolicies
{
    /// <summary>The policies in force, by currency.</summary>
    Task<IReadOnlyList<DunningPolicy>> ListAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>
    /// Sets the policy of a currency, unless it is in force or the request has set it already. It waits for the commits that are under
    /// way: each was decided by the policy before.
    /// </summary>
    /// <param name="policy">Null for no policy.</param>
    /// <param name="key">The idempotency key of the request; null for none.</param>
    Task<KeyState> SetAsync(
        MerchantId merchant, Currency currency, DunningPolicy? policy, Origin by, KeyUse? key, CancellationToken cancel);
}
