using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>The ETags of what changes by events: how many it has had. A change is for the state that the client has seen.</summary>
internal static class OwnApiTags
{
    /// <summary>The header with the ETag of what a change is for.</summary>
    public const string IfMatch = "If-Match";

    /// <summary>The header of an answer, after so many events.</summary>
    public static (string Name, string Value) Of(int events) => ("ETag", $"\"{events}\"");

    /// <summary>The state that the client has seen, as its If-Match says.</summary>
    public static Reading<SeenTags, OwnApiProblem> SeenIn(HttpRequest request, string what)
    {
        if (request.Headers.IfMatch.Count > 0)
        {
            return new SeenTags(
                EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags) ? [.. tags] : []);
        }

        return new OwnApiProblem(StatusCodes.Status428PreconditionRequired, "precondition-required", "The header If-Match is missing.")
        {
            Faults = [InputFault.Of(IfMatch, $"must be the ETag of the {what} that you looked at")],
        };
    }

    /// <summary>The thing is not as the client has seen it.</summary>
    public static OwnApiProblem Changed(string what) => new(
        StatusCodes.Status412PreconditionFailed, $"{what}-changed", $"The {what} has changed since you looked at it. Look again.")
    {
        Faults = [InputFault.Of(IfMatch, $"must be the ETag of the {what} as it is now")],
    };

    /// <summary>The event that a command has made, which a repeated request finds again.</summary>
    public static async Task<EventNews> NewsAsync(this IReceivables receivables, Call call, Outcome outcome) =>
        await receivables.NewsAsync(call.Credential.Merchant, outcome.Subject, outcome.Sequence, call.Cancel)
        ?? throw new InvalidOperationException("A kept answer names an event that is not in the books.");
}

/// <summary>The entity tags of an If-Match (RFC 9110 13.1.1). A weak one matches nothing there, and so does what is no tag.</summary>
internal readonly record struct SeenTags(IReadOnlyList<EntityTagHeaderValue> Tags)
{
    private const int Other = -1;

    /// <summary>
    /// How many events the client has seen of a thing that has had so many; a number that none has where it saw another state.
    /// </summary>
    public int Of(int events) => Tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || IsOf(tag, events)) ? events : Other;

    private static bool IsOf(EntityTagHeaderValue tag, int events) =>
        !tag.IsWeak && tag.Tag.Equals($"\"{events.ToString(CultureInfo.InvariantCulture)}\"", StringComparison.Ordinal);
}
