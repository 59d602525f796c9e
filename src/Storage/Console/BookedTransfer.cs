using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>A transfer with what made it.</summary>
/// <param name="Place">Its key.</param>
/// <param name="At">When it was booked.</param>
/// <param name="Event">What happened.</param>
/// <param name="Debit">The ledger account debited.</param>
/// <param name="Credit">The ledger account credited.</param>
/// <param name="Amount">How much.</param>
public sealed record BookedTransfer(TransferPlace Place, DateTimeOffset At, EventType Event, LedgerSide Debit, LedgerSide Credit, Money Amount)
{
    /// <summary>The number of the payment that it happened to; null where it happened to something else.</summary>
    public long? PaymentNumber { get; init; }

    /// <summary>What the charge is called that it raises, settles or forgives; null where there is none.</summary>
    public string? Charge { get; init; }

    /// <summary>The credential that brought it; 0 for the merchant's own people and for Quittance itself.</summary>
    public long Credential { get; init; }

    /// <summary>The request that brought it.</summary>
    public Guid Request { get; init; }

    /// <summary>The customer it is about, and their number; null where it is about none.</summary>
    public (Guid Account, long Number)? Customer =>
        Debit.HolderNumber is { } debit ? (Debit.Account.Holder, debit) : Credit.HolderNumber is { } credit ? (Credit.Account.Holder, credit) : null;
}
