namespace Quittance.Core.Payments;

/// <summary>A payment came to settle charges with money that settled none before.</summary>
/// <param name="Payment">The payment; the change is one event of it.</param>
/// <param name="AmountMinor">How much, minor units.</param>
public readonly record struct PaymentAllocated(PaymentId Payment, long AmountMinor);
