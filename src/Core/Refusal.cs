namespace Quittance.Core;

/// <summary>One reason why a command was refused.</summary>
/// <param name="Refusal">What is wrong.</param>
/// <param name="Part">The 0-based part of the command that it is about, or -1 for the command as a whole.</param>
public readonly record struct Fault(Refusal Refusal, int Part = -1);

/// <summary>
/// Every way in which the engine can refuse a command. A refused command has changed nothing.
/// Where several apply, the first in the order of this list is told first; that order is a promise.
/// Each dialect turns these into its own words with one exhaustive switch.
/// </summary>
public enum Refusal
{
    /// <summary>The lane's queue is full or the server is stopping. Nothing was done; the same request may be sent again.</summary>
    Overloaded,

    /// <summary>The database can't be reached. Nothing was done; the same request may be sent again.</summary>
    Unavailable,

    /// <summary>The idempotency key was used before with another request.</summary>
    KeyReused,

    /// <summary>The client's own reference for a payment (correlator) was used before on this account with another request.</summary>
    CorrelatorReused,

    /// <summary>
    /// The request, one that it repeats or another one in its way was taken on, and its outcome is not known or can't be read. It may be
    /// sent again a little later, under the same key.
    /// </summary>
    UnderWay,

    /// <summary>No account of this merchant has this id or reference.</summary>
    AccountUnknown,

    /// <summary>A new account, order, charge or instrument asks for a reference that something else already has.</summary>
    ReferenceTaken,

    /// <summary>There is no such session, or nothing that it could be used for was done in it.</summary>
    SessionUnknown,

    /// <summary>The session belongs to another customer.</summary>
    SessionForeign,

    /// <summary>The session has changed since it was read: read it again and decide anew.</summary>
    SessionChanged,

    /// <summary>The session was used before.</summary>
    SessionUsed,

    /// <summary>The session's time is over.</summary>
    SessionExpired,

    /// <summary>The customer has paid in the session already; that waits to be booked.</summary>
    SessionSubmitted,

    /// <summary>The session is for a payment where an instrument is wanted, or the other way round.</summary>
    SessionOfOtherKind,

    /// <summary>The amount or its currency is not what the session is for.</summary>
    SessionAmountMismatch,

    /// <summary>The session does not offer this way to pay.</summary>
    ChoiceNotOffered,

    /// <summary>There is no such booking, or its seat was given back.</summary>
    BookingUnknown,

    /// <summary>The booking is paid for.</summary>
    BookingConfirmed,

    /// <summary>The seat was not paid for in time.</summary>
    BookingExpired,

    /// <summary>All seats are held or sold.</summary>
    SoldOut,

    /// <summary>No payment of this account has this id.</summary>
    PaymentUnknown,

    /// <summary>No payment has this attempt at a provider.</summary>
    AttemptUnknown,

    /// <summary>The attempt has this outcome already, or has one that this news does not change.</summary>
    AttemptSettled,

    /// <summary>The answer was asked for before the books learnt the opposite: the provider has to be asked again which holds.</summary>
    AttemptOvertaken,

    /// <summary>Someone else has just taken the attempt on, or it needs no asking now.</summary>
    AttemptNotDue,

    /// <summary>There is no such dispute, or it is closed.</summary>
    DisputeUnknown,

    /// <summary>The payment's money is not in the books, so it can't be disputed.</summary>
    PaymentNotCaptured,

    /// <summary>The payment does not wait for its money any more, never did, or a provider is asked for it.</summary>
    PaymentNotPending,

    /// <summary>The payer disputes the payment: until that is decided nothing of it is refunded.</summary>
    PaymentDisputed,

    /// <summary>The payment has less left that has not gone back to the payer.</summary>
    ExceedsRefundable,

    /// <summary>There is no such line of a statement.</summary>
    SettlementUnknown,

    /// <summary>The line of the statement is booked, or another line is booked for the same payment or refund.</summary>
    SettlementBooked,

    /// <summary>The line of the statement is not of the amount, the provider or the kind that it is to be booked for.</summary>
    SettlementMismatch,

    /// <summary>The line takes back more of the payment than the books say went back of it, less what other lines are booked for.</summary>
    SettlementExceedsReturned,

    /// <summary>The money is in another currency than the account, the charge or the payment it is meant for.</summary>
    CurrencyMismatch,

    /// <summary>The account has no payment instrument of this id.</summary>
    InstrumentUnknown,

    /// <summary>The instrument exists but is of another kind than the request says.</summary>
    InstrumentKindMismatch,

    /// <summary>The account has an instrument of its own, and only that will do; the request names another.</summary>
    InstrumentNotOwn,

    /// <summary>The account has no such charge. A charge of another account gives the same answer.</summary>
    ChargeUnknown,

    /// <summary>The request names the same charge twice, perhaps by two of its names.</summary>
    ChargeNamedTwice,

    /// <summary>Another payment for this charge is under way: a charge is never collected twice at once.</summary>
    ChargeClaimed,

    /// <summary>The account has no such order. An order of another account gives the same answer.</summary>
    OrderUnknown,

    /// <summary>Nothing is due any more on the charge, or on that label of the order.</summary>
    NothingDue,

    /// <summary>The amount is more than what is due on the charge, or on that label of the order.</summary>
    ExceedsDue,

    /// <summary>The parts of the payment add up to more than the payment.</summary>
    PartsExceedPayment,

    /// <summary>The payment holds less money that settles no charge yet than the request wants to allocate.</summary>
    ExceedsUnallocated,

    /// <summary>A running total of the ledger would leave 64 bits.</summary>
    BalanceOutOfRange,
}
