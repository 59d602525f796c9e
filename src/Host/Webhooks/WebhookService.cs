using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Host.Watching;
using Quittance.Storage.Webhooks;

namespace Quittance.Host.Webhooks;

/// <summary>
/// Tells subscribers of events. Any number of processes may do so at once: each delivery is claimed by one of them. Every subscription has
/// workers of its own, so that one that answers nothing delays no other.
/// </summary>
internal sealed partial class WebhookService(
    Deliveries deliveries, ISubscriptions subscriptions, WebhookSecrets secrets, IReadOnlyList<Dialect> dialects, IBooks books,
    WebhookSender sender, WebhookSettings settings, IHold hold, OutageService outages, Topology topology, TimeProvider clock,
    ILogger<WebhookService> log)
    : BackgroundService
{
    private const int AtOnceOfEach = 16;

    // Deliveries leave connections for clients' requests.
    private const int ConnectionsToBooks = 6;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SubscriptionId, Task> _working = new();

    // Receivers that have asked to be left alone, and until when. Each server process counts for itself.
    private readonly ConcurrentDictionary<SubscriptionId, DateTimeOffset> _resting = new();

    private readonly SemaphoreSlim _connections = new(ConnectionsToBooks);

    public override void Dispose()
    {
        _connections.Dispose();
        base.Dispose();
    }

    /// <summary>Sends all due deliveries, and those that become due by that.</summary>
    internal async Task TellDueAsync(CancellationToken cancel)
    {
        await SweepAsync(cancel);
        await Task.WhenAll(_working.Values);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksEvery * topology.LookFactor, clock);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await Task.WhenAll(_working.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        try
        {
            foreach (var (subscription, work) in _working.Where(working => working.Value.IsCompleted))
                _working.TryRemove(new(subscription, work));
            foreach (var subscription in (await InTurnAsync(() => deliveries.DueAsync(cancel), cancel)).Where(due => !IsResting(due)))
                _ = _working.GetOrAdd(subscription, due => WorkOffAsync(due, cancel));
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The next sweep comes soon.
            if (!outages.Covers(trouble))
                LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
    }

    /// <summary>Tells one subscription until nothing is due. A slow subscription holds up no other.</summary>
    private async Task WorkOffAsync(SubscriptionId subscription, CancellationToken cancel)
    {
        List<Task> telling = [];
        try
        {
            while (true)
            {
                // The books may be held meanwhile: then what has begun ends, and the rest waits for the release.
                var free = hold.IsHeld || IsResting(subscription) ? 0 : AtOnceOfEach - telling.Count;
                if (free > 0)
                {
                    var claimed = await InTurnAsync(() => deliveries.ClaimAsync(subscription, free, settings.ClaimedFor, cancel), cancel);
                    telling.AddRange(claimed.Select(delivery => TellAsync(delivery, cancel)));
                }

                if (telling.Count == 0)
                    return;
                Task any = Task.WhenAny(telling);
                await any.WaitAsync(LooksEvery, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // A cancelled wait ends at once, so that a loop with no free place would never let go of its thread.
                cancel.ThrowIfCancellationRequested();
                telling.RemoveAll(sent => sent.IsCompleted);
            }
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            if (!outages.Covers(trouble))
                LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
        finally
        {
            await Task.WhenAll(telling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(Delivery delivery, CancellationToken cancel)
    {
        try
        {
            var (hasWords, result) = await TryAsync(delivery, cancel);
            // Note a delivery that has arrived, also while the server stops.
            await NoteAsync(delivery, hasWords, result);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // The claim runs out, and a server sends it again.
            if (!outages.Covers(trouble))
                LogPostponed(log, trouble.GetType().Name, trouble.Message);
        }
    }

    private async Task<(bool HasWords, SendResult Result)> TryAsync(Delivery delivery, CancellationToken cancel)
    {
        try
        {
            var subscription = delivery.Subscription;
            if (subscription.HasEnded)
                return (false, default);
            var dialect = dialects.First(dialect => dialect.Name == subscription.Dialect);
            if (await InTurnAsync(() => dialect.TellAsync(delivery, books, cancel), cancel) is not { } body)
                return (false, default);
            var signing = await InTurnAsync(
                () => secrets.ToSignAsync(subscription.Id.Merchant, subscription.Credential, cancel), cancel);
            return (true, await sender.SendAsync(subscription.Address, delivery.Message, signing, JsonOutput.Bytes(body), cancel));
        }
        catch (Exception bug) when (bug is not OperationCanceledException and not StoreUnavailableException)
        {
            LogUnsayable(log, delivery.Message, delivery.Subscription.Id.Value, bug.GetType().Name, bug.Message);
            return (true, new SendResult(DeliveryFailure.Unsayable));
        }
    }

    /// <summary>Whether a receiver has asked to be left alone for a while.</summary>
    private bool IsResting(SubscriptionId subscription)
    {
        if (!_resting.TryGetValue(subscription, out var until))
            return false;
        if (clock.GetUtcNow() < until)
            return true;
        _resting.TryRemove(KeyValuePair.Create(subscription, until));
        return false;
    }

    private async Task NoteAsync(Delivery delivery, bool hasWords, SendResult result)
    {
        var none = CancellationToken.None;
        if (!hasWords)
        {
            await InTurnAsync(() => deliveries.DropAsync(delivery, none), none);
        }
        else if (result.Failure is not { } why)
        {
            await InTurnAsync(() => deliveries.DeliveredAsync(delivery, none), none);
        }
        else if (why == DeliveryFailure.Gone)
        {
            await InTurnAsync(() => deliveries.FailedAsync(delivery, why, pause: null, none), none);
            if (await InTurnAsync(() => subscriptions.EndAsync(delivery.Subscription.Id, credential: null, none), none))
                LogGone(log, delivery.Subscription.Id.Value, delivery.Subscription.Id.Merchant.Value);
        }
        else
        {
            var pause = DeliverySchedule.PauseAfter(delivery.Failures + 1, Random.Shared.NextDouble());
            if (result.RetryAfter is { } asked)
            {
                _resting[delivery.Subscription.Id] = clock.GetUtcNow() + asked;
                pause = pause < asked ? asked : pause;
            }

            if (await InTurnAsync(() => deliveries.FailedAsync(delivery, why, pause, none), none) && pause is null)
                LogDead(log, delivery.Message, delivery.Subscription.Id.Value, why);
        }
    }

    /// <summary>Asks the books for something when it is our turn.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> ask, CancellationToken cancel)
    {
        await _connections.WaitAsync(cancel);
        try
        {
            return await ask();
        }
        finally
        {
            _connections.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "Webhooks were not sent: {Kind}: {Reason}")]
    private static partial void LogPostponed(ILogger log, string kind, string reason);

    [LoggerMessage(LogLevel.Error, "Event {Message} could not be put into words for subscription {Subscription}: {Kind}: {Reason}")]
    private static partial void LogUnsayable(ILogger log, string message, Guid subscription, string kind, string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "Subscription {Subscription} of merchant {Merchant} has ended: its receiver answered HTTP 410, so it gets no more events. "
        + "To send to it again: quittance webhook add")]
    private static partial void LogGone(ILogger log, Guid subscription, long merchant);

    [LoggerMessage(
        LogLevel.Warning, "Event {Message} was given up for subscription {Subscription}: {Failure}. See: quittance webhook dead list")]
    private static partial void LogDead(ILogger log, string message, Guid subscription, DeliveryFailure failure);
}
