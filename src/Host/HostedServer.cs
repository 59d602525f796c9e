using Npgsql;
using Quittance.Console;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Host.Demo;
using Quittance.Host.Overdue;
using Quittance.Host.Providers;
using Quittance.Host.Watching;
using Quittance.Host.Web;

namespace Quittance.Host;

/// <summary>
/// The web server: health, notices of providers, the widget, the console, the dialects and their documents. Its parts come from
/// <see cref="Composition"/>.
/// </summary>
public static class HostedServer
{
    /// <summary>The framework's own log of requests.</summary>
    internal const string RequestLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>More than every proxy holds open; each costs some memory.</summary>
    private const int MostConnections = 20_000;
    private const int LongestRequestLine = 16 * 1024;

    // Linux lets this many wait, unless it is set to another number.
    private const int WaitingConnections = 4096;

    // Requests in flight get this long when the server is asked to stop; PostgreSQL needs some of the ten seconds too.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    /// <summary>Builds a server over a database that is migrated. Starting it opens the port.</summary>
    /// <param name="logTo">Adds further logs beside the console.</param>
    /// <param name="clock">The time of its requests; null: the machine's.</param>
    /// <param name="providers">The providers; null: the house's own, and those with which merchants are connected.</param>
    public static WebApplication Build(
        ServerSettings settings, NpgsqlDataSource database, PaymentEngine engine, IVault vault, Action<ILoggingBuilder>? logTo = null,
        TimeProvider? clock = null, IProviders? providers = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Quittance",
            // Settings come from the command line. Else the builder would read files of the folder in which it is started, and watch that
            // folder with all below it: the database's files, or the whole machine.
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        Quieten(builder.Logging);
        logTo?.Invoke(builder.Logging);
        Listen(builder.WebHost, settings);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        clock ??= TimeProvider.System;
        HealthRoutes.Add(builder.Services, database, clock);
        builder.Services.AddCollecting(database, engine, vault, clock, Composition.ProvidersOf(settings), settings.Attempts);
        if (providers is not null)
            builder.Services.AddSingleton(providers);
        builder.Services.AddServer(settings);

        var app = builder.Build();
        var dialects = app.Services.GetRequiredService<IReadOnlyList<Dialect>>();
        app.Use(next => http =>
        {
            NamesInPaths.Read(http);
            return next(http);
        });
        app.UseHostGuard(settings);
        app.UseMiddleware<SecurityWatch>();
        FrontPage.UseMissing(app);
        app.UseConsoleFaults();
        app.UseMiddleware<DialectErrors>(dialects);
        ApiPage.UseViewer(app, dialects);
        app.UseMiddleware<CrossOriginRequests>(dialects);
        app.UseMiddleware<HeadRequests>(dialects);
        app.UseRouting().Use(NamesInPaths.InvokeAsync).Use(CurrentRequest.InvokeAsync);
        app.UseConsoleGate();
        HealthRoutes.Map(app);
        WatchCollector(app);
        app.Services.GetRequiredService<NoticeRoutes>().Map(app);
        app.Services.GetRequiredService<WidgetFiles>().Map(app);
        ConsoleFiles.Map(app);
        app.MapConsole();
        if (settings.IsDemo)
            CheckoutPage.Map(app);
        MapDialects(app, dialects);
        ApiDocuments.Map(app, dialects, settings.PublicAddress);
        ApiPage.Map(app, dialects);
        FrontPage.Map(app, dialects, settings.IsDemo);
        return app;
    }

    private static void WatchCollector(WebApplication app)
    {
        var collector = app.Services.GetRequiredService<Collector>();
        app.Lifetime.ApplicationStopping.Register(collector.WindUp);
        var watch = app.Services.GetRequiredService<IAccessWatch>();
        collector.Opened += attempt => watch.Note(
            AccessNews.VaultOpened, attempt.Id.Merchant, who: null, $"attempt {attempt.Id.Value:D}");
    }

    private static void Quieten(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter(SecurityLog.Category, LogLevel.Information);
        // In a quiet log an operator reads the end of an outage, the seals, and the works of the day.
        foreach (var service in (Type[])[typeof(OutageService), typeof(SealService), typeof(OverdueService), typeof(PruningService)])
            logging.AddFilter(service.FullName, LogLevel.Information);
        // It would log a failing check with each request for it; the server logs an outage once.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // It would log the address of each request, and that of a payment link is a secret. As long as it may log anything, it also makes
        // an activity of each request that nobody looks at; where spans or logs are exported, it makes one all the same.
        logging.AddFilter(RequestLog, LogLevel.None);
    }

    private static void Listen(ConfigureWebHostBuilder web, ServerSettings settings)
    {
        web.UseSockets(sockets =>
        {
            // A connection that waits keeps its 4 kB of memory; to give them back would cost each request one more call of the system.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            // After an outage all clients connect at once. Where this queue is full, the system leaves them out for seconds.
            sockets.Backlog = WaitingConnections;
        });
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A query of ten thousand characters gets an answer that says what is wrong with it.
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Listen(settings.Address, settings.Port, listen =>
            {
                if (settings.Certificate is { } certificate)
                    listen.UseHttps(certificate.Handshake);
            });
        });
        if (settings.Certificate is not null)
            web.UseKestrelHttpsConfiguration();
    }

    private static void MapDialects(WebApplication app, IReadOnlyList<Dialect> dialects)
    {
        var limits = app.Services.GetRequiredService<SharedLimits>();
        foreach (var dialect in dialects)
        {
            dialect.Map(new DialectRoutes(
                app, dialect, app.Services.GetRequiredService<Collector>(), app.Services.GetRequiredService<IBooks>(),
                app.Services.GetRequiredService<ICredentials>(), app.Services.GetRequiredService<TimeProvider>(),
                app.Services.GetRequiredService<IHold>(), limits));
        }
    }
}
