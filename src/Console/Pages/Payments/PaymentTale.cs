using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>A line of a payment's story for people.</summary>
/// <param name="Settles">The charges that the money settled then, each with the number of its page, its name and the amount.</param>
internal sealed record TaleLine(TimelineEntry Entry, string Text, IReadOnlyList<(long Number, string Name, Money Amount)> Settles);

/// <summary>
/// The story of a payment in a few lines: its money came, went back or never came. What providers were asked and answered on the way are
/// steps of the <see cref="Timeline"/>.
/// </summary>
internal static class PaymentTale
{
    /// <summary>The lines, the newest first. A payment that is under way has its last step as a line.</summary>
    public static IReadOnlyList<TaleLine> Of(PaymentStory story, IReadOnlyList<TimelineEntry> entries)
    {
        List<TimelineEntry> told = [.. entries.Where(entry => entry.Event is { } happened && !IsStep(story, happened))];
        var isOver = told.Exists(entry => entry.Event!.Of == "payment");
        if (!isOver && entries.LastOrDefault(entry => entry.Event is { Of: "payment" }) is { } last)
            told = [.. told.Append(last).OrderBy(entry => entry.At)];
        // An operator's act in one request is said once, with the first of its events.
        HashSet<Guid> said = [];
        return [.. told.Select(entry => LineOf(story, entry, isFirst: said.Add(entry.Event!.Origin.Request))).Reverse()];
    }

    private static TaleLine LineOf(PaymentStory story, TimelineEntry entry, bool isFirst) => new(
        entry with { Action = isFirst ? entry.Action : null, Tone = IsPaid(entry) ? Tone.Good : entry.Tone }, TextOf(story, entry),
        SettledBy(entry));

    private static bool IsPaid(TimelineEntry entry) => entry.Event!.Type == EventType.PaymentCaptured
        || (entry.Event is { Type: EventType.PaymentRecorded, Status: PaymentStatus.Captured } && entry.Transfers.Count > 0);

    /// <summary>Whether an event only says how far a provider, a file or a refund is.</summary>
    private static bool IsStep(PaymentStory story, StoryEvent happened) => happened.Type switch
    {
        EventType.RefundAsked => RefundOf(story, happened)?.Status != RefundStatus.Pending,
        EventType.PaymentBegun or EventType.PaymentCapturing or EventType.PaymentAuthorised or EventType.PaymentUnanswered
            or EventType.PaymentCapturePending or EventType.PaymentVoiding or EventType.PaymentDebitTaken
            or EventType.PaymentDebitLeftOut or EventType.PaymentFoundSent or EventType.PaymentRefundTaken
            or EventType.PaymentRefundLeftOut => true,
        // The refund says it.
        EventType.PaymentRefunding or EventType.PaymentRefunded or EventType.PaymentRefundFailed
            or EventType.RefundUnanswered => true,
        EventType.AttemptApproved or EventType.AttemptDeclined or EventType.AttemptUnanswered or EventType.AttemptAsked
            or EventType.AttemptNamed => true,
        _ => false,
    };

    private static string TextOf(PaymentStory story, TimelineEntry entry)
    {
        var happened = entry.Event!;
        if (RefundOf(story, happened) is { Amount: { } amount })
        {
            return happened.Type switch
            {
                EventType.RefundAsked => Say($"{amount} is to go back"),
                EventType.RefundFailed => Say($"{amount} could not be refunded"),
                _ => Say($"{amount} refunded"),
            };
        }

        return happened.Type switch
        {
            _ when IsPaid(entry) => PaidWith(story),
            EventType.PaymentRecorded when happened.Status == PaymentStatus.Pending => Say("Recorded; its money is still to come"),
            EventType.PaymentDeclined or EventType.PaymentFailed => WhyNot(story, happened.Type),
            EventType.PaymentReversed => WentBack(story, GoneIn(entry)),
            EventType.PaymentMoved => Say($"{GoneIn(entry)} moved to another customer"),
            _ => entry.Title,
        };
    }

    private static string PaidWith(PaymentStory story) => story.View switch
    {
        { Instrument: { } instrument } => Say($"Paid with {instrument.Vaulted?.Shown.ToString() ?? instrument.Called}"),
        { Payment.Method: PaymentMethod.Unspecified } => Say("Paid"),
        { Payment.Method: PaymentMethod.Cash } => Say("Paid in cash"),
        { Payment.Method: var method } => Say($"Paid by {InSentence.Small(Words.Of(method))}"),
    };

    private static string WhyNot(PaymentStory story, EventType type)
    {
        var said = Say(type == EventType.PaymentDeclined ? "Declined" : "Failed, no money was taken");
        var last = story.Attempts.LastOrDefault(attempt => attempt.Status == AttemptStatus.Declined);
        return last?.Reason is { } reason ? $"{said}: {InSentence.Small(Words.Of(reason))}" : said;
    }

    private static string WentBack(PaymentStory story, string money) => story.Disputes switch
    {
        [{ Reason: { } reason } only] =>
            Say($"{money} went back: {InSentence.Small(Words.Of(only.Kind))}, {InSentence.Small(Words.Of(reason))}"),
        [var only] => Say($"{money} went back: {InSentence.Small(Words.Of(only.Kind))}"),
        _ => Say($"{money} went back"),
    };

    /// <summary>The money that left the payment in an event.</summary>
    private static string GoneIn(TimelineEntry entry) => entry.Transfers
        .Where(transfer => MeaningOf(transfer) is TransferMeaning.ReversesSettled or TransferMeaning.ReversesCredit)
        .Select(transfer => transfer.Amount).ToList() is [var first, .. var rest]
            ? AmountText.WithCode(rest.Aggregate(first, (sum, each) => sum + each)) : Say("Money");

    private static Refund? RefundOf(PaymentStory story, StoryEvent happened) =>
        story.Refunds.FirstOrDefault(refund => refund.Id.Value == happened.Subject);

    private static TransferMeaning MeaningOf(BookedTransfer transfer) =>
        TransferMeanings.Of(transfer.Debit.Account.Kind, transfer.Credit.Account.Kind);

    private static IReadOnlyList<(long, string, Money)> SettledBy(TimelineEntry entry) =>
    [
        .. entry.Transfers.Where(transfer => transfer is { Settles: true, ChargeNumber: not null })
            .Select(transfer => (transfer.ChargeNumber!.Value, transfer.Charge!, transfer.Amount)),
    ];
}
