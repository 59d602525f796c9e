using Npgsql;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Host.Demo;
using Quittance.Storage;
using Quittance.Storage.Tenancy;

namespace Quittance.Host;

/// <summary>Puts the server together: the books, the engine, the dialects and the web server around them.</summary>
public static class HostedServer
{
    // What is in flight gets this long when the server is asked to stop; PostgreSQL needs some of the ten seconds too.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    /// <summary>Builds a server over a database that is migrated. Starting it opens the port.</summary>
    public static WebApplication Build(ServerSettings settings, NpgsqlDataSource database, PaymentEngine engine, IVault vault)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Quittance" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Address, settings.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Services.AddSingleton(vault);
        builder.Services.AddHealthChecks().AddCheck("database", new DatabaseCheck(database), tags: [DatabaseCheck.Tag]);
        builder.Services.AddHostedService(services => new PruningService(
            new Pruning(database, new Merchants(database, TimeProvider.System), TimeProvider.System), TimeProvider.System, services.GetRequiredService<ILogger<PruningService>>()));

        var app = builder.Build();
        var dialects = Composition.Dialects(settings);
        app.UseMiddleware<DialectErrors>(dialects);
        app.UseRouting();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(DatabaseCheck.Tag) });
        IBooks books = new Books(database);
        ICredentials credentials = new Credentials(
            database, TimeProvider.System, settings.IsDemo ? new HashSet<string>() : DemoCredentials.Secrets);
        foreach (var dialect in dialects)
            dialect.Map(new DialectRoutes(app, dialect, engine, books, credentials, TimeProvider.System));
        return app;
    }
}
