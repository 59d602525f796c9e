using Quittance.Settlements.Reading;

namespace Quittance.Settlements;

/// <summary>What became of a file at the desk.</summary>
/// <param name="Reports">What became of each of its statements; empty where the file is refused.</param>
/// <param name="Faults">Why it is refused: then nothing of it was imported.</param>
/// <param name="Skipped">How many lines were passed over that are not booked at the bank, or move nothing.</param>
public sealed record DeskOutcome(IReadOnlyList<DeskReport> Reports, IReadOnlyList<FileFault> Faults, int Skipped)
{
    /// <summary>What is odd about the file, though it is taken: passed over lines, balances that do not lead on from the statement before.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];
}
