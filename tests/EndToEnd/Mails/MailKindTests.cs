using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Mails;
using Quittance.Host.Watching;
using Quittance.Papers.Mails;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.Mails;

/// <summary>What each kind of mail says, and when there is nothing to say.</summary>
public sealed class MailKindTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_IsMailedWithItsAddress_AndNotOnceItIsPaidOrOver()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.PaymentLink);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var customer = await office.CustomerAsync(language: "fr");
        await office.LinkAsync(customer, 42_00, "Cours de <yoga>");
        await server.TurnAsync(Cancel);
        await office.LinkAsync(customer, 43_00, "Too late");
        office.Clock.Advance(TimeSpan.FromDays(8));
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.Equal("left_out:outdated 1, sent 1", await office.StandAsync());
        Assert.Contains("42,00\u00a0€", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("Cours de <yoga>", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Cours de &lt;yoga&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Matches(@"https://pay\.example/pay/\S+\?k=\S+", mail.TextBody);
        Assert.DoesNotContain("<img", mail.HtmlBody, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Mail_SaysWhoTheMerchantIs_AndBringsItsLogo()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.PaymentLink);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var profiles = new Profiles(office.Own.Database, office.Clock);
        var address = new PostalAddress("Ring 1", null, "1010", "Wien", null, "AT");
        await profiles.SetAsync(
            office.Merchant,
            MerchantProfile.None with
            {
                LegalName = "Studio <&> GmbH",
                Address = address,
                Email = "office@studio.example",
                Imprint = "https://studio.example/imprint",
                Colour = new BrandColour(0xff, 0xe6, 0x00),
            },
            office.By("merchant.profile", "profile"), Cancel);
        await profiles.SetLogoAsync(
            office.Merchant, new Logo(new LogoMark(LogoKind.Png, "0123456789abcdef"), Pictures.Png()),
            office.By("merchant.logo", "logo"), Cancel);
        await office.LinkAsync(await office.CustomerAsync(language: "de"), 42_00, "A course");
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.EndsWith(
            "Studio <&> GmbH, Ring 1, 1010 Wien, AT\noffice@studio.example\nImpressum: https://studio.example/imprint",
            mail.TextBody!.ReplaceLineEndings("\n").TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("Studio &lt;&amp;&gt; GmbH, Ring 1", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains($"src=\"cid:{MailLetter.LogoId}\"", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("#ffe600", mail.HtmlBody, StringComparison.Ordinal);
        var picture = Assert.Single(mail.BodyParts, part => part.ContentId == MailLetter.LogoId);
        Assert.Equal("image/png", picture.ContentType.MimeType);
    }

    [Theory]
    [InlineData(MailKind.PaymentLink, "CH4431999123000889012", true)]
    [InlineData(MailKind.PaymentLink, "AT281904300234573019", false)]
    [InlineData(MailKind.Reminder, "CH5604835012345678009", true)]
    public async Task MailWithALink_HasTheQrBill_WhereTheMerchantsAccountIsSwiss(MailKind kind, string iban, bool hasBill)
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: kind);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await office.NamePayeeAsync(iban, iban[..2]);
        await office.RemindAsync(new DunningLevel(7));
        var customer = await office.CustomerAsync(language: "de");
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.LinkAsync(customer, "INV-7");
        await office.DunAsync(customer);
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.Contains("https://pay.example/pay/", mail.TextBody, StringComparison.Ordinal);
        if (!hasBill)
        {
            Assert.Empty(mail.Attachments);
            return;
        }

        using var paper = new MemoryStream();
        await Assert.IsType<MimeKit.MimePart>(Assert.Single(mail.Attachments)).Content!.DecodeToAsync(paper, Cancel);
        using var pdf = PdfDocument.Open(paper.ToArray());
        var code = Assert.Single(ReadCodes.CodesOn(pdf.GetPage(1))).Split("\r\n");
        Assert.Equal(("SPC", iban, "40.00"), (code[0], code[3], code[18]));
    }

    [Fact]
    public async Task Answers_GoToTheMerchantWhoWrote()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Receipt);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver, settings => settings with { ReplyTo = "operator@host.example" });
        await office.PayAsync(await office.CustomerAsync("none@example.com"));
        await server.TurnAsync(Cancel);
        await office.NameAsync(office.Merchant, "answers@one.example");
        await office.PayAsync(await office.CustomerAsync("one@example.com"));
        await office.NameAsync(await office.OtherMerchantAsync("two@example.com"), "answers@two.example");
        await server.TurnAsync(Cancel);

        Assert.Equal(
            [
                ("none@example.com", "operator@host.example"), ("one@example.com", "answers@one.example"),
                ("two@example.com", "answers@two.example"),
            ],
            receiver.Mailbox.Select(mail => (mail.To.Mailboxes.Single().Address, mail.ReplyTo.Mailboxes.Single().Address)).Order());
    }

    /// <summary>A customer's name that looks like a name in braces stays a customer's name.</summary>
    [Fact]
    public async Task SentenceOfTheMerchant_StandsInTheMailsOfItsKindAndLanguage()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: [MailKind.Receipt, MailKind.Refund]);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await office.SayAsync(MailKind.Receipt, null, "Thank you, {name}, for {amount}: <b>{merchant}</b>");
        await office.SayAsync(MailKind.Receipt, "de", "Danke!");
        var german = await office.CustomerAsync(language: "de");
        var french = await office.CustomerAsync("paul@example.com", "Paul {merchant}", "fr");
        await office.PayAsync(german);
        await office.PayAsync(french);
        await server.TurnAsync(Cancel);

        var (toGerman, toFrench) = (To("anna@example.com"), To("paul@example.com"));
        Assert.Contains("\nDanke!", toGerman.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("Thank you", toGerman.TextBody, StringComparison.Ordinal);
        Assert.Contains(
            "Thank you, Paul {merchant}, for 12,50\u00a0€: <b>Café \"Ø\" <Works></b>", toFrench.TextBody, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Caf", toFrench.HtmlBody, StringComparison.Ordinal);

        var unnamed = await office.CustomerAsync("someone@example.com", name: null);
        await office.PayAsync(unnamed);
        await server.TurnAsync(Cancel);
        Assert.DoesNotContain("Thank you", To("someone@example.com").TextBody, StringComparison.Ordinal);

        await office.SayAsync(MailKind.Receipt, "de", null);
        await office.GiveBackAsync(german, await office.PayAsync(german), 5_00);
        await server.TurnAsync(Cancel);
        var later = receiver.Mailbox.Where(mail => mail.To.ToString().Contains("anna", StringComparison.Ordinal)).ToList();
        Assert.Contains(later, mail => mail.TextBody!.Contains("Thank you, Anna Keller, for 12,50", StringComparison.Ordinal));
        Assert.Contains(later, mail => !mail.TextBody!.Contains("Thank you", StringComparison.Ordinal)
            && mail.TextBody.Contains("5,00", StringComparison.Ordinal));

        MimeKit.MimeMessage To(string address) =>
            Assert.Single(receiver.Mailbox, mail => mail.To.ToString().Contains(address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SentenceWithScript_IsTextInTheMail_AndOneOfAMegabyteIsNone()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await office.SayAsync(MailKind.Receipt, null, "<script>alert(1)</script><img src=x onerror=alert(2)> javascript:alert(3)");
        await office.PayAsync(await office.CustomerAsync());
        await server.TurnAsync(Cancel);
        var mail = Assert.Single(receiver.Mailbox);
        Assert.Contains("<script>alert(1)</script>", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=x", mail.HtmlBody, StringComparison.Ordinal);

        var biller = await Biller.OpenAsync(books);
        var said = await biller.PostAsync("/api/v1/mails/sentences", new JsonObject
        {
            ["kind"] = "receipt",
            ["text"] = string.Concat(Enumerable.Repeat("Danke, {name}! ", 70_000)),
            ["reason"] = "long",
        });
        Assert.InRange((int)said.Status, 400, 413);
        Assert.DoesNotContain("Danke, {name}! Danke", said.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM mail_sentence WHERE merchant_id = $1", biller.Merchant.Value));
    }

    [Fact]
    public async Task Refund_IsMailed()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Refund);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var customer = await office.CustomerAsync(language: "nl");
        await office.GiveBackAsync(customer, await office.PayAsync(customer), 5_00);

        await server.TurnAsync(Cancel);

        Assert.Contains("€\u00a05,00 terugbetaald", Assert.Single(receiver.Mailbox).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reminder_HasTheBills_TheFeeAndTheLink_AndIsLeftOutOnceAllIsPaid()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Reminder);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await office.RemindAsync(new DunningLevel(7, 2_50), new DunningLevel(14, 5_00, true));
        var (late, paying) = (await office.CustomerAsync(language: "de"), await office.CustomerAsync("paul@example.com"));
        foreach (var (customer, bill) in new[] { (late, "INV-7"), (paying, "INV-8") })
        {
            await office.OweAsync(customer, bill, 40_00, days: 10);
            await office.DunAsync(customer);
        }

        await office.LinkAsync(late, 40_00, "");
        await office.PayAsync(paying, 100_00);
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.Equal("left_out:outdated 1, sent 1", await office.StandAsync());
        Assert.All(
            (string[])["INV-7, Fällig", "40,00\u00a0€", "Gebühr für diese Erinnerung: 2,50\u00a0€", "https://pay.example/pay/"],
            part => Assert.Contains(part, mail.TextBody, StringComparison.Ordinal));
    }

    /// <summary>The customer's bank refuses it before its money came: at a provider that passed it on, weeks after it was told.</summary>
    [Theory]
    [InlineData(Verb.Capture, DeclineReason.InsufficientFunds, true)]
    [InlineData(Verb.Capture, DeclineReason.AuthorisationInvalid, false)]
    [InlineData(Verb.Authorise, DeclineReason.InsufficientFunds, false)]
    public async Task DebitThatTheBankDoesNotPay_IsTold_WhereTheBankHadIt(Verb at, DeclineReason reason, bool isTold)
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.ReturnedDebit);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await office.DeclineDebitAsync(await office.CustomerAsync(language: "de"), 31_50, at, reason);

        await server.TurnAsync(Cancel);

        Assert.Equal(isTold ? "sent 1" : "", await office.StandAsync());
        Assert.All(
            receiver.Mailbox,
            mail => Assert.Contains("Lastschrift von 31,50\u00a0€ nicht bezahlt.", mail.TextBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DebitThatTheBankRejects_IsTold_AndOneThatWasInNoFileIsNot()
    {
        using var studio = await Studio.OpenAsync(books);
        await SwitchAsync(studio, MailKind.ReturnedDebit);
        var poor = await studio.DebitAsync("31.50");
        await WriteToAsync(studio, poor, "it");
        var (_, file) = await studio.CollectAllAsync();
        var ended = await studio.DebitAsync("20");
        var instrument = (Guid)(await studio.ScalarAsync(
            "SELECT instrument_id FROM payment WHERE merchant_id = $1 AND id = $2", studio.Merchant.Value, ended.Payment))!;
        await books.Engine.DoAsync(new RemoveInstrument(
            Origin(studio), TargetOf(studio, ended), new InstrumentId(studio.Merchant, instrument)));

        await studio.RunAsync("collect", "run");
        await BankFileTests.StatusAsync(studio, BankFileTests.Report(file, (studio.NameOf(poor), "RJCT", "AM04")));

        Assert.Equal(("failed", "failed"), (await studio.StatusOfAsync(ended), await studio.StatusOfAsync(poor)));
        Assert.Equal(poor.Payment, await studio.ScalarAsync(
            "SELECT string_agg(subject_id::text, ', ')::uuid FROM mail WHERE merchant_id = $1 AND kind = 'returned_debit'",
            studio.Merchant.Value));
        Assert.Contains("31,50\u00a0€. Quanto doveva essere pagato", (await SentAsync(poor)).TextBody, StringComparison.Ordinal);
    }

    /// <summary>The customer's bank has never seen it.</summary>
    [Theory]
    [InlineData("DS02")]
    [InlineData("AC01")]
    [InlineData("MS03")]
    public async Task DebitOfAFileThatOurBankRejects_IsNotTold(string code)
    {
        using var studio = await Studio.OpenAsync(books);
        await SwitchAsync(studio, MailKind.ReturnedDebit);
        var member = await studio.DebitAsync("31.50");
        await WriteToAsync(studio, member, "it");
        var (_, file) = await studio.CollectAllAsync();

        await BankFileTests.StatusAsync(studio, BankFileTests.Report(
            file, $"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"));

        Assert.Equal("failed", await studio.StatusOfAsync(member));
        Assert.Equal(0L, await studio.ScalarAsync(
            "SELECT count(*) FROM mail WHERE merchant_id = $1 AND kind = 'returned_debit'", studio.Merchant.Value));
    }

    [Fact]
    public async Task Debit_IsAnnouncedWithItsTerms()
    {
        using var studio = await Studio.OpenAsync(books);
        await SwitchAsync(studio, MailKind.DebitNotice);
        var member = await studio.DebitAsync("31.50");
        await WriteToAsync(studio, member, "it");
        // A command asks for the mail, and a server beside it sends it.
        await studio.CollectAsync("run");

        var mail = await SentAsync(member);

        Assert.All(
            (string[])["31,50\u00a0€", Studio.Creditor, "Mandato: M-", "Conto bancario: "],
            part => Assert.Contains(part, mail.TextBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoticeOfACollectionThatWasCalledOff_IsLeftOut_AndThatOfTheNextOneIsSent()
    {
        using var studio = await Studio.OpenAsync(books);
        await SwitchAsync(studio, MailKind.DebitNotice);
        var (collected, waiting) = (await studio.DebitAsync("31.50"), await studio.DebitAsync("20"));
        await WriteToAsync(studio, collected, "it");
        await WriteToAsync(studio, waiting, "it");
        var run = await studio.CollectAsync("run");
        await studio.CollectAsync("call-off", $"{run["collection"]!["number"]}", "--reason", "wrong amounts");
        await studio.Biller.PostAsync($"{Biller.Payments}/{waiting.Payment:D}/cancel", new JsonObject { ["reason"] = "paid in cash" });
        await studio.CollectAsync("run");

        Assert.Contains("31,50\u00a0€", (await SentAsync(collected)).TextBody, StringComparison.Ordinal);

        Assert.Equal("left_out left_out sent", await studio.ScalarAsync(
            "SELECT string_agg(status, ' ' ORDER BY status) FROM mail WHERE merchant_id = $1", studio.Merchant.Value));
    }

    private static Origin Origin(Studio studio) => new(studio.Merchant, 0, Business.NewId());

    private static AccountTarget TargetOf(Studio studio, Member member) =>
        AccountTarget.Named(new Reference(studio.Merchant, "quittance", "account", member.Account));

    private Task SwitchAsync(Studio studio, MailKind kind) => new MailPolicies(books.Database, TimeProvider.System).SwitchAsync(
        studio.Merchant, kind, isOn: true,
        Origin(studio) with
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, "mail.policy", $"mail {EnumWords.Of(kind)}", "test"),
        },
        Cancel);

    private Task WriteToAsync(Studio studio, Member member, string language) => books.Engine.DoAsync(new ChangeContact(
        Origin(studio), TargetOf(studio, member),
        new Contact($"{member.Account}@example.com".ToLowerInvariant(), null, null, language)));

    /// <summary>The mail to a member that a server sends which has just started.</summary>
    private async Task<MimeKit.MimeMessage> SentAsync(Member member)
    {
        await using var receiver = MailReceiver.Start();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, BooksFixture.FreePort(), new PublicAddress("https://pay.example"), IsDemo: false)
            {
                Mail = PostOffice.Settings(receiver) with { Limit = 10_000 },
            },
            books.Database, books.Engine, books.Vault, SecretWatch.OfTheRun.LogTo);
        await server.Services.GetRequiredService<HoldService>().StartAsync(Cancel);

        await server.Services.GetServices<IHostedService>().OfType<MailService>().Single().TurnAsync(Cancel);

        return Assert.Single(
            receiver.Mailbox, one => one.To.Mailboxes.Single().Address.StartsWith(member.Account, StringComparison.OrdinalIgnoreCase));
    }
}
