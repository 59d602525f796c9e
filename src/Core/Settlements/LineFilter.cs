namespace Quittance.Core.Settlements;

/// <summary>Narrows a list of lines.</summary>
/// <param name="Sign">1 for money in, -1 for money out, 0 for both.</param>
/// <param name="Text">
/// A part of the other party's name, of the text or of a reference, or an amount as people type it; null for any.
/// </param>
public sealed record LineFilter(int Sign, string? Text)
{
    /// <summary>Narrows nothing.</summary>
    public static readonly LineFilter None = new(0, null);

    /// <summary>The words for money in and money out.</summary>
    public static readonly IReadOnlyList<string> Directions = ["in", "out"];

    /// <summary>The bank account, masked as statements show it; null for any.</summary>
    public string? Account { get; init; }

    /// <summary>The last day on which the bank may have booked them; null for any.</summary>
    public DateOnly? Until { get; init; }

    private const int LastSigns = 4;

    // Of two, of no and of three decimals.
    private static readonly Currency[] Read = [Currency.Parse("EUR"), Currency.Parse("JPY"), Currency.Parse("KWD")];

    /// <summary>The amounts in minor units that the text can be, by the decimals of a currency.</summary>
    public long[] AmountsMinor => Text is null ? []
        :
        [
            .. Read.Select(currency => TypedAmount.Read(Text, currency, out var amount) is null ? amount.AmountMinor : 0)
                .Where(minor => minor > 0),
        ];

    /// <summary>
    /// The bank account that somebody types: as statements show it, in full, or by its last four signs where one alone has them; null
    /// where no account or several are meant.
    /// </summary>
    /// <param name="accounts">Those of statements, masked.</param>
    public static string? AccountOf(string typed, IReadOnlyList<string> accounts)
    {
        if (accounts.Contains(typed))
            return typed;
        var signs = string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        if (signs.Length < LastSigns)
            return null;
        string[] meant =
        [
            .. accounts.Where(account => account.EndsWith(signs[^LastSigns..], StringComparison.OrdinalIgnoreCase)
                && (signs.Length == LastSigns || account.StartsWith(signs[..2], StringComparison.OrdinalIgnoreCase))),
        ];
        return meant is [var only] ? only : null;
    }

    /// <summary>Says that no statement has a bank account that somebody types.</summary>
    /// <param name="accounts">Those of statements, masked.</param>
    public static string NoSuchAccount(IReadOnlyList<string> accounts) =>
        accounts.Count == 0 ? "No bank statement is imported yet."
            : $"Statements show {string.Join(", ", accounts)}: name one, or the last four signs that one alone has.";

    /// <summary>The sign of a word for a direction; 0 for none.</summary>
    public static int SignOf(string? direction) => direction switch { "in" => 1, "out" => -1, _ => 0 };
}
