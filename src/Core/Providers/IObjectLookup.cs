namespace Quittance.Core.Providers;

/// <summary>
/// A provider whose notices name its own objects, and not our requests: because it never says ours, or because a person made the object at
/// the provider's own console. So it is asked which requests one carries.
/// </summary>
public interface IObjectLookup : IProvider
{
    /// <summary>Asks about an object; changes nothing.</summary>
    /// <param name="name">The provider's name for it.</param>
    /// <returns>The requests as they stand, none where the object is not of the books; null where there is no clear answer.</returns>
    Task<IReadOnlyList<ListedRequest>?> FindRequestsAsync(string name, CancellationToken cancel);
}

/// <summary>A provider that holds mandates, and tells when one has changed.</summary>
public interface IMandateLookup : IProvider
{
    /// <summary>Asks about a mandate; changes nothing.</summary>
    /// <param name="name">The provider's name for it.</param>
    /// <returns>
    /// The reference under which the books would have it, null for none; whether it can't be used any more; and whether that is clear.
    /// </returns>
    Task<(string? Reference, bool IsOver, bool IsKnown)> FindMandateAsync(string name, CancellationToken cancel);
}
