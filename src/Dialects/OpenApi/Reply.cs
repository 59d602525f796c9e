namespace Quittance.Dialects.OpenApi;

/// <summary>One way in which an operation answers.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">When it is given.</param>
/// <param name="Body">The body; null for none, and from 400 on for that of the dialect's refusals.</param>
public sealed record Reply(int Status, string Description, Shape? Body = null)
{
    /// <summary>The media types that the body comes in; empty for those of the dialect.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];

    /// <summary>The headers that only this answer has.</summary>
    public IReadOnlyList<SentHeader> Headers { get; init; } = [];
}
