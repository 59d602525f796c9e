using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Host.Demo;

namespace Quittance.Host;

/// <summary>The dialects that this server speaks.</summary>
internal static class Composition
{
    public static IReadOnlyList<Dialect> Dialects(ServerSettings settings) =>
    [
        new MidnightRoutes(),
        new OracleBrmRoutes(settings.PublicAddress, settings.IsDemo),
        new SportAllianceRoutes(),
        new Tmf676Routes(settings.PublicAddress, settings.IsDemo ? DemoCredentials.Tmf676 : null),
    ];
}
