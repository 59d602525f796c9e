using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Engine;
using Quittance.Tests.Mails;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.Web;

/// <summary>A customer's own page, which a mailed link opens once.</summary>
public sealed class AccountPageTests(BooksFixture books, Browser browser)
{
    private const string NeedsConfirmation = "4000000000003220";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Customer_AsksForALink_AndGetsItByMail_InItsLanguage()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.AccountLink);
        await using var receiver = MailReceiver.Start();
        var (address, server) = await office.OpenAsync(receiver);
        await office.OweAsync(await office.CustomerAsync("anna@example.com", language: "de"), "INV-7", 40_00, days: 10);
        using var payer = new Payer(address, "de");
        var asking = AccountAddress.AskingOf(office.Merchant);

        var known = await payer.PressAsync(asking, ("email", "ANNA@example.com"));
        var unknown = await payer.PressAsync(asking, ("email", "nobody@example.com"));
        await server.TurnAsync(Cancel);

        Assert.Equal((HttpStatusCode.OK, known.Html), (known.Status, unknown.Html));
        var mail = Assert.Single(receiver.Mailbox);
        Assert.StartsWith("Ihr Konto bei", mail.Subject, StringComparison.Ordinal);
        var link = Assert.Single(
            mail.TextBody!.ReplaceLineEndings("\n").Split('\n'), line => line.Contains("/account/", StringComparison.Ordinal));
        SecretWatch.OfTheRun.Add([link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        await payer.OpenAsync(link);
        Assert.Contains("INV-7", (await payer.PressAsync($"{PathOf(link)}/open")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Customer_OpensTheLinkOnce_AndPaysTheBillsThatItTicks()
    {
        var (biller, customer, _) = await OwingAsync("20.00", "7.50");
        using var payer = new Payer(books);
        using var other = new Payer(books);
        var link = await AskAsync(biller, customer);

        // Nobody asks for a link at a server that sends no mail.
        Assert.Equal(HttpStatusCode.NotFound, (await other.OpenAsync(AccountAddress.AskingOf(biller.Merchant))).Status);
        var closed = await payer.OpenAsync(link);
        Assert.Contains("opens your account once", closed.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("20.00", closed.Html, StringComparison.Ordinal);
        var path = PathOf(link);
        var opened = await payer.PressAsync($"{path}/open");
        Assert.All((string[])["€20.00", "€7.50", "€27.50"], part => Assert.Contains(part, opened.Html, StringComparison.Ordinal));

        // Another browser, and a second opening, get nothing.
        Assert.Equal(HttpStatusCode.Gone, (await other.OpenAsync(link)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await other.PressAsync($"{path}/open")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await other.PressAsync($"{path}/pay", Bills(opened.Html)[0])).Status);

        // Of a bill of somebody else nothing is paid.
        var (_, stranger, _) = await OwingAsync(biller, "99.00");
        var alien = ("bill", (await books.ScalarAsync("SELECT id::text FROM charge WHERE account_id = $1", stranger.Value))!.ToString()!);
        var paying = await payer.PressAsync($"{path}/pay", Bills(opened.Html)[1], alien);
        Assert.Contains("€7.50", paying.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("€20.00", paying.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("99.00", paying.Html, StringComparison.Ordinal);
        Assert.Contains("data-token", paying.Html, StringComparison.Ordinal);
        Assert.Contains("settled meanwhile", (await payer.PressAsync($"{path}/pay", alien)).Html, StringComparison.Ordinal);

        Assert.Contains("You have left", (await payer.PressAsync($"{path}/leave")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await payer.OpenAsync(path)).Status);
    }

    [Fact]
    public async Task Customer_GetsTheQrBillOfTheBillsThatItTicks_TheSameOneAgain()
    {
        var (biller, customer, _) = await OwingAsync("20.00", "7.50");
        using var payer = new Payer(books);
        var path = await OpenAsync(payer, biller, customer);
        var german = await payer.OpenAsync(path);
        Assert.DoesNotContain("/qr-bill", german.Html, StringComparison.Ordinal);
        var bills = Bills(german.Html);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.PressAsync($"{path}/qr-bill", bills[0])).Status);
        await new Payees(books.Database, TimeProvider.System).SaveAsync(
            biller.Merchant, new Payee("CH4431999123000889012", "Works", new PayeeAddress("Ring 1", "8001", "Zürich", "CH")), by: null,
            Cancel);
        await books.Engine.DoAsync(new ChangeContact(Origin(biller), TargetOf(customer), new Contact(
            $"c{customer.Value:N}@example.com", null, new PostalAddress("Gasse 1", null, "3011", "Bern", null, "CH"), "en")));
        Assert.Contains("QR-bill (PDF)", (await payer.OpenAsync(path)).Html, StringComparison.Ordinal);

        var (first, again, both) = (
            await FileAsync([bills[0]]), await FileAsync([bills[0]]), await FileAsync([.. bills]));

        Assert.Equal(first, again);
        Assert.Equal((await AmountAsync(bills[0].Value), "27.50"), (Code(first)[18], Code(both)[18]));
        Assert.Equal(["Gasse 1", "", "3011", "Bern", "CH"], Code(first)[22..27]);
        Assert.Equal(
            (object)2L, await books.ScalarAsync("SELECT count(*) FROM payment_link WHERE merchant_id = $1", biller.Merchant.Value));
        Assert.Contains("settled meanwhile", (await payer.PressAsync($"{path}/qr-bill")).Html, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        async Task<byte[]> FileAsync((string, string)[] ticked)
        {
            using var answer = await payer.SendFormAsync($"{path}/qr-bill", ticked);
            Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
            return await answer.Content.ReadAsByteArrayAsync(Cancel);
        }

        async Task<string> AmountAsync(string bill) => (string)(await books.ScalarAsync(
            "SELECT to_char(amount_minor / 100.0, 'FM990.00') FROM charge WHERE id = $1", Guid.Parse(bill)))!;

        static string[] Code(byte[] file)
        {
            using var pdf = PdfDocument.Open(file);
            return Assert.Single(ReadCodes.CodesOn(pdf.GetPage(1))).Split("\r\n");
        }
    }

    /// <summary>A transfer beside a payment that is under way would pay the bill twice.</summary>
    [Fact]
    public async Task BillWhosePaymentIsUnderWay_HasNoQrBill_AndItsPagesSayWhy()
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        await new Payees(books.Database, TimeProvider.System).SaveAsync(
            biller.Merchant, new Payee("CH4431999123000889012", "Works", new PayeeAddress("Ring 1", "8001", "Zürich", "CH")), by: null,
            Cancel);
        using var payer = new Payer(books);
        var path = await OpenAsync(payer, biller, customer);
        var bill = Assert.Single(Bills((await payer.OpenAsync(path)).Html));
        var page = await payer.PressAsync($"{path}/pay", bill);
        Assert.Contains("/qr-bill.pdf", page.Html, StringComparison.Ordinal);
        var pending = await payer.PayAsync(Payer.TokenIn(page.Html), NeedsConfirmation, "https://studio.example/back");
        Assert.Equal("pending", (string)pending.Answer["status"]!);

        var refused = await payer.PressAsync($"{path}/qr-bill", bill);
        var again = await payer.PressAsync($"{path}/pay", bill);

        Assert.Contains(Text("AccountPage/texts", "account.done.claimed"), refused.Html, StringComparison.Ordinal);
        Assert.Contains(Text("Http/Pages/texts", "claimed.title"), again.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/qr-bill", again.Html, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        static string Text(string folder, string key) => (string)JsonNode.Parse(File.ReadAllText(
            Path.Combine(RunningProgram.Solution, "src", "Dialects", folder, "en.json")))![key]!;
    }

    [Fact]
    public async Task Customer_ChoosesTheLanguage_OnEachPage()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.AccountLink);
        await using var receiver = MailReceiver.Start();
        var (address, _) = await office.OpenAsync(receiver);
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = 390, Height = 844 }, Locale = "en-GB" });
        var page = opened.Page;
        await opened.GoAsync($"{address.GetLeftPart(UriPartial.Authority)}{AccountAddress.AskingOf(office.Merchant)}");
        await ChooseAsync("Français", "fr");

        var (biller, customer, _) = await OwingAsync("20.00");
        await opened.GoAsync(await AskAsync(biller, customer));
        await ChooseAsync("Nederlands", "nl");
        await page.GetByRole(AriaRole.Button, new() { Name = "Openen" }).ClickAsync();
        await ChooseAsync("Deutsch", "de");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Offene Rechnungen" })).ToBeVisibleAsync();

        async Task ChooseAsync(string name, string tag)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
            await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", tag);
        }
    }

    [Fact]
    public async Task Customer_EndsACard_ChangesTheContact_AndKeepsItsPapers()
    {
        var (biller, customer, email) = await OwingAsync("20.00");
        var (card, alien) = (await CardAsync(biller, customer), await CardAsync(biller, (await OwingAsync(biller, "1.00")).Customer));
        await books.Engine.DoAsync(new RecordPayment(
            Origin(biller), TargetOf(customer), new PaymentId(biller.Merchant, Business.NewId()), "quittance")
        {
            Amount = new Money(5_00, Currency.Parse("EUR")),
            ReceivedBy = ClearingProvider.Cash,
        });
        var paid = await books.ScalarAsync("SELECT number FROM payment WHERE account_id = $1", customer.Value);
        using var payer = new Payer(books);
        var path = await OpenAsync(payer, biller, customer);
        var page = await payer.OpenAsync(path);
        Assert.Contains("4242", page.Html, StringComparison.Ordinal);
        Assert.Contains("€5.00", page.Html, StringComparison.Ordinal);

        foreach (var paper in new[] { $"receipts/{paid}.pdf", "statement.pdf" })
        {
            using var answer = await payer.GetAsync($"{path}/{paper}");
            Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
        }

        await payer.PressAsync($"{path}/methods/{alien.Value:D}/end");
        var ended = await payer.PressAsync($"{path}/methods/{card.Value:D}/end");
        Assert.Contains("has ended", ended.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("4242", ended.Html, StringComparison.Ordinal);
        Assert.Equal(
            (object)1L, await books.ScalarAsync(
                "SELECT count(*) FROM instrument WHERE merchant_id = $1 AND standing = 'removed'", biller.Merchant.Value));

        var wrong = await payer.PressAsync($"{path}/contact", ("phone", "no number"), ("city", "Bern"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("value=\"no number\"", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("id=\"phone-problem\"", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("id=\"country-problem\"", wrong.Html, StringComparison.Ordinal);
        var saved = await payer.PressAsync(
            $"{path}/contact", ("email", "new@example.com"), ("city", "Bern"), ("country", "ch"), ("language", "de"));
        Assert.Contains("Gespeichert", saved.Html, StringComparison.Ordinal);
        Assert.Equal(
            $"{email} CH de", await books.ScalarAsync(
                "SELECT concat_ws(' ', email, country, language) FROM account_contact WHERE account_id = $1", customer.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData("account_visit SET asked_at = asked_at - interval '15 minutes'", false)]
    [InlineData("account_visit SET opened_at = opened_at - interval '1 hour'", true)]
    [InlineData("account_contact SET email = NULL", true)]
    public async Task Page_IsOver_AfterItsTime_AndForWhoHasNoAddressAnyMore(string passing, bool isOpened)
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        using var payer = new Payer(books);
        var link = await AskAsync(biller, customer);
        if (isOpened)
        {
            await payer.OpenAsync(link);
            Assert.Equal(HttpStatusCode.OK, (await payer.PressAsync($"{PathOf(link)}/open")).Status);
        }

        await books.ScalarAsync(
            $"UPDATE {passing} WHERE merchant_id = $1 AND account_id = $2 RETURNING account_id", biller.Merchant.Value, customer.Value);

        var over = await payer.OpenAsync(link);
        Assert.Equal(HttpStatusCode.Gone, over.Status);
        Assert.Contains(AccountAddress.AskingOf(biller.Merchant), over.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await payer.PressAsync($"{PathOf(link)}/open")).Status);
    }

    [Fact]
    public async Task LinkToAnAddressThatIsNotTheCustomersAnyMore_DoesNotOpen()
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        using var payer = new Payer(books);
        var link = await AskAsync(biller, customer);
        await payer.OpenAsync(link);

        await books.Engine.DoAsync(new ChangeContact(
            Origin(biller), TargetOf(customer), new Contact($"new-{customer.Value:N}@example.com", null, null, "en")));

        Assert.Equal(HttpStatusCode.Gone, (await payer.PressAsync($"{PathOf(link)}/open")).Status);
    }

    /// <summary>The link may have gone to somebody else: the merchant corrects the address.</summary>
    [Theory]
    [InlineData("new-{0}@example.com", "+49 30 1234567", true)]
    [InlineData("C{0}@example.com", "+49 30 1234567", false)]
    public async Task Page_IsOver_OnceTheCustomerHasAnotherAddress(string email, string phone, bool isOver)
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        using var payer = new Payer(books);
        var path = await OpenAsync(payer, biller, customer);

        await books.Engine.DoAsync(new ChangeContact(Origin(biller), TargetOf(customer), new Contact(
            string.Format(CultureInfo.InvariantCulture, email, customer.Value.ToString("N")), phone, null, "en")));

        Assert.Equal(isOver ? HttpStatusCode.Gone : HttpStatusCode.OK, (await payer.OpenAsync(path)).Status);
        Assert.Equal(isOver ? HttpStatusCode.Gone : HttpStatusCode.OK, (await payer.PressAsync($"{path}/pay")).Status);
    }

    [Fact]
    public async Task Page_IsOver_OnceTheCustomerIsMerged()
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        var (_, other, _) = await OwingAsync(biller, "30.00");
        using var payer = new Payer(books);
        var path = await OpenAsync(payer, biller, customer);

        await books.Engine.DoAsync(new MergeAccounts(Origin(biller), TargetOf(other), TargetOf(customer), [], Business.NewId()));

        Assert.Equal(HttpStatusCode.Gone, (await payer.OpenAsync(path)).Status);
    }

    /// <summary>A merged customer's link went to the account that went on.</summary>
    [Fact]
    public async Task Page_IsOver_OnceTheMergeIsUndone()
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        var (_, other, _) = await OwingAsync(biller, "30.00");
        using var payer = new Payer(books);
        await books.Engine.DoAsync(new MergeAccounts(Origin(biller), TargetOf(other), TargetOf(customer), [], Business.NewId()));
        var path = await OpenAsync(payer, biller, customer);

        await books.Engine.DoAsync(new UnmergeAccounts(Origin(biller), TargetOf(customer), TargetOf(other), [], Business.NewId()));

        Assert.Equal(HttpStatusCode.Gone, (await payer.OpenAsync(path)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_IsOver_OnceAProgramChangesTheAddress_AlsoByAFile(bool isFile)
    {
        var (biller, customer, _) = await OwingAsync("20.00");
        using var payer = new Payer(books);
        var path = await OpenAsync(payer, biller, customer);
        var email = $"new-{customer.Value:N}@example.com";

        var changed = await biller.PostAsync(
            isFile ? "/api/v1/contacts/import" : $"{Biller.Accounts}/{customer.Value:D}/contact",
            new JsonObject
            {
                [isFile ? "file" : "email"] = isFile
                    ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"Kunde;email\r\n{customer.Value:D};{email}\r\n")) : email,
                ["reason"] = "corrected",
            });

        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        Assert.Equal(HttpStatusCode.Gone, (await payer.OpenAsync(path)).Status);
    }

    [Fact]
    public async Task Links_AreMailedByPolicy_AndAForgedOneLeadsNowhere()
    {
        using var payer = new Payer(books);
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Receipt);
        await using var receiver = MailReceiver.Start();
        using var visitor = new Payer((await office.OpenAsync(receiver)).Address);
        var off = await visitor.OpenAsync(AccountAddress.AskingOf(office.Merchant));
        var nobody = await visitor.OpenAsync($"{AccountAddress.Mount}/{AccountAddress.Asking}/999999999");
        Assert.Equal((HttpStatusCode.NotFound, off.Html), (off.Status, nobody.Html));

        var (of, customer, _) = await OwingAsync("20.00");
        var link = await AskAsync(of, customer);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.OpenAsync($"{link[..^3]}AAA")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.OpenAsync(PathOf(link))).Status);
        for (var more = 0; more < AccountVisit.MostAtOnce + 1; more++)
        {
            await of.PostAsync(
                "/api/v1/mails/account-links", new JsonObject { ["account"] = $"{customer.Value:D}", ["reason"] = "asked for" });
        }

        Assert.Equal(
            (object)(long)AccountVisit.MostAtOnce,
            await books.ScalarAsync("SELECT count(*) FROM account_visit WHERE account_id = $1", customer.Value));
    }

    /// <summary>Who is about to type an address reads whom it goes to, as far as the merchant says it.</summary>
    [Fact]
    public async Task PageOfAsking_NamesTheMerchant_AndWithAProfileWhoItIsInLaw()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.AccountLink);
        await using var receiver = MailReceiver.Start();
        using var payer = new Payer((await office.OpenAsync(receiver)).Address, "en");
        var asking = AccountAddress.AskingOf(office.Merchant);
        var (bare, sent) = (await payer.OpenAsync(asking), await payer.PressAsync(asking, ("email", "anna@example.com")));
        await office.NameAsync(office.Merchant, "office@works.example");
        var (named, sentToo) = (await payer.OpenAsync(asking), await payer.PressAsync(asking, ("email", "anna@example.com")));

        Assert.All([bare, sent, named, sentToo], page =>
        {
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains("Café \"Ø\" <Works>", WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        });
        Assert.All([bare, sent], page => Assert.DoesNotContain("class=\"imprint\"", page.Html, StringComparison.Ordinal));
        Assert.All([named, sentToo], page =>
        {
            Assert.Contains("Works, Ring 1, 1010 Wien, AT", page.Html, StringComparison.Ordinal);
            Assert.Contains("mailto:office@works.example", page.Html, StringComparison.Ordinal);
        });
    }

    /// <summary>An erased person's link and page are over, in the browser that had opened it too, and say nothing of the person.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LinkOfAPersonWhoWasErased_IsOver(bool isOpened)
    {
        var (biller, customer, email) = await OwingAsync();
        using var payer = new Payer(books);
        var link = await AskAsync(biller, customer);
        await payer.OpenAsync(link);
        if (isOpened)
            Assert.Contains(email, (await payer.PressAsync($"{PathOf(link)}/open")).Html, StringComparison.Ordinal);

        var opened = (await biller.GetAsync($"{Biller.Accounts}/{customer.Value:D}")).Json;
        var erased = await biller.PostAsync($"{Biller.Accounts}/erase", new JsonObject
        {
            ["account"] = $"{customer.Value:D}",
            ["number"] = (long)opened["number"]!,
            ["reason"] = "They asked",
        });

        Assert.True((int)erased.Status == 200, erased.Text);
        foreach (var (page, isSent) in new[] { ("", false), ("/open", true), ("/contact", true), ("/statement.pdf", false) })
        {
            var over = isSent ? await payer.PressAsync(PathOf(link) + page, ("city", "Bern")) : await payer.OpenAsync(PathOf(link) + page);
            Assert.Equal((page, HttpStatusCode.Gone), (page, over.Status));
            Assert.DoesNotContain(email, over.Html, StringComparison.Ordinal);
            Assert.Contains(AccountAddress.AskingOf(biller.Merchant), over.Html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    public async Task Page_CanBeReadByAll(int width, ColorScheme scheme)
    {
        var (biller, customer, _) = await OwingAsync("20.00", "1249.00");
        await CardAsync(biller, customer);
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, Locale = "en-GB" });
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.AccountLink);
        await using var receiver = MailReceiver.Start();
        var (address, _) = await office.OpenAsync(receiver);
        await opened.GoAsync($"{address.GetLeftPart(UriPartial.Authority)}{AccountAddress.AskingOf(office.Merchant)}");
        await opened.LookAsync($"account-ask-{width}");
        await opened.GoAsync(await AskAsync(biller, customer));
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();

        await Assertions.Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Open bills" })).ToBeVisibleAsync();
        await opened.LookAsync($"account-{width}");
        Assert.Empty(opened.Errors);
    }

    private async Task<(Biller Biller, AccountId Customer, string Email)> OwingAsync(params string[] amounts)
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        await biller.PostAsync(
            "/api/v1/mails/policy", new JsonObject { ["kind"] = "account_link", ["on"] = true, ["reason"] = "customers ask" });
        return await OwingAsync(biller, amounts);
    }

    /// <summary>A customer who has an address, and bills.</summary>
    private async Task<(Biller Biller, AccountId Customer, string Email)> OwingAsync(Biller biller, params string[] amounts)
    {
        var opened = await biller.GetAsync($"{Biller.Accounts}/{await biller.CustomerAsync()}");
        var id = new AccountId(biller.Merchant, (Guid)opened.Json["id"]!);
        var email = $"c{id.Value:N}@example.com";
        await books.Engine.DoAsync(new ChangeContact(Origin(biller), TargetOf(id), new Contact(email, null, null, "en")));
        foreach (var amount in amounts)
            Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, Biller.Charge($"{id.Value:D}", amount))).Status);
        return (biller, id, email);
    }

    private async Task<InstrumentId> CardAsync(Biller biller, AccountId customer)
    {
        var id = new InstrumentId(biller.Merchant, Business.NewId());
        var card = new Card(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2090), "Anna Keller");
        await books.Engine.DoAsync(new RegisterInstrument(
            Origin(biller), TargetOf(customer), id, new Reference(biller.Merchant, "quittance", "instrument", $"{id.Value}"),
            PaymentMethod.BankCard, card.Masked)
        {
            Holding = new Holding(new Vaulted("sandbox", card.Shown), await books.Vault.SealAsync(id, card, Cancel)),
            Standing = InstrumentStanding.Saved,
        });
        return id;
    }

    private static Origin Origin(Biller biller) => new(biller.Merchant, 0, Business.NewId());

    private static AccountTarget TargetOf(AccountId id) => AccountTarget.Named([Reference.ToAccountId(id.Merchant, id.Value)]);

    /// <summary>The link that was mailed last.</summary>
    private async Task<string> LinkAsync(Biller biller, AccountId customer)
    {
        var visit = (Guid)(await books.ScalarAsync(
            "SELECT id FROM account_visit WHERE account_id = $1 ORDER BY asked_at DESC LIMIT 1", customer.Value))!;
        var installation = (await books.Merchants.InstallationsAsync(biller.Merchant, Cancel)).Single();
        var credentials = new Credentials(books.Database, books.Vault, TimeProvider.System, new HashSet<string>());
        var key = (await credentials.OfCustomerAsync(biller.Merchant, installation.Id, Cancel))!.HashKey;
        var link = AccountAddress.Of(
            books.Address.GetLeftPart(UriPartial.Authority), new AccountVisitId(biller.Merchant, visit), key.Span);
        SecretWatch.OfTheRun.Add([link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return link;
    }

    /// <summary>The merchant sends a link.</summary>
    private async Task<string> AskAsync(Biller biller, AccountId customer)
    {
        var sent = await biller.PostAsync(
            "/api/v1/mails/account-links", new JsonObject { ["account"] = $"{customer.Value:D}", ["reason"] = "asked for" });
        Assert.True((int)sent.Status < 300, sent.Text);
        return await LinkAsync(biller, customer);
    }

    private async Task<string> OpenAsync(Payer payer, Biller biller, AccountId customer)
    {
        var link = await AskAsync(biller, customer);
        await payer.OpenAsync(link);
        Assert.Equal(HttpStatusCode.OK, (await payer.PressAsync($"{PathOf(link)}/open")).Status);
        return PathOf(link);
    }

    private static string PathOf(string link) => new Uri(link).AbsolutePath;

    private static List<(string Name, string Value)> Bills(string html) =>
        [.. from part in html.Split("name=\"bill\" value=\"").Skip(1) select ("bill", part[..36])];
}
