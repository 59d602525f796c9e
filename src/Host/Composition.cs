using Quittance.Dialects.Http;

namespace Quittance.Host;

/// <summary>The dialects that this server speaks.</summary>
internal static class Composition
{
    public static IReadOnlyList<Dialect> Dialects(ServerSettings settings)
    {
        _ = settings.PublicAddress;
        return [];
    }
}
