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
    private static readonly Currency Cents = Currency.Parse("EUR");

    /// <summary>As LIKE takes it; null for any.</summary>
    internal string? Pattern => Text is null ? null : LikePattern.Containing(Text);

    /// <summary>The amount in minor units, where the text is one; below zero for none.</summary>
    internal long AmountMinor => Text is not null && TypedAmount.Read(Text, Cents, out var amount) is null ? amount.AmountMinor : -1;
}
