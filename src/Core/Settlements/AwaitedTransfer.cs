using Quittance.Core.Attempts;
using Quittance.Core.Payments;

namespace Quittance.Core.Settlements;

/// <summary>A payment that waits for a transfer which the customer announced.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="Number">Its human number.</param>
/// <param name="Amount">The whole payment.</param>
/// <param name="Capture">The attempt that the line of the bank approves.</param>
public sealed record AwaitedTransfer(PaymentId Payment, long Number, Money Amount, AttemptId Capture);
