using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.OwnApi;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using Quittance.Dialects.TrainTravel;
using Quittance.Dialects.Widget;

namespace Quittance.Tests;

/// <summary>The status and the code with which each dialect answers each refusal of the engine. Clients decide by them.</summary>
public sealed class RefusalAnswerTests
{
    private static readonly Booking Booked = new(
        new BookingId(new MerchantId(1), Guid.Empty), new DepartureId(new MerchantId(1), Guid.Empty),
        new AccountId(new MerchantId(1), Guid.Empty),
        new ChargeId(new MerchantId(1), Guid.Empty), Guid.Empty, new Money(100, Currency.Parse("EUR")), DateTimeOffset.UnixEpoch)
    {
        Trip = Guid.Empty,
        Passenger = "R. Osei",
    };

    private static readonly (string Dialect, Func<Refusal, string> AnswerTo)[] Dialects =
    [
        ("TMF676 payment", refusal => Of(Tmf676Errors.Of(refusal, null))),
        ("TMF676 bill", refusal => Of(Tmf676Errors.Of(refusal, "paymentItem[0].item.id"))),
        ("TMF676 refund", refusal => Of(Tmf676Errors.OfRefund(refusal))),
        ("Oracle BRM payment", refusal => Of(OracleBrmErrors.Of(refusal, null))),
        ("Oracle BRM bill", refusal => Of(OracleBrmErrors.Of(refusal, "bills[0].id"))),
        ("Oracle BRM refund", refusal => Of(OracleBrmErrors.OfRefund(refusal, isOfCredit: false))),
        ("Oracle BRM refund of credit", refusal => Of(OracleBrmErrors.OfRefund(refusal, isOfCredit: true))),
        ("Midnight", refusal => MidnightErrors.ProblemOf(refusal).ToString()),
        ("Quittance", OfOwnApi),
        ("Sport Alliance", refusal => Of(SportAllianceErrors.Of(new Fault(refusal), Currency.Parse("EUR")))),
        ("Sport Alliance debt claim", refusal => Of(SportAllianceErrors.Of(new Fault(refusal, 0), Currency.Parse("EUR")))),
        ("Train Travel", OfTrainTravel),
        ("Widget", refusal => Of(WidgetErrors.Of(refusal))),
    ];

    public static TheoryData<string> Names => [.. Dialects.Select(dialect => dialect.Dialect)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryRefusal_HasTheAnswerThatClientsKnow(string dialect)
    {
        var answerTo = Dialects.Single(one => one.Dialect == dialect).AnswerTo;
        var answers = Enum.GetValues<Refusal>().GroupBy(answerTo).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key}: {string.Join(' ', group.Select(refusal => refusal.ToString()).Order(StringComparer.Ordinal))}");
        var known = Known[Alike.GetValueOrDefault(dialect, dialect)].ReplaceLineEndings("\n")
            .Replace("\n  ", " ", StringComparison.Ordinal);
        Assert.Equal(known, string.Join('\n', answers));
    }

    private static string Of(TmfError error) => $"{error.Status} {error.Code}{(error.IsPassing ? " passing" : "")}";

    private static string Of(SportAllianceError error) => $"{error.Status} {error.Code} {error.Message} {error.Reference}".TrimEnd();

    private static string Of(WidgetError error) => $"{error.Status} {error.Code}";

    private static string OfOwnApi(Refusal refusal)
    {
        var problem = OwnApiErrors.Of(refusal);
        return $"{problem.Status} {problem.Type}";
    }

    /// <summary>A booking can't be refused with most refusals; that one is a bug.</summary>
    private static string OfTrainTravel(Refusal refusal)
    {
        try
        {
            var problem = TrainTravelErrors.Of(refusal, Booked);
            return $"{problem.Status} {problem.Type}";
        }
        catch (InvalidOperationException)
        {
            return "a bug";
        }
    }

    /// <summary>The dialects whose answers are those of another one.</summary>
    private static readonly Dictionary<string, string> Alike = new()
    {
        ["TMF676 bill"] = "TMF676 payment",
        ["Oracle BRM payment"] = "TMF676 payment",
        ["Oracle BRM bill"] = "TMF676 payment",
        ["Oracle BRM refund"] = "TMF676 payment",
        ["Oracle BRM refund of credit"] = "TMF676 payment",
    };

    private static readonly Dictionary<string, string> Known = new()
    {
        ["TMF676 payment"] = """
            400 invalidValue: ChargeNamedTwice CurrencyMismatch InstrumentKindMismatch PartsExceedPayment
            404 notFound: AccountUnknown ChargeUnknown InstrumentUnknown OrderUnknown PaymentUnknown
            409 conflict:
              AccountChanged AccountClosed AccountHasCredit AccountMerged AccountNotClosed AccountNotMerged
              AccountOwes AccountUnderWay AmountUnsayable ApprovalDecided ApprovalExpired ApprovalUnknown ApprovalWaiting
              AttemptNotDue AttemptOvertaken AttemptSettled AttemptUnknown BalanceOutOfRange BookingConfirmed
              BookingExpired BookingUnknown ChargeChanged ChargeClaimed ChargeSettled ChoiceNotOffered
              CollectionChanged CollectionHandedOut CollectionNotReleased CollectionUnknown CorrelatorReused
              DisputeUnknown ExceedsCorrected ExceedsDue ExceedsRefundable ExceedsSettled ExceedsUnallocated
              HeldByProvider InstrumentGone InstrumentNotCharged InstrumentNotOwn KeyReused LinkAmountNotDue LinkEnded LinkOpened LinkPaid
              LinkTakenBack LinkUnknown NothingDue NothingToChange PaymentDisputed PaymentNotCaptured
              PaymentNotFailed PaymentNotPending PerhapsSent ReferenceTaken SameCustomer SecondPersonNeeded SessionAmountMismatch
              SessionChanged SessionExpired SessionForeign SessionOfOtherKind SessionSubmitted SessionUnknown
              SessionUsed SettlementBooked SettlementExceedsReturned SettlementFinal SettlementMismatch
              SettlementNotBooked SettlementUndone SettlementUnknown SoldOut TriedOut
            409 conflict passing: UnderWay
            503 internal passing: Held Overloaded Unavailable
            """,
        ["TMF676 refund"] = """
            400 invalidValue: ChargeNamedTwice InstrumentKindMismatch PartsExceedPayment
            404 notFound: ChargeUnknown InstrumentUnknown OrderUnknown
            409 conflict:
              AccountChanged AccountClosed AccountHasCredit AccountMerged AccountNotClosed AccountNotMerged
              AccountOwes AccountUnderWay AccountUnknown AmountUnsayable ApprovalDecided ApprovalExpired ApprovalUnknown
              ApprovalWaiting AttemptNotDue AttemptOvertaken AttemptSettled AttemptUnknown BalanceOutOfRange
              BookingConfirmed BookingExpired BookingUnknown ChargeChanged ChargeClaimed ChargeSettled
              ChoiceNotOffered CollectionChanged CollectionHandedOut CollectionNotReleased CollectionUnknown
              CorrelatorReused CurrencyMismatch DisputeUnknown ExceedsCorrected ExceedsDue ExceedsRefundable
              ExceedsSettled ExceedsUnallocated HeldByProvider InstrumentGone InstrumentNotCharged InstrumentNotOwn KeyReused
              LinkAmountNotDue LinkEnded LinkOpened LinkPaid LinkTakenBack LinkUnknown NothingDue NothingToChange PaymentDisputed
              PaymentNotCaptured PaymentNotFailed PaymentNotPending PaymentUnknown PerhapsSent ReferenceTaken SameCustomer
              SecondPersonNeeded SessionAmountMismatch SessionChanged SessionExpired SessionForeign SessionOfOtherKind
              SessionSubmitted SessionUnknown SessionUsed SettlementBooked SettlementExceedsReturned SettlementFinal
              SettlementMismatch SettlementNotBooked SettlementUndone SettlementUnknown SoldOut TriedOut
            409 conflict passing: UnderWay
            503 internal passing: Held Overloaded Unavailable
            """,
        ["Midnight"] = """
            AmountNotSum: PartsExceedPayment
            BalanceOutOfRange: BalanceOutOfRange
            CustomerCurrency: CurrencyMismatch
            CustomerUnknown: AccountClosed AccountMerged AccountUnknown
            DetailAmountExceedsDue: ExceedsDue
            KeyReused: KeyReused
            NotProcessed: Held Overloaded Unavailable
            OrderSettled: NothingDue
            OrderUnknown: ChargeUnknown OrderUnknown
            Refused:
              AccountChanged AccountHasCredit AccountNotClosed AccountNotMerged AccountOwes AccountUnderWay
              AmountUnsayable ApprovalDecided ApprovalExpired ApprovalUnknown ApprovalWaiting AttemptNotDue AttemptOvertaken
              AttemptSettled AttemptUnknown BookingConfirmed BookingExpired BookingUnknown ChargeChanged ChargeClaimed
              ChargeNamedTwice ChargeSettled ChoiceNotOffered CollectionChanged CollectionHandedOut
              CollectionNotReleased CollectionUnknown CorrelatorReused DisputeUnknown ExceedsCorrected
              ExceedsRefundable ExceedsSettled ExceedsUnallocated HeldByProvider InstrumentGone InstrumentKindMismatch
              InstrumentNotCharged InstrumentNotOwn InstrumentUnknown LinkAmountNotDue LinkEnded LinkOpened LinkPaid LinkTakenBack
              LinkUnknown NothingToChange PaymentDisputed PaymentNotCaptured PaymentNotFailed PaymentNotPending PaymentUnknown
              PerhapsSent ReferenceTaken SameCustomer SecondPersonNeeded SessionAmountMismatch SessionChanged
              SessionExpired SessionForeign SessionOfOtherKind SessionSubmitted SessionUnknown SessionUsed
              SettlementBooked SettlementExceedsReturned SettlementFinal SettlementMismatch SettlementNotBooked
              SettlementUndone SettlementUnknown SoldOut TriedOut UnderWay
            """,
        ["Quittance"] = """
            404 account-unknown: AccountUnknown
            404 booking-unknown: BookingUnknown
            404 charge-unknown: ChargeUnknown
            404 instrument-unknown: InstrumentUnknown
            404 link-unknown: LinkUnknown
            404 order-unknown: OrderUnknown
            404 payment-unknown: PaymentUnknown
            404 session-unknown: SessionUnknown
            409 account-changed: AccountChanged
            409 account-closed: AccountClosed
            409 account-has-credit: AccountHasCredit
            409 account-merged: AccountMerged
            409 account-not-closed: AccountNotClosed
            409 account-not-merged: AccountNotMerged
            409 account-owes: AccountOwes
            409 account-under-way: AccountUnderWay
            409 approval-decided: ApprovalDecided
            409 approval-expired: ApprovalExpired
            409 approval-unknown: ApprovalUnknown
            409 approval-waiting: ApprovalWaiting
            409 attempt-not-due: AttemptNotDue
            409 attempt-overtaken: AttemptOvertaken
            409 attempt-settled: AttemptSettled
            409 attempt-unknown: AttemptUnknown
            409 balance-out-of-range: BalanceOutOfRange
            409 booking-confirmed: BookingConfirmed
            409 booking-expired: BookingExpired
            409 charge-claimed: ChargeClaimed
            409 charge-settled: ChargeSettled
            409 collection-changed: CollectionChanged
            409 collection-handed-out: CollectionHandedOut
            409 collection-not-released: CollectionNotReleased
            409 collection-unknown: CollectionUnknown
            409 dispute-unknown: DisputeUnknown
            409 exceeds-corrected: ExceedsCorrected
            409 exceeds-due: ExceedsDue
            409 exceeds-refundable: ExceedsRefundable
            409 exceeds-settled: ExceedsSettled
            409 exceeds-unallocated: ExceedsUnallocated
            409 held-by-provider: HeldByProvider
            409 idempotency-key-reused: CorrelatorReused KeyReused
            409 instrument-gone: InstrumentGone
            409 instrument-not-charged: InstrumentNotCharged
            409 instrument-not-own: InstrumentNotOwn
            409 link-ended: LinkEnded
            409 link-opened: LinkOpened
            409 link-paid: LinkPaid
            409 link-taken-back: LinkTakenBack
            409 nothing-due: NothingDue
            409 nothing-to-change: NothingToChange
            409 payment-disputed: PaymentDisputed
            409 payment-not-captured: PaymentNotCaptured
            409 payment-not-failed: PaymentNotFailed
            409 payment-not-pending: PaymentNotPending
            409 perhaps-sent: PerhapsSent
            409 reference-taken: ReferenceTaken
            409 same-customer: SameCustomer
            409 second-person-needed: SecondPersonNeeded
            409 session-changed: SessionChanged
            409 session-expired: SessionExpired
            409 session-submitted: SessionSubmitted
            409 session-used: SessionUsed
            409 settlement-booked: SettlementBooked
            409 settlement-exceeds-returned: SettlementExceedsReturned
            409 settlement-final: SettlementFinal
            409 settlement-mismatch: SettlementMismatch
            409 settlement-not-booked: SettlementNotBooked
            409 settlement-undone: SettlementUndone
            409 settlement-unknown: SettlementUnknown
            409 sold-out: SoldOut
            409 tried-out: TriedOut
            409 under-way: UnderWay
            412 charge-changed: ChargeChanged
            422 amount-unsayable: AmountUnsayable
            422 charge-named-twice: ChargeNamedTwice
            422 choice-not-offered: ChoiceNotOffered
            422 currency-mismatch: CurrencyMismatch
            422 instrument-kind-mismatch: InstrumentKindMismatch
            422 link-amount-not-due: LinkAmountNotDue
            422 parts-exceed-payment: PartsExceedPayment
            422 session-amount-mismatch: SessionAmountMismatch
            422 session-foreign: SessionForeign
            422 session-of-other-kind: SessionOfOtherKind
            503 unavailable: Held Overloaded Unavailable
            """,
        ["Sport Alliance"] = """
            400 errormessage.payment.token.customer.mismatch TokenCustomerMismatch paymentRequestToken: SessionForeign
            400 errormessage.payment.token.unknown TokenUnknown paymentRequestToken:
              ChoiceNotOffered InstrumentKindMismatch InstrumentNotCharged InstrumentNotOwn InstrumentUnknown
              LinkAmountNotDue LinkUnknown SessionAmountMismatch SessionExpired SessionOfOtherKind SessionUnknown
            400 errormessage.payment.token.used TokenUsed paymentRequestToken: SessionUsed
            400 errormessage.validation.failed AmountTooPrecise amount.amount: AmountUnsayable
            400 errormessage.validation.failed BalanceOutOfRange amount.amount: BalanceOutOfRange
            400 errormessage.validation.failed ClaimNotOpen debtClaimIds:
              ChargeNamedTwice ChargeUnknown NothingDue OrderUnknown
            400 errormessage.validation.failed ClaimsExceedAmount amount.amount:
              ExceedsDue ExceedsUnallocated PartsExceedPayment
            400 errormessage.validation.failed CurrencyMismatch amount.currency: CurrencyMismatch
            404 errormessage.entity.notfound EntityNotFound: AccountClosed AccountMerged AccountUnknown
            409 errormessage.concurrent.modification ConcurrentModification:
              AccountChanged AccountHasCredit AccountNotClosed AccountNotMerged AccountOwes AccountUnderWay
              ApprovalDecided ApprovalExpired ApprovalUnknown ApprovalWaiting AttemptNotDue AttemptOvertaken
              AttemptSettled AttemptUnknown BookingConfirmed BookingExpired BookingUnknown ChargeChanged ChargeClaimed
              ChargeSettled CollectionChanged CollectionHandedOut CollectionNotReleased CollectionUnknown
              DisputeUnknown ExceedsCorrected ExceedsRefundable ExceedsSettled HeldByProvider InstrumentGone LinkEnded LinkOpened
              LinkPaid LinkTakenBack NothingToChange PaymentDisputed PaymentNotCaptured PaymentNotFailed PaymentNotPending
              PaymentUnknown PerhapsSent ReferenceTaken SameCustomer SecondPersonNeeded SessionChanged
              SessionSubmitted SettlementBooked SettlementExceedsReturned SettlementFinal SettlementMismatch
              SettlementNotBooked SettlementUndone SettlementUnknown SoldOut TriedOut UnderWay
            409 errormessage.idempotencykey.reused IdempotencyKeyReused: CorrelatorReused KeyReused
            503 errormessage.books.held BooksHeld: Held
            503 errormessage.service.unavailable ServiceUnavailable: Overloaded Unavailable
            """,
        ["Sport Alliance debt claim"] = """
            400 errormessage.payment.token.customer.mismatch TokenCustomerMismatch paymentRequestToken: SessionForeign
            400 errormessage.payment.token.unknown TokenUnknown paymentRequestToken:
              ChoiceNotOffered InstrumentKindMismatch InstrumentNotCharged InstrumentNotOwn InstrumentUnknown
              LinkAmountNotDue LinkUnknown SessionAmountMismatch SessionExpired SessionOfOtherKind SessionUnknown
            400 errormessage.payment.token.used TokenUsed paymentRequestToken: SessionUsed
            400 errormessage.validation.failed AmountTooPrecise amount.amount: AmountUnsayable
            400 errormessage.validation.failed BalanceOutOfRange amount.amount: BalanceOutOfRange
            400 errormessage.validation.failed ClaimNotOpen debtClaimIds.0:
              ChargeNamedTwice ChargeUnknown CurrencyMismatch NothingDue OrderUnknown
            400 errormessage.validation.failed ClaimsExceedAmount amount.amount:
              ExceedsDue ExceedsUnallocated PartsExceedPayment
            404 errormessage.entity.notfound EntityNotFound: AccountClosed AccountMerged AccountUnknown
            409 errormessage.concurrent.modification ConcurrentModification:
              AccountChanged AccountHasCredit AccountNotClosed AccountNotMerged AccountOwes AccountUnderWay
              ApprovalDecided ApprovalExpired ApprovalUnknown ApprovalWaiting AttemptNotDue AttemptOvertaken
              AttemptSettled AttemptUnknown BookingConfirmed BookingExpired BookingUnknown ChargeChanged ChargeClaimed
              ChargeSettled CollectionChanged CollectionHandedOut CollectionNotReleased CollectionUnknown
              DisputeUnknown ExceedsCorrected ExceedsRefundable ExceedsSettled HeldByProvider InstrumentGone LinkEnded LinkOpened
              LinkPaid LinkTakenBack NothingToChange PaymentDisputed PaymentNotCaptured PaymentNotFailed PaymentNotPending
              PaymentUnknown PerhapsSent ReferenceTaken SameCustomer SecondPersonNeeded SessionChanged
              SessionSubmitted SettlementBooked SettlementExceedsReturned SettlementFinal SettlementMismatch
              SettlementNotBooked SettlementUndone SettlementUnknown SoldOut TriedOut UnderWay
            409 errormessage.idempotencykey.reused IdempotencyKeyReused: CorrelatorReused KeyReused
            503 errormessage.books.held BooksHeld: Held
            503 errormessage.service.unavailable ServiceUnavailable: Overloaded Unavailable
            """,
        ["Train Travel"] = """
            404 not-found: BookingUnknown
            409 balance-out-of-range: BalanceOutOfRange
            409 booking-paid: BookingConfirmed
            409 hold-expired: BookingExpired
            409 idempotency-key-reused: CorrelatorReused KeyReused
            409 payment-under-way: ChargeClaimed UnderWay
            409 sold-out: SoldOut
            409 source-not-taken: ChoiceNotOffered
            409 tries-exhausted: TriedOut
            503 unavailable: Held Overloaded Unavailable
            a bug:
              AccountChanged AccountClosed AccountHasCredit AccountMerged AccountNotClosed AccountNotMerged
              AccountOwes AccountUnderWay AccountUnknown AmountUnsayable ApprovalDecided ApprovalExpired ApprovalUnknown
              ApprovalWaiting AttemptNotDue AttemptOvertaken AttemptSettled AttemptUnknown ChargeChanged
              ChargeNamedTwice ChargeSettled ChargeUnknown CollectionChanged CollectionHandedOut CollectionNotReleased
              CollectionUnknown CurrencyMismatch DisputeUnknown ExceedsCorrected ExceedsDue ExceedsRefundable
              ExceedsSettled ExceedsUnallocated HeldByProvider InstrumentGone InstrumentKindMismatch InstrumentNotCharged
              InstrumentNotOwn InstrumentUnknown LinkAmountNotDue LinkEnded LinkOpened LinkPaid LinkTakenBack LinkUnknown NothingDue
              NothingToChange OrderUnknown PartsExceedPayment PaymentDisputed PaymentNotCaptured PaymentNotFailed PaymentNotPending
              PaymentUnknown PerhapsSent ReferenceTaken SameCustomer SecondPersonNeeded SessionAmountMismatch
              SessionChanged SessionExpired SessionForeign SessionOfOtherKind SessionSubmitted SessionUnknown
              SessionUsed SettlementBooked SettlementExceedsReturned SettlementFinal SettlementMismatch
              SettlementNotBooked SettlementUndone SettlementUnknown
            """,
        ["Widget"] = """
            409 claimed: ChargeClaimed
            409 in_progress: SessionChanged UnderWay
            409 key_reused: KeyReused
            409 refused:
              AccountChanged AccountClosed AccountHasCredit AccountMerged AccountNotClosed AccountNotMerged
              AccountOwes AccountUnderWay AccountUnknown AmountUnsayable ApprovalDecided ApprovalExpired ApprovalUnknown
              ApprovalWaiting AttemptNotDue AttemptOvertaken AttemptSettled AttemptUnknown BalanceOutOfRange
              BookingConfirmed BookingExpired BookingUnknown ChargeChanged ChargeNamedTwice ChargeSettled
              ChargeUnknown CollectionChanged CollectionHandedOut CollectionNotReleased CollectionUnknown
              CorrelatorReused CurrencyMismatch DisputeUnknown ExceedsCorrected ExceedsDue ExceedsRefundable
              ExceedsSettled ExceedsUnallocated HeldByProvider InstrumentGone InstrumentKindMismatch InstrumentNotCharged
              InstrumentNotOwn LinkAmountNotDue LinkEnded LinkOpened LinkPaid LinkTakenBack LinkUnknown NothingDue NothingToChange
              OrderUnknown PartsExceedPayment PaymentDisputed PaymentNotCaptured PaymentNotFailed PaymentNotPending PaymentUnknown
              PerhapsSent ReferenceTaken SameCustomer SecondPersonNeeded SessionAmountMismatch SessionForeign SessionOfOtherKind
              SessionUnknown SettlementBooked SettlementExceedsReturned SettlementFinal SettlementMismatch
              SettlementNotBooked SettlementUndone SettlementUnknown SoldOut
            410 exhausted: TriedOut
            410 expired: SessionExpired
            410 used: SessionSubmitted SessionUsed
            422 choice_not_offered: ChoiceNotOffered
            422 instrument_unknown: InstrumentUnknown
            503 held: Held
            503 unavailable: Overloaded Unavailable
            """,
    };
}
