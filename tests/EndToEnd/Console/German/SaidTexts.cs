using System.Text;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The texts that the pages of the console say or show, as the source has them.</summary>
internal static partial class SaidTexts
{
    // Milliseconds; it is there against a text on which an expression never ends.
    private const int Patience = 60_000;

    /// <summary>Each text with the file that says it first: <c>{0} of {1}</c> for <c>$"{count} of {most}"</c>.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Read("Console", Call());

    /// <summary>Why lines of the bank wait: the pages of the bank show it.</summary>
    public static IReadOnlyDictionary<string, string> OfWaitingLines { get; } = Read("", Waiting());

    private static Dictionary<string, string> Read(string folder, Regex calls)
    {
        var root = Path.Combine(RunningProgram.Solution, "src", folder);
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, file);
            if (Path.GetExtension(file) is not (".razor" or ".cs") || name.Split('/').Any(part => part is "bin" or "obj" or "Languages"))
                continue;
            var source = Remark().Replace(File.ReadAllText(file), "");
            foreach (Match call in calls.Matches(source))
            {
                foreach (var text in TextsAt(source, call.Index + call.Length))
                    said.TryAdd(text, name);
            }
        }

        return said;
    }

    /// <summary>The texts between the parentheses of a call, without those that stand inside a value of another text.</summary>
    private static List<string> TextsAt(string source, int at)
    {
        var texts = new List<string>();
        var isGoingOn = false;
        for (var depth = 1; depth > 0;)
        {
            if (IsText(source, at))
            {
                at = ReadText(source, at, out var text);
                if (isGoingOn)
                    texts[^1] += text;
                else
                    texts.Add(text);
                // A text that is longer than a line goes on behind a plus.
                var plus = Plus().Match(source, at);
                isGoingOn = plus.Success && plus.Index == at;
                at += isGoingOn ? plus.Length : 0;
                continue;
            }

            isGoingOn = false;
            if (source[at] == '\'')
                at += Sign().Match(source, at).Length - 1;
            depth += source[at] switch { '(' => 1, ')' => -1, _ => 0 };
            at++;
        }

        return [.. texts.Select(WithPlaces).Where(text => Place().Replace(text, "").Any(char.IsLetter))];
    }

    private static bool IsText(string source, int at) =>
        source[at] == '"' || (source[at] == '$' && source[at + 1] == '"');

    /// <summary>Reads a text, with a mark in place of each value, and returns where it ends.</summary>
    private static int ReadText(string source, int at, out string text)
    {
        var words = new StringBuilder();
        var hasValues = source[at] == '$';
        for (at += hasValues ? 2 : 1; source[at] != '"'; at++)
        {
            if (source[at] == '\\')
            {
                words.Append(Regex.Unescape(source.Substring(at, 2)));
                at++;
            }
            else if (hasValues && source[at] == '{')
            {
                at = EndOfValue(source, at);
                words.Append('\0');
            }
            else
            {
                words.Append(source[at]);
            }
        }

        text = words.ToString();
        return at + 1;
    }

    private static int EndOfValue(string source, int at)
    {
        for (var depth = 0; ;)
        {
            if (IsText(source, at))
            {
                at = ReadText(source, at, out _);
                continue;
            }

            depth += source[at] switch { '{' or '(' => 1, '}' or ')' => -1, _ => 0 };
            if (depth == 0)
                return at;
            at++;
        }
    }

    private static string WithPlaces(string text)
    {
        var number = 0;
        return string.Concat(text.Select(sign => sign == '\0' ? $"{{{number++}}}" : $"{sign}"));
    }

    [GeneratedRegex(@"\b(Say|Prose|Counted)\(", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Call();

    [GeneratedRegex(@"\bSettlementMatch\.None\(", RegexOptions.NonBacktracking)]
    private static partial Regex Waiting();

    [GeneratedRegex(@"@\*.*?\*@|^\s*///?.*?$|(?<![:""])// [^\n]*", RegexOptions.Singleline | RegexOptions.Multiline, Patience)]
    private static partial Regex Remark();

    [GeneratedRegex(@"\G\s*\+\s*(?=\$?"")", RegexOptions.None, Patience)]
    private static partial Regex Plus();

    [GeneratedRegex(@"\G'(\\.|[^'\\])'|\G'", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Sign();

    [GeneratedRegex(@"\{\d+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
