namespace Quittance.Storage.Console;

/// <summary>A transfer's key, and with that a place in a list of transfers.</summary>
/// <param name="Subject">What it happened to.</param>
/// <param name="Sequence">The event of that subject.</param>
/// <param name="Line">The transfer of that event, from 1.</param>
public readonly record struct TransferPlace(Guid Subject, int Sequence, int Line)
{
    /// <summary>Behind all transfers.</summary>
    public static readonly TransferPlace End = new(Guid.AllBitsSet, int.MaxValue, int.MaxValue);
}
