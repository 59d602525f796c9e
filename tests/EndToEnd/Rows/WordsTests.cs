using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Dues;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Storage.Rows;

namespace Quittance.Tests.Rows;

/// <summary>The words that stand in databases, as they are since the first release: old rows keep them.</summary>
public sealed class WordsTests
{
    [Fact]
    public void Words_NeverChange()
    {
        AssertAre<LedgerKind>("receivable credit clearing refunds_in_transit bank billed fees write_off");
        AssertAre<EventType>(
            "account.opened instrument.registered charge.raised deposit.asked payment.recorded payment.allocated payment.begun "
            + "payment.capturing payment.authorised payment.captured payment.unanswered payment.capture_pending payment.declined "
            + "payment.failed payment.voiding payment.reversed payment.reinstated dispute.lost payment.cancelled payment.refunding "
            + "payment.refunded payment.refund_failed refund.recorded refund.made refund.asked refund.unanswered refund.done "
            + "refund.failed session.opened session.submitted session.page_opened session.used session.expired booking.held "
            + "booking.confirmed booking.released booking.expired attempt.asked attempt.unanswered attempt.approved attempt.declined "
            + "attempt.given_up attempt.named "
            + "settlement.booked settlement.ignored approval.asked approval.given approval.rejected approval.expired approval.voided "
            + "charge.cancelled charge.credited charge.reinstated charge.written_off charge.recovered "
            + "link.made link.opened link.taken_back charge.changed payment.unallocated payment.moved payment.unbooked settlement.unbooked "
            + "settlement.undone "
            + "account.closed account.reopened account.merged account.unmerged charge.moved "
            + "account.dunned account.dunning_ended account.dunning_held account.dunning_released "
            + "instrument.removed payment.debit_taken payment.debit_left_out collection.opened collection.built collection.released "
            + "collection.handed_out collection.called_off payment.refund_taken payment.refund_left_out "
            + "instrument.amended payment.found_sent attempt.found_unsent collection.found_sent collection.found_unsent dispute.charged "
            + "account.contact_changed account.autopay_chosen account.autopay_ended dues.begun dues.ended dues.asked dues.released "
            + "dues.stopped");
        AssertAre<DueWay>("card debit");
        AssertAre<AutopaySource>("widget link api console command_line merge replacement");
        AssertAre<DueRunStatus>("running done waiting stopped");
        AssertAre<CollectionKind>("debits transfers");
        AssertAre<BankFlavour>("sepa swiss");
        AssertAre<CollectionStatus>("building built released handed_out called_off");
        AssertAre<DebitScheme>("core b2_b");
        AssertAre<DebitSequence>("one_off first recurring final");
        AssertAre<AccountStatus>("open closed");
        AssertAre<PaymentStatus>("pending captured unknown authorised settling declined failed cancelled");
        AssertAre<Verb>("authorise capture void refund");
        AssertAre<AttemptStatus>("open unknown pending approved declined");
        AssertAre<DeclineReason>(
            "declined insufficient_funds expired instrument_invalid security_code_wrong not_confirmed authorisation_invalid "
            + "request_refused never_arrived");
        AssertAre<NoticeOutcome>("received taken no_news early unmatched contradicts exceeds only_there");
        AssertAre<InstrumentStanding>("saved once current inactive removed");
        AssertAre<SessionScope>("member_account ecom link");
        AssertAre<LinkStatus>("open taken_back");
        AssertAre<LinkOpening>("many once");
        AssertAre<RefundStatus>("pending done failed");
        AssertAre<BookingStatus>("held confirmed released expired");
        AssertAre<ActKind>("refund write_off credit_note cancellation");
        AssertAre<ApprovalStatus>("waiting approved rejected expired void");
        AssertAre<DeliveryFailure>("unreachable private_address unencrypted timed_out redirected refused failed unsayable gone");
        AssertAre<MailKind>(
            "receipt payment_link debit_notice returned_debit reminder refund account_link statement card_expires mandate_given "
            + "dispute_opened approval_waits collection_failed webhook_fails");
        AssertAre<MailStatus>("waiting sent failed left_out bounced");
        AssertAre<MailFailure>(
            "unreachable timed_out untrusted unencrypted sign_in_refused put_off refused address_refused no_address "
            + "known_address_refused outdated too_long restored unsayable");
        AssertAre<SessionStatus>("open used expired");
        AssertAre<PaymentChoice>("credit_card sepa bacs swiss_debit swiss_lsv bank_transfer cash");
        AssertAre<Remainder>("credit oldest_due_first");
        AssertAre<DisputeKind>("chargeback returned_debit");
        AssertAre<DisputeStatus>("open won lost");
        AssertAre<PaymentMethod>(
            "unspecified cash check voucher bank_card tokenized_card bank_account_debit bank_account_transfer digital_wallet "
            + "loyalty account");
        AssertAre<InstrumentKind>("card iban_account uk_account");
        AssertAre<CardScheme>("unknown visa mastercard american_express maestro discover diners jcb union_pay");
        AssertAre<MandateScheme>("sepa bacs swiss_lsv swiss_debit");
        AssertAre<MandateStatus>("active cancelled expired");
        AssertAre<MandateSource>("widget client provider_page paper import");
        AssertAre<OperatorRole>("viewer operator admin");
        AssertAre<CredentialKind>("bearer midnight prc mis_key customer api_key client issuer");
        AssertAre<Refusal>(
            "overloaded unavailable held key_reused correlator_reused under_way account_unknown reference_taken session_unknown "
            + "session_foreign session_changed session_used session_expired session_submitted session_of_other_kind "
            + "session_amount_mismatch choice_not_offered booking_unknown booking_confirmed booking_expired tried_out sold_out "
            + "payment_unknown attempt_unknown attempt_settled attempt_overtaken attempt_not_due dispute_unknown second_person_needed "
            + "approval_unknown approval_waiting approval_decided approval_expired settlement_unknown "
            + "settlement_booked settlement_mismatch settlement_exceeds_returned payment_not_captured payment_not_pending "
            + "payment_not_failed payment_disputed "
            + "exceeds_refundable currency_mismatch amount_unsayable instrument_unknown instrument_kind_mismatch instrument_not_own "
            + "instrument_not_charged instrument_gone "
            + "charge_unknown charge_named_twice charge_claimed charge_changed order_unknown nothing_due exceeds_due parts_exceed_payment "
            + "exceeds_unallocated balance_out_of_range held_by_provider exceeds_settled settlement_not_booked settlement_final "
            + "settlement_undone "
            + "charge_settled nothing_to_change exceeds_corrected same_customer link_unknown link_paid link_ended link_taken_back "
            + "link_opened link_amount_not_due "
            + "account_closed account_merged account_not_closed account_not_merged account_changed "
            + "account_owes account_has_credit account_under_way "
            + "collection_unknown collection_changed collection_not_released collection_handed_out perhaps_sent");
        AssertAre<StatementSource>("camt csv payout mt940");
        AssertAre<SettlementLineKind>("entry payment refund chargeback fee");
        AssertAre<SettlementStatus>("open booked ignored undone");
        AssertAre<SettlementUse>("transfer payout fee reported");
    }

    [Fact]
    public void Words_AreReadAsTheyAreWritten()
    {
        Assert.Equal(EventType.PaymentRefundFailed, Words.To<EventType>("payment.refund_failed"));
        Assert.Equal(CardScheme.UnionPay, Words.To<CardScheme>(Words.Of(CardScheme.UnionPay)));
        Assert.Throws<KeyNotFoundException>(() => Words.To<Verb>("Capture"));
    }

    private static void AssertAre<T>(string words)
        where T : struct, Enum =>
        Assert.Equal(words.Split(' ').Order(StringComparer.Ordinal), Enum.GetValues<T>().Select(Words.Of).Order(StringComparer.Ordinal));
}
