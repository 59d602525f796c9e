using Quittance.Console.Languages;
using Quittance.Core;

namespace Quittance.Console.Pages.Settlements;

/// <summary>Amounts within a sentence that programs read, too: without groups, and with the reader's point.</summary>
internal static class PlainAmount
{
    public static string Of(Money amount) => amount.ToString().Replace(
        ".", ReaderLanguage.Current.Forms.NumberFormat.NumberDecimalSeparator, StringComparison.Ordinal);
}
