using System.Globalization;
using Microsoft.AspNetCore.Http;
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

    /// <summary>How many events the thing had that the client has seen.</summary>
    public static Reading<int, OwnApiProblem> SeenIn(HttpRequest request, string what) => request.Headers.IfMatch is [{ } tag]
        && tag is ['"', .. var inside, '"'] && int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            ? seen
            : new OwnApiProblem(
                StatusCodes.Status428PreconditionRequired, "precondition-required", "The header If-Match is missing or malformed.")
            {
                Faults = [InputFault.Of(IfMatch, $"must be the ETag of the {what} that you looked at")],
            };

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
