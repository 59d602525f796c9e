
namespace Quittance.Core.Settlements;

/// <summary>What the text of a line tells that it pays of each charge, also where it names one charge in several ways.</summary>
/// <param name="OfCharges">Minor units.</param>
/// <param name="IsAll">Whether each amount that it tells is of one charge in the books.</param>
public sealed record ToldAmounts(IReadOnlyDictionary<ChargeId, long> OfCharges, bool IsAll)
{
    /// <summary>The amounts that a line tells; null where it tells none.</summary>
    public static ToldAmounts? Of(SettlementLine line, MatchEvidence evidence)
    {
        var amounts = SettlementWording.AmountsIn(line);
        if (amounts.Count == 0)
            return null;
        Dictionary<ChargeId, long> told = [];
        var isAll = true;
        foreach (var (names, minor) in amounts)
        {
            if (names.SelectMany(name => evidence.ChargesByName[name]).Distinct().ToList() is [var charge])
                told[charge] = told.GetValueOrDefault(charge) + minor;
            else
                isAll = false;
        }

        return new ToldAmounts(told, isAll);
    }

    /// <summary>Whether it tells of these charges, of no others, and of none more than is open.</summary>
    public bool AreOf(IReadOnlyCollection<NamedCharge> charges) => IsAll && charges.Count == OfCharges.Count
        && charges.All(charge => OfCharges.TryGetValue(charge.Id, out var minor) && minor <= charge.Open.AmountMinor);
}
