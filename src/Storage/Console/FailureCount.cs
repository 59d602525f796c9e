using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Storage.Console;

/// <summary>How many payments came to nothing for one reason.</summary>
/// <param name="Status">Where they stand: declined, or failed.</param>
/// <param name="Reason">The reason; null where nobody told.</param>
/// <param name="Payments">How many.</param>
public sealed record FailureCount(PaymentStatus Status, DeclineReason? Reason, int Payments);
