using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Approving;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Disputes;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Formats;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using Quittance.Host;
using Quittance.Host.Demo;
using Quittance.Providers;
using Quittance.Sandbox;
using Quittance.Storage;
using Quittance.Storage.Console;
using Quittance.Storage.Dues;
using Quittance.Storage.Exporting;
using Quittance.Storage.Mails;
using Quittance.Storage.Moments;
using Quittance.Storage.Overdue;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Sealing;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Verification;

/// <summary>
/// The demo's books with a business day of all five APIs in them: over HTTP with a provider, by bank statements, and by operators. When a
/// test gets them, no server runs on them any more.
/// </summary>
public sealed class FilledBooks(BooksFixture books) : IAsyncLifetime
{
    private const string Oracle = "Authorization: Bearer demo-brm", Rail = "Authorization: Bearer demo-rail";
    private const string Telco = "Authorization: Bearer demo-telco", Studio = "X-API-KEY: demo-studio";
    private const string Mary = "0.0.0.1+-account+84808", OpenBooking = "1725ff48-ab45-4bb5-9d02-88745177dedb";
    private const string DearerBooking = "2b9d6b1e-4f0a-4c57-9c3b-6f5d2a7e8c10", Card = "4242424242424242";

    private static readonly string[] Midnight =
        ["Authorization: PRC demo-prc", "Authorization: Midnight demo-midnight", "MISKEY: demo-mis"];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private OwnBooks _own = null!;
    private PaymentEngine _engine = null!;
    private Business _business = null!;

    /// <summary>A connection of these plans each statement once: the rules and the reading of the sealed tables are many.</summary>
    public NpgsqlDataSource Database { get; private set; } = null!;

    public MerchantId Merchant { get; private set; }

    private static CancellationToken Cancel => CancellationToken.None;

    private Origin Origin => new(Merchant, 0, Business.NewId());

    private SettlementDesk Desk => new(
        _own.Database, _engine, TimeProvider.System, Tmf676Requests.PartsOf, new KnownProviders(ProviderDirectory.Connected),
        new ProviderAccounts(_own.Database, books.Vault, TimeProvider.System),
        new StatementFormats(_own.Database, books.Vault, TimeProvider.System));

    /// <summary>SQL with the ids of things in place of their names in braces.</summary>
    public string Sql(string template) =>
        _names.Aggregate(template, (sql, name) => sql.Replace($"{{{name.Key}}}", $"'{name.Value}'", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        _own = await OwnBooks.CreateAsync(books);
        var masterKey = MasterKey.Generate();
        SecretWatch.OfTheRun.Add([masterKey.ToBase64()]);
        var vault = await PostgresVault.OpenAsync(_own.Database, masterKey, TimeProvider.System, Cancel);
        await using (_engine = _own.Engine())
        {
            Merchant = await DemoData.FillInAsync(_own.Database, _engine, vault, TimeProvider.System, Cancel);
            _business = new Business(Merchant);
            await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions()))
            {
                await DemoSandbox.ConnectAsync(
                    new ProviderAccounts(_own.Database, vault, TimeProvider.System), Merchant, sandbox.Address, Cancel);
                await ServeAsync(vault);
            }

            await TradeAsync();
            var debits = new WaitingDebits(_own, _engine, vault, Merchant);
            var (debit, other) = (await debits.AddAsync(20_00), await debits.AddAsync(30_00));
            (_names["debit"], _names["collection"]) = ($"{debit.Id.Value}", $"{(await debits.CollectAsync(debit)).Value}");
            _names["uncollected"] = $"{other.Id.Value}";
            _names["collected refund"] = $"{(await debits.GiveBackAsync(await debits.AddAsync(10_00))).Value}";
        }

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await new OverdueRuns(_own.Database, TimeProvider.System).OnceAsync(Merchant, today, () => Task.FromResult(true), Cancel);
        var payee = new Payee("DE89370400440532013000", "Demo Company", new PayeeAddress("Alter Weg 1", "10115", "Berlin", "DE"));
        Assert.Equal(
            ChangeOutcome.Made, await new Payees(_own.Database, TimeProvider.System).SaveAsync(Merchant, payee, by: null, Cancel));
        var profiles = new Profiles(_own.Database, TimeProvider.System);
        await profiles.SetAsync(
            Merchant, MerchantProfile.None with { LegalName = "Demo Company GmbH", Imprint = "https://demo.example/imprint" },
            By(null, OperatorAction.CommandLine, "merchant.profile"), Cancel);
        await profiles.SetLogoAsync(
            Merchant, new Logo(new LogoMark(LogoKind.Svg, "0123456789abcdef"), "<svg/>"u8.ToArray()),
            By(null, OperatorAction.CommandLine, "merchant.logo"), Cancel);
        await CloseAsync(new Month(new DateOnly(today.Year, today.Month, 1).AddMonths(-1)));
        await _own.AssertCleanAsync();
        // Tests that tamper set a role for their session.
        Database = Storage.Database.Open($"{_own.ConnectionString};{books.PlansOnce};No Reset On Close=false");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Database.DisposeAsync();
        await _own.DisposeAsync();
    }

    /// <summary>Closes a month, opens it again and closes it again.</summary>
    private async Task CloseAsync(Month month)
    {
        var (journal, periods) = (new Journal(_own.Database), new Periods(_own.Database, TimeProvider.System));
        foreach (var isLast in (bool[])[false, true])
        {
            Assert.Equal(Closing.Closed, await journal.CloseAsync(Merchant, month.LastDay, TimeProvider.System.GetUtcNow(), Cancel));
            var balances = await new MomentReading(_own.Database, new SlotCatchUp(_own.Database, TimeProvider.System))
                .TrialBalanceAsync(Merchant, AsOf.Of(month.LastDay), Cancel);
            var transfers = await journal.ReadAsync(Merchant, month.FirstDay, month.LastDay, progress: null, Cancel).CountAsync(Cancel);
            var hash = SHA256.HashData([7]);
            Assert.Equal(ChangeOutcome.Made, await periods.KeepAsync(
                Merchant, month, balances.Lines, transfers, hash,
                await new Seals(_own.Database, TimeProvider.System).OfAsync(Merchant, Cancel),
                By("period.close", $"SHA-256 of its journal {Convert.ToHexStringLower(hash)}"), Cancel));
            if (!isLast)
                Assert.True(await periods.ReopenAsync(Merchant, month, By("period.reopen", "A line was missing"), Cancel));
        }

        Origin By(string what, string reason) => Origin with
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, what, $"{month}", reason),
        };
    }

    /// <summary>The requests of clients of the five APIs.</summary>
    private async Task ServeAsync(PostgresVault vault)
    {
        var port = BooksFixture.FreePort();
        _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true), _own.Database,
            _engine, vault, SecretWatch.OfTheRun.LogTo);
        await server.StartAsync(Cancel);
        await PayByCardAsync();
        await PayInCashAsync();
        await PayForOrdersAsync();
        await PayInASessionAsync();
        await PayForATrainAsync();
        await server.StopAsync(Cancel);
    }

    private async Task PayByCardAsync()
    {
        foreach (var (name, amount) in ((string, string)[])
            [("card", "40"), ("won", "31"), ("lost", "32"), ("disputed", "33"), ("refunded", "34"), ("settled", "35")])
        {
            _names[name] = await PaymentAsync("brm/payment/v4/payment", [Oracle, $"Idempotency-Key: {name}"], $$$"""
                {"@type":"Payment_Create","account":{"id":"{{{Mary}}}"},"totalAmount":{"value":{{{amount}}},"unit":"USD"},
                 "correlatorId":"{{{name}}}",
                 "paymentMethod":{"id":"0.0.0.1+-payinfo-cc+1001","@referredType":"bankCard","@type":"PaymentMethodRef"}}
                """);
        }

        var number = await TextAsync($"SELECT number FROM payment WHERE id = '{_names["refunded"]}'");
        var refund = await SendAsync("brm/payment/v4/refund", [Oracle], $$$"""
            {"account":{"id":"{{{Mary}}}"},"totalAmount":{"value":14,"unit":"USD"},
             "paymentMethod":{"id":"till","@type":"Cash"},"payment":{"id":"0.0.0.1+-item-payment+{{{number}}}"} }
            """);
        Assert.True((string?)JsonNode.Parse(refund.Text)!["status"] == "done", refund.Text);
    }

    private async Task PayInCashAsync()
    {
        foreach (var (name, account, method) in ((string, string, string)[])
            [("first key", "AC-1", "Cash"), ("second key", "AC-1", "Cash"), ("unpaid", "AC-1", "")])
        {
            _names[name] = await PaymentAsync("paymentManagement/v4/payment", [Telco, $"Idempotency-Key: {name}"], $$$"""
                {"account":{"id":"{{{account}}}"},"paymentMethod":{{{(method.Length == 0 ? "{}" : $"{{\"@type\":\"{method}\"}}")}}},
                 "totalAmount":{"unit":"EUR","value":60.50}}
                """);
        }
    }

    private async Task PayForOrdersAsync()
    {
        var (_, text) = await SendAsync("v1/Generic/CustomerPaymentInsert", [.. Midnight, "Idempotency-Key: orders"], """
            [{"CustomerId":3,"AmountBilled":60.00,"CustomerPaymentDetailList":[
               {"OrderId":1,"PaymentLabel":"Services","AmountBilled":40.00},{"OrderId":1,"PaymentLabel":"Earmarked","AmountBilled":20.00}]},
             {"CustomerId":3,"AmountBilled":8.00,"CustomerPaymentDetailList":[{"PaymentLabel":"Escrow","AmountBilled":8.00}]}]
            """);
        Assert.All(JsonNode.Parse(text)!.AsArray(), record => Assert.True((long)record!["CustomerPaymentId"]! > 0, text));
    }

    private async Task PayInASessionAsync()
    {
        var opened = JsonNode.Parse((await SendAsync("v1/payments/user-session", [Studio],
            """{"amount":55.50,"scope":"ECOM","customerId":1002,"referenceText":"Open fees"}""")).Text)!;
        var submitted = JsonNode.Parse((await SendAsync("widget/session/payment", [$"Authorization: Bearer {opened["token"]}"],
            $$"""
            {"choice":"CREDIT_CARD","card":{"number":"{{Card}}","expiry":"12/2090","securityCode":"123","holder":"Jonas Brandt"} }
            """)).Text)!;
        _names["studio"] = await PaymentAsync("v1/customers/1002/account/payment", [Studio], $$"""
            {"paymentRequestToken":"{{submitted["paymentRequestToken"]}}","amount":{"amount":55.50,"currency":"EUR"},
             "debtClaimIds":[501,502]}
            """);
    }

    private async Task PayForATrainAsync()
    {
        var (status, _) = await SendAsync($"bookings/{OpenBooking}/payment", [Rail], $$$"""
            {"source":{"object":"card","name":"Ines Duarte","number":"{{{Card}}}","cvc":"123","exp_month":12,"exp_year":2090,
             "address_country":"gb"} }
            """);
        Assert.Equal(HttpStatusCode.OK, status);
        (_names["train"], _names["held"]) = (OpenBooking, DearerBooking);
    }

    /// <summary>The acts of customers, operators, banks and the provider beside the APIs.</summary>
    private async Task TradeAsync()
    {
        await OpenAccountsAsync();
        await TakeMoneyAsync();
        await GiveMoneyBackAsync();
        await ImportStatementsAsync();
        await RegisterPasskeyAsync();
        await CorrectAsync();
        await WriteOffByTwoAsync();
        await CloseAccountAsync();
        await MergeAccountsAsync();
        await DunAsync();
        await TryAgainAsync();
        await CollectDueAsync();
    }

    /// <summary>Gerda reached two levels, and then an agency; Emil paid behind the first one; Fritz is exempt.</summary>
    private async Task DunAsync()
    {
        await new DunningPolicies(_own.Database, TimeProvider.System).SetAsync(
            Merchant, Business.Euro, new DunningPolicy(Merchant, Business.Euro, 1_00, [new(7), new(14, 5_00), new(28, 10_00, true)]),
            By(null, OperatorAction.CommandLine, "dunning.policy"), key: null, Cancel);
        foreach (var name in (string[])["gerda", "emil", "fritz"])
        {
            _names[$"{name}'s name"] = $"{name} {Business.NewId():N}";
            var opening = _business.Opening(_names[$"{name}'s name"]);
            await DoAsync(opening);
            _names[name] = $"{opening.Id.Value}";
            await DoAsync(_business.Charge(_names[$"{name}'s name"], $"late {name}", 40_00) with { DueOn = Today.AddDays(-40) });
        }

        await DoAsync(new HoldDunning(Origin, Named("fritz"), IsExempt: true, PausedUntil: null));
        await DunAsync("emil", 0);
        await DoAsync(new RecordPayment(Origin, Named("emil"), new PaymentId(Merchant, Business.NewId()), "test")
        {
            Amount = new Money(40_00, Business.Euro),
            ReceivedBy = ClearingProvider.Cash,
            Remainder = Remainder.OldestDueFirst,
        });
        await DunAsync("emil", 1);
        foreach (var day in (int[])[0, 7, 21])
            await DunAsync("gerda", day);

        AccountTarget Named(string customer) => AccountTarget.Named(_business.AccountName(_names[$"{customer}'s name"]));
    }

    /// <summary>Mary's card is charged for a bill in vain, and again three days later.</summary>
    private async Task TryAgainAsync()
    {
        var policies = new RetryPolicies(_own.Database, TimeProvider.System);
        await policies.SetAsync(
            Merchant, new RetryPolicy(Merchant, [3, 5], AlsoUnexplained: false), By(null, OperatorAction.CommandLine, "retry.policy"),
            key: null, Cancel);
        await new MailPolicies(_own.Database, TimeProvider.System).SwitchAsync(
            Merchant, MailKind.Receipt, isOn: true, By(null, OperatorAction.CommandLine, "mail.policy"), Cancel);
        await new MailSentences(_own.Database, TimeProvider.System).SetAsync(
            Merchant, MailKind.Receipt, "de", "Danke!", By(null, OperatorAction.CommandLine, "mail.sentence"), Cancel);
        await new DatevCharts(_own.Database, TimeProvider.System).SetAsync(
            new DatevChart(Merchant, 29098, 55003, FirstMonth: 1, Length: 4, [new("assets:bank", 1200)]),
            By(null, OperatorAction.CommandLine, "datev.set"), Cancel);
        // An older debt that takes up Mary's credit: a try sees the credit as dunning does.
        var mary = AccountTarget.Named(new Reference(Merchant, TmfNames.OracleBrm, TmfNames.Account, Mary));
        await DoAsync(new RaiseCharge(
            Origin, mary, new ChargeId(Merchant, Business.NewId()), new Money(1_000_00, Currency.Parse("USD")), new DateOnly(2025, 12, 1)));
        await AskForABillAsync("failed", "0.0.0.1+-bill+60004");
        await DoAsync(new TakeAnswer(
            Origin, await AttemptAsync("failed", Verb.Authorise), ProviderAnswer.Declined(DeclineReason.InsufficientFunds)));
        var (retries, id) = (new Retries(_own.Database, policies), new PaymentId(Merchant, Business.NewId()));
        var candidate = Assert.Single(
            await retries.CandidatesAsync(Merchant, Today.AddDays(3), Guid.Empty, 10, Cancel),
            one => $"{one.First.Id.Value}" == _names["failed"]);
        await DoAsync(candidate.CommandOn(Today.AddDays(3), Origin, id)!);
        _names["tried"] = $"{id.Value}";
        await DoAsync(new TakeAnswer(
            Origin, await AttemptAsync("tried", Verb.Authorise), ProviderAnswer.Declined(DeclineReason.InsufficientFunds)));
    }

    /// <summary>A run asks Mary's card for what is due, in vain.</summary>
    private async Task CollectDueAsync()
    {
        var (bill, id) = (new ChargeId(Merchant, Business.NewId()), new PaymentId(Merchant, Business.NewId()));
        await DoAsync(new RaiseCharge(
            Origin, AccountTarget.Named(new Reference(Merchant, TmfNames.OracleBrm, TmfNames.Account, Mary)), bill,
            new Money(7_00, Currency.Parse("USD")), Today));
        var (filter, run, dues) = (
            new DueFilter(Today), new DueRunId(Merchant, Business.NewId()), new DueReading(_own.Database));
        await DoAsync(new BeginDues(
            By(null, OperatorAction.CommandLine, "dues.collect"), run, await dues.PreviewAsync(Merchant, filter, Today, Cancel)));
        var (mary, due) = (await dues.CustomersAsync(Merchant, filter, Today, 0, 1000, Cancel))
            .SelectMany(customer => customer.Verdicts, (customer, verdict) => (customer, verdict))
            .Single(one => one.verdict.Due.Charge.Id == bill);
        await DoAsync(mary.CommandFor(due, (await dues.FindAsync(run, Cancel))!, Today, Origin, id));
        _names["collected due"] = $"{id.Value}";
        await DoAsync(new TakeAnswer(
            Origin, await AttemptAsync("collected due", Verb.Authorise), ProviderAnswer.Declined(DeclineReason.Declined)));
        await DoAsync(new EndDues(Origin, run));
        await ChooseAutopayAsync(mary.Case);
        await CollectNextMonthAsync(dues);
    }

    /// <summary>Mary chooses autopay by her card, ends it, and chooses it anew.</summary>
    private async Task ChooseAutopayAsync(DueCase mary)
    {
        var (target, card) = (AccountTarget.Of(mary.Account.Id, mary.Account.Slot), mary.Instrument!.Id);
        await DoAsync(new ChooseAutopay(Origin, target, card, AutopaySource.Widget, AutopayTexts.Of("de")!, "de"));
        await DoAsync(new EndAutopay(Origin, target, AutopaySource.Link));
        await DoAsync(new ChooseAutopay(Origin, target, card, AutopaySource.Api, "My bills by this card", "en"));
    }

    /// <summary>The run of the next month begins by itself.</summary>
    private async Task CollectNextMonthAsync(DueReading dues)
    {
        var policy = (await new DuePolicies(_own.Database, TimeProvider.System).SetAsync(
            Merchant,
            new DuePolicy(Merchant, 3, new DueFilter(default)
            {
                Way = DueWay.Card,
                Dialect = TmfNames.OracleBrm,
                Minimum = new Money(5_000_00, Currency.Parse("USD")),
            }, default)
            {
                SetBy = Guid.Parse(await TextAsync("SELECT id FROM person ORDER BY id LIMIT 1")),
            },
            By(null, OperatorAction.CommandLine, "dues.policy"), Cancel))!;
        var day = policy.NextAfter(Today);
        var id = DueRunId.OfMonth(Merchant, DuePolicy.MonthOf(day));
        await DoAsync(new BeginDues(Origin, id, await dues.PreviewAsync(Merchant, policy.Filter with { Until = day }, day, Cancel))
        {
            Policy = policy,
        });
        await DoAsync(new EndDues(Origin, id));
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private async Task DunAsync(string customer, int inDays)
    {
        var (dunnings, today) =
            (new Dunnings(_own.Database, new DunningPolicies(_own.Database, TimeProvider.System)), Today.AddDays(inDays));
        var found = await dunnings.FindAsync(new AccountId(Merchant, Guid.Parse(_names[customer])), today, Cancel);
        await DoAsync(found!.CommandOn(today, Origin)!);
    }

    private async Task RegisterPasskeyAsync()
    {
        var person = Guid.Parse(await TextAsync("SELECT id FROM person ORDER BY id LIMIT 1"));
        var passkey = new Passkey(Business.NewId(), "Key", [1], [2])
        {
            Signatures = 1,
            IsShared = false,
            Transports = ["usb"],
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        var (outcome, codes) = await new Passkeys(_own.Database, TimeProvider.System).AddAsync(Merchant, person, passkey, Origin, Cancel);
        Assert.Equal(ChangeOutcome.Made, outcome);
        SecretWatch.OfTheRun.Add(codes);
    }

    /// <summary>A customer who paid everything and left.</summary>
    private async Task CloseAccountAsync()
    {
        var opening = _business.Opening("D-1") with { Name = "dora" };
        await DoAsync(opening);
        await DoAsync(_business.Charge("D-1", "of dora", 5_00));
        await DoAsync(_business.Payment("D-1", 5_00, Part.Charge(_business.ChargeName("of dora"), 5_00)));
        var address = new PostalAddress("Gasse 1", "3. Stock", "3011", "Bern", "BE", "CH");
        await DoAsync(new ChangeContact(
            Origin, AccountTarget.Named(_business.AccountName("D-1")), new Contact("dora@example.com", "+41 31 3210000", address, "de")));
        await DoAsync(new CloseAccount(Origin, AccountTarget.Named(_business.AccountName("D-1"))));
        _names["dora"] = $"{opening.Id.Value}";
    }

    /// <summary>Two accounts of one person, in two slots: one is merged into the other. Another merge was undone.</summary>
    private async Task MergeAccountsAsync()
    {
        foreach (var (merged, into) in ((string, string)[])[("E-1", "E-2"), ("F-1", "F-2")])
        {
            var payment = _business.Payment(merged, 8_00);
            foreach (var account in (string[])[merged, into])
                await DoAsync(_business.Opening(account));
            await DoAsync(_business.Charge(merged, $"of {merged}", 12_00));
            await DoAsync(payment);
            var own = AccountTarget.Named(_business.AccountName(merged));
            var other = AccountTarget.Named(_business.AccountName(into));
            var merging = new MergeAccounts(Origin, other, own, [payment.Id], Business.NewId());
            await DoAsync(merging);
            (_names[merged], _names[$"charge of {merged}"]) = (await TextAsync(
                $"SELECT account_id FROM payment WHERE id = '{payment.Id.Value}'"), await TextAsync(
                $"SELECT id FROM charge WHERE reference = 'of {merged}'"));
            (_names[$"moved charge of {merged}"], _names[$"moved credit of {merged}"]) = (await TextAsync(
                $"SELECT id FROM charge WHERE merged_from_id = '{_names[merged]}'"), await TextAsync(
                $"SELECT id FROM payment WHERE merged_from_id = '{_names[merged]}'"));
            if (merged == "F-1")
            {
                await DoAsync(new UnmergeAccounts(
                    Origin, own, other, [new PaymentId(Merchant, Guid.Parse(_names["moved credit of F-1"]))], Business.NewId()));
            }
        }
    }

    /// <summary>Three customers, of whom two lie in one slot.</summary>
    private async Task OpenAccountsAsync()
    {
        var slots = Enumerable.Range(0, 1000).Select(number => $"A-{number}").GroupBy(name => _business.AccountName(name).HomeSlot());
        var shared = slots.First(slot => slot.Count() > 1).Take(2).ToList();
        var other = slots.First(slot => !slot.Contains(shared[0])).First();
        foreach (var (name, account) in ((string, string)[])[("anna", shared[0]), ("bert", shared[1]), ("carl", other)])
        {
            var opening = _business.Opening(account) with { Name = name };
            await DoAsync(opening);
            (_names[name], _names[$"{name}'s name"]) = ($"{opening.Id.Value}", account);
        }

        await DoAsync(new MakeLink(
            Origin, AccountTarget.Named(_business.AccountName(other)), new PaymentLinkId(Merchant, Business.NewId()), Installation: 1, [],
            new Money(10_00, Currency.Parse("EUR")), TimeProvider.System.GetUtcNow().AddDays(7))
        {
            Text = "A gift",
        });
    }

    private async Task TakeMoneyAsync()
    {
        foreach (var (customer, bill, minor) in ((string, string, long)[])
            [("anna", "open", 20_00), ("bert", "equal", 20_00), ("carl", "other", 20_00), ("anna", "paid", 15_00),
                ("carl", "INV-2027-1", 5_00), ("bert", "cancelled", 13_00), ("bert", "written off", 14_00),
                ("anna", "INV-2027-2", 6_00), ("anna", "unsettled", 4_00)])
        {
            var charge = _business.Charge(_names[$"{customer}'s name"], bill, minor) with
            {
                Document = new Reference(Merchant, "test", "document", $"D-{bill}"),
            };
            await DoAsync(charge);
            _names[bill] = $"{charge.Id.Value}";
        }

        foreach (var (payment, customer, minor, holder) in ((string, string, long, string?)[])
            [
                ("anna's cash", "anna", 15_00, "cash"), ("bert's cash", "bert", 7_00, "cash"), ("carl's cash", "carl", 7_00, "cash"),
                ("anna's credit", "anna", 9_00, "cash"), ("returned", "bert", 12_00, "cash"), ("transfer", "carl", 30_00, "bank-transfer"),
                ("promised", "carl", 8_00, null), ("first", "carl", 11_00, "cash"), ("second", "anna", 11_00, "cash"),
                ("misplaced", "bert", 3_00, "cash"), ("misused", "anna", 4_00, "cash"),
            ])
        {
            var parts = payment == "anna's cash" ? (IReadOnlyList<Part>)[Part.Charge(_business.ChargeName("paid"), minor)] : [];
            var paid = _business.Payment(_names[$"{customer}'s name"], minor, [.. parts]) with { ReceivedBy = holder };
            await DoAsync(paid);
            _names[payment] = $"{paid.Id.Value}";
        }

        await AskSilentProviderAsync();
        await NameLedgerAccountsAsync();
    }

    /// <summary>A payment by a card whose provider does not answer.</summary>
    private async Task AskSilentProviderAsync()
    {
        await AskForABillAsync("asked", "0.0.0.1+-bill+60003");
        await DoAsync(new TakeAnswer(Origin, await AttemptAsync("asked", Verb.Authorise), ProviderAnswer.Unknown));
    }

    /// <summary>Mary's card is charged for a new bill.</summary>
    private async Task AskForABillAsync(string name, string billName)
    {
        var mary = new Reference(Merchant, TmfNames.OracleBrm, TmfNames.Account, Mary);
        var bill = new Reference(Merchant, TmfNames.OracleBrm, TmfNames.Bill, billName);
        var dollars = new Money(21_00, Currency.Parse("USD"));
        await DoAsync(new RaiseCharge(
            Origin, AccountTarget.Named(mary), new ChargeId(Merchant, Business.NewId()), dollars, new DateOnly(2026, 1, 1))
        {
            Reference = bill,
        });
        var asked = new RecordPayment(Origin, AccountTarget.Named(mary), new PaymentId(Merchant, Business.NewId()), "oracle-brm")
        {
            Amount = dollars,
            Instrument = new Reference(Merchant, TmfNames.OracleBrm, TmfNames.PaymentMethod, "0.0.0.1+-payinfo-cc+1001"),
            Parts = [Part.ChargeUpTo(bill)],
        };
        await DoAsync(asked);
        _names[name] = $"{asked.Id.Value}";
    }

    /// <summary>Ledger accounts that a thief would make, with their right ids.</summary>
    private async Task NameLedgerAccountsAsync()
    {
        var slot = await NumberAsync($"SELECT number % 32 FROM payment WHERE id = '{_names["card"]}'");
        _names["dollars in the drawer"] = $"{Chart.Clearing(Merchant, slot, "cash", Currency.Parse("USD")).ToId()}";
        _names["mary's slot"] = $"{slot}";
        slot = await NumberAsync($"SELECT slot FROM account WHERE id = '{_names["anna"]}'");
        var losses = new LedgerAccount(Merchant, slot, LedgerKind.WriteOff, Guid.Empty, "", Business.Euro);
        (_names["anna's slot"], _names["losses in euros"]) = ($"{slot}", $"{losses.ToId()}");
        _names["merchant"] = $"{Merchant.Value}";
    }

    private async Task GiveMoneyBackAsync()
    {
        foreach (var payment in (string[])["won", "lost", "disputed"])
        {
            var about = await AttemptAsync(payment, Verb.Authorise);
            await DoAsync(new OpenDispute(Origin, about, payment, DisputeKind.Chargeback, 30_00, FeeMinor: 15_00));
            if (payment != "disputed")
                await DoAsync(new CloseDispute(Origin, about, payment, IsWon: payment == "won"));
        }

        foreach (var (payment, minor) in ((string, long)[])[("returned", 4_00), ("transfer", 6_00)])
        {
            var account = AccountTarget.Of(
                new AccountId(Merchant, Guid.Parse(await TextAsync($"SELECT account_id FROM payment WHERE id = '{_names[payment]}'"))),
                await NumberAsync($"SELECT number % 32 FROM payment WHERE id = '{_names[payment]}'"));
            var origin = Origin with { Action = new OperatorAction(null, OperatorAction.CommandLine, "payment.refund", payment, "a wish") };
            await DoAsync(
                new RefundPayment(origin, account, new PaymentId(Merchant, Guid.Parse(_names[payment])),
                    new RefundId(Merchant, Business.NewId()), "test")
                { Amount = new Money(minor, Business.Euro) });
        }

        await GiveBackByTwoAsync();
        var waiting = await AttemptAsync("transfer", Verb.Refund);
        await DoAsync(new TakeAnswer(Origin, waiting, ProviderAnswer.Pending));
    }

    /// <summary>A refund above the limit: one person asks, another approves. A second one waits.</summary>
    private async Task GiveBackByTwoAsync()
    {
        await new ApprovalLimits(_own.Database, TimeProvider.System).SetAsync(
            Merchant, Business.Euro, 20_00, By(null, OperatorAction.CommandLine, "limit.set"), Cancel);
        foreach (var name in (string[])["approved", "waiting"])
        {
            var payment = _business.Payment(_names["carl's name"], 50_00);
            await DoAsync(payment);
            var asked = new RefundPayment(
                By(Business.NewId(), "Ada", "payment.refund"), payment.Account, payment.Id, new RefundId(Merchant, Business.NewId()),
                "test")
            {
                Amount = new Money(25_00, Business.Euro),
            };
            await DoAsync(asked);
            (_names[$"{name} by two"], _names[$"{name} request"]) = ($"{payment.Id.Value}", $"{asked.Id.Value}");
        }

        await ApproveAsync("approved request");
    }

    /// <summary>A write-off above the limit: one person asks, another approves.</summary>
    private async Task WriteOffByTwoAsync()
    {
        var charge = _business.Charge(_names["carl's name"], "given up", 25_00);
        await DoAsync(charge);
        var asked = new CorrectCharge(By(Business.NewId(), "Ada", "charge.write-off"), charge.Account, charge.Id, DebtCorrection.WriteOff)
        {
            RequestId = Business.NewId(),
        };
        await DoAsync(asked);
        _names["write-off request"] = $"{asked.RequestId}";
        await ApproveAsync("write-off request");
    }

    private async Task ApproveAsync(string name)
    {
        var number = await TextAsync($"SELECT number FROM approval_request WHERE id = '{_names[name]}'");
        var request = await new Approvals(_own.Database).FindAsync(Merchant, long.Parse(number, CultureInfo.InvariantCulture), Cancel);
        await DoAsync(new ApproveRequest(By(Business.NewId(), "Grace", "approval.approve"), request!.Request, Business.NewId()));
    }

    private Origin By(Guid? person, string who, string what) =>
        Origin with { Action = new OperatorAction(person, who, what, "by two", "a wish") };

    private async Task ImportStatementsAsync()
    {
        var number = await TextAsync($"SELECT number FROM payment WHERE id = '{_names["settled"]}'");
        await ImportAsync(Desk, new Camt().With(5, "INV-2027-1").With(20, "for something").With(-3, "fee of the account").ToXml());
        await ImportAsync(Desk, $"""
            type,reference,amount,fee,currency,date
            payment,{number},35.00,0.50,USD,2027-11-03
            payout,PO-1,34.50,,USD,2027-11-03
            """);
        foreach (var (name, line) in ((string, string)[])
            [
                ("booked line", "remittance = 'INV-2027-1'"), ("open line", "status = 'open' AND amount_minor > 0"),
                ("reported", "kind = 'payment'"),
            ])
        {
            _names[name] = await TextAsync($"SELECT id FROM settlement_line WHERE {line} LIMIT 1");
            Assert.NotEmpty(_names[name]);
        }

        _names["brought"] = await TextAsync($"SELECT payment_id FROM settlement_line WHERE id = '{_names["booked line"]}'");
        await ImportShortLineAsync();
        await MakeRuleAsync();
        await KeepFormatAsync();
    }

    /// <summary>A format that says all that one can say.</summary>
    private async Task KeepFormatAsync()
    {
        var format = new StatementFormat(
            [new("Tag", ColumnUse.BookedOn), new("Wie viel", ColumnUse.Amount), new("Wofür", ColumnUse.Remittance)])
        {
            Order = DayOrder.DayFirst,
            DecimalSign = ',',
            Currency = Business.Euro,
            Account = Camt.Iban,
        };
        var kept = await new StatementFormats(_own.Database, books.Vault, TimeProvider.System).KeepAsync(
            new KeptFormat(Merchant, 0, "Our bank", format), "DE ···· 3000", _ => false,
            _ => By(null, OperatorAction.CommandLine, "format.set"), Cancel);
        Assert.NotNull(kept.Format);
    }

    /// <summary>A rule for lines like the short one.</summary>
    private async Task MakeRuleAsync()
    {
        var line = await new Statements(_own.Database).FindAsync(
            new SettlementLineId(Merchant, Guid.Parse(_names["short line"])), Cancel);
        var payer = (await new Evidence(_own.Database).NamedAsync(Merchant, [_names["anna's name"]], Cancel)).Payers[0];
        var made = await new LineRules(_own.Database, TimeProvider.System).MakeAsync(
            new LineRule(Merchant, 0, "Anna's mother", LineRuleUse.Customer)
            {
                Customer = (payer.Account, payer.Slot, payer.Number),
                BankAccount = line!.Account,
                Direction = LineDirection.In,
                Counterparty = "Bell",
                CounterpartyHash = new byte[32],
                Words = "little less",
                Least = new Money(1_00, Business.Euro),
                Most = new Money(9_00, Business.Euro),
                IsOn = true,
            },
            _ => By(null, OperatorAction.CommandLine, "rule.set"), Cancel);
        Assert.NotNull(made.Rule);
    }

    /// <summary>A line that is less than its bill, within the tolerance.</summary>
    private async Task ImportShortLineAsync()
    {
        await new SettlementTolerances(_own.Database, TimeProvider.System).SetAsync(
            Merchant, Business.Euro, new SettlementTolerance(Merchant, Business.Euro, 2_00, null, ShortfallKind.Fee),
            By(null, OperatorAction.CommandLine, "tolerance.set"), Cancel);
        await DoAsync(_business.Charge(_names["anna's name"], "short", 8_00));
        await ImportAsync(Desk, new Camt { Id = "2028/01" }.With(7, "a little less", bankReference: "BANK-7").ToXml());
        _names["short line"] = await TextAsync("SELECT id FROM settlement_line WHERE remittance = 'a little less'");
        var line = await new Statements(_own.Database).FindAsync(
            new SettlementLineId(Merchant, Guid.Parse(_names["short line"])), Cancel);
        var booked = await Desk.BookAsChosenAsync(
            line!, SettlementChoice.Charge, ["short"], Origin, "a discount", Cancel,
            shortfall: new Shortfall(new Money(1_00, Business.Euro), ShortfallKind.Discount));
        Assert.True(booked.Outcome?.Accepted, booked.Problem);
    }

    /// <summary>Corrections of what was booked wrongly: one of each kind.</summary>
    private async Task CorrectAsync()
    {
        var (anna, bert) = (Named("anna"), Named("bert"));
        await DoAsync(new CorrectCharge(Origin, bert, Charge("cancelled"), DebtCorrection.Cancel));
        await DoAsync(new CorrectCharge(Origin, bert, Charge("written off"), DebtCorrection.WriteOff));
        await DoAsync(new CorrectCharge(
            Origin, bert, Charge("written off"), DebtCorrection.Recover, new Money(4_00, Business.Euro)));
        await DoAsync(new ChangeCharge(Origin, bert, Charge("written off")) { DueOn = new DateOnly(2026, 12, 1) });
        await DoAsync(new AllocatePayment(Origin, anna, Payment("misused"), [Part.Charge(_business.ChargeName("unsettled"), 4_00)]));
        await DoAsync(new UnallocatePayment(Origin, anna, Payment("misused")));
        var moved = new PaymentId(Merchant, Business.NewId());
        await DoAsync(new MovePayment(Origin, anna, bert, Payment("misplaced"), moved, new Money(2_00, Business.Euro)) { To = [] });
        _names["moved"] = $"{moved.Value}";

        await ImportAsync(Desk, new Camt { Id = "2027/12" }.With(6, "INV-2027-2", bankReference: "BANK-6").ToXml());
        _names["unbooked line"] = await TextAsync("SELECT id FROM settlement_line WHERE remittance = 'INV-2027-2'");
        _names["unbooked"] = await TextAsync($"SELECT payment_id FROM settlement_line WHERE id = '{_names["unbooked line"]}'");
        var line = await new Statements(_own.Database).FindAsync(
            new SettlementLineId(Merchant, Guid.Parse(_names["unbooked line"])), Cancel);
        await DoAsync(await Desk.Lines.UnbookingAsync(line!, "another customer's", Origin, Cancel));

        const string Foreign = "of another studio";
        await ImportAsync(
            Desk, new Camt { Id = "2028/01", Account = "DE02120300000000202051" }.With(7, Foreign, bankReference: "B-7").ToXml());
        _names["undone"] = await TextAsync($"SELECT statement_id FROM settlement_line WHERE remittance = '{Foreign}'");
        var undone = await Desk.Undoing.UndoAsync(new StatementId(Merchant, Guid.Parse(_names["undone"])), "not ours", Origin, Cancel);
        Assert.Equal(1, undone!.Taken);

        AccountTarget Named(string customer) => AccountTarget.Named(_business.AccountName(_names[$"{customer}'s name"]));

        ChargeId Charge(string name) => new(Merchant, Guid.Parse(_names[name]));

        PaymentId Payment(string name) => new(Merchant, Guid.Parse(_names[name]));
    }

    private async Task ImportAsync(SettlementDesk desk, string file)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var options = new ReadingOptions { Provider = "sandbox" };
        Assert.Empty((await desk.ImportAsync(stream, "statement", options, Origin, null, Cancel)).Faults);
    }

    private async Task<Attempt> AttemptAsync(string payment, Verb verb) =>
        (await new Attempts(_own.Database).OfPaymentAsync(new PaymentId(Merchant, Guid.Parse(_names[payment])), Cancel))
            .Single(attempt => attempt.Verb == verb);

    private async Task DoAsync(Command command)
    {
        var outcome = await _engine.SubmitAsync(command);
        Assert.True(outcome.Accepted, $"{command.GetType().Name}: {string.Join(", ", outcome.Faults)}");
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = _own.Database.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync(Cancel)}";
    }

    private async Task<int> NumberAsync(string sql) => int.Parse(await TextAsync(sql), CultureInfo.InvariantCulture);

    /// <summary>Makes a payment; its id.</summary>
    private async Task<string> PaymentAsync(string path, string[] headers, string body)
    {
        using var answer = await AnswerAsync(path, headers, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return Assert.Single(answer.Headers.GetValues("Quittance-Payment"));
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(string path, string[] headers, string body)
    {
        using var answer = await AnswerAsync(path, headers, body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<HttpResponseMessage> AnswerAsync(string path, string[] headers, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var header in headers.Select(header => header.Split(": ", 2)).GroupBy(parts => parts[0], parts => parts[1]))
            Assert.True(request.Headers.TryAddWithoutValidation(header.Key, header));
        return await _client.SendAsync(request, Cancel);
    }
}
