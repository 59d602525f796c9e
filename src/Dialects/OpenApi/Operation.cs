namespace Quittance.Dialects.OpenApi;

/// <summary>
/// What an operation is to its clients. It is attached to its routes as metadata; method, path, scopes, the limits around it and what is
/// refused there are taken from these routes.
/// </summary>
/// <param name="Id">Its name for programs, such as <c>createPayment</c>.</param>
/// <param name="Tag">What it belongs to, such as <c>Payments</c>.</param>
/// <param name="Summary">What it does, in a line.</param>
public sealed record Operation(string Id, string Tag, string Summary)
{
    /// <summary>What else there is to know, in Markdown.</summary>
    public string? Description { get; init; }

    /// <summary>What is sent beside the body.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>The body that it takes; null for none.</summary>
    public Shape? Body { get; init; }

    /// <summary>The media types of the body where the route does not say them.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];

    /// <summary>How it answers, beside what is refused before it begins.</summary>
    public required IReadOnlyList<Reply> Replies { get; init; }

    /// <summary>The credentials of a route that needs no scope, each of them enough; empty where anybody may call it.</summary>
    public IReadOnlyList<Security> Security { get; init; } = [];
}
