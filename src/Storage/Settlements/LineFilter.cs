using Quittance.Core;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>Narrows a list of lines.</summary>
/// <param name="Sign">1 for money in, -1 for money out, 0 for both.</param>
/// <param name="Text">
/// A part of the other party's name, of the text or of a reference, or an amount as people type it; null for any.
/// </param>
public sealed record LineFilter(int Sign, string? Text)
{
    /// <summary>The bank account or provider, as statements show it; null for any.</summary>
    public string? Account { get; init; }

    /// <summary>The last day on which the bank may have booked them; null for any.</summary>
    public DateOnly? Until { get; init; }

    // Of two, of no and of three decimals.
    private static readonly Currency[] Read = [Currency.Parse("EUR"), Currency.Parse("JPY"), Currency.Parse("KWD")];

    /// <summary>As LIKE takes it; null for any.</summary>
    internal string? Pattern => Text is null ? null : LikePattern.Containing(Text);

    /// <summary>The amounts in minor units that the text can be, by the decimals of a currency.</summary>
    internal long[] AmountsMinor => Text is null ? []
        :
        [
            .. Read.Select(currency => TypedAmount.Read(Text, currency, out var amount) is null ? amount.AmountMinor : 0)
                .Where(minor => minor > 0),
        ];
}
