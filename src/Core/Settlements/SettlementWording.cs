using System.Text.RegularExpressions;

namespace Quittance.Core.Settlements;

/// <summary>Finds the pieces of a transfer's text that may name something of ours.</summary>
public static partial class SettlementWording
{
    private const int MaxNames = 24;
    private const int MaxLength = 64;

    /// <summary>The end of the text of a line that the bank marks as a reversal of a line before it.</summary>
    public const string Reversal = "(reversal)";

    /// <summary>
    /// The pieces with a digit, without the words that people write before a number (<c>Invoice:</c>, <c>RE-Nr.</c>). A name of letters
    /// alone looks like any word.
    /// </summary>
    public static IReadOnlyList<string> NamesIn(SettlementLine line)
    {
        if (line.Kind != SettlementLineKind.Entry)
            return line.Remittance is { } reference ? [reference] : [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var text in (string?[])[line.Remittance, line.EndToEnd])
        {
            names.UnionWith(TransferReference.In(text ?? ""));
            // German banks put the end-to-end id of a debit into the text, and the next word right behind it.
            names.UnionWith(EndToEndId().Matches(text ?? "").Select(match => match.Value));
            foreach (var piece in (text ?? "")
                .Split([' ', ',', ';', '\n', '\t', '"', '(', ')', '+', '='], StringSplitOptions.RemoveEmptyEntries))
            {
                Add(piece.Trim('.', ':', '#', '/', '-', '*', '\'', '!', '?'), names);
            }
        }

        return [.. names.Take(MaxNames)];
    }

    /// <summary>A bare number without the zeros in front of it, which add nothing to it; any other name as it is.</summary>
    public static string WithoutZeros(string name) => name.All(char.IsAsciiDigit) ? name.TrimStart('0') : name;

    private static void Add(string piece, HashSet<string> names)
    {
        if (piece.Length is 0 or > MaxLength || !piece.Any(char.IsAsciiDigit))
            return;
        names.Add(piece);
        var at = piece.LastIndexOfAny(['.', ':', '#']);
        if (at >= 0 && piece[(at + 1)..] is { Length: > 0 } after && after.Any(char.IsAsciiDigit) && !Amount().IsMatch(piece))
            names.Add(after);
    }

    /// <summary>An end-to-end id of a debit or a transfer of ours.</summary>
    [GeneratedRegex(@"[0-9a-fA-F]{32}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EndToEndId();

    /// <summary>An amount or a date, whose last piece is no name.</summary>
    [GeneratedRegex(@"^[\d.,:]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Amount();
}
