using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Quittance.Bench.Contests;

namespace Quittance.Bench.Charts;

/// <summary>
/// Horizontal bars as an SVG that is readable on a light and on a dark page. A chart is a title, groups of bars and a line that tells what
/// was measured on what.
/// </summary>
/// <param name="title">The quantity that the bars show, with its unit.</param>
/// <param name="note">The machine and the settings; what a semicolon parts stands on lines of its own.</param>
internal sealed class BarDrawing(string title, string note)
{
    private const int Width = 860;
    private const int LabelWidth = 310;
    private const int ValueWidth = 130;
    private const int BarHeight = 20;
    private const int RowHeight = 27;
    private const int TopMargin = 52;
    private const int GroupGap = 32;
    private const int NoteHeight = 19;

    // The longest note that fits into the width in its small type.
    private const int NoteLength = 110;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly List<(string Heading, IReadOnlyList<Bar> Bars)> _groups = [];

    /// <summary>The chart of a benchmark's trials, one group for each number of connections.</summary>
    public static BarDrawing Of(string title, string note, IReadOnlyDictionary<Trial, Samples> results, Func<Trial, bool> isOurs)
    {
        var chart = new BarDrawing(title, note);
        foreach (var group in results.GroupBy(result => result.Key.Connections).OrderBy(group => group.Key))
        {
            chart.Add($"{group.Key} in flight", [.. group.Select(result => new Bar(
                result.Key.Rival.Name, result.Value.PerSecond, result.Value.PerSecond.ToString("N0", CultureInfo.InvariantCulture),
                isOurs(result.Key)))]);
        }

        return chart;
    }

    public BarDrawing Add(string heading, IReadOnlyList<Bar> bars)
    {
        _groups.Add((heading, bars));
        return this;
    }

    /// <summary>Writes the chart to a folder, under the name of its benchmark; nowhere where no folder is given.</summary>
    public async Task WriteAsync(string? folder, string name, CancellationToken cancel)
    {
        if (folder is null)
            return;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{name}.svg");
        await File.WriteAllTextAsync(path, Draw().ToString() + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancel);
        Screen.Progress.Report($"Drawn: {path}");
    }

    private XElement Draw()
    {
        var notes = Wrapped(note).ToList();
        var longest = _groups.SelectMany(group => group.Bars).Max(bar => bar.Value);
        var height = TopMargin + _groups.Sum(group => GroupGap + (group.Bars.Count * RowHeight)) + (notes.Count * NoteHeight) + 20;
        var drawing = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {height}"), new XAttribute("role", "img"), new XAttribute("aria-label", title),
            new XElement(Svg + "title", title),
            new XElement(Svg + "style", """
                svg { font: 14px system-ui, sans-serif; background: #fff }
                text { fill: #1c2733 } .title { font-size: 17px; font-weight: 600 } .group { font-weight: 600 }
                .note { font-size: 12px } .note, .group { fill: #56636f }
                rect { fill: #b4bfca } rect.ours { fill: #0f7a5a }
                @media (prefers-color-scheme: dark) {
                  svg { background: #12181f } text { fill: #e6ebf0 } .note, .group { fill: #9aa7b4 }
                  rect { fill: #4b5865 } rect.ours { fill: #35c493 }
                }
                """),
            Text(20, 32, "title", title));
        var top = TopMargin;
        foreach (var (heading, bars) in _groups)
        {
            drawing.Add(Text(20, top + 20, "group", heading));
            top += GroupGap;
            foreach (var bar in bars)
            {
                drawing.Add(Row(bar, top, longest));
                top += RowHeight;
            }
        }

        foreach (var line in notes)
            drawing.Add(Text(20, top += NoteHeight, "note", line));
        return drawing;
    }

    private static IEnumerable<string> Wrapped(string note)
    {
        foreach (var part in note.Split("; "))
        {
            var line = "";
            foreach (var piece in part.Split(", "))
            {
                if (line.Length > 0 && line.Length + piece.Length > NoteLength)
                {
                    yield return line + ",";
                    line = piece;
                }
                else
                {
                    line = line.Length == 0 ? piece : $"{line}, {piece}";
                }
            }

            yield return line;
        }
    }

    private static IEnumerable<XElement> Row(Bar bar, int top, double longest)
    {
        var length = longest > 0 ? (int)Math.Round(bar.Value / longest * (Width - LabelWidth - ValueWidth)) : 0;
        yield return new XElement(
            Svg + "text", new XAttribute("x", LabelWidth - 10), new XAttribute("y", top + 15), new XAttribute("text-anchor", "end"),
            bar.Label);
        yield return new XElement(
            Svg + "rect", bar.IsOurs ? new XAttribute("class", "ours") : null, new XAttribute("x", LabelWidth), new XAttribute("y", top),
            new XAttribute("width", Math.Max(1, length)), new XAttribute("height", BarHeight), new XAttribute("rx", 3));
        yield return Text(LabelWidth + length + 8, top + 15, null, bar.Text);
    }

    private static XElement Text(int x, int y, string? kind, string text) => new(
        Svg + "text", kind is null ? null : new XAttribute("class", kind), new XAttribute("x", x), new XAttribute("y", y), text);
}
