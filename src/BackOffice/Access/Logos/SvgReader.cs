using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Quittance.Core.Profiles;

namespace Quittance.BackOffice.Access.Logos;

/// <summary>
/// Reads SVG and keeps shapes, colours and texts of it: what is not on the lists below is left out, so that nothing runs, is loaded or
/// grows while it is shown.
/// </summary>
internal static partial class SvgReader
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const int MostElements = 5000;
    private const int MostDepth = 60;
    private const int MostMilliseconds = 1000;

    private static readonly HashSet<string> Elements =
    [
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc", "defs", "linearGradient",
        "radialGradient", "stop", "clipPath", "style", "text", "tspan",
    ];

    private static readonly HashSet<string> Shapes = ["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text"];

    private static readonly HashSet<string> Attributes =
    [
        "id", "class", "style", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy", "width",
        "height", "viewBox", "preserveAspectRatio", "points", "transform", "offset", "version", "fill", "fill-rule", "fill-opacity",
        "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
        "stroke-opacity", "opacity", "stop-color", "stop-opacity", "clip-path", "clip-rule", "clipPathUnits", "gradientUnits",
        "gradientTransform", "spreadMethod", "color", "display", "visibility", "font-family", "font-size", "font-weight", "font-style",
        "text-anchor", "letter-spacing",
    ];

    private static readonly XmlReaderSettings Reading = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersInDocument = Logo.Most,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Reads a picture.</summary>
    /// <returns>It with the names of what was left out; or why it is none.</returns>
    public static (byte[]? Content, IReadOnlyList<string> LeftOut, string? Problem) Read(ReadOnlyMemory<byte> file)
    {
        XElement root;
        try
        {
            using var bytes = new MemoryStream(file.ToArray(), writable: false);
            using var reader = XmlReader.Create(bytes, Reading);
            root = XDocument.Load(reader).Root!;
        }
        catch (XmlException)
        {
            return (null, [], "This is neither a PNG nor an SVG that can be read.");
        }

        if (root.Name != XName.Get("svg", Namespace))
            return (null, [], "This is neither a PNG nor an SVG.");
        if (root.DescendantsAndSelf().Take(MostElements + 1).Count() > MostElements
            || root.Descendants().Any(element => element.Ancestors().Take(MostDepth + 1).Count() > MostDepth))
        {
            return (null, [], "This SVG has too many parts for a logo: save it simplified, or as PNG.");
        }

        var leftOut = new SortedSet<string>(StringComparer.Ordinal);
        var clean = Cleaned(root, leftOut);
        if (!clean.Descendants().Any(element => Shapes.Contains(element.Name.LocalName)))
            return (null, [], "This SVG has no shapes that a logo may have: draw them as paths, or save it as PNG.");
        if (clean.Attribute("viewBox") is null && (clean.Attribute("width") is null || clean.Attribute("height") is null))
            return (null, [], "This SVG does not say its size: it needs a viewBox.");
        var content = Encoding.UTF8.GetBytes(clean.ToString(SaveOptions.DisableFormatting));
        return content.Length > Logo.Most ? (null, [], $"A logo has at most {Logo.Most / 1024} KB.") : (content, [.. leftOut], null);
    }

    private static XElement Cleaned(XElement element, SortedSet<string> leftOut)
    {
        var clean = new XElement(element.Name);
        foreach (var attribute in element.Attributes().Where(one => !one.IsNamespaceDeclaration))
        {
            var name = attribute.Name.LocalName;
            if (attribute.Name.Namespace == XNamespace.None && Attributes.Contains(name) && IsHarmless(name, attribute.Value))
                clean.Add(new XAttribute(attribute));
            else if (name != "href" || !IsOfGradient(element, attribute))
                leftOut.Add(name);
            else
                clean.SetAttributeValue("href", attribute.Value);
        }

        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XElement inner when inner.Name.NamespaceName != Namespace || !Elements.Contains(inner.Name.LocalName)
                    || (inner.Name.LocalName == "style" && (inner.HasElements || !IsHarmlessStyle(inner.Value))):
                    leftOut.Add(inner.Name.LocalName);
                    break;
                case XElement inner:
                    clean.Add(Cleaned(inner, leftOut));
                    break;
                case XText text:
                    clean.Add(new XText(text.Value));
                    break;
            }
        }

        return clean;
    }

    /// <summary>Whether a value refers to nothing but parts of the picture.</summary>
    private static bool IsHarmless(string name, string value) => name switch
    {
        "style" => IsHarmlessStyle(value),
        _ => !value.Contains("url", StringComparison.OrdinalIgnoreCase) && !value.Contains('\\', StringComparison.Ordinal)
            || OwnPart().IsMatch(value),
    };

    /// <summary>A gradient may take the colours of another one.</summary>
    private static bool IsOfGradient(XElement element, XAttribute href) =>
        element.Name.LocalName.EndsWith("Gradient", StringComparison.Ordinal) && PartName().IsMatch(href.Value);

    /// <summary>Whether rules load nothing and hide nothing: addresses only of parts of the picture, no rules with an @.</summary>
    private static bool IsHarmlessStyle(string rules) =>
        rules.AsSpan().IndexOfAny("@\\<") < 0 && !rules.Contains("/*", StringComparison.Ordinal)
        && !OwnPartWithin().Replace(rules, "").Contains("url", StringComparison.OrdinalIgnoreCase)
        && !rules.Contains("image(", StringComparison.OrdinalIgnoreCase)
        && !rules.Contains("image-set", StringComparison.OrdinalIgnoreCase)
        && !rules.Contains("expression", StringComparison.OrdinalIgnoreCase)
        && !rules.Contains("binding", StringComparison.OrdinalIgnoreCase)
        && !rules.Contains("script", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^url\(#[\w-]{1,100}\)\z", RegexOptions.None, MostMilliseconds)]
    private static partial Regex OwnPart();

    [GeneratedRegex(@"url\(#[\w-]{1,100}\)", RegexOptions.None, MostMilliseconds)]
    private static partial Regex OwnPartWithin();

    [GeneratedRegex(@"^#[\w-]{1,100}\z", RegexOptions.None, MostMilliseconds)]
    private static partial Regex PartName();
}
