using System.Text.Json;
using Quittance.Core.Payments;

namespace Quittance.Console.Pages.Payments;

/// <summary>What a client said of a payment in its own words, where its API has words for that.</summary>
/// <param name="Payer">The name of who pays, who need not be the customer; null where none was said.</param>
/// <param name="Reference">The client's own reference; null where it gave none.</param>
/// <param name="Description">What the client wrote about it; null for nothing.</param>
public sealed record ClientWords(string? Payer, string? Reference, string? Description)
{
    /// <summary>Nothing was said.</summary>
    public static ClientWords None { get; } = new(null, null, null);

    /// <summary>What was said of a payment.</summary>
    public static ClientWords Of(Payment? payment)
    {
        if (payment?.Details is not { } said)
            return None;
        using var details = JsonDocument.Parse(said);
        var root = details.RootElement;
        var payer = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payer", out var named) ? Text(named, "name") : null;
        return new ClientWords(payer, Text(root, "correlatorId"), Text(root, "description"));
    }

    private static string? Text(JsonElement details, string name) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
