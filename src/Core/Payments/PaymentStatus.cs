namespace Quittance.Core.Payments;

/// <summary>Where a payment stands. Refunded, reversed and allocated are amounts of a payment and no states.</summary>
public enum PaymentStatus
{
    /// <summary>Taken on; its money has not been seen.</summary>
    Pending,

    /// <summary>The money is ours: it stands in the ledger.</summary>
    Captured,
}
