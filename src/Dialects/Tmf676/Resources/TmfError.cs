using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A TMF Error (TMF676 3.4 and 5.13, Oracle BRM 3.9).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A short stable code, such as <c>invalidValue</c>.</param>
/// <param name="Reason">The fault; names the attribute.</param>
/// <param name="Message">The remedy.</param>
public sealed record TmfError(int Status, string Code, string Reason, string Message)
{
    private const int RetryAfterSeconds = 1;

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsPassing { get; init; } = Status == 503;

    /// <summary>An attribute is not as it should be (400).</summary>
    public static TmfError Invalid(string reason, string message) => new(400, "invalidValue", reason, message);

    /// <summary>The body can't be read (400 by default).</summary>
    public static TmfError Unreadable(string reason, string message, int status = 400) =>
        new(status, "invalidBody", reason, message);

    /// <summary>The merchant has nothing of this id (404).</summary>
    public static TmfError NotFound(string reason, string message) => new(404, "notFound", reason, message);

    /// <summary>The request clashes with how things stand (409).</summary>
    public static TmfError Conflict(string reason, string message, bool isPassing = false) =>
        new(409, "conflict", reason, message) { IsPassing = isPassing };

    /// <summary>The request has done nothing, though an earlier one that it repeats may have, and may be sent again (503).</summary>
    public static TmfError Unavailable(string reason) =>
        new(503, "internal", reason, "This request recorded nothing. Send it again.");

    /// <summary>The answer with this error.</summary>
    /// <param name="writesNulls">Whether attributes without a value are written as null.</param>
    public Answer ToAnswer(bool writesNulls)
    {
        var shape = (writesNulls ? TmfShapes.WrittenWithNulls : TmfShapes.Written).Error;
        return new(Status, json => shape.Write(json, this)) { RetryAfterSeconds = IsPassing ? RetryAfterSeconds : null };
    }
}
