using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Storage.Console;
using Quittance.Storage.Lanes;
using Quittance.Storage.Reading;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>
/// A statement that was imported by mistake is taken back with all that it booked, or not at all; then its file can be imported again.
/// </summary>
public sealed class UndoTests(BooksFixture books)
{
    private const string Reason = "the file of another studio";
    private const string Header = "account;date;amount;currency;payer;purpose\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_IsTakenBackWithAllThatItBooked_AndTheSameFileCountsAgain()
    {
        await using var shop = await ShopAsync();
        var before = await shop.BalancesAsync();
        var file = File("1", 1000);
        var first = await shop.ImportAsync(file);
        await DecideAsync(shop, first);
        var booked = await shop.BalancesAsync();

        for (var round = 1; round <= 2; round++)
        {
            var report = round == 1 ? first : await shop.ImportAsync(file);
            if (round == 2)
            {
                Assert.Equal((false, 5), (report.WasKnown, report.NewLines));
                Assert.NotEqual(first.Statement.Statement.Id, report.Statement.Statement.Id);
                await DecideAsync(shop, report);
                Assert.Equal(booked, await shop.BalancesAsync());
            }

            Assert.Equal((0, 0), (await OpenAsync(shop, "INV-1"), await OpenAsync(shop, "INV-2")));
            var picture = (await LookAsync(shop, report))!;
            Assert.Equal((5, 3), (picture.Left, picture.Booked));
            await AssertShowsAsync(shop, picture, before);

            Assert.Equal((5, 3, 0), await TakenAsync(shop, report));
            Assert.Equal(before, await shop.BalancesAsync());
            Assert.Equal((30_00, 40_00), (await OpenAsync(shop, "INV-1"), await OpenAsync(shop, "INV-2")));
            var listed = (await shop.Statements.FindAsync(report.Statement.Statement.Id, Cancel))!;
            Assert.Equal((5, 0, 0, true), (listed.Undone, listed.Elsewhere, listed.Left, listed.Statement.UndoneAt is not null));
            await shop.Books.AssertCleanAsync();
        }

        Assert.Empty(await shop.Statements.LinesAsync(shop.Merchant, SettlementStatus.Open, null, 10, Cancel));
    }

    /// <summary>The picture is of what happens.</summary>
    private static async Task AssertShowsAsync(Shop shop, UndoPicture picture, IReadOnlyDictionary<string, long> after)
    {
        var changes = await new LedgerChanges(shop.Books.Database).ReadAsync(shop.Merchant, picture.Transfers, Cancel);
        var shown = changes.GroupBy(change => (change.Account.Kind, change.Account.Purpose)).ToDictionary(
            each => $"{EnumWords.Of(each.Key.Kind)} {each.Key.Purpose}".Trim(),
            each => each.Sum(change => change.After.AmountMinor) * (Chart.IsDebitNormal(each.Key.Kind) ? 1 : -1));
        Assert.Contains("bank DE ···· 3000", shown.Keys);
        foreach (var (account, minor) in shown.Where(each => !each.Key.StartsWith("receivable", StringComparison.Ordinal)))
            Assert.Equal(after.GetValueOrDefault(account), minor);
    }

    [Fact]
    public async Task ACorrectedFile_CountsInPlaceOfTheWrongOne()
    {
        await using var shop = await ShopAsync();
        var wrong = await shop.ImportAsync(new Camt { Id = "7" }.With(30, "INV-1").With(4, "x").ToXml());
        await TakeBackAsync(shop, wrong);

        // The same number, days and balances, and another text: held against the first one it would be refused.
        var right = await shop.TryImportAsync(new Camt { Id = "7" }.With(30, "INV-1").With(4, "y").ToXml());

        Assert.Empty(right.Faults);
        Assert.Equal((2, 1), (right.Reports[0].NewLines, right.Reports[0].Booked));
        Assert.Contains("an import that was taken back had 1 of the lines", Assert.Single(right.Remarks).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_OfAnUndoneImport_IsNeverBookedAgain()
    {
        await using var shop = await ShopAsync();
        var report = await shop.ImportAsync(File("1", 1000));
        await TakeBackAsync(shop, report);
        var line = (await shop.LinesAsync(report))[0];

        foreach (var choice in (SettlementChoice[])[SettlementChoice.Fee, SettlementChoice.Ignore, SettlementChoice.Customer])
        {
            var (outcome, _) = await shop.Desk.BookAsChosenAsync(line, choice, ["anna"], shop.Origin, "x", Cancel);
            Assert.Equal(Refusal.SettlementUndone, outcome!.Faults.Single().Refusal);
        }

        // The second one to undo it changes nothing.
        Assert.Equal((0, 0, 0), await TakenAsync(shop, report));
    }

    [Fact]
    public async Task OverlappingStatements_ShareNothingWithAnUndoneOne()
    {
        await using var shop = await ShopAsync();
        var first = await shop.ImportAsync($"{Header}{Row("01", "a")}{Row("02", "INV-1", "30.00")}{Row("03", "c")}");
        var second = await shop.ImportAsync($"{Header}{Row("01", "z")}{Row("02", "INV-1", "30.00")}{Row("04", "d")}");
        Assert.Equal(1, second.Statement.Elsewhere);

        // The later one has its line from the first.
        var refused = (await shop.Desk.Undoing.UndoAsync(first.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;
        Assert.True(refused.IsRefused);
        Assert.Contains(
            "continues it or shares lines with it: undo that one first", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.Equal(0, await OpenAsync(shop, "INV-1"));

        await TakeBackAsync(shop, second);
        Assert.Equal(0, await OpenAsync(shop, "INV-1"));
        await TakeBackAsync(shop, first);
        Assert.Equal(30_00, await OpenAsync(shop, "INV-1"));

        var again = await shop.ImportAsync($"{Header}{Row("01", "z")}{Row("02", "INV-1", "30.00")}{Row("04", "d")}");
        Assert.Equal((3, 0, 1), (again.NewLines, again.Statement.Elsewhere, again.Booked));
    }

    [Fact]
    public async Task Statement_ThatALaterOneContinues_StaysUntilThatOneIsUndone()
    {
        await using var shop = await ShopAsync();
        var first = await shop.ImportAsync(new Camt { Id = "1", Opening = 0 }.With(30, "INV-1").ToXml());
        var second = await shop.ImportAsync(new Camt { Id = "2", Opening = 30 }.With(40, "INV-2").ToXml());

        var refused = (await shop.Desk.Undoing.UndoAsync(first.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;

        Assert.StartsWith("2 of 2027-11-30, imported on ", Assert.Single(refused.Problems), StringComparison.Ordinal);
        await TakeBackAsync(shop, second);
        await TakeBackAsync(shop, first);
    }

    [Fact]
    public async Task MoneyThatWasRefundedOrMovedSince_RefusesTheWhole_AndIsNamed()
    {
        await using var shop = await ShopAsync();
        var report = await shop.ImportAsync(File("1", 1000));
        var paid = (await new Books(shop.Books.Database).PaymentAsync(
            (await shop.LinesAsync(report, SettlementStatus.Booked))[0].Payment!.Value, asOf: null, Cancel))!;
        await shop.DoAsync(new RefundPayment(
            shop.Origin, AccountTarget.Of(paid.Account.Id, paid.Account.Slot), paid.Payment.Id,
            new RefundId(shop.Merchant, Business.NewId()), "test")
        {
            Amount = new Money(1_00, Business.Euro),
        });
        var before = await shop.BalancesAsync();

        var refused = (await shop.Desk.Undoing.UndoAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;

        Assert.Equal(
            [$"line 1, 30.00 EUR of 2027-11-02, Anna Bell: money of payment {paid.Payment.Number} was moved, refunded or taken back since"],
            refused.Problems);
        Assert.Equal(before, await shop.BalancesAsync());
        Assert.Equal(refused.Problems, (await LookAsync(shop, report))!.Problems);
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'undone'"));
    }

    [Fact]
    public async Task RefundThatWasPaidOutByIt_IsFinal()
    {
        await using var shop = await ShopAsync();
        var paid = await shop.RecordAsync(shop.Business.Payment("anna", 30_00) with { ReceivedBy = ClearingProvider.BankTransfer });
        await shop.DoAsync(new RefundPayment(
            shop.Origin, AccountTarget.Of(paid.Account.Id, paid.Account.Slot), paid.Payment.Id,
            new RefundId(shop.Merchant, Business.NewId()), "test")
        {
            Amount = new Money(10_00, Business.Euro),
        });
        var report = await shop.ImportAsync(new Camt().With(4, "x").With(-10, $"refund {paid.Payment.Number}").ToXml());
        var line = (await shop.LinesAsync(report))[1];
        if (line.Status == SettlementStatus.Open)
            Assert.True((await shop.Desk.Lines.BookAsPaymentAsync(line, paid, shop.Origin, "her refund", Cancel)).Accepted);

        var refused = (await shop.Desk.Undoing.UndoAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;

        Assert.Contains(
            $"reversed payment {paid.Payment.Number} or paid a refund of it out, and that is final", Assert.Single(refused.Problems),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PayoutReport_IsUndone_WhenItsSumIsNotBookedAnyMore()
    {
        const string Report = "type,reference,amount,fee,currency,date\nfee,,,0.25,EUR,2027-11-03\npayout,PO-1,-0.25,,EUR,2027-11-03\n";
        await using var shop = await ShopAsync();
        var report = await shop.ImportAsync(Report);
        var bank = await shop.ImportAsync(new Camt().With(-0.25m, "PO-1").ToXml());
        Assert.Equal(1, bank.Booked);

        var refused = (await shop.Desk.Undoing.UndoAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;
        Assert.Contains("is booked as its sum", Assert.Single(refused.Problems), StringComparison.Ordinal);

        await TakeBackAsync(shop, bank);
        await TakeBackAsync(shop, report);
        Assert.Equal(1, (await shop.ImportAsync(Report)).NewLines);
        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(-0.25m, "PO-1").ToXml())).Booked);
    }

    /// <summary>A watched folder says nothing: only a person or a program does.</summary>
    [Fact]
    public async Task UndoneFile_DoesNotComeAgainByItself_AndARepeatedKeyImportsNothing()
    {
        await using var shop = await ShopAsync();
        var key = new KeyUse(new RequestKey(shop.Merchant, "own", "import-1", 0), new byte[] { 1 });
        var file = new Camt().With(30, "INV-1").ToXml();
        var report = Assert.Single((await ImportAsync(shop, file, new ReadingOptions(), key)).Reports);
        await TakeBackAsync(shop, report);

        var watched = await ImportAsync(shop, file, new ReadingOptions { TakesUndone = false });
        Assert.Contains("was taken back on", Assert.Single(watched.Faults).Problem, StringComparison.Ordinal);
        var repeated = await ImportAsync(shop, file, new ReadingOptions(), key);
        Assert.True(repeated.IsRepeated);
        Assert.Equal((report.Statement.Statement.Id, 0), (repeated.Reports[0].Statement.Statement.Id, repeated.Reports[0].NewLines));
        Assert.Equal((1L, 30_00), (await shop.ScalarAsync("SELECT count(*) FROM settlement_line"), await OpenAsync(shop, "INV-1")));

        Assert.Equal(1, Assert.Single((await ImportAsync(shop, file, new ReadingOptions())).Reports).Booked);
        // What counts again is known to the folder, and comes no second time.
        Assert.True(Assert.Single((await ImportAsync(shop, file, new ReadingOptions { TakesUndone = false })).Reports).WasKnown);
    }

    [Fact]
    public async Task LineThatWasErased_IsUndoneToo()
    {
        await using var shop = await ShopAsync();
        var report = await shop.ImportAsync(File("1", 1000));
        var line = (await shop.LinesAsync(report, SettlementStatus.Booked))[0];
        var texts = new Storage.Settlements.LineTexts(shop.Books.Database, TimeProvider.System);
        Assert.True(await texts.EraseAsync(line.Id, shop.Origin, Cancel));

        await TakeBackAsync(shop, report);

        Assert.Null((await shop.Statements.FindAsync(line.Id, Cancel))!.Remittance);
    }

    /// <summary>The server dies at each commit in turn, and the operator sends the form again.</summary>
    [Fact]
    public async Task Undoing_ThatIsKilledBetweenAnyTwoSteps_IsFinishedByTheNextOne()
    {
        await using var shop = await ShopAsync();
        var before = await shop.BalancesAsync();
        var report = await shop.ImportAsync(File("1", 1000));
        await DecideAsync(shop, report);
        var deaths = 0;
        for (var isDone = false; !isDone && deaths < 50;)
        {
            await using var engine = new PaymentEngine(
                new DyingStore(new PostgresStore(shop.Books.Database), deaths % 2), TimeProvider.System,
                new EngineOptions { Lanes = 1, Patience = TimeSpan.FromMilliseconds(10) });
            try
            {
                var outcome = await shop.NewDesk(engine).Undoing.UndoAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel);
                isDone = outcome is { IsRefused: false, Problems.Count: 0 };
            }
            catch (StoreUnavailableException)
            {
                deaths++;
                await shop.Books.AssertCleanAsync();
                // What is still booked would count twice beside a new import's lines.
                var tooEarly = await shop.TryImportAsync(File("1", 1000));
                Assert.Contains("undo it again first", Assert.Single(tooEarly.Faults).Problem, StringComparison.Ordinal);
            }
        }

        Assert.True(deaths > 2, $"{deaths} deaths");
        Assert.Equal(before, await shop.BalancesAsync());
        Assert.Equal(5L, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'undone' AND source <> 'payout'"));
    }

    /// <summary>Two people undo it while a third books its lines.</summary>
    [Fact]
    public async Task TwoPeopleAtOnce_AndOneWhoBooks_LeaveNothingBehind()
    {
        await using var shop = await ShopAsync();
        var before = await shop.BalancesAsync();
        for (var turn = 0; turn < 5; turn++)
        {
            var report = await shop.ImportAsync(File("1", 1000));
            var open = await shop.LinesAsync(report, SettlementStatus.Open);
            var (id, others) = (report.Statement.Statement.Id, shop.NewDesk());
            await Task.WhenAll(
                [
                    shop.Desk.Undoing.UndoAsync(id, Reason, shop.Origin, Cancel), others.Undoing.UndoAsync(id, Reason, shop.Origin, Cancel),
                    .. open.Select(line => Task.Run(
                        () => others.BookAsChosenAsync(line, SettlementChoice.Customer, ["jonas"], shop.Origin, null, Cancel))),
                ]);
            await TakenAsync(shop, report);

            Assert.Equal(before, await shop.BalancesAsync());
            Assert.Empty(await shop.Statements.LinesAsync(shop.Merchant, SettlementStatus.Open, null, 10, Cancel));
            await shop.Books.AssertCleanAsync();
        }
    }

    /// <summary>Thirty, forty, and three that name nothing.</summary>
    private static string File(string id, decimal opening) => new Camt { Id = id, Opening = opening }
        .With(30, "INV-1").With(40, "INV-2").With(20, "several things").With(6, "something").With(-5, "a supplier").ToXml();

    /// <summary>Splits one of the lines that name nothing, and ignores another.</summary>
    private static async Task DecideAsync(Shop shop, DeskReport report)
    {
        var lines = await shop.LinesAsync(report);
        Assert.Null(SplitPart.Read("12.00 customer anna", Business.Euro, out var first));
        Assert.Null(SplitPart.Read("8.00", Business.Euro, out var rest));
        var split = await shop.Desk.SplitAsync(lines[2], [first!, rest!], shop.Origin, "her letter", null, Cancel);
        Assert.True(split.Outcome is { Accepted: true }, split.Problem);
        Assert.True((await shop.Desk.Lines.IgnoreAsync(lines[4].Id, "ours", shop.Origin)).Accepted);
    }

    private async Task<Shop> ShopAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-1", 30_00), ("anna", "INV-2", 40_00), ("jonas", "INV-3", 50_00));
        return shop;
    }

    private static string Row(string day, string purpose, string amount = "29.90") =>
        $"{Camt.Iban};2027-11-{day};{amount};EUR;Anna Bell;{purpose}\n";

    private static Task<UndoPicture?> LookAsync(Shop shop, DeskReport report) =>
        shop.Desk.Undoing.LookAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel);

    private static async Task<(int Taken, int Booked, int Problems)> TakenAsync(Shop shop, DeskReport report)
    {
        var outcome = (await shop.Desk.Undoing.UndoAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;
        return (outcome.Taken, outcome.Booked, outcome.Problems.Count);
    }

    private static async Task TakeBackAsync(Shop shop, DeskReport report)
    {
        var outcome = (await shop.Desk.Undoing.UndoAsync(report.Statement.Statement.Id, Reason, shop.Origin, Cancel))!;
        Assert.False(outcome.IsRefused);
        Assert.Empty(outcome.Problems);
    }

    private static async Task<DeskOutcome> ImportAsync(Shop shop, string file, ReadingOptions options, KeyUse? key = null)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(file);
        return await shop.Desk.ImportAsync(bytes, "statement.xml", options, shop.Origin, key, Cancel);
    }

    private static async Task<long> OpenAsync(Shop shop, string bill) => (long)(await shop.ScalarAsync(
        $"SELECT amount_minor - allocated_minor - credited_minor - written_off_minor FROM charge WHERE reference = '{bill}'"))!;

    /// <summary>The books of a server that dies after so many commits.</summary>
    private sealed class DyingStore(IStore store, int commitsLeft) : IStore
    {
        private int _commitsLeft = commitsLeft;

        public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

        public IStoreSession OpenSession() => new Session(this, store.OpenSession());

        private sealed class Session(DyingStore all, IStoreSession session) : IStoreSession
        {
            public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

            public Task PrefetchAsync(Wanted wanted, State state) => session.PrefetchAsync(wanted, state);

            public Task<CommitFate> CommitAsync(Batch batch) => Interlocked.Decrement(ref all._commitsLeft) >= 0
                ? session.CommitAsync(batch) : throw new StoreUnavailableException();

            public Task ConfirmAsync() => session.ConfirmAsync();

            public Task ReleaseAsync() => session.ReleaseAsync();

            public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

            public void BreakOff() => session.BreakOff();

            public ValueTask DisposeAsync() => session.DisposeAsync();
        }
    }
}
