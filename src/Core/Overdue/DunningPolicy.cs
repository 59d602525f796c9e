using Quittance.Core.Engine;

namespace Quittance.Core.Overdue;

/// <summary>One level of dunning: a letter that the merchant sends to a customer.</summary>
/// <param name="AfterDays">How many days after its due day a charge leads to it, above 0 and above those of the level before.</param>
/// <param name="FeeMinor">The fee that the customer pays, minor units of the policy's currency; 0 for none.</param>
/// <param name="HandsOver">Whether an agency collects the debt from then on. Only the last level hands over.</param>
public readonly record struct DunningLevel(int AfterDays, long FeeMinor = 0, bool HandsOver = false);

/// <summary>When a merchant reminds the customers that are billed in a currency.</summary>
/// <param name="MinimumMinor">The overdue amount below which no customer is dunned, minor units.</param>
/// <param name="Levels">The levels, the first one first; one to <see cref="MostLevels"/>.</param>
public sealed record DunningPolicy(MerchantId Merchant, Currency Currency, long MinimumMinor, IReadOnlyList<DunningLevel> Levels)
    : IRow<(MerchantId, Currency), DunningPolicy>
{
    public const int MostLevels = 5;

    /// <summary>The most days after the due day.</summary>
    public const int MostDays = 1000;

    public static Shelf<(MerchantId, Currency), DunningPolicy> Shelf { get; } = new(policy => (policy.Merchant, policy.Currency));

    /// <summary>The policies of a merchant that are in force, one for a currency.</summary>
    public static Relation<MerchantId, (MerchantId, Currency), DunningPolicy> OfMerchant { get; } = new(Shelf, policy => policy.Merchant);

    /// <inheritdoc/>
    public bool Equals(DunningPolicy? other) => other is not null
        && (Merchant, Currency, MinimumMinor) == (other.Merchant, other.Currency, other.MinimumMinor)
        && Levels.SequenceEqual(other.Levels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Merchant, Currency, MinimumMinor, Levels.Count);

    /// <summary>Whether levels can be those of a policy.</summary>
    public static bool AreLevels(IReadOnlyList<DunningLevel> levels) => levels.Count is > 0 and <= MostLevels
        && levels.All(level => level is { AfterDays: > 0 and <= MostDays, FeeMinor: >= 0 and <= Money.MaxAmountMinor })
        && levels.Zip(levels.Skip(1)).All(two => two.First.AfterDays < two.Second.AfterDays && !two.First.HandsOver);
}
