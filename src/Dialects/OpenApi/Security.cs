using System.Text.Json;

namespace Quittance.Dialects.OpenApi;

/// <summary>A credential that clients send.</summary>
/// <param name="Name">Its name within a document.</param>
/// <param name="Write">Writes the members of its security scheme.</param>
public sealed record Security(string Name, Action<Utf8JsonWriter> Write)
{
    /// <summary>A scheme of the header Authorization.</summary>
    /// <param name="name">Its name within a document.</param>
    /// <param name="scheme">The scheme, such as <c>bearer</c>.</param>
    /// <param name="description">Where clients get it.</param>
    public static Security Http(string name, string scheme, string description) => new(name, json =>
    {
        json.WriteString("type", "http");
        json.WriteString("scheme", scheme);
        json.WriteString("description", description);
    });

    /// <summary>A header of its own.</summary>
    /// <param name="name">Its name within a document.</param>
    /// <param name="header">The header.</param>
    /// <param name="description">Where clients get it.</param>
    public static Security Header(string name, string header, string description) => new(name, json =>
    {
        json.WriteString("type", "apiKey");
        json.WriteString("in", "header");
        json.WriteString("name", header);
        json.WriteString("description", description);
    });

    /// <summary>No credential, where one may be sent as well.</summary>
    public static Security None { get; } = new("", _ => { });
}
