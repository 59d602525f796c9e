using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Accounts;
using Quittance.Core.Profiles;
using Quittance.Papers;

namespace Quittance.Dialects.Http.Pages;

/// <summary>The frame of a page that customers see in a merchant's name: its logo, its colour, and who it is in law.</summary>
/// <param name="texts">The customer's language.</param>
/// <param name="merchant">The merchant's name.</param>
/// <param name="profile">What customers see of the merchant.</param>
/// <param name="path">The address below which its logo is; empty where no merchant is named.</param>
internal sealed class MerchantFrame(CustomerTexts texts, string merchant, MerchantProfile profile, string path)
{
    /// <summary>The answer with a page.</summary>
    public static Answer Answer(int status, MerchantPage page) => new(status, null)
    {
        MediaType = "text/html; charset=utf-8",
        Headers =
        [
            ("Content-Security-Policy", page.Policy), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), display-capture=(), payment=()"),
            ("X-Robots-Tag", "noindex"), ("Vary", "Accept-Language, Cookie"),
        ],
        LongBody = async (body, cancel) => await body.WriteAsync(Encoding.UTF8.GetBytes(page.Html), cancel),
    };

    /// <summary>The answer to a request that is refused before a page is reached.</summary>
    /// <param name="wait">How long an address that guessed too often waits; null where it does not.</param>
    /// <param name="says">The page that says something, by the beginning of the keys of its texts.</param>
    public static Answer Refuse(EdgeFault fault, TimeSpan? wait, Func<string, MerchantPage> says)
    {
        const int HeldSeconds = 60;
        if (fault == EdgeFault.Unauthenticated && wait is { } longer)
        {
            return Answer(StatusCodes.Status429TooManyRequests, says("busy")) with
            {
                RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(longer.TotalSeconds)),
            };
        }

        return fault switch
        {
            EdgeFault.Unauthenticated or EdgeFault.Forbidden or EdgeFault.PathUnknown =>
                Answer(StatusCodes.Status404NotFound, says("unknown")),
            EdgeFault.MethodNotAllowed => Answer(StatusCodes.Status405MethodNotAllowed, says("unknown")),
            EdgeFault.RateLimited => Answer(StatusCodes.Status429TooManyRequests, says("busy")),
            EdgeFault.Internal or EdgeFault.OutcomeUnknown or EdgeFault.TakenOn =>
                Answer(StatusCodes.Status500InternalServerError, says("busy")),
            EdgeFault.MediaTypeUnsupported or EdgeFault.BodyTooLarge or EdgeFault.BodyBroken or EdgeFault.KeyMalformed =>
                Answer(StatusCodes.Status400BadRequest, says("unknown")),
            EdgeFault.Overloaded or EdgeFault.Unavailable or EdgeFault.Held =>
                Answer(StatusCodes.Status503ServiceUnavailable, says("busy")) with { RetryAfterSeconds = HeldSeconds },
        };
    }

    /// <summary>A page.</summary>
    /// <param name="style">The style of pages of its kind.</param>
    /// <param name="isNamed">Whether it says the merchant's name by itself.</param>
    /// <param name="head">Further elements of its head.</param>
    /// <param name="here">Its address, at which the customer chooses another language; null where there is no choice.</param>
    public MerchantPage Page(string title, PageStyle style, bool isNamed, Markup content, Markup head, string? here)
    {
        PageStyle[] styles = profile.Colour is { } own ? [style, LookOf(own)] : [style];
        return new MerchantPage(
            PageFrame.Page(
                texts.Tag, title, Markup.Of($"{Markup.Join(styles.Select(one => one.Element))}{head}"),
                Markup.Of($"""
                  {Brand(isNamed)}
                {content}
                {(here is null ? Markup.Empty : Languages(here))}
                {Imprint}
                """)),
            styles);
    }

    /// <summary>The merchant's colour as a style: texts in it and on it can be read in both looks.</summary>
    private static PageStyle LookOf(BrandColour own)
    {
        return new($"{On(BrandColour.LightGround)}@media (prefers-color-scheme: dark) {{\n{On(BrandColour.DarkGround)}}}\n");

        string On(BrandColour ground)
        {
            var primary = own.ReadableOn(ground);
            return $":root {{ --primary: {primary}; --on-primary: {primary.TextOn}; }}\n";
        }
    }

    /// <summary>The merchant's logo, else its name where the page does not say it.</summary>
    private Markup Brand(bool isNamed) => profile.Logo is { } logo
        ? Markup.Of($"""<p class="brand"><img src="{path}/logo?{logo.Tag}" alt="{merchant}" height="40"></p>""")
        : isNamed ? Markup.Empty : Markup.Of($"""<p class="brand">{merchant}</p>""");

    private Markup Languages(string here) => Markup.Of($"""
          <nav class="languages" aria-label="{texts["languages"]}">{Markup.Join(CustomerLanguage.All.Select(language => Markup.Of($"""
          <a href="{here}?{PageTexts.Query}={language.Tag}" lang="{language.Tag}"{IsShown(language.Tag)}>{language.Name}</a>
          """)))}</nav>
        """);

    private Markup IsShown(string tag) => tag == texts.Tag ? new(""" aria-current="true" """) : Markup.Empty;

    /// <summary>Who the merchant is in law, how to reach it, and its pages.</summary>
    private Markup Imprint => profile.LegalName is not { } name ? Markup.Empty : Markup.Of($"""
          <footer class="imprint">
            <p>{string.Join(", ", [name, .. profile.Address?.Lines ?? []])}</p>
            <p>{Markup.Join(Links().Select(link => Markup.Of($"""<a href="{link.Address}" rel="noreferrer">{link.Label}</a> """)))}</p>
          </footer>
        """);

    private IEnumerable<(string Address, string Label)> Links() => new[]
    {
        ($"mailto:{Uri.EscapeDataString(profile.Email ?? "").Replace("%40", "@", StringComparison.Ordinal)}", profile.Email),
        ($"tel:{string.Concat((profile.Phone ?? "").Where(sign => sign == '+' || char.IsAsciiDigit(sign)))}", profile.Phone),
        (profile.Website ?? "", profile.Website is { } site ? new Uri(site).IdnHost : null),
        (profile.Imprint ?? "", Named(profile.Imprint, "imprint")), (profile.Privacy ?? "", Named(profile.Privacy, "privacy")),
        (profile.Terms ?? "", Named(profile.Terms, "terms")),
    }.Where(link => link.Item2 is not null)!;

    private string? Named(string? address, string key) => address is null ? null : texts[$"merchant.{key}"];
}

/// <summary>A page that customers see in a merchant's name.</summary>
/// <param name="Page">Its HTML.</param>
/// <param name="Styles">The styles in it.</param>
internal sealed record MerchantPage(Markup Page, IReadOnlyList<PageStyle> Styles)
{
    public string Html => Page.Html;

    /// <summary>
    /// The widget is a frame of ours, whose files the page fetches ahead. No script stands in the page, and no other page may show it in a
    /// frame.
    /// </summary>
    public string Policy =>
        $"default-src 'none'; script-src 'self'; style-src 'self' {string.Join(' ', Styles.Select(style => style.Source))}; "
        + "connect-src 'self'; frame-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}
