namespace Quittance.Core.Providers;

/// <summary>A provider whose notices about disputes say nothing but the dispute's name, so that it is asked.</summary>
public interface IDisputeLookup : IProvider
{
    /// <summary>Asks about a dispute; changes nothing.</summary>
    /// <param name="dispute">The provider's name for it.</param>
    /// <returns>The dispute as it stands, null where it takes no money of a payment of ours; and whether that is clear.</returns>
    Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(string dispute, CancellationToken cancel);
}
