using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Http;

/// <summary>How a window of a <see cref="RateLimit"/> stands after a request was counted in it.</summary>
/// <param name="Limit">How many requests it lets through.</param>
/// <param name="Remaining">How many of them are left.</param>
/// <param name="ResetSeconds">When it ends, in seconds from now, at least one.</param>
/// <param name="IsAdmitted">Whether this one was let through.</param>
public sealed record RequestCount(int Limit, int Remaining, int ResetSeconds, bool IsAdmitted)
{
    private static readonly object Slot = new();

    /// <summary>How the window of a request stood; null where it was not counted.</summary>
    public static RequestCount? Of(HttpContext http) => http.Items.TryGetValue(Slot, out var count) ? (RequestCount)count! : null;

    /// <summary>As the header <c>RateLimit</c> tells it.</summary>
    public override string ToString() => $"limit={Limit}, remaining={Remaining}, reset={ResetSeconds}";

    internal static RequestCount Of(RateLimit limit, int taken, TimeSpan left, bool isAdmitted) =>
        new(limit.Requests, limit.Requests - taken, Math.Max(1, (int)Math.Ceiling(left.TotalSeconds)), isAdmitted);

    internal void Remember(HttpContext http) => http.Items[Slot] = this;
}
