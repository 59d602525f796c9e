using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;

namespace Quittance.Core.Executing;

/// <summary>
/// Books a line of a statement, once. A line that brings a payment records or completes it in the same commit, so all money at the bank
/// has an owner. A chargeback of a client's gateway reverses its payment in the same commit, since no notice tells of it. A line that
/// pays refunds out completes them.
/// </summary>
/// <param name="Account">The account whose payment it is about; <see cref="SettlementLineId.House"/> for none.</param>
/// <param name="Use">The use of the line.</param>
public sealed record BookSettlement(Origin Origin, AccountTarget Account, SettlementLineId Line, SettlementUse Use)
    : AccountCommand(Origin, Account)
{
    /// <summary>
    /// Records or completes the payment that the line brings: a <see cref="RecordPayment"/>, a <see cref="ClosePending"/>, or the <see
    /// cref="TakeAnswer"/> that approves the capture of an announced transfer; of the same account. Null where the books have the
    /// payment.
    /// </summary>
    public Command? Brings { get; init; }

    /// <summary>The payment that the line is about, unless the line records it.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>The attempt of a refund or the report of a payout that the line settles: no second line can settle it.</summary>
    public Guid? Settles { get; init; }

    /// <summary>The provider whose payout or report it is.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// What did not come of the payment that the line brings, or of the payments whose sum it is; null for nothing.
    /// </summary>
    public Shortfall? Shortfall { get; init; }

    /// <summary>The operator's reason.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// How many events the line had when it was matched: what a person has said of it since stands. Null for a person, who may say
    /// something else.
    /// </summary>
    public int? Seen { get; init; }

    /// <summary>The report that has the line where it is a part of a line that is split; null for another line.</summary>
    public StatementId? PartOf { get; init; }

    public override IEnumerable<Reference> References => Brings?.References ?? [];

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Brings?.Want(wanted, known);
        wanted.Add(SettlementLine.Shelf, Line);
        if (Brings is RecordPayment && known.Find(Account) is { } payer)
            wanted.Add(Attempt.WaitingForTransfer, payer.Account);
        if (Payment is { } payment)
        {
            wanted.AddWhole(payment);
            wanted.Add(Funds.HeldBy, payment);
            wanted.Add(Dispute.OfPayment, payment);
            MoneyTakenBack.Want(wanted, payment);
            wanted.Add(SettlementLine.OfPayment, payment);
            wanted.Add(Event.OfSubject, payment.Subject);
            wanted.Add(SettlementLine.Settling, new(Origin.Merchant, payment.Value));
        }

        if (Shortfall is not null)
            wanted.Add(SettlementTolerance.OfMerchant, Origin.Merchant);
        if (Settles is { } settles)
            wanted.Add(SettlementLine.Settling, new(Origin.Merchant, settles));
        if (PartOf is { } report)
            wanted.Add(SettlementLine.Settling, new(Origin.Merchant, report.Value));
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.SettlementLine(Line) is not { } line)
            return Decision.Refused(Refusal.SettlementUnknown);
        if (line.Status == SettlementStatus.Undone)
            return Decision.Refused(Refusal.SettlementUndone);
        if (line.Status == SettlementStatus.Booked || (Seen is { } seen && line.Events != seen))
            return Decision.Refused(Refusal.SettlementBooked);
        if (line.IsSplitPart && !HasMoneyOfItsLine(line, state))
            return Decision.Refused(Refusal.SettlementMismatch);
        if (!IsUseOf(line) || (Shortfall is not null && !MayMiss(Shortfall, line, state)))
            return Decision.Refused(Refusal.SettlementMismatch);
        stamp = stamp with { EffectiveOn = line.EffectiveOn };
        var decision = Decide(line, state, stamp, out var payment);
        if (decision.Changes is not { } changes)
            return decision;
        payment ??= Payment;
        var settles = SettledBy(line, payment);
        if (settles is { } once && state.IsSettled(new(Origin.Merchant, once)))
            return Decision.Refused(Refusal.SettlementBooked);
        changes.Put(line with
        {
            Status = SettlementStatus.Booked,
            Events = line.Events + 1,
            Use = Use,
            Payment = payment,
            Settles = settles,
            Note = Note,
        });
        changes.Put(
            new Event(
                Line.Value, line.Events + 1, EventType.SettlementBooked, null, stamp.Time, Origin, TransfersOf(line, state, stamp.Slot)));
        return Decision.Accepted(changes);
    }

    /// <summary>
    /// Whether a part of a split line has money: that of the line, while it is booked as the sum of its parts. What was left out of the
    /// books stays so, because a line that is unbooked leaves its parts out first: from then on no one books one of them.
    /// </summary>
    private bool HasMoneyOfItsLine(SettlementLine part, State state) =>
        part.Status == SettlementStatus.Open && PartOf == part.Statement
        && state.IsSettled(new(Origin.Merchant, part.Statement.Value));

    /// <summary>The holder of money that a line of the bank moves. The bank that collects debits pays their refunds out itself.</summary>
    private string TransferHolder(SettlementLine line, State state) =>
        !line.IsIncoming && Payment is { } payment && state.HolderOf(payment) == ClearingProvider.Bank
            ? ClearingProvider.Bank : ClearingProvider.BankTransfer;

    /// <summary>Decides the changes beside the line's own.</summary>
    /// <param name="payment">The payment that the line brings.</param>
    private Decision Decide(SettlementLine line, State state, Stamp stamp, out PaymentId? payment)
    {
        payment = null;
        if (Use is SettlementUse.Payout or SettlementUse.Fee || line.Kind == SettlementLineKind.Fee)
            return Decision.Accepted(new Changes());
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (Brings is not null)
        {
            return line.Amount.Currency == account.Currency ? Bring(line, state, stamp, out payment)
                : Decision.Refused(Refusal.CurrencyMismatch);
        }

        if (Fault(line, account, state) is { } fault)
            return Decision.Refused(fault);
        var progress = new PaymentChanges(state, account, state.Payment(Payment!.Value)!, Origin, stamp);
        if (line.IsUnreportedChargeback)
        {
            // The fee is the line's own.
            MoneyTakenBack.Reverse(progress, line.Account, -GrossMinor(line), feeMinor: 0);
        }
        else if (!line.IsIncoming && line.Kind != SettlementLineKind.Chargeback)
        {
            if (PaidOutBy(line, state) is not { } refunds)
                return Decision.Refused(Refusal.SettlementExceedsReturned);
            foreach (var attempt in refunds)
            {
                progress.Put(attempt with { Status = AttemptStatus.Approved, Reason = null, DueAt = null }, EventType.AttemptApproved);
                RefundAnswers.Confirm(progress, attempt);
            }
        }

        return progress.Accept();
    }

    /// <summary>Whether so much can be missing: as a tolerance says, or an operator of payments that the bank pays in one sum.</summary>
    private bool MayMiss(Shortfall shortfall, SettlementLine line, State state) => line.IsIncoming
        && shortfall.Amount.AmountMinor > 0 && shortfall.Amount.AmountMinor <= long.MaxValue - GrossMinor(line)
        && (Brings is RecordPayment ? Fits(shortfall, line, state)
            : shortfall.Kind == ShortfallKind.Fee && Use == SettlementUse.Payout
                && Provider is ClearingProvider.Bank or ClearingProvider.Split && Settles is not null);

    /// <summary>Whether a shortfall is within the tolerance that is in force.</summary>
    private bool Fits(Shortfall shortfall, SettlementLine line, State state) =>
        state.Find(SettlementTolerance.Shelf, (Origin.Merchant, line.Amount.Currency)) is { } tolerance
        && tolerance.Covers(line.Gross with { AmountMinor = GrossMinor(line) + ShortfallMinor }, shortfall.Amount);

    /// <summary>Whether a line of this kind can have this use.</summary>
    private bool IsUseOf(SettlementLine line) => Use switch
    {
        SettlementUse.Transfer => line.Kind == SettlementLineKind.Entry,
        SettlementUse.Payout => line.Kind == SettlementLineKind.Entry && Provider is not null && !(line.IsPart && Provider == line.Account),
        SettlementUse.Fee => line.Kind == SettlementLineKind.Entry || (line.Kind == SettlementLineKind.Fee && Provider == line.Account),
        SettlementUse.Reported => line.Kind is SettlementLineKind.Payment or SettlementLineKind.Refund or SettlementLineKind.Chargeback
            && Provider == line.Account,
    };

    /// <summary>Records or completes the payment that the line brings, which must be of what was sent by the line.</summary>
    private Decision Bring(SettlementLine line, State state, Stamp stamp, out PaymentId? payment)
    {
        payment = Brings switch
        {
            RecordPayment { ReceivedBy: ClearingProvider.BankTransfer } recorded
                when recorded.Amount == line.Gross with { AmountMinor = GrossMinor(line) + ShortfallMinor } => recorded.Id,
            TakeAnswer { Answer.Verdict: Verdict.Approved, About: { Verb: Verb.Capture, Provider: ClearingProvider.BankTransfer } about }
                when about.Amount == line.Gross => about.Payment,
            ClosePending { ReceivedBy: ClearingProvider.BankTransfer } closed when state.Payment(closed.Payment)?.Amount == line.Gross =>
                closed.Payment,
            _ => null,
        };
        if (payment is null || state.Find(Brings!.Account) != state.Find(Account))
            return Decision.Refused(Refusal.SettlementMismatch);
        var decision = Brings.Decide(state, stamp);

        // The money that a customer announced for a charge comes once: it completes the payment that waits for it.
        var isAnnounced = Brings is RecordPayment && decision.Changes is { } changes
            && changes.Of<Charge>().Any(settled => state.TransferFor(settled.Id) is not null);
        if (isAnnounced)
            return Decision.Refused(Refusal.ChargeClaimed);
        // What did not come settles a debt, and is no credit.
        return Shortfall is not null && decision.Changes is { } brought && brought.Of<Payment>().Any(paid => paid.UnallocatedMinor > 0)
            ? Decision.Refused(Refusal.ExceedsDue) : decision;
    }

    /// <summary>Why the line is not about the payment.</summary>
    private Refusal? Fault(SettlementLine line, Account account, State state)
    {
        if (Payment is not { } id || state.Payment(id) is not { } payment || payment.Account != account.Id)
            return Refusal.PaymentUnknown;
        if (payment is not { Status: PaymentStatus.Captured, Amount: { } amount })
            return Refusal.PaymentNotCaptured;
        // Its money came as another payment, for which the statement has the line.
        if (line.IsIncoming && payment.MovedFrom is not null)
            return Refusal.SettlementMismatch;
        // It has no money any more: the line, or a later one, brings another payment.
        if (line.IsIncoming && state.History(id.Subject, payment.Events).Any(happened => happened.Type == EventType.PaymentUnbooked))
            return Refusal.PaymentNotCaptured;
        if (amount.Currency != line.Amount.Currency)
            return Refusal.CurrencyMismatch;
        var holder = Use == SettlementUse.Transfer ? TransferHolder(line, state) : Provider;
        if (state.HolderOf(id) != holder)
            return Refusal.SettlementMismatch;
        var alike = state.SettlementLinesOf(id).Where(other => IsAlike(other, line)).ToList();
        // A dispute that was won brings back what booked lines took.
        if (line is { Kind: SettlementLineKind.Chargeback, IsUnreportedChargeback: false } && GrossMinor(line) > 0)
        {
            var isWon = state.DisputesOf(id).Any(dispute => dispute.Provider == Provider && dispute.Status == DisputeStatus.Won);
            return isWon && alike.Sum(GrossMinor) + GrossMinor(line) <= 0 ? null : Refusal.SettlementExceedsReturned;
        }

        if (line.IsIncoming ? GrossMinor(line) != amount.AmountMinor : GrossMinor(line) >= 0)
            return Refusal.SettlementMismatch;
        // An incoming line has the whole payment. An outgoing line has at most what the books say went back, less the amounts of other
        // booked lines.
        return line.IsIncoming
            || GoneBackMinor(line, payment, state) + alike.Sum(other => Math.Min(GrossMinor(other), 0)) >= -GrossMinor(line)
            ? null
            : Refusal.SettlementExceedsReturned;
    }

    /// <summary>The money that went back in the line's way, as the books have it, minor units.</summary>
    private long GoneBackMinor(SettlementLine line, Payment payment, State state) => line.Kind switch
    {
        // Nothing but a correction reverses money at the bank, and that money has not left it.
        SettlementLineKind.Refund or SettlementLineKind.Entry => payment.RefundedMinor,
        // As with a dispute, the merchant writes off what the payment no longer has.
        SettlementLineKind.Chargeback when line.IsUnreportedChargeback => MayReverse ? payment.Amount!.Value.AmountMinor : 0,
        // The provider deducts the dispute's fee with its money.
        SettlementLineKind.Chargeback =>
            state.DisputesOf(payment.Id).Where(dispute => dispute.Provider == Provider)
                .Sum(dispute => dispute.AmountMinor + dispute.FeeMinor),
        SettlementLineKind.Payment or SettlementLineKind.Fee => payment.RefundedMinor + payment.ReversedMinor,
    };

    /// <summary>Whether an operator explained a chargeback that no notice tells of: the operator's word replaces the notice.</summary>
    private bool MayReverse => Provider is ClearingProvider.Gateway or ClearingProvider.BankTransfer && !string.IsNullOrWhiteSpace(Note);

    /// <summary>
    /// The waiting refunds that the line pays out; none where it shows money that went back before; null where it matches no sum of
    /// refunds.
    /// </summary>
    private List<Attempt>? PaidOutBy(SettlementLine line, State state)
    {
        var unseenMinor = PayOut.UnseenMinor(state, state.Payment(Payment!.Value)!);
        var lineMinor = -GrossMinor(line);
        if (lineMinor <= unseenMinor)
            return [];
        List<Attempt> waiting = [.. PayOut.Waiting(state, Payment.Value)];
        // One transfer may also carry a refund that an operator confirmed before.
        return PayOut.Of(waiting, lineMinor) ?? PayOut.Of(waiting, lineMinor - unseenMinor);
    }

    private static bool IsAlike(SettlementLine other, SettlementLine line) =>
        other.Id != line.Id && !other.IsIncoming
        && (other.Kind == line.Kind || (PayOut.ShowsRefund(other.Kind) && PayOut.ShowsRefund(line.Kind)));

    private long ShortfallMinor => Shortfall?.Amount.AmountMinor ?? 0;

    private static long GrossMinor(SettlementLine line) => line.Amount.AmountMinor + line.FeeMinor;

    private Guid? SettledBy(SettlementLine line, PaymentId? payment) => Use switch
    {
        SettlementUse.Transfer or SettlementUse.Reported when line.IsIncoming => payment?.Value,
        SettlementUse.Reported or SettlementUse.Payout => Settles,
        SettlementUse.Transfer or SettlementUse.Fee => null,
    };

    /// <summary>The transfers of the line, at the bank or on the way there, against the holder or the fees.</summary>
    private List<Transfer> TransfersOf(SettlementLine line, State state, int slot)
    {
        var (merchant, currency) = (Line.Merchant, line.Amount.Currency);
        var own = line.Kind == SettlementLineKind.Entry && !line.IsPart
            ? Chart.Bank(merchant, slot, line.Account, currency)
            : Chart.OnTheWay(merchant, slot, line.Account, currency);
        var against = Use switch
        {
            SettlementUse.Transfer => Chart.Clearing(merchant, slot, TransferHolder(line, state), currency),
            SettlementUse.Payout => Chart.OnTheWay(merchant, slot, Provider!, currency),
            SettlementUse.Fee => Chart.Fees(merchant, slot, currency),
            SettlementUse.Reported => Chart.Clearing(merchant, slot, line.Account, currency),
        };
        List<Transfer> transfers = [];
        Move(own, against, line.Amount.AmountMinor + line.FeeMinor + ShortfallMinor);
        Move(Chart.Fees(merchant, slot, currency), own, line.FeeMinor);
        if (Shortfall is { } shortfall)
            Move(Chart.Shortfall(merchant, slot, shortfall.Kind, currency), own, ShortfallMinor);
        return transfers;

        void Move(LedgerAccount to, LedgerAccount from, long amountMinor)
        {
            if (amountMinor != 0)
                transfers.Add(amountMinor > 0 ? new Transfer(to, from, amountMinor, null) : new Transfer(from, to, -amountMinor, null));
        }
    }
}
