using System.Text.Json;
using Quittance.Core.Payments;

namespace Quittance.Console.Pages.Payments;

/// <summary>The texts that a client sent with a payment; null for none.</summary>
/// <param name="Payer">The name of the payer, who need not be the customer.</param>
/// <param name="Reference">The client's own reference.</param>
/// <param name="Description">A text about the payment.</param>
/// <param name="Reason">Why it was made.</param>
public sealed record ClientWords(string? Payer, string? Reference, string? Description, string? Reason)
{
    public static ClientWords None { get; } = new(null, null, null, null);

    public static ClientWords Of(Payment? payment)
    {
        if (payment?.Details is not { } json)
            return None;
        using var details = JsonDocument.Parse(json);
        var root = details.RootElement;
        var payer = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payer", out var named) ? Text(named, "name") : null;
        return new ClientWords(payer, Text(root, "correlatorId"), Text(root, "description"), Text(root, "reason"));
    }

    private static string? Text(JsonElement details, string name) =>
        details.ValueKind == JsonValueKind.Object && details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
