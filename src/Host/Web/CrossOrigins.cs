using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Web;

/// <summary>
/// The origins that installations allow, remembered for a few seconds, so that a page's requests cost no statement each; in the demo any
/// page of this machine too.
/// </summary>
internal sealed class CrossOrigins(Merchants merchants, TimeProvider clock, bool isDemo) : ICrossOrigins
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);

    private (HashSet<(string Dialect, WebOrigin Origin)> Allowed, DateTimeOffset Until) _known = ([], DateTimeOffset.MinValue);

    public async ValueTask<bool> AreAllowedAsync(IReadOnlyList<string> dialects, WebOrigin origin, CancellationToken cancel)
    {
        if (isDemo && IsOfThisMachine(origin))
            return true;
        var now = clock.GetUtcNow();
        if (now >= _known.Until)
            _known = ([.. await merchants.AllOriginsAsync(cancel)], now + RememberedFor);
        var (allowed, _) = _known;
        return dialects.Any(dialect => allowed.Contains((dialect, origin)));
    }

    public bool IsAllowed(Installation installation, WebOrigin origin) =>
        installation.Origins.Contains(origin) || (isDemo && IsOfThisMachine(origin));

    private static bool IsOfThisMachine(WebOrigin origin) =>
        new Uri(origin.ToString()) is { Scheme: "http", Host: "127.0.0.1" or "localhost" };
}
