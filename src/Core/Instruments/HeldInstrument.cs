namespace Quittance.Core.Instruments;

/// <summary>
/// An instrument whose number the provider holds: we know the provider's names for it, which charge it with the merchant's key alone.
/// </summary>
/// <param name="Token">The provider's name for the instrument.</param>
/// <param name="Customer">The provider's name for its customer; null where the provider needs none.</param>
/// <param name="Shown">The parts that can be shown.</param>
public sealed record HeldInstrument(string Token, string? Customer, MaskedInstrument Shown) : InstrumentSecret
{
    public override MaskedInstrument Shown { get; } = Shown;

    /// <summary>The customer's leave to debit it, which the provider holds too; null for a card.</summary>
    public Mandate? Mandate { get; init; }

    /// <summary>The provider's own mark of the number, the same for the same number; null where it gives none.</summary>
    public string? Mark { get; init; }
}
