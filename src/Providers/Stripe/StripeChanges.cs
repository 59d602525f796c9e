using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Lists what changed in a time. Stripe's lists go by the time of creation, and its events by that of the change: so the events name the
/// objects, and each object is read as it stands.
/// </summary>
internal sealed class StripeChanges(HttpAccount account, HttpObjects stored, StripeDisputes disputes, TimeProvider clock)
{
    // Each object of a page costs a request of its own.
    private const int PageSize = 20;

    // Stripe keeps events for thirty days.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(29);

    private static readonly string Types = string.Concat(StripeNotice.Events.Select(type => $"&types[]={type}"));

    public async Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel)
    {
        if (from < clock.GetUtcNow() - Kept)
            return Unlisted($"it keeps its events for {Kept.TotalDays:0} days");
        var time = StripeJson.Manner.Within(from, until);
        var after = page is null ? "" : $"&starting_after={Uri.EscapeDataString(page)}";
        if (await account.ShownAsync($"v1/events?limit={PageSize}&{time}{Types}{after}", cancel) is not { } body)
            return null;
        using var document = StrictJson.TryParse(body);
        if (document?.RootElement is not { } list || StripeJson.Page(list) is not { } events)
            return Unlisted("its list of events can't be read");

        List<(DateTimeOffset At, string Kind, string Id)> changed = [];
        foreach (var one in events.Items)
        {
            if (StripeJson.Time(one, "created") is not { } at || StrictJson.Object(one, "data") is not { } data
                || StrictJson.Object(data, "object") is not { } about || StrictJson.Text(about, "object") is not { } kind
                || StrictJson.Reference(about) is not { } id)
            {
                return Unlisted("an event can't be read");
            }

            changed.Add((at, kind, id));
        }

        var objects = changed.DistinctBy(one => one.Id).ToList();
        var read = await Task.WhenAll(objects.Select(one => ReadAsync(one.At, one.Kind, one.Id, cancel)));
        if (read.Any(one => one is null))
            return null;
        var standing = objects.Zip(read).ToDictionary(one => one.First.Id, one => one.Second!);
        if (events is { IsLast: false, Next: null })
            return Unlisted("its list of events does not go on");
        // Once for each event: the caller knows the time that it asks about.
        return new ProviderRecords(
            [.. changed.SelectMany(one => standing[one.Id].Requests.Select(request => request with { ChangedAt = one.At }))],
            [.. changed.SelectMany(one => standing[one.Id].Disputes.Select(dispute => dispute with { ChangedAt = one.At }))],
            events.IsLast ? null : events.Next);
    }

    /// <summary>
    /// The requests of an object that a notice names: <c>refunds/…</c>, <c>payment_intents/…</c>, or <c>refunds-of/…</c> for all refunds of
    /// an intent that a person made at Stripe's console. Null where there is no clear answer.
    /// </summary>
    public async Task<IReadOnlyList<ListedRequest>?> FindAsync(string name, CancellationToken cancel)
    {
        var (kind, id) = name.Split('/', 2) is [var first, var second] ? (first, second) : (name, "");
        var at = clock.GetUtcNow();
        switch (kind)
        {
            case StripeNotice.Refunds:
                return (await ReadAsync(at, "refund", id, cancel))?.Requests;
            case StripeNotice.Intents:
                return (await ReadAsync(at, "payment_intent", id, cancel))?.Requests;
            case StripeNotice.RefundsOf:
                if (await stored.OneAsync(StripeJson.Intents, id, cancel) is not { } intent)
                    return null;
                List<ListedRequest> made = [];
                var isComplete = await stored.ReadAllAsync(
                    StripeJson.Manner, StripeJson.Refunds.Path, $"payment_intent={Uri.EscapeDataString(id)}&limit=100", one =>
                    {
                        if (StripeJson.Refund(one) is not { } refund)
                            return false;
                        if (refund.Attempt is null && intent.Attempt is { } attempt)
                            made.Add(account.Listed(refund, attempt, at));
                        return true;
                    }, cancel);
                return isComplete ? made : null;
            default:
                return [];
        }
    }

    /// <summary>An object as it stands; null where that is not clear.</summary>
    private async Task<ProviderRecords?> ReadAsync(DateTimeOffset at, string kind, string id, CancellationToken cancel)
    {
        switch (kind)
        {
            case "payment_intent":
                return await stored.OneAsync(StripeJson.Intents, id, cancel) is { } intent ? OfIntent(intent, at) : null;
            case "refund":
                if (await account.ShownAsync($"{HttpObjects.PathOf(StripeJson.Refunds.Path, id)}?expand[]=payment_intent", cancel)
                    is not { } body)
                {
                    return null;
                }

                return StripeJson.Refunds.Read(body) is not { } refund ? Unlisted("a refund can't be read")
                    : refund.Authorisation is not { } attempt ? ProviderRecords.None
                    : new ProviderRecords([account.Listed(refund, attempt, at)], [], null);
            case "dispute":
                var (dispute, isKnown) = await disputes.FindAsync(id, cancel);
                return !isKnown ? null : dispute is null ? ProviderRecords.None
                    : ProviderRecords.None with { Disputes = [dispute with { ChangedAt = at }] };
            default:
                return ProviderRecords.None;
        }
    }

    /// <summary>The authorisation and the capture of an intent. A cancelled one holds no money, and is none.</summary>
    private ProviderRecords OfIntent(StripeIntent intent, DateTimeOffset at)
    {
        // A merchant may have other payments at Stripe, which are not in the books.
        if (intent.Attempt is not { } attempt || intent.Status == "canceled")
            return ProviderRecords.None;
        if (!intent.HasKnownStatus)
            account.WordUnknown("payment_intent", intent.Id, intent.Status);
        var answer = intent.HasKnownStatus ? intent.Authorisation : ProviderAnswer.Unknown;
        if (answer is null)
            return ProviderRecords.None;
        var authorised = new ListedRequest(attempt, Verb.Authorise, attempt, intent.Authorised, answer with { Reference = intent.Id }, at)
        {
            Payment = intent.Payment,
            Account = intent.Account,
        };
        var isCaptured = intent.Status == "succeeded";
        // Of a card, only its success is a capture; a debit that was sent is one from then on.
        if (!isCaptured && !(intent is { IsDebit: true, Capture: not null, Captured.Verdict: not Verdict.NotFound }))
            return new ProviderRecords([authorised], [], null);
        // A person may have captured it at Stripe's console.
        return new ProviderRecords(
            [
                authorised,
                new ListedRequest(
                    intent.Capture ?? account.IdOfCapture(intent.Payment, intent.Id), Verb.Capture, attempt,
                    isCaptured ? intent.Received : intent.Amount, intent.Captured! with { Reference = intent.Id }, at),
            ], [], null);
    }

    private ProviderRecords? Unlisted(string what)
    {
        account.NotShown(what);
        return null;
    }
}
