using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Quittance.Host.Web;

/// <summary>Shows a guide of <c>docs</c> as HTML: as much of Markdown as the guides are written in.</summary>
/// <param name="addressOf">The address on this server of what a link names; null where it has no page here.</param>
internal sealed partial class Markdown(Func<string, string?> addressOf)
{
    private const string Fence = "```";

    /// <summary>The HTML of a text.</summary>
    public string ToHtml(string text)
    {
        var html = new StringBuilder();
        Blocks(text.ReplaceLineEndings("\n").Split('\n'), html);
        return html.ToString();
    }

    /// <summary>The name by which a link leads to a heading, as GitHub makes it.</summary>
    public static string AnchorOf(string heading) =>
        NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private void Blocks(ReadOnlySpan<string> lines, StringBuilder html)
    {
        for (var at = 0; at < lines.Length;)
        {
            var line = lines[at];
            if (line.Trim().Length == 0 || line.StartsWith("<!--", StringComparison.Ordinal))
                at++;
            else if (line.StartsWith(Fence, StringComparison.Ordinal))
                at += Code(lines[at..], html);
            else if (Heading().Match(line) is { Success: true } heading)
                at += Headed(heading, html);
            else if (line.StartsWith('|'))
                at += Table(lines[at..], html);
            else if (Item().Match(line) is { Success: true } item)
                at += List(lines[at..], char.IsAsciiDigit(item.Value[0]), html);
            else
                at += Paragraph(lines[at..], html);
        }
    }

    private static int Code(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var end = 1;
        while (end < lines.Length && !lines[end].StartsWith(Fence, StringComparison.Ordinal))
            end++;
        html.Append("<pre><code>").Append(WebUtility.HtmlEncode(string.Join('\n', lines[1..end]!))).Append("</code></pre>\n");
        return Math.Min(end + 1, lines.Length);
    }

    private int Headed(Match heading, StringBuilder html)
    {
        var (level, text) = (heading.Groups["level"].Length, heading.Groups["text"].Value);
        html.Append($"<h{level} id=\"{AnchorOf(text)}\">{Inline(text)}</h{level}>\n");
        return 1;
    }

    private int Table(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var end = 0;
        html.Append("<div class=\"wide\"><table>\n");
        for (; end < lines.Length && lines[end].StartsWith('|'); end++)
        {
            // The second line only rules off the first.
            if (end == 1)
                continue;
            var cell = end == 0 ? "th" : "td";
            var cells = CellEnd().Split(lines[end].Trim().Trim('|')).Select(one => $"<{cell}>{Inline(one.Trim())}</{cell}>");
            html.Append($"<tr>{string.Concat(cells)}</tr>\n");
        }

        html.Append("</table></div>\n");
        return end;
    }

    /// <summary>A list, whose items have the lines behind them that are set in.</summary>
    private int List(ReadOnlySpan<string> lines, bool isNumbered, StringBuilder html)
    {
        var (end, tag) = (0, isNumbered ? "ol" : "ul");
        html.Append($"<{tag}>\n");
        while (end < lines.Length && Item().Match(lines[end]) is { Success: true } item
            && char.IsAsciiDigit(item.Value[0]) == isNumbered)
        {
            List<string> own = [lines[end++][item.Length..]];
            while (end < lines.Length && (lines[end].StartsWith("  ", StringComparison.Ordinal)
                || (lines[end].Length == 0 && end + 1 < lines.Length && lines[end + 1].StartsWith("  ", StringComparison.Ordinal))))
            {
                var line = lines[end++];
                own.Add(line[Math.Min(item.Length, line.Length - line.TrimStart().Length)..]);
            }

            html.Append("<li>");
            Blocks([.. own], html);
            html.Append("</li>\n");
        }

        html.Append($"</{tag}>\n");
        return end;
    }

    private int Paragraph(ReadOnlySpan<string> lines, StringBuilder html)
    {
        var end = 1;
        while (end < lines.Length && lines[end].Trim().Length > 0 && !lines[end].StartsWith(Fence, StringComparison.Ordinal)
            && !lines[end].StartsWith('|') && !Item().IsMatch(lines[end]))
        {
            end++;
        }

        html.Append($"<p>{Inline(string.Join(' ', lines[..end]!))}</p>\n");
        return end;
    }

    /// <summary>The words of a line: code first, in which nothing else counts.</summary>
    private string Inline(string text) => Part().Replace(text.Replace(@"\|", "|", StringComparison.Ordinal), Shown);

    private string Shown(Match part)
    {
        if (part.Groups["code"] is { Success: true } code)
            return $"<code>{WebUtility.HtmlEncode(code.Value)}</code>";
        if (part.Groups["picture"] is { Success: true } picture)
            return $"<em>{WebUtility.HtmlEncode(picture.Value)}</em>";
        if (part.Groups["strong"] is { Success: true } strong)
            return $"<strong>{Inline(strong.Value)}</strong>";
        if (part.Groups["em"] is { Success: true } em)
            return $"<em>{Inline(em.Value)}</em>";
        if (part.Groups["plain"] is { Success: true } plain)
            return $"<a href=\"{WebUtility.HtmlEncode(plain.Value)}\">{WebUtility.HtmlEncode(plain.Value)}</a>";
        if (part.Groups["to"] is { Success: true } to)
        {
            var said = Inline(part.Groups["said"].Value);
            return addressOf(to.Value) is { } address ? $"<a href=\"{WebUtility.HtmlEncode(address)}\">{said}</a>" : said;
        }

        return WebUtility.HtmlEncode(part.Value);
    }

    [GeneratedRegex(@"^(?<level>#{1,4}) (?<text>.+)$", RegexOptions.None, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(?:-|\d+\.) +", RegexOptions.None, 1000)]
    private static partial Regex Item();

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, 1000)]
    private static partial Regex CellEnd();

    [GeneratedRegex("[^a-z0-9 _-]", RegexOptions.None, 1000)]
    private static partial Regex NotInAnchors();

    // Each text between is a part of its own, which is shown as it is.
    [GeneratedRegex(
        @"``?(?<code>[^`]+)``?|!\[(?<picture>[^\]]*)\]\([^)]*\)|\[(?<said>(?:[^\[\]]|`[^`]*`)+)\]\((?<to>[^)]+)\)|\*\*(?<strong>.+?)\*\*"
        + @"|\*(?<em>[^*\s][^*]*)\*|<(?<plain>https?://[^>\s]+)>|[^`!\[*<]+|.", RegexOptions.None, 1000)]
    private static partial Regex Part();
}
