using Quittance.Core;
using Quittance.Core.Acts;

namespace Quittance.BackOffice.Acts;

/// <summary>The asks that several acts share, and how their answers are read.</summary>
internal static class Asks
{
    private const int CodeLength = 3;

    public static Ask Currency(string name, string meaning, bool isOptional = false) =>
        new(name, AskKind.Text, "Currency", $"{meaning} Three letters, such as EUR.") { Most = CodeLength, IsOptional = isOptional };

    /// <summary>Null where none is said, or where it is no currency.</summary>
    public static Currency? CurrencyIn(Asked asked, string name) =>
        Core.Currency.TryParse(asked.Text(name)?.ToUpperInvariant(), out var currency) ? currency : null;

    public static ActResult NoCurrency(string name) => ActResult.Wrong(name, "This is no currency. Name one such as EUR.");
}
