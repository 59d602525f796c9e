namespace Quittance.Storage;

/// <summary>What came of erasing a person's data.</summary>
/// <param name="UnderWay">What has to end first; then nothing was erased. Empty when all was.</param>
/// <param name="Erased">In how many rows of which table something was erased. All are zero when it was done before.</param>
public sealed record Erasure(IReadOnlyList<string> UnderWay, IReadOnlyList<(string Table, long Rows)> Erased)
{
    /// <summary>Whether nothing of the person is left.</summary>
    public bool IsDone => UnderWay.Count == 0;
}
