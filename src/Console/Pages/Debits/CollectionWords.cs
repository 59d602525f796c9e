using Microsoft.AspNetCore.Components;
using Quittance.Console.Pages.Settlements;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Storage.Debits;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Debits;

/// <summary>The words for collections of direct debits or refunds.</summary>
internal static class CollectionWords
{
    public static StatusWord Of(CollectionStatus status) => status switch
    {
        CollectionStatus.Building => new(Say("Being built"), Tone.Waiting),
        CollectionStatus.Built => new(Say("Waits for its release"), Tone.Waiting),
        CollectionStatus.Released => new(Say("Released"), Tone.Waiting),
        CollectionStatus.HandedOut => new(Say("Handed out")),
        CollectionStatus.CalledOff => new(Say("Called off"), Tone.Quiet),
    };

    public static StatusWord Of(AttemptStatus debit, CollectionKind kind) => debit switch
    {
        AttemptStatus.Approved => new(kind == CollectionKind.Debits ? Say("Collected") : Say("Paid out")),
        AttemptStatus.Declined => new(Say("Rejected"), Tone.Bad),
        _ => new(Say("Waits for the bank"), Tone.Waiting),
    };

    public static StatusWord Of(MandateDebit debit) => debit switch
    {
        { IsReturned: true } => new(Say("Returned"), Tone.Bad),
        { IsCalledOff: true, Status: not (AttemptStatus.Approved or AttemptStatus.Declined) } => new(Say("Called off"), Tone.Quiet),
        _ => Of(debit.Status, CollectionKind.Debits),
    };

    /// <summary>As in <c>3 wait, 40 are collected, 2 rejected, 1 returned</c>.</summary>
    public static string Of(CollectionProgress progress, CollectionKind kind) => kind switch
    {
        CollectionKind.Debits => Say(
            $"{progress.Waiting:N0} wait, {progress.Collected:N0} are collected, {progress.Rejected:N0} rejected, "
            + $"{progress.Returned:N0} returned"),
        CollectionKind.Transfers => Say(
            $"{progress.Waiting:N0} wait, {progress.Collected:N0} are paid out, {progress.Rejected:N0} rejected"),
    };

    /// <summary>As in <c>2 debits of 89.90 EUR, 1 collection</c>.</summary>
    public static string Of(PerhapsSentList list) => string.Join(", ",
    [
        .. list.Sums.Select(one => Say($"{Count(one.Count, one.Kind)} of {PlainAmount.Of(one.Sum)}||sum")),
        .. list.Collections.Count == 0 ? (string[])[] : [Counted(list.Collections.Count, "{0} collection", "{0} collections")],
        .. list.Approvals == 0 ? (string[])[] :
            [Counted(list.Approvals, "{0} refund that waits for a second person", "{0} refunds that wait for a second person")],
    ]);

    /// <summary>As in <c>1 debit</c> or <c>3 refunds</c>.</summary>
    public static string Count(long count, CollectionKind kind) => kind switch
    {
        CollectionKind.Debits => Counted(count, "{0} debit", "{0} debits"),
        CollectionKind.Transfers => Counted(count, "{0} refund", "{0} refunds"),
    };

    /// <summary>As in <c>1 debit of 89.90 EUR</c>.</summary>
    public static RenderFragment CountOf(long count, CollectionKind kind, Money sum) => Prose($"{Count(count, kind)} of {sum}||sum");
}
