namespace Quittance.Core.Ledger;

/// <summary>What can happen to a subject.</summary>
public enum EventType
{
    /// <summary>A customer account was opened.</summary>
    AccountOpened,

    /// <summary>A payment instrument was registered for an account.</summary>
    InstrumentRegistered,

    /// <summary>A customer came to owe money.</summary>
    ChargeRaised,

    /// <summary>An order asked for a deposit.</summary>
    DepositAsked,

    /// <summary>A payment was taken on, with or without its money.</summary>
    PaymentRecorded,

    /// <summary>Money of a payment that settled no charge yet was allocated to charges.</summary>
    PaymentAllocated,
}
