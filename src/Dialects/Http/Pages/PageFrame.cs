using System.Text;
using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Http.Pages;

/// <summary>The frame of the pages that customers see. Nothing inline runs in them.</summary>
internal static class PageFrame
{
    private const string Icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' "
        + "fill='%232347c5'/%3E%3Cpath d='M10 16.500l4 4 8-9' fill='none' stroke='%23fff' stroke-width='3' stroke-linecap='round' "
        + "stroke-linejoin='round'/%3E%3C/svg%3E";

    /// <summary>A page.</summary>
    /// <param name="head">Further elements of its head, among them its style.</param>
    public static Markup Page(string language, string title, Markup head, Markup content) => Markup.Of($"""
        <!doctype html>
        <html lang="{language}">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>{title}</title>
          <link rel="icon" href="{new Markup(Icon)}">
          {head}
        </head>
        <body>
          <main>
        {content}
          </main>
        </body>
        </html>

        """);

    /// <summary>Answers with files of this assembly, one after another.</summary>
    public static Task ShowAsync(HttpContext http, string type, params IReadOnlyList<string> names) => DialectRoutes.WriteAsync(
        http, new Answer(StatusCodes.Status200OK, null)
        {
            MediaType = type,
            CacheControl = "public, max-age=300",
            LongBody = async (body, cancel) =>
                await body.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(names.Select(Read))), cancel),
        });

    /// <summary>A file of this assembly.</summary>
    internal static string Read(string name)
    {
        using var file = new StreamReader(typeof(PageFrame).Assembly.GetManifestResourceStream($"Quittance.Dialects.{name}")!);
        return file.ReadToEnd();
    }
}
