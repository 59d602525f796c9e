namespace Quittance.Core;

/// <summary>
/// Why the engine refuses a command. A refused command changes nothing. Where several reasons hold, the answer has the first in
/// the order of this list; that order is a promise. A dialect answers each <see cref="RefusalClass"/>, and names the refusals
/// about which it has something better to say.
/// </summary>
public enum Refusal
{
    /// <summary>The lane's queue is full or the server is stopping. The client may send the same request again.</summary>
    Overloaded,

    /// <summary>The server can't reach the database. The client may send the same request again.</summary>
    Unavailable,

    /// <summary>The books were restored, and no operator has released them. The client may send the same request again later.</summary>
    Held,

    /// <summary>The client used the idempotency key before, with another request.</summary>
    KeyReused,

    /// <summary>The client used its own reference for a payment (correlator) before, on this account and with another request.</summary>
    CorrelatorReused,

    /// <summary>
    /// The engine took on the request, one that it repeats or another one in its way, and the outcome is not known or can't be read
    /// yet. The client may send the request again a little later, under the same key.
    /// </summary>
    UnderWay,

    /// <summary>No account of this merchant has this id or reference.</summary>
    AccountUnknown,

    /// <summary>The account is closed: an operator or a client reopens it first.</summary>
    AccountClosed,

    /// <summary>The account is merged into another one, which takes everything new.</summary>
    AccountMerged,

    /// <summary>The account is not closed, so it can't be reopened.</summary>
    AccountNotClosed,

    /// <summary>The account is not merged into the other one, so that can't be undone.</summary>
    AccountNotMerged,

    /// <summary>The account has more credit than the caller has seen: look at it again.</summary>
    AccountChanged,

    /// <summary>A charge of the account is open, so it can't be closed.</summary>
    AccountOwes,

    /// <summary>The account has credit, so it can't be closed.</summary>
    AccountHasCredit,

    /// <summary>A payment, a refund, a session or a booking of the account is under way.</summary>
    AccountUnderWay,

    /// <summary>A new account, order, charge or instrument asks for a reference that something else already has.</summary>
    ReferenceTaken,

    /// <summary>There is no such session, or the customer did nothing in it that the request could use.</summary>
    SessionUnknown,

    /// <summary>The session belongs to another customer.</summary>
    SessionForeign,

    /// <summary>The session has changed since the caller read it: read it again and decide anew.</summary>
    SessionChanged,

    /// <summary>A client has used the session before.</summary>
    SessionUsed,

    /// <summary>The session has expired.</summary>
    SessionExpired,

    /// <summary>The customer has paid in the session already, and the client has yet to book that payment.</summary>
    SessionSubmitted,

    /// <summary>There is no such payment link.</summary>
    LinkUnknown,

    /// <summary>The payment link has been paid.</summary>
    LinkPaid,

    /// <summary>The payment link is asked for with another amount than what is due on its charges.</summary>
    LinkAmountNotDue,

    /// <summary>The payment link's time is over.</summary>
    LinkEnded,

    /// <summary>The merchant took the payment link back.</summary>
    LinkTakenBack,

    /// <summary>The payment link opens once, and another browser has opened it.</summary>
    LinkOpened,

    /// <summary>The session is for a payment where an instrument is wanted, or the other way round.</summary>
    SessionOfOtherKind,

    /// <summary>The session is for another amount or currency.</summary>
    SessionAmountMismatch,

    /// <summary>The session does not offer this way to pay.</summary>
    ChoiceNotOffered,

    /// <summary>There is no such booking, or the customer gave its seat back.</summary>
    BookingUnknown,

    /// <summary>The customer has paid for the booking.</summary>
    BookingConfirmed,

    /// <summary>The customer did not pay for the seat in time.</summary>
    BookingExpired,

    /// <summary>Too many tries with the card, for the booking or at the merchant were declined.</summary>
    TriedOut,

    /// <summary>All seats are held or sold.</summary>
    SoldOut,

    /// <summary>The account has no payment of this id.</summary>
    PaymentUnknown,

    /// <summary>There is no such attempt.</summary>
    AttemptUnknown,

    /// <summary>The attempt has this outcome already, or has one that this news does not change.</summary>
    AttemptSettled,

    /// <summary>
    /// The books hold the opposite of the provider's answer, learnt since it was asked or from another request for the same money: ask it
    /// again which of the two holds.
    /// </summary>
    AttemptOvertaken,

    /// <summary>Another worker has just leased the attempt, or it is not due.</summary>
    AttemptNotDue,

    /// <summary>There is no such dispute, or it is closed.</summary>
    DisputeUnknown,

    /// <summary>The payment's money is not in the books, so the payer can't dispute it.</summary>
    PaymentNotCaptured,

    /// <summary>The payment is not waiting for its money, or a provider is being asked for it.</summary>
    PaymentNotPending,

    /// <summary>The payment was not declined and has not failed, so it can't be tried again.</summary>
    PaymentNotFailed,

    /// <summary>The payer disputes the payment: until the dispute ends no part of it can be refunded.</summary>
    PaymentDisputed,

    /// <summary>A provider answers for the payment's money, and pays it back to the payer alone: it can't go to another customer.</summary>
    HeldByProvider,

    /// <summary>The amount is more than the part of the payment that has not gone back to the payer.</summary>
    ExceedsRefundable,

    /// <summary>The act is above the limit: a person asks for it, and another one approves it.</summary>
    SecondPersonNeeded,

    /// <summary>There is no such request for an approval.</summary>
    ApprovalUnknown,

    /// <summary>A request for the same payment waits for a second person.</summary>
    ApprovalWaiting,

    /// <summary>The request was approved or rejected, or has ended otherwise.</summary>
    ApprovalDecided,

    /// <summary>The time in which the request could be approved is over.</summary>
    ApprovalExpired,

    /// <summary>The amount is more than the payment settles of the charge.</summary>
    ExceedsSettled,

    /// <summary>There is no such line of a statement.</summary>
    SettlementUnknown,

    /// <summary>The line of the statement is booked, or another line is booked for the same payment or refund.</summary>
    SettlementBooked,

    /// <summary>The line of the statement is not booked, or not for this payment.</summary>
    SettlementNotBooked,

    /// <summary>The booking of the line reversed a payment or paid refunds out, which is not taken back.</summary>
    SettlementFinal,

    /// <summary>The import of the line's statement was taken back: the books do not count the line.</summary>
    SettlementUndone,

    /// <summary>
    /// The line of the statement has another amount, provider or kind than the payment or refund it should be booked for.
    /// </summary>
    SettlementMismatch,

    /// <summary>The line takes back more of the payment than the books say went back, less the amounts of other booked lines.</summary>
    SettlementExceedsReturned,

    /// <summary>There is no such collection of debits.</summary>
    CollectionUnknown,

    /// <summary>The collection is not in the state that the request needs.</summary>
    CollectionChanged,

    /// <summary>The collection is not released, so its file is not handed out.</summary>
    CollectionNotReleased,

    /// <summary>The collection's file was handed out already: a reason is needed to hand it out again.</summary>
    CollectionHandedOut,

    /// <summary>It may have gone to the bank in the time that a restore lost: a person says first whether it has.</summary>
    PerhapsSent,

    /// <summary>The money is in another currency than the account, the charge or the payment it is meant for.</summary>
    CurrencyMismatch,

    /// <summary>No provider of the merchant can say the amount, such as a thousandth of a dinar.</summary>
    AmountUnsayable,

    /// <summary>The account has no payment instrument of this id.</summary>
    InstrumentUnknown,

    /// <summary>The instrument exists but is of another kind than the request says.</summary>
    InstrumentKindMismatch,

    /// <summary>The account has an instrument of its own and takes no other; the request names another.</summary>
    InstrumentNotOwn,

    /// <summary>The instrument is held by the client's own gateway, so no provider of ours can charge it.</summary>
    InstrumentNotCharged,

    /// <summary>The payment was made without a stored instrument, or it was replaced or removed, or its mandate has ended.</summary>
    InstrumentGone,

    /// <summary>The account has no such charge. A charge of another account gives the same answer.</summary>
    ChargeUnknown,

    /// <summary>The request names the same charge twice, perhaps by two of its names.</summary>
    ChargeNamedTwice,

    /// <summary>Another payment for this charge is under way: two payments never collect one charge at once.</summary>
    ChargeClaimed,

    /// <summary>A payment has settled a part of the charge, so it can't be cancelled as a whole.</summary>
    ChargeSettled,

    /// <summary>The charge has changed since the caller looked at it.</summary>
    ChargeChanged,

    /// <summary>All is so already.</summary>
    NothingToChange,

    /// <summary>The account has no such order. An order of another account gives the same answer.</summary>
    OrderUnknown,

    /// <summary>Nothing is due any more on the charge, or on that label of the order.</summary>
    NothingDue,

    /// <summary>The amount is more than is due on the charge, or on that label of the order.</summary>
    ExceedsDue,

    /// <summary>The amount is more than credit notes have forgiven of the charge, or than was written off.</summary>
    ExceedsCorrected,

    /// <summary>The payment is this customer's already.</summary>
    SameCustomer,

    /// <summary>The parts of the payment add up to more than the payment.</summary>
    PartsExceedPayment,

    /// <summary>The amount is more than the part of the payment that settles no charge.</summary>
    ExceedsUnallocated,

    /// <summary>A running total of the ledger would leave 64 bits.</summary>
    BalanceOutOfRange,
}

/// <summary>The meaning of a refusal for the caller.</summary>
public enum RefusalClass
{
    /// <summary>The server has too much to do: the caller may send the request again a little later.</summary>
    Busy,

    /// <summary>The server can't reach its database: the caller may send the request again a little later.</summary>
    Unavailable,

    /// <summary>The server holds restored books: it reads them and changes nothing. The caller may send the request again later.</summary>
    Held,

    /// <summary>
    /// The engine is carrying out this request or another one in its way: the caller asks again later, under the same key.
    /// </summary>
    UnderWay,

    /// <summary>The key or reference that marks a repeated request stands for another request: the caller takes a new one.</summary>
    Reused,

    /// <summary>The request names something that the books do not have, or not for this customer.</summary>
    Unknown,

    /// <summary>The books are in another state than the request needs.</summary>
    Conflict,

    /// <summary>The request contradicts itself or what it names, in any state of the books.</summary>
    Invalid,

    /// <summary>
    /// Only a provider's news, recovery, operators and programs in their place meet it; no other command of a client does.
    /// </summary>
    BackOffice,
}

/// <summary>One reason for which the engine refuses a command.</summary>
/// <param name="Part">The 0-based part of the command that it is about, or -1 for the command as a whole.</param>
public readonly record struct Fault(Refusal Refusal, int Part = -1);

public static class RefusalClasses
{
    public static RefusalClass Class(this Refusal refusal) => refusal switch
    {
        Refusal.Overloaded => RefusalClass.Busy,
        Refusal.Unavailable => RefusalClass.Unavailable,
        Refusal.Held => RefusalClass.Held,
        Refusal.UnderWay => RefusalClass.UnderWay,
        Refusal.KeyReused or Refusal.CorrelatorReused => RefusalClass.Reused,
        Refusal.AccountUnknown or Refusal.SessionUnknown or Refusal.BookingUnknown or Refusal.PaymentUnknown or Refusal.InstrumentUnknown
            or Refusal.ChargeUnknown or Refusal.OrderUnknown or Refusal.LinkUnknown => RefusalClass.Unknown,
        Refusal.ReferenceTaken or Refusal.SessionChanged or Refusal.SessionUsed or Refusal.SessionExpired or Refusal.SessionSubmitted
            or Refusal.BookingConfirmed or Refusal.BookingExpired or Refusal.TriedOut or Refusal.SoldOut
            or Refusal.PaymentNotCaptured or Refusal.PaymentNotPending or Refusal.PaymentNotFailed or Refusal.PaymentDisputed
            or Refusal.ExceedsRefundable or Refusal.InstrumentGone
            or Refusal.InstrumentNotOwn or Refusal.InstrumentNotCharged or Refusal.ChargeClaimed or Refusal.NothingDue
            or Refusal.ExceedsDue or Refusal.ExceedsUnallocated or Refusal.HeldByProvider or Refusal.ExceedsSettled
            or Refusal.ChargeSettled or Refusal.ChargeChanged or Refusal.NothingToChange or Refusal.ExceedsCorrected
            or Refusal.SameCustomer or Refusal.BalanceOutOfRange
            or Refusal.LinkPaid or Refusal.LinkEnded or Refusal.LinkTakenBack or Refusal.LinkOpened
            or Refusal.AccountClosed or Refusal.AccountMerged or Refusal.AccountNotClosed or Refusal.AccountNotMerged
            or Refusal.AccountChanged or Refusal.AccountOwes or Refusal.AccountHasCredit
            or Refusal.AccountUnderWay => RefusalClass.Conflict,
        Refusal.SessionForeign or Refusal.SessionOfOtherKind or Refusal.SessionAmountMismatch or Refusal.ChoiceNotOffered
            or Refusal.CurrencyMismatch or Refusal.AmountUnsayable or Refusal.InstrumentKindMismatch or Refusal.ChargeNamedTwice
            or Refusal.PartsExceedPayment or Refusal.LinkAmountNotDue => RefusalClass.Invalid,
        Refusal.AttemptUnknown or Refusal.AttemptSettled or Refusal.AttemptOvertaken or Refusal.AttemptNotDue or Refusal.DisputeUnknown
            or Refusal.SecondPersonNeeded or Refusal.ApprovalUnknown or Refusal.ApprovalWaiting or Refusal.ApprovalDecided
            or Refusal.ApprovalExpired or Refusal.SettlementUnknown or Refusal.SettlementBooked or Refusal.SettlementNotBooked
            or Refusal.SettlementFinal or Refusal.SettlementUndone or Refusal.SettlementMismatch or Refusal.SettlementExceedsReturned
            or Refusal.CollectionUnknown or Refusal.CollectionChanged or Refusal.CollectionNotReleased or Refusal.CollectionHandedOut
            or Refusal.PerhapsSent => RefusalClass.BackOffice,
    };
}
