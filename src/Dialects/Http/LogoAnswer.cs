using Microsoft.AspNetCore.Http;
using Quittance.Core.Profiles;

namespace Quittance.Dialects.Http;

/// <summary>A merchant's logo as an answer.</summary>
internal static class LogoAnswer
{
    /// <summary>Answers with it; without its bytes where the browser has it already.</summary>
    public static Answer Of(HttpContext http, Logo logo)
    {
        var tag = $"\"{logo.Mark.Tag}\"";
        var isKnown = http.Request.Headers.IfNoneMatch == tag;
        return new Answer(isKnown ? StatusCodes.Status304NotModified : StatusCodes.Status200OK, null)
        {
            MediaType = logo.MediaType,
            CacheControl = "private, max-age=300",
            Headers = [("ETag", tag), ("Content-Security-Policy", Logo.Policy), ("X-Content-Type-Options", "nosniff")],
            LongBody = isKnown ? null : async (body, cancel) => await body.WriteAsync(logo.Content, cancel),
        };
    }
}
