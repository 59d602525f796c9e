using System.Threading.Channels;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Host.Watching;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>Processes the notices that were kept: at once when one comes in, and again what came early or was left by a crash.</summary>
internal sealed partial class NoticeService(
    Notices notices, NoticeDesk desk, IHold hold, OutageService outages, TimeProvider clock, ILogger<NoticeService> log)
    : BackgroundService
{
    private const int AtOnce = 16;
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _arrived =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Tells that a notice was kept.</summary>
    public void Arrived() => _arrived.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await ProcessAllAsync(stoppingToken);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(_arrived.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(LooksEvery, clock, pause.Token));
            await pause.CancelAsync();
            _arrived.Reader.TryRead(out _);
        }
    }

    private async Task ProcessAllAsync(CancellationToken cancel)
    {
        // Notices that come meanwhile are kept, and processed after the release.
        if (hold.IsHeld)
            return;
        try
        {
            // One notice may wait for its provider; the others do not wait for it.
            while (await notices.ClaimAsync(AtOnce, cancel) is { Count: > 0 } claimed)
            {
                await Parallel.ForEachAsync(
                    claimed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, ProcessAsync);
            }
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The next look comes soon.
            if (!outages.Covers(trouble))
                LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
    }

    private async ValueTask ProcessAsync(KeptNotice notice, CancellationToken cancel)
    {
        var outcome = NoticeOutcome.Early;
        try
        {
            var origin = new Origin(notice.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));
            outcome = await desk.ProcessAsync(origin, notice.Provider, NoticeReading.Read(notice.Body), cancel);
        }
        catch (Exception bug) when (bug is not OperationCanceledException and not StoreUnavailableException)
        {
            // Tried again later, like one that came early; the others go on.
            LogFailed(log, notice.Id, notice.Provider, bug.GetType().Name, bug.Message);
        }

        var isDoneOrRetried = await notices.FinishAsync(notice, outcome, cancel);
        if (!isDoneOrRetried || outcome is NoticeOutcome.Contradicts or NoticeOutcome.Unmatched)
            LogStrange(log, notice.Id, notice.Provider, outcome);
        else if (outcome == NoticeOutcome.Exceeds && notice.Outcome != NoticeOutcome.Exceeds)
            LogExceeds(log, notice.Id, notice.Provider);
    }

    [LoggerMessage(LogLevel.Error, "Notices were not processed: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);

    [LoggerMessage(
        LogLevel.Critical, "ALERT: notice {Notice} of {Provider} was not booked ({Outcome}): it does not fit what we asked for.")]
    private static partial void LogStrange(ILogger log, string notice, string provider, NoticeOutcome outcome);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: notice {Notice} of {Provider} is not booked: the disputes of its payment together are more than the payment. "
        + "It waits a day for the notice that one of them is won.")]
    private static partial void LogExceeds(ILogger log, string notice, string provider);

    [LoggerMessage(LogLevel.Error, "Notice {Notice} of {Provider} could not be processed: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, string notice, string provider, string kind, string reason);
}
