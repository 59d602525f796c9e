using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding;

public sealed class RecordPaymentTests
{
    [Fact]
    public void Payment_ForNothingInParticular_BecomesGeneralCredit()
    {
        var changes = Account().When(Paying(10_00)).Moves("clearing cash → credit general 10.00 EUR").Settles();

        var payment = Assert.Single(changes.Payments);
        Assert.Equal((PaymentStatus.Captured, 0, 10_00), (payment.Status, payment.AllocatedMinor, payment.UnallocatedMinor));
    }

    [Fact]
    public void Payment_Recorded_IsOneEventAndTakesOneNumber()
    {
        var changes = Account().When(Paying(10_00)).IsAccepted();

        var happened = Assert.Single(changes.Events);
        Assert.Equal((EventType.PaymentRecorded, 1, PaymentStatus.Captured), (happened.Type, happened.Sequence, happened.Status));
        Assert.Equal((PaymentId("new").Value, Now, Given.Origin), (happened.Subject, happened.At, happened.Origin));
        Assert.Equal((1, 32 + 5), (changes.NumbersTaken, changes.Payments[0].Number));
    }

    [Fact]
    public void Payment_NotReceivedYet_IsPendingAndMovesNothing()
    {
        var changes = Account().Owing(10_00).When(Paying(10_00, Part.Charge(ChargeName("bill"), null)) with { ReceivedBy = null })
            .Moves().Settles();

        Assert.Equal((PaymentStatus.Pending, 0), (changes.Payments[0].Status, changes.Payments[0].UnallocatedMinor));
    }

    [Fact]
    public void Payment_WithoutAnAmount_IsABareRecord()
    {
        var changes = Account().When(Paying(1) with { Amount = null }).Moves();

        Assert.Equal((PaymentStatus.Pending, null), (changes.Payments[0].Status, changes.Payments[0].Amount));
    }

    // The account

    [Fact]
    public void Payment_OfAnUnknownAccount_IsRefused() => Nobody().When(Paying(10_00)).IsRefused(Refusal.AccountUnknown);

    [Fact]
    public void Payment_OfAnUnknownAccountThatMayBeOpened_OpensIt()
    {
        var changes = Nobody().When(Paying(10_00) with { Opening = Opening(Anna) }).Moves("clearing cash → credit general 10.00 EUR");

        Assert.Equal(AccountId("new customer"), Assert.Single(changes.Accounts).Id);
        Assert.Equal(AccountId("new customer"), changes.Payments[0].Account);
        Assert.Equal([EventType.AccountOpened, EventType.PaymentRecorded], changes.Events.Select(happened => happened.Type));
        Assert.Equal((2, true), (changes.NumbersTaken, changes.Accounts[0].Number < changes.Payments[0].Number));
    }

    [Fact]
    public void Payment_OfAKnownAccount_OpensNone() =>
        Assert.Empty(Account().When(Paying(10_00) with { Opening = Opening(Anna) }).IsAccepted().Accounts);

    [Fact]
    public void Payment_ThatWouldOpenAnAccountUnderATakenName_IsRefused() =>
        Nobody().And(Jonas).When(Paying(10_00) with { Opening = Opening(Anna, Jonas) }).IsRefused(Refusal.ReferenceTaken);

    [Fact]
    public void Payment_ThatMayOpenAnAccount_AsksForAllOfItsNames() =>
        Assert.Contains(AccountName(Jonas), (Paying(10_00) with { Opening = Opening(Anna, Jonas) }).References);

    // Its currency

    [Fact]
    public void Payment_InAnotherCurrencyThanTheAccounts_IsRefused() =>
        Account().Owing(10_00, currency: Dollar)
            .When(Paying(10_00) with { Amount = new Money(10_00, Dollar), Remainder = Remainder.OldestDueFirst })
            .IsRefused(Refusal.CurrencyMismatch);

    // Its instrument

    [Fact]
    public void Payment_WithARegisteredInstrument_IsOfItsKind()
    {
        var payment = Account().Holding(PaymentMethod.BankCard)
            .When(Paying(10_00) with { Instrument = InstrumentName("card"), Method = PaymentMethod.Cash }).IsAccepted().Payments[0];

        Assert.Equal((PaymentMethod.BankCard, true), (payment.Method, payment.Instrument is not null));
    }

    [Fact]
    public void Payment_ReceivedIfItsInstrumentIsKnown_IsCapturedOnlyThen()
    {
        var payment = Paying(10_00) with
        {
            ReceivedBy = null,
            ReceivedByIfInstrumentKnown = ClearingProvider.Gateway,
            Instrument = InstrumentName("card"),
            InstrumentMayBeUnknown = true,
        };

        Account().Holding(PaymentMethod.BankCard).When(payment).Moves("clearing gateway → credit general 10.00 EUR");
        Assert.Equal(PaymentStatus.Pending, Account().When(payment).Moves().Payments[0].Status);
    }

    [Fact]
    public void Payment_WithAnUnknownInstrument_IsRefused() =>
        Account().When(Paying(10_00) with { Instrument = InstrumentName("card") }).IsRefused(Refusal.InstrumentUnknown);

    [Fact]
    public void Payment_WithAnotherCustomersInstrument_IsRefusedAsIfUnknown() =>
        Account().And(Jonas).Holding(PaymentMethod.BankCard, account: Jonas)
            .When(Paying(10_00) with { Instrument = InstrumentName("card") }).IsRefused(Refusal.InstrumentUnknown);

    [Fact]
    public void Payment_WithAnUnknownInstrumentWhereThatMayBe_IsOfTheKindItSays()
    {
        var payment = Account()
            .When(Paying(10_00) with { Instrument = InstrumentName("card"), InstrumentMayBeUnknown = true, Method = PaymentMethod.Voucher })
            .IsAccepted().Payments[0];

        Assert.Equal((PaymentMethod.Voucher, null), (payment.Method, payment.Instrument));
    }

    [Fact]
    public void Payment_WithAnInstrumentOfAnotherKindThanItSays_IsRefused() =>
        Account().Holding(PaymentMethod.BankCard)
            .When(Paying(10_00) with { Instrument = InstrumentName("card"), InstrumentMethod = PaymentMethod.DigitalWallet })
            .IsRefused(Refusal.InstrumentKindMismatch);

    // For a charge

    [Fact]
    public void Payment_ForACharge_SettlesByExactlyItsAmountAndTheRestIsCredit()
    {
        var changes = Account().Owing(10_00).When(Paying(10_00, Part.Charge(ChargeName("bill"), 4_00)))
            .Moves("clearing cash → receivable 4.00 EUR", "clearing cash → credit general 6.00 EUR").Settles(("bill", 4_00));

        Assert.Equal(4_00, changes.Payments[0].AllocatedMinor);
    }

    [Fact]
    public void Payment_ForAChargeWithoutAnAmount_SettlesAllThatIsDue() =>
        Account().Owing(10_00, settledMinor: 3_00).When(Paying(10_00, Part.Charge(ChargeName("bill"), null)))
            .IsAccepted().Settles(("bill", 7_00));

    [Fact]
    public void Payment_MoreThanWhatIsDue_IsRefused() =>
        Account().Owing(10_00).When(Paying(20_00, Part.Charge(ChargeName("bill"), 10_01))).IsRefused(Refusal.ExceedsDue, part: 0);

    [Fact]
    public void Payment_ForASettledCharge_IsRefused() =>
        Account().Owing(10_00, settledMinor: 10_00).When(Paying(10_00, Part.Charge(ChargeName("bill"), null)))
            .IsRefused(Refusal.NothingDue, part: 0);

    [Fact]
    public void Payment_ForAnUnknownCharge_IsRefused() =>
        Account().When(Paying(10_00, Part.Charge(ChargeName("bill"), null))).IsRefused(Refusal.ChargeUnknown, part: 0);

    [Fact]
    public void Payment_ForAnotherCustomersCharge_IsRefusedAsIfUnknown() =>
        Account().And(Jonas).Owing(10_00, account: Jonas).When(Paying(10_00, Part.Charge(ChargeName("bill"), null)))
            .IsRefused(Refusal.ChargeUnknown, part: 0);

    [Fact]
    public void Payment_ForAChargeInAnotherCurrency_IsRefused() =>
        Account().Owing(10_00, currency: Dollar).When(Paying(10_00, Part.Charge(ChargeName("bill"), null)))
            .IsRefused(Refusal.CurrencyMismatch, part: 0);

    [Fact]
    public void Parts_ForOneCharge_CountTogether()
    {
        var twice = Paying(10_00, Part.Charge(ChargeName("bill"), 6_00), Part.Charge(ChargeName("bill"), 4_00));
        Account().Owing(10_00).When(twice).IsAccepted().Settles(("bill", 6_00), ("bill", 4_00));
        Account().Owing(9_99).When(twice).IsRefused(Refusal.ExceedsDue, part: 1);
        Account().Owing(6_00).When(twice).IsRefused(Refusal.NothingDue, part: 1);
    }

    // For a charge, up to what is due and what the payment has

    [Fact]
    public void Payment_ForChargesUpToWhatIsDue_SettlesThemInTurnWhileItLasts() =>
        Account().Owing(4_00, "one").Owing(4_00, "two").Owing(4_00, "three")
            .When(Paying(
                6_00, Part.ChargeUpTo(ChargeName("one")), Part.ChargeUpTo(ChargeName("two")), Part.ChargeUpTo(ChargeName("three"))))
            .Moves("clearing cash → receivable 4.00 EUR", "clearing cash → receivable 2.00 EUR").Settles(("one", 4_00), ("two", 2_00));

    [Fact]
    public void Payment_ForASettledChargeUpToWhatIsDue_BecomesCredit() =>
        Account().Owing(4_00, settledMinor: 4_00).When(Paying(6_00, Part.ChargeUpTo(ChargeName("bill"))))
            .Moves("clearing cash → credit general 6.00 EUR");

    [Fact]
    public void Payment_ForAChargeUpToWhatIsDueThatIsNoneOfTheCustomers_IsRefused()
    {
        var payment = Paying(6_00, Part.ChargeUpTo(ChargeName("bill")));
        Account().When(payment).IsRefused(Refusal.ChargeUnknown, part: 0);
        Account().And(Jonas).Owing(4_00, account: Jonas).When(payment).IsRefused(Refusal.ChargeUnknown, part: 0);
        Account().Owing(4_00, currency: Dollar).When(payment).IsRefused(Refusal.CurrencyMismatch, part: 0);
    }

    // For a charge, if known

    [Theory]
    [InlineData(20_00, 5_00, 5_00)]
    [InlineData(20_00, null, 8_00)]
    [InlineData(20_00, 9_00, 8_00)]
    public void Payment_ForAChargeIfKnown_SettlesAtMostWhatIsDue(long amountMinor, int? partMinor, long settledMinor) =>
        Account().Owing(8_00).When(Paying(amountMinor, Part.ChargeIfKnown(ChargeName("bill"), partMinor)))
            .IsAccepted().Settles(("bill", settledMinor));

    [Fact]
    public void Payment_ForAChargeIfKnownThatIsUnknown_BecomesCredit() =>
        Account().When(Paying(10_00, Part.ChargeIfKnown(ChargeName("bill"), 4_00))).Moves("clearing cash → credit general 10.00 EUR");

    [Fact]
    public void Payment_ForAChargeIfKnownThatIsSettledOrForeign_BecomesCredit()
    {
        var payment = Paying(10_00, Part.ChargeIfKnown(ChargeName("bill"), 4_00));
        Account().Owing(4_00, settledMinor: 4_00).When(payment).Moves("clearing cash → credit general 10.00 EUR");
        Account().Owing(4_00, currency: Dollar).When(payment).Moves("clearing cash → credit general 10.00 EUR");
        Account().And(Jonas).Owing(4_00, account: Jonas).When(payment).Moves("clearing cash → credit general 10.00 EUR");
    }

    // For an order

    [Fact]
    public void Payment_ForALabelOfAnOrder_SettlesItsChargesOldestDueFirst() =>
        Account()
            .Owing(5_00, "late", order: "order", label: "services", dueInDays: 9)
            .Owing(5_00, "early", order: "order", label: "services", dueInDays: 2)
            .Owing(5_00, "postage", order: "order", label: "postage")
            .When(Paying(7_00, Part.Order(OrderName("order"), "services", 7_00)))
            .IsAccepted().Settles(("early", 5_00), ("late", 2_00));

    [Fact]
    public void Payment_ForALabelOfAnOrderMoreThanItsDue_IsRefused() =>
        Account().Owing(5_00, "services", order: "order", label: "services").Owing(5_00, "postage", order: "order", label: "postage")
            .When(Paying(10_00, Part.Order(OrderName("order"), "services", 5_01))).IsRefused(Refusal.ExceedsDue, part: 0);

    [Fact]
    public void Payment_ForALabelOfAnOrderThatOwesNothing_IsRefused() =>
        Account().Owing(5_00, order: "order", label: "services")
            .When(Paying(10_00, Part.Order(OrderName("order"), "postage", 1))).IsRefused(Refusal.NothingDue, part: 0);

    [Fact]
    public void Payment_ForAnUnknownOrder_IsRefused() =>
        Account().When(Paying(10_00, Part.Order(OrderName("order"), "services", 1))).IsRefused(Refusal.OrderUnknown, part: 0);

    [Fact]
    public void Payment_ForAnotherCustomersOrder_IsRefusedAsIfUnknown() =>
        Account().And(Jonas).Owing(5_00, account: Jonas, order: "order", label: "services")
            .When(Paying(10_00, Part.Order(OrderName("order"), "services", 1))).IsRefused(Refusal.OrderUnknown, part: 0);

    // For a deposit

    [Fact]
    public void Payment_OfADeposit_IsEarmarkedForItsOrder()
    {
        var changes = Account().Ordering(depositMinor: 20_00).Owing(50_00, order: "order")
            .When(Paying(10_00, Part.Deposit(OrderName("order"), 10_00)))
            .Moves($"clearing cash → credit {CreditPurpose.Earmarked(OrderId("order"))} 10.00 EUR");
        Assert.Equal([new Order(OrderId("order"), AccountId(Anna), 20_00, 10_00, EarmarkedMinor: 10_00, Events: 1)], changes.Orders);
    }

    [Fact]
    public void Payment_OfADepositMoreThanIsMissing_IsRefused() =>
        Account().Ordering(depositMinor: 20_00, depositPaidMinor: 15_00).Owing(50_00, order: "order")
            .When(Paying(10_00, Part.Deposit(OrderName("order"), 5_01))).IsRefused(Refusal.ExceedsDue, part: 0);

    [Fact]
    public void Payment_OfADepositThatNobodyAskedFor_IsRefused() =>
        Account().Owing(50_00, order: "order")
            .When(Paying(10_00, Part.Deposit(OrderName("order"), 1))).IsRefused(Refusal.NothingDue, part: 0);

    [Fact]
    public void Payment_OfADepositForAFullyPaidOrder_IsRefused() =>
        Account().Ordering(depositMinor: 20_00).Owing(50_00, order: "order", settledMinor: 50_00)
            .When(Paying(10_00, Part.Deposit(OrderName("order"), 10_00))).IsRefused(Refusal.NothingDue, part: 0);

    [Fact]
    public void Payment_OfADepositForAnUnknownOrder_IsRefused() =>
        Account().When(Paying(10_00, Part.Deposit(OrderName("order"), 1))).IsRefused(Refusal.OrderUnknown, part: 0);

    [Fact]
    public void Parts_ForOneDeposit_CountTogether() =>
        Account().Ordering(depositMinor: 10_00).Owing(50_00, order: "order")
            .When(Paying(20_00, Part.Deposit(OrderName("order"), 6_00), Part.Deposit(OrderName("order"), 4_01)))
            .IsRefused(Refusal.ExceedsDue, part: 1);

    // Prepaid

    [Fact]
    public void Payment_PrepaidForAnOrderWeKnow_IsEarmarkedAndPaysItsDepositFirst()
    {
        var changes = Account().Ordering(depositMinor: 4_00).When(Paying(10_00, Part.Prepaid(OrderName("order"), 10_00)))
            .Moves($"clearing cash → credit {CreditPurpose.Earmarked(OrderId("order"))} 10.00 EUR");

        Assert.Equal([new Order(OrderId("order"), AccountId(Anna), 4_00, 4_00, EarmarkedMinor: 10_00, Events: 1)], changes.Orders);
    }

    [Fact]
    public void Payment_PrepaidForAnOrderWeDoNotKnow_IsHeldInEscrow() =>
        Account().And(Jonas).Ordering(account: Jonas)
            .When(Paying(12_00, Part.Prepaid(null, 5_00), Part.Prepaid(OrderName("none"), 3_00), Part.Prepaid(OrderName("order"), 4_00)))
            .Moves("clearing cash → credit escrow 12.00 EUR");

    // Escrow

    [Fact]
    public void Payment_InEscrow_IsHeldThere() =>
        Account().Ordering().When(Paying(10_00, Part.Escrow(null, 5_00), Part.Escrow(OrderName("order"), 2_00)))
            .Moves("clearing cash → credit escrow 7.00 EUR", "clearing cash → credit general 3.00 EUR");

    [Fact]
    public void Payment_InEscrowForAnUnknownOrder_IsRefused() =>
        Account().When(Paying(10_00, Part.Escrow(OrderName("order"), 5_00))).IsRefused(Refusal.OrderUnknown, part: 0);

    // All parts together

    [Fact]
    public void Parts_ThatAddUpToMoreThanThePayment_AreRefused() =>
        Account().Owing(10_00).When(Paying(10_00, Part.Charge(ChargeName("bill"), 10_00), Part.Escrow(null, 1)))
            .IsRefused(Refusal.PartsExceedPayment);

    [Fact]
    public void Parts_BeyondAllMeasure_AreRefused() =>
        Account().When(Paying(10_00, Part.Escrow(null, long.MaxValue), Part.Escrow(null, long.MaxValue)))
            .IsRefused(Refusal.PartsExceedPayment);

    [Fact]
    public void Faults_OfSeveralParts_AreAllReportedInTheirOrder() =>
        Account().Owing(10_00)
            .When(Paying(10_00, Part.Escrow(OrderName("none"), 1), Part.Charge(ChargeName("bill"), 10_01), Part.Escrow(null, 10_01)))
            .IsRefused(
                new Fault(Refusal.OrderUnknown, 0), new Fault(Refusal.ExceedsDue, 1), new Fault(Refusal.PartsExceedPayment));

    [Fact]
    public void Check_OfAPaymentWithFaults_TellsThem() =>
        Account().When(Paying(10_00, Part.Escrow(null, 0), Part.Charge(ChargeName("none"), 1)) with { OnlyCheck = true })
            .IsRefused(Refusal.ChargeUnknown, part: 1);

    [Fact]
    public void Check_OfAPaymentWithoutFaults_ChangesNothing()
    {
        Account().When(Paying(10_00) with { OnlyCheck = true }).IsRefused([]);
        Account().When(Paying(10_00) with { OnlyCheck = true, Amount = null }).IsRefused([]);
    }

    [Fact]
    public void Check_OfPartsBeyondThePayment_LeavesThatToTheDialect() =>
        Account().When(Paying(10_00, Part.Escrow(null, 10_01)) with { OnlyCheck = true }).IsRefused([]);

    // The remainder

    [Fact]
    public void Remainder_OldestDueFirst_SettlesByDayAndThenByNumber() =>
        Account().Owing(5_00, "next", dueInDays: 1).Owing(5_00, "first").Owing(5_00, "second").Owing(5_00, "dollars", currency: Dollar)
            .When(Paying(12_00) with { Remainder = Remainder.OldestDueFirst })
            .Moves("clearing cash → receivable 5.00 EUR", "clearing cash → receivable 5.00 EUR", "clearing cash → receivable 2.00 EUR")
            .Settles(("first", 5_00), ("second", 5_00), ("next", 2_00));

    [Fact]
    public void Remainder_OldestDueFirst_CountsWhatThePartsTook() =>
        Account().Owing(5_00)
            .When(Paying(7_00, Part.Charge(ChargeName("bill"), 3_00)) with { Remainder = Remainder.OldestDueFirst })
            .Moves("clearing cash → receivable 3.00 EUR", "clearing cash → receivable 2.00 EUR", "clearing cash → credit general 2.00 EUR");

    [Fact]
    public void Remainder_AsCredit_SettlesNothing() => Account().Owing(5_00).When(Paying(5_00)).IsAccepted().Settles();

    // The order of refusals

    [Fact]
    public void Refusals_AreReportedInThePromisedOrder()
    {
        var payment = Paying(10_00, Part.Escrow(OrderName("none"), 99_00)) with
        {
            Amount = new Money(10_00, Dollar),
            Instrument = InstrumentName("card"),
            InstrumentMethod = PaymentMethod.Cash,
        };
        var euros = payment with { Amount = new Money(10_00, Euro) };

        Nobody().When(payment).IsRefused(Refusal.AccountUnknown);
        Nobody().And(Jonas).When(payment with { Opening = Opening(Jonas) }).IsRefused(Refusal.ReferenceTaken);
        Account().When(payment).IsRefused(Refusal.CurrencyMismatch);
        Account().When(euros).IsRefused(Refusal.InstrumentUnknown);
        Account().Holding(PaymentMethod.BankCard).When(euros).IsRefused(Refusal.InstrumentKindMismatch);
        Account().Holding(PaymentMethod.Cash).When(euros).IsRefused(Refusal.OrderUnknown, part: 0);
        Account().Holding(PaymentMethod.Cash).Ordering("none").When(euros).IsRefused(Refusal.PartsExceedPayment);
    }

    [Fact]
    public void Instrument_OtherThanTheAccountsOwn_IsRefusedWhereOnlyThatWillDo()
    {
        var payment =
            Paying(10_00) with
            {
                ReceivedBy = null,
                ReceivedByIfInstrumentKnown = ClearingProvider.Gateway,
                Instrument = InstrumentName("other"),
                InOwnInstrumentOnly = true
            };
        Account().Holding(PaymentMethod.BankCard, "own", standing: InstrumentStanding.Current).Holding(PaymentMethod.BankCard, "other")
            .When(payment)
            .IsRefused(Refusal.InstrumentNotOwn);
        Account().Holding(PaymentMethod.BankCard, "own", standing: InstrumentStanding.Current).Holding(PaymentMethod.BankCard, "other")
            .When(payment with { Instrument = InstrumentName("own") }).IsAccepted();
        Account().Holding(PaymentMethod.BankCard, "own", standing: InstrumentStanding.Current)
            .When(payment with { Instrument = null, ReceivedBy = ClearingProvider.Cash, ReceivedByIfInstrumentKnown = null })
                .IsRefused(Refusal.InstrumentNotOwn);
        // An account without an own instrument contradicts none.
        Account().Holding(PaymentMethod.BankCard, "other").When(payment).IsAccepted();
    }
}
