using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Collecting;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Explain;

/// <summary>Says what a provider's notice says: the fields that are known to be harmless, and no others, whatever is in it.</summary>
internal static class NoticeWords
{
    private static readonly string[] Shown = ["type", "at", "request", "verb", "verdict", "reason", "dispute", "kind", "authorisation"];

    public static string Of(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Received => "waits to be processed",
        NoticeOutcome.Taken => "booked",
        NoticeOutcome.NoNews => "known before",
        NoticeOutcome.Early => "came early",
        NoticeOutcome.Unmatched => "about nothing of ours",
        NoticeOutcome.Contradicts => "contradicts the books",
        NoticeOutcome.Exceeds => "not booked: the disputes together are more than the payment",
    };

    /// <summary>What kind of notice it is.</summary>
    public static string TypeOf(ReceivedNotice notice) => FieldsOf(notice).Where(field => field.Name == "type").Select(field => field.Value.Replace('_', ' ')).FirstOrDefault("a notice");

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

        foreach (var (name, title) in new[] { ("amount_minor", "amount"), ("fee_minor", "fee") })
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
