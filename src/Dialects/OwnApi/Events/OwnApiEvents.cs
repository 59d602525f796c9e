using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Events;

/// <summary>
/// The events of the books in the order in which they were committed. A reader goes on from <c>next</c> and gets each event once, however
/// often it or the server stops; two readers get the same.
/// </summary>
/// <param name="stopping">Ends the waiting of requests when the server stops.</param>
internal sealed class OwnApiEvents(PublicAddress address, IEventFeed feed, TimeProvider clock, CancellationToken stopping)
{
    public const string After = "after";
    public const string Wait = "wait";
    public const int MostWaitSeconds = 30;

    private const string List = "events";

    /// <summary>The query of subscriptions to the events of one account, before its id.</summary>
    private const string OfAccount = "account=";

    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The events that webhooks send: all of the feed.</summary>
    public static IReadOnlyList<WebhookEvent> All { get; } =
        [.. Enum.GetValues<EventType>().Select(type => new WebhookEvent(EnumWords.Of(type), [type]))];

    /// <summary>The query of a subscription to the events of one account, or of all.</summary>
    public static string? QueryOf(Guid? account) => account is { } id ? $"{OfAccount}{id:D}" : null;

    /// <summary>The account whose events a subscription gets; null for all.</summary>
    public static AccountId? AccountIn(Subscription subscription) => subscription.Query is { } query
        ? new AccountId(subscription.Id.Merchant, Guid.ParseExact(query[OfAccount.Length..], "D")) : null;

    /// <summary>The body of a webhook: the event as the feed has it. Null where the subscription is for another account.</summary>
    public static async Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IEventFeed feed, CancellationToken cancel)
    {
        var merchant = delivery.Subscription.Id.Merchant;
        if (AccountIn(delivery.Subscription) is { } account
            && await feed.AccountOfAsync(new SubjectId(merchant, delivery.Subject), cancel) != account)
        {
            return null;
        }

        var happened = await feed.FindAsync(new EventId(merchant, delivery.Subject, delivery.Sequence), cancel)
            ?? throw new InvalidOperationException("A delivery is of an event that is not in the books.");
        return json => EventShapes.Event.Write(json, happened);
    }

    public void Map(DialectRoutes routes) =>
        routes.Get($"{Mount}/events", EventsScope, ListAsync, waits: true).WithMetadata(EventShapes.ListEvents);

    private async Task<Answer> ListAsync(Call call)
    {
        var merchant = call.Credential.Merchant;
        var query = new OwnApiQuery(call.Http.Request);
        var size = query.Size();
        var wait = TimeSpan.FromSeconds(query.Whole(Wait, 0, MostWaitSeconds) ?? 0);
        var after = query.Place(After, List, merchant, PlaceOf);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);

        var found = await FindAsync(merchant, after, size, wait, call.Cancel);
        var end = found is [.., var last] ? last.Place : after ?? default;
        return EventShapes.Page.ToAnswer(new ShownPage<FedEvent>(found, ListCursor.Of(List, merchant, TextOf(end))));
    }

    /// <summary>The events that there are; where there are none, those that come within a time.</summary>
    private async Task<IReadOnlyList<FedEvent>> FindAsync(
        MerchantId merchant, FeedPlace? after, int size, TimeSpan wait, CancellationToken cancel)
    {
        for (var begun = clock.GetTimestamp(); ;)
        {
            var found = await feed.AfterAsync(merchant, after, size, cancel);
            if (found.Count > 0 || clock.GetElapsedTime(begun) >= wait || stopping.IsCancellationRequested)
                return found;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
            await Task.Delay(LooksEvery, clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private static string TextOf(FeedPlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.At.UtcTicks} {place.Subject:N} {place.Sequence}");

    private static FeedPlace? PlaceOf(string text) => text.Split(' ') is [var ticks, var subject, var sequence]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
        && Guid.TryParseExact(subject, "N", out var id)
        && int.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new FeedPlace(new DateTimeOffset(at, TimeSpan.Zero), id, number) : null;
}
