using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;

namespace Quittance.Host;

/// <summary>The dialects that this server speaks.</summary>
internal static class Composition
{
    public static IReadOnlyList<Dialect> Dialects(ServerSettings settings)
    {
        _ = settings.PublicAddress;
        return [new MidnightRoutes()];
    }
}
