using Quittance.Console.Parts;
using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Payments;

/// <summary>Puts in order what happened to a payment, its attempts at a provider and its refunds.</summary>
internal static class Timeline
{
    /// <summary>Everything, the first thing first.</summary>
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
                By = ByWhom(happened.Origin, actions[happened.Origin.Request].FirstOrDefault()),
                Credential = happened.Origin.Credential,
                Request = happened.Origin.Request,
                Transfers = [.. transfers[(happened.Subject, happened.Sequence)]],
                Deliveries = [.. deliveries[(happened.Subject, happened.Sequence)]],
            }));
        }

        entries.AddRange(story.Attempts.Select(attempt => (attempt.OpenedAt, 4, Opened(attempt))));
        // Who brought several things by one request is told once, and what an operator did stands with the first.
        HashSet<Guid> told = [];
        Guid? last = null;
        return [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Rank).Select(entry => Told(entry.Entry))];

        TimelineEntry Told(TimelineEntry entry)
        {
            if (entry.Request is not { } request)
                return entry;
            var isSame = request == last;
            last = request;
            return entry with
            {
                By = isSame ? null : entry.By,
                Credential = isSame ? null : entry.Credential,
                Request = isSame ? null : request,
                Action = told.Add(request) ? actions[request].FirstOrDefault() : null,
            };
        }
    }

    /// <summary>A name as a sentence begins.</summary>
    public static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    // Of one commit: what a provider said, then what became of the payment and its refunds by that, then what is asked next.
    private static (int Rank, TimelineEntry Entry) EntryOf(PaymentStory story, StoryEvent happened)
    {
        if (story.Attempts.FirstOrDefault(attempt => attempt.Id.Value == happened.Subject) is { } attempt)
            return (1, Answered(attempt, happened));
        if (story.Refunds.FirstOrDefault(refund => refund.Id.Value == happened.Subject) is { } refund)
            return (3, new TimelineEntry(happened.Origin.At, ToneOf(happened.Type), $"Refund {refund.Number}{(refund.Amount is { } amount ? $" of {amount}" : "")}: {TextOf(happened.Type)}"));
        return (2, new TimelineEntry(happened.Origin.At, ToneOf(happened.Type), Capitalised(TextOf(happened.Type))));
    }

    private static TimelineEntry Opened(Attempt attempt) => new(
        attempt.OpenedAt, Tone.Quiet,
        PaymentWords.IsPayOut(attempt)
            ? $"{attempt.Amount} are to be paid out {PaymentWords.PaidOutBy(attempt)}"
            : $"{Capitalised(attempt.Provider)} is asked to {PaymentWords.Of(attempt.Verb)} {attempt.Amount}")
    {
        Detail = $"Attempt {attempt.Id.Value}",
    };

    private static TimelineEntry Answered(Attempt attempt, StoryEvent happened)
    {
        var isLast = happened.Sequence == attempt.Events;
        var reason = isLast && attempt.Reason is { } why ? PaymentWords.Of(why) : null;
        var text = happened.Type switch
        {
            EventType.AttemptUnanswered when ClearingProvider.IsConfirmedByPeople(attempt.Provider) => "waits for an operator or a line of a statement",
            EventType.AttemptApproved => $"{PaymentWords.Did(attempt.Verb)} {attempt.Amount}",
            EventType.AttemptDeclined => $"did not {PaymentWords.Of(attempt.Verb)} {attempt.Amount}{(reason is null ? "" : $": {reason}")}",
            EventType.AttemptUnanswered => "gave no clear answer, or decides later",
            EventType.AttemptGivenUp => "is asked no more: somebody has to find out",
            EventType.AttemptAsked => "is asked what became of it",
            _ => TextOf(happened.Type),
        };
        return new TimelineEntry(happened.Origin.At, ToneOf(happened.Type), $"{Capitalised(attempt.Provider)} {text}") { Detail = isLast ? attempt.Note : null };
    }

    private static string ByWhom(EventOrigin origin, KeptAction? action) => (origin.Credential, action) switch
    {
        ({ } credential, _) => ApiWords.Of(credential.Dialect),
        (null, not null) => action.Action.Who,
        _ => "Quittance itself",
    };

    private static Tone ToneOf(EventType type) => type switch
    {
        EventType.PaymentCaptured or EventType.PaymentReinstated or EventType.RefundDone or EventType.RefundMade or EventType.AttemptApproved or EventType.PaymentRefunded => Tone.Good,
        EventType.PaymentDeclined or EventType.PaymentFailed or EventType.PaymentReversed or EventType.DisputeLost or EventType.PaymentRefundFailed
            or EventType.RefundFailed or EventType.AttemptDeclined or EventType.AttemptGivenUp => Tone.Bad,
        EventType.PaymentUnanswered or EventType.PaymentCapturePending or EventType.RefundUnanswered or EventType.AttemptUnanswered or EventType.PaymentRefunding
            or EventType.RefundAsked => Tone.Waiting,
        _ => Tone.Quiet,
    };

    private static string TextOf(EventType type) => type switch
    {
        EventType.PaymentRecorded => "recorded",
        EventType.PaymentAllocated => "credit was allocated to charges",
        EventType.PaymentBegun => "taken on; its provider is asked for the money",
        EventType.PaymentCapturing => "the money is reserved and is being taken",
        EventType.PaymentAuthorised => "the money is reserved, to be taken later",
        EventType.PaymentCaptured => "paid: the money is in the books",
        EventType.PaymentUnanswered => "the provider has not answered, or decides later",
        EventType.PaymentCapturePending => "the provider takes the money and tells later what became of that",
        EventType.PaymentDeclined => "declined",
        EventType.PaymentFailed => "came to nothing; nobody's money was taken",
        EventType.PaymentVoiding => "what may still be reserved is given back",
        EventType.PaymentReversed => "money went back against our will: the payer took it, or the provider declined it late; what it settled is open again",
        EventType.PaymentReinstated => "what had gone back against our will was decided anew",
        EventType.DisputeLost => "the dispute was lost for good",
        EventType.PaymentCancelled => "called off before its money was taken",
        EventType.PaymentRefunding => "money is to go back to the payer; the provider is asked to see to that",
        EventType.PaymentRefunded => "money went back to the payer",
        EventType.PaymentRefundFailed => "the provider did not give money back; the payment has what nobody took meanwhile",
        EventType.RefundRecorded => "recorded; no money moves",
        EventType.RefundMade => "the payer has the money",
        EventType.RefundAsked => "the provider is asked",
        EventType.RefundUnanswered => "the provider has not answered, or decides later",
        EventType.RefundDone => "the payer has the money",
        EventType.RefundFailed => "the provider did not give it back",
        _ => type.ToString(),
    };
}
