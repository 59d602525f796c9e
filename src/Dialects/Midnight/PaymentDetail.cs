using Quittance.Core;

namespace Quittance.Dialects.Midnight;

/// <summary>A <c>CustomerPaymentDetailInsert</c> as it was sent.</summary>
/// <param name="IsNull">Whether the element was <c>null</c>; it has no members then.</param>
/// <param name="OrderId">The order; 0 when it is missing.</param>
/// <param name="Label">What the money is for.</param>
/// <param name="AmountBilled">How much, in major units of the installation's currency; null when it is missing.</param>
public readonly record struct PaymentDetail(bool IsNull, long OrderId, PaymentLabel Label, DecimalNumber? AmountBilled);
