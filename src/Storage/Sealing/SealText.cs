using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Core;

namespace Quittance.Storage.Sealing;

/// <summary>A seal that was kept outside of the books.</summary>
/// <param name="Merchant">Null where it was not kept with the seal.</param>
/// <param name="At">Null where it was not kept with the seal.</param>
/// <param name="Hash">The hash in hexadecimal digits, or its first ones: <see cref="SealText.ShortestHash"/> at least.</param>
public sealed record KeptSeal(MerchantId? Merchant, DateTimeOffset? At, string Hash);

/// <summary>
/// Seals as text, one on each line. As JSON it is an object with the merchant, the time and the seal. A line of the log or of a notebook
/// is taken as well: the word <c>merchant</c> with the number, and the first digits of the seal. One JSON document with all of them has
/// them in its member <c>seals</c>.
/// </summary>
public static partial class SealText
{
    /// <summary>The measure shows this many digits of a hash, which are enough.</summary>
    public const int ShortestHash = 12;

    private const int LongestHash = 64;

    /// <summary>A seal as an object.</summary>
    public static JsonObject Of(Seal seal) => new()
    {
        ["merchant"] = seal.Merchant.Value,
        ["at"] = seal.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["seal"] = Convert.ToHexStringLower(seal.Hash.Span),
    };

    /// <summary>Reads the seals of a file's lines, each once.</summary>
    /// <param name="fault">Why a line is no seal; null where each is one.</param>
    public static IReadOnlyList<KeptSeal> Read(IEnumerable<string> lines, out string? fault)
    {
        fault = null;
        HashSet<KeptSeal> seals = [];
        var number = 0;
        using var rest = lines.GetEnumerator();
        while (rest.MoveNext())
        {
            var line = rest.Current;
            if (number++ == 0 && IsDocument(line))
                return OfDocument(rest, out fault);
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (SealOf(line.Trim()) is not { } seal)
                fault ??= $"its line {number} is no seal: it was cut or changed there";
            else
                seals.Add(seal);
        }

        if (seals.Count == 0)
            fault ??= "it has no seal";
        return [.. seals];
    }

    private static bool IsDocument(string line) =>
        line.Trim() == "{" || line.TrimStart().StartsWith("{\"seals\"", StringComparison.Ordinal);

    private static IReadOnlyList<KeptSeal> OfDocument(IEnumerator<string> lines, out string? fault)
    {
        var text = new StringBuilder(lines.Current);
        while (lines.MoveNext())
            text.Append('\n').Append(lines.Current);
        try
        {
            var seals = JsonNode.Parse(text.ToString())?["seals"]?.AsArray()
                .Select(node => node is null ? null : OfJson(node.ToJsonString())).ToList();
            fault = seals is null or [] || seals.Contains(null) ? "one of its seals lacks something: the file was cut or changed" : null;
            return [.. (seals ?? []).OfType<KeptSeal>()];
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            fault = "it is not JSON as it was written: the file was cut or changed";
            return [];
        }
    }

    private static KeptSeal? SealOf(string line) =>
        line.StartsWith("{\"merchant\"", StringComparison.Ordinal) ? OfJson(line) : OfWords(line);

    private static KeptSeal? OfJson(string line)
    {
        try
        {
            var node = JsonNode.Parse(line);
            return (long?)node?["merchant"] is { } merchant && (string?)node["seal"] is { Length: LongestHash } hash
                && IsHash().IsMatch(hash) && (string?)node["at"] is { } at
                ? new KeptSeal(
                    new MerchantId(merchant),
                    DateTimeOffset.Parse(
                        at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                    hash)
                : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static KeptSeal? OfWords(string line)
    {
        var hash = Hashes().Matches(line) is [var one] ? one.Value : null;
        return hash is null or { Length: > LongestHash }
            ? null
            : new KeptSeal(
                Merchants().Match(line) is { Success: true } named && long.TryParse(named.Groups["id"].Value, out var id)
                    ? new MerchantId(id) : null,
                null, hash);
    }

    [GeneratedRegex("^[0-9a-f]+$", RegexOptions.None, 5000)]
    private static partial Regex IsHash();

    [GeneratedRegex(@"(?<![0-9a-zA-Z-])[0-9a-f]{12,}(?![0-9a-zA-Z-])", RegexOptions.None, 5000)]
    private static partial Regex Hashes();

    [GeneratedRegex(@"\bmerchant\W{0,3}(?<id>\d+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Merchants();
}
