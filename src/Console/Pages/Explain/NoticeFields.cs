using System.Text.Json;
using Quittance.Core;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Explain;

/// <summary>The fields of a provider's notice that are known to be harmless.</summary>
internal static class NoticeFields
{
    private static readonly string[] Shown = ["type", "at", "request", "verb", "verdict", "reason", "dispute", "kind", "authorisation"];

    /// <summary>The kind of a notice.</summary>
    public static string TypeOf(ReceivedNotice notice) =>
        FieldsOf(notice).Where(field => field.Name == "type").Select(field => field.Value.Replace('_', ' '))
            .FirstOrDefault(Say("a notice"));

    /// <summary>The fields that may be shown.</summary>
    public static IReadOnlyList<(string Name, string Value)> FieldsOf(ReceivedNotice notice)
    {
        using var document = JsonDocument.Parse(notice.Body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return [];
        List<(string, string)> fields = [];
        foreach (var name in Shown)
        {
            if (root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                fields.Add((name, value.GetString()!));
        }

        foreach (var (name, title) in new[] { ("amount_minor", Say("amount")), ("fee_minor", Say("fee")) })
        {
            if (root.TryGetProperty(name, out var minor) && minor.TryGetInt64(out var amount)
                && root.TryGetProperty("currency", out var code) && Currency.TryParse(code.GetString(), out var currency))
            {
                fields.Add((title, new Money(amount, currency).ToString()));
            }
        }

        return fields;
    }
}
