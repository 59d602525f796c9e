using Quittance.Console;
using Quittance.Console.Access;

namespace Quittance.Host.Web;

/// <summary>Serves the files that the console's pages load. They are public.</summary>
internal static class ConsoleFiles
{
    /// <summary>Maps each. Another content has another address, so a browser asks for each once.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var file in EmbeddedFile.In("console", typeof(ConsoleAssets).Assembly))
        {
            routes.MapMethods($"{ConsoleRoutes.Root}/assets/{file.Name}", [HttpMethods.Get, HttpMethods.Head], http =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return file.Answer(http).ExecuteAsync(http);
            }).WithMetadata(new OpenAttribute());
        }
    }
}
