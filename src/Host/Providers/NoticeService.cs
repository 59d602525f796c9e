using System.Threading.Channels;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Host.Watching;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>Processes the notices that were kept: at once when one comes in, and again what came early or was left by a crash.</summary>
internal sealed partial class NoticeService(
    Notices notices, NoticeDesk desk, IHold hold, OutageService outages, AttemptSchedule schedule, Topology topology,
    TimeProvider clock, ILogger<NoticeService> log)
    : BackgroundService
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly NoticePlaces _places = new();
    private readonly Channel<bool> _arrived =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

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
                if (await BeginAsync(processing, stoppingToken))
                    continue;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(
                    _arrived.Reader.WaitToReadAsync(pause.Token).AsTask(),
                    Task.Delay(LooksEvery * topology.LookFactor, clock, pause.Token));
                await pause.CancelAsync();
                _arrived.Reader.TryRead(out _);
            }
        }
        finally
        {
            await Task.WhenAll(processing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Begins with the notices that there are places for; false where there is none. Those of one account begin before the next account's
    /// are claimed, since a claim is renewed from then on.
    /// </summary>
    private async Task<bool> BeginAsync(List<Task> processing, CancellationToken cancel)
    {
        // Notices that come meanwhile are kept, and processed after the release.
        if (hold.IsHeld || _places.Free == 0)
            return false;
        var before = processing.Count;
        try
        {
            foreach (var account in await notices.DueAsync(_places.Free, _places.Busy, cancel))
                processing.AddRange((await ClaimAsync(account, cancel)).Select(notice => ProcessAsync(notice, cancel)));
        }
        catch (Exception trouble) when (!cancel.IsCancellationRequested)
        {
            // The next look comes soon.
            Note(trouble);
        }

        return processing.Count > before;
    }

    /// <summary>Claims notices of an account. A claimed notice has its place.</summary>
    private async Task<IReadOnlyList<KeptNotice>> ClaimAsync(NoticeAccount account, CancellationToken cancel)
    {
        if (_places.FreeOf(account) is not (> 0 and var free))
            return [];
        IReadOnlyList<KeptNotice> claimed;
        try
        {
            claimed = await notices.ClaimAsync(account, free, cancel);
        }
        catch (Exception trouble) when (!cancel.IsCancellationRequested && !outages.Covers(trouble))
        {
            // The other accounts go on.
            Note(trouble);
            return [];
        }

        foreach (var _ in claimed)
            _places.Take(account);
        return claimed;
    }

    private async Task ProcessAsync(KeptNotice notice, CancellationToken cancel)
    {
        try
        {
            var outcome = await BookAsync(notice, cancel);
            if (await notices.FinishAsync(notice, outcome, cancel) is not { } isDoneOrRetried)
                return;
            if (outcome == NoticeOutcome.OnlyThere && notice.Outcome != NoticeOutcome.OnlyThere)
                LogOnlyThere(log, notice.Id, notice.Account.Provider, notice.Account.Merchant.Value);
            else if (!isDoneOrRetried || outcome is NoticeOutcome.Contradicts or NoticeOutcome.Unmatched)
                LogStrange(log, notice.Id, notice.Account.Provider, outcome);
            else if (outcome == NoticeOutcome.Exceeds && notice.Outcome != NoticeOutcome.Exceeds)
                LogExceeds(log, notice.Id, notice.Account.Provider);
        }
        catch (Exception trouble) when (!cancel.IsCancellationRequested)
        {
            // The claim runs out, and a server looks at it again.
            Note(trouble);
        }
        finally
        {
            if (_places.GiveBack(notice.Account))
                Arrived();
        }
    }

    private async Task<NoticeOutcome> BookAsync(KeptNotice notice, CancellationToken cancel)
    {
        using var booked = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewing = RenewAsync(notice, booked.Token);
        try
        {
            var origin = new Origin(notice.Account.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));
            return await desk.ProcessAsync(origin, notice.Account.Provider, NoticeReading.Read(notice.Body), cancel);
        }
        catch (Exception bug) when (!cancel.IsCancellationRequested && bug is not StoreUnavailableException)
        {
            // Tried again later, like one that came early; the others go on.
            LogFailed(log, notice.Id, notice.Account.Provider, bug.GetType().Name, bug.Message);
            return NoticeOutcome.Early;
        }
        finally
        {
            // The last word about the claim is the outcome's.
            await booked.CancelAsync();
            await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Keeps the claim of a notice while it waits, so that no other server, and no later look, begins with it.</summary>
    private async Task RenewAsync(KeptNotice notice, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(schedule.NoticeClaim / 3, clock);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            try
            {
                await notices.RenewAsync(notice, cancel);
            }
            catch (Exception trouble) when (!cancel.IsCancellationRequested)
            {
                // The next renewal comes before the claim runs out.
                Note(trouble);
            }
        }
    }

    private void Note(Exception trouble)
    {
        if (!outages.Covers(trouble))
            LogPostponed(log, trouble.GetType().Name, trouble.Message);
    }

    [LoggerMessage(LogLevel.Error, "Notices were not processed: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);

    [LoggerMessage(
        LogLevel.Critical, "ALERT: notice {Notice} of {Provider} was not booked ({Outcome}): it does not fit what we asked for.")]
    private static partial void LogStrange(ILogger log, string notice, string provider, NoticeOutcome outcome);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: notice {Notice} of {Provider} for merchant {Merchant} is not booked: it is about something that was made at the provider, "
        + "and the books can't take it over. See: quittance reconcile")]
    private static partial void LogOnlyThere(ILogger log, string notice, string provider, long merchant);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: notice {Notice} of {Provider} is not booked: the disputes of its payment together are more than the payment. "
        + "It waits a day for the notice that one of them is won.")]
    private static partial void LogExceeds(ILogger log, string notice, string provider);

    [LoggerMessage(LogLevel.Error, "Notice {Notice} of {Provider} could not be processed: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, string notice, string provider, string kind, string reason);
}
