namespace Quittance.Core.Settlements;

/// <summary>A part of a line of the bank that an operator splits.</summary>
/// <param name="Amount">In the line's own direction, so also above zero where the line's money went out; below zero against it.</param>
/// <param name="Choice">What it is; null where it waits as a line of its own.</param>
/// <param name="Names">The charges, or the one customer, payment or provider; empty where the choice needs no name.</param>
public sealed record SplitPart(Money Amount, SettlementChoice? Choice, IReadOnlyList<string> Names)
{
    public const int Fewest = 2;
    public const int Most = 100;

    private const string Form = "an amount, what it is, and its name, such as \"30.00 charge INV-1\"; an amount alone waits";

    /// <summary>Reads a part from one text, such as <c>30.00 charge INV-1</c>.</summary>
    /// <returns>The problem; null for none.</returns>
    public static string? Read(string text, Currency currency, out SplitPart? part)
    {
        part = null;
        var words = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0)
            return $"A part is {Form}.";
        SettlementChoice? choice = null;
        if (words.Length > 1 && (choice = EnumWords.Find<SettlementChoice>(words[1])) is null)
            return $"A part is {Form}. What it is has one of the words {string.Join(", ", EnumWords.All<SettlementChoice>())}.";
        if (ReadAmount(words[0], currency, out var amount) is { } problem)
            return problem;
        part = new SplitPart(amount, choice, NamesOf(choice, words.Length > 2 ? words[2] : null));
        return null;
    }

    /// <summary>Reads a typed amount, which can be below zero.</summary>
    /// <returns>The problem; null for none.</returns>
    public static string? ReadAmount(string? typed, Currency currency, out Money amount)
    {
        var text = (typed ?? "").Trim();
        var isAgainst = text.StartsWith('-') || text.StartsWith('\u2212');
        var problem = TypedAmount.Read(isAgainst ? text[1..] : text, currency, out amount);
        if (problem is null && isAgainst)
            amount = amount with { AmountMinor = -amount.AmountMinor };
        return problem;
    }

    /// <summary>The names in a text: several charges with blanks between, and of anything else one.</summary>
    public static IReadOnlyList<string> NamesOf(SettlementChoice? choice, string? typed) => string.IsNullOrWhiteSpace(typed) ? []
        : choice != SettlementChoice.Charge ? [typed.Trim()]
        : typed.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
