using Quittance.Console.Parts;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Storage.Debits;

namespace Quittance.Console.Pages.Debits;

/// <summary>The words for collections of direct debits.</summary>
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

    public static StatusWord Of(AttemptStatus debit) => debit switch
    {
        AttemptStatus.Approved => new("Collected"),
        AttemptStatus.Declined => new("Rejected", Tone.Bad),
        _ => new("Waits for the bank", Tone.Waiting),
    };

    public static StatusWord Of(MandateDebit debit) => debit switch
    {
        { IsReturned: true } => new("Returned", Tone.Bad),
        { IsCalledOff: true, Status: not (AttemptStatus.Approved or AttemptStatus.Declined) } => new("Called off", Tone.Quiet),
        _ => Of(debit.Status),
    };

    /// <summary>As in <c>3 wait, 40 are collected, 2 rejected, 1 returned</c>.</summary>
    public static string Of(CollectionProgress progress) =>
        $"{progress.Waiting:N0} wait, {progress.Collected:N0} are collected, {progress.Rejected:N0} rejected, "
        + $"{progress.Returned:N0} returned";

    /// <summary>As in <c>1 debit</c>.</summary>
    public static string Debits(long count) => count == 1 ? "1 debit" : $"{count:N0} debits";
}
