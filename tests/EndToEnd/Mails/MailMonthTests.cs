using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quittance.Core.Accounts;
using Quittance.Core.Mails;
using Quittance.Host.Mails;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Debits;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Mails;

/// <summary>A month of a studio, counted from the mailbox.</summary>
[Long("a month of a studio")]
public sealed class MailMonthTests(BooksFixture books)
{
    private const string Reason = "as each month";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// In each language one customer pays at the desk or by a transfer, one by a debit, and one late. Each act is done twice, as by a
    /// program that had no answer.
    /// </summary>
    [Fact]
    public async Task Month_BringsEachCustomerWhatThePolicySays_Once_InItsLanguage()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Receipt);
        await using var receiver = MailReceiver.Start();
        var (address, server) = await office.OpenAsync(receiver);
        using var client = new HttpClient { BaseAddress = address };
        var biller = await Biller.OpenAsync(client, new Merchants(office.Own.Database, TimeProvider.System), office.Merchant);
        var month = new Month(office, server, receiver, biller);

        await month.ToAsync(1);
        await month.SetUpAsync("debit_notice", "returned_debit", "reminder", "statement");
        List<(string Account, bool IsCash)> paying = [];
        List<(string Account, int Euros)> debited = [];
        foreach (var (nth, tag) in CustomerLanguage.Tags.Order().Index())
        {
            paying.Add((await month.OpenAsync("paying", tag), nth % 2 == 0));
            debited.Add((await month.OpenAsync("debited", tag), 31 + nth));
            await month.OweAsync(await month.OpenAsync("late", tag), 40);
        }

        paying.Add((await month.OpenAsync("paying", "de", hasEmail: false), true));
        debited.Add((await month.OpenAsync("debited", "de", hasEmail: false), 50));
        await month.OweAsync(await month.OpenAsync("late", "de", hasEmail: false), 40);
        var (erased, bounced) = (await month.OpenAsync("erased", "fr"), await month.OpenAsync("bounced", "es"));
        await month.OpenAsync("idle", "it");

        await month.ToAsync(2);
        foreach (var (account, euros) in debited)
            await month.DebitAsync(account, euros);
        var file = await month.CollectAsync(debited.Count);
        await month.MailAsync();

        await month.ToAsync(5);
        foreach (var (account, isCash) in paying.Append((erased, true)).Append((bounced, true)))
            await month.PayAsync(account, 20, isCash);
        await month.MailAsync();
        await month.BounceAsync(bounced);
        await month.EraseAsync(erased);
        await month.PayAsync(erased, 20, isCash: true);
        await month.PayAsync(bounced, 20, isCash: true);
        await month.OweAsync(bounced, 40);
        await month.MailAsync();

        foreach (var day in (int[])[9, 20])
        {
            await month.ToAsync(day);
            await month.DunAsync();
            await month.MailAsync();
        }

        await month.ToAsync(24);
        decimal sum = debited.Sum(one => one.Euros);
        await month.ImportAsync(new Camt().WithEntry(sum, BankFileTests.Lump(sum, BankFileTests.GroupOf(file))));
        await month.MailAsync();
        var (returned, amount) = debited[0];
        // The studio talks to a member whose debit comes back.
        await month.DoAsync($"{Biller.Accounts}/{returned}/dunning", new JsonObject { ["exempt"] = true });
        await month.ImportAsync(new Camt { Id = "2027/12", Opening = 1000 + sum }.WithEntry(
            -amount, BankFileTests.Return(amount, Month.NameIn(file, amount), "AM04", fee: 0)));
        await month.MailAsync();

        await month.ToAsync(3, months: 1);
        await Task.WhenAll(office.AskForStatementsAsync(), office.AskForStatementsAsync());
        await office.AskForStatementsAsync();
        await month.MailAsync();

        IEnumerable<string> expected =
        [
            .. CustomerLanguage.Tags.SelectMany(tag => (string[])
            [
                $"paying-{tag}: receipt {tag}", $"paying-{tag}: statement {tag}",
                $"debited-{tag}: notice {tag}", $"debited-{tag}: receipt {tag}", $"debited-{tag}: statement {tag}",
                $"late-{tag}: reminder {tag}", $"late-{tag}: reminder.again {tag}", $"late-{tag}: statement {tag}",
            ]),
            $"{returned}: return {returned[^2..]}", "erased-fr: receipt fr", "bounced-es: receipt es",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), month.Got().Order(StringComparer.Ordinal));
    }

    /// <summary>What happens in the month, by the studio's program.</summary>
    private sealed class Month(PostOffice office, MailService server, MailReceiver receiver, Biller biller)
    {
        private const string Merchant = "Café \"Ø\" <Works>";

        private readonly DateTimeOffset _first = FirstAfter(office.Clock.GetUtcNow().UtcDateTime);

        /// <summary>The subject of each kind of mail in each language, as the product's texts have it.</summary>
        private readonly IReadOnlyList<(string Word, Regex Subject)> _subjects =
        [
            .. from tag in CustomerLanguage.Tags
               from text in TextsOf(tag)
               where text.Key.EndsWith(".subject", StringComparison.Ordinal)
               select ($"{text.Key["mail.".Length..^".subject".Length]} {tag}", PatternOf((string)text.Value!)),
        ];

        private string Day => $"{office.Day:yyyy-MM-dd}";

        /// <summary>Lets the time pass until the morning of a day.</summary>
        public Task ToAsync(int day, int months = 0)
        {
            office.Clock.Advance(_first.AddMonths(months).AddDays(day - 1).AddHours(8) - office.Clock.GetUtcNow());
            return MailAsync();
        }

        public async Task SetUpAsync(params string[] kinds)
        {
            foreach (var kind in kinds)
                await DoAsync("/api/v1/mails/policy", new JsonObject { ["kind"] = kind, ["on"] = true });
            await DoAsync("/api/v1/dunning", new JsonObject
            {
                ["currency"] = "EUR",
                ["levels"] = JsonNode.Parse("""[{"after_days":7,"fee":"2.50"},{"after_days":14}]"""),
            });
            await DoAsync("/api/v1/collections/account", new JsonObject
            {
                ["iban"] = Studio.OwnIban,
                ["name"] = "Studio Süd",
                ["creditor"] = Studio.Creditor,
            });
        }

        /// <summary>Opens an account; gives its reference, which is the first part of the customer's address, too.</summary>
        public async Task<string> OpenAsync(string role, string language, bool hasEmail = true)
        {
            var account = $"{(hasEmail ? "" : "silent-")}{role}-{language}";
            var opening = new JsonObject { ["reference"] = account, ["currency"] = "EUR", ["name"] = "Ada", ["language"] = language };
            if (hasEmail)
                opening["email"] = $"{account}@example.com";
            await DoAsync(Biller.Accounts, opening);
            return account;
        }

        /// <summary>Raises a bill that is due on the first day of the month; gives its id.</summary>
        public async Task<string> OweAsync(string account, decimal euros)
        {
            var charge = Biller.Charge(account, TextOf(euros));
            charge["due"] = $"{_first:yyyy-MM-dd}";
            return (string)(await DoAsync(Biller.Charges, charge))["id"]!;
        }

        public async Task PayAsync(string account, decimal euros, bool isCash)
        {
            var payment = Biller.Cash(account, TextOf(euros), await OweAsync(account, euros));
            if (!isCash)
                payment["method"] = "bank_account_transfer";
            await DoAsync(Biller.Payments, payment);
        }

        /// <summary>Asks for a bill by a debit, which waits for a collection.</summary>
        public async Task DebitAsync(string account, decimal euros)
        {
            await DoAsync("/api/v1/mandates", new JsonObject
            {
                ["account"] = account,
                ["iban"] = "DE02120300000000202051",
                ["signed_on"] = Day,
            });
            var instruments = await biller.GetAsync($"{Biller.Instruments}?account={account}");
            await DoAsync(Biller.Payments, new JsonObject
            {
                ["account"] = account,
                ["amount"] = Biller.Euro(TextOf(euros)),
                ["instrument"] = (string)instruments.Json["items"]![0]!["id"]!,
                ["charges"] = new JsonArray(await OweAsync(account, euros)),
            });
        }

        /// <summary>Builds a collection of all debits, and releases it; gives its file.</summary>
        public async Task<XDocument> CollectAsync(int debits)
        {
            var built = await DoAsync("/api/v1/collections", new JsonObject { ["of"] = "debits" });
            var said = ((string)built["said"]!).Split(' ');
            Assert.Equal(["has", $"{debits}"], said[2..4]);
            var number = long.Parse(said[1], CultureInfo.InvariantCulture);
            await DoAsync("/api/v1/collections/release", new JsonObject { ["collection"] = number });
            var handedOut = await DoAsync("/api/v1/collections/file", new JsonObject { ["collection"] = number });
            return XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String((string)handedOut["file"]!)));
        }

        /// <summary>The name of the debit of an amount in a file.</summary>
        public static string NameIn(XDocument file, decimal euros) => file.Descendants()
            .Single(one => one.Name.LocalName == "DrctDbtTxInf" && one.Elements().Any(part => part.Value == TextOf(euros)))
            .Descendants().Single(part => part.Name.LocalName == "EndToEndId").Value;

        public Task DunAsync() => DoAsync("/api/v1/dunning/run", []);

        public Task ImportAsync(Camt statement) => DoAsync(Biller.Statements, Biller.File(statement.ToXml()));

        /// <summary>The customer's mail comes back.</summary>
        public Task BounceAsync(string account) => DoAsync("/api/v1/mails/bounces", new JsonObject
        {
            ["report"] = SampleReport.InBase64(SampleReport.OfPostfix(
                Assert.Single(receiver.Mailbox, mail => AccountOf(mail) == account).MessageId!, $"{account}@example.com")),
        });

        public async Task EraseAsync(string account) => await DoAsync($"{Biller.Accounts}/erase", new JsonObject
        {
            ["account"] = account,
            ["number"] = (long)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["number"]!,
        });

        /// <summary>Sends what is asked for, in turns of this test's and of the server's own.</summary>
        public Task MailAsync() => NoticePost.UntilAsync(async () =>
        {
            await server.TurnAsync(Cancel);
            return await office.CountAsync("mail WHERE status = 'waiting'") == 0;
        });

        /// <summary>Each mail that came: to whom, its kind and its language.</summary>
        public IEnumerable<string> Got() => receiver.Mailbox.Select(mail =>
            $"{AccountOf(mail)}: {Assert.Single(_subjects, one => one.Subject.IsMatch(mail.Subject!)).Word}");

        /// <summary>Asks the server for something, and again under the same key.</summary>
        public async Task<JsonNode> DoAsync(string path, JsonObject body)
        {
            var key = Biller.NewText();
            if (path is not (Biller.Accounts or Biller.Charges or Biller.Payments or Biller.Statements))
                body["reason"] = Reason;
            var done = await biller.PostAsync(path, body, key);
            Assert.True(done.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{path}: {done.Text}");
            Assert.True((await biller.PostAsync(path, body, key)).Status == done.Status, path);
            return done.Json;
        }

        private static string AccountOf(MimeKit.MimeMessage mail) => mail.To.Mailboxes.Single().Address.Split('@')[0];

        private static string TextOf(decimal euros) => euros.ToString("0.00", CultureInfo.InvariantCulture);

        private static DateTimeOffset FirstAfter(DateTime now) =>
            new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

        private static JsonObject TextsOf(string tag) => JsonNode.Parse(File.ReadAllText(
            Path.Combine(RunningProgram.Solution, "src", "Papers", "Mails", "texts", $"{tag}.json")))!.AsObject();

        private static Regex PatternOf(string subject) => new(
            $"^{string.Join(".+", subject.Replace("{merchant}", Merchant, StringComparison.Ordinal)
                .Replace("{day}", "{amount}", StringComparison.Ordinal).Split("{amount}").Select(Regex.Escape))}$",
            RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}
