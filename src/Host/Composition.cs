using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Widget;
using Quittance.Host.Demo;
using Quittance.Providers.Sandbox;

namespace Quittance.Host;

/// <summary>The dialects that this server speaks.</summary>
internal static class Composition
{
    public static IReadOnlyList<Dialect> Dialects(ServerSettings settings, ISessions sessions, IAttempts attempts, IVault vault) =>
    [
        new MidnightRoutes(),
        new OracleBrmRoutes(settings.PublicAddress, settings.IsDemo),
        new WidgetRoutes(sessions, attempts, vault, SandboxProvider.ProviderName),
        new SportAllianceRoutes(sessions, settings.SessionLifetime),
        new Tmf676Routes(settings.PublicAddress, settings.IsDemo ? DemoCredentials.Tmf676 : null),
    ];
}
