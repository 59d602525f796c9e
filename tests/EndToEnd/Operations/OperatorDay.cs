using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.Faults;
using Quittance.Tests.Mails;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Operations;

/// <summary>
/// A merchant whose server runs, with a payment that was captured at the provider, for an operator to work on from the command line.
/// </summary>
internal sealed class OperatorDay : IAsyncDisposable
{
    private readonly KilledShop _shop;
    private readonly string _folder;
    private readonly List<SteppingProxy.Gate> _gates = [];
    private readonly MailReceiver _mailbox = MailReceiver.Start();
    private WebhookReceiver? _hooks;
    private IReadOnlyList<string> _toPay = [];
    private string _another = "", _credential = "", _token = "", _receiver = "", _client = "", _line = "", _mail = "", _request = "",
        _collection = "", _recorded = "", _link = "";

    private OperatorDay(KilledShop shop, string folder) => (_shop, _folder) = (shop, folder);

    /// <summary>The merchant's id.</summary>
    public string Merchant => $"{_shop.Server.Merchant.Value}";

    /// <summary>The month before this one, in UTC.</summary>
    private static string LastMonth => TimeProvider.System.GetUtcNow().AddDays(-TimeProvider.System.GetUtcNow().Day).ToString("yyyy-MM");

    /// <summary>The number of a payment of 10.00 USD that is captured and settles a bill.</summary>
    public string Captured { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A sample of every command, in an order in which each finds what it needs.</summary>
    public static IReadOnlyList<Sample> Samples { get; } =
    [
        new("migrate", _ => [], (_, result) => Assert.Empty(result["applied"]!.AsArray())),
        new("verify", _ => [], (_, result) => Assert.True((bool)result["isClean"]!)),
        new("seal show", day => ["--merchant", day.Merchant], (_, result) => Assert.Single(result["seals"]!.AsArray())),
        new("merchant create", _ => ["Another"], (day, result) => day._another = $"{result["merchant"]}"),
        new("merchant list", _ => [],
            (day, result) => Assert.Contains(result["merchants"]!.AsArray(), one => $"{one!["merchant"]}" == day._another)),
        new("provider connect", day => ["sandbox", "--url", $"{day._shop.Server.Proxy.Address}", "--merchant", day._another],
            (_, result) => Assert.Equal("sandbox", (string?)result["provider"])),
        new("provider route set",
            day => ["sandbox", "--kind", "card", "--currency", "EUR", "--reason", "cards alone", "--merchant", day._another],
            (_, result) => Assert.Equal("card", (string?)result["kind"])),
        new("provider route list", day => ["--merchant", day._another],
            (_, result) => Assert.Equal(
                """[{"kind":"card","currency":"EUR","providers":["sandbox"]},{"kind":null,"currency":null,"providers":["sandbox"]}]""",
                result["routes"]!.ToJsonString())),
        new("provider route end", day => ["--kind", "card", "--currency", "EUR", "--reason", "all alike", "--merchant", day._another],
            (_, result) => Assert.Equal("EUR", (string?)result["currency"])),
        new("provider rotate-key", day => ["sandbox", "--merchant", day._another], (_, result) => Assert.Null(result["apiKey"])),
        new("credential create", day => ["--api", "tmf676", "--name", "shop", "--merchant", day.Merchant], (day, result) =>
        {
            day._credential = $"{result["credentials"]![0]!["credential"]}";
            day._token = (string)result["credentials"]![0]!["secret"]!;
        }),
        new("credential list", day => ["--merchant", day.Merchant],
            (day, result) => Assert.DoesNotContain(day._token, result.ToJsonString(), StringComparison.Ordinal)),
        new("mail policy set", day => ["--kind", "receipt", "--on", "yes", "--reason", "customers ask", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Customers get mail of the kind receipt.", (string?)result["said"])),
        new("mail sentence set",
            day => ["--kind", "receipt", "--text", "Thank you, {name}!", "--reason", "we are polite", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Mails of the kind receipt have your sentence.", (string?)result["said"])),
        new("mail sentence list", day => ["--merchant", day.Merchant],
            (_, result) => Assert.Equal("Thank you, {name}!", (string?)result[0]!["text"])),
        new("mail test",
            day => ["you@example.com", "--smtp", $"smtp://127.0.0.1:{day._mailbox.Port}", "--mail-from", "shop@works.example", "--merchant",
                day.Merchant],
            (day, result) => Assert.Equal(((string?)result["to"], 1), ("you@example.com", day._mailbox.Mailbox.Count))),
        new("mail policy show", day => ["--merchant", day.Merchant], (_, result) => Assert.True((bool)result[0]!["on"]!)),
        new("webhook add", day => ["--api", "tmf676", "--url", "https://hooks.example/told", "--merchant", day.Merchant],
            (day, result) => day._receiver = $"{result["receiver"]}"),
        new("webhook list", day => ["--merchant", day.Merchant], (_, result) => Assert.Null(result["receivers"]![0]!["secret"])),
        new("payment complete",
            async day => [await day.PayLaterAsync(), "--received-by", "cash", "--on", $"{LastMonth}-28", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("paid", (string?)result["status"])),
        new("mail list", day => ["--status", "waiting", "--merchant", day.Merchant],
            (day, result) => day._mail = (string)result[0]!["id"]!),
        new("mail show", day => [day._mail, "--merchant", day.Merchant],
            (_, result) => Assert.Equal("receipt", (string?)result["kind"])),
        new("mail resend",
            async day =>
            {
                await day.FindAsync(
                    "UPDATE mail SET status = 'left_out', failure = 'no_address', due_at = NULL, ended_at = now() RETURNING status");
                return [day._mail, "--reason", "asked for", "--merchant", day.Merchant];
            },
            (_, result) => Assert.Equal("The mail is sent again.", (string?)result["said"])),
        new("payment cancel", async day => [await day.PayLaterAsync(), "--reason", "never came", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("cancelled", (string?)result["status"])),
        new("payment retry", async day => [await day.DeclineAsync(), "--reason", "payday", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("captured", (string?)result["status"])),
        new("refund list", async day =>
        {
            day._toPay = [await day.RefundToPayAsync(), await day.RefundToPayAsync()];
            return ["--to-pay", "--merchant", day.Merchant];
        }, (day, result) => Assert.Equal(day._toPay, result["refunds"]!.AsArray().Select(one => $"{one!["refund"]}"))),
        new("refund paid", day => [day._toPay[0], "--reason", "transferred", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("done", (string?)result["status"])),
        new("refund call-off", day => [day._toPay[1], "--reason", "a mistake", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("failed", (string?)result["status"])),
        new("webhook dead list", async day =>
        {
            await day.FindAsync(
                "UPDATE delivery SET status = 'dead', due_at = NULL, ended_at = now(), failure = 'unreachable' WHERE status = 'waiting' "
                    + "RETURNING status");
            return ["--merchant", day.Merchant];
        }, (day, result) => Assert.Equal(day._receiver, (string?)result["deadLetters"]![0]!["receiver"])),
        new("webhook dead replay", day => ["--merchant", day.Merchant], (_, result) => Assert.NotEqual(0, (int)result["replayed"]!)),
        new("webhook test", async day =>
        {
            day._hooks = await WebhookReceiver.StartAsync();
            await day.FindAsync($"UPDATE subscription SET address = '{day._hooks.Address}' WHERE id = '{day._receiver}' RETURNING address");
            return [day._receiver, "--private-webhooks", "--merchant", day.Merchant];
        }, (day, result) =>
        {
            Assert.Equal("127.0.0.1 took the test event: HTTP 204.", (string?)result["said"]);
            Assert.Equal("test", Assert.Single(day._hooks!.All).Json.GetProperty("type").GetString());
        }),
        new("webhook rotate-secret", day => ["--api", "tmf676", "--merchant", day.Merchant],
            (_, result) => Assert.NotNull(result["secret"])),
        new("webhook remove", day => [day._receiver, "--merchant", day.Merchant], (_, result) => Assert.False((bool)result["isTold"]!)),
        new("credential rotate", day => [day._credential, "--keep-old", "1", "--merchant", day.Merchant],
            (_, result) => Assert.NotNull(result["oldUntil"])),
        new("credential revoke", day => [day._credential, "--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["letsIn"]!)),
        new("origin add", day => ["https://shop.example", "--api", "tmf676", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["mayEmbed"]!)),
        new("origin list", day => ["--api", "tmf676", "--merchant", day.Merchant], (_, result) =>
            Assert.Equal("""["https://shop.example"]""", result["origins"]!.ToJsonString())),
        new("origin remove", day => ["https://shop.example", "--api", "tmf676", "--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["mayEmbed"]!)),
        new("client create", day => ["--api", "train-travel", "--name", "Trains", "--merchant", day.Merchant],
            (day, result) => day._client = (string)result["clientId"]!),
        new("client list", day => ["--merchant", day.Merchant],
            (day, result) => Assert.Equal(day._client, (string?)result["clients"]![0]!["clientId"])),
        new("client revoke", day => [day._client, "--merchant", day.Merchant], (_, result) => Assert.False((bool)result["letsIn"]!)),
        new("person create", day => ["--email", "Ada@example.com", "--name", "Ada", "--role", "operator", "--merchant", day.Merchant],
            (_, result) => Assert.NotNull(result["password"])),
        new("person list", day => ["--merchant", day.Merchant], (_, result) => Assert.Equal(
            ("ada@example.com", "operator"), ((string?)result["people"]![0]!["email"], (string?)result["people"]![0]!["role"]))),
        new("person unlock", day => ["--email", "ada@example.com", "--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["hadTries"]!)),
        new("person reset-link", day => ["--email", "ada@example.com", "--merchant", day.Merchant],
            (_, result) => Assert.StartsWith(
                "http://127.0.0.1:8080/console/reset?token=", (string?)result["link"], StringComparison.Ordinal)),
        new("person set-password", day => ["--email", "ADA@example.com", "--merchant", day.Merchant],
            (_, result) => Assert.NotNull(result["password"])),
        new("person remove-second-factor", async day => ["--email", await day.SecuredAsync(), "--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["hasSecondFactor"]!)),
        new("person role", day => ["--email", "ada@example.com", "--role", "viewer", "--reason", "only looks", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Ada is viewer from the next sign-in on.", (string?)result["said"])),
        new("person end", day => ["--email", "ada@example.com", "--reason", "left", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("person.end", (string?)result["act"])),
        new("merchant second-factor", day => ["required", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["isRequired"]!)),
        new("merchant time-zone",
            day => ["--api", "tmf676", "--time-zone", "Europe/Berlin", "--reason", "as the office", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("The days of tmf676 begin at midnight of Europe/Berlin.", (string?)result["said"])),
        new("merchant profile",
            day => ["--legal-name", "Northwind GmbH", "--imprint", "https://northwind.example/imprint", "--reason", "new form",
                "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Customers see Northwind GmbH.", (string?)result["said"])),
        new("merchant logo",
            day => [day.LogoFile(), "--reason", "new form", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Customers see the logo.", (string?)result["said"])),
        new("merchant payee", day => ["DE75512108001245126199", "--name", "Northwind", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Northwind", (string?)result["name"])),
        new("account create",
            day => ["0.0.0.1+-account+9001", "--api", "oracle-brm", "--currency", "USD", "--payment-method", "visa", "--merchant",
            day.Merchant], (_, result) => Assert.Equal("USD", (string?)result["currency"])),
        new("account note", day => [
            "--account", "0.0.0.1+-account+9001", "--text", "calls back on Monday", "--reason", "a call", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("account.note", (string?)result["act"])),
        new("account contact", day => [
            "--account", "0.0.0.1+-account+9001", "--email", "mary@example.com", "--city", "Zürich", "--country", "CH",
            "--language", "de-CH", "--reason", "asked for by telephone", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("account.contact", (string?)result["act"])),
        new("contact import", async day => [await day.ContactsAsync(), "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["changed"]!)),
        new("contact export", day => ["--to", Path.Combine(day._folder, "contacts-out.csv"), "--merchant", day.Merchant],
            (_, result) => Assert.True((int)result["customers"]! > 0)),
        new("mail account-link",
            async day =>
            {
                await day.RunAsync(
                    "mail", "policy", "set", "--kind", "account_link", "--on", "yes", "--reason", "customers ask", "--merchant",
                    day.Merchant);
                return ["--account", "0.0.0.1+-account+9001", "--reason", "asked for", "--merchant", day.Merchant];
            },
            (_, result) => Assert.StartsWith("The link waits to be mailed", (string?)result["said"])),
        new("mail statement",
            day => ["--account", "0.0.0.1+-account+9001", "--month", LastMonth, "--reason", "asked for", "--merchant", day.Merchant],
            (_, result) => Assert.StartsWith($"The statement of {LastMonth} waits to be mailed", (string?)result["said"])),
        new("account close", day => ["0.0.0.1+-account+9001", "--reason", "moved away", "--merchant", day.Merchant],
            (_, result) => Assert.Empty(result["books"]!.AsArray())),
        new("account reopen", day => ["0.0.0.1+-account+9001", "--reason", "is back", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("charge import", async day => [await day.ChargesAsync(), "--api", "oracle-brm", "--merchant", day.Merchant],
            (_, result) => Assert.Equal((2, 0), ((int)result["raised"]!, (int)result["refused"]!))),
        new("charge change", day => ["0.0.0.1+-bill+9101", "--due-on", "2030-01-31", "--reason", "agreed", "--merchant", day.Merchant],
            (_, result) => Assert.Empty(result["books"]!.AsArray())),
        new("charge credit", day => ["0.0.0.1+-bill+9101", "--amount", "2", "--reason", "too much", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(["assets:receivable", "income:billed"], Accounts(result))),
        new("charge reinstate", day => ["0.0.0.1+-bill+9101", "--reason", "it was right", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(["assets:receivable", "income:billed"], Accounts(result))),
        new("charge write-off", day => ["0.0.0.1+-bill+9101", "--reason", "gone", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(["assets:receivable", "expenses:write-off"], Accounts(result))),
        new("charge recover", day => ["0.0.0.1+-bill+9101", "--amount", "1.50", "--reason", "they pay", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(["assets:receivable", "expenses:write-off"], Accounts(result))),
        new("dunning policy set",
            day => ["USD", "--level", "7", "--level", "14:2.50", "--agency", "--reason", "agreed", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("2.50", (string?)result["policy"]!["levels"]![1]!["fee"]!["amount"])),
        new("dunning policy list", day => ["--merchant", day.Merchant], (_, result) => Assert.Single(result["policies"]!.AsArray())),
        new("charge change",
            day => ["0.0.0.1+-bill+9101", "--due-on", "2026-01-31", "--reason", "agreed later", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("dunning hold", day => ["0.0.0.1+-account+9001", "--exempt", "--reason", "an employee", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("dunning run", day => ["--dry", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("exempt", (string?)Dunned(result)["why"])),
        new("dunning release", day => ["0.0.0.1+-account+9001", "--reason", "left us", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("dunning run", day => ["--merchant", day.Merchant], (_, result) => Assert.Equal("step", (string?)Dunned(result)["move"])),
        new("dunning show", day => ["0.0.0.1+-account+9001", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["level"]!)),
        new("dunning letters",
            day => ["--to", Path.Combine(day._folder, "letters.pdf"), "--merchant", day.Merchant],
            (_, result) => Assert.Equal(
                (1, (string?)null), ((int)result["letters"]! + result["withoutAddress"]!.AsArray().Count, (string?)result["file"]))),
        new("dunning policy end", day => ["USD", "--reason", "by hand", "--merchant", day.Merchant],
            (_, result) => Assert.Null(result["policy"])),
        new("settlement tolerance",
            day => ["EUR", "2", "--percent", "1.5", "--as", "discount", "--reason", "agreed", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(
                ("2.00", 1.5m), ((string?)result["tolerance"]!["amount"]!["amount"], (decimal)result["tolerance"]!["percent"]!))),
        new("retry policy set", day => ["--after", "3", "--after", "5", "--charge-fees", "--reason", "agreed", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(5, (int)result["policy"]!["afterDays"]![1]!)),
        new("retry policy show", day => ["--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["policy"]!["alsoUnexplained"]!)),
        new("retry run", day => ["--dry", "--merchant", day.Merchant], (_, result) => Assert.True((bool)result["isDry"]!)),
        new("retry run", day => ["--merchant", day.Merchant], (_, result) => Assert.False((bool)result["isDry"]!)),
        new("retry policy end", day => ["--reason", "by hand", "--merchant", day.Merchant], (_, result) => Assert.Null(result["policy"])),
        new("collect account", day => [
            "--iban", "DE89370400440532013000", "--name", "Works", "--creditor", "DE98ZZZ09999999999", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(14, (int)result["noticeDays"]!)),
        new("account create", day => ["0.0.0.1+-account+9002", "--api", "oracle-brm", "--currency", "EUR", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("EUR", (string?)result["currency"])),
        new("mandate import", async day => [await day.MandatesAsync(), "--api", "oracle-brm", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["added"]!)),
        new("mandate form", day => [
            "0.0.0.1+-account+9002", "--to", Path.Combine(day._folder, "mandate.pdf"), "--language", "de", "--merchant", day.Merchant],
            (_, result) => Assert.EndsWith("mandate.pdf", (string?)result["file"], StringComparison.Ordinal)),
        new("mandate record", day => [
            "--account", "0.0.0.1+-account+9002", "--iban", "AT611904300234573201", "--holder", "Mary Weber", "--reference", "M-9001",
            "--signed-on", "2026-10-05", "--reason", "came by post", "--merchant", day.Merchant],
            (_, result) => Assert.StartsWith("Mandate M-9001 of customer", (string?)result["said"], StringComparison.Ordinal)),
        new("account autopay choose", async day => [
            "--account", "0.0.0.1+-account+9002", "--instrument",
            (await day.FindAsync("SELECT instrument_id::text FROM mandate WHERE reference = 'M-9002'"))[0], "--language", "it", "--reason",
            "asked for by letter", "--merchant", day.Merchant],
            (_, result) => Assert.EndsWith("has chosen autopay.", (string?)result["said"], StringComparison.Ordinal)),
        new("account autopay end", day => ["--account", "0.0.0.1+-account+9002", "--reason", "a letter", "--merchant", day.Merchant],
            (_, result) => Assert.EndsWith("by itself any more.", (string?)result["said"], StringComparison.Ordinal)),
        new("account autopay show", day => ["0.0.0.1+-account+9002", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(
                (false, "it", true),
                ((bool)result["inForce"]!, (string?)result["consents"]![0]!["language"], result["consents"]![0]!["endedAt"] is not null))),
        new("collect preview", async day =>
        {
            await day.DebitAsync();
            return ["--merchant", day.Merchant];
        }, (_, result) => Assert.Single(result["debits"]!.AsArray())),
        new("collect run", day => ["--merchant", day.Merchant],
            (day, result) => day._collection = $"{result["collection"]!["number"]}"),
        new("collect call-off", day => [day._collection, "--reason", "wrong day", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("called_off", (string?)result["status"])),
        new("collect run", day => ["--merchant", day.Merchant],
            (day, result) => day._collection = $"{result["collection"]!["number"]}"),
        new("collect due", day => ["--until", "2026-12-31", "--dry", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["isDry"]!)),
        new("collect due", day => ["--until", "2020-01-01", "--minimum", "5 EUR", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(("done", 0), ((string)result["status"]!, (int)result["asked"]!))),
        new("collect release", day => [day._collection, "--merchant", day.Merchant],
            (_, result) => Assert.Equal("released", (string?)result["status"])),
        new("collect file", day => [day._collection, "--to", day.DebitsFile, "--merchant", day.Merchant],
            (day, result) => Assert.Equal(day.DebitsFile, (string?)result["file"])),
        new("collect status", day => [day.RejectedDebits(), "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["rejected"]!)),
        new("collect list", day => ["--merchant", day.Merchant], (_, result) => Assert.Equal(2, result.AsArray().Count)),
        new("mandate amend", day => ["M-9002", "--reference", "M-9003", "--reason", "a typing error", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("mandate revoke", day => ["M-9003", "--reason", "a letter", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("charge cancel", day => ["0.0.0.1+-bill+9102", "--reason", "by mistake", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("payment move", async day => [
            (await day.FindAsync("SELECT number::text FROM payment WHERE method = 'unspecified' AND status = 'captured' LIMIT 1"))[0],
            "--customer", "0.0.0.1+-account+9001", "--amount", "1", "--reason", "theirs", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("payment record", day => [
            "0.0.0.1+-account+9001", "--amount", "5", "--method", "cash", "--as-credit", "--reason", "at the counter", "--merchant",
            day.Merchant],
            (day, result) => day._recorded = (string)result["subject"]!),
        new("payment allocate",
            day => [day._recorded, "--to", "0.0.0.1+-bill+9101", "--reason", "for the old bill", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(["assets:receivable", "liabilities:credit"], Accounts(result).Order(StringComparer.Ordinal))),
        new("link make", day => [
            "0.0.0.1+-account+9001", "--amount", "12.50", "--text", "A new mat", "--reason", "by telephone", "--merchant", day.Merchant],
            (day, result) => day._link = (string)result["link"]!),
        new("link list", day => ["--customer", "0.0.0.1+-account+9001", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("open", (string)Assert.Single(result.AsArray())!["status"]!)),
        new("link take-back", day => [day._link, "--reason", "paid at the counter", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("account merge", async day => [
            "0.0.0.1+-account+9001", "--into",
            (await day.FindAsync("SELECT a.number::text FROM account a JOIN payment p ON p.merchant_id = a.merchant_id "
                + "AND p.account_id = a.id WHERE a.currency = 'USD' AND p.moved_from_id IS NULL LIMIT 1"))[0], "--reason", "one person",
            "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("account unmerge", day => ["0.0.0.1+-account+9001", "--reason", "two people", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("payment list", day => ["--merchant", day.Merchant], (_, result) => Assert.NotEmpty(result["payments"]!.AsArray())),
        new("charge list", day => ["--merchant", day.Merchant], (_, result) => Assert.NotNull(result["totals"])),
        new("account list", day => ["--merchant", day.Merchant], (_, result) => Assert.NotEmpty(result["accounts"]!.AsArray())),
        new("provider list", day => ["--merchant", day.Merchant], (_, result) => Assert.NotNull(result["providers"])),
        new("payment show", day => [day.Captured, "--merchant", day.Merchant], AssertShown),
        new("approval limit", day => ["USD", "5", "--reason", "two people decide", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["isChanged"]!)),
        new("approval list", async day =>
        {
            await day.AskAsync();
            return ["--merchant", day.Merchant];
        }, (day, result) =>
        {
            Assert.Equal("""[{"amount":"5.00","currency":"USD"}]""", result["limits"]!.ToJsonString());
            day._request = $"{Assert.Single(result["requests"]!.AsArray())!["request"]}";
        }),
        new("approval reject", day => [day._request, "--reason", "the customer has it already", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("rejected", (string?)result["status"])),
        new("collect due-stop", async day => [
                "--run", $"{await day.WaitingRunAsync()}", "--reason", "the wrong month", "--merchant", day.Merchant,
            ],
            (_, result) => Assert.Equal("dues.stop", (string?)result["act"])),
        new("collect policy set", day => ["--day", "3", "--method", "card", "--reason", "agreed", "--merchant", day.Merchant],
            (_, result) => Assert.Contains("begins by itself on 20", (string?)result["said"], StringComparison.Ordinal)),
        new("collect policy show", day => ["--merchant", day.Merchant],
            (_, result) => Assert.Equal((3, "card"), ((int?)result["day"], (string?)result["method"]))),
        new("collect policy end", day => ["--reason", "by hand", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("No run of dues begins by itself.", (string?)result["said"])),
        new("payment refund", day => [day.Captured, "--amount", "2.50", "--reason", "a customer's wish", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(
            ("done", """{"amount":"2.50","currency":"USD"}"""), ((string?)result["status"], result["amount"]!.ToJsonString()))),
        new("payment unallocate",
            day => [day.Captured, "--amount", "0.50", "--dry", "--reason", "another bill", "--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["changed"]!)),
        new("payment unallocate", day => [day.Captured, "--amount", "0.50", "--reason", "another bill", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("attempt list", async day =>
        {
            await day.LoseAnswerAsync();
            return ["--unknown"];
        }, (_, result) => Assert.Equal(
            ("capture", "unknown"), ((string?)result["attempts"]![0]!["verb"], (string?)result["attempts"]![0]!["status"]))),
        new("attempt resolve",
            async day => [(await day.FindAsync("SELECT id::text FROM attempt WHERE status = 'unknown'"))[0], "--as", "declined", "--reason",
            "They say so"], (_, result) => Assert.Equal("declined", (string?)result["status"])),
        new("settlement import",
            day => [Path.Combine(RunningProgram.Solution, "docs", "examples", "statement.csv"), "--merchant", day.Merchant], (_, result) =>
            Assert.NotEqual(0, (int)result["statements"]![0]!["newLines"]!)),
        new("today", day => ["--merchant", day.Merchant],
            (_, result) => Assert.Contains(
                result["work"]!.AsArray(), item => (string?)item!["kind"] == "line_in" && (int)item["count"]! > 0)),
        new("search", day => ["150", "--merchant", day.Merchant],
            (_, result) => Assert.All(result.AsArray(), item => Assert.NotEmpty((string)item!["title"]!))),
        new("settlement list", day => ["--open", "--merchant", day.Merchant], (day, result) => day._line = (string)result[0]!["id"]!),
        new("settlement match", day => [day._line, "--fee", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("booked", (string?)result[0]!["status"])),
        new("settlement unbook", day => [day._line, "--reason", "no fee", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("settlement undo",
            async day => [
                (await day.FindAsync($"SELECT statement_id::text FROM settlement_line WHERE id = '{day._line}'"))[0],
                "--reason", "looked", "--dry", "--merchant", day.Merchant],
            (_, result) => Assert.False((bool)result["changed"]!)),
        new("settlement split",
            async day => [day._line, "--part", "1.00", "--part", (await day.FindAsync(
                $"SELECT ((abs(amount_minor) - 100) / 100.0)::numeric(9, 2)::text FROM settlement_line WHERE id = '{day._line}'"))[0],
                "--merchant", day.Merchant],
            (_, result) => Assert.Equal("booked open open", string.Join(' ', result.AsArray().Select(line => (string?)line!["status"])))),
        new("settlement unbook", day => [day._line, "--reason", "one thing after all", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["changed"]!)),
        new("settlement match", day => [day._line, "--ignore", "--reason", "not ours", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("ignored", (string?)result[0]!["status"])),
        new("settlement find", day => ["NOT OURS", "--merchant", day.Merchant],
            (day, result) => Assert.Equal(day._line, (string?)result[0]!["id"])),
        new("settlement accept", day => ["--lines", day._line, "--reason", "as proposed", "--merchant", day.Merchant],
            (_, result) => Assert.NotEmpty((string)result["said"]!)),
        new("settlement ignore", day => ["--lines", day._line, "--reason", "not ours", "--merchant", day.Merchant],
            (_, result) => Assert.NotEmpty((string)result["said"]!)),
        new("settlement rule set",
            day => ["--name", "Rent", "--as", "ignore", "--words", "rent", "--reason", "each month", "--merchant", day.Merchant],
            (_, result) => Assert.Contains("Rule 1 is made", (string?)result["said"], StringComparison.Ordinal)),
        new("settlement rule try", day => ["1", "--merchant", day.Merchant],
            (_, result) => Assert.Contains("fits it", (string?)result["said"], StringComparison.Ordinal)),
        new("settlement rule switch", day => ["--rule", "1", "--on", "yes", "--reason", "tried", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Rule 1 is on, at place 1.", (string?)result["said"])),
        new("settlement rule list", day => ["--merchant", day.Merchant],
            (_, result) => Assert.Equal("with \u201crent\u201d", (string?)result[0]!["lines"])),
        new("settlement rule end", day => ["--rule", "1", "--reason", "moved out", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Rule 1 is ended.", (string?)result["said"])),
        new("settlement format set",
            day => [Path.Combine(RunningProgram.Solution, "docs", "examples", "columns.json"), "--name", "Our bank", "--reason", "ours",
                "--merchant", day.Merchant],
            (_, result) => Assert.Contains("Format 1 is kept", (string?)result["said"], StringComparison.Ordinal)),
        new("settlement format list", day => ["--merchant", day.Merchant],
            (_, result) => Assert.Equal("booked_on", (string?)result[0]!["columns"]![0]!["use"])),
        new("settlement format end", day => ["--format", "1", "--reason", "another bank", "--merchant", day.Merchant],
            (_, result) => Assert.Equal("Format 1 is ended.", (string?)result["said"])),
        new("settlement erase", day => [day._line, "--reason", "asked to", "--yes", "--merchant", day.Merchant],
            (_, result) => Assert.True((bool)result["erased"]!)),
        new("export journal", day => ["--output", Path.Combine(day._folder, "journal.csv"), "--merchant", day.Merchant],
            (_, result) => Assert.NotEqual(0, (int)result["entries"]!)),
        new("export datev-accounts",
            day =>
            [
                "--consultant", "29098", "--client", "55003", "--receivable", "10000", "--credit", "1710", "--clearing", "1360",
                "--refunds", "1361", "--bank", "1200", "--billed", "8200", "--fees", "4970", "--write-off", "2400", "--reason",
                "our accountant", "--merchant", day.Merchant,
            ],
            (_, result) => Assert.Equal("Journals for DATEV have these numbers.", (string?)result["said"])),
        new("balance trial", day => ["--merchant", day.Merchant], (_, result) => Assert.NotEmpty(result["lines"]!.AsArray())),
        new("balance ledger", day => ["assets:receivable", "--merchant", day.Merchant],
            (_, result) => Assert.NotEmpty(result["lines"]!.AsArray())),
        new("balance customer", day => ["0.0.0.1+-account+9001", "--merchant", day.Merchant],
            (_, result) => Assert.NotNull(result["ledger"])),
        new("period close", day => [LastMonth, "--merchant", day.Merchant],
            (_, result) => Assert.Equal(LastMonth, (string?)result["month"])),
        new("period list", day => ["--merchant", day.Merchant], (_, result) => Assert.Single(result["periods"]!.AsArray())),
        new("period reopen", day => [LastMonth, "--reason", "a line was missing", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(LastMonth, (string?)result["month"])),
        new("epoch begin", async day =>
        {
            foreach (var _ in Enumerable.Range(0, 3))
                await day.DebitAsync();
            return ["--reason", "restored with other tools"];
        }, (_, result) => Assert.True((bool)result["isHeld"]!)),
        new("epoch show", _ => [], (_, result) => Assert.True((bool)result["epoch"]!["isHeld"]!)),
        new("release", _ => ["--reason", "looked at by hand", "--force"], (_, result) => Assert.True((bool)result["released"]!)),
        new("collect sent", async day => [
            "--payment", (await day.FindAsync(WaitingPayments))[0], "--reason", "seen at the bank", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["debits"]!)),
        new("collect lost", async day => [await day.LostDebitsAsync(), "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["found"]!)),
        new("collect unsent", day => ["--all", "--reason", "no other file went", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["items"]!)),
        new("reconcile", day => ["--since", $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}", "--merchant", day.Merchant],
            (_, result) => Assert.NotNull(result["providers"])),
        new("backup", day => [Path.Combine(day._folder, "backup")],
            (day, result) => Assert.Equal(Path.Combine(day._folder, "backup"), (string?)result["file"])),
        new("drill", day => [Path.Combine(day._folder, "backup")], (_, result) => Assert.True((bool)result["isGood"]!)),
        new("restore", day => [Path.Combine(day._folder, "backup"), "--data", Path.Combine(day._folder, "restored")],
            (_, result) => Assert.Equal((true, 0), ((bool)result["isClean"]!, (int)result["ended"]!["consoleSessions"]!))),
        new("account erase", day => ["--account", "0.0.0.1+-account+9001", "--reason", "asked to", "--yes", "--merchant", day.Merchant],
            (_, result) => Assert.Equal(1, (int)result["erased"]!["instrument"]!)),
        new("vault check", _ => [], (_, result) => Assert.Equal(
            ((int)result["instruments"]!, (int)result["instruments"]!),
            ((int)result["opens"]!, (int)result["numbersForOnePayment"]! + (int)result["savedNumbers"]!))),
        new("vault rekey", _ => [], (_, result) => Assert.Equal(2, (int)result["merchants"]![0]!["dataKey"]!)),
        new("vault split", day => [Path.Combine(day._folder, "share.1"), Path.Combine(day._folder, "share.2"), "--data", day._folder],
            (_, result) => Assert.NotNull(result["masterKey"])),
        new("vault rotate", day => ["--new-master-key-file", Path.Combine(day._folder, "new.key")],
            (_, result) => Assert.NotEqual(0, (int)result["rewrapped"]!)),
    ];

    public static async Task<OperatorDay> BeginAsync(BooksFixture books, string folder)
    {
        var card = Customers.CardOf(VaultedPayments.GoodCard);
        var day = new OperatorDay(
            await KilledShop.CreateAsync(books, new Purchase("kept", card, 1000, "captured"), new Purchase("lost", card, 2000, "captured")),
            folder);
        await day._shop.Server.StartAsync();
        // The rights that docs/production.md revokes: no payment and no command needs them.
        await day.FindAsync("REVOKE UPDATE, DELETE, TRUNCATE ON event, transfer, operator_action FROM CURRENT_USER");
        Assert.Equal(HttpStatusCode.Created, (await day._shop.PayAsync(day._shop.Purchases[0]))!.Status);
        // On a busy machine the provider's answer may come after ours.
        await NoticePost.UntilAsync(
            async () => (await day.FindAsync("SELECT number::text FROM payment WHERE status = 'captured'")).Count > 0);
        day.Captured = Assert.Single(await day.FindAsync("SELECT number::text FROM payment WHERE status = 'captured'"));
        return day;
    }

    /// <summary>Runs a command on the merchant's database.</summary>
    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] command) =>
        RunningProgram.RunWithKeyAsync(
            RunningProgram.MasterKeyOfExternal,
            command.Contains("--data") ? command : [.. command, "--database", _shop.Server.Books.ConnectionString]);

    /// <summary>Runs a command that has to go well, for the merchant; what it tells programs.</summary>
    public async Task<JsonNode> JsonAsync(params string[] command)
    {
        var (exitCode, output, error) = await RunAsync([.. command, "--merchant", Merchant, "--json"]);
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!;
    }

    /// <summary>Whether the server lets in who presents a secret for TMF676.</summary>
    public async Task<bool> IsLetInAsync(string secret)
    {
        SecretWatch.OfTheRun.Add([secret]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/paymentManagement/v4/payment");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var answer = await _shop.Server.Client.SendAsync(request, Cancel);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public Task<IReadOnlyList<string>> FindAsync(string sql) => _shop.Server.FindAsync(sql);

    public Task AssertCleanAsync() => _shop.Server.Books.AssertCleanAsync();

    public async ValueTask DisposeAsync()
    {
        _gates.ForEach(gate => gate.Open());
        await _mailbox.DisposeAsync();
        if (_hooks is not null)
            await _hooks.DisposeAsync();
        await _shop.DisposeAsync();
    }

    private static void AssertShown(OperatorDay day, JsonNode result)
    {
        Assert.Equal(
            (day.Captured, "captured", "10.00"), ($"{result["number"]}", (string?)result["status"], (string?)result["amount"]!["amount"]));
        Assert.Equal("10.00", (string?)result["allocations"]![0]!["amount"]!["amount"]);
        Assert.Equal(
            ["authorise approved", "capture approved"], result["attempts"]!.AsArray().Select(one => $"{one!["verb"]} {one["status"]}"));
        Assert.Contains(result["events"]!.AsArray(), one => (string?)one!["type"] == "payment_captured" && (string?)one["by"] == "test");
        Assert.DoesNotContain(VaultedPayments.GoodCard, result.ToJsonString(), StringComparison.Ordinal);
    }

    private static JsonNode Dunned(JsonNode result) => Assert.Single(result["accounts"]!.AsArray())!;

    /// <summary>The ledger accounts that a correction changes, without their customers.</summary>
    private static IEnumerable<string> Accounts(JsonNode result) =>
        result["books"]!.AsArray().Select(change => ((string)change!["account"]!).Split(":customer")[0]);

    /// <summary>Gives the person of the day a second factor. Returns their address.</summary>
    private async Task<string> SecuredAsync()
    {
        var (merchant, database) = (_shop.Server.Merchant, _shop.Server.Books.Database);
        using var people = new People(database, TimeProvider.System, new HashSet<string>());
        var person = (await people.FindAsync(merchant, "ada@example.com", Cancel))!;
        var secret = SecondFactors.NewSecret();
        var by = new Origin(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(person.Id, person.Name, "factor.set", "person Ada", ""),
        };
        var code = OneTimeCode.Of(secret, OneTimeCode.StepOf(TimeProvider.System.GetUtcNow()));
        var (outcome, codes) = await new SecondFactors(database, _shop.Server.Vault, TimeProvider.System)
            .SetUpAsync(merchant, person.Id, secret, code, by, Cancel);
        SecretWatch.OfTheRun.Add(codes);
        Assert.Equal(CodeOutcome.Right, outcome);
        return person.Email;
    }

    private string DebitsFile => Path.Combine(_folder, "debits.xml");

    /// <summary>A customer's fee is asked for by a debit of the merchant's bank.</summary>
    private async Task DebitAsync()
    {
        var server = _shop.Server;
        await using var engine = server.Books.Engine();
        await new WaitingDebits(server.Books, engine, server.Vault, server.Merchant).AddAsync(20_00);
    }

    private const string WaitingPayments = """
        SELECT p.number::text FROM attempt a JOIN payment p ON p.merchant_id = a.merchant_id AND p.id = a.payment_id
         WHERE a.provider = 'bank' AND a.verb = 'capture' AND a.status = 'pending'
           AND NOT EXISTS (SELECT FROM debit d WHERE d.merchant_id = a.merchant_id AND d.id = a.id) ORDER BY a.opened_at
        """;

    /// <summary>A file that the bank has, and that restored books have lost: it has the first debit that waits.</summary>
    private async Task<string> LostDebitsAsync()
    {
        var waiting = WaitingPayments.Replace("p.number::text", "replace(a.id::text, '-', '')", StringComparison.Ordinal);
        var debit = (await FindAsync(waiting))[0];
        var (message, path) = ($"{Business.NewId():N}", Path.Combine(_folder, "lost.xml"));
        await File.WriteAllTextAsync(
            path,
            $"""
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"><CstmrDrctDbtInitn>
            <GrpHdr><MsgId>{message}</MsgId></GrpHdr>
            <PmtInf><PmtInfId>{message}-3</PmtInfId><ReqdColltnDt>2026-12-10</ReqdColltnDt>
            <CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>
            <DrctDbtTxInf><PmtId><EndToEndId>{debit}</EndToEndId></PmtId><InstdAmt Ccy="EUR">20.00</InstdAmt></DrctDbtTxInf></PmtInf>
            </CstmrDrctDbtInitn></Document>
            """,
            Cancel);
        return path;
    }

    private string LogoFile()
    {
        var path = Path.Combine(_folder, "logo.svg");
        File.WriteAllBytes(path, Pictures.Svg());
        return path;
    }

    /// <summary>The bank's report that rejects the file.</summary>
    private string RejectedDebits()
    {
        var message = XDocument.Load(DebitsFile).Descendants().Single(element => element.Name.LocalName == "MsgId").Value;
        var path = Path.Combine(_folder, "report.xml");
        File.WriteAllText(path, $"""
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
            <GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-24T10:00:00</CreDtTm></GrpHdr>
            <OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>
            <StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>
            """);
        return path;
    }

    /// <summary>The number of a run of what is due that waits for a second person.</summary>
    private async Task<long> WaitingRunAsync()
    {
        await using var engine = _shop.Server.Books.Engine();
        return await DueReleaseTests.WaitingAsync(engine, _shop.Server.Books.Database, _shop.Server.Merchant);
    }

    /// <summary>A person asks in the console for a refund above the limit.</summary>
    private async Task AskAsync()
    {
        var merchant = _shop.Server.Merchant;
        var view = await new Books(_shop.Server.Books.Database).PaymentAsync(
            merchant, long.Parse(Captured, CultureInfo.InvariantCulture), Cancel);
        var by = new Origin(merchant, 0, Business.NewId())
        {
            Action = new OperatorAction(Business.NewId(), "Ada", "payment.refund", $"payment {Captured}", "charged twice"),
        };
        await using var engine = _shop.Server.Books.Engine();
        Assert.True((await engine.SubmitAsync(new RefundPayment(
            by, AccountTarget.Of(view!.Account.Id, view.Account.Slot), view.Payment.Id, new RefundId(merchant, Business.NewId()),
            Reference.House)
        {
            Amount = view.Payment.Amount!.Value with { AmountMinor = 6_00 },
        })).Accepted);
    }

    /// <summary>A payment that waits for its money; its id.</summary>
    private async Task<string> PayLaterAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/paymentManagement/v4/payment")
        {
            Content = new StringContent("""{"account":{"id":"A-1"},"paymentMethod":{},"totalAmount":{"unit":"USD","value":5} }""",
                Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var answer = await _shop.Server.Client.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, body);
        return (string)JsonNode.Parse(body)!["id"]!;
    }

    /// <summary>A payment that the provider declined, of a card that has money again; its id.</summary>
    private async Task<string> DeclineAsync()
    {
        await using var engine = _shop.Server.Books.Engine();
        var (id, _) = await DeclinedPayments.MakeAsync(
            engine, _shop.Server.Vault, _shop.Server.Merchant, VaultedPayments.GoodCard, 7_00);
        return $"{id.Value}";
    }

    /// <summary>A refund of a bank transfer, by its number.</summary>
    private async Task<string> RefundToPayAsync()
    {
        var payment = await PayLaterAsync();
        await RunAsync("payment", "complete", payment, "--received-by", "bank-transfer", "--merchant", Merchant);
        var number = (await FindAsync($"SELECT number::text FROM payment WHERE id = '{payment}'"))[0];
        await RunAsync("payment", "refund", number, "--reason", "a customer's wish", "--merchant", Merchant);
        return (await FindAsync($"SELECT number::text FROM refund WHERE payment_id = '{payment}'"))[0];
    }

    public async Task<string> ChargesAsync()
    {
        var file = Path.Combine(_folder, "charges.csv");
        await File.WriteAllTextAsync(
            file,
            "account,amount,currency,reference\n0.0.0.1+-account+9001,5.00,USD,0.0.0.1+-bill+9101\n"
                + "0.0.0.1+-account+9001,6.00,USD,0.0.0.1+-bill+9102\n",
            Cancel);
        return file;
    }

    private async Task<string> ContactsAsync()
    {
        var file = Path.Combine(_folder, "contacts.csv");
        await File.WriteAllTextAsync(file, "account,phone\n0.0.0.1+-account+9001,+49 30 1234567\n", Cancel);
        return file;
    }

    private async Task<string> MandatesAsync()
    {
        var file = Path.Combine(_folder, "mandates.csv");
        await File.WriteAllTextAsync(
            file,
            "account,iban,holder,mandate,signed_on\n"
                + "0.0.0.1+-account+9002,DE02120300000000202051,Ada Nkemelu,M-9002,2026-01-05\n",
            Cancel);
        return file;
    }

    /// <summary>A payment whose capture the provider does not answer, and of which it answers no question either.</summary>
    private async Task LoseAnswerAsync()
    {
        _gates.Add(_shop.Server.Stop(Verb.Capture, answers: true));
        Assert.Equal(HttpStatusCode.Created, (await _shop.PayAsync(_shop.Purchases[1]))!.Status);
        _gates.Add(_shop.Server.Stop(verb: null, answers: true));
    }

    /// <summary>A command with arguments, and what must be true of the document that it prints.</summary>
    internal sealed record Sample(string Command, Func<OperatorDay, Task<string[]>> Arguments, Action<OperatorDay, JsonNode> Then)
    {
        public Sample(string command, Func<OperatorDay, string[]> arguments, Action<OperatorDay, JsonNode> then)
            : this(command, day => Task.FromResult(arguments(day)), then)
        {
        }
    }
}
