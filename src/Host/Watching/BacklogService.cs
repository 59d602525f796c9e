using System.Diagnostics.Metrics;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage;

namespace Quittance.Host.Watching;

/// <summary>Counts waiting work from time to time for monitoring. Without listeners it does not ask the database.</summary>
internal sealed partial class BacklogService : BackgroundService
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new(Telemetry.Name);
    private readonly ObservableGauge<long> _waiting;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private readonly ILogger<BacklogService> _log;
    private Backlog? _last;

    public BacklogService(NpgsqlDataSource database, TimeProvider clock, ILogger<BacklogService> log)
    {
        (_database, _clock, _log) = (database, clock, log);
        _waiting = Gauge(
            "quittance.deliveries.waiting", "{delivery}", "Webhook deliveries that are still to be made", backlog => backlog.Waiting);
        Gauge("quittance.deliveries.late", "{delivery}", "Those of them that have been due for minutes", backlog => backlog.Late);
        Gauge("quittance.deliveries.dead", "{delivery}", "Webhook deliveries that were given up", backlog => backlog.Dead);
        Gauge("quittance.attempts.unsettled", "{attempt}", "What providers were asked for without a last word",
            backlog => backlog.Unsettled);
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksEvery, _clock);
        do
        {
            if (_waiting.Enabled)
                await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            _last = await Backlog.ReadAsync(_database, _clock.GetUtcNow() - BacklogCheck.LateAfter, cancel);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // An old figure would look like a good one.
            _last = null;
            if (trouble is not StoreUnavailableException)
                LogPostponed(_log, trouble.GetType().Name, trouble.Message);
        }
    }

    private ObservableGauge<long> Gauge(string name, string unit, string description, Func<Backlog, long> figure) =>
        _meter.CreateObservableGauge(
            name, () => _last is { } last ? (IEnumerable<Measurement<long>>)[new Measurement<long>(figure(last))] : [], unit, description);

    [LoggerMessage(LogLevel.Warning, "Waiting deliveries were not counted: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);
}
