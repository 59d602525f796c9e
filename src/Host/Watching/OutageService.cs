using Quittance.Core.Engine;
using Quittance.Storage;

namespace Quittance.Host.Watching;

/// <summary>
/// Says in the log when commits have not got through for a second, and why, and whether that is so at one node of a cluster; and when that
/// is over. Each once. It asks the database only when something has failed. It says once, too, that the books have times ahead of the
/// clock.
/// </summary>
internal sealed partial class OutageService(
    PaymentEngine engine, WriteProof proof, Topology topology, TimeProvider clock, ILogger<OutageService> log)
    : BackgroundService
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaidAfter = TimeSpan.FromSeconds(1);

    // One sweep after the other has failed, though a proof succeeds.
    private static readonly TimeSpan SweepsSaidAfter = TimeSpan.FromSeconds(10);

    // So long nothing fails any more before it is said to be over: one that comes and goes fills no log.
    private readonly TimeSpan _overAfter = TimeSpan.FromSeconds(3) * topology.LookFactor;

    private volatile StoreTrouble? _ofSweeps;
    private DateTimeOffset? _failsSince;
    private DateTimeOffset? _worksSince;
    private StoreTrouble? _settled;
    private Extent? _said;
    private (Extent Of, DateTimeOffset Since)? _extent;
    private bool _isAheadSaid;

    /// <summary>Why commits do not get through just now, as far as the lanes tell; null when they do.</summary>
    public StoreFault? Fault => Lasting(engine.Trouble, SaidAfter);

    /// <summary>Whether commits of some merchants do not get through, though the coordinator of the cluster takes them.</summary>
    public bool LacksNodes => topology.IsCluster && (Fault is not null and not StoreFault.Slow || proof.LacksNodes);

    /// <summary>
    /// Whether a failure of a sweep means that the database can't be reached. Then this service says so, and the sweep does not.
    /// </summary>
    public bool Covers(Exception failure)
    {
        if (!Database.MeansUnreachable(failure))
            return false;
        var now = clock.GetUtcNow();
        var known = _ofSweeps;
        _ofSweeps = new StoreTrouble(
            StoreFault.Unreachable, known is not null && now - known.Last < SweepsSaidAfter ? known.Since : now, now);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync();
    }

    private async Task LookAsync()
    {
        if (!_isAheadSaid && engine.Ahead is { } ahead)
        {
            _isAheadSaid = true;
            LogAhead(log, ahead.TotalMinutes);
        }

        var trouble = engine.Trouble;
        if (_said is null && _ofSweeps is null && !LacksNodes && (trouble is null || trouble == _settled))
            return;

        var proven = await proof.ProveAsync();
        // A proof that gets no connection in time knows less than a lane that the database has answered.
        var fault = proven == StoreFault.Unreachable && trouble is not null && trouble != _settled ? trouble.Fault
            : proven ?? Fault ?? Lasting(_ofSweeps, SweepsSaidAfter) ?? (LacksNodes ? StoreFault.Unreachable : null);
        var now = clock.GetUtcNow();
        if (fault is { } why)
        {
            _worksSince = null;
            _failsSince ??= trouble is not null && trouble != _settled ? trouble.Since : now;
            var extent = topology.IsCluster && proven is null ? Extent.Node : Extent.Whole;
            if (_extent?.Of != extent)
                _extent = (extent, now);
            // What comes and goes between the two is one outage.
            if (_said == extent || now - _failsSince < SaidAfter || (_said is not null && now - _extent?.Since < _overAfter))
                return;
            _said = extent;
            if (extent == Extent.Node)
                LogNodeAway(log, WordsOf(why));
            else
                LogBegun(log, WordsOf(why));
        }
        else
        {
            _worksSince ??= now;
            if (now - _worksSince < _overAfter)
                return;
            if (_said == Extent.Node)
                LogNodeBack(log, (now - _failsSince!.Value).TotalSeconds);
            else if (_said == Extent.Whole)
                LogOver(log, (now - _failsSince!.Value).TotalSeconds);
            (_failsSince, _worksSince, _said, _extent, _ofSweeps, _settled) = (null, null, null, null, null, trouble);
        }
    }

    /// <summary>The words of a check and of the log for it.</summary>
    public static string WordsOf(StoreFault fault) => fault switch
    {
        StoreFault.Unreachable => "It can't be reached.",
        StoreFault.ReadOnly => "It can only be read.",
        StoreFault.DiskFull => "Its disk is full.",
        StoreFault.Exhausted => "It lacks memory or connections.",
        StoreFault.Closed => "It does not let the server in.",
        StoreFault.StandbyWaits => "A commit waits for its standby.",
        StoreFault.Slow => "A commit does not end.",
    };

    private StoreFault? Lasting(StoreTrouble? trouble, TimeSpan atLeast) =>
        trouble is not null && trouble.Last - trouble.Since >= atLeast && clock.GetUtcNow() - trouble.Last < _overAfter ? trouble.Fault
            : null;

    /// <summary>The part of the books that takes no commits.</summary>
    private enum Extent
    {
        Whole,

        /// <summary>Of a cluster whose coordinator takes them.</summary>
        Node,
    }

    [LoggerMessage(LogLevel.Error, "The database takes no commits, and payments are refused or wait. {Why}")]
    private static partial void LogBegun(ILogger log, string why);

    [LoggerMessage(LogLevel.Error, "A node of the cluster takes no commits, and payments of its merchants are refused or wait. {Why}")]
    private static partial void LogNodeAway(ILogger log, string why);

    [LoggerMessage(LogLevel.Information, "All nodes of the cluster take commits again, after {Seconds:F0} seconds.")]
    private static partial void LogNodeBack(ILogger log, double seconds);

    [LoggerMessage(
        LogLevel.Error,
        "The books have times {Minutes:F0} minutes ahead of this server's clock, and new events get such times too. "
        + "Compare the clocks of all servers.")]
    private static partial void LogAhead(ILogger log, double minutes);

    [LoggerMessage(LogLevel.Information, "The database takes commits again, after {Seconds:F0} seconds.")]
    private static partial void LogOver(ILogger log, double seconds);
}
