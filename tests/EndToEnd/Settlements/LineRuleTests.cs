using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A line that names nothing of ours goes to the merchant's rules, and says which one has acted.</summary>
public sealed class LineRuleTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LineRuleUse.Ignore, SettlementStatus.Ignored, null, "Rule 1 (Rent): no money of these books")]
    [InlineData(LineRuleUse.OwnTransfer, SettlementStatus.Ignored, null, "Rule 1 (Rent): a transfer between own accounts")]
    [InlineData(LineRuleUse.Fee, SettlementStatus.Booked, SettlementUse.Fee, "Rule 1 (Rent): a fee of the bank")]
    [InlineData(LineRuleUse.Payout, SettlementStatus.Booked, SettlementUse.Payout, "Rule 1 (Rent): a payout of sandbox")]
    public async Task Line_ThatNamesNothing_IsWhatTheFirstFittingRuleSays_AndSaysWhichRule(
        LineRuleUse use, SettlementStatus status, SettlementUse? bookedAs, string note)
    {
        await using var shop = await Shop.OpenAsync(books);
        await MakeAsync(shop, Rule(shop, "Rent", use) with { Words = "rent", Provider = use == LineRuleUse.Payout ? "sandbox" : null });
        await MakeAsync(shop, Rule(shop, "All in November", LineRuleUse.Ignore) with { Words = "november" });

        var outcome = await ImportAsync(shop, new Camt().With(-700, "Rent November 2027").With(-70, "Rental car"));
        var lines = await shop.LinesAsync(Assert.Single(outcome.Reports));

        Assert.Equal((status, bookedAs, note), (lines[0].Status, lines[0].Use, lines[0].Note));
        Assert.Equal(SettlementStatus.Open, lines[1].Status);
        Assert.StartsWith("Rule 1 (Rent) decided 1 line, -700.00 EUR", outcome.Remarks[^1].Problem, StringComparison.Ordinal);
        // The audit log has the rule with the line, and not its name: that may be a person's.
        Assert.Equal(
            $"line {lines[0].Id.Value:D} {note.Replace(" (Rent)", "", StringComparison.Ordinal)}",
            await shop.ScalarAsync("SELECT subject || ' ' || reason FROM operator_action WHERE what = 'settlement.rule'"));
    }

    /// <summary>What names a bill, a payment or a customer is a matter of the evidence, also where it waits.</summary>
    [Theory]
    [InlineData("Invoice INV-2027-0001 rent", 50)]
    [InlineData("Invoice INV-2027-0001 rent", -50)]
    [InlineData("rent of anna-77", 50)]
    [InlineData("thanks for INV-2027-0009 rent", 12)]
    public async Task Line_ThatNamesSomethingOfOurs_IsLeftToTheEvidence(string text, int amount)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna-77", "INV-2027-0001", 120_00), ("anna-77", "INV-2027-0009", 12_00));
        await ImportAsync(shop, new Camt { Id = "before" }.With(12, "INV-2027-0009"));
        await MakeAsync(shop, Rule(shop, "Rent", LineRuleUse.Ignore) with { Words = "rent" });

        var outcome = await ImportAsync(shop, new Camt().With(amount, text));
        var line = Assert.Single(await shop.LinesAsync(outcome.Reports[0]));

        Assert.NotEqual(SettlementStatus.Ignored, line.Status);
        Assert.DoesNotContain("Rule", line.Note ?? "", StringComparison.Ordinal);
    }

    /// <summary>A part payment of a customer whose name is known is no matter of a rule, which would drop it.</summary>
    [Theory]
    [InlineData("anna", SettlementStatus.Open)]
    [InlineData("jonas", SettlementStatus.Ignored)]
    public async Task Line_WhosePayerIsACustomer_IsDecidedByNoRuleAlone(string customer, SettlementStatus status)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync((customer, "INV-2027-0001", 100_00));
        await MakeAsync(shop, Rule(shop, "Small change", LineRuleUse.Ignore) with { Words = "rest" });

        var outcome = await ImportAsync(shop, new Camt().With(5, "Rest"));

        Assert.Equal(status, Assert.Single(await shop.LinesAsync(Assert.Single(outcome.Reports))).Status);
    }

    /// <summary>Who owes nothing may pay in advance, or twice.</summary>
    [Fact]
    public async Task Line_WhosePayerIsACustomerWithoutDebts_IsDecidedByNoRuleAlone()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await MakeAsync(shop, Rule(shop, "Small change", LineRuleUse.Ignore) with { Words = "rest" });

        var outcome = await ImportAsync(shop, new Camt().With(5, "Rest"));

        Assert.Equal(SettlementStatus.Open, Assert.Single(await shop.LinesAsync(Assert.Single(outcome.Reports))).Status);
    }

    [Theory]
    [InlineData("rent november", "November RENT")]
    [InlineData("X", "x")]
    public void Rules_ForTheSameLines_AreAlike(string words, string others)
    {
        var rule = new LineRule(new MerchantId(1), 1, "First", LineRuleUse.Ignore) { Words = words };

        Assert.True(rule.IsLike(rule with { Number = 2, Words = others }));
        Assert.False(rule.IsLike(rule with { Number = 2, Words = $"{others} more" }));
    }

    [Fact]
    public async Task Customer_OfARule_IsProposed_AndNeverBookedByIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("jonas", "INV-2027-0001", 120_00));
        var jonas = await AccountAsync(shop);
        await MakeAsync(shop, Rule(shop, "Mother of J.", LineRuleUse.Customer) with
        {
            Counterparty = "Anna Bell",
            Customer = jonas,
            Direction = LineDirection.In,
        });

        var outcome = await ImportAsync(shop, new Camt().With(40, "for my son").With(-40, "back"));
        var lines = await shop.LinesAsync(Assert.Single(outcome.Reports));
        var proposals = await shop.Desk.ProposalsAsync(shop.Merchant, lines, Cancel);

        Assert.All(lines, line => Assert.Equal(SettlementStatus.Open, line.Status));
        var proposal = Assert.Single(proposals).Value;
        Assert.Equal((SettlementChoice.Customer, false), (proposal.Choice, proposal.HasTwoWitnesses));
        Assert.Contains("rule 1 says so", proposal.Text, StringComparison.Ordinal);
        var booked = await shop.Desk.BookAsChosenAsync(lines[0], proposal.Choice, proposal.Names, shop.Origin, "accepted", Cancel);
        Assert.True(booked.Outcome?.Accepted, booked.Problem);
        Assert.Equal(80_00L, await shop.ScalarAsync("SELECT amount_minor - allocated_minor FROM charge"));
    }

    /// <summary>The customer can't pay in that currency, or not any more.</summary>
    [Theory]
    [InlineData("USD", null)]
    [InlineData("EUR", "closed")]
    public async Task Customer_WhoCanNotBePaid_IsProposedByNoRule(string currency, string? status)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("jonas", "Jonas Brandt");
        await MakeAsync(shop, Rule(shop, "Parents", LineRuleUse.Customer) with
        {
            Counterparty = "Bell",
            Customer = await AccountAsync(shop),
        });
        await MakeAsync(shop, Rule(shop, "Others", LineRuleUse.Ignore) with { Words = "son" });
        if (status is not null)
            await shop.DoAsync(new CloseAccount(shop.Origin, AccountTarget.Named(shop.Business.AccountName("jonas"))));

        var outcome = await ImportAsync(shop, new Camt { Currency = currency }.With(40, "for my son"));

        var lines = await shop.LinesAsync(Assert.Single(outcome.Reports));
        // The next rule does not take it either.
        Assert.Equal(("Anna Bell", SettlementStatus.Open), (Assert.Single(lines).Counterparty, lines[0].Status));
        Assert.Empty(await shop.Desk.ProposalsAsync(shop.Merchant, lines, Cancel));
    }

    [Fact]
    public async Task Rule_ThatWasEnded_IsStillRead_AndDecidesNothing()
    {
        await using var shop = await Shop.OpenAsync(books);
        var rules = new LineRules(shop.Books.Database, TimeProvider.System);
        await MakeAsync(shop, Rule(shop, "Rent", LineRuleUse.Ignore) with { Words = "rent" });
        await rules.EndAsync(shop.Merchant, 1, _ => By(shop, "rule.end"), Cancel);

        var outcome = await ImportAsync(shop, new Camt().With(-700, "rent"));

        Assert.Empty(await rules.ListAsync(shop.Merchant, Cancel));
        var ended = Assert.Single(await rules.EndedAsync(shop.Merchant, Cancel));
        Assert.Equal(("Rent", "rent", true, false), (ended.Name, ended.Words, ended.IsEnded, ended.IsOn));
        Assert.True((await rules.FindAsync(shop.Merchant, 1, Cancel))!.IsEnded);
        Assert.Equal(SettlementStatus.Open, Assert.Single(await shop.LinesAsync(Assert.Single(outcome.Reports))).Status);
    }

    [Fact]
    public async Task Line_ThatARuleHasBooked_IsUnbooked_AndNoRuleTakesItAgain()
    {
        await using var shop = await Shop.OpenAsync(books);
        await MakeAsync(shop, Rule(shop, "Fees", LineRuleUse.Fee) with { Words = "fee" });
        var file = new Camt().With(-7, "Monthly fee");
        var line = Assert.Single(await shop.LinesAsync((await ImportAsync(shop, file)).Reports[0]));
        Assert.Equal(7_00L, (await shop.BalancesAsync())["fees"]);

        Assert.True((await shop.Desk.UnbookAsync(line, line.Events, "no fee", shop.Origin, key: null, Cancel)).Accepted);
        await ImportAsync(shop, file);

        Assert.Equal(SettlementStatus.Open, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
        Assert.DoesNotContain("fees", (await shop.BalancesAsync()).Keys);
    }

    [Fact]
    public async Task Rule_ThatIsOffOrEnded_DoesNothing_AndOneThatIsSwitchedOnTakesWhatWaits()
    {
        await using var shop = await Shop.OpenAsync(books);
        var rule = await MakeAsync(shop, Rule(shop, "Rent", LineRuleUse.Ignore) with { Words = "rent", IsOn = false });
        var rules = new LineRules(shop.Books.Database, TimeProvider.System);
        var line = Assert.Single(await shop.LinesAsync((await ImportAsync(shop, new Camt().With(-700, "Rent"))).Reports[0]));
        Assert.Equal(SettlementStatus.Open, line.Status);

        await rules.SwitchAsync(shop.Merchant, rule.Number, isOn: true, place: null, _ => By(shop, "rule.switch"), Cancel);
        await ImportAsync(shop, new Camt { Id = "next" }.With(-1, "nothing"));
        Assert.Equal(SettlementStatus.Ignored, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);

        await rules.EndAsync(shop.Merchant, rule.Number, _ => By(shop, "rule.end"), Cancel);
        var later = await ImportAsync(shop, new Camt { Id = "last" }.With(-701, "Rent"));
        Assert.Equal(1, later.Reports[0].Statement.Open);
        Assert.Empty(await rules.ListAsync(shop.Merchant, Cancel));
    }

    [Fact]
    public async Task Rules_KeepTheirOrder_HoweverTheyArePlacedAndEnded()
    {
        await using var shop = await Shop.OpenAsync(books);
        var rules = new LineRules(shop.Books.Database, TimeProvider.System);
        foreach (var name in (string[])["a", "b", "c", "d"])
            await MakeAsync(shop, Rule(shop, name, LineRuleUse.Ignore) with { Words = $"word-{name}" });
        await MakeAsync(shop, Rule(shop, "e", LineRuleUse.Ignore) with { Words = "word-e", Place = 2 });
        await rules.SwitchAsync(shop.Merchant, 4, isOn: true, place: 1, _ => By(shop, "rule.switch"), Cancel);
        await rules.EndAsync(shop.Merchant, 1, _ => By(shop, "rule.end"), Cancel);
        await rules.SwitchAsync(shop.Merchant, 2, isOn: false, place: null, _ => By(shop, "rule.switch"), Cancel);

        Assert.Equal(
            [(1, "d", true), (2, "e", true), (3, "b", false), (4, "c", true)],
            (await rules.ListAsync(shop.Merchant, Cancel)).Select(rule => (rule.Place, rule.Name, rule.IsOn)));
    }

    /// <summary>Two people make a rule for the same lines at once.</summary>
    [Fact]
    public async Task Rule_ForTheSameLines_IsMadeOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        var rules = new LineRules(shop.Books.Database, TimeProvider.System);

        var made = await Task.WhenAll(((LineRuleUse[])[LineRuleUse.Ignore, LineRuleUse.Fee]).Select(use => rules.MakeAsync(
            Rule(shop, "Rent", use) with { Words = "rent", Direction = LineDirection.Out }, _ => By(shop, "rule.set"), Cancel)));

        Assert.Single(made, one => one.Rule is not null);
        Assert.Equal(1, Assert.Single(made, one => one.Like is not null).Like!.Number);
    }

    [Fact]
    public async Task Customer_IsErased_AndTheRuleOfTheCustomerEnds()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await MakeAsync(shop, Rule(shop, "Anna's mother", LineRuleUse.Customer) with
        {
            Counterparty = "Bell",
            Customer = await AccountAsync(shop),
        });

        var (account, _, _) = await AccountAsync(shop);
        var erased = await new Storage.Erasing(shop.Books.Database, TimeProvider.System)
            .EraseAsync(account, By(shop, "account.erase"), Cancel);

        Assert.True(erased.IsDone);
        Assert.Empty(await new LineRules(shop.Books.Database, TimeProvider.System).ListAsync(shop.Merchant, Cancel));
        Assert.Equal("erased", await shop.ScalarAsync("SELECT concat_ws(' ', name, counterparty, words) FROM line_rule"));
    }

    [Theory]
    [InlineData("rent", "rent bikes", LineRuleUse.Fee, "takes all of its lines")]
    [InlineData("rent bikes", "rent", LineRuleUse.Fee, "comes first where both fit")]
    [InlineData("rent bikes", "rent", LineRuleUse.Ignore, null)]
    [InlineData("rent", "fee", LineRuleUse.Fee, null)]
    [InlineData("rent", null, LineRuleUse.Fee, null)]
    [InlineData(null, "rent", LineRuleUse.Fee, "comes first where both fit")]
    public void Rule_BehindOneThatSaysSomethingElse_HasARemark(string? first, string? second, LineRuleUse use, string? remark)
    {
        var merchant = new MerchantId(1);
        var before = new LineRule(merchant, 1, "First", LineRuleUse.Ignore) { Words = first, IsOn = true, Place = 1 };
        before = first is null ? before with { Most = new Money(50_00, Currency.Parse("EUR")) } : before;
        var rule = new LineRule(merchant, 2, "Second", use)
        {
            Words = second,
            Counterparty = second is null ? "Bell" : null,
            Place = 2,
        };

        var said = rule.RemarkAmong([before, rule]);

        Assert.Equal(remark is null, said.Length == 0);
        Assert.Contains(remark ?? "", said, StringComparison.Ordinal);
        Assert.Equal("", rule.RemarkAmong([before with { IsOn = false }, rule]));
    }

    private static LineRule Rule(Shop shop, string name, LineRuleUse use) => new(shop.Merchant, 0, name, use) { IsOn = true };

    private static async Task<LineRule> MakeAsync(Shop shop, LineRule rule)
    {
        var made = await new LineRules(shop.Books.Database, TimeProvider.System).MakeAsync(rule, _ => By(shop, "rule.set"), Cancel);
        Assert.Null(made.Like);
        return made.Rule!;
    }

    private static async Task<(AccountId Id, int Slot, long Number)> AccountAsync(Shop shop) => (
        new AccountId(shop.Merchant, (Guid)(await shop.ScalarAsync("SELECT id FROM account"))!),
        (short)(await shop.ScalarAsync("SELECT slot FROM account"))!, (long)(await shop.ScalarAsync("SELECT number FROM account"))!);

    private static async Task<DeskOutcome> ImportAsync(Shop shop, Camt file)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file.ToXml()));
        var outcome = await shop.Desk.ImportAsync(
            stream, "statement.xml", new ReadingOptions(), By(shop, "settlement.import"), progress: null, Cancel);
        Assert.Empty(outcome.Faults);
        return outcome;
    }

    private static Origin By(Shop shop, string what) => shop.Origin with
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, what, "a test", "a wish"),
    };
}
