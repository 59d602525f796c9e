namespace Quittance.Storage.Console;

/// <summary>A part of a list of payments, newest first.</summary>
/// <param name="Payments">The payments.</param>
/// <param name="Next">Where the part after it begins; null at the end of the list.</param>
public sealed record PaymentPage(IReadOnlyList<ListedPayment> Payments, Guid? Next)
{
    /// <summary>Whether it ends because enough was looked through, and not because it is full.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>When the last payment that was looked at was taken on, where it is cut short, UTC.</summary>
    public DateTimeOffset? LookedBackTo { get; init; }

    /// <summary>Whether more customers match than a search looks at: the payments of the others are in no part of the list.</summary>
    public bool LeavesCustomersOut { get; init; }

    /// <summary>How many payments there are, counted to <see cref="PaymentLists.CountsTo"/>; null where that was not asked, or not cheap.</summary>
    public int? Count { get; init; }
}
