using System.Globalization;
using System.Text.RegularExpressions;
using Quittance.Core.Instruments;

namespace Quittance.Core.Searching;

/// <summary>A text by which people and programs look for things of any kind. Its form decides where the search looks.</summary>
public sealed partial record TypedSearch
{
    /// <summary>A longer text names nothing.</summary>
    public const int Longest = 200;

    /// <summary>The rule about the numbers of cards, as the end of a sentence about the text.</summary>
    public const string NoCardNumber = "must not have the whole number of a card in it: type its last four digits";

    // Without a currency: two decimals, as most have.
    private static readonly Currency Usual = Currency.Parse("EUR");

    private const int CodeLength = 3;
    private const int DigitsShown = 4;

    private TypedSearch(string text) => Text = text;

    /// <summary>What was typed, without blanks around it; of the number of a bank account its last four characters.</summary>
    public string Text { get; }

    /// <summary>An id of ours; null where the text is none.</summary>
    public Guid? Id { get; private init; }

    /// <summary>A number that we give; null where the text is none.</summary>
    public long? Number { get; private init; }

    /// <summary>The last four characters of a card or a bank account; null where the text does not say them.</summary>
    public string? LastFour { get; private init; }

    /// <summary>Whether it can be an e-mail address.</summary>
    public bool IsEmail => Text.IndexOf('@', StringComparison.Ordinal) > 0 && !Text.Contains(' ', StringComparison.Ordinal);

    /// <summary>Amounts in major units with a decimal point. Several where a separator has two readings, none for no amount.</summary>
    public IReadOnlyList<string> Amounts { get; private init; } = [];

    /// <summary>The currency of the amounts; null where the text names none.</summary>
    public Currency? Currency { get; private init; }

    /// <summary>Whether it also looks at what people noted on customers, which programs do not see.</summary>
    public bool SeesNotes { get; init; }

    /// <summary>Reads what was typed.</summary>
    /// <returns>The problem, as the end of a sentence about the text; null for none.</returns>
    public static string? Read(string? typed, out TypedSearch search)
    {
        // A number that is copied from elsewhere may have a sign that is not seen.
        var text = OneLine.WithoutMarks(typed ?? "").Trim();
        search = new TypedSearch("");
        if (text.Length == 0)
            return "must not be empty";
        if (text.Length > Longest)
            return $"must have at most {Longest} characters";
        if (!OneLine.IsName(text))
            return $"must be {OneLine.Rule}";
        // However the digits are set apart.
        var closed = Separators().Replace(text, " ");
        if (CardNumberMask.Apply(closed) != closed && !Iban.TryParse(text, out _))
            return NoCardNumber;
        search = Of(text);
        return null;
    }

    /// <summary>Whether it was the whole number of a bank account: only its last four characters are looked for.</summary>
    public bool IsBankAccount { get; private init; }

    /// <summary>The amounts in each currency that can be meant.</summary>
    public IEnumerable<Money> AmountsInEachCurrency()
    {
        foreach (var currency in Currency is { } named ? [named] : Core.Currency.All)
        {
            foreach (var amount in Amounts)
            {
                if (DecimalNumber.TryParse(WithoutLastZeros(amount), out var number)
                    && number.TryToMinor(currency, out var minor) == AmountFault.None)
                {
                    yield return new Money(minor, currency);
                }
            }
        }
    }

    /// <summary>The readings of a figure, in major units with a decimal point; none where it is no amount.</summary>
    /// <param name="currency">Its currency; null for two decimals.</param>
    public static IReadOnlyList<string> AmountsOf(string figure, Currency? currency)
    {
        if (TypedAmount.Read(figure, currency ?? Usual, out var amount) is null)
            return [amount.ToText(AmountDecimals.Full)];
        // 1.234 has two readings.
        return figure.Split('.', ',') is [{ Length: > 0 and <= 3 } whole, { Length: 3 } rest] && (whole + rest).All(char.IsAsciiDigit)
            ? [$"{whole}.{rest}", whole + rest]
            : [];
    }

    /// <summary>An amount without the code or the sign of its currency, and the currency whose code it is.</summary>
    public static (string Figure, Currency? Currency) Parted(string text)
    {
        if (text.Length > CodeLength && Core.Currency.TryParse(text[^CodeLength..].ToUpperInvariant(), out var last))
            return (text[..^CodeLength].TrimEnd(), last);
        return text.Length > CodeLength && Core.Currency.TryParse(text[..CodeLength].ToUpperInvariant(), out var first)
            ? (text[CodeLength..].TrimStart(), first) : (text.Trim('€', '£', '$', ' '), null);
    }

    private static TypedSearch Of(string text)
    {
        if (Guid.TryParse(text, out var id))
            return new TypedSearch(text) { Id = id };
        if (Iban.TryParse(text, out var account))
            return new TypedSearch(account.LastFour) { LastFour = account.LastFour, IsBankAccount = true };
        var number = text.TrimStart('#');
        var (figure, currency) = Parted(text);
        var isFigure = figure.Any(char.IsAsciiDigit) && !figure.Any(char.IsAsciiLetter);
        return new TypedSearch(number.Length > 0 ? number : text)
        {
            Number = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits : null,
            LastFour = AsShown().IsMatch(text) ? text[^DigitsShown..] : null,
            Amounts = isFigure ? AmountsOf(figure, currency) : [],
            Currency = isFigure ? currency : null,
        };
    }

    private static string WithoutLastZeros(string amount) =>
        amount.Contains('.', StringComparison.Ordinal) ? amount.TrimEnd('0').TrimEnd('.') : amount;

    /// <summary>The last four as we and others show them: <c>4242</c>, <c>…4242</c>, <c>visa 4242</c>.</summary>
    [GeneratedRegex(@"[ ./_-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Separators();

    [GeneratedRegex(
        @"^(?:visa|mastercard|amex|maestro|card|iban|account)?[\s*•.…x]*[0-9]{4}$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex AsShown();
}
