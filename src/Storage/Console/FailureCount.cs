using Quittance.Core.Attempts;

namespace Quittance.Storage.Console;

/// <summary>How many payments came to nothing for one reason.</summary>
/// <param name="Reason">The reason; null where nobody told.</param>
/// <param name="Payments">How many.</param>
public sealed record FailureCount(DeclineReason? Reason, int Payments);
