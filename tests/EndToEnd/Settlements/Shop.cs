using System.Text;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.Tmf676;
using Quittance.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A merchant whose customers pay bills by bank transfer, on books of its own.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private const int InFlight = 1024;

    /// <summary>The customers whose names are known. Statements come from Anna Bell where nothing else is said.</summary>
    private static readonly Dictionary<string, string> Holders =
        new(StringComparer.Ordinal) { ["anna"] = "Anna Bell", ["jonas"] = "Jonas Weber" };

    private readonly OwnBooks _own;

    private readonly IProviderAccounts _accounts;

    private Shop(OwnBooks own, MerchantId merchant, IProviderAccounts accounts, StatementFormats formats)
    {
        (_accounts, Formats) = (accounts, formats);
        (_own, Merchant, Business, Engine) = (own, merchant, new Business(merchant), own.Engine());
        Desk = NewDesk();
    }

    public MerchantId Merchant { get; }

    public Business Business { get; }

    public PaymentEngine Engine { get; }

    public SettlementDesk Desk { get; }

    public OwnBooks Books => _own;

    public Statements Statements => new(_own.Database);

    public Origin Origin => new(Merchant, 0, Business.NewId());

    public static async Task<Shop> OpenAsync(BooksFixture books)
    {
        var own = await OwnBooks.CreateAsync(books);
        return new Shop(
            own, await own.MerchantAsync(), new ProviderAccounts(own.Database, books.Vault, TimeProvider.System),
            new StatementFormats(own.Database, books.Vault, TimeProvider.System));
    }

    /// <summary>What it says of its bank's CSV.</summary>
    public StatementFormats Formats { get; }

    /// <summary>A desk of another server.</summary>
    public SettlementDesk NewDesk(PaymentEngine? engine = null, TimeProvider? clock = null) =>
        new(
            _own.Database, engine ?? Engine, clock ?? TimeProvider.System, Tmf676Requests.PartsOf,
            new KnownProviders(ProviderDirectory.Connected), _accounts, Formats);

    /// <summary>Customers owe bills.</summary>
    public Task OweAsync(params IEnumerable<(string Account, string Bill, long AmountMinor)> owed) =>
        OweAsync(owed, account => Holders.GetValueOrDefault(account));

    /// <summary>Customers with names owe bills.</summary>
    public async Task OweAsync(IEnumerable<(string Account, string Bill, long AmountMinor)> owed, Func<string, string?> nameOf)
    {
        var all = owed.ToList();
        foreach (var account in all.Select(one => one.Account).Distinct())
        {
            Assert.True((
                await Engine.SubmitAsync(Business.Opening(account) with { Name = nameOf(account) },
                patient: true)).Accepted || await _own.CountAsync("account") > 0);
        }

        foreach (var some in all.Chunk(InFlight))
        {
            foreach (var outcome in await Task.WhenAll(
                some.Select(one => Engine.SubmitAsync(Business.Charge(one.Account, one.Bill, one.AmountMinor), patient: true))))
            {
                Assert.True(outcome.Accepted);
            }
        }
    }

    /// <summary>A customer who is known by name.</summary>
    public async Task EnrolAsync(string account, string holder) => await DoAsync(Business.Opening(account) with { Name = holder });

    /// <summary>The payer of each payment, by the customer's number.</summary>
    public async Task<Dictionary<Guid, string>> OwnersAsync()
    {
        Dictionary<Guid, string> owners = [];
        await using var command = _own.Database.CreateCommand(
            """
            SELECT p.id, r.value FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
             WHERE r.kind = 'account' AND r.dialect = 'test'
            """);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            owners[reader.GetGuid(0)] = reader.GetString(1);
        return owners;
    }

    /// <summary>Records a payment, and gives its number.</summary>
    public async Task<PaymentView> RecordAsync(RecordPayment payment)
    {
        Assert.True((await Engine.SubmitAsync(payment)).Accepted);
        return (await new Books(_own.Database).PaymentAsync(payment.Id, asOf: null, TestContext.Current.CancellationToken))!;
    }

    /// <summary>A customer announces a transfer in the widget, and the client books it: the payment waits for the bank.</summary>
    public async Task<PaymentView> AnnounceAsync(string account, long amountMinor, params IReadOnlyList<string> bills)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (target, id, payment) =
            (AccountTarget.Named(Business.AccountName(account)), new SessionId(Merchant, Business.NewId()),
            new PaymentId(Merchant, Business.NewId()));
        var amount = new Money(amountMinor, Business.Euro);
        await DoAsync(
            new OpenSession(Origin, target, id, 1, SessionScope.Ecom, amount, "Fees", [PaymentChoice.BankTransfer], TimeSpan.FromHours(1)));
        var session = (await new Storage.Reading.Sessions(_own.Database).FindAsync(id, cancel))!;
        await DoAsync(
            new SubmitSession(Origin, session, PaymentChoice.BankTransfer, payment, "test") { Provider = ClearingProvider.BankTransfer });
        await AnswerAsync(payment, Verb.Authorise, ProviderAnswer.Approved);
        session = (await new Storage.Reading.Sessions(_own.Database).FindAsync(id, cancel))!;
        await DoAsync(
            new BookSession(Origin, target, session, amount,
            [.. bills.Select(bill => (IReadOnlyList<Reference>)[Business.ChargeName(bill)])], payment, "test"));
        await AnswerAsync(payment, Verb.Capture, ProviderAnswer.Pending);
        return (await new Books(_own.Database).PaymentAsync(payment, asOf: null, cancel))!;
    }

    /// <summary>An operator's word on a payment's attempt.</summary>
    public async Task<Outcome> SettleAsync(PaymentId payment, Verb verb, ProviderAnswer answer, string? note = null)
    {
        var attempts = await new Attempts(_own.Database).OfPaymentAsync(payment, TestContext.Current.CancellationToken);
        return await Engine.SubmitAsync(new TakeAnswer(Origin, attempts.Single(attempt => attempt.Verb == verb), answer) { Note = note });
    }

    private async Task AnswerAsync(PaymentId payment, Verb verb, ProviderAnswer answer) =>
        Assert.True((await SettleAsync(payment, verb, answer)).Accepted);

    public Task DoAsync(Command command) => Engine.DoAsync(command);

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _own.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async Task<DeskOutcome> TryImportAsync(string file, ReadingOptions? options = null, SettlementDesk? desk = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return await (desk ?? Desk)
            .ImportAsync(stream, "statement.xml", options ?? new ReadingOptions { Provider = "sandbox" }, Origin, null,
            TestContext.Current.CancellationToken);
    }

    public async Task<DeskReport> ImportAsync(string file, ReadingOptions? options = null, SettlementDesk? desk = null)
    {
        var outcome = await TryImportAsync(file, options, desk);
        Assert.Empty(outcome.Faults);
        return Assert.Single(outcome.Reports);
    }

    public Task<IReadOnlyList<SettlementLine>> LinesAsync(DeskReport report, SettlementStatus? status = null) =>
        Statements.LinesAsync(report.Statement.Statement.Id, status, 0, 100_000, TestContext.Current.CancellationToken);

    /// <summary>The merchant's balances in the ledger, per kind and purpose, minor units.</summary>
    public async Task<IReadOnlyDictionary<string, long>> BalancesAsync()
    {
        Dictionary<string, long> balances = new(StringComparer.Ordinal);
        await using var command = _own.Database.CreateCommand(
            "SELECT trim(kind || ' ' || purpose), sum(debits_minor - credits_minor)::bigint FROM ledger_account GROUP BY 1 HAVING "
                + "sum(debits_minor - credits_minor) <> 0");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            balances[reader.GetString(0)] = reader.GetInt64(1);
        return balances;
    }

    public async ValueTask DisposeAsync()
    {
        await _own.AssertCleanAsync();
        await Engine.DisposeAsync();
        await _own.DisposeAsync();
    }
}
