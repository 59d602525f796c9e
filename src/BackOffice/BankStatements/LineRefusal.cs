namespace Quittance.BackOffice.BankStatements;

/// <summary>The end of a sentence that says why a line is not booked, for an operator and beside an open line.</summary>
public static class LineRefusal
{
    /// <summary>It is something else than it is to be booked for.</summary>
    public const string Mismatch = "the line is not of that amount, provider or kind";

    /// <summary>It takes back more of a payment than there is to take back.</summary>
    public const string ExceedsReturned =
        "more goes back than the books say of this payment, or other lines are booked for it already; "
        + "a line that is only a part of a refund is booked after an operator says that the refund is paid out";
}
