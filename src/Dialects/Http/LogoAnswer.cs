using Microsoft.AspNetCore.Http;
using Quittance.Core.Profiles;

namespace Quittance.Dialects.Http;

/// <summary>A merchant's logo as an answer.</summary>
internal static class LogoAnswer
{
    /// <param name="cacheControl">How long a client keeps it.</param>
    public static Answer Of(Logo logo, string cacheControl) => new(StatusCodes.Status200OK, null)
    {
        MediaType = logo.MediaType,
        CacheControl = cacheControl,
        Headers = [("ETag", $"\"{logo.Mark.Tag}\""), ("Content-Security-Policy", Logo.Policy)],
        LongBody = async (body, cancel) => await body.WriteAsync(logo.Content, cancel),
    };
}
