using System.Globalization;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.PaymentPage;

/// <summary>The code of a transfer on a page.</summary>
internal static class TransferPicture
{
    // The cross stands in the middle and has a width of 7 of the code's 46 millimetres, with its white edge.
    private const double CrossShare = 7.0 / 46;

    /// <summary>The code as a picture: dark on white also on a dark page, since some cameras see nothing else.</summary>
    /// <param name="label">What it is, for those who do not see it.</param>
    public static Markup Picture(this TransferCode code, string label)
    {
        var fields = code.Fields();
        var size = fields.Count;
        var path = string.Concat(
            from row in Enumerable.Range(0, size)
            from column in Enumerable.Range(0, size)
            where fields[row][column]
            select string.Create(CultureInfo.InvariantCulture, $"M{column} {row}h1v1h-1z"));
        return Markup.Of($"""
            <svg class="code" role="img" aria-label="{label}" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">
              <rect width="100%" height="100%" fill="#fff"/><path d="{new Markup(path)}" fill="#000"/>
              {(code.IsSwiss ? Cross(size) : Markup.Empty)}
            </svg>
            """);
    }

    private static Markup Cross(int size)
    {
        var width = (size - (2 * TransferCode.QuietZone)) * CrossShare;
        var at = (size - width) / 2;
        var unit = width / 32;
        return new Markup(string.Create(CultureInfo.InvariantCulture, $"""
            <g transform="translate({at:0.###} {at:0.###}) scale({unit:0.####})" shape-rendering="auto">
              <path d="M0 0h32v32h-32z" fill="#fff"/><path d="M2 2h28v28h-28z" fill="#000"/>
              <path d="M13 6h6v7h7v6h-7v7h-6v-7h-7v-6h7z" fill="#fff"/></g>
            """));
    }
}
