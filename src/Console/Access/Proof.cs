using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;

namespace Quittance.Console.Access;

/// <summary>
/// A page whose action is grave: it gives money back, corrects the books, lets a program or a person in, or erases data. The person who
/// opens it has given their password, a code or a passkey in the last minutes.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ProvesAttribute : Attribute;

/// <summary>Whether the person at a desk is still the one who signed in.</summary>
internal static class Proof
{
    /// <summary>The page that asks.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/confirm";

    private static readonly TimeSpan LongestForPage = TimeSpan.FromMinutes(10);

    // A form that was opened in time may be filled in at leisure.
    private static readonly TimeSpan LongestForForm = TimeSpan.FromMinutes(20);

    /// <summary>Whether the last proof is recent enough for a page, or for its form.</summary>
    public static bool IsRecent(ConsoleUser user, HttpRequest request, DateTimeOffset now) =>
        now - user.ProvenAt <= (HttpMethods.IsPost(request.Method) ? LongestForForm : LongestForPage);

    /// <summary>The address of the page that asks, and leads on to the requested page.</summary>
    public static string AddressFor(HttpRequest request) => $"{Path}?to={Uri.EscapeDataString(request.Path + request.QueryString)}";
}
