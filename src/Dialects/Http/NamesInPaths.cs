using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Quittance.Dialects.Http;

/// <summary>
/// Reads the names in a path as the client wrote them, and undoes their escapes once. The web server undoes all escapes but that of the
/// slash, so that <c>A%2FB</c> and <c>A%252FB</c> would arrive alike, and an escaped dot would leave its folder.
/// </summary>
public static class NamesInPaths
{
    /// <summary>Before the routes: a name with a slash stays one part of the path.</summary>
    public static void Read(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target || !target.Contains('%')
            || PathIn(target) is not ['/', .. var path] || !path.Contains('%'))
        {
            return;
        }

        string[] parts = [.. WithoutDots(path.Split('/')).Select(Uri.UnescapeDataString)];
        http.Features.Set(new Parts(parts));
        // By its constructor, which undoes no escape.
        http.Request.Path = new PathString(
            "/" + string.Join('/', parts.Select(part => part.Replace("/", "%2F", StringComparison.Ordinal))));
    }

    /// <summary>Behind the routes: each value of the route is the name itself.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<Parts>() is { All: var parts }
            && http.GetEndpoint() is RouteEndpoint { RoutePattern.PathSegments: var pattern })
        {
            for (var nth = 0; nth < Math.Min(pattern.Count, parts.Count); nth++)
            {
                if (pattern[nth].Parts is [RoutePatternParameterPart { IsCatchAll: false } value])
                    http.Request.RouteValues[value.Name] = parts[nth];
            }
        }

        return next(http);
    }

    /// <summary>The path of a request's target, escaped; a target may be a whole address.</summary>
    private static string PathIn(string target)
    {
        var path = target.AsSpan(0, target.IndexOf('?') is >= 0 and var query ? query : target.Length);
        if (path is ['/', ..] || path.IndexOf("://") is not (> 0 and var scheme))
            return path.ToString();
        var rest = path[(scheme + 3)..];
        return rest.IndexOf('/') is >= 0 and var slash ? rest[slash..].ToString() : "/";
    }

    /// <summary>RFC 3986, 5.2.4: the parts "." and ".." of a path are steps and no names.</summary>
    private static List<string> WithoutDots(string[] parts)
    {
        List<string> kept = new(parts.Length);
        for (var nth = 0; nth < parts.Length; nth++)
        {
            var isLast = nth == parts.Length - 1;
            if (parts[nth] == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            if (parts[nth] is not ("." or ".."))
                kept.Add(parts[nth]);
            else if (isLast)
                kept.Add("");
        }

        return kept;
    }

    private sealed record Parts(IReadOnlyList<string> All);
}
