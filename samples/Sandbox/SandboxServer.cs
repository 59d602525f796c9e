using System.Net;
using Quittance.Faces.GoCardless;
using Quittance.Faces.Stripe;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;
using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox;

/// <summary>A running sandbox: its books, the web server in front of them and the sender of its notices.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NoticeSender _notices;
    private readonly FaceEvents _events;
    private readonly DebitEvents _debitEvents;
    private readonly SandboxBooks _books;

    private SandboxServer(
        WebApplication app, NoticeSender notices, FaceEvents events, DebitEvents debitEvents, SandboxBooks books, int? stripePort)
    {
        (_app, _notices, _events, _debitEvents, _books) = (app, notices, events, debitEvents, books);
        Address = app.Urls.Select(url => new Uri(url)).Single(url => url.Port != stripePort);
    }

    /// <summary>The address at which it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a sandbox. It runs until it is disposed of; signals to the process are its host's business.</summary>
    /// <exception cref="IOException">The port or the data folder is in use.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options)
    {
        var books = SandboxBooks.Open(options.DataFolder, options.Clock, options.LateBy);
        var notices = new NoticeSender(books, options.Clock);
        var app = Build(options);
        var answering = new Answering(options, app.Lifetime.ApplicationStopping);
        app.Use((context, next) => StripeRoutes.MoveAsync(context, options.StripePort, next));
        app.Use(DebitRoutes.MoveAsync);
        new SandboxRoutes(books, notices, answering).Map(app);
        var checkout = new FaceCheckout(options.Clock);
        var face = new StripeFace(books, checkout, options.Clock);
        var events = new FaceEvents(new FaceEventFeed(books, face), options.Clock);
        new StripeRoutes(face, events, notices, answering).Map(app);
        new EntryPage(checkout, options.Clock).Map(app);
        var debits = new DebitFace(books, options.DebitsGoAfter, options.Clock);
        var debitEvents = new DebitEvents(debits, options.Clock);
        new AccountEntryPage(debits).Map(app);
        new DebitRoutes(debits, debitEvents, answering).Map(app);
        try
        {
            await app.StartAsync();
            notices.Start();
            events.Start();
            return new SandboxServer(app, notices, events, debitEvents, books, options.StripePort);
        }
        catch
        {
            await notices.DisposeAsync();
            await events.DisposeAsync();
            await debitEvents.DisposeAsync();
            await app.DisposeAsync();
            books.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening and sending, and closes the books.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _notices.DisposeAsync();
        await _events.DisposeAsync();
        await _debitEvents.DisposeAsync();
        _books.Dispose();
    }

    private static WebApplication Build(SandboxOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Quittance.Sandbox",
            // Settings come from the command line. Else the builder would read files of the folder in which it is started, and watch that
            // folder with all below it: the database's files, or the whole machine.
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // The program that starts the sandbox reports a used port in one line. It is right that the sandbox listens nowhere else.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Listen(IPAddress.Loopback, options.Port);
            if (options.StripePort is { } port)
                kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IHostLifetime, HostedLifetime>();
        return builder.Build();
    }

    // It may be a guest in another program, which decides when to stop.
    private sealed class HostedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
