using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Quittance.Tests.Providers;

namespace Quittance.Tests.Faults;

/// <summary>Stands between the server and its payment provider and stops requests, or their answers, at a step.</summary>
internal sealed class SteppingProxy : IAsyncDisposable
{
    private static readonly HttpClient Onwards =
        new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private static readonly TimeSpan ComesWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    private readonly WebApplication _app;
    private volatile Gate? _gate;

    private SteppingProxy(WebApplication app, Uri provider) => (_app, Provider) = (app, provider);

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Where requests go on to.</summary>
    public Uri Provider { get; set; }

    public static async Task<SteppingProxy> ToAsync(Uri provider)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var proxy = new SteppingProxy(app, provider);
        app.Run(proxy.PassAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>Stops such requests from now on, or the answers to them.</summary>
    public Gate Stop(Func<HttpRequest, bool> isStopped, bool answers) => _gate = new Gate(isStopped, answers);

    /// <summary>Lets all that comes from now on pass. A connection that stands still goes on standing until its gate is opened.</summary>
    public void LetPass() => _gate = null;

    public ValueTask DisposeAsync()
    {
        _gate?.Open();
        return _app.DisposeAsync();
    }

    private async Task PassAsync(HttpContext context)
    {
        var gate = _gate is { } now && now.IsStopped(context.Request) ? now : null;
        var exchange = new Exchange(context, Onwards, Provider, _ => { });
        try
        {
            using var request = await exchange.ReadAsync();
            if (gate is { Answers: false } && !await gate.PassAsync())
                throw new IOException("Lost on the way.");
            var (status, body) = await exchange.ForwardAsync(request);
            if (gate is { Answers: true })
                await gate.PassAsync();
            await exchange.AnswerAsync(status, System.Text.Encoding.UTF8.GetString(body));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            // A connection that breaks on one side breaks on the other.
            context.Abort();
        }
    }

    /// <summary>Where requests or answers stand still.</summary>
    internal sealed class Gate(Func<HttpRequest, bool> isStopped, bool answers)
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Func<bool> _isLost = () => false;
        private int _standing;

        public Func<HttpRequest, bool> IsStopped => isStopped;

        public bool Answers => answers;

        /// <summary>Waits until something stands here, and then until nothing more joins it for a moment.</summary>
        /// <param name="atMost">How long the first that stands here may be kept standing.</param>
        public async Task UntilQuietAsync(TimeSpan atMost)
        {
            var clock = TimeProvider.System;
            await _first.Task.WaitAsync(ComesWithin, clock);
            var (end, last, since) = (clock.GetUtcNow() + atMost, 0, clock.GetUtcNow());
            while (clock.GetUtcNow() < end && clock.GetUtcNow() - since < Quiet)
            {
                if (Volatile.Read(ref _standing) != last)
                    (last, since) = (Volatile.Read(ref _standing), clock.GetUtcNow());
                await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
            }
        }

        /// <summary>Lets what stands here go on, also where no client waits for it any more.</summary>
        /// <param name="isLost">Which requests never arrive; none unless said.</param>
        public void Open(Func<bool>? isLost = null)
        {
            _isLost = isLost ?? _isLost;
            _opened.TrySetResult();
        }

        /// <summary>Stands here until it may go on; false when it is lost.</summary>
        public async Task<bool> PassAsync()
        {
            Interlocked.Increment(ref _standing);
            _first.TrySetResult();
            await _opened.Task;
            return !_isLost();
        }
    }
}
