namespace Quittance.Settlements.Reading;

/// <summary>Why a file is refused, or what is odd about it though it is taken.</summary>
/// <param name="Line">Where in the file, from 1; 0 for the file as a whole.</param>
/// <param name="Column">The column or the element; null where it is none in particular.</param>
/// <param name="Problem">What is wrong, and what would be right. Repeats no number of an account.</param>
public sealed record FileFault(int Line, string? Column, string Problem)
{
    public override string ToString() => (Line, Column) switch
    {
        (0, null) => Problem,
        (0, _) => $"{Column}: {Problem}",
        (_, null) => $"line {Line}: {Problem}",
        _ => $"line {Line}, {Column}: {Problem}",
    };
}
