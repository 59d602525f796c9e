using Quittance.Dialects.Http;

namespace Quittance.Dialects.Widget;

/// <summary>What the frame is told when something goes wrong.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What it is, for the frame's own words.</param>
internal sealed record WidgetError(int Status, string Code)
{
    /// <summary>The answer that tells it.</summary>
    public Answer ToAnswer() => new(Status, json =>
    {
        json.WriteStartObject();
        json.WriteString("code", Code);
        json.WriteEndObject();
    })
    {
        Challenge = Status == 401 ? "Bearer" : null,
        RetryAfterSeconds = Status is 409 or 503 ? 1 : null,
    };
}
