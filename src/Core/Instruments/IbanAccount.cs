namespace Quittance.Core.Instruments;

/// <summary>A bank account with an IBAN: debited by SEPA, or by the Swiss schemes when it is kept in Switzerland or Liechtenstein.</summary>
/// <param name="Iban">Its number.</param>
/// <param name="Bic">Its bank, where it is given; it follows from the IBAN.</param>
/// <param name="Holder">Whose account it is.</param>
public sealed record IbanAccount(Iban Iban, Bic? Bic, string Holder) : InstrumentSecret
{
    /// <summary>Whether the Swiss schemes debit it.</summary>
    public bool IsSwiss => Iban.Country is "CH" or "LI";

    /// <summary>What the holder signed the mandate with, a picture as <c>data:image/png;base64,…</c>; null where it was not signed.</summary>
    public string? Signature { get; init; }

    /// <inheritdoc/>
    public override MaskedInstrument Shown =>
        new(InstrumentKind.IbanAccount, Iban.LastFour) { Country = Iban.Country, Holder = Holder };
}
