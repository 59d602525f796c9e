using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>What was given back, in one currency.</summary>
/// <param name="Sum">How much.</param>
/// <param name="Refunds">By how many refunds.</param>
public sealed record RefundSum(Money Sum, int Refunds);
