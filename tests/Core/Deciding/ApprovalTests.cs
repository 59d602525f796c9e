using Quittance.Core;
using Quittance.Core.Approvals;
using Quittance.Core.Approving;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding;

/// <summary>An act above the limit, by an operator: one person asks, and another approves.</summary>
public sealed class ApprovalTests
{
    private static readonly Guid Ada = Given.ChargeId("person ada").Value;
    private static readonly Guid Grace = Given.ChargeId("person grace").Value;

    private static readonly ChargeId Bill = Given.ChargeId("bill");
    private static readonly Guid Asked = Given.ChargeId("request").Value;

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
    public void ClientOfAnOperator_IsHeldAsTheOperatorIs_AndCantAsk()
    {
        var anna = Paid();
        anna.Do(Through(100_01)).IsRefused(Refusal.SecondPersonNeeded);
        Assert.Single(anna.Do(Through(60_00)).IsAccepted().Of<Refund>());
        anna.Do(Through(40_01)).IsRefused(Refusal.SecondPersonNeeded);
        anna.Do(new RefundCredit(
            ThroughClient(Ada), Given.Target(), [Collecting.Id("payment")], Collecting.RefundId("credit"), Reference.House,
            new Money(1_00, Given.Euro))).IsRefused(Refusal.SecondPersonNeeded);
        // A client that acts for itself in an operator's place is a program.
        Assert.Single(anna.Do(Through(150_00) with { Origin = ThroughClient(null) }).IsAccepted().Of<Refund>());

        static RefundPayment Through(long minor) => new(
            ThroughClient(Ada), Given.Target(), Collecting.Id("payment"), Collecting.RefundId($"{minor}"), Reference.House)
        {
            Amount = new Money(minor, Given.Euro),
        };

        static Origin ThroughClient(Guid? person) => By(person) with { Credential = 7 };
    }

    [Fact]
    public void CreditOfAnOperatorsClient_GoesBack_WhereThereIsNoLimit()
    {
        var anna = Collecting.Anna();
        anna.PaysInCash("payment", 300_00).IsAccepted();
        anna.Do(new RefundCredit(
            By(Ada) with { Credential = 7 }, Given.Target(), [Collecting.Id("payment")], Collecting.RefundId("credit"), Reference.House,
            new Money(1_00, Given.Euro))).IsAccepted();
    }

    [Fact]
    public void CommandLine_NeitherAsksNorApproves()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00, by: null).IsRefused(Refusal.SecondPersonNeeded);

        Refunds(anna, "refund", 150_00).IsAccepted();
        Approves(anna, "refund", by: null).IsRefused(Refusal.SecondPersonNeeded);
    }

    /// <summary>A second person may have approved it in the time that was lost, and a transfer by hand leaves no trace.</summary>
    [Fact]
    public void RequestFromBeforeARestore_IsNotApproved_ButRejectedAndAskedForAnew()
    {
        var anna = Paid();
        Refunds(anna, "refund", 150_00).IsAccepted();
        anna.Restored();
        Approves(anna, "refund", Grace).IsRefused(Refusal.PerhapsSent);
        anna.Do(new RejectRequest(By(Grace), Request(anna, "refund"))).IsAccepted();
        Refunds(anna, "anew", 150_00).IsAccepted();
        Assert.Single(Approves(anna, "anew", Grace).IsAccepted().Of<Refund>());
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

        anna.Do(new ApproveRequest(By(Given.ChargeId("person carl").Value), seen, Guid.CreateVersion7(Given.Now)))
            .IsRefused(Refusal.ApprovalDecided);
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

    [Theory]
    [InlineData(DebtCorrection.WriteOff, ActKind.WriteOff, "writeoff → receivable 300.00 EUR")]
    [InlineData(DebtCorrection.Credit, ActKind.CreditNote, "billed → receivable 300.00 EUR")]
    [InlineData(DebtCorrection.Cancel, ActKind.Cancellation, "billed → receivable 300.00 EUR")]
    public void Debt_GivenUpAboveTheLimit_WaitsForASecondPerson(DebtCorrection correction, ActKind kind, string moves)
    {
        var anna = Owing();
        Corrects(anna, correction, null).Moves();
        var request = RequestOf(anna);
        Assert.Equal((kind, Bill.Value, new Money(300_00, Given.Euro)), (request.Act.Kind, request.Act.Subject, request.Act.Amount));
        Assert.Equal(300_00, anna.Open("bill"));

        var done = ApprovesCorrection(anna).Moves(moves);

        request = RequestOf(anna);
        Assert.Equal((ApprovalStatus.Approved, Grace, Bill.Value), (request.Status, request.DecidedBy, request.Result));
        Assert.Equal(Bill.Value, done.Last!.Subject);
        Assert.Equal(0, anna.Open("bill"));
    }

    [Fact]
    public void Corrections_OfOneCharge_DoNotEvadeTheLimitInParts()
    {
        var anna = Owing();
        Corrects(anna, DebtCorrection.WriteOff, 60_00).Moves("writeoff → receivable 60.00 EUR");
        Corrects(anna, DebtCorrection.Credit, 40_00).Moves("billed → receivable 40.00 EUR");
        Corrects(anna, DebtCorrection.WriteOff, 1).Moves();
        Assert.Equal(200_00, anna.Open("bill"));
        Assert.Equal(1, RequestOf(anna).Act.Amount.AmountMinor);
    }

    [Fact]
    public void Debt_ThatIsOpenAgain_DoesNotCount_AndNeedsNoSecondPerson()
    {
        var anna = Owing();
        Corrects(anna, DebtCorrection.WriteOff, 100_00).IsAccepted();
        Corrects(anna, DebtCorrection.Recover, 90_00).Moves("receivable → writeoff 90.00 EUR");
        Corrects(anna, DebtCorrection.Credit, 90_00).Moves("billed → receivable 90.00 EUR");
        anna.State.Load(new ApprovalLimit(Given.Merchant, new Money(0, Given.Euro)));
        Corrects(anna, DebtCorrection.Reinstate, 90_00).Moves("receivable → billed 90.00 EUR");
    }

    [Fact]
    public void CommandLine_GivesNoDebtUpAboveTheLimit_AndClientsAreNotHeld()
    {
        Corrects(Owing(), DebtCorrection.WriteOff, 150_00, by: null).IsRefused(Refusal.SecondPersonNeeded);
        Owing().Do(new CorrectCharge(Given.Origin, Given.Target(), Bill, DebtCorrection.Credit)).Moves("billed → receivable 300.00 EUR");
    }

    [Fact]
    public void PersonWhoAskedToWriteOff_DoesNotApprove_AndTheCommandLineDoesNotEither()
    {
        var anna = Owing();
        Corrects(anna, DebtCorrection.WriteOff, 150_00).IsAccepted();
        ApprovesCorrection(anna, Ada).IsRefused(Refusal.SecondPersonNeeded);
        ApprovesCorrection(anna, by: null).IsRefused(Refusal.SecondPersonNeeded);
        Assert.Equal((ApprovalStatus.Waiting, 300_00L), (RequestOf(anna).Status, anna.Open("bill")));
    }

    [Fact]
    public void ApprovedWriteOff_LetsNoFurtherOneThrough()
    {
        var anna = Owing();
        Corrects(anna, DebtCorrection.WriteOff, 150_00).IsAccepted();
        ApprovesCorrection(anna, Grace).IsAccepted();
        Corrects(anna, DebtCorrection.Credit, 1, by: null).IsRefused(Refusal.SecondPersonNeeded);
        Corrects(anna, DebtCorrection.Recover, 50_00).IsAccepted();
        Corrects(anna, DebtCorrection.Credit, 1, by: null).IsRefused(Refusal.SecondPersonNeeded);
        Corrects(anna, DebtCorrection.Recover, 1).IsAccepted();
        Corrects(anna, DebtCorrection.Credit, 1, by: null).Moves("billed → receivable 0.01 EUR");
    }

    [Fact]
    public void OneRequest_WaitsForACharge()
    {
        var anna = Owing();
        Corrects(anna, DebtCorrection.WriteOff, 150_00).IsAccepted();
        Corrects(anna, DebtCorrection.Credit, 160_00).IsRefused(Refusal.ApprovalWaiting);
    }

    [Theory]
    [InlineData("paid")]
    [InlineData("refunded")]
    [InlineData("changed")]
    [InlineData("claimed")]
    public void RequestToWriteOff_IsVoid_WhenTheChargeChangedMeanwhile(string happened)
    {
        var anna = Owing();
        if (happened == "refunded")
            anna.PaysInCash("payment", 50_00, Part.Charge(Given.ChargeName("bill"), 50_00)).IsAccepted();
        Corrects(anna, DebtCorrection.WriteOff, 150_00).IsAccepted();
        if (happened == "paid")
            anna.PaysInCash("payment", 50_00, Part.Charge(Given.ChargeName("bill"), 50_00)).IsAccepted();
        else if (happened == "refunded")
            anna.Refunds("payment", "by a client", 50_00).IsAccepted();
        else if (happened == "changed")
            anna.Do(new ChangeCharge(Given.Origin, Given.Target(), Bill) { Description = "May" }).IsAccepted();
        else
            anna.Begins("payment", 50_00, Part.Charge(Given.ChargeName("bill"), 50_00)).IsAccepted();
        var openMinor = anna.Open("bill");

        ApprovesCorrection(anna).Moves();

        Assert.Equal((ApprovalStatus.Void, openMinor), (RequestOf(anna).Status, anna.Open("bill")));
    }

    [Fact]
    public void RequestToWriteOff_OfAChargeThatChanged_EndsByItself()
    {
        var anna = Owing();
        Corrects(anna, DebtCorrection.WriteOff, 150_00).IsAccepted();
        var ends = new EndRequest(Given.Origin with { Credential = 0 }, RequestOf(anna));
        anna.Do(ends).IsRefused(Refusal.ApprovalWaiting);
        anna.PaysInCash("payment", 50_00, Part.Charge(Given.ChargeName("bill"), 50_00)).IsAccepted();
        anna.Do(ends).Moves();
        Assert.Equal(ApprovalStatus.Void, RequestOf(anna).Status);
    }

    private static Collecting Owing()
    {
        var anna = Collecting.Anna(("bill", 300_00));
        anna.State.Load(new ApprovalLimit(Given.Merchant, new Money(100_00, Given.Euro)));
        return anna;
    }

    private static Decision Corrects(Collecting anna, DebtCorrection correction, long? amountMinor) =>
        Corrects(anna, correction, amountMinor, Ada);

    private static Decision Corrects(Collecting anna, DebtCorrection correction, long? amountMinor, Guid? by) =>
        anna.Do(new CorrectCharge(
            By(by), Given.Target(), Bill, correction, amountMinor is { } minor ? new Money(minor, Given.Euro) : null)
        {
            RequestId = Asked,
        });

    private static Decision ApprovesCorrection(Collecting anna) => ApprovesCorrection(anna, Grace);

    private static Decision ApprovesCorrection(Collecting anna, Guid? by) =>
        anna.Do(new ApproveRequest(By(by), RequestOf(anna), Given.ChargeId("result").Value));

    private static ApprovalRequest RequestOf(Collecting anna) =>
        anna.State.Find(ApprovalRequest.Shelf, new ApprovalRequestId(Given.Merchant, Asked))!;

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
