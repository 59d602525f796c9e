using Npgsql;
using Quittance.Console;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Books;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Host.Access;
using Quittance.Host.Demo;
using Quittance.Host.Providers;
using Quittance.Host.Watching;
using Quittance.Host.Web;
using Quittance.Host.Webhooks;
using Quittance.Providers;
using Quittance.Settlements;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.Host;

/// <summary>Puts the server together: the books, the engine, the providers, the dialects and the web server around them.</summary>
public static class HostedServer
{
    // What is in flight gets this long when the server is asked to stop; PostgreSQL needs some of the ten seconds too.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    /// <summary>Builds a server over a database that is migrated. Starting it opens the port.</summary>
    /// <param name="settings">How it listens.</param>
    /// <param name="database">The database.</param>
    /// <param name="engine">The engine over it.</param>
    /// <param name="vault">The vault in it.</param>
    /// <param name="logTo">Adds where it logs to beside the console; null: nowhere.</param>
    /// <param name="clock">The time of its requests; null: the machine's.</param>
    public static WebApplication Build(
        ServerSettings settings, NpgsqlDataSource database, PaymentEngine engine, IVault vault, Action<ILoggingBuilder>? logTo = null,
        TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Quittance" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It would log a failing check with each request for it; the server logs an outage once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logTo?.Invoke(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Address, settings.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        HealthRoutes.Add(builder.Services, database, clock ?? TimeProvider.System);
        AddParts(builder.Services, settings, database, engine, vault, clock ?? TimeProvider.System);

        var app = builder.Build();
        var dialects = app.Services.GetRequiredService<IReadOnlyList<Dialect>>();
        app.UseConsoleFaults();
        app.UseMiddleware<DialectErrors>(dialects);
        ApiPage.UseViewer(app, dialects);
        app.UseRouting();
        app.UseConsoleGate();
        HealthRoutes.Map(app);
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Collector>().WindUp);
        app.Services.GetRequiredService<NoticeRoutes>().Map(app);
        app.Services.GetRequiredService<WidgetFiles>().Map(app);
        ConsoleFiles.Map(app);
        app.MapConsole();
        if (settings.IsDemo)
            CheckoutPage.Map(app);
        foreach (var dialect in dialects)
        {
            dialect.Map(new DialectRoutes(
                app, dialect, app.Services.GetRequiredService<Collector>(), app.Services.GetRequiredService<IBooks>(),
                app.Services.GetRequiredService<ICredentials>(), app.Services.GetRequiredService<TimeProvider>()));
        }

        ApiDocuments.Map(app, dialects, settings.PublicAddress);
        ApiPage.Map(app, dialects);
        return app;
    }

    private static void AddParts(
        IServiceCollection services, ServerSettings settings, NpgsqlDataSource database, PaymentEngine engine, IVault vault, TimeProvider clock)
    {
        services.AddSingleton(clock).AddSingleton(database).AddSingleton(engine).AddSingleton(vault);
        services.AddSingleton<WriteProof>().AddSingleton<OutageService>().AddHostedService(all => all.GetRequiredService<OutageService>());
        services.AddSingleton<IBooks, Books>().AddSingleton<IOrders, Orders>().AddSingleton<IAttempts, Attempts>().AddSingleton<ISessions, Storage.Sessions>().AddSingleton<IBookings, Bookings>().AddSingleton<Notices>().AddSingleton<Merchants>();
        AddAccess(services, settings);
        services.AddSingleton<IProviderAccounts, ProviderAccounts>().AddSingleton<IProviders, ProviderDirectory>();
        services.AddSingleton(new ProviderOptions
        {
            Timeouts = settings.ProviderTimeouts,
            NoticeAddress = (merchant, provider) => new Uri(settings.PublicAddress.Base + NoticeRoutes.PathOf(merchant, provider)),
        });
        services.AddSingleton<IEmbeddingOrigins>(all => new EmbeddingOrigins(
            all.GetRequiredService<ISessions>(), all.GetRequiredService<ICredentials>(), settings.IsDemo)).AddSingleton<WidgetFiles>();
        services.AddSingleton(settings.Attempts).AddSingleton<Collector>().AddSingleton<NoticeDesk>().AddSingleton<NoticeRoutes>();
        services.AddSingleton<NoticeService>().AddHostedService(all => all.GetRequiredService<NoticeService>());
        services.AddHostedService<RecoveryService>().AddHostedService<ExpiryService>();
        services.AddSingleton<IReadOnlyList<Dialect>>(all => Composition.Dialects(settings, all));
        services.AddSingleton<ISubscriptions, Subscriptions>().AddSingleton<WebhookSecrets>().AddSingleton<Deliveries>();
        services.AddSingleton(settings.Webhooks).AddSingleton<WebhookSender>().AddHostedService<WebhookService>();
        services.AddSingleton(new KnownProviders(ProviderDirectory.Connected));
        services.AddSingleton(all => new SettlementDesk(
            database, engine, all.GetRequiredService<TimeProvider>(), Tmf676Requests.PartsOf, all.GetRequiredService<KnownProviders>()));
        services.AddConsole(new ConsoleSettings(settings.PublicAddress.Base, settings.IsDemo)
        {
            Apis = [.. Api.All.Select(api => api.Offered)],
            PartsOf = Tmf676Requests.PartsOf,
        });
        services.AddSingleton<Pruning>().AddHostedService<PruningService>().AddHostedService<BacklogService>();
    }

    /// <summary>Who is let in. The demo's secrets are known to everyone, so outside the demo they are nobody's.</summary>
    private static void AddAccess(IServiceCollection services, ServerSettings settings)
    {
        var knownToEveryone = settings.IsDemo ? new HashSet<string>() : DemoCredentials.Secrets;
        services.AddSingleton(all => new Credentials(all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<IVault>(), all.GetRequiredService<TimeProvider>(), knownToEveryone));
        if (settings.Issuer is { } issuer)
            services.AddSingleton(issuer).AddSingleton<ICredentials, ExternalIssuer>();
        else if (settings.IsDemo)
            services.AddSingleton<ICredentials>(all => new DemoAccess(all.GetRequiredService<Credentials>(), all.GetRequiredService<IClients>()));
        else
            services.AddSingleton<ICredentials>(all => all.GetRequiredService<Credentials>());
        services.AddSingleton(all => new Clients(all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<TimeProvider>(), knownToEveryone));
        services.AddSingleton<IClients>(all => all.GetRequiredService<Clients>());
        services.AddSingleton(all => new People(all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<TimeProvider>(), knownToEveryone));
        services.AddSingleton<IPeople>(all => all.GetRequiredService<People>());
        services.AddSingleton<IAuthorisations, Authorisations>();
    }
}
