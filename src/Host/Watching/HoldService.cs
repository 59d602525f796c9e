using System.Diagnostics.Metrics;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Storage.Backups;

namespace Quittance.Host.Watching;

/// <summary>
/// Knows whether the books are held, a second late at most. The engine itself refuses changes without delay; this lets the server refuse
/// them before it reads a request, and its workers rest.
/// </summary>
internal sealed partial class HoldService : BackgroundService, IHold
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    private readonly Meter _meter = new(Telemetry.Name);
    private readonly Epochs _epochs;
    private readonly PaymentEngine _engine;
    private readonly OutageService _outages;
    private readonly TimeProvider _clock;
    private readonly ILogger<HoldService> _log;
    private volatile Epoch? _latest;
    private volatile bool _isKnown;

    public HoldService(Epochs epochs, PaymentEngine engine, OutageService outages, TimeProvider clock, ILogger<HoldService> log)
    {
        (_epochs, _engine, _outages, _clock, _log) = (epochs, engine, outages, clock, log);
        _meter.CreateObservableGauge(
            "quittance.books.held", () => IsHeld ? 1 : 0, description: "1 while restored books wait for their release");
    }

    /// <summary>Also before the first look: what is not known changes nothing.</summary>
    public bool IsHeld => !_isKnown || _latest is { IsHeld: true };

    /// <summary>Knows it before the server takes its first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksEvery, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var (before, now) = (_latest, await _epochs.LatestAsync(cancel));
            if (now?.Number != before?.Number)
                _engine.Forget();
            (_latest, _isKnown) = (now, true);
            if (now is { IsHeld: true } && before is not { IsHeld: true })
                LogHeld(_log, now.BeganAt);
            else if (before is { IsHeld: true } && now is not { IsHeld: true })
                LogReleased(_log);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The next look comes soon, and the engine knows it meanwhile.
            if (!_outages.Covers(trouble))
                LogPostponed(_log, trouble.GetType().Name, trouble.Message);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The books were restored at {BeganAt:u} and are held: the server reads them, refuses changes, and asks no provider. "
        + "Compare them with the providers (quittance reconcile), then let them go (quittance release).")]
    private static partial void LogHeld(ILogger log, DateTimeOffset beganAt);

    [LoggerMessage(LogLevel.Warning, "The books are released, and take changes again.")]
    private static partial void LogReleased(ILogger log);

    [LoggerMessage(LogLevel.Error, "The server can't tell whether the books are held: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);
}
