using Quittance.Storage.Backups;
using Quittance.Storage.Verification;

namespace Quittance.Host.Cli;

/// <summary>What came of trying a backup.</summary>
/// <param name="File">The backup.</param>
/// <param name="TakenAt">When it was begun.</param>
/// <param name="Schema">The last migration of its schema.</param>
/// <param name="Rows">How many rows were restored.</param>
/// <param name="Tables">What was restored.</param>
/// <param name="RestoreSeconds">How long restoring took, the start of the scratch database left out.</param>
/// <param name="VerifySeconds">How long verifying took.</param>
/// <param name="Vault">What became of the vault's keys.</param>
/// <param name="Differences">Rules of the books that do not hold.</param>
internal sealed record DrillReport(
    string File, DateTimeOffset TakenAt, string Schema, long Rows, IReadOnlyList<TableSummary> Tables, decimal RestoreSeconds, decimal VerifySeconds,
    DrilledVault Vault, IReadOnlyList<Difference> Differences)
{
    /// <summary>Whether a server could go on from this backup.</summary>
    public bool IsGood => Differences.Count == 0 && Vault.IsGood;
}
