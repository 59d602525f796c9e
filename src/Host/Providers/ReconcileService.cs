using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Host.Watching;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Providers;

/// <summary>
/// Compares the books with the providers once a day, from where the last comparison ended, and raises an alert for what differs. Of
/// several servers the one that comes first with a window goes on. It changes nothing but that note.
/// </summary>
internal sealed partial class ReconcileService : RecurringService
{
    private const int MostSaid = 20;

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    private readonly Meter _meter = new(Telemetry.Name);
    private readonly ConcurrentDictionary<(MerchantId, string), int> _differences = new();
    private readonly Reconciliation _reconciliation;
    private readonly ReconcilingBooks _books;
    private readonly Merchants _merchants;
    private readonly IHold _hold;

    public ReconcileService(
        Reconciliation reconciliation, ReconcilingBooks books, Merchants merchants, IHold hold, OutageService outages, TimeProvider clock,
        ILogger<ReconcileService> log)
        : base(TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), "The books were not compared with the providers", outages, clock, log)
    {
        (_reconciliation, _books, _merchants, _hold) = (reconciliation, books, merchants, hold);
        _meter.CreateObservableGauge(
            "quittance.reconcile.differences",
            () => _differences.IsEmpty ? (IEnumerable<Measurement<int>>)[] : [new Measurement<int>(_differences.Values.Sum())],
            "{difference}", "In what the books and the providers differ, as of this server's last comparisons");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Compares all that was not compared for a day.</summary>
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        foreach (var merchant in await _merchants.ReachedAsync(cancel))
        {
            await LogTroubleAsync(async () =>
            {
                foreach (var provider in await _reconciliation.ProvidersOfAsync(merchant, cancel))
                    await CompareAsync(merchant, provider, cancel);
            });
        }
    }

    private async Task CompareAsync(MerchantId merchant, IProvider provider, CancellationToken cancel)
    {
        var until = Clock.GetUtcNow() - Reconciliation.UnderWayFor;
        var compared = await _books.ComparedUntilAsync(merchant, provider.Name, cancel);
        if (_hold.IsHeld || until - compared < Every)
            return;
        var (reached, count) = (compared, 0);
        await foreach (var window in _reconciliation.CompareAsync(
            merchant, provider, compared ?? until - Reconciliation.LooksBack, until, cancel))
        {
            foreach (var difference in window.Differences.Take(MostSaid - count))
                Tell(merchant, difference);
            count += window.Differences.Count;
            if (_hold.IsHeld || !await _books.NoteComparedAsync(merchant, provider.Name, reached, window.Until, cancel))
                return;
            reached = window.Until;
        }

        if (reached == until)
        {
            _differences[(merchant, provider.Name)] = count;
        }
        else
        {
            // The next hour goes on from here.
            _differences.TryRemove((merchant, provider.Name), out _);
            LogSilent(Log, provider.Name, merchant.Value, reached is { } last ? $"{last:u}" : "no time");
        }
    }

    private void Tell(MerchantId merchant, ProviderDifference difference) => LogDifference(
        Log, difference.Provider, merchant.Value, difference.Subject, difference.Name, difference.Here ?? "unknown",
        difference.There ?? "unknown");

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: the books and {Provider} differ for merchant {Merchant}: {Subject} {Name} is {Here} in the books and {There} at the "
        + "provider. See: quittance reconcile")]
    private static partial void LogDifference(
        ILogger log, string provider, long merchant, string subject, string name, string here, string there);

    [LoggerMessage(
        LogLevel.Error, "{Provider} gave no clear answer: the books of merchant {Merchant} are compared with it up to {Reached}")]
    private static partial void LogSilent(ILogger log, string provider, long merchant, string reached);
}
