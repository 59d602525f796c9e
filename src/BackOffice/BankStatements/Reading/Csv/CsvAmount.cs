using Quittance.Core;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>An amount of a CSV file, as banks write it.</summary>
/// <param name="AmountMinor">Minor units, below zero where its own signs say that money went out.</param>
/// <param name="IsOutgoing">Whether it says itself that money went out: a minus, brackets, DR. Null where it says nothing.</param>
internal readonly record struct CsvAmount(long AmountMinor, bool? IsOutgoing)
{
    private const int WordsAround = 3;

    /// <summary>Reads an amount with a sign, brackets, a word for the direction or a currency on either side.</summary>
    /// <returns>The problem; null for none.</returns>
    public static string? Read(string text, Currency currency, char? decimalSign, out CsvAmount amount)
    {
        amount = default;
        var (bare, said, problem) = Bare(text, currency);
        if (problem is not null)
            return problem;
        problem = AmountText.Read(bare, currency, decimalSign, out var minor);
        bool? sign = minor < 0 ? true : bare.StartsWith('+') || bare.EndsWith('+') ? false : null;
        if (problem is null && said == false && sign == true)
            return $"'{text.Trim()}' has a minus, and says that money came";
        amount = new CsvAmount(said == true ? -Math.Abs(minor) : minor, said ?? sign);
        return problem;
    }

    /// <summary>The digits with their own sign, and the direction in the words around them.</summary>
    private static (string Bare, bool? IsOutgoing, string? Problem) Bare(string text, Currency currency)
    {
        var bare = Reordered(text.Trim());
        bool? said = null;
        if (bare.StartsWith('(') && bare.EndsWith(')'))
            (bare, said) = (bare[1..^1].Trim(), true);
        for (var words = 0; words < WordsAround; words++)
        {
            var before = LettersAt(bare, fromStart: true);
            var behind = LettersAt(bare, fromStart: false);
            var word = before.Length > 0 ? before : behind;
            if (word.Length == 0 || word.Length == bare.Length)
                break;
            if (CsvDirection.IsOutgoing(word) is { } isOutgoing)
            {
                if (said is { } earlier && earlier != isOutgoing)
                    return (bare, null, $"'{text.Trim()}' says both that money came and that it went");
                said = isOutgoing;
            }
            else if (!IsCurrency(word, currency))
            {
                break;
            }

            bare = before.Length > 0 ? bare[word.Length..].TrimStart('.', ' ', '\u00A0') : bare[..^word.Length].TrimEnd();
        }

        return (bare.EndsWith('+') && bare.Length > 1 ? $"+{bare[..^1].TrimEnd()}" : bare, said, null);
    }

    /// <summary>
    /// The same with its sign beside its digits, and a word for the direction without the signs around it: <c>-€80.00</c>,
    /// <c>80,00 EUR -</c>, <c>80.00 (Dr)</c>.
    /// </summary>
    private static string Reordered(string text)
    {
        if (text.Length > 1 && (AmountText.IsMinus(text[0]) || text[0] == '+') && LettersAt(text[1..].TrimStart(), fromStart: true) is
            { Length: > 0 } before)
        {
            return $"{before} {text[0]}{text[1..].TrimStart()[before.Length..].TrimStart()}";
        }

        if (text.Length > 1 && (AmountText.IsMinus(text[^1]) || text[^1] == '+')
            && LettersAt(text[..^1].TrimEnd(), fromStart: false) is { Length: > 0 } behind)
        {
            return $"{text[..^1].TrimEnd()[..^behind.Length].TrimEnd()}{text[^1]} {behind}";
        }

        if (text.EndsWith(')') && text.LastIndexOf('(') is > 0 and var open)
            return $"{text[..open].TrimEnd()} {text[(open + 1)..^1].Trim()}";
        return text.EndsWith('.') && text.Length > 2 && char.IsLetter(text[^2]) ? text[..^1] : text;
    }

    private static bool IsCurrency(string word, Currency currency) => string.Equals(word, currency.Code, StringComparison.OrdinalIgnoreCase)
        || (word, currency.Code) is ("€", "EUR") or ("£", "GBP") or ("$", "USD" or "CAD" or "AUD")
            or ("kr" or "Kr" or "KR", "SEK" or "NOK" or "DKK") or ("Fr" or "SFr", "CHF");

    private static string LettersAt(string text, bool fromStart)
    {
        var length = 0;
        while (length < text.Length && IsOfWord(text[fromStart ? length : text.Length - 1 - length]))
            length++;
        return fromStart ? text[..length] : text[^length..];
    }

    private static bool IsOfWord(char character) => char.IsLetter(character) || character is '€' or '£' or '$';
}
