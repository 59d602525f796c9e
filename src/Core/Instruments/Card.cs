namespace Quittance.Core.Instruments;

/// <summary>A card.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Expiry">Until when it is good.</param>
/// <param name="Holder">The name on it, where it is known.</param>
public sealed record Card(CardNumber Number, CardExpiry Expiry, string? Holder) : InstrumentSecret
{
    /// <inheritdoc/>
    public override MaskedInstrument Shown =>
        new(InstrumentKind.Card, Number.LastFour) { Scheme = Number.Scheme, Expiry = Expiry, Holder = Holder };
}
