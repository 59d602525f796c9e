using Quittance.Core;
using Quittance.Core.Approvals;
using Quittance.Core.Approving;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding;

/// <summary>A refund above the limit, by an operator: one person asks, and another approves.</summary>
public sealed class ApprovalTests
{
    private static readonly Guid Ada = Given.ChargeId("person ada").Value;
    private static readonly Guid Grace = Given.ChargeId("person grace").Value;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public void Refund_AboveTheLimit_WaitsForASecondPerson_AndMovesNothing()
    {
        var anna = Paid();

        var asked = Refunds(anna, "refund", 100_01).Moves();

        Assert.Empty(asked.Of<Refund>());
        var request = Assert.Single(asked.Of<ApprovalRequest>());
        Assert.Equal(
            (new Act(ActKind.Refund, Collecting.Id("payment").Value, new Money(100_01, Given.Euro)), Ada, ApprovalStatus.Waiting),
            (request.Act, request.AskedBy, request.Status));
        Assert.Equal(Given.Now + Week, request.ExpiresAt);
        Assert.Equal("approval.ask", Assert.Single(asked.Events).Origin.Action!.What);
        Assert.Equal(0, anna.Payment("payment").RefundedMinor);
    }

    [Fact]
    public void Refund_UpToTheLimit_IsMadeAtOnce()
    {
        var anna = Paid();
        Assert.Single(Refunds(anna, "refund", 100_00).IsAccepted().Of<Refund>());
        Assert.Equal(100_00, anna.Payment("payment").RefundedMinor);
    }

    [Fact]
    public void Refund_OfTheWholePayment_IsHeldWithItsAmount()
    {
        var anna = Paid();
        Refunds(anna, "refund", amountMinor: null).IsAccepted();
        Assert.Equal(300_00, Request(anna, "refund").Act.Amount.AmountMinor);
    }

    [Fact]
    public void Parts_DoNotEvadeTheLimit()
    {
        var anna = Paid();
        Refunds(anna, "first", 60_00).IsAccepted();
        Assert.Empty(Refunds(anna, "second", 60_00).IsAccepted().Of<Refund>());
        Assert.Equal(60_00, anna.Payment("payment").RefundedMinor);
    }

    [Fact]
    public void Money_MovedFromAnotherCustomer_IsRefundedByTwo_AtAnyAmount()
    {
        var anna = Paid();
        var paid = anna.Payment("payment");
        anna.State.Load(paid with { MovedFrom = Collecting.Id("of jonas") });

        Assert.Empty(Refunds(anna, "refund", 1_00).IsAccepted().Of<Refund>());
        Assert.Equal(1_00, Request(anna, "refund").Act.Amount.AmountMinor);
    }

    [Fact]
    public void Clients_AndOtherCurrencies_NeedNoSecondPerson()
    {
        var anna = Paid();
        Assert.Single(anna.Refunds("payment", "by a client", 150_00).IsAccepted().Of<Refund>());

        var other = Collecting.Anna();
        other.PaysInCash("payment", 300_00).IsAccepted();
        other.State.Load(new ApprovalLimit(Given.Merchant, new Money(1, Given.Dollar)));
        Assert.Single(Refunds(other, "refund", 300_00).IsAccepted().Of<Refund>());
    }

    [Fact]
    public void Operator_GivesNoCreditBackBesideTheLimit()
    {
        var anna = Paid();
        anna.RefundsCredit("by a client", 10_00, "payment").IsAccepted();
        anna.Do(new RefundCredit(
            By(Ada), Given.Target(), [Collecting.Id("payment")], Collecting.RefundId("by Ada"), Reference.House,
            new Money(10_00, Given.Euro))).IsRefused(Refusal.SecondPersonNeeded);
    }

    [Fact]
    public void CommandLine_NeitherAsksNorApproves()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00, by: null).IsRefused(Refusal.SecondPersonNeeded);

        Refunds(anna, "refund", 150_00).IsAccepted();
        Approves(anna, "refund", by: null).IsRefused(Refusal.SecondPersonNeeded);
    }

    [Fact]
    public void PersonWhoAsked_DoesNotApprove()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        Approves(anna, "refund", Ada).IsRefused(Refusal.SecondPersonNeeded);
        Assert.Equal(ApprovalStatus.Waiting, Request(anna, "refund").Status);
    }

    [Fact]
    public void Approval_MakesTheRefund_InTheSameDecision()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();

        var done = Approves(anna, "refund", Grace).Moves(
            "credit general → refundsintransit 150.00 EUR", "refundsintransit → clearing cash 150.00 EUR");

        var refund = Assert.Single(done.Of<Refund>());
        var request = Request(anna, "refund");
        Assert.Equal((ApprovalStatus.Approved, Grace, refund.Id.Value), (request.Status, request.DecidedBy, request.Result));
        Assert.Equal(
            [EventType.PaymentRefunded, EventType.RefundMade, EventType.ApprovalGiven], done.Events.Select(happened => happened.Type));
        // The answer tells of the refund.
        Assert.Equal(refund.Id.Value, done.Last!.Subject);
        anna.AddsUp("payment");
    }

    [Fact]
    public void OneDecision_Wins()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        var seen = Request(anna, "refund");
        Approves(anna, "refund", Grace).IsAccepted();

        anna.Do(new ApproveRequest(By(Given.ChargeId("person carl").Value), seen, Guid.CreateVersion7(Given.Now))).IsRefused(Refusal.ApprovalDecided);
        anna.Do(new RejectRequest(By(Ada), seen)).IsRefused(Refusal.ApprovalDecided);
        Assert.Equal(150_00, anna.Payment("payment").RefundedMinor);
    }

    [Fact]
    public void Rejection_EndsTheRequest_ByAnyOperator()
    {
        foreach (var by in (Guid?[])[Ada, Grace, null])
        {
            var anna = Paid();
            Refunds(anna, "refund", 150_00).IsAccepted();
            anna.Do(new RejectRequest(By(by), Request(anna, "refund"))).Moves();
            Assert.Equal((ApprovalStatus.Rejected, by), (Request(anna, "refund").Status, Request(anna, "refund").DecidedBy));
            Approves(anna, "refund", Grace).IsRefused(Refusal.ApprovalDecided);
        }
    }

    [Fact]
    public void OneRequest_WaitsForAPayment()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        Refunds(anna, "another", 160_00).IsRefused(Refusal.ApprovalWaiting);
        anna.Do(new RejectRequest(By(Grace), Request(anna, "refund"))).IsAccepted();
        Refunds(anna, "another", 160_00).IsAccepted();
    }

    [Fact]
    public void Request_IsVoid_WhenThePaymentWasRefundedMeanwhile()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        anna.Refunds("payment", "by a client", 10_00).IsAccepted();

        Approves(anna, "refund", Grace).Moves();

        Assert.Equal((ApprovalStatus.Void, null), (Request(anna, "refund").Status, Request(anna, "refund").DecidedBy));
        Assert.Equal(10_00, anna.Payment("payment").RefundedMinor);
    }

    [Fact]
    public void Request_IsVoid_WhenThePaymentIsDisputed()
    {
        var anna = Collecting.Anna().Paid("payment", 300_00);
        anna.State.Load(new ApprovalLimit(Given.Merchant, new Money(100_00, Given.Euro)));
        Refunds(anna, "refund", 150_00).IsAccepted();
        anna.Disputes("payment", 300_00).IsAccepted();
        Approves(anna, "refund", Grace).Moves();
        Assert.Equal(ApprovalStatus.Void, Request(anna, "refund").Status);
    }

    [Fact]
    public void Request_EndsAfterAWeek_AndNotBefore()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        var ends = new EndRequest(Given.Origin with { Credential = 0 }, Request(anna, "refund"));
        anna.Now = Given.Now + Week - TimeSpan.FromSeconds(1);
        anna.Do(ends).IsRefused(Refusal.ApprovalWaiting);
        // By the time of its events: `verify` knows no other.
        anna.Ahead = TimeSpan.FromSeconds(1);
        Approves(anna, "refund", Grace).IsRefused(Refusal.ApprovalExpired);
        anna.Ahead = TimeSpan.Zero;
        anna.Now = Given.Now + Week;
        Approves(anna, "refund", Grace).IsRefused(Refusal.ApprovalExpired);
        anna.Do(ends).Moves();
        Assert.Equal(ApprovalStatus.Expired, Request(anna, "refund").Status);
    }

    [Fact]
    public void Request_OfAPaymentThatChanged_EndsByItself()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        anna.Refunds("payment", "by a client", 10_00).IsAccepted();
        anna.Do(new EndRequest(Given.Origin with { Credential = 0 }, Request(anna, "refund"))).Moves();
        Assert.Equal(ApprovalStatus.Void, Request(anna, "refund").Status);
    }

    private static Collecting Paid()
    {
        var anna = Collecting.Anna();
        anna.PaysInCash("payment", 300_00).IsAccepted();
        anna.State.Load(new ApprovalLimit(Given.Merchant, new Money(100_00, Given.Euro)));
        return anna;
    }

    private static Decision Refunds(Collecting anna, string refund, long? amountMinor) => Refunds(anna, refund, amountMinor, Ada);

    private static Decision Refunds(Collecting anna, string refund, long? amountMinor, Guid? by) =>
        anna.Do(new RefundPayment(By(by), Given.Target(), Collecting.Id("payment"), Collecting.RefundId(refund), Reference.House)
        {
            Amount = amountMinor is { } minor ? new Money(minor, Given.Euro) : null,
        });

    private static Decision Approves(Collecting anna, string refund, Guid? by) =>
        anna.Do(new ApproveRequest(By(by), Request(anna, refund), Given.ChargeId($"result of {refund}").Value));

    private static ApprovalRequest Request(Collecting anna, string refund) =>
        anna.State.Find(ApprovalRequest.Shelf, new ApprovalRequestId(Given.Merchant, Collecting.RefundId(refund).Value))!;

    private static Origin By(Guid? person) => new(Given.Merchant, Credential: 0, Guid.Empty)
    {
        Action = new OperatorAction(person, person is null ? OperatorAction.CommandLine : "Ada", "payment.refund", "payment 1", "a wish"),
    };
}
