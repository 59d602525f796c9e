namespace Quittance.Core.Providers;

/// <summary>A provider whose notices name its own objects, and not our requests, so that it is asked which request one carries.</summary>
public interface IObjectLookup : IProvider
{
    /// <summary>Asks about an object; changes nothing.</summary>
    /// <param name="name">The provider's name for it.</param>
    /// <returns>The attempt's id, null where the object is not of the books; and whether that is clear.</returns>
    Task<(Guid? Request, bool IsKnown)> FindRequestAsync(string name, CancellationToken cancel);
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
