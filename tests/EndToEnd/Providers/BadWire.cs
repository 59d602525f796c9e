using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Quittance.Tests.Providers;

/// <summary>Stands between a client and a provider, and does what a fault says with each exchange.</summary>
internal sealed class BadWire
{
    // One server for all wires, each below a path of its own: hundreds are needed. It ends with the process.
    private static readonly Lazy<Task<WebApplication>> Server = new(StartAsync);
    private static readonly ConcurrentDictionary<string, BadWire> Wires = [];
    private static readonly HttpClient Onwards =
        new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private static readonly Fault Through = Fault.Changed("through", body => body);

    private readonly Uri _provider;
    private int _requests;

    private BadWire(Uri provider, Fault? fault, Uri address) => (_provider, Fault, Address) = (provider, fault, address);

    /// <summary>Where clients connect to.</summary>
    public Uri Address { get; }

    /// <summary>The fault; null: everything goes through.</summary>
    public Fault? Fault { get; set; }

    /// <summary>How many requests have come.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The paths that were asked for.</summary>
    public ConcurrentQueue<string> Paths { get; } = [];

    /// <summary>The last body that was sent on.</summary>
    public string? LastBody { get; private set; }

    public static async Task<BadWire> ToAsync(Uri provider, Fault? fault = null)
    {
        var path = $"/{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        return Wires[path] = new BadWire(provider, fault, new Uri(new Uri((await Server.Value).Urls.Single()), path));
    }

    private static async Task<WebApplication> StartAsync()
    {
        // Nothing but Kestrel: no files of settings to watch, no logging.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(context =>
        {
            var path = context.Request.Path.Value!;
            var end = path.IndexOf('/', 1);
            var wire = Wires[path[..end]];
            context.Request.Path = path[end..];
            return wire.ActAsync(context);
        });
        await server.StartAsync();
        return server;
    }

    private Task ActAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        Paths.Enqueue(context.Request.Path.Value!);
        return (Fault ?? Through).ActAsync(new Exchange(context, Onwards, _provider, body => LastBody = body));
    }
}
