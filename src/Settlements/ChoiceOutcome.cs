using Quittance.Core.Engine;

namespace Quittance.Settlements;

/// <summary>What became of an operator's word about a line.</summary>
/// <param name="Outcome">What the engine said; null where it was not asked.</param>
/// <param name="Problem">Why it was not asked: what was named does not exist, or there are several. Null where it was.</param>
public sealed record ChoiceOutcome(Outcome? Outcome, string? Problem);
