namespace Quittance.Core.Instruments;

/// <summary>A sealed number and the instrument that it belongs to.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Sealed">Its number.</param>
public sealed record VaultEntry(InstrumentId Instrument, Sealed Sealed);
