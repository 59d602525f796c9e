using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>A refund with all that an answer may show of it.</summary>
/// <param name="Refund">The refund as of <see cref="Core.Refunds.Refund.Events"/> events.</param>
/// <param name="Payment">The payment as of the event that took the money for it.</param>
/// <param name="IsUnderWay">Whether a provider is being asked and there is no answer yet that a client could be told.</param>
public sealed record RefundView(Refund Refund, PaymentView Payment, bool IsUnderWay);
