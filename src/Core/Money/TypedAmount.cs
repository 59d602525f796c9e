namespace Quittance.Core;

/// <summary>
/// Reads an amount as people type it: <c>1234.56</c>, <c>1,234.56</c>, <c>1.234,56</c>, <c>1 234,56</c>. It refuses a text with two
/// readings, and reads every amount as the console writes it: with groups by commas and a point before all decimals of its currency.
/// </summary>
public static class TypedAmount
{
    private const int Group = 3;

    /// <summary>Reads an amount, or none where nothing is typed.</summary>
    /// <param name="text">The typed text.</param>
    /// <param name="currency">Its currency, which says how many decimals it has.</param>
    /// <param name="amount">The amount; null for none.</param>
    /// <param name="mayBeZero">Whether it can be zero; else it is above zero.</param>
    /// <returns>The problem; null for none.</returns>
    public static string? ReadOptional(string? text, Currency currency, out Money? amount, bool mayBeZero = false)
    {
        amount = null;
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var problem = Read(text, currency, out var typed, mayBeZero);
        amount = typed;
        return problem;
    }

    /// <summary>Reads an amount.</summary>
    /// <param name="text">The typed text.</param>
    /// <param name="currency">Its currency, which says how many decimals it has.</param>
    /// <param name="amount">The amount, where there is no problem.</param>
    /// <param name="mayBeZero">Whether it can be zero; else it is above zero.</param>
    /// <returns>The problem; null for none.</returns>
    public static string? Read(string? text, Currency currency, out Money amount, bool mayBeZero = false)
    {
        amount = default;
        var typed = (text ?? "").Trim();
        if (typed.Length == 0)
            return "Type an amount.";
        if (typed.EndsWith(currency.Code, StringComparison.OrdinalIgnoreCase))
            typed = typed[..^currency.Code.Length].TrimEnd();
        if (Normal(typed, currency) is not { } plain)
        {
            return typed.All(sign => char.IsAsciiDigit(sign) || sign is '.' or ',' or ' ' or '\'' or '\u00a0' or '\u202f' or '\u2019')
                ? $"This could mean two amounts, or has the wrong number of decimals. Write it like {Sample(currency)}."
                : $"This is no amount. Write it like {Sample(currency)}.";
        }

        if (!DecimalNumber.TryParse(plain, out var number) || number.TryToMinor(currency, out var minor) != AmountFault.None)
            return $"This amount is too large, or has more decimals than {currency.Code} has.";
        amount = new Money(minor, currency);
        return minor > 0 || mayBeZero ? null : "The amount must be above zero.";
    }

    /// <summary>The amount with a point and without groups; null where it is none, or could be two.</summary>
    private static string? Normal(string typed, Currency currency)
    {
        var last = typed.LastIndexOfAny(['.', ',']);
        var decimals = typed.Length - last - 1;
        var isAlone = last >= 0 && !typed.AsSpan(0, last).ContainsAny(".,");
        // Three digits behind the only sign are thousands to some and decimals to others. Currencies without decimals leave no doubt, and
        // where there are three, a point stands before them as the console itself writes it.
        var isAsWritten = typed.Contains('.', StringComparison.Ordinal) && currency.MinorUnits == Group;
        if (isAlone && decimals == Group && last is > 0 and <= Group && currency.MinorUnits > 0 && !isAsWritten)
            return null;
        var isDecimal = last >= 0 && decimals > 0 && decimals <= currency.MinorUnits && !typed.AsSpan(0, last).Contains(typed[last]);
        var whole = isDecimal ? typed[..last] : typed;
        var digits = Ungrouped(whole);
        return digits is null ? null : isDecimal ? $"{digits}.{typed[(last + 1)..]}" : digits;
    }

    /// <summary>
    /// The digits of a whole number, of which groups of three may be set apart by one kind of sign; null where they are not.
    /// </summary>
    private static string? Ungrouped(string whole)
    {
        var sign = whole.FirstOrDefault(each => !char.IsAsciiDigit(each));
        if (sign == default)
            return whole.Length > 0 ? whole : null;
        if (sign is not ('.' or ',' or ' ' or '\'' or '\u00a0' or '\u202f' or '\u2019'))
            return null;
        var groups = whole.Split(sign);
        return groups[0].Length is > 0 and <= Group && groups.Skip(1).All(group => group.Length == Group)
            && groups.All(group => group.All(char.IsAsciiDigit))
            ? string.Concat(groups)
            : null;
    }

    private static string Sample(Currency currency) =>
        new Money(currency.MinorUnits == 0 ? 1234 : currency.MinorUnits == Group ? 1_234_560 : 1_234_56, currency)
        .ToText(AmountDecimals.Full);
}
