namespace Quittance.Host.Web;

/// <summary>Which pages may show the payment widget.</summary>
public interface IEmbeddingOrigins
{
    /// <summary>The origins that may embed the widget for a session.</summary>
    /// <param name="session">The public id of the session: the first 32 characters of its token, without its prefix.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The origins, like <c>https://shop.example</c>; null if there is no such session.</returns>
    ValueTask<IReadOnlyList<string>?> OfSessionAsync(string session, CancellationToken cancellation);
}
