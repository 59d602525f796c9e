using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>What a refund of several payments took of one of them.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="AmountMinor">How much, minor units.</param>
/// <param name="TakenBy">The event of the payment that took it.</param>
public readonly record struct RefundShare(PaymentId Payment, long AmountMinor, int TakenBy);
