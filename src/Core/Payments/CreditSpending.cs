using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>
/// Takes the money for allocations from a payment's credits: what is earmarked for the charge's own order first,
/// since it can go nowhere else, then general credit, then escrow.
/// </summary>
internal sealed class CreditSpending(IEnumerable<Credit> credits)
{
    private readonly List<Credit> _left = [.. credits.OrderBy(credit => Rank(credit.Purpose))];

    /// <summary>Adds the transfers that pay for an allocation; false when the credits that may settle its charge do not suffice.</summary>
    public bool Spend(Account account, Allocation allocation, List<Transfer> transfers)
    {
        var missingMinor = allocation.AmountMinor;
        var currency = allocation.Charge.Amount.Currency;
        for (var i = 0; i < _left.Count && missingMinor > 0; i++)
        {
            var credit = _left[i];
            var spentMinor = CreditPurpose.MaySettle(credit.Purpose, allocation.Charge) ? Math.Min(credit.AmountMinor, missingMinor) : 0;
            if (spentMinor == 0)
                continue;
            transfers.Add(new Transfer(
                Chart.Credit(account, credit.Purpose, currency), Chart.Receivable(account, currency), spentMinor, allocation.Charge.Id));
            _left[i] = credit with { AmountMinor = credit.AmountMinor - spentMinor };
            missingMinor -= spentMinor;
        }

        return missingMinor == 0;
    }

    private static int Rank(string purpose) => purpose switch
    {
        CreditPurpose.General => 1,
        CreditPurpose.Escrow => 2,
        _ => 0,
    };
}
