using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>Derives the changes of a payment's event from its transfers.</summary>
internal static class PaymentMoney
{
    /// <summary>
    /// Adds an event of an earlier payment to other changes, with all that follows from its transfers: the payment's figures, the
    /// settled and forgiven parts of charges, and the deposits of orders.
    /// </summary>
    public static Changes Add(Changes changes, State state, Account account, Payment payment, Event happened)
    {
        Dictionary<ChargeId, long> settledMinor = [];
        Dictionary<ChargeId, long> forgivenMinor = [];
        var (allocatedMinor, takenMinor, refundedMinor) = (0L, 0L, 0L);
        foreach (var transfer in happened.Transfers)
        {
            var (taken, settled, _, refunded) = transfer.Effect;
            takenMinor += taken * transfer.AmountMinor;
            allocatedMinor += settled * transfer.AmountMinor;
            refundedMinor += refunded * transfer.AmountMinor;
            if (settled != 0 && transfer.Charge is { } charge)
                settledMinor[charge] = settledMinor.GetValueOrDefault(charge) + (settled * transfer.AmountMinor);
            else if (transfer is { Meaning: TransferMeaning.Forgives, Charge: { } forgiven })
                forgivenMinor[forgiven] = forgivenMinor.GetValueOrDefault(forgiven) + transfer.AmountMinor;
            else if (transfer is { Meaning: TransferMeaning.Bills, Charge: { } owed })
                forgivenMinor[owed] = forgivenMinor.GetValueOrDefault(owed) - transfer.AmountMinor;
        }

        // Money that leaves an earlier payment went back to the payer, and money that returns to it is that money again.
        var reversedMinor = happened.Type == EventType.PaymentCaptured ? 0 : -takenMinor;
        return changes with
        {
            PaymentsChanged =
                [.. changes.PaymentsChanged, new PaymentChanged(payment.Id, happened.Status, allocatedMinor, reversedMinor, refundedMinor)],
            Settled = [.. changes.Settled, .. ToAllocations(settledMinor)],
            Forgiven = [.. changes.Forgiven, .. ToAllocations(forgivenMinor)],
            Deposits = [.. changes.Deposits, .. DepositsMoved(state, account, happened.Transfers)],
            Events = [.. changes.Events, happened],
        };

        // A charge that the same changes raise is not in the books yet.
        IEnumerable<Allocation> ToAllocations(Dictionary<ChargeId, long> sums) => sums.Where(sum => sum.Value != 0)
            .Select(sum => new Allocation(state.Charge(sum.Key) ?? changes.Charges.Single(raised => raised.Id == sum.Key), sum.Value));
    }

    /// <summary>
    /// The deposits that transfers change: earmarked money that goes back pays no deposit any more, and money that returns pays it
    /// again. Money that settles charges still pays the deposit.
    /// </summary>
    private static IReadOnlyList<DepositChanged> DepositsMoved(State state, Account account, IEnumerable<Transfer> transfers)
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
