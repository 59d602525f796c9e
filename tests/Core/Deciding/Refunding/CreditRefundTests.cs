using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding.Refunding;

/// <summary>Refunds that name no payment: of an account's credit, the oldest payment's first.</summary>
public sealed class CreditRefundTests
{
    [Fact]
    public void Credit_OfOnePaymentThatHasEnough_IsARefundOfThatPayment()
    {
        var anna = Collecting.Anna(("bill", 50_00)).Paid("settled", 50_00, Part.Charge(Given.ChargeName("bill"), null)).Paid("first", 30_00)
            .Paid("second", 30_00);

        anna.RefundsCredit("refund", 30_00, "settled", "first", "second").Moves("credit general → refundsintransit 30.00 EUR");

        var refund = Assert.Single(anna.Last.Refunds);
        Assert.Equal((Collecting.Id("first"), null), (refund.Payment, refund.ShareOf));
        anna.AddsUp("settled", "first", "second");
    }

    [Fact]
    public void Credit_OfSeveralPayments_IsGivenBackByEachWhoTookIt()
    {
        var anna = Collecting.Anna().Paid("card", 20_00);
        anna.PaysInCash("cash", 10_00).IsAccepted();
        anna.Paid("spare", 20_00);

        anna.RefundsCredit("refund", 25_00, "card", "cash", "spare").Moves(
            "credit general → refundsintransit 20.00 EUR", "credit general → refundsintransit 5.00 EUR",
            "refundsintransit → clearing cash 5.00 EUR");

        var whole = anna.Last.Refunds[^1];
        Assert.Equal(Collecting.RefundId("refund"), whole.Id);
        Assert.Equal(
            (null, 25_00, RefundStatus.Pending, null), (whole.Payment, whole.Amount!.Value.AmountMinor, whole.Status, whole.Attempt));
        Assert.Equal(
            [(Collecting.Id("card"), 20_00, RefundStatus.Pending), (Collecting.Id("cash"), 5_00, RefundStatus.Done)],
            anna.Last.Refunds.Where(share => share.ShareOf == whole.Id)
                .Select(share => (share.Payment!.Value, share.Amount!.Value.AmountMinor, share.Status)));
        Assert.Equal((EventType.RefundAsked, whole.Id.Value), (anna.Last.Events[^1].Type, anna.Last.Events[^1].Subject));
        Assert.Equal((0, 5_00, 20_00),
            (anna.Payment("card").UnallocatedMinor, anna.Payment("cash").UnallocatedMinor, anna.Payment("spare").UnallocatedMinor));

        anna.HearsOfRefund("card", ProviderAnswer.Approved).Moves("refundsintransit → clearing sandbox 20.00 EUR");

        Assert.Equal(RefundStatus.Done, anna.State.Refund(whole.Id)!.Status);
        anna.AddsUp("card", "cash", "spare");
    }

    [Fact]
    public void Refund_StandsAsItsSharesDo()
    {
        var anna = Collecting.Anna().Paid("first", 20_00).Paid("second", 10_00);
        anna.RefundsCredit("refund", 30_00, "first", "second").IsAccepted();

        anna.HearsOfRefund("first", ProviderAnswer.Unknown).IsAccepted();
        Stands(anna, RefundStatus.Pending, EventType.RefundUnanswered);
        anna.HearsOfRefund("second", ProviderAnswer.Approved).IsAccepted();
        Stands(anna, RefundStatus.Pending);
        anna.HearsOfRefund("first", ProviderAnswer.Declined(DeclineReason.Declined)).Moves("refundsintransit → credit general 20.00 EUR");

        Stands(anna, RefundStatus.Done, EventType.RefundDone);
        Assert.Equal(10_00, anna.State.Refund(Collecting.RefundId("refund"))!.Amount!.Value.AmountMinor);
        Assert.Equal((20_00, 0), (anna.Payment("first").UnallocatedMinor, anna.Payment("second").UnallocatedMinor));
        anna.RefundsCredit("again", 30_00, "first", "second").IsRefused(Refusal.ExceedsRefundable);

        // A provider that says otherwise later is believed.
        anna.HearsOfRefund("first", ProviderAnswer.Approved).IsAccepted();
        Stands(anna, RefundStatus.Done, EventType.RefundDone);
        Assert.Equal(30_00, anna.State.Refund(Collecting.RefundId("refund"))!.Amount!.Value.AmountMinor);
        anna.AddsUp("first", "second");
    }

    [Fact]
    public void Refund_OfWhichNothingWentBack_IsFailed_AndOfAllThatWasAsked()
    {
        var anna = Collecting.Anna().Paid("first", 20_00).Paid("second", 10_00);
        anna.RefundsCredit("refund", 30_00, "first", "second").IsAccepted();

        anna.HearsOfRefund("first", ProviderAnswer.Declined(DeclineReason.Declined)).IsAccepted();
        anna.HearsOfRefund("second", ProviderAnswer.Declined(DeclineReason.Declined)).IsAccepted();

        Stands(anna, RefundStatus.Failed, EventType.RefundFailed);
        Assert.Equal(30_00, anna.State.Refund(Collecting.RefundId("refund"))!.Amount!.Value.AmountMinor);
        Assert.Equal((20_00, 10_00), (anna.Payment("first").UnallocatedMinor, anna.Payment("second").UnallocatedMinor));
        anna.AddsUp("first", "second");
    }

    [Fact]
    public void What_SettlesABill_IsDisputed_OrIsForAnotherPurpose_IsNoCredit()
    {
        var anna = Collecting.Anna(("bill", 15_00)).Paid("partly", 20_00, Part.Charge(Given.ChargeName("bill"), null))
            .Paid("disputed", 40_00);
        anna.PaysInCash("escrow", 9_00, Part.Escrow(null, 9_00)).IsAccepted();
        anna.Disputes("disputed", 1_00).IsAccepted();

        anna.RefundsCredit("too much", 5_01, "partly", "disputed", "escrow").IsRefused(Refusal.ExceedsRefundable);
        anna.RefundsCredit("unknown", 1, "nobody's").IsRefused(Refusal.ExceedsRefundable);
        anna.RefundsCredit("all", 5_00, "partly", "disputed", "escrow").IsAccepted();

        Assert.Equal((15_00, 0), (anna.Payment("partly").AllocatedMinor, anna.State.Charge(Given.ChargeId("bill"))!.CreditedMinor));
        anna.AddsUp("partly", "disputed", "escrow");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refund_ThatFailsAfterItsPaymentWasTakenBack_GivesThePaymentNothing(bool settlesBill)
    {
        var anna = settlesBill
            ? Collecting.Anna(("bill", 50_00)).Paid("first", 50_00, Part.Charge(Given.ChargeName("bill"), null))
            : Collecting.Anna(("bill", 50_00)).Paid("first", 50_00);
        anna.Refunds("first", "refund", 20_00).IsAccepted();
        anna.Hears("first", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined)).IsAccepted();
        Assert.Equal(30_00, anna.Payment("first").ReversedMinor);

        anna.HearsOfRefund("first", ProviderAnswer.Declined(DeclineReason.Declined)).IsAccepted();

        var (payment, bill) = (anna.Payment("first"), anna.State.Charge(Given.ChargeId("bill"))!);
        Assert.Equal((0, 0, 50_00, 0), (payment.AllocatedMinor, payment.RefundedMinor, payment.ReversedMinor, payment.UnallocatedMinor));
        Assert.Equal((0, 0, 50_00), (bill.AllocatedMinor, bill.CreditedMinor, bill.OpenMinor));
        anna.AddsUp("first");
    }

    /// <summary>The refund has this status, and this is its last event; the events of its shares do not count.</summary>
    private static void Stands(Collecting anna, RefundStatus status, params EventType[] happened)
    {
        var refund = Collecting.RefundId("refund");
        Assert.Equal(status, anna.State.Refund(refund)!.Status);
        Assert.Equal(happened, anna.Last.Events.Where(one => one.Subject == refund.Value).Select(one => one.Type));
    }
}
