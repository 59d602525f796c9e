namespace Quittance.Dialects.Http;

/// <summary>How many requests one credential may send to one operation: a method and a path's pattern. Each server process counts for itself.</summary>
/// <param name="Requests">How many, within a window.</param>
/// <param name="Window">How long a window lasts; it begins with the first request after the last one has ended.</param>
public sealed record RateLimit(int Requests, TimeSpan Window)
{
    /// <summary>Whether a request beyond the credential's scopes is refused as such before it is counted.</summary>
    public bool CountsPermittedOnly { get; init; }
}
