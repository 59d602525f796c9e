using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding.Corrections;

/// <summary>Jonas has two accounts: that under the name of Anna is merged into his own.</summary>
public sealed class MergeAccountsTests
{
    private static readonly Guid First = Guid.Parse("01900000-0000-7000-8000-0000ffffffff");

    private static MergeAccounts Merging(params string[] credits) =>
        new(Given.Origin, Target(Jonas), Target(), [.. credits.Select(PaymentId)], First);

    private static UnmergeAccounts Undoing(params IReadOnlyList<PaymentId> credits) =>
        new(Given.Origin, Target(), Target(Jonas), credits, Guid.Parse("01900000-0000-7000-9000-000000000000"));

    /// <summary>Both owe, and Anna's account has credit of two purposes.</summary>
    private static Given Both() => Account().And(Jonas).Owing(20_00, settledMinor: 5_00).Owing(7_00, "later", dueInDays: 3)
        .Owing(9_00, "of jonas", Jonas).HavingPaid(10_00, new Credit(CreditPurpose.General, 3_00), new Credit(CreditPurpose.Escrow, 2_00))
        .Settling(("bill", 5_00)).HeldBy(ClearingProvider.BankTransfer);

    [Fact]
    public void Account_Merged_HasWhatWasOpenThere_AndIsClosed()
    {
        var changes = Both().Then(Merging("payment"));

        var moved = changes.Of<Charge>().Where(charge => charge.Account == AccountId(Jonas)).ToList();
        Assert.Equal([15_00, 7_00], moved.Select(charge => charge.OpenMinor));
        Assert.Equal([ChargeId("bill"), ChargeId("later")], moved.Select(charge => charge.MovedFrom!.Value));
        Assert.Equal([Today, Today.AddDays(3)], moved.Select(charge => charge.DueOn));
        Assert.All(changes.Of<Charge>().Except(moved), charge => Assert.Equal(0, charge.OpenMinor));
        var paid = changes.Of<Payment>().Single(payment => payment.Account == AccountId(Jonas));
        Assert.Equal((PaymentId("payment"), 5_00), (paid.MovedFrom, paid.UnallocatedMinor));
        var merged = Assert.Single(changes.Accounts);
        Assert.Equal((AccountStatus.Closed, AccountId(Jonas), 2), (merged.Status, merged.MergedInto, merged.Events));
        Assert.Equal(EventType.AccountMerged, changes.Events[^1].Type);
        Assert.Equal(3, changes.Of<Charge>().Select(charge => charge.Id.Value).Concat(changes.Of<Payment>().Select(one => one.Id.Value))
            .Count(id => id.Version == 7));
        Assert.Equal(0, Balances(changes)[LedgerKind.Receivable]);
    }

    [Fact]
    public void Credit_UsedAndFreedInTheSameBatch_MovesOnce()
    {
        var books = Both();
        books.Then(new AllocatePayment(Given.Origin, Target(), PaymentId("payment"), [Part.Charge(ChargeName("bill"), 5_00)]));
        books.Then(new UnallocatePayment(Given.Origin, Target(), PaymentId("payment")));

        var changes = books.Then(Merging("payment"));

        Assert.Equal(10_00, Assert.Single(changes.Of<Payment>(), payment => payment.Account == AccountId(Jonas)).UnallocatedMinor);
    }

    [Fact]
    public void Merge_Undone_LeavesTheBooksAsTheyWere()
    {
        var books = Both();
        var there = books.Then(Merging("payment"));
        var back = books.Then(Undoing([.. there.Of<Payment>().Select(payment => payment.Id)]));

        Assert.All(
            there.Events.Concat(back.Events).SelectMany(happened => happened.Transfers)
                .SelectMany(transfer => new[] { (transfer.Debit, transfer.AmountMinor), (transfer.Credit, -transfer.AmountMinor) })
                .GroupBy(side => side.Item1, side => side.Item2),
            account => Assert.Equal((account.Key, 0), (account.Key, account.Sum())));
        Assert.Equal(
            [(ChargeId("bill"), 15_00L), (ChargeId("later"), 7_00L)],
            back.Of<Charge>().Where(charge => charge.OpenMinor > 0).Select(charge => (charge.Id, charge.OpenMinor)));
        var account = Assert.Single(back.Accounts);
        Assert.Equal((AccountStatus.Open, null, 3), (account.Status, account.MergedInto, account.Events));
        books.Then(Again([.. back.Of<Payment>().Select(payment => payment.Id)]));

        static MergeAccounts Again(params IReadOnlyList<PaymentId> credits) => Merging("payment") with
        {
            Credits = credits,
            First = Guid.Parse("01900001-0000-7000-8000-000000000000"),
        };
    }

    [Fact]
    public void Merge_Undone_ReturnsOnlyWhatIsLeft()
    {
        var books = Both();
        var there = books.Then(Merging("payment"));
        var (charge, credit) = (there.Of<Charge>().First(one => one.MovedFrom == ChargeId("bill")), there.Of<Payment>().Last());
        books.Then(new AllocatePayment(
            Given.Origin, Target(Jonas), credit.Id, [Part.Charge(Reference.ToChargeNumber(Merchant, charge.Number), 4_00)]));
        var back = books.Then(Undoing([credit.Id]));

        Assert.Equal(11_00, back.Of<Charge>().Single(one => one.Id == ChargeId("bill")).OpenMinor);
        Assert.Equal(1_00, back.Of<Payment>().Single(one => one.Account == AccountId(Anna)).UnallocatedMinor);
    }

    [Fact]
    public void Merge_ThatTheBooksDoNotAllow_IsRefused()
    {
        Both().When(Merging("payment") with { Merged = Target(Jonas) }).IsRefused(Refusal.SameCustomer);
        Both().When(Merging("payment") with { Merged = Target("stranger") }).IsRefused(Refusal.AccountUnknown);
        Both().And("ted", Dollar).When(Merging("payment") with { Account = Target("ted") }).IsRefused(Refusal.CurrencyMismatch);
        Both().When(Merging()).IsRefused(Refusal.AccountChanged);
        Both().HeldBy("sandbox").When(Merging("payment")).IsRefused(Refusal.HeldByProvider);
        Both().HeldBy(ClearingProvider.Gateway).When(Merging("payment")).IsRefused(Refusal.HeldByProvider);
        Both().Disputed(1_00, 0).When(Merging("payment")).IsRefused(Refusal.PaymentDisputed);
        // A payment without credit too: won, its money settles the charge that it settled.
        Account().And(Jonas).Owing(10_00).HavingPaid(10_00).HeldBy("sandbox").Disputed(10_00, 0).When(Merging())
            .IsRefused(Refusal.PaymentDisputed);
        foreach (var status in (PaymentStatus[])
            [PaymentStatus.Pending, PaymentStatus.Unknown, PaymentStatus.Authorised, PaymentStatus.Settling])
        {
            Both().HavingPaid("other", Anna, status, new Money(1_00, Euro)).When(Merging("payment")).IsRefused(Refusal.AccountUnderWay);
            Both().HavingPaid("other", Jonas, status, new Money(1_00, Euro)).When(Merging("payment")).IsAccepted();
        }

        var closed = Account().And(Jonas);
        closed.Then(new CloseAccount(Given.Origin, Target(Jonas)));
        closed.When(Merging()).IsRefused(Refusal.AccountClosed);
        Both().When(Undoing()).IsRefused(Refusal.AccountNotMerged);
    }

    [Fact]
    public void MergedAccount_TakesNothing_AndItsMovedDebtIsNotPutBackElsewhere()
    {
        var books = Both();
        var there = books.Then(Merging("payment"));
        foreach (var command in (Command[])
            [
                Paying(1_00), Merging(), new ReopenAccount(Given.Origin, Target()), new CloseAccount(Given.Origin, Target()),
                new RaiseCharge(Given.Origin, Target(), ChargeId("new"), new Money(1_00, Euro), Today),
                new CorrectCharge(Given.Origin, Target(), ChargeId("bill"), DebtCorrection.Reinstate),
            ])
        {
            books.When(command).IsRefused(Refusal.AccountMerged);
        }

        books.Then(Undoing([.. there.Of<Payment>().Select(payment => payment.Id)]));
        var copy = there.Of<Charge>().First(one => one.MovedFrom == ChargeId("later"));
        books.When(new CorrectCharge(Given.Origin, Target(Jonas), copy.Id, DebtCorrection.Reinstate)).IsRefused(Refusal.ExceedsCorrected);
        books.And("third").When(Undoing() with { Into = Target("third") }).IsRefused(Refusal.AccountNotMerged);
    }

    /// <summary>A merge splits a debt in two: a limit of any amount holds the charge that moved, as it holds money that moved.</summary>
    [Fact]
    public void MovedCharge_IsGivenUpByTwoPeople_BelowTheLimitToo()
    {
        var books = Both();
        var moved = books.Then(Merging("payment")).Of<Charge>().First(charge => charge.MovedFrom == ChargeId("bill"));
        var origin = Given.Origin with
        {
            Credential = 0,
            Action = new OperatorAction(Guid.CreateVersion7(Now), "Ada", "charge.write-off", "charge", "gone"),
        };
        var writeOff = new CorrectCharge(origin, Target(Jonas), moved.Id, DebtCorrection.WriteOff, new Money(1_00, Euro));
        books.When(writeOff).IsAccepted();
        books.Limited(50_00);

        var asked = books.When(writeOff with { RequestId = Guid.CreateVersion7(Now) }).IsAccepted();

        Assert.Equal(EventType.ApprovalAsked, Assert.Single(asked.Events).Type);
    }

    [Fact]
    public void Merge_IsUndoneOnlyWhileNothingIsUnderWayThere_AndLastFirst()
    {
        var books = Account().And(Jonas).And("third");
        books.Then(Merging());
        books.HavingPaid("claims", Jonas, PaymentStatus.Authorised, new Money(1_00, Euro)).When(Undoing())
            .IsRefused(Refusal.AccountUnderWay);
        var chain = Account().And(Jonas).And("third");
        chain.Then(Merging());
        chain.Then(new MergeAccounts(Given.Origin, Target("third"), Target(Jonas), [], First));
        chain.When(Undoing()).IsRefused(Refusal.AccountMerged);
    }

    [Fact]
    public void Credit_MergedOnAndUndoneLastFirst_IsTheFirstAccountsAgain()
    {
        var books = Both().And("third");
        var there = books.Then(Merging("payment"));
        var onwards = books.Then(
            new MergeAccounts(Given.Origin, Target("third"), Target(Jonas), CreditsOf(there, Jonas), At("01900002")));
        var back = books.Then(
            new UnmergeAccounts(Given.Origin, Target(Jonas), Target("third"), CreditsOf(onwards, "third"), At("01900003")));
        var home = books.Then(Undoing(CreditsOf(back, Jonas)));

        Assert.Equal(5_00, home.Of<Payment>().Where(payment => payment.Account == AccountId(Anna)).Sum(one => one.UnallocatedMinor));
        Assert.Equal(22_00, home.Of<Charge>().Where(charge => charge.Account == AccountId(Anna)).Sum(charge => charge.OpenMinor));

        static Guid At(string time) => Guid.Parse($"{time}-0000-7000-8000-000000000000");
        static IReadOnlyList<PaymentId> CreditsOf(Changes changes, string name) =>
        [
            .. changes.Of<Payment>().Where(payment => payment.Account == AccountId(name) && payment.UnallocatedMinor > 0)
                .Select(payment => payment.Id),
        ];
    }

    private static Dictionary<LedgerKind, long> Balances(Changes changes) => changes.Events.SelectMany(happened => happened.Transfers)
        .SelectMany(transfer => new[] { (transfer.Debit.Kind, transfer.AmountMinor), (transfer.Credit.Kind, -transfer.AmountMinor) })
        .GroupBy(side => side.Item1, side => side.Item2).ToDictionary(kind => kind.Key, kind => kind.Sum());
}
