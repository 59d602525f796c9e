namespace Quittance.Core.Ledger;

/// <summary>
/// The effect of a transfer, which follows from the kinds of its two ledger accounts. Verification has its own table on purpose.
/// </summary>
public enum TransferMeaning
{
    /// <summary>Raises a charge, or takes a credit note back.</summary>
    Bills,

    /// <summary>Forgives a charge, or a part of it, by a credit note.</summary>
    Forgives,

    /// <summary>Money comes in and settles a charge.</summary>
    Settles,

    /// <summary>Money comes in and stays credit.</summary>
    Keeps,

    /// <summary>Credit settles a charge.</summary>
    Allocates,

    /// <summary>Money that settled a charge becomes credit again.</summary>
    Reopens,

    /// <summary>The payer took back money that settled a charge.</summary>
    ReversesSettled,

    /// <summary>The payer took back money that was credit.</summary>
    ReversesCredit,

    /// <summary>Credit leaves for a refund.</summary>
    Refunds,

    /// <summary>A refund did not go through: its money is credit again.</summary>
    ReturnsRefund,

    /// <summary>The payer has the money of a refund.</summary>
    PaysRefund,

    /// <summary>A refund that counted as paid came back.</summary>
    UnpaysRefund,

    /// <summary>A bank or a provider takes a fee.</summary>
    TakesFee,

    /// <summary>The merchant gives money up.</summary>
    WritesOff,

    /// <summary>The merchant gets money that it had given up.</summary>
    Recovers,

    /// <summary>Money arrives at the bank.</summary>
    ReachesBank,

    /// <summary>Money leaves the bank.</summary>
    LeavesBank,

    /// <summary>Money moves between two holders, such as from a provider to its payout.</summary>
    Moves,
}

/// <summary>
/// The effect of each minor unit of a transfer on the figures of its payment: +1, 0 or -1. Taken is always settled + credit + refunded.
/// </summary>
/// <param name="Taken">Money that came in and that the payer did not take back.</param>
/// <param name="Settled">Money that settles charges.</param>
/// <param name="Credit">Money that is credit.</param>
/// <param name="Refunded">Money that went back, or is on its way back, as refunds.</param>
public readonly record struct PaymentEffect(int Taken, int Settled, int Credit, int Refunded);

public static class TransferMeanings
{
    /// <summary>The meaning of a transfer between accounts of these kinds.</summary>
    public static TransferMeaning Of(LedgerKind debit, LedgerKind credit) => (debit, credit) switch
    {
        (LedgerKind.Receivable, LedgerKind.Billed) => TransferMeaning.Bills,
        (LedgerKind.Billed, LedgerKind.Receivable) => TransferMeaning.Forgives,
        (LedgerKind.Clearing, LedgerKind.Receivable) => TransferMeaning.Settles,
        (LedgerKind.Clearing, LedgerKind.Credit) => TransferMeaning.Keeps,
        (LedgerKind.Credit, LedgerKind.Receivable) => TransferMeaning.Allocates,
        (LedgerKind.Receivable, LedgerKind.Credit) => TransferMeaning.Reopens,
        (LedgerKind.Receivable, LedgerKind.Clearing) => TransferMeaning.ReversesSettled,
        (LedgerKind.Credit, LedgerKind.Clearing) => TransferMeaning.ReversesCredit,
        (LedgerKind.Credit, LedgerKind.RefundsInTransit) => TransferMeaning.Refunds,
        (LedgerKind.RefundsInTransit, LedgerKind.Credit) => TransferMeaning.ReturnsRefund,
        (LedgerKind.RefundsInTransit, LedgerKind.Clearing) => TransferMeaning.PaysRefund,
        (LedgerKind.Clearing, LedgerKind.RefundsInTransit) => TransferMeaning.UnpaysRefund,
        (LedgerKind.Fees, _) => TransferMeaning.TakesFee,
        (LedgerKind.WriteOff, _) => TransferMeaning.WritesOff,
        (_, LedgerKind.WriteOff) => TransferMeaning.Recovers,
        (LedgerKind.Bank, _) => TransferMeaning.ReachesBank,
        (_, LedgerKind.Bank) => TransferMeaning.LeavesBank,
        _ => TransferMeaning.Moves,
    };

    public static PaymentEffect EffectOf(LedgerKind debit, LedgerKind credit) => Of(debit, credit) switch
    {
        TransferMeaning.Settles => new(Taken: 1, Settled: 1, Credit: 0, Refunded: 0),
        TransferMeaning.Keeps => new(Taken: 1, Settled: 0, Credit: 1, Refunded: 0),
        TransferMeaning.Allocates => new(Taken: 0, Settled: 1, Credit: -1, Refunded: 0),
        TransferMeaning.Reopens => new(Taken: 0, Settled: -1, Credit: 1, Refunded: 0),
        TransferMeaning.ReversesSettled => new(Taken: -1, Settled: -1, Credit: 0, Refunded: 0),
        TransferMeaning.ReversesCredit => new(Taken: -1, Settled: 0, Credit: -1, Refunded: 0),
        TransferMeaning.Refunds => new(Taken: 0, Settled: 0, Credit: -1, Refunded: 1),
        TransferMeaning.ReturnsRefund => new(Taken: 0, Settled: 0, Credit: 1, Refunded: -1),
        TransferMeaning.Bills or TransferMeaning.Forgives or TransferMeaning.PaysRefund or TransferMeaning.UnpaysRefund
            or TransferMeaning.TakesFee or TransferMeaning.WritesOff or TransferMeaning.Recovers
            or TransferMeaning.ReachesBank or TransferMeaning.LeavesBank or TransferMeaning.Moves => default,
    };
}
