namespace Quittance.Core.Settlements;

/// <summary>What became of the import of a statement.</summary>
/// <param name="Id">The statement; of the one that is in the way, where <paramref name="IsOtherFile"/>.</param>
/// <param name="WasKnown">Whether the very same statement had been imported before.</param>
/// <param name="NewLines">How many of its lines no statement had before.</param>
/// <param name="IsOtherFile">Whether another file was imported before under this statement's own reference; then nothing was imported.</param>
public sealed record ImportedStatement(StatementId Id, bool WasKnown, int NewLines, bool IsOtherFile)
{
    /// <summary>The balance at which the account's statement before it ended, where this one does not begin there, minor units; null where there is no gap.</summary>
    public long? EndedAtMinor { get; init; }
}
