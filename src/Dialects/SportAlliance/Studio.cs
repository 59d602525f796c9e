using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;

namespace Quittance.Dialects.SportAlliance;

/// <summary>The studio whose key a request has shown: its language is that of errors, also of those outside any operation.</summary>
internal static class Studio
{
    private static readonly object Slot = new();

    /// <summary>The studio; null when there was no valid key.</summary>
    public static Installation? Of(HttpContext http) => http.Items.TryGetValue(Slot, out var known) ? (Installation)known! : null;

    /// <summary>Remembers it for the time of the request.</summary>
    public static void Remember(HttpContext http, Installation studio) => http.Items[Slot] = studio;
}
