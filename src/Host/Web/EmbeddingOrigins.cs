using Quittance.Core.Access;
using Quittance.Core.Sessions;

namespace Quittance.Host.Web;

/// <summary>The pages that may show the payment widget.</summary>
public interface IEmbeddingOrigins
{
    /// <summary>The origins that may embed the widget for a session.</summary>
    /// <param name="session">The public id of the session: the first 32 characters of its token, without its prefix.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The origins, like <c>https://shop.example</c>; null if there is no such session.</returns>
    ValueTask<IReadOnlyList<string>?> OfSessionAsync(string session, CancellationToken cancellation);
}

/// <summary>The origins that a session's installation allows; our own pages always, and in the demo any page of this machine.</summary>
internal sealed class EmbeddingOrigins(ISessions sessions, ICredentials credentials, bool isDemo) : IEmbeddingOrigins
{
    private const string Ourselves = "'self'";
    private static readonly string[] ThisMachine = ["http://127.0.0.1:*", "http://localhost:*"];

    public async ValueTask<IReadOnlyList<string>?> OfSessionAsync(string session, CancellationToken cancellation)
    {
        if (SessionToken.TryReadName(session) is not { } id || await sessions.FindAsync(id, cancellation) is not { } known)
            return null;
        var installation = (await credentials.OfCustomerAsync(id.Merchant, known.Installation, cancellation))?.Installation;
        return [Ourselves, .. installation?.Origins.Select(origin => origin.ToString()) ?? [], .. isDemo ? ThisMachine : []];
    }
}
