namespace Quittance.Sandbox.Books;

/// <summary>What has happened to money of one currency, each as a sum in minor units that never counts backwards but <paramref name="DisputedMinor"/>.</summary>
/// <param name="AuthorisedMinor">Reserved at some time.</param>
/// <param name="CapturedMinor">Taken.</param>
/// <param name="RefundedMinor">Given back to the customer.</param>
/// <param name="VoidedMinor">Reservations given back.</param>
/// <param name="ReversedMinor">Captured, and gone again because the capture was declined late.</param>
/// <param name="DisputedMinor">In disputes that are open or lost.</param>
/// <param name="FeesMinor">Fees of all disputes, however they ended.</param>
public readonly record struct Amounts(
    long AuthorisedMinor, long CapturedMinor, long RefundedMinor, long VoidedMinor, long ReversedMinor, long DisputedMinor, long FeesMinor)
{
    /// <summary>What can still be refunded; below zero where refunded money was reversed too.</summary>
    internal long RefundableMinor => CapturedMinor - RefundedMinor - ReversedMinor;

    /// <summary>What can still be disputed. Refunded money can be: card holders do both.</summary>
    internal long DisputableMinor => CapturedMinor - ReversedMinor - DisputedMinor;

    internal Amounts Plus(Amounts more, int sign = 1) => new(
        AuthorisedMinor + (sign * more.AuthorisedMinor),
        CapturedMinor + (sign * more.CapturedMinor),
        RefundedMinor + (sign * more.RefundedMinor),
        VoidedMinor + (sign * more.VoidedMinor),
        ReversedMinor + (sign * more.ReversedMinor),
        DisputedMinor + (sign * more.DisputedMinor),
        FeesMinor + (sign * more.FeesMinor));
}
