using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>Works out what transfers mean for deposits: money that is given back pays none, and money that comes back pays again.</summary>
internal static class EarmarkedMoney
{
    /// <summary>
    /// How orders change by transfers that take earmarked money away, or bring it back. Money that is spent on charges still pays the
    /// deposit.
    /// </summary>
    public static IReadOnlyList<DepositChanged> Moved(State state, Account account, IEnumerable<Transfer> transfers)
    {
        Dictionary<OrderId, long> moved = [];
        foreach (var transfer in transfers)
        {
            Move(transfer.Credit, transfer.Debit, transfer.AmountMinor);
            Move(transfer.Debit, transfer.Credit, -transfer.AmountMinor);
        }

        return [.. moved.Where(one => one.Value != 0).Select(one => ChangeOf(state.Order(one.Key)!, one.Value))];

        void Move(LedgerAccount credit, LedgerAccount other, long minor)
        {
            if (credit.Kind != LedgerKind.Credit || other.Kind == LedgerKind.Receivable || credit.Currency != account.Currency)
                return;
            if (CreditPurpose.OrderOf(credit.Purpose, account.Id.Merchant) is { } order)
                moved[order] = checked(moved.GetValueOrDefault(order) + minor);
        }
    }

    private static DepositChanged ChangeOf(Order order, long movedMinor)
    {
        var earmarkedMinor = checked(order.EarmarkedMinor + movedMinor);
        var paidMinor = movedMinor < 0
            ? Math.Min(order.DepositPaidMinor, earmarkedMinor)
            : Math.Min(order.DepositPaidMinor + movedMinor, Math.Min(order.DepositAskedMinor, earmarkedMinor));
        return new DepositChanged(order.Id, AskedMinor: 0, paidMinor - order.DepositPaidMinor, movedMinor);
    }
}
