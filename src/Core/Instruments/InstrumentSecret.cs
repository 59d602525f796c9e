namespace Quittance.Core.Instruments;

/// <summary>
/// The number behind an instrument: a card or a bank account. It lives in memory only from the vault to the provider; its text
/// is always masked.
/// </summary>
public abstract record InstrumentSecret
{
    /// <summary>What may be shown.</summary>
    public abstract MaskedInstrument Shown { get; }

    /// <summary>What may be shown as a text, such as <c>Visa ···· 4242</c>.</summary>
    public string Masked => Shown.ToString();

    /// <inheritdoc/>
    public sealed override string ToString() => Masked;
}
