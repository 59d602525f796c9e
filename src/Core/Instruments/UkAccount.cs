namespace Quittance.Core.Instruments;

/// <summary>A bank account in the United Kingdom, debited by Bacs.</summary>
/// <param name="SortCode">Its bank's branch.</param>
/// <param name="Number">Its number.</param>
/// <param name="Holder">Whose account it is.</param>
public sealed record UkAccount(SortCode SortCode, UkAccountNumber Number, string Holder) : InstrumentSecret
{
    /// <summary>Where the holder wants the mandate confirmed to; null where that was not asked.</summary>
    public string? Email { get; init; }

    /// <inheritdoc/>
    public override MaskedInstrument Shown => new(InstrumentKind.UkAccount, Number.LastFour) { Country = "GB", Holder = Holder };
}
