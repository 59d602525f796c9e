using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Mails;
using Quittance.Host.Watching;
using Quittance.Papers;
using Quittance.Papers.Letters;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Debits;
using Quittance.Storage.Lanes;
using Quittance.Storage.Mails;
using Quittance.Storage.Moments;
using Quittance.Storage.Overdue;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Mails;

/// <summary>A merchant of its own who sends mail, and a clock that can be put forward.</summary>
internal sealed class PostOffice : IAsyncDisposable
{
    private readonly OwnBooks _own;
    private readonly Business _business;
    private readonly IVault _vault;
    private readonly List<WebApplication> _servers = [];

    private PostOffice(OwnBooks own, IVault vault, MerchantId merchant, bool asksForMail)
    {
        (_own, _vault, _business, Merchant) = (own, vault, new Business(merchant), merchant);
        Engine = new PaymentEngine(
            new PostgresStore(own.Database) { AsksForMail = asksForMail }, Clock,
            new EngineOptions { Lanes = 2, Patience = TimeSpan.FromSeconds(60) });
    }

    public SteppedClock Clock { get; } = new();

    public MerchantId Merchant { get; }

    public PaymentEngine Engine { get; }

    public OwnBooks Own => _own;

    /// <summary>All that the servers logged.</summary>
    public SecretWatch Logs { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<PostOffice> OpenAsync(BooksFixture books, bool asksForMail = true, params MailKind[] kinds)
    {
        var own = await OwnBooks.CreateAsync(books);
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var merchant = await merchants.CreateAsync("Café \"Ø\" <Works>", Cancel);
        await merchants.InstallAsync(merchant, "quittance", Business.Euro, Cancel);
        var vault = await PostgresVault.OpenAsync(
            own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), TimeProvider.System, Cancel);
        var office = new PostOffice(own, vault, merchant, asksForMail);
        foreach (var kind in kinds.Length == 0 ? [MailKind.Receipt] : kinds)
            await office.SwitchAsync(kind, isOn: true);
        return office;
    }

    public Task SwitchAsync(MailKind kind, bool isOn) => new MailPolicies(_own.Database, Clock).SwitchAsync(
        Merchant, kind, isOn, By("mail.policy", $"mail {EnumWords.Of(kind)}"), Cancel);

    /// <summary>The merchant has a sentence of its own in mails of a kind.</summary>
    /// <param name="language">Null for all languages.</param>
    /// <param name="text">Null for none any more.</param>
    public Task SayAsync(MailKind kind, string? language, string? text) => new MailSentences(_own.Database, Clock).SetAsync(
        Merchant, kind, language, text, By("mail.sentence", $"mail {EnumWords.Of(kind)}"), Cancel);

    /// <summary>A server that sends mail to a receiver. It is not started: its turns are.</summary>
    public Task<MailService> ServerAsync(MailReceiver receiver, Func<MailSettings, MailSettings>? change = null) =>
        ServerAsync((change ?? (settings => settings))(Settings(receiver)));

    /// <summary>A server that sends mail, and reads the reports that come into a folder.</summary>
    public async Task<(MailService Mail, BounceService Reports)> ServerAsync(MailReceiver receiver, string reports)
    {
        var mail = await ServerAsync(receiver, settings => settings with { Bounces = reports });
        return (mail, _servers[^1].Services.GetServices<IHostedService>().OfType<BounceService>().Single());
    }

    /// <summary>What sends test mails of a server that sends mail to a receiver.</summary>
    public async Task<ITestMail> TestMailAsync(MailReceiver receiver)
    {
        await ServerAsync(receiver);
        return _servers[^1].Services.GetRequiredService<ITestMail>();
    }

    /// <summary>What writes reminders as letters, on a server under the address https://pay.example.</summary>
    public Task<LetterDesk> LettersAsync()
    {
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, BooksFixture.FreePort(), new PublicAddress("https://pay.example"), IsDemo: false),
            _own.Database, Engine, _vault, Logs.LogTo, Clock);
        _servers.Add(server);
        return Task.FromResult(server.Services.GetRequiredService<LetterDesk>());
    }

    /// <summary>The merchant, as its papers name it.</summary>
    public static PaperIssuer Issuer => new("Café \"Ø\" <Works>", TimeZoneInfo.Utc, "en");

    /// <summary>The day of today, UTC.</summary>
    public DateOnly Day => Today;

    /// <summary>All customers who reached a level today.</summary>
    public DunnedQuery Reached() => new(Merchant, Today, Today, IsUnmailed: false);

    /// <summary>A customer who can be written to by letter.</summary>
    public async Task<AccountId> AddressedAsync(string? name, PostalAddress address, string language, string? email = null)
    {
        var id = await CustomerAsync(email: null, name);
        await Engine.DoAsync(new ChangeContact(Origin, TargetOf(id), new Contact(email, null, address, language)));
        return id;
    }

    public async Task<NamedAccount> NamedAsync(AccountId id) => (await new ReceivableReading(_own.Database, new SlotCatchUp(
        _own.Database, Clock)).AccountAsync(id, Reference.House, Cancel))!;

    /// <summary>Another merchant, whose customer has paid and gets a receipt.</summary>
    public async Task<MerchantId> OtherMerchantAsync(string customer)
    {
        var merchants = new Merchants(_own.Database, TimeProvider.System);
        var merchant = await merchants.CreateAsync("Two", Cancel);
        await merchants.InstallAsync(merchant, "quittance", Business.Euro, Cancel);
        await new MailPolicies(_own.Database, Clock).SwitchAsync(
            merchant, MailKind.Receipt, isOn: true, By("mail.policy", "mail receipt") with { Merchant = merchant }, Cancel);
        var (id, origin) = (new AccountId(merchant, Business.NewId()), new Origin(merchant, 0, Business.NewId()));
        var target = AccountTarget.Named([Reference.ToAccountId(merchant, id.Value)]);
        await Engine.DoAsync(new OpenAccount(origin, id, [new Business(merchant).AccountName("B-1")], Business.Euro, "Ben"));
        await Engine.DoAsync(new ChangeContact(origin, target, new Contact(customer, null, null, null)));
        await Engine.DoAsync(new RecordPayment(origin, target, new PaymentId(merchant, Business.NewId()), "quittance")
        {
            Amount = new Money(5_00, Business.Euro),
            ReceivedBy = ClearingProvider.Cash,
        });
        return merchant;
    }

    /// <summary>A merchant's profile has an e-mail address.</summary>
    public Task NameAsync(MerchantId merchant, string email) => new Profiles(_own.Database, Clock).SetAsync(
        merchant,
        MerchantProfile.None with
        {
            LegalName = "Works",
            Address = new PostalAddress("Ring 1", null, "1010", "Wien", null, "AT"),
            Email = email,
        },
        By("merchant.profile", "profile") with { Merchant = merchant }, Cancel);

    /// <summary>The merchant's bank account for transfers.</summary>
    public Task NamePayeeAsync(string iban, string country = "AT") => new Payees(_own.Database, Clock).SaveAsync(
        Merchant, new Payee(iban, "Works", new PayeeAddress("Ring 1", "1010", "Wien", country)), By("merchant.payee", "payee"), Cancel);

    /// <summary>The merchant takes cards at an account of its own at a sandbox.</summary>
    public async Task TakeCardsAsync(Uri sandbox)
    {
        var account = new ProviderAccount(
            Merchant, SandboxProvider.ProviderName, sandbox, $"office-{Business.NewId():N}", [SigningKey.New()]);
        await new ProviderAccounts(_own.Database, _vault, TimeProvider.System).SaveAsync(account, Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
    }

    /// <summary>Dunning of the customer is paused.</summary>
    public Task HoldAsync(AccountId customer) => Engine.DoAsync(
        new HoldDunning(By("dunning.hold", "account"), TargetOf(customer), IsExempt: false, Today.AddDays(5)));

    /// <summary>Makes a payment link for a bill.</summary>
    public async Task<PaymentLinkId> LinkAsync(AccountId customer, string bill, int days = 30)
    {
        var id = new PaymentLinkId(Merchant, Business.NewId());
        await Engine.DoAsync(new MakeLink(
            By("link.make", "account"), TargetOf(customer), id, Installation: 1, [_business.ChargeName(bill)], Amount: null,
            Clock.GetUtcNow().AddDays(days)));
        return id;
    }

    /// <summary>A server that sends mail; its turns are taken by the test.</summary>
    public async Task<MailService> ServerAsync(MailSettings settings, string publicAddress = "https://pay.example")
    {
        var server = Server(BooksFixture.FreePort(), publicAddress, settings);
        await server.Services.GetRequiredService<HoldService>().StartAsync(Cancel);
        return server.Services.GetServices<IHostedService>().OfType<MailService>().Single();
    }

    /// <summary>A server that customers reach, and beside it one that sends mail; the turns of mail are taken by the test.</summary>
    public async Task<(Uri Address, MailService Mail)> OpenAsync(MailReceiver receiver)
    {
        var port = BooksFixture.FreePort();
        var address = $"http://127.0.0.1:{port}";
        // While this one had a turn, one of the test's would find nothing to do: it may send no mail at all.
        await Server(port, address, Settings(receiver) with { Limit = 0 }).StartAsync(Cancel);
        return (new Uri(address), await ServerAsync(Settings(receiver), address));
    }

    private WebApplication Server(int port, string publicAddress, MailSettings settings)
    {
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress(publicAddress), IsDemo: false) { Mail = settings },
            _own.Database, Engine, _vault, Logs.LogTo, Clock);
        _servers.Add(server);
        return server;
    }

    public static MailSettings Settings(MailReceiver receiver) => new("127.0.0.1", receiver.Port, false, "shop@works.example")
    {
        IsLocal = true,
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>A customer who can be written to.</summary>
    public async Task<AccountId> CustomerAsync(string? email = "anna@example.com", string? name = "Anna Keller", string? language = null)
    {
        var id = new AccountId(Merchant, Business.NewId());
        await Engine.DoAsync(new OpenAccount(
            Origin, id, [_business.AccountName($"{id.Value}")], Business.Euro, name));
        if (email is not null)
            await WriteToAsync(id, email, language);
        return id;
    }

    /// <summary>Changes the customer's address.</summary>
    public Task WriteToAsync(AccountId id, string? email, string? language = null) => Engine.DoAsync(new ChangeContact(
        Origin, AccountTarget.Named([Reference.ToAccountId(Merchant, id.Value)]), new Contact(email, null, null, language)));

    /// <summary>The customer leaves a card, and chooses autopay with it or not.</summary>
    public async Task<InstrumentId> CardAsync(
        AccountId customer, CardExpiry expiry, InstrumentStanding standing = InstrumentStanding.Saved, bool isAutopay = true)
    {
        var id = new InstrumentId(Merchant, Business.NewId());
        var card = new Card(CardNumber.Parse("4242424242424242"), expiry, "Anna Keller");
        await Engine.DoAsync(new RegisterInstrument(
            Origin, TargetOf(customer), id, new Reference(Merchant, "quittance", "instrument", $"{id.Value}"), PaymentMethod.BankCard,
            card.Masked)
        {
            Holding = new Holding(new Vaulted("sandbox", card.Shown), await _vault.SealAsync(id, card, Cancel)),
            Standing = standing,
        });
        if (isAutopay)
            await Engine.DoAsync(new ChooseAutopay(Origin, TargetOf(customer), id, AutopaySource.Console, "Yes.", "en"));
        return id;
    }

    /// <summary>The customer gives a mandate.</summary>
    /// <param name="provider">Who debits by it.</param>
    public async Task<InstrumentId> GiveMandateAsync(AccountId customer, Mandate mandate, string provider)
    {
        var id = new InstrumentId(Merchant, Business.NewId());
        var account = new IbanAccount(Iban.Parse("DE02120300000000202051"), null, "Anna Keller");
        await Engine.DoAsync(new RegisterInstrument(
            Origin, TargetOf(customer), id, new Reference(Merchant, "quittance", "instrument", $"{id.Value}"),
            PaymentMethod.BankAccountDebit, account.Masked)
        {
            Holding = new Holding(new Vaulted(provider, account.Shown, mandate), await _vault.SealAsync(id, account, Cancel)),
            Standing = InstrumentStanding.Saved,
        });
        return id;
    }

    /// <summary>The merchant collects debits by files of its own bank account.</summary>
    public Task CollectAsync(BankAccount account) => new ProviderAccounts(_own.Database, _vault, TimeProvider.System).SaveAsync(
        BankSettings.AccountOf(Merchant, account), Cancel);

    /// <summary>What a server does each hour: it asks for the mails about cards that expire.</summary>
    public Task AskForCardsAsync() => new ExpiringCards(
        _own.Database, new MailPolicies(_own.Database, Clock), new LostTime(_own.Database), Clock).AskAsync(Merchant, Cancel);

    /// <summary>What a server does each hour, too: it asks for the mails with statements.</summary>
    public Task AskForStatementsAsync() => new MonthStatements(
        _own.Database, new MailPolicies(_own.Database, Clock), new LostTime(_own.Database), Clock).AskAsync(Merchant, Cancel);

    public Task EndAutopayAsync(AccountId customer) =>
        Engine.DoAsync(new EndAutopay(Origin, TargetOf(customer), AutopaySource.Console));

    /// <summary>The customer pays by a card, and takes the money back by a dispute.</summary>
    public async Task DisputeAsync(AccountId customer, InstrumentId card, long minor)
    {
        var id = new PaymentId(Merchant, Business.NewId());
        await Engine.DoAsync(new RecordPayment(Origin, TargetOf(customer), id, "quittance")
        {
            Amount = new Money(minor, Business.Euro),
            Instrument = new Reference(Merchant, "quittance", "instrument", $"{card.Value}"),
        });
        foreach (var verb in (Verb[])[Verb.Authorise, Verb.Capture])
            await Engine.DoAsync(new TakeAnswer(Origin, await AttemptAsync(verb), ProviderAnswer.Approved));
        await Engine.DoAsync(new OpenDispute(
            Origin, await AttemptAsync(Verb.Authorise), $"dispute of {id.Value}", DisputeKind.Chargeback, minor, FeeMinor: 0));

        async Task<Attempt> AttemptAsync(Verb verb) => (await new Attempts(_own.Database).OfPaymentAsync(id, Cancel)).Single(
            attempt => attempt.Verb == verb);
    }

    /// <summary>A debit of a bank account is asked for by nobody who is there, and its provider declines it.</summary>
    /// <param name="at">The step at which it does; it has done those before.</param>
    public async Task DeclineDebitAsync(
        AccountId customer, long minor, Verb at = Verb.Authorise, DeclineReason reason = DeclineReason.InsufficientFunds)
    {
        var (id, payment) = (new InstrumentId(Merchant, Business.NewId()), new PaymentId(Merchant, Business.NewId()));
        var account = new IbanAccount(Iban.Parse("DE02120300000000202051"), null, "Anna Keller");
        await Engine.DoAsync(new RegisterInstrument(
            Origin, TargetOf(customer), id, new Reference(Merchant, "quittance", "instrument", $"{id.Value}"),
            PaymentMethod.BankAccountDebit, account.Masked)
        {
            Holding = new Holding(new Vaulted("sandbox", account.Shown), await _vault.SealAsync(id, account, Cancel)),
        });
        await Engine.DoAsync(new RecordPayment(Origin, TargetOf(customer), payment, "quittance")
        {
            Amount = new Money(minor, Business.Euro),
            Instrument = new Reference(Merchant, "quittance", "instrument", $"{id.Value}"),
        });
        if (at == Verb.Capture)
            await AnswerAsync(Verb.Authorise, ProviderAnswer.Approved);
        await AnswerAsync(at, ProviderAnswer.Declined(reason));

        async Task AnswerAsync(Verb verb, ProviderAnswer answer) => await Engine.DoAsync(new TakeAnswer(
            Origin, (await new Attempts(_own.Database).OfPaymentAsync(payment, Cancel)).Single(attempt => attempt.Verb == verb), answer));
    }

    /// <summary>A person asks for a refund above the limit.</summary>
    public async Task AskForRefundAsync(AccountId customer, Person person, long minor)
    {
        var payment = await PayAsync(customer, minor);
        await Engine.DoAsync(new RefundPayment(
            Origin with { Action = new OperatorAction(person.Id, person.Name, "payment.refund", "payment", "a wish") },
            TargetOf(customer), payment, new RefundId(Merchant, Business.NewId()), "quittance")
        {
            Amount = new Money(minor, Business.Euro),
        });
    }

    /// <summary>The customer's card is taken away.</summary>
    public Task RemoveAsync(AccountId customer, InstrumentId card) =>
        Engine.DoAsync(new RemoveInstrument(Origin, TargetOf(customer), card));

    /// <summary>The customer pays in cash.</summary>
    public async Task<PaymentId> PayAsync(AccountId customer, long minor = 12_50)
    {
        var id = new PaymentId(Merchant, Business.NewId());
        await Engine.DoAsync(new RecordPayment(Origin, TargetOf(customer), id, "quittance")
        {
            Amount = new Money(minor, Business.Euro),
            ReceivedBy = ClearingProvider.Cash,
        });
        return id;
    }

    /// <summary>The customer pays a bill in cash.</summary>
    public Task SettleAsync(AccountId customer, string bill, long minor) => Engine.DoAsync(
        new RecordPayment(Origin, TargetOf(customer), new PaymentId(Merchant, Business.NewId()), "quittance")
        {
            Amount = new Money(minor, Business.Euro),
            ReceivedBy = ClearingProvider.Cash,
            Parts = [Part.Charge(_business.ChargeName(bill), minor)],
        });

    /// <summary>The merchant takes all payment links back.</summary>
    public async Task TakeLinksBackAsync()
    {
        var all = await new Links(_own.Database).ListAsync(new ListQuery(Merchant, 100), Cancel);
        foreach (var link in all.Items)
            await Engine.DoAsync(new TakeLinkBack(By("link.take-back", "link"), link, Last: null));
    }

    /// <summary>The merchant gives money of a payment back, in cash.</summary>
    public Task GiveBackAsync(AccountId customer, PaymentId payment, long minor) => Engine.DoAsync(new RefundPayment(
        Origin, TargetOf(customer), payment, new RefundId(Merchant, Business.NewId()), "quittance")
    {
        Amount = new Money(minor, Business.Euro),
    });

    /// <summary>Raises a bill that is overdue for some days.</summary>
    public Task OweAsync(AccountId customer, string bill, long minor, int days) => Engine.DoAsync(new RaiseCharge(
        Origin, TargetOf(customer), new ChargeId(Merchant, Business.NewId()), new Money(minor, Business.Euro), Today.AddDays(-days))
    {
        Reference = _business.ChargeName(bill),
    });

    /// <summary>Makes a payment link for a sum.</summary>
    public Task LinkAsync(AccountId customer, long minor, string text) => Engine.DoAsync(new MakeLink(
        By("link.make", "account"), TargetOf(customer), new PaymentLinkId(Merchant, Business.NewId()), Installation: 1, [],
        new Money(minor, Business.Euro), Clock.GetUtcNow().AddDays(7))
    {
        Text = text,
    });

    /// <summary>Sets when customers are reminded.</summary>
    public Task RemindAsync(params DunningLevel[] levels) => new DunningPolicies(_own.Database, Clock).SetAsync(
        Merchant, Business.Euro, new DunningPolicy(Merchant, Business.Euro, 1_00, levels), By("dunning.policy", "dunning in EUR"),
        key: null, Cancel);

    /// <summary>The customer reaches the next level.</summary>
    public async Task DunAsync(AccountId customer)
    {
        var dunnings = new Dunnings(_own.Database, new DunningPolicies(_own.Database, Clock));
        await Engine.DoAsync((await dunnings.FindAsync(customer, Today, Cancel))!.CommandOn(Today, Origin)!);
    }

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    private AccountTarget TargetOf(AccountId customer) => AccountTarget.Named([Reference.ToAccountId(Merchant, customer.Value)]);

    /// <summary>Does something while the books have just been restored.</summary>
    public async Task WhileRestoredAsync(Func<Task> act)
    {
        await ExecuteAsync("""
            INSERT INTO epoch (number, began_at, lost_from, numbers_from, mark, released_at)
            VALUES (1, $1, $1 - interval '1 hour', 0, '0123456789abcdef', $1)
            """, Clock.GetUtcNow().UtcDateTime);
        await act();
        await ExecuteAsync("DELETE FROM epoch");
    }

    /// <summary>How many mails there are of each status, with the reasons.</summary>
    public async Task<string> StandAsync()
    {
        await using var command = _own.Database.CreateCommand("""
            SELECT coalesce(string_agg(format('%s %s', word, n), ', ' ORDER BY word), '')
              FROM (SELECT status || coalesce(':' || failure, '') AS word, count(*) AS n FROM mail GROUP BY 1) x
            """);
        return (string)(await command.ExecuteScalarAsync(Cancel))!;
    }

    /// <param name="rows">A table, and which rows of it.</param>
    public Task<long> CountAsync(string rows) => _own.CountAsync(rows);

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = _own.Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        await Engine.DisposeAsync();
        await _own.AssertCleanAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        await _own.DisposeAsync();
    }

    public Origin By(string what, string subject) => new(Merchant, 0, Business.NewId())
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, what, subject, "test"),
    };

    private Origin Origin => new(Merchant, 0, Business.NewId());
}
