namespace Quittance.Core.Ledger;

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

    /// <summary>
    /// A payment was taken on and its provider is being asked to authorise it. No answer to a client yet: the next event is.
    /// </summary>
    PaymentBegun,

    /// <summary>The provider reserved the money and is being asked to take it. No answer to a client yet: the next event is.</summary>
    PaymentCapturing,

    /// <summary>The provider reserved the money, to be taken later.</summary>
    PaymentAuthorised,

    /// <summary>The provider took the money.</summary>
    PaymentCaptured,

    /// <summary>The provider gave no answer in time, or has not decided yet.</summary>
    PaymentUnanswered,

    /// <summary>The provider works on the capture and answers later, as banks do with debits.</summary>
    PaymentCapturePending,

    /// <summary>The provider refused the payment.</summary>
    PaymentDeclined,

    /// <summary>The payment came to nothing for a technical reason.</summary>
    PaymentFailed,

    /// <summary>The provider is being asked to give an unused reservation back.</summary>
    PaymentVoiding,

    /// <summary>The payer took the money back against our will; the charges that it settled are open again.</summary>
    PaymentReversed,

    /// <summary>A dispute was won: the money is ours again.</summary>
    PaymentReinstated,

    /// <summary>A dispute was lost for good; its money had gone back already.</summary>
    DisputeLost,

    /// <summary>The payment was called off before its money was taken.</summary>
    PaymentCancelled,

    /// <summary>Money of the payment is to go back to the payer, and its provider is being asked to see to that.</summary>
    PaymentRefunding,

    /// <summary>Money of the payment went back to the payer by our decision.</summary>
    PaymentRefunded,

    /// <summary>The provider did not give money back: the payment has it again.</summary>
    PaymentRefundFailed,

    /// <summary>A refund was recorded that moves no money.</summary>
    RefundRecorded,

    /// <summary>A refund was recorded, and the payer has the money.</summary>
    RefundMade,

    /// <summary>A refund was asked of a provider. No answer to a client yet: the next event is.</summary>
    RefundAsked,

    /// <summary>The provider gave no answer about a refund in time, or will decide later.</summary>
    RefundUnanswered,

    /// <summary>The payer has the money of a refund.</summary>
    RefundDone,

    /// <summary>The provider did not give the money of a refund back.</summary>
    RefundFailed,

    /// <summary>A payment session was opened.</summary>
    SessionOpened,

    /// <summary>The customer paid in a session, or left an instrument.</summary>
    SessionSubmitted,

    /// <summary>A provider's page was opened on which the customer of a session enters an instrument.</summary>
    SessionPageOpened,

    /// <summary>A client booked the session's payment, or took its instrument over.</summary>
    SessionUsed,

    /// <summary>A session's time was over.</summary>
    SessionExpired,

    /// <summary>A payment link was made.</summary>
    LinkMade,

    /// <summary>A customer opened a payment link, and got a session.</summary>
    LinkOpened,

    /// <summary>The merchant took a payment link back.</summary>
    LinkTakenBack,

    /// <summary>A seat was booked, and is held for a while.</summary>
    BookingHeld,

    /// <summary>A booking was paid for.</summary>
    BookingConfirmed,

    /// <summary>A customer gave a seat back.</summary>
    BookingReleased,

    /// <summary>The customer did not pay for a seat in time.</summary>
    BookingExpired,

    /// <summary>A server asked a provider again about an attempt.</summary>
    AttemptAsked,

    /// <summary>A provider gave no clear answer to an attempt.</summary>
    AttemptUnanswered,

    /// <summary>An attempt was approved.</summary>
    AttemptApproved,

    /// <summary>An attempt was declined.</summary>
    AttemptDeclined,

    /// <summary>Recovery gave an attempt up: an operator has to settle it.</summary>
    AttemptGivenUp,

    /// <summary>The provider said its own id of an attempt, and nothing else that is new.</summary>
    AttemptNamed,

    /// <summary>A line of a statement was booked.</summary>
    SettlementBooked,

    /// <summary>A line of a statement was left out of the books.</summary>
    SettlementIgnored,

    /// <summary>An operator asked for an act above the limit, which waits for a second person.</summary>
    ApprovalAsked,

    /// <summary>A second person approved the act, and it was done.</summary>
    ApprovalGiven,

    /// <summary>An operator rejected the act, or the person who had asked took the request back.</summary>
    ApprovalRejected,

    /// <summary>No person decided about the act in time.</summary>
    ApprovalExpired,

    /// <summary>The act's subject had changed, or did not allow it any more.</summary>
    ApprovalVoided,

    /// <summary>A credit note forgave a whole charge that no payment had settled.</summary>
    ChargeCancelled,

    /// <summary>A credit note forgave a part of a charge.</summary>
    ChargeCredited,

    /// <summary>Credit notes of a charge were taken back.</summary>
    ChargeReinstated,

    /// <summary>The open part of a charge, or some of it, was given up as a bad debt.</summary>
    ChargeWrittenOff,

    /// <summary>A write-off of a charge was taken back.</summary>
    ChargeRecovered,

    /// <summary>The due day, the document number, the description or the pause of a charge was changed.</summary>
    ChargeChanged,

    /// <summary>Money of a payment was taken off charges, which are open again; it is credit, or settles other charges.</summary>
    PaymentUnallocated,

    /// <summary>Money of a payment went to another customer, whose money it is. The charges that it settled are open again.</summary>
    PaymentMoved,

    /// <summary>The line that had brought the payment's money was unbooked: the payment has none, and its charges are open again.</summary>
    PaymentUnbooked,

    /// <summary>The booking of a line of a statement was taken back.</summary>
    SettlementUnbooked,

    /// <summary>The import of a line of a statement was taken back: the books never count it again.</summary>
    SettlementUndone,

    /// <summary>An account with nothing open was closed.</summary>
    AccountClosed,

    /// <summary>A closed account was reopened.</summary>
    AccountReopened,

    /// <summary>An account was merged into another one of the same person: what was open on it is there, and it is closed.</summary>
    AccountMerged,

    /// <summary>A merge was undone: the charges and the credit that are left go back, and the account is open again.</summary>
    AccountUnmerged,

    /// <summary>The open part of a charge went to another account by a merge, or came back when the merge was undone.</summary>
    ChargeMoved,

    /// <summary>A customer with overdue charges reached the next level of dunning.</summary>
    AccountDunned,

    /// <summary>Nothing of a dunned customer was overdue any more.</summary>
    AccountDunningEnded,

    /// <summary>A customer is not dunned from now on: for a time, or for good.</summary>
    AccountDunningHeld,

    /// <summary>A customer is dunned again.</summary>
    AccountDunningReleased,

    /// <summary>A payment instrument was taken away: no payment is made with it any more.</summary>
    InstrumentRemoved,

    /// <summary>The debit of a payment was taken into a collection, which says the day on which it is due.</summary>
    PaymentDebitTaken,

    /// <summary>The debit of a payment was taken out of a collection before its file was built.</summary>
    PaymentDebitLeftOut,

    /// <summary>A collection was begun.</summary>
    CollectionOpened,

    /// <summary>A collection's file was written and kept.</summary>
    CollectionBuilt,

    /// <summary>A collection was released: its file may go to the bank.</summary>
    CollectionReleased,

    /// <summary>A person got the file of a collection, for the bank.</summary>
    CollectionHandedOut,

    /// <summary>A collection was called off: what it has waits for another one.</summary>
    CollectionCalledOff,

    /// <summary>A refund of a payment was taken into a collection: the bank's file has its transfer.</summary>
    PaymentRefundTaken,

    /// <summary>
    /// A refund of a payment was taken out of a collection before its file was built, or the bank rejects its transfer: it is to be paid
    /// out again.
    /// </summary>
    PaymentRefundLeftOut,

    /// <summary>An operator changed what names the mandate of a payment instrument towards the banks.</summary>
    InstrumentAmended,

    /// <summary>After a restore it turned out that the bank had the debit or the refund of a payment before.</summary>
    PaymentFoundSent,

    /// <summary>After a restore a person said that the bank did not have the debit or the refund.</summary>
    AttemptFoundUnsent,

    /// <summary>After a restore it turned out that the bank had the file of a collection before.</summary>
    CollectionFoundSent,

    /// <summary>After a restore a person said that the bank did not have the file of a collection.</summary>
    CollectionFoundUnsent,

    /// <summary>The bank took the fee of a dispute, which had none so far.</summary>
    DisputeCharged,

    /// <summary>An account was given another contact: an e-mail address, a telephone number, an address, a language.</summary>
    AccountContactChanged,

    /// <summary>A customer has bills collected by a card or a bank account when they are due.</summary>
    AccountAutopayChosen,

    /// <summary>A customer's bills are not collected by themselves any more.</summary>
    AccountAutopayEnded,

    /// <summary>A run began that asks for what is due.</summary>
    DuesBegun,

    /// <summary>A run has asked for all that was due.</summary>
    DuesEnded,

    /// <summary>A run above the limit waits for a second person.</summary>
    DuesAsked,

    /// <summary>A second person released a run.</summary>
    DuesReleased,

    /// <summary>A person stopped a run.</summary>
    DuesStopped,
}
