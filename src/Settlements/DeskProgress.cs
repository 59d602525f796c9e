namespace Quittance.Settlements;

/// <summary>How far an import has come.</summary>
/// <param name="Lines">How many lines there are to look at.</param>
/// <param name="Done">How many were looked at.</param>
public readonly record struct DeskProgress(long Lines, long Done);
