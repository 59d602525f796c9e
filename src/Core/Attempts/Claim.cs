using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Core.Attempts;

/// <summary>
/// A charge that a payment under way is meant to settle. While it is live no other payment may ask a provider for money for
/// the same charge.
/// </summary>
/// <param name="Payment">The payment.</param>
/// <param name="Line">Its place among the payment's claims, from 1.</param>
/// <param name="Charge">The charge.</param>
/// <param name="AmountMinor">How much of it at most, minor units: it may have been paid otherwise meanwhile.</param>
public sealed record Claim(PaymentId Payment, int Line, ChargeId Charge, long AmountMinor);
