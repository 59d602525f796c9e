namespace Quittance.Core;

/// <summary>The status of a payment. Refunded, reversed and allocated are amounts and no statuses.</summary>
public enum PaymentStatus
{
    /// <summary>Recorded; its money has not come.</summary>
    Pending,

    /// <summary>The money is ours: it stands in the ledger.</summary>
    Captured,

    /// <summary>A provider was asked and its answer is outstanding: the money may have been reserved, or not.</summary>
    Unknown,

    /// <summary>A provider has reserved the money and not taken it yet.</summary>
    Authorised,

    /// <summary>A provider works on taking the money, as banks do with debits, and answers later.</summary>
    Settling,

    /// <summary>A provider refused it.</summary>
    Declined,

    /// <summary>It failed for a technical reason; no money was taken.</summary>
    Failed,

    /// <summary>It was called off before its money was taken.</summary>
    Cancelled,
}
