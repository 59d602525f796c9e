using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Http;

/// <summary>The trace id of a request: in its answer's header <c>Quittance-Trace</c>, in the log, and with every event that it brought.</summary>
public static class RequestTrace
{
    private static readonly object Slot = new();

    /// <summary>The trace id; the client's own where it sent a traceparent.</summary>
    public static Guid Of(HttpContext http)
    {
        if (http.Items.TryGetValue(Slot, out var known))
            return (Guid)known!;
        var trace = Activity.Current is { TraceId: var id } && id != default
            ? Guid.ParseExact(id.ToHexString(), "N")
            : new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        http.Items[Slot] = trace;
        return trace;
    }
}
