using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>Derives the rows that an event of a payment changes from its transfers.</summary>
internal static class PaymentEvents
{
    /// <summary>
    /// Adds an event of a payment to other changes, with all that follows from its transfers: the payment's figures, its funds, the
    /// settled and forgiven parts of charges, and the deposits of orders. Returns the payment after it.
    /// </summary>
    /// <param name="payment">The payment before the event.</param>
    public static Payment Put(Changes changes, State state, Account account, Payment payment, Event happened)
    {
        var funds = state.Find(Funds.Shelf, payment.Id) ?? new Funds(payment.Id) { Allocations = [] };
        List<Credit> credits = [.. funds.Credits];
        List<Allocation>? allocations = funds.Allocations is { } known ? [.. known] : null;
        var holder = funds.Holder;
        var (allocatedMinor, takenMinor, refundedMinor) = (0L, 0L, 0L);
        foreach (var transfer in happened.Transfers)
        {
            var (taken, settled, credit, refunded) = transfer.Effect;
            takenMinor = checked(takenMinor + (taken * transfer.AmountMinor));
            allocatedMinor = checked(allocatedMinor + (settled * transfer.AmountMinor));
            refundedMinor = checked(refundedMinor + (refunded * transfer.AmountMinor));
            if (credit != 0)
                Add(credits, (credit > 0 ? transfer.Credit : transfer.Debit).Purpose, credit * transfer.AmountMinor);
            if (transfer.Debit.Kind == LedgerKind.Clearing)
                holder = transfer.Debit.Purpose;
            if (transfer.Charge is not { } id)
                continue;
            var charge = After(changes.Latest(state, Charge.Shelf, id), transfer);
            changes.Put(charge);
            if (settled != 0 && allocations is not null)
                Add(allocations, charge, settled * transfer.AmountMinor);
        }

        PutDeposits(changes, state, account, happened.Transfers);
        // Money that leaves an earlier payment went back to the payer, and money that returns to it is that money again.
        var reversedMinor = happened.Type is EventType.PaymentRecorded or EventType.PaymentCaptured ? 0 : -takenMinor;
        var after = payment with
        {
            Status = happened.Status ?? payment.Status,
            StatusAt = happened.Status is null ? payment.StatusAt : happened.At,
            AllocatedMinor = checked(payment.AllocatedMinor + allocatedMinor),
            ReversedMinor = checked(payment.ReversedMinor + reversedMinor),
            RefundedMinor = checked(payment.RefundedMinor + refundedMinor),
            Events = happened.Sequence,
        };
        changes.Put(after);
        changes.Put(funds with { Credits = credits, Allocations = allocations, Holder = holder });
        changes.Put(happened);
        return after;
    }

    /// <summary>A charge after a transfer of a payment. A payment that bills takes a credit note back.</summary>
    private static Charge After(Charge charge, Transfer transfer) => transfer.Meaning switch
    {
        TransferMeaning.Forgives => charge with { CreditedMinor = checked(charge.CreditedMinor + transfer.AmountMinor) },
        TransferMeaning.Bills => charge with { CreditedMinor = checked(charge.CreditedMinor - transfer.AmountMinor) },
        _ => charge with { AllocatedMinor = checked(charge.AllocatedMinor + (transfer.Effect.Settled * transfer.AmountMinor)) },
    };

    private static void Add(List<Credit> credits, string purpose, long amountMinor)
    {
        var known = credits.FindIndex(credit => credit.Purpose == purpose);
        if (known < 0)
            credits.Add(new Credit(purpose, amountMinor));
        else
            credits[known] = credits[known] with { AmountMinor = checked(credits[known].AmountMinor + amountMinor) };
    }

    private static void Add(List<Allocation> allocations, Charge charge, long amountMinor)
    {
        // In the order of the last: a withdrawal takes the newest allocation first.
        var known = allocations.FindIndex(allocation => allocation.Charge.Id == charge.Id);
        var beforeMinor = known < 0 ? 0 : allocations[known].AmountMinor;
        if (known >= 0)
            allocations.RemoveAt(known);
        allocations.Add(new Allocation(charge, checked(beforeMinor + amountMinor)));
    }

    /// <summary>
    /// Puts the orders whose deposits transfers change: earmarked money that goes back pays no deposit any more, and money that comes or
    /// returns pays it. Money that settles charges still pays the deposit.
    /// </summary>
    private static void PutDeposits(Changes changes, State state, Account account, IEnumerable<Transfer> transfers)
    {
        Dictionary<OrderId, long>? moved = null;
        foreach (var transfer in transfers)
        {
            Move(transfer.Credit, transfer.Debit, transfer.AmountMinor);
            Move(transfer.Debit, transfer.Credit, -transfer.AmountMinor);
        }

        foreach (var (order, movedMinor) in moved ?? [])
        {
            if (movedMinor != 0)
                changes.Put(After(changes.Latest(state, Order.Shelf, order), movedMinor));
        }

        void Move(LedgerAccount credit, LedgerAccount other, long minor)
        {
            if (credit.Kind != LedgerKind.Credit || other.Kind == LedgerKind.Receivable || credit.Currency != account.Currency)
                return;
            if (CreditPurpose.OrderOf(credit.Purpose, account.Id.Merchant) is not { } order)
                return;
            moved ??= [];
            moved[order] = checked(moved.GetValueOrDefault(order) + minor);
        }
    }

    private static Order After(Order order, long movedMinor)
    {
        var earmarkedMinor = checked(order.EarmarkedMinor + movedMinor);
        var paidMinor = movedMinor < 0
            ? Math.Min(order.DepositPaidMinor, earmarkedMinor)
            : Math.Min(checked(order.DepositPaidMinor + movedMinor), Math.Min(order.DepositAskedMinor, earmarkedMinor));
        return order with { DepositPaidMinor = paidMinor, EarmarkedMinor = earmarkedMinor };
    }
}
