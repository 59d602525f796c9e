using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding;

public sealed class OpenAccountTests
{
    [Fact]
    public void Account_Opened_AnswersToItsNamesAndItsNumber()
    {
        var changes = Nobody().When(Opening(Anna, "A-1")).Moves();

        var account = Assert.Single(changes.Accounts);
        Assert.Equal((AccountId("new customer"), Euro, "New Customer"), (account.Id, account.Currency, account.Name));
        Assert.Equal(
            [AccountName(Anna), AccountName("A-1"), Reference.ToAccountNumber(Merchant, account.Number)],
            changes.References.Select(given => given.Reference));
        Assert.All(changes.References, given => Assert.Equal(new NamedObject(account.Id, account.Slot, account.Id.Value),
            given.NamedObject));
        Assert.Equal(EventType.AccountOpened, Assert.Single(changes.Events).Type);
    }

    [Fact]
    public void Account_Opened_LiesInTheSlotOfItsFirstName() =>
        Assert.Equal(AccountName(Anna).HomeSlot(), Nobody().When(Opening(Anna, "A-1")).IsAccepted().Accounts[0].Slot);

    [Theory]
    [InlineData(Anna, "other")]
    [InlineData("other", Anna)]
    public void Account_UnderATakenName_IsRefused(params string[] names) =>
        Account().When(Opening(names)).IsRefused(Refusal.ReferenceTaken);
}

public sealed class RegisterInstrumentTests
{
    private static RegisterInstrument Registering(string name) =>
        new(Given.Origin, Target(), new InstrumentId(Merchant, Guid.Empty), InstrumentName(name), PaymentMethod.BankCard, "Anna's card");

    [Fact]
    public void Instrument_Registered_IsFoundByItsName()
    {
        var changes = Account().When(Registering("card")).Moves();

        Assert.Equal((AccountId(Anna), "card", PaymentMethod.BankCard, "Anna's card"), changes.Instruments switch
        {
            [var instrument] => (instrument.Account, instrument.Reference, instrument.Method, instrument.Name),
            var other => throw new InvalidOperationException($"{other.Count} instruments"),
        });
        Assert.Equal(InstrumentName("card"), Assert.Single(changes.References).Reference);
        Assert.Equal(EventType.InstrumentRegistered, Assert.Single(changes.Events).Type);
    }

    [Fact]
    public void Instrument_ThatTheVaultHolds_IsRegisteredWithItsSealedNumberInOneCommit()
    {
        var card = new Card(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2030), "Anna");
        var holding = new Holding(new Vaulted("sandbox", card.Shown), new Sealed(new byte[] { 1 }, 1, new byte[32]));

        var changes = Account().When(Registering("card") with { Holding = holding }).Moves();

        var instrument = Assert.Single(changes.Instruments);
        Assert.Equal(holding.Vaulted, instrument.Vaulted);
        Assert.Equal(new VaultEntry(instrument.Id, holding.Sealed), Assert.Single(changes.VaultEntries));
        Assert.Null(Assert.Single(Account().When(Registering("card")).Moves().Instruments).Vaulted);
    }

    [Fact]
    public void Instrument_OfAnUnknownAccount_IsRefused() => Nobody().When(Registering("card")).IsRefused(Refusal.AccountUnknown);

    [Fact]
    public void Instrument_UnderATakenName_IsRefused() =>
        Account().And(Jonas).Holding(PaymentMethod.BankCard, account: Jonas).When(Registering("card")).IsRefused(Refusal.ReferenceTaken);

    [Fact]
    public void Refusals_AreReportedInThePromisedOrder() =>
        Nobody().And(Jonas).Holding(PaymentMethod.BankCard, account: Jonas).When(Registering("card")).IsRefused(Refusal.AccountUnknown);
}

public sealed class RaiseChargeTests
{
    private static RaiseCharge Raising(long amountMinor) =>
        new(Given.Origin, Target(), ChargeId("new"), new Money(amountMinor, Euro), Today);

    private static OrderNaming Order(params string[] names) => new(OrderId("order"), [.. names.Select(OrderName)]);

    [Fact]
    public void Charge_Raised_IsOwed()
    {
        var changes = Account().When(Raising(10_00)).Moves("receivable → billed 10.00 EUR");

        var charge = Assert.Single(changes.Charges);
        Assert.Equal((AccountId(Anna), 10_00, Today, RaiseCharge.Bill), (charge.Account, charge.OpenMinor, charge.DueOn, charge.Label));
        Assert.Equal(Reference.ToChargeNumber(Merchant, charge.Number), Assert.Single(changes.References).Reference);
        Assert.Equal((EventType.ChargeRaised, charge.Id), (changes.Events[0].Type, changes.Events[0].Transfers[0].Charge));
    }

    [Fact]
    public void Charge_WithADocument_IsFoundByBothOfItsNames()
    {
        var changes = Account().When(Raising(10_00) with { Reference = ChargeName("B-1"), Document = ChargeName("B1-101") }).IsAccepted();

        Assert.Equal(("B-1", "B1-101"), (changes.Charges[0].Reference, changes.Charges[0].Document));
        Assert.Equal([ChargeName("B-1"), ChargeName("B1-101")], changes.References.Take(2).Select(given => given.Reference));
    }

    [Fact]
    public void Charge_OfANewOrder_OpensIt()
    {
        var changes = Account().When(Raising(10_00) with { Order = Order("O-1", "ORD-0001") }).IsAccepted();

        Assert.Equal(OrderId("order"), Assert.Single(changes.Orders).Id);
        Assert.Equal(OrderId("order"), changes.Charges[0].Order);
        Assert.Equal([OrderName("O-1"), OrderName("ORD-0001")], changes.References.Take(2).Select(given => given.Reference));
    }

    [Fact]
    public void Charge_OfAKnownOrder_JoinsIt()
    {
        var changes = Account().Ordering("known").When(Raising(10_00) with { Order = Order("known") }).IsAccepted();

        Assert.Empty(changes.Orders);
        Assert.Equal(OrderId("known"), changes.Charges[0].Order);
    }

    [Fact]
    public void Charge_OfAnUnknownAccount_IsRefused() => Nobody().When(Raising(10_00)).IsRefused(Refusal.AccountUnknown);

    [Fact]
    public void Charge_UnderATakenName_IsRefused()
    {
        Account().Owing(1).When(Raising(10_00) with { Reference = ChargeName("bill") })
            .IsRefused(Refusal.ReferenceTaken, RaiseCharge.PartOfReference);
        Account().Owing(1).When(Raising(10_00) with { Document = ChargeName("bill") })
            .IsRefused(Refusal.ReferenceTaken, RaiseCharge.PartOfDocument);
    }

    [Fact]
    public void Charge_OfANewOrderUnderATakenName_IsRefused() =>
        Account().Ordering("taken").When(Raising(10_00) with { Order = Order("new", "taken") }).IsRefused(Refusal.ReferenceTaken);

    [Fact]
    public void Charge_OfAnotherCustomersOrder_IsRefusedAsIfUnknown() =>
        Account().And(Jonas).Ordering(account: Jonas).When(Raising(10_00) with { Order = Order("order") }).IsRefused(Refusal.OrderUnknown);

    [Fact]
    public void Refusals_AreReportedInThePromisedOrder()
    {
        var charge = Raising(10_00) with { Reference = ChargeName("bill"), Order = Order("order") };
        Nobody().And(Jonas).Owing(1, account: Jonas).Ordering(account: Jonas).When(charge).IsRefused(Refusal.AccountUnknown);
        Account().And(Jonas).Owing(1, account: Jonas).Ordering(account: Jonas).When(charge)
            .IsRefused(Refusal.ReferenceTaken, RaiseCharge.PartOfReference);
    }
}

public sealed class AskDepositTests
{
    private static AskDeposit Asking(long amountMinor, params string[] names) =>
        new(Given.Origin, Target(), new OrderNaming(OrderId("order"), [.. names.Select(OrderName)]), new Money(amountMinor, Euro));

    [Fact]
    public void Deposit_AskedOfANewOrder_OpensItAndRaisesNoDebt()
    {
        var changes = Account().When(Asking(10_00, "order")).Moves();

        Assert.Equal([new Order(OrderId("order"), AccountId(Anna), 10_00, 0, 0, Events: 1)], changes.Orders);
        Assert.Equal((EventType.DepositAsked, 1), (changes.Events[0].Type, changes.Events[0].Sequence));
    }

    [Fact]
    public void Deposit_AskedAgain_IsAnotherEventOfTheOrder()
    {
        var changes = Account().Ordering(depositMinor: 5_00).When(Asking(10_00, "order")).IsAccepted();

        Assert.Equal([new Order(OrderId("order"), AccountId(Anna), 15_00, 0, 0, Events: 2)], changes.Orders);
        Assert.Equal(2, changes.Events[0].Sequence);
    }

    [Fact]
    public void Deposit_OfAnUnknownAccount_IsRefused() => Nobody().When(Asking(10_00, "order")).IsRefused(Refusal.AccountUnknown);

    [Fact]
    public void Deposit_OfANewOrderUnderATakenName_IsRefused() =>
        Account().Ordering("taken").When(Asking(10_00, "new", "taken")).IsRefused(Refusal.ReferenceTaken);

    [Fact]
    public void Deposit_InAnotherCurrencyThanTheAccounts_IsRefused() =>
        Account().When(Asking(500, "order") with { Amount = new Money(500, Currency.Parse("JPY")) }).IsRefused(Refusal.CurrencyMismatch);

    [Fact]
    public void Deposit_OfAnotherCustomersOrder_IsRefusedAsIfUnknown() =>
        Account().And(Jonas).Ordering(account: Jonas).When(Asking(10_00, "order")).IsRefused(Refusal.OrderUnknown);
}
