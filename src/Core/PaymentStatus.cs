namespace Quittance.Core;

/// <summary>Where a payment stands. Refunded, reversed and allocated are amounts of a payment and no states.</summary>
public enum PaymentStatus
{
    /// <summary>Taken on; its money has not been seen.</summary>
    Pending,

    /// <summary>The money is ours: it stands in the ledger.</summary>
    Captured,

    /// <summary>A provider was asked and its answer is outstanding: the money may have been reserved, or not.</summary>
    Unknown,

    /// <summary>A provider has reserved the money and not taken it yet.</summary>
    Authorised,

    /// <summary>A provider has taken on to take the money, as banks do with debits, and tells later what became of that.</summary>
    Settling,

    /// <summary>A provider refused it.</summary>
    Declined,

    /// <summary>It came to nothing for a technical reason; nobody's money was taken.</summary>
    Failed,

    /// <summary>It was called off before its money was taken.</summary>
    Cancelled,
}
