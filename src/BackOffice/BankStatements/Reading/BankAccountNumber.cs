using System.Globalization;
using System.Numerics;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The numbers of bank accounts before the IBAN: other files name the same account by its IBAN.</summary>
internal static class BankAccountNumber
{
    private const int BankLength = 8;
    private const int LongestNumber = 10;

    /// <summary>The IBAN of a German bank's number and the account's; null where they are none.</summary>
    public static string? OfGermany(string? bank, string number)
    {
        var digits = string.Concat(number.TakeWhile(char.IsAsciiDigit));
        if (bank is not { Length: BankLength } || !bank.All(char.IsAsciiDigit) || digits.Length is 0 or > LongestNumber)
            return null;
        var bban = $"{bank}{digits.PadLeft(LongestNumber, '0')}";
        return $"DE{98 - (int)(BigInteger.Parse($"{bban}131400", CultureInfo.InvariantCulture) % 97):00}{bban}";
    }
}
