namespace Quittance.Core.Instruments;

/// <summary>Who charges an instrument whose number the vault holds, and what may be shown of it. The number itself is not here.</summary>
/// <param name="Provider">The name of the provider that charges it, such as <c>sandbox</c>.</param>
/// <param name="Shown">What may be shown.</param>
/// <param name="Mandate">The customer's leave to debit it; null for cards.</param>
public sealed record Vaulted(string Provider, MaskedInstrument Shown, Mandate? Mandate = null);
