using Quittance.Core.Debits;

namespace Quittance.Core.Settlements;

/// <summary>A report that was read, or the reasons why it is refused.</summary>
/// <param name="Report">Null for a refused file.</param>
/// <param name="Faults">The reasons with line and field; empty for a report that was read.</param>
/// <param name="Hash">The SHA-256 of the whole file.</param>
public sealed record ReadStatusReport(StatusReport? Report, IReadOnlyList<FileFault> Faults, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Remarks that do not refuse the file.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];

    /// <summary>The reports behind the first one, where a file has several.</summary>
    public IReadOnlyList<StatusReport> Further { get; init; } = [];
}
