using System.Text.Json;
using Quittance.Core.Payments;

namespace Quittance.Console.Pages.Payments;

/// <summary>What a client said of a payment in its own words, where its API has words for that.</summary>
/// <param name="Reference">The client's own reference; null where it gave none.</param>
/// <param name="Description">What the client wrote about it; null for nothing.</param>
public sealed record ClientWords(string? Reference, string? Description)
{
    /// <summary>Nothing was said.</summary>
    public static ClientWords None { get; } = new(null, null);

    /// <summary>What was said of a payment.</summary>
    public static ClientWords Of(Payment? payment)
    {
        if (payment?.Details is not { } said)
            return None;
        using var details = JsonDocument.Parse(said);
        return new ClientWords(Text(details.RootElement, "correlatorId"), Text(details.RootElement, "description"));
    }

    private static string? Text(JsonElement details, string name) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
