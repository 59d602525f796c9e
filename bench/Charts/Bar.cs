namespace Quittance.Bench.Charts;

/// <summary>One bar of a chart.</summary>
/// <param name="Label">The thing that it stands for.</param>
/// <param name="Value">How long it is.</param>
/// <param name="Text">The text at its end.</param>
/// <param name="IsOurs">Whether it is Quittance's, and drawn in its colour.</param>
internal sealed record Bar(string Label, double Value, string Text, bool IsOurs);
