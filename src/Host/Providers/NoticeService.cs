using System.Threading.Channels;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Providers.Notices;
using Quittance.Storage;

namespace Quittance.Host.Providers;

/// <summary>Processes the notices that were kept: at once when one comes in, and again what came early or was left by a crash.</summary>
internal sealed partial class NoticeService(Notices notices, NoticeDesk desk, TimeProvider clock, ILogger<NoticeService> log) : BackgroundService
{
    private const int AtOnce = 50;
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

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
        try
        {
            while (await notices.ClaimAsync(AtOnce, cancel) is { Count: > 0 } claimed)
            {
                foreach (var notice in claimed)
                    await ProcessAsync(notice, cancel);
            }
        }
        catch (StoreUnavailableException unreachable)
        {
            LogPostponed(log, unreachable.Message);
        }
    }

    private async Task ProcessAsync(KeptNotice notice, CancellationToken cancel)
    {
        try
        {
            var origin = new Origin(notice.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));
            var outcome = await desk.ProcessAsync(origin, notice.Provider, NoticeReading.Read(notice.Body), cancel);
            await notices.FinishAsync(notice, outcome, cancel);
            if (outcome is NoticeOutcome.Contradicts or NoticeOutcome.Unmatched)
                LogStrange(log, notice.Id, notice.Provider, outcome);
        }
        catch (Exception bug) when (bug is not OperationCanceledException and not StoreUnavailableException)
        {
            // It stays claimed for a while and is tried again; the others go on.
            LogFailed(log, notice.Id, notice.Provider, bug.GetType().Name, bug.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Notices were not processed: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Critical, "ALERT: notice {Notice} of {Provider} was not booked ({Outcome}): it does not fit what we asked for.")]
    private static partial void LogStrange(ILogger log, string notice, string provider, NoticeOutcome outcome);

    [LoggerMessage(LogLevel.Error, "Notice {Notice} of {Provider} could not be processed: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, string notice, string provider, string kind, string reason);
}
