using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Debits;
using Quittance.Tests.Mails;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests;

/// <summary>A valid request for each declared act, to a merchant of its own.</summary>
internal static class ActSamples
{
    private const string Limit = "'limit':{'amount':'500','currency':'EUR'}";
    private const string Tolerance = "'currency':'EUR','amount':'2.00'";
    private const string Rule = "'name':'Rent','as':'ignore','words':'rent','most':{'amount':'900','currency':'EUR'}";
    private const string Datev = "'consultant':29098,'client':55003,'receivable':10000,'credit':1710,'clearing':1360,'refunds':1361,"
        + "'bank':1200,'billed':8200,'fees':4970,'write_off':2400";

    private const string Route = "'providers':'sandbox','kind':'card','currency':'EUR'";
    private const string Monthly = "'day':3,'method':'card','minimum':{'amount':'1','currency':'EUR'}";
    private const string Origin = "'origin':'https://shop.example','api':'quittance'";

    private static readonly string Format = $"'name':'Our bank','file':'{Convert.ToBase64String("""
        {"columns":[{"name":"Tag","use":"booked_on"},{"name":"Betrag","use":"amount"},{"name":"Text","use":"remittance"}],
         "currency":"EUR","account":"DE02120300000000202051"}
        """u8)}'";

    /// <summary>Counts acts that change nothing, by their keys.</summary>
    private const string OfKeys = "SELECT count(*)::int FROM kept_answer WHERE merchant_id = {account} AND scope LIKE 'act %'";

    /// <summary>Takes test events as long as the run lasts.</summary>
    private static readonly Lazy<Task<WebhookReceiver>> Receiver = new(WebhookReceiver.StartAsync);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<WritingSample> LimitAsync(BooksFixture books) => Of(await Biller.OpenAsync(books), "limit.set", Limit);

    public static async Task<WritingSample> LimitEndAsync(BooksFixture books) =>
        Of(await WithAsync(books, "limits", Limit), "limit.set", "'currency':'EUR'");

    public static async Task<WritingSample> ToleranceAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "tolerance.set", Tolerance);

    public static async Task<WritingSample> ToleranceEndAsync(BooksFixture books) =>
        Of(await WithAsync(books, "tolerances", Tolerance), "tolerance.set", "'currency':'EUR'");

    public static async Task<WritingSample> RuleAsync(BooksFixture books) => Of(await Biller.OpenAsync(books), "rule.set", Rule);

    public static async Task<WritingSample> RuleSwitchAsync(BooksFixture books) =>
        Of(await WithAsync(books, "line-rules", Rule), "rule.switch", "'rule':1,'on':true,'place':1");

    public static async Task<WritingSample> RuleEndAsync(BooksFixture books) =>
        Of(await WithAsync(books, "line-rules", Rule), "rule.end", "'rule':1");

    public static async Task<WritingSample> FormatAsync(BooksFixture books) => Of(await Biller.OpenAsync(books), "format.set", Format);

    public static async Task<WritingSample> FormatEndAsync(BooksFixture books) =>
        Of(await WithAsync(books, "statement-formats", Format), "format.end", "'format':1");

    public static async Task<WritingSample> DatevAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "datev.set", Datev);

    public static async Task<WritingSample> MailSentenceAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "mail.sentence", "'kind':'receipt','language':'de','text':'Danke, {name}!'");

    public static async Task<WritingSample> MailPolicyAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "mail.policy", "'kind':'receipt','on':true");

    public static async Task<WritingSample> MailStatementAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        return Of(biller, "mail.statement", $"'account':'{await biller.CustomerAsync()}'");
    }

    public static async Task<WritingSample> MailAccountLinkAsync(BooksFixture books)
    {
        var biller = await WithAsync(books, "mails/policy", "'kind':'account_link','on':true");
        return Of(biller, "mail.account-link", $"'account':'{await biller.CustomerAsync()}'");
    }

    public static async Task<WritingSample> MailResendAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var mail = await SampleMail.SentAsync(books.Database, biller.Merchant);
        return Of(biller, "mail.resend", "") with { Path = $"/api/v1/mails/{mail:D}/resend" };
    }

    public static async Task<WritingSample> MailReportAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var mail = await SampleMail.SentAsync(books.Database, biller.Merchant);
        return Of(biller, "mail.bounce", $"'report':'{SampleReport.InBase64(SampleReport.OfPostfix($"{mail:N}@works.example"))}'");
    }

    public static async Task<WritingSample> RouteAsync(BooksFixture books) => Of(await ConnectedAsync(books), "provider.route", Route);

    public static async Task<WritingSample> RouteEndAsync(BooksFixture books)
    {
        var biller = await ConnectedAsync(books);
        await BeforeAsync(biller, "provider-routes", Route);
        return Of(biller, "provider.route-end", "'kind':'card','currency':'EUR'");
    }

    public static async Task<WritingSample> ZoneAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "installation.zone", "'api':'quittance','time_zone':'Asia/Tokyo'");

    public static async Task<WritingSample> OriginAsync(BooksFixture books) => Of(await Biller.OpenAsync(books), "origin.add", Origin);

    public static async Task<WritingSample> OriginRemoveAsync(BooksFixture books) =>
        Of(await WithAsync(books, "origins", Origin), "origin.remove", Origin);

    public static async Task<WritingSample> ClientAsync(BooksFixture books)
    {
        var (biller, name) = (await Biller.OpenAsync(books), Biller.NewText());
        var installation = (await books.Merchants.InstallationsAsync(biller.Merchant, Cancel)).Single();
        await new Clients(books.Database, TimeProvider.System, new HashSet<string>())
            .EnsureAsync(installation, name, "Till", secret: null, ["read"], [], Cancel);
        return Of(biller, "client.revoke", $"'client':'{name}'");
    }

    /// <summary>Of the demo, whose credentials have more numbers than those of another merchant: its request reaches no other.</summary>
    public static async Task<WritingSample> RotationAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var made = await biller.PostAsync(Biller.Credentials, JsonNode.Parse("""{"api":"quittance","name":"Shop","scopes":["read"]}""")!);
        var number = made.Json["credentials"]![0]!["id"];
        var sample = Of(biller, "credential.rotate", $"'credential':{number}");
        return sample with { Counts = $"{sample.Counts} AND subject LIKE 'credential {number} %'", AnswersOnce = true };
    }

    public static async Task<WritingSample> ErasureAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var customer = await biller.CustomerAsync();
        var number = (await biller.GetAsync($"{Biller.Accounts}/{customer}")).Json["number"];
        return Of(biller, "account.erase", $"'account':'{customer}','number':{number}");
    }

    public static async Task<WritingSample> PersonEndAsync(BooksFixture books)
    {
        var (biller, email) = await WithPersonAsync(books);
        return Of(biller, "person.end", $"'email':'{email}'");
    }

    public static async Task<WritingSample> PersonRoleAsync(BooksFixture books)
    {
        var (biller, email) = await WithPersonAsync(books);
        return Of(biller, "person.role", $"'email':'{email}','role':'operator'");
    }

    public static async Task<WritingSample> CollectionAsync(BooksFixture books)
    {
        var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("50.00");
        return Of(studio.Biller, "collect.run", "'of':'debits'") with
        {
            Counts = "SELECT count(*)::int FROM collection WHERE merchant_id = {account}",
        };
    }

    public static async Task<WritingSample> DuePolicyAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "dues.policy", Monthly);

    public static async Task<WritingSample> DuePolicyEndAsync(BooksFixture books) =>
        Of(await WithAsync(books, "dues/policy", Monthly), "dues.policy", "");

    public static async Task<WritingSample> NoteAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        return Of(biller, "account.note", $"'account':'{await biller.CustomerAsync()}','text':'Calls back on Monday'");
    }

    public static async Task<WritingSample> AutopayAsync(BooksFixture books)
    {
        var (biller, asked) = await WithInstrumentAsync(books);
        return Of(biller, "autopay.choose", asked);
    }

    public static async Task<WritingSample> AutopayEndAsync(BooksFixture books)
    {
        var (biller, asked) = await WithInstrumentAsync(books);
        await BeforeAsync(biller, "autopay", asked);
        return Of(biller, "autopay.end", asked.Split(',')[0]);
    }

    /// <summary>A customer who has stored a card.</summary>
    private static async Task<(Biller Biller, string Asked)> WithInstrumentAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var customer = await biller.CustomerAsync();
        await new Customers(books.Engine, books.Vault, biller.Merchant, "quittance").RegisterAsync(
            customer, $"method-{Biller.NewText()}", Customers.CardOf(VaultedPayments.GoodCard));
        var instrument = (await biller.GetAsync($"/api/v1/instruments?account={customer}")).Json["items"]![0]!["id"];
        return (biller, $"'account':'{customer}','instrument':'{instrument}','language':'de'");
    }

    /// <summary>A run that waits for a second person.</summary>
    public static async Task<WritingSample> DueStopAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        return Of(biller, "dues.stop", $"'run':{await DueReleaseTests.WaitingAsync(books.Engine, books.Database, biller.Merchant)}");
    }

    /// <summary>Each request begins one run.</summary>
    public static async Task<WritingSample> DuesAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "dues.collect", "") with
        {
            // Another amount makes another request.
            Body = amount => Quoted($"{{'until':'2026-12-31','minimum':{{'amount':'{amount.Sum(sign => sign)}.00','currency':'EUR'}}}}"),
            Counts = "SELECT count(*)::int FROM due_run WHERE merchant_id = {account}",
        };

    public static async Task<WritingSample> CollectionStepAsync(BooksFixture books, string word)
    {
        var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("50.00");
        var number = (long)(await studio.CollectAsync("run"))["collection"]!["number"]!;
        return Of(studio.Biller, word, $"'collection':{number}");
    }

    /// <summary>A released collection whose file is handed out, or is handed in though the books have it.</summary>
    public static async Task<WritingSample> CollectionFileAsync(BooksFixture books, string word)
    {
        var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("50.00");
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        if (word == "collect.file")
            return Of(studio.Biller, word, $"'collection':{number}");
        var path = studio.PathOf("debits.xml");
        await studio.CollectAsync("file", number, "--to", path);
        var file = await File.ReadAllBytesAsync(path, Cancel);
        return Of(studio.Biller, word, $"'file':'{Convert.ToBase64String(file)}'") with { Counts = OfKeys };
    }

    /// <summary>Books that were never restored have nothing that may have gone.</summary>
    public static async Task<WritingSample> LostTimeAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "", "'all':true") with { Counts = OfKeys };

    public static async Task<WritingSample> MandatesAsync(BooksFixture books)
    {
        var studio = await Studio.OpenAsync(books);
        var customer = await studio.Biller.CustomerAsync();
        var file = $"account,iban,holder,mandate,signed_on\n{customer},DE02120300000000202051,Ada,M-1,2026-01-05\n";
        return Of(studio.Biller, "mandate.import", $"'file':'{Convert.ToBase64String(Encoding.UTF8.GetBytes(file))}'");
    }

    public static async Task<WritingSample> ContactsAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var file = $"account;email\r\n{await biller.CustomerAsync()};ada@example.com\r\n";
        return Of(biller, "contact.import", $"'file':'{Convert.ToBase64String(Encoding.UTF8.GetBytes(file))}'");
    }

    public static async Task<WritingSample> MandateAsync(BooksFixture books)
    {
        var (studio, name) = (await Studio.OpenAsync(books), Biller.NewText());
        await studio.DebitAsync("50.00", new Mandate(name, MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active));
        return Of(studio.Biller, "mandate.amend", $"'mandate':'{name}','reference':'{Biller.NewText()}'");
    }

    public static async Task<WritingSample> PaperMandateAsync(BooksFixture books)
    {
        var studio = await Studio.OpenAsync(books);
        var customer = await studio.Biller.CustomerAsync();
        return Of(studio.Biller, "mandate.record", $"'account':'{customer}','iban':'DE02120300000000202051','signed_on':'2026-10-05'");
    }

    public static async Task<WritingSample> MonthCloseAsync(BooksFixture books) =>
        Of(await WithPastAsync(books), "period.close", $"'month':'{LastMonth}'");

    public static async Task<WritingSample> MonthReopenAsync(BooksFixture books)
    {
        var biller = await WithPastAsync(books);
        await BeforeAsync(biller, "months/close", $"'month':'{LastMonth}'");
        return Of(biller, "period.reopen", $"'month':'{LastMonth}'");
    }

    /// <summary>A run has nothing to do here, and is done: what it did to each customer or payment is in the audit log.</summary>
    public static async Task<WritingSample> RunAsync(BooksFixture books) => Of(await Biller.OpenAsync(books), "", "") with
    {
        Counts = OfKeys,
    };

    public static async Task<WritingSample> PayeeAsync(BooksFixture books) =>
        Of(await Biller.OpenAsync(books), "merchant.payee", "'iban':'AT281904300234573019','name':'Studio'");

    public static async Task<WritingSample> ProfileAsync(BooksFixture books) => Of(
        await Biller.OpenAsync(books), "merchant.profile", "'legal_name':'Studio GmbH','imprint':'https://studio.example/imprint'");

    public static async Task<WritingSample> LogoAsync(BooksFixture books) => Of(
        await Biller.OpenAsync(books), "merchant.logo", $"'file':'{Convert.ToBase64String(Pictures.Svg())}'");

    public static async Task<WritingSample> BankAccountAsync(BooksFixture books) => Of(
        await Biller.OpenAsync(books), "collect.account",
        "'iban':'AT281904300234573019','name':'Studio','creditor':'DE98ZZZ09999999999','scheme':'b2b'");

    public static async Task<WritingSample> ReplayAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var subscribed = await biller.PostAsync(Biller.Webhooks, new JsonObject { ["url"] = "https://hooks.example/dead" });
        Assert.True((int)subscribed.Status == 201, subscribed.Text);
        await biller.CustomerAsync();
        Assert.NotNull(await books.ScalarAsync(
            """
            UPDATE delivery SET status = 'dead', due_at = NULL, ended_at = now(), failure = 'failed' WHERE merchant_id = $1 RETURNING 1
            """,
            biller.Merchant.Value));
        return Of(biller, "webhook.replay", "");
    }

    public static async Task<WritingSample> WebhookTestAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var subscribed = await biller.PostAsync(
            Biller.Webhooks, new JsonObject { ["url"] = (await Receiver.Value).Address.OriginalString });
        Assert.True((int)subscribed.Status == 201, subscribed.Text);
        SecretWatch.OfTheRun.Add([(string)subscribed.Json["secret"]!]);
        return Of(biller, "webhook.test", "") with { Path = $"{Biller.Webhooks}/{subscribed.Json["id"]}/test" };
    }

    public static async Task<WritingSample> AcceptLinesAsync(BooksFixture books)
    {
        var (biller, line) = await WithLineAsync(books);
        return Of(biller, "settlement.book", $"'lines':'{line}'");
    }

    public static async Task<WritingSample> IgnoreLinesAsync(BooksFixture books)
    {
        var (biller, line) = await WithLineAsync(books);
        return Of(biller, "settlement.match", $"'lines':['{line}']");
    }

    public static async Task<WritingSample> UndoAsync(BooksFixture books)
    {
        var (biller, line) = await WithLineAsync(books);
        var statement = (string)(await biller.GetAsync($"{Biller.Lines}/{line}")).Json["statement"]!;
        return Of(biller, "settlement.undo", "") with { Path = $"{Biller.Statements}/{statement}/undo" };
    }

    /// <summary>A merchant with an open line for which its payer's one bill is proposed.</summary>
    private static async Task<(Biller Biller, string Line)> WithLineAsync(BooksFixture books)
    {
        var (biller, reference) = (await Biller.OpenAsync(books), $"C-{Biller.NewText()}");
        var opened = await biller.PostAsync(
            Biller.Accounts, new JsonObject { ["reference"] = reference, ["currency"] = "EUR", ["name"] = "Anna Bell" });
        Assert.True((int)opened.Status == 201, opened.Text);
        await biller.OwingAsync(reference, "30");
        return (biller, (string)(await biller.ImportedAsync(new Camt().With(30, "thank you"))).Single()!["id"]!);
    }

    private static string LastMonth => $"{TimeProvider.System.GetUtcNow().AddDays(-TimeProvider.System.GetUtcNow().Day):yyyy-MM}";

    /// <summary>A merchant with a payment of last month.</summary>
    private static async Task<Biller> WithPastAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        var paid = await biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = await biller.CustomerAsync(),
            ["amount"] = Biller.Euro("10"),
            ["received"] = $"{LastMonth}-28",
            ["method"] = "cash",
        });
        Assert.True((int)paid.Status == 201, paid.Text);
        return biller;
    }

    private static async Task<(Biller Biller, string Email)> WithPersonAsync(BooksFixture books)
    {
        var (biller, email) = (await Biller.OpenAsync(books), $"{Biller.NewText()}@example.com");
        using var people = new People(books.Database, TimeProvider.System, new HashSet<string>());
        await people.EnsureAsync(biller.Merchant, email, "Ada", Biller.NewText(), Cancel, OperatorRole.Viewer);
        return (biller, email);
    }

    private static async Task<Biller> ConnectedAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        return biller;
    }

    /// <summary>A merchant with whom another act was done before.</summary>
    private static async Task<Biller> WithAsync(BooksFixture books, string path, string members)
    {
        var biller = await Biller.OpenAsync(books);
        await BeforeAsync(biller, path, members);
        return biller;
    }

    private static async Task BeforeAsync(Biller biller, string path, string members)
    {
        var done = await biller.PostAsync($"/api/v1/{path}", JsonNode.Parse(Quoted($"{{{members},'reason':'It was so before'}}"))!);
        Assert.True((int)done.Status == 200, done.Text);
    }

    private static WritingSample Of(Biller biller, string word, string members) => new(
        $"{biller.Merchant.Value}", [("Authorization", $"Bearer {biller.Secret}")],
        amount => Quoted($"{{{(members.Length == 0 ? "" : $"{members},")}'reason':'No. {amount}'}}"))
    {
        Counts = $"SELECT count(*)::int FROM operator_action WHERE merchant_id = {{account}} AND what = '{word}' AND reason LIKE '%No. %'",
        HasAmount = false,
        NeedsKey = true,
    };

    private static string Quoted(string json) => json.Replace('\'', '"');
}
