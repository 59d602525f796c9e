using System.Diagnostics.Metrics;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Host.Watching;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Providers;

/// <summary>Compares the books with the providers once a day, and raises an alert for what differs. It changes nothing.</summary>
internal sealed partial class ReconcileService : BackgroundService
{
    private const int MostSaid = 20;

    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    // A little more than a day: no change falls between two comparisons.
    private static readonly TimeSpan LooksBack = TimeSpan.FromHours(26);
    private static readonly TimeSpan UnderWayFor = TimeSpan.FromHours(1);

    private readonly Meter _meter = new(Telemetry.Name);
    private readonly Reconciliation _reconciliation;
    private readonly Merchants _merchants;
    private readonly IHold _hold;
    private readonly OutageService _outages;
    private readonly TimeProvider _clock;
    private readonly ILogger<ReconcileService> _log;
    private int? _differences;

    public ReconcileService(
        Reconciliation reconciliation, Merchants merchants, IHold hold, OutageService outages, TimeProvider clock,
        ILogger<ReconcileService> log)
    {
        (_reconciliation, _merchants, _hold, _outages, _clock, _log) = (reconciliation, merchants, hold, outages, clock, log);
        _meter.CreateObservableGauge(
            "quittance.reconcile.differences",
            () => _differences is { } known ? (IEnumerable<Measurement<int>>)[new Measurement<int>(known)] : [], "{difference}",
            "In what the books and the providers differ, as of the last comparison");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Compares once.</summary>
    internal async Task CompareAsync(CancellationToken cancel)
    {
        if (_hold.IsHeld)
            return;
        try
        {
            var now = _clock.GetUtcNow();
            var merchants = (await _merchants.ListAsync(cancel)).Select(merchant => merchant.Id);
            var compared = await _reconciliation.CompareAsync(merchants, now - LooksBack, now - UnderWayFor, cancel);
            foreach (var silent in compared.Where(one => one.Records is null))
                LogSilent(_log, silent.Provider, silent.Merchant.Value);
            _differences = compared.Sum(one => one.Differences.Count);
            foreach (var (merchant, difference) in compared
                .SelectMany(one => one.Differences.Select(difference => (one.Merchant, difference))).Take(MostSaid))
            {
                LogDifference(
                    _log, difference.Provider, merchant.Value, difference.Subject, difference.Name, difference.Here ?? "unknown",
                    difference.There ?? "unknown");
            }
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            if (!_outages.Covers(trouble))
                LogPostponed(_log, trouble.GetType().Name, trouble.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(FirstAfter, _clock, stoppingToken);
        using var timer = new PeriodicTimer(Every, _clock);
        do
        {
            await CompareAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: the books and {Provider} differ for merchant {Merchant}: {Subject} {Name} is {Here} in the books and {There} at the "
        + "provider. See: quittance reconcile")]
    private static partial void LogDifference(
        ILogger log, string provider, long merchant, string subject, string name, string here, string there);

    [LoggerMessage(LogLevel.Error, "The books of merchant {Merchant} were not compared with {Provider}: it gave no clear answer")]
    private static partial void LogSilent(ILogger log, string provider, long merchant);

    [LoggerMessage(LogLevel.Error, "The books were not compared with the providers: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);
}
