using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Settlements;

/// <summary>The part of what a line pays that did not come.</summary>
/// <param name="Amount">Above zero.</param>
public sealed record Shortfall(Money Amount, ShortfallKind Kind)
{
    /// <summary>The bank's charges; null for none.</summary>
    public static Shortfall? Charges(Money? amount) => amount is { } charges ? new(charges, ShortfallKind.Fee) : null;
}

/// <summary>
/// By how much a line may be less than what it pays, in one currency. At least one of the two bounds is set, and both hold.
/// </summary>
/// <param name="AmountMinor">The largest shortfall, minor units; null for no such bound.</param>
/// <param name="PercentHundredths">The largest shortfall in hundredths of a percent of what is paid; null for no such bound.</param>
/// <param name="Kind">The kind of a shortfall, unless an operator says another one.</param>
public sealed record SettlementTolerance(
    MerchantId Merchant, Currency Currency, long? AmountMinor, int? PercentHundredths, ShortfallKind Kind)
    : IRow<(MerchantId, Currency), SettlementTolerance>
{
    private const int Whole = 100_00;

    public static Shelf<(MerchantId, Currency), SettlementTolerance> Shelf { get; } =
        new(tolerance => (tolerance.Merchant, tolerance.Currency));

    /// <summary>The tolerances of a merchant that are in force, one for a currency.</summary>
    public static Relation<MerchantId, (MerchantId, Currency), SettlementTolerance> OfMerchant { get; } =
        new(Shelf, tolerance => tolerance.Merchant);

    /// <summary>Whether a shortfall is within it.</summary>
    /// <param name="due">What is paid.</param>
    /// <param name="missing">The shortfall.</param>
    public bool Covers(Money due, Money missing) => due.Currency == Currency && missing.Currency == Currency && missing.AmountMinor > 0
        && missing.AmountMinor < due.AmountMinor && (AmountMinor is not { } most || missing.AmountMinor <= most)
        && (PercentHundredths is not { } percent || (Int128)missing.AmountMinor * Whole <= (Int128)due.AmountMinor * percent);

    public override string ToString() => string.Join(
        " and ", new[]
        {
            AmountMinor is { } most ? $"{new Money(most, Currency)}" : null,
            PercentHundredths is { } percent ? FormattableString.Invariant($"{percent / 100m:0.##} %") : null,
        }.OfType<string>());
}
