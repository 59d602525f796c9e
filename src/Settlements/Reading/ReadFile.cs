using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>What a file turned out to be: its statements, or why it is refused.</summary>
/// <param name="Statements">The statements; empty when it is refused.</param>
/// <param name="Faults">Why it is refused, in the order of the file; empty when it is not.</param>
/// <param name="Skipped">How many lines it has that the bank has not booked yet, or that move nothing.</param>
/// <param name="Hash">A hash of the whole file.</param>
public sealed record ReadFile(IReadOnlyList<ReadStatement> Statements, IReadOnlyList<FileFault> Faults, int Skipped, ReadOnlyMemory<byte> Hash)
{
    /// <summary>What is odd about it, and does not keep the rest of it out.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];
}
