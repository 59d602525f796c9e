namespace Quittance.Core.Instruments;

/// <summary>A secret as it is stored: only the vault can open it.</summary>
/// <param name="Bytes">The sealed secret.</param>
/// <param name="DataKey">The number of its merchant's data key that seals it.</param>
/// <param name="Fingerprint">The same for the same number of the same merchant, and for nothing else; the number does not follow from it.</param>
public sealed record Sealed(ReadOnlyMemory<byte> Bytes, int DataKey, ReadOnlyMemory<byte> Fingerprint);
