using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core;

/// <summary>
/// A currency of ISO 4217 in which an account can be kept. There is one instance per code, so two currencies are the
/// same exactly when they are the same object, and a missing currency is <see langword="null"/>.
/// </summary>
public sealed class Currency
{
    private static readonly FrozenDictionary<string, Currency> ByCode = Iso4217.Currencies.ToFrozenDictionary(c => c.Code);

    internal Currency(string code, int minorUnits, string name)
    {
        Code = code;
        MinorUnits = minorUnits;
        Name = name;
    }

    /// <summary>Every currency known, ordered by code.</summary>
    public static IReadOnlyList<Currency> All => Iso4217.Currencies;

    /// <summary>The alphabetic code: three upper-case ASCII letters.</summary>
    public string Code { get; }

    /// <summary>How many decimals an amount in major units has: 0, 2, 3 or 4.</summary>
    public int MinorUnits { get; }

    /// <summary>The English name, as ISO 4217 gives it.</summary>
    public string Name { get; }

    /// <summary>
    /// Finds the currency of a code. Only upper case is a code; a dialect that writes codes in lower case converts them.
    /// </summary>
    /// <param name="code">Any text, or nothing.</param>
    /// <param name="currency">The currency, when there is one of that code.</param>
    /// <returns>False for everything that is not the code of a currency in which money can be kept.</returns>
    public static bool TryParse(string? code, [NotNullWhen(true)] out Currency? currency)
    {
        currency = null;
        return code is not null && ByCode.TryGetValue(code, out currency);
    }

    /// <summary>The currency of a valid code: a constant, or one that we stored.</summary>
    /// <param name="code">Three upper-case letters.</param>
    /// <exception cref="FormatException">The code is no currency.</exception>
    public static Currency Parse(string code) =>
        TryParse(code, out var currency) ? currency : throw new FormatException($"'{code}' is not the code of a currency.");

    /// <summary>The code.</summary>
    public override string ToString() => Code;
}
