namespace Quittance.Settlements;

/// <summary>Why a line is not booked, as the end of a sentence: the same for an operator who said what it is, and beside the line that is left open.</summary>
public static class LineRefusal
{
    /// <summary>It is something else than it is to be booked for.</summary>
    public const string Mismatch = "the line is not of that amount, provider or kind";

    /// <summary>It takes back more of a payment than there is to take back.</summary>
    public const string ExceedsReturned =
        "more goes back than the books say of this payment, or other lines are booked for it already; "
        + "a line that is only a part of a refund is booked after an operator says that the refund is paid out";
}
