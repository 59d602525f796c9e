using System.Text.RegularExpressions;

namespace Quittance.Host.Web;

/// <summary>The guides of the project, as pages of the server that they describe.</summary>
internal static partial class Guides
{
    /// <summary>The page that lists them.</summary>
    public const string List = "/guides";

    private const string Prefix = "guides/";
    private const string Index = "README";
    private const string Name = "name";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = typeof(Guides).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..]).ToHashSet(StringComparer.Ordinal);
        routes.MapMethods(List, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http => ShowAsync(http, Index)));
        routes.MapMethods($"{List}/{{{Name}}}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http =>
        {
            if (http.Request.RouteValues[Name] is string name && name != Index && names.Contains(name))
                return ShowAsync(http, name);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }));

        async Task ShowAsync(HttpContext http, string name)
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(Prefix + name)!);
            var content = await text.ReadToEndAsync(http.RequestAborted);
            var title = content.Split('\n')[0].TrimStart('#').Trim();
            var back = name == Index ? "<a href=\"/\">This server</a>" : $"<a href=\"{List}\">All guides</a>";
            await ApiPage.ShowAsync(http, ApiPage.Framed(
                title, $"<article>\n<p class=\"document\">{back}</p>\n{new Markdown(AddressOf).ToHtml(content)}</article>\n"));
        }

        string? AddressOf(string link)
        {
            if (link.StartsWith('#') || link.StartsWith("https://", StringComparison.Ordinal)
                || link.StartsWith("http://", StringComparison.Ordinal))
            {
                return link;
            }

            var guide = OfGuide().Match(link);
            return guide.Success && names.Contains(guide.Groups[Name].Value)
                ? $"{List}/{guide.Groups[Name].Value}{guide.Groups["place"].Value}" : null;
        }
    }

    [GeneratedRegex(@"^(?<name>[a-z0-9-]+)\.md(?<place>#[a-z0-9_-]+)?$", RegexOptions.None, 1000)]
    private static partial Regex OfGuide();
}
