using System.Collections.Concurrent;
using System.Threading.Channels;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Host.Watching;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>
/// Processes the notices that were kept: at once when one comes in, and again what came early or was left by a crash. Each provider account
/// has places of its own: a notice that waits, as for a provider that does not answer, holds up no other.
/// </summary>
internal sealed partial class NoticeService(
    Notices notices, NoticeDesk desk, IHold hold, OutageService outages, TimeProvider clock, ILogger<NoticeService> log)
    : BackgroundService
{
    // As many as there are connections. A notice has one only while it reads, so those that wait leave them to the others.
    private const int AtOnce = 32;
    private const int AtOnceOfEach = 4;
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _arrived =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>How many notices of each provider account are in process.</summary>
    private readonly ConcurrentDictionary<(MerchantId, string), int> _ofEach = new();

    /// <summary>Tells that a notice was kept.</summary>
    public void Arrived() => _arrived.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> processing = [];
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                processing.RemoveAll(one => one.IsCompleted);
                var claimed = await ClaimAsync(AtOnce - processing.Count, stoppingToken);
                processing.AddRange(claimed.Select(notice => ProcessAsync(notice, stoppingToken)));
                if (claimed.Count > 0)
                    continue;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(_arrived.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(LooksEvery, clock, pause.Token));
                await pause.CancelAsync();
                _arrived.Reader.TryRead(out _);
            }
        }
        finally
        {
            await Task.WhenAll(processing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<KeptNotice>> ClaimAsync(int free, CancellationToken cancel)
    {
        // Notices that come meanwhile are kept, and processed after the release.
        if (hold.IsHeld || free <= 0)
            return [];
        try
        {
            // Half of the places at least, so that many notices share a claim.
            var busy = _ofEach.Where(one => one.Value > AtOnceOfEach / 2).Select(one => one.Key);
            return await notices.ClaimAsync(free, AtOnceOfEach, busy, cancel);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The next look comes soon.
            Note(trouble);
            return [];
        }
    }

    private async Task ProcessAsync(KeptNotice notice, CancellationToken cancel)
    {
        var account = (notice.Merchant, notice.Provider);
        _ofEach.AddOrUpdate(account, 1, (_, count) => count + 1);
        try
        {
            await BookAsync(notice, cancel);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The claim runs out, and a server looks at it again.
            Note(trouble);
        }
        finally
        {
            if (_ofEach.AddOrUpdate(account, 0, (_, count) => count - 1) is 0 or AtOnceOfEach / 2)
                Arrived();
        }
    }

    private void Note(Exception trouble)
    {
        if (!outages.Covers(trouble))
            LogPostponed(log, trouble.GetType().Name, trouble.Message);
    }

    private async Task BookAsync(KeptNotice notice, CancellationToken cancel)
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
