namespace Quittance.Dialects.OpenApi;

/// <summary>What holds for all operations of a dialect.</summary>
/// <param name="Title">The name of the API, as its clients know it.</param>
/// <param name="Summary">What it is, in a few lines of Markdown.</param>
/// <param name="Refusal">The body of an answer that refuses something.</param>
public sealed record ApiDescription(string Title, string Summary, Shape Refusal)
{
    /// <summary>The credentials of a request, all of them together.</summary>
    public IReadOnlyList<Security> Security { get; init; } = [];

    /// <summary>The media types of answers.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = ["application/json"];

    /// <summary>The media types of refusals.</summary>
    public IReadOnlyList<string> RefusalMediaTypes { get; init; } = ["application/json"];

    /// <summary>The headers that every answer has, beside those that all dialects send.</summary>
    public IReadOnlyList<SentHeader> Headers { get; init; } = [];

    /// <summary>What every operation takes beside its body, such as a header that chooses a language.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];
}
