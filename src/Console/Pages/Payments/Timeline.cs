using Quittance.Console.Pages.Approvals;
using Quittance.Console.Parts;
using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>An entry of a payment's timeline.</summary>
internal sealed record TimelineEntry(DateTimeOffset At, Tone Tone, string Title)
{
    public string? Detail { get; init; }

    /// <summary>The event; null for what is none.</summary>
    public StoryEvent? Event { get; init; }

    /// <summary>The API, the operator or the server itself; null where it is the same as above.</summary>
    public string? By { get; init; }

    public OriginCredential? Credential { get; init; }

    /// <summary>The trace id of the request; null where it is the same as above.</summary>
    public Guid? Request { get; init; }

    /// <summary>The request; null for what is no event.</summary>
    public EventOrigin? Origin { get; init; }

    /// <summary>The operator's action in the request.</summary>
    public KeptAction? Action { get; init; }

    public IReadOnlyList<BookedTransfer> Transfers { get; init; } = [];

    public IReadOnlyList<StoryDelivery> Deliveries { get; init; } = [];
}

/// <summary>The timeline of a payment with its attempts, refunds and requests for a second person.</summary>
internal static class Timeline
{
    /// <summary>All entries as one reads them in a row: a sender and an act that are the same as above are left out.</summary>
    public static IEnumerable<TimelineEntry> InARow(IEnumerable<TimelineEntry> entries)
    {
        HashSet<Guid> shown = [];
        (Guid, long?, bool)? last = null;
        foreach (var entry in entries)
        {
            if (entry.Origin is not { } origin)
            {
                yield return entry;
                continue;
            }

            // Two senders are two, also where their requests have one id.
            var sender = (origin.Request, origin.Credential?.Id, origin.IsOfClient);
            var isSame = sender == last;
            last = sender;
            yield return entry with
            {
                By = isSame ? null : entry.By,
                Credential = isSame ? null : entry.Credential,
                Request = isSame ? null : origin.Request,
                Action = entry.Action is { } action && shown.Add(origin.Request) ? action : null,
            };
        }
    }

    /// <summary>All entries, the oldest first.</summary>
    public static IReadOnlyList<TimelineEntry> Of(PaymentStory story)
    {
        var transfers = story.Transfers.ToLookup(transfer => (transfer.Place.Subject, transfer.Place.Sequence));
        var deliveries = story.Deliveries.ToLookup(delivery => (delivery.Subject, delivery.Sequence));
        var actions = story.Actions.ToLookup(action => action.Request);
        List<(DateTimeOffset At, int Rank, TimelineEntry Entry)> entries = [];
        foreach (var happened in story.Events)
        {
            var (rank, entry) = EntryOf(story, happened);
            entries.Add((happened.Origin.At, rank, entry with
            {
                Event = happened,
                By = SenderOf(happened.Origin, ActionOf(happened.Origin)),
                Action = ActionOf(happened.Origin),
                Credential = happened.Origin.Credential,
                Request = happened.Origin.Request,
                Origin = happened.Origin,
                Transfers = [.. transfers[(happened.Subject, happened.Sequence)]],
                Deliveries = [.. deliveries[(happened.Subject, happened.Sequence)]],
            }));
        }

        entries.AddRange(story.Attempts.Select(attempt => (attempt.OpenedAt, 4, Opened(attempt))));
        return [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Rank).Select(entry => entry.Entry)];

        KeptAction? ActionOf(EventOrigin origin) => actions[origin.Request].FirstOrDefault(origin.Has);
    }

    // Order within a commit: the approval, the answer of the provider, then the payment and its refunds, then the next attempt; and where
    // the commit has that attempt's answer too, this and the payment again.
    private static (int Rank, TimelineEntry Entry) EntryOf(PaymentStory story, StoryEvent happened)
    {
        var isCapturedAtOnce = story.Events.Any(
            capturing => capturing.Type == EventType.PaymentCapturing && capturing.Origin.At == happened.Origin.At);
        if (story.Attempts.FirstOrDefault(attempt => attempt.Id.Value == happened.Subject) is { } attempt)
            return (isCapturedAtOnce && attempt.Verb == Verb.Capture ? 5 : 1, Answered(attempt, happened));
        if (story.Refunds.FirstOrDefault(refund => refund.Id.Value == happened.Subject) is { } refund)
        {
            return (3, new TimelineEntry(happened.Origin.At, ToneOf(happened.Type),
                refund.Amount is { } amount ? Say($"Refund {refund.Number} of {amount}: {TextOf(happened.Type)}")
                    : Say($"Refund {refund.Number}: {TextOf(happened.Type)}")));
        }

        if (story.Approvals.FirstOrDefault(approval => approval.Request.Id.Value == happened.Subject) is { } about)
            return (0, new TimelineEntry(happened.Origin.At, ToneOf(happened.Type), ApprovalWords.Of(about, happened.Type)));

        var rank = isCapturedAtOnce && happened.Type != EventType.PaymentCapturing ? 6 : 2;
        return (rank, new TimelineEntry(happened.Origin.At, ToneOf(happened.Type), Words.Capitalised(TextOf(happened.Type))));
    }

    private static TimelineEntry Opened(Attempt attempt) => new(
        attempt.OpenedAt, Tone.Quiet,
        PaymentChoices.IsPayOut(attempt)
            ? Say($"{attempt.Amount} are to be paid out {PaymentChoices.PaidOutBy(attempt)}")
            : Say($"{NameOf(attempt)} is asked to {Words.Of(attempt.Verb)} {attempt.Amount}"))
    {
        Detail = attempt.ProviderReference is { } reference
            ? Say($"Attempt {attempt.Id.Value}, at {Words.Provider(attempt.Provider)} {reference}") : Say($"Attempt {attempt.Id.Value}"),
    };

    private static TimelineEntry Answered(Attempt attempt, StoryEvent happened)
    {
        var (isLast, name) = (happened.Sequence == attempt.Events, NameOf(attempt));
        var text = happened.Type switch
        {
            EventType.AttemptUnanswered when ClearingProvider.IsConfirmedByPeople(attempt.Provider) =>
                Say($"{name} waits for an operator or a line of a statement"),
            EventType.AttemptApproved => DidText(attempt),
            EventType.AttemptDeclined when isLast && attempt.Reason is { } why => $"{DidNotText(attempt)}: {Words.Of(why)}",
            EventType.AttemptDeclined => DidNotText(attempt),
            EventType.AttemptUnanswered => Say($"{name} gave no clear answer, or decides later"),
            EventType.AttemptGivenUp => Say($"{name} gets no more questions: find out there what it did"),
            EventType.AttemptAsked => Say($"{name} is asked for the outcome"),
            EventType.AttemptNamed => Say($"{name} said its own id of the request"),
            _ => $"{name} {TextOf(happened.Type)}",
        };
        return new TimelineEntry(happened.Origin.At, ToneOf(happened.Type), text) { Detail = isLast ? attempt.Note : null };
    }

    private static string NameOf(Attempt attempt) => Words.Capitalised(Words.Provider(attempt.Provider));

    private static string DidText(Attempt attempt) => attempt.Verb switch
    {
        Verb.Authorise => Say($"{NameOf(attempt)} reserved {attempt.Amount}"),
        Verb.Capture => Say($"{NameOf(attempt)} took {attempt.Amount}"),
        Verb.Void => Say($"{NameOf(attempt)} released {attempt.Amount}"),
        Verb.Refund => Say($"{NameOf(attempt)} gave back {attempt.Amount}"),
    };

    private static string DidNotText(Attempt attempt) => attempt.Verb switch
    {
        Verb.Authorise => Say($"{NameOf(attempt)} did not reserve {attempt.Amount}"),
        Verb.Capture => Say($"{NameOf(attempt)} did not take {attempt.Amount}"),
        Verb.Void => Say($"{NameOf(attempt)} did not release {attempt.Amount}"),
        Verb.Refund => Say($"{NameOf(attempt)} did not give back {attempt.Amount}"),
    };

    private static string SenderOf(EventOrigin origin, KeptAction? action) => (origin.Credential, action) switch
    {
        (not null, { Action: { Person: not null, Who: var who } }) => who,
        ({ } credential, _) => Words.Api(credential.Dialect),
        _ when origin.IsOfClient => Say("A client"),
        (null, not null) => action.Action.Who,
        _ => Say("Quittance itself"),
    };

    private static Tone ToneOf(EventType type) => type switch
    {
        EventType.PaymentCaptured or EventType.PaymentReinstated or EventType.RefundDone or EventType.RefundMade
            or EventType.AttemptApproved or EventType.PaymentRefunded or EventType.ApprovalGiven => Tone.Good,
        EventType.PaymentDeclined or EventType.PaymentFailed or EventType.PaymentReversed or EventType.DisputeLost
            or EventType.DisputeCharged or EventType.PaymentRefundFailed
            or EventType.RefundFailed or EventType.AttemptDeclined or EventType.AttemptGivenUp => Tone.Bad,
        EventType.PaymentUnanswered or EventType.PaymentCapturePending or EventType.RefundUnanswered or EventType.AttemptUnanswered
            or EventType.PaymentRefunding
            or EventType.RefundAsked or EventType.ApprovalAsked => Tone.Waiting,
        _ => Tone.Quiet,
    };

    /// <summary>What an event of a payment, an attempt or a refund says.</summary>
    internal static string TextOf(EventType type) => type switch
    {
        EventType.PaymentRecorded => Say("recorded"),
        EventType.PaymentAllocated => Say("credit was allocated to charges"),
        EventType.PaymentBegun => Say("taken on; its provider is asked for the money"),
        EventType.PaymentCapturing => Say("the money is reserved and is being taken"),
        EventType.PaymentAuthorised => Say("the money is reserved, to be taken later"),
        EventType.PaymentCaptured => Say("paid: the money is in the books"),
        EventType.PaymentUnanswered => Say("the provider has not answered, or decides later"),
        EventType.PaymentCapturePending => Say("the money is still to come"),
        EventType.PaymentDebitTaken => Say("the bank's next collection has the debit"),
        EventType.PaymentFoundSent => Say("the bank had it already when the books were restored"),
        EventType.PaymentRefundTaken => Say("the bank's next file of transfers has the refund"),
        EventType.PaymentRefundLeftOut =>
            Say("the bank's file could not have the refund, or the bank rejects it: it is to be paid out again"),
        EventType.PaymentDebitLeftOut => Say("the collection's file could not have the debit: it waits for another"),
        EventType.PaymentDeclined => Say("declined"),
        EventType.PaymentFailed => Say("failed; no money was taken"),
        EventType.PaymentVoiding => Say("any reserved money is released"),
        EventType.PaymentReversed =>
            Say("money went back to the payer by a dispute or a late decline; the charges that it settled are open again"),
        EventType.PaymentReinstated => Say("money that had gone back came in again"),
        EventType.DisputeLost => Say("the dispute was lost for good"),
        EventType.DisputeCharged => Say("the bank took its fee for the return"),
        EventType.PaymentCancelled => Say("called off before its money was taken"),
        EventType.PaymentRefunding => Say("money is to go back to the payer; the provider is asked for it"),
        EventType.PaymentRefunded => Say("money went back to the payer"),
        EventType.PaymentRefundFailed => Say("the provider did not give the money back; the payment keeps it"),
        EventType.PaymentUnallocated => Say("money was taken off charges by a correction"),
        EventType.PaymentMoved => Say("money went to another customer by a correction; the charges that it settled are open again"),
        EventType.PaymentUnbooked => Say("the line that brought its money was unbooked; the charges that it settled are open again"),
        EventType.RefundRecorded => Say("recorded; no money moves"),
        EventType.RefundMade => Say("the payer has the money"),
        EventType.RefundAsked => Say("the provider is asked"),
        EventType.RefundUnanswered => Say("the provider has not answered, or decides later"),
        EventType.RefundDone => Say("the payer has the money"),
        EventType.RefundFailed => Say("the provider did not give it back"),
        _ => type.ToString(),
    };
}
