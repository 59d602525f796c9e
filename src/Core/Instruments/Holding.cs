namespace Quittance.Core.Instruments;

/// <summary>What is stored when the vault takes an instrument in.</summary>
/// <param name="Vaulted">What everyone may read.</param>
/// <param name="Sealed">What only the vault can open.</param>
public sealed record Holding(Vaulted Vaulted, Sealed Sealed);
