using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Core;

namespace Quittance.Storage.Sealing;

/// <summary>Seals as JSON: an object each. A file has them in the member <c>seals</c> of one object, or one on each line.</summary>
public static class SealText
{
    /// <summary>A seal as an object.</summary>
    public static JsonObject Of(Seal seal) => new()
    {
        ["merchant"] = seal.Merchant.Value,
        ["at"] = seal.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["seal"] = Convert.ToHexStringLower(seal.Hash.Span),
        ["slots"] = new JsonArray([.. seal.Slots.Select(slot => (JsonNode)Convert.ToHexStringLower(slot.Span))]),
    };

    /// <summary>Reads the seals of a file.</summary>
    /// <param name="fault">Why the file is not what was written; null where it is.</param>
    public static IReadOnlyList<Seal> Read(string text, out string? fault)
    {
        List<Seal> seals = [];
        fault = null;
        try
        {
            foreach (var node in NodesOf(text))
            {
                if (SealOf(node) is not { } seal)
                    fault ??= $"its seal {seals.Count + 1} lacks something: the file was cut or changed";
                else if (Convert.ToHexStringLower(seal.Hash.Span) != (string?)node!["seal"])
                    fault ??= $"its seal {seals.Count + 1} is not the hash of its slots: the file was re-ordered or changed";
                else
                    seals.Add(seal);
            }

            if (seals.Count == 0)
                fault ??= "it has no seal";
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            fault = "it is not JSON as it was written: the file was cut or changed";
        }

        return seals;
    }

    private static IEnumerable<JsonNode?> NodesOf(string text)
    {
        if (text.TrimStart() is ['{', ..] && text.Contains("\"seals\"", StringComparison.Ordinal))
            return JsonNode.Parse(text)!["seals"]!.AsArray();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => JsonNode.Parse(line));
    }

    private static Seal? SealOf(JsonNode? node)
    {
        if (node is not JsonObject || (long?)node["merchant"] is not { } merchant || node["slots"] is not JsonArray slots
            || slots.Count != MerchantId.Slots || slots.Any(slot => ((string?)slot)?.Length != 64))
        {
            return null;
        }

        return new Seal(
            new MerchantId(merchant),
            (string?)node["at"] is { } at
                ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
                : null,
            [.. slots.Select(slot => (ReadOnlyMemory<byte>)Convert.FromHexString((string)slot!))]);
    }
}
