using System.Buffers.Binary;
using System.Net;
using System.Text;
using Quittance.Core.Profiles;

namespace Quittance.Papers.Mails;

/// <summary>
/// A mail as its customer reads it: what a person typed stands in it as text, and nothing of it is loaded from elsewhere.
/// </summary>
/// <param name="Language">Its language, such as <c>de</c>.</param>
/// <param name="Lines">What it says, a paragraph each.</param>
public sealed record MailLetter(string Language, string Subject, IReadOnlyList<string> Lines)
{
    /// <summary>The name by which the page shows the logo that comes with the mail.</summary>
    public const string LogoId = "logo@quittance";

    // Pixels.
    private const int LogoWidth = 240;
    private const int LogoHeight = 40;

    private const string Border = "border-top:1px solid #8888";

    /// <summary>What follows as a table: names and values.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>An address that the customer opens, with the words for it; null for none.</summary>
    public (string Label, string Address)? Button { get; init; }

    /// <summary>What stands below, a paragraph each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Who the merchant is, a line each, below all.</summary>
    public IReadOnlyList<string> Sender { get; init; } = [];

    /// <summary>The merchant's pages, with the words for them.</summary>
    public IReadOnlyList<(string Label, string Address)> Links { get; init; } = [];

    /// <summary>The logo as a PNG, which comes with the mail, and the words in its place; null for none.</summary>
    public (string Name, ReadOnlyMemory<byte> Png)? Logo { get; init; }

    /// <summary>The colour of the button, which white is read on; null for ours.</summary>
    public BrandColour? Colour { get; init; }

    /// <summary>The address that answers go to, of the merchant's own; null for none.</summary>
    public string? AnswersTo { get; init; }

    /// <summary>Null for none.</summary>
    public Paper? Attached { get; init; }

    /// <summary>It as plain text.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder().AppendJoin("\n\n", Lines).Append('\n');
            foreach (var (name, value) in Facts)
                text.Append($"\n{name}: {value}");
            if (Facts.Count > 0)
                text.Append('\n');
            if (Button is var (label, address))
                text.Append($"\n{label}:\n{address}\n");
            foreach (var note in Notes)
                text.Append($"\n{note}\n");
            if (Sender.Count > 0 || Links.Count > 0)
                text.Append("\n-- \n").AppendJoin('\n', [.. Sender, .. Links.Select(link => $"{link.Label}: {link.Address}")]).Append('\n');
            return text.ToString();
        }
    }

    /// <summary>It as a page of its own, light or dark as its reader wishes.</summary>
    public string Html
    {
        get
        {
            var html = new StringBuilder($"""
                <!DOCTYPE html>
                <html lang="{Language}">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width,initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="supported-color-schemes" content="light dark">
                <title>{Escaped(Subject)}</title>
                </head>
                <body style="margin:0;padding:24px 16px;color-scheme:light dark;font:16px/1.5 system-ui,sans-serif">
                <div style="max-width:560px;margin:0 auto">

                """);
            if (Logo is var (name, png))
            {
                var (width, height) = LogoSize(png.Span);
                html.Append($"<p style=\"margin:0 0 24px\"><img src=\"cid:{LogoId}\" alt=\"{Escaped(name)}\" ")
                    .Append($"width=\"{width}\" height=\"{height}\" style=\"display:block\"></p>\n");
            }

            foreach (var line in Lines)
                html.Append($"<p style=\"margin:0 0 16px\">{Escaped(line)}</p>\n");
            if (Facts.Count > 0)
            {
                html.Append("<table style=\"width:100%;border-collapse:collapse;margin:0 0 24px\">\n");
                foreach (var (fact, value) in Facts)
                {
                    html.Append($"<tr><th scope=\"row\" style=\"{Border};padding:8px 16px 8px 0;text-align:left;font-weight:400\">")
                        .Append($"{Escaped(fact)}</th><td style=\"{Border};padding:8px 0;text-align:right;font-weight:600\">")
                        .Append($"{Escaped(value)}</td></tr>\n");
                }

                html.Append("</table>\n");
            }

            if (Button is var (label, address))
            {
                html.Append($"<p style=\"margin:0 0 24px\"><a href=\"{Escaped(address)}\" style=\"display:inline-block;padding:12px 24px;")
                    .Append($"border-radius:6px;background:{Colour?.ToString() ?? "#0b5cad"};color:#ffffff;text-decoration:none;")
                    .Append("font-weight:600\">")
                    .Append($"{Escaped(label)}</a></p>\n");
            }

            foreach (var note in Notes)
                html.Append($"<p style=\"margin:0 0 8px;font-size:14px\">{Escaped(note)}</p>\n");
            if (Sender.Count > 0 || Links.Count > 0)
            {
                html.Append($"<div style=\"{Border};margin:24px 0 0;padding:16px 0 0;font-size:14px\">\n");
                foreach (var line in Sender)
                    html.Append($"<p style=\"margin:0\">{Escaped(line)}</p>\n");
                html.Append("<p style=\"margin:8px 0 0\">").AppendJoin(
                    " · ", Links.Select(link => $"<a href=\"{Escaped(link.Address)}\" style=\"color:inherit\">{Escaped(link.Label)}</a>"))
                    .Append("</p>\n</div>\n");
            }

            return html.Append("</div>\n</body>\n</html>\n").ToString();
        }
    }

    /// <summary>How large the logo is shown, pixels. Some programs follow the attributes of an image alone.</summary>
    private static (int Width, int Height) LogoSize(ReadOnlySpan<byte> png)
    {
        const int Widths = 16;
        const int Heights = 20;
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png[Widths..]), BinaryPrimitives.ReadInt32BigEndian(png[Heights..]));
        return height * LogoWidth <= width * LogoHeight ? (LogoWidth, Math.Max(1, height * LogoWidth / width))
            : (Math.Max(1, width * LogoHeight / height), LogoHeight);
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
