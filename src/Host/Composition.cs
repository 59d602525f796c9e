using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OAuth;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.TrainTravel;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Dialects.Widget;
using Quittance.Host.Demo;
using Quittance.Providers.Sandbox;

namespace Quittance.Host;

/// <summary>The dialects that this server speaks.</summary>
internal static class Composition
{
    public static IReadOnlyList<Dialect> Dialects(ServerSettings settings, IServiceProvider parts) =>
    [
        new MidnightRoutes(parts.GetRequiredService<IClients>(), parts.GetRequiredService<IAuthorisations>(), parts.GetRequiredService<IOrders>(), settings.BatchBodyLimit),
        new OracleBrmRoutes(settings.PublicAddress, settings.IsDemo),
        new WidgetRoutes(
            parts.GetRequiredService<ISessions>(), parts.GetRequiredService<IAttempts>(), parts.GetRequiredService<IVault>(), SandboxProvider.ProviderName),
        new SportAllianceRoutes(parts.GetRequiredService<ISessions>(), settings.SessionLifetime),
        .. settings.Issuer is null ? (Dialect[])[OwnIssuer(settings, parts)] : [],
        new Tmf676Routes(
            settings.PublicAddress, parts.GetRequiredService<ISubscriptions>(), settings.Webhooks.AllowsPrivateNetworks,
            settings.IsDemo ? DemoCredentials.Tmf676 : null),
        new TrainTravelRoutes(
            settings.PublicAddress, Timetable.Load(), parts.GetRequiredService<IBookings>(), parts.GetRequiredService<IVault>(), SandboxProvider.ProviderName),
    ];

    private static OAuthRoutes OwnIssuer(ServerSettings settings, IServiceProvider parts) => new(
        settings.PublicAddress, parts.GetRequiredService<IClients>(), parts.GetRequiredService<IPeople>(), parts.GetRequiredService<IAuthorisations>(), Api.WordsOf);
}
