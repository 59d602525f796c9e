namespace Quittance.Core.Instruments;

/// <summary>A bank account in the United Kingdom, debited by Bacs.</summary>
/// <param name="SortCode">Its bank's branch.</param>
/// <param name="Number">Its number.</param>
/// <param name="Holder">Whose account it is.</param>
public sealed record UkAccount(SortCode SortCode, UkAccountNumber Number, string Holder) : InstrumentSecret
{
    /// <inheritdoc/>
    public override MaskedInstrument Shown => new(InstrumentKind.UkAccount, Number.LastFour) { Country = "GB", Holder = Holder };
}
