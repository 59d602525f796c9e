using System.Text.Encodings.Web;

namespace Quittance.Dialects.Http.Pages;

/// <summary>A piece of HTML. Text that is put into it stays text.</summary>
internal readonly record struct Markup(string Html)
{
    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new("");

    /// <summary>A piece from an interpolated string: every hole is encoded but for those that are pieces themselves.</summary>
    public static Markup Of(FormattableString text) =>
        new(string.Format(text.Format,
            [.. text.GetArguments().Select(hole => hole is Markup markup ? markup.Html : (object)HtmlEncoder.Default.Encode($"{hole}"))]));

    /// <summary>Pieces one after another.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.Html)));
}
