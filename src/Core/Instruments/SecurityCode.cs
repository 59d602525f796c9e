namespace Quittance.Core.Instruments;

/// <summary>A card's security code (CVC): used once, never stored and never shown.</summary>
public sealed class SecurityCode
{
    private readonly string _digits;

    private SecurityCode(string digits) => _digits = digits;

    /// <summary>Reads three or four digits; null when it is something else.</summary>
    public static SecurityCode? TryParse(string? text) =>
        text is { Length: 3 or 4 } && text.All(char.IsAsciiDigit) ? new SecurityCode(text) : null;

    /// <summary>The digits, for the provider alone.</summary>
    public string Reveal() => _digits;

    /// <inheritdoc/>
    public override string ToString() => "•••";
}
