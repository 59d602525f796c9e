namespace Quittance.Core.Payments;

/// <summary>What one event changed of a payment.</summary>
/// <param name="Payment">The payment; the change is one event of it.</param>
/// <param name="Status">Where it stands from now on; null for where it stood.</param>
/// <param name="AllocatedMinor">How much more of it settles charges, minor units; below zero for less.</param>
/// <param name="ReversedMinor">How much more of it went back to the payer, minor units; below zero for less.</param>
/// <param name="RefundedMinor">How much more of it went back or is to go back by our decision, minor units; below zero for less.</param>
public readonly record struct PaymentChanged(
    PaymentId Payment, PaymentStatus? Status = null, long AllocatedMinor = 0, long ReversedMinor = 0, long RefundedMinor = 0);
