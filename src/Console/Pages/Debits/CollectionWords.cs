using Quittance.Console.Pages.Today;
using Quittance.Console.Parts;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Storage.Debits;

namespace Quittance.Console.Pages.Debits;

/// <summary>The words for collections of direct debits or refunds.</summary>
internal static class CollectionWords
{
    public static StatusWord Of(CollectionStatus status) => status switch
    {
        CollectionStatus.Building => new("Being built", Tone.Waiting),
        CollectionStatus.Built => new("Waits for its release", Tone.Waiting),
        CollectionStatus.Released => new("Released", Tone.Waiting),
        CollectionStatus.HandedOut => new("Handed out"),
        CollectionStatus.CalledOff => new("Called off", Tone.Quiet),
    };

    public static StatusWord Of(AttemptStatus debit, CollectionKind kind) => debit switch
    {
        AttemptStatus.Approved => new(kind == CollectionKind.Debits ? "Collected" : "Paid out"),
        AttemptStatus.Declined => new("Rejected", Tone.Bad),
        _ => new("Waits for the bank", Tone.Waiting),
    };

    public static StatusWord Of(MandateDebit debit) => debit switch
    {
        { IsReturned: true } => new("Returned", Tone.Bad),
        { IsCalledOff: true, Status: not (AttemptStatus.Approved or AttemptStatus.Declined) } => new("Called off", Tone.Quiet),
        _ => Of(debit.Status, CollectionKind.Debits),
    };

    /// <summary>As in <c>3 wait, 40 are collected, 2 rejected, 1 returned</c>.</summary>
    public static string Of(CollectionProgress progress, CollectionKind kind) => kind switch
    {
        CollectionKind.Debits => $"{progress.Waiting:N0} wait, {progress.Collected:N0} are collected, {progress.Rejected:N0} rejected, "
            + $"{progress.Returned:N0} returned",
        CollectionKind.Transfers => $"{progress.Waiting:N0} wait, {progress.Collected:N0} are paid out, {progress.Rejected:N0} rejected",
    };

    /// <summary>As in <c>2 debits of 89.90 EUR, 1 collection</c>.</summary>
    public static string Of(PerhapsSentList list) => string.Join(", ",
    [
        .. list.Sums.Select(one => $"{Count(one.Count, one.Kind)} of {one.Sum}"),
        .. list.Collections.Count == 0 ? (string[])[] : [TodayWords.Count(list.Collections.Count, "collection")],
        .. list.Approvals == 0 ? (string[])[] : [$"{TodayWords.Count((int)list.Approvals, "refund")} that waits for a second person"],
    ]);

    /// <summary>As in <c>1 debit</c> or <c>3 refunds</c>.</summary>
    public static string Count(long count, CollectionKind kind) => $"{count:N0} {Word(kind)}{(count == 1 ? "" : "s")}";

    /// <summary>The word for one item of a collection.</summary>
    public static string Word(CollectionKind kind) => kind switch
    {
        CollectionKind.Debits => "debit",
        CollectionKind.Transfers => "refund",
    };
}
