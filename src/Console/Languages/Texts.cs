using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Quittance.Console.Languages;

/// <summary>
/// The console's texts in the language of who reads. The English text is the key of the other one, with a place in braces for each value:
/// <c>$"{count} of {most}"</c> is looked up as <c>{0} of {1}</c>, and another language may turn their order.
/// </summary>
internal static class Texts
{
    /// <summary>A text without values.</summary>
    public static string Say(string english) => ReaderLanguage.Current.Of(english);

    /// <summary>A text with values: numbers and days in the reader's form, words as they are.</summary>
    public static string Say(SaidText text) => text.InWords();

    /// <summary>
    /// A sentence of another room, which says it in English to people and programs alike: it is found by its shape, with what stands in
    /// the places of a text. One of no known shape stands as it is.
    /// </summary>
    public static string Heard(string english) => ReaderLanguage.Current.Heard(english);

    /// <summary>A sentence of another room, or words that a person typed in its place, which stand as they are.</summary>
    public static string HeardOrTyped(string text) => ReaderLanguage.Current.HeardOrTyped(text);

    /// <summary>A text with values, which shows amounts and moments as the console's parts do, and links where they stand.</summary>
    public static RenderFragment Prose(ProseText text) => text.Shown();

    /// <summary>A text with a number: the first is for one, the second for any other, each with the number's place, <c>{0}</c>.</summary>
    public static string Counted(long count, string one, string many) =>
        Filled(Say(count == 1 ? one : many), [Number(count)]);

    /// <summary>A count with its groups of three.</summary>
    public static string Number(long number) => ReaderLanguage.Current.Write(number, "N0");

    /// <summary>A day or a moment.</summary>
    /// <param name="format">The English form, such as <c>d MMM yyyy</c>.</param>
    public static string Dated(IFormattable day, string format) => ReaderLanguage.Current.Write(day, format);

    /// <summary>A link in a text of <see cref="Prose"/>.</summary>
    /// <param name="text">What it says, in the reader's language.</param>
    public static RenderFragment Link(string? href, string text) => builder =>
    {
        builder.OpenElement(0, "a");
        builder.AddAttribute(1, "href", href);
        builder.AddContent(2, text);
        builder.CloseElement();
    };

    /// <summary>Words of a program in a text of <see cref="Prose"/>.</summary>
    public static RenderFragment Code(string text) => Element("code", text);

    /// <summary>Words with weight in a text of <see cref="Prose"/>.</summary>
    public static RenderFragment Strong(string text) => Element("strong", text);

    internal static string Filled(string template, IReadOnlyList<string> values)
    {
        var filled = new System.Text.StringBuilder();
        foreach (var (literal, at) in Pieces(template))
            filled.Append(literal).Append(at is { } place ? values[place] : null);
        return filled.ToString();
    }

    /// <summary>The words of a template, each with the place that follows them; null at the end.</summary>
    internal static IEnumerable<(string Literal, int? Place)> Pieces(string template)
    {
        var from = 0;
        for (var open = template.IndexOf('{'); open >= 0; open = template.IndexOf('{', from))
        {
            var close = template.IndexOf('}', open);
            yield return (template[from..open], int.Parse(template.AsSpan(open + 1, close - open - 1), CultureInfo.InvariantCulture));
            from = close + 1;
        }

        yield return (template[from..], null);
    }

    private static RenderFragment Element(string name, string text) => builder =>
    {
        builder.OpenElement(0, name);
        builder.AddContent(1, text);
        builder.CloseElement();
    };
}
