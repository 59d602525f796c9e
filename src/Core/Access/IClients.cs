namespace Quittance.Core.Access;

/// <summary>Where clients of the authorisation server are looked up.</summary>
public interface IClients
{
    /// <summary>The client of this name; null when there is none, or it was revoked. Proves nothing of who asks.</summary>
    Task<Client?> FindAsync(string name, CancellationToken cancel);

    /// <summary>The client of this name and secret; null when there is none, it was revoked, or it is public and has no secret.</summary>
    Task<Client?> FindAsync(string name, string secret, CancellationToken cancel);
}
