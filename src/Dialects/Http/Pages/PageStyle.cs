using System.Security.Cryptography;
using System.Text;

namespace Quittance.Dialects.Http.Pages;

/// <summary>A style that stands in its page. Who opens a page once, on a slow network, waits for no further file before it shows.</summary>
/// <param name="text">The style, which ends no element.</param>
internal sealed class PageStyle(string text)
{
    /// <summary>The element that has it.</summary>
    public Markup Element { get; } = new($"<style>{text}</style>");

    /// <summary>As a content security policy names it: no other style in the page holds.</summary>
    public string Source { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    /// <summary>The style of all pages, and after it that of files of this assembly.</summary>
    public static PageStyle Of(params IReadOnlyList<string> names) =>
        new(string.Concat(names.Prepend("Pages.base.css").Select(PageFrame.Read)));
}
