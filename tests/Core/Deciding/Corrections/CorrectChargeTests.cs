using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Ledger;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding.Corrections;

public sealed class CorrectChargeTests
{
    private static CorrectCharge Correcting(DebtCorrection correction, long? amountMinor = null, string charge = "bill") =>
        new(Given.Origin, Target(), ChargeId(charge), correction, amountMinor is { } minor ? new Money(minor, Euro) : null);

    private static ChangeCharge Changing() => new(Given.Origin, Target(), ChargeId("bill"));

    [Fact]
    public void Charge_Cancelled_IsForgivenWhole()
    {
        var changes = Account().Owing(50_00).When(Correcting(DebtCorrection.Cancel)).Moves("billed → receivable 50.00 EUR");

        var charge = Assert.Single(changes.Of<Charge>());
        Assert.Equal((0, 50_00, 2), (charge.OpenMinor, charge.CreditedMinor, charge.Events));
        Assert.Equal((EventType.ChargeCancelled, 2), (Assert.Single(changes.Events).Type, changes.Events[0].Sequence));
    }

    [Fact]
    public void Charge_ThatAPaymentHasSettled_IsNotCancelled() =>
        Account().Owing(50_00, settledMinor: 1).When(Correcting(DebtCorrection.Cancel)).IsRefused(Refusal.ChargeSettled);

    [Fact]
    public void CreditNote_ForgivesAPart_AtMostWhatIsOpen()
    {
        Account().Owing(50_00, settledMinor: 10_00).When(Correcting(DebtCorrection.Credit, 15_00)).Moves("billed → receivable 15.00 EUR");
        Account().Owing(50_00, settledMinor: 10_00).When(Correcting(DebtCorrection.Credit, 40_01)).IsRefused(Refusal.ExceedsDue);
        Account().Owing(50_00, settledMinor: 50_00).When(Correcting(DebtCorrection.Credit)).IsRefused(Refusal.NothingDue);
    }

    [Theory]
    [InlineData(DebtCorrection.Cancel, DebtCorrection.Reinstate)]
    [InlineData(DebtCorrection.Credit, DebtCorrection.Reinstate)]
    [InlineData(DebtCorrection.WriteOff, DebtCorrection.Recover)]
    public void Correction_TakenBack_LeavesTheBooksAsTheyWere(DebtCorrection done, DebtCorrection undone)
    {
        var anna = Account().Owing(50_00);
        var first = anna.Then(Correcting(done));
        anna.When(Correcting(undone, 50_01)).IsRefused(Refusal.ExceedsCorrected);
        var second = anna.Then(Correcting(undone));

        Assert.Equal(
            first.Events.SelectMany(happened => happened.Transfers).Select(transfer => transfer.Mirrored),
            second.Events.SelectMany(happened => happened.Transfers));
        Assert.Equal(50_00, Assert.Single(second.Of<Charge>()).OpenMinor);
        anna.When(Correcting(undone)).IsRefused(Refusal.ExceedsCorrected);
    }

    [Fact]
    public void WriteOff_IsAnExpenseAndNoCreditNote()
    {
        var anna = Account().Owing(50_00);
        anna.When(Correcting(DebtCorrection.WriteOff, 20_00)).Moves("writeoff → receivable 20.00 EUR");
        anna.Then(Correcting(DebtCorrection.WriteOff, 20_00));
        anna.When(Correcting(DebtCorrection.Reinstate)).IsRefused(Refusal.ExceedsCorrected);
        anna.When(Correcting(DebtCorrection.WriteOff, 30_01)).IsRefused(Refusal.ExceedsDue);
        anna.When(Correcting(DebtCorrection.Recover, 20_00)).Moves("receivable → writeoff 20.00 EUR");
    }

    [Fact]
    public void CreditNotes_AreTakenBack_AlsoThoseOfRefunds()
    {
        // The refund's credit note is an event of its payment.
        var anna = Account().Owing(50_00).Forgiven(20_00);
        anna.Then(Correcting(DebtCorrection.Credit, 5_00));
        anna.When(Correcting(DebtCorrection.Reinstate, 25_01)).IsRefused(Refusal.ExceedsCorrected);
        anna.When(Correcting(DebtCorrection.Reinstate)).Moves("receivable → billed 25.00 EUR");
    }

    [Fact]
    public void Charge_ThatAPaymentHasClaimed_LosesNothing()
    {
        var anna = Account().Owing(50_00).Claimed();
        foreach (var correction in (DebtCorrection[])[DebtCorrection.Cancel, DebtCorrection.Credit, DebtCorrection.WriteOff])
            anna.When(Correcting(correction)).IsRefused(Refusal.ChargeClaimed);
    }

    [Fact]
    public void Charge_OfAnotherCustomerOrCurrency_IsRefused()
    {
        Account().And(Jonas).Owing(50_00, account: Jonas).When(Correcting(DebtCorrection.Cancel)).IsRefused(Refusal.ChargeUnknown);
        Account().When(Correcting(DebtCorrection.Cancel)).IsRefused(Refusal.ChargeUnknown);
        Nobody().When(Correcting(DebtCorrection.Cancel)).IsRefused(Refusal.AccountUnknown);
        Account().Owing(50_00).When(Correcting(DebtCorrection.Credit) with { Amount = new Money(1, Dollar) })
            .IsRefused(Refusal.CurrencyMismatch);
    }

    [Fact]
    public void Bill_Changed_SaysItsNewTermsAndMovesNothing()
    {
        var changes = Account().Owing(50_00).When(Changing() with
        {
            DueOn = Today.AddDays(14),
            Document = ChargeName("R-7"),
            Description = "May",
        }).Moves();

        var charge = Assert.Single(changes.Of<Charge>());
        Assert.Equal((Today.AddDays(14), "R-7", "May", 2), (charge.DueOn, charge.Document, charge.Description, charge.Events));
        Assert.Equal(ChargeName("R-7"), Assert.Single(changes.References).Reference);
        Account().Owing(50_00).When(Changing() with { DueOn = Today }).IsRefused(Refusal.NothingToChange);
        Account().Owing(50_00).Owing(1_00, "other").When(Changing() with { Document = ChargeName("other") })
            .IsRefused(Refusal.ReferenceTaken);
    }

    [Fact]
    public void Charge_IsChangedAsItWasSeen()
    {
        var change = Changing() with { Description = "May" };

        Account().Owing(50_00).When(change with { Seen = 1 }).Moves();
        Account().Owing(50_00).When(change with { Seen = 2 }).IsRefused(Refusal.ChargeChanged);
    }
}
