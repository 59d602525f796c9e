using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Http;

/// <summary>
/// The request at work, for logs that learn of something far below its operation. To carry it along costs every step of a request, so an
/// operation that writes enters it only where a log may ask: before it asks a provider, and before an act that the audit log keeps.
/// </summary>
public static class RequestAtWork
{
    private static readonly AsyncLocal<Place?> Here = new();

    /// <summary>The request; null where there is none, or where it has its answer.</summary>
    public static HttpContext? Context => Here.Value?.Http;

    /// <summary>Has the steps that follow know the request, until it has its answer.</summary>
    public static void Enter(HttpContext http)
    {
        if (Context == http)
            return;
        var place = new Place { Http = http };
        http.Response.RegisterForDispose(place);
        Here.Value = place;
    }

    private sealed class Place : IDisposable
    {
        public HttpContext? Http { get; set; }

        public void Dispose() => Http = null;
    }
}
