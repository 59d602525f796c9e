using Microsoft.Extensions.DependencyInjection;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Core.Settlements;
using Quittance.Papers;
using Quittance.Papers.Letters;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace Quittance.Tests.Mails;

/// <summary>Reminders as letters: what a mail would say, on paper, with a window address and ways to pay.</summary>
public sealed class LetterTests(BooksFixture books)
{
    private const double PointsOfMillimetre = 72 / 25.4;

    private static readonly PostalAddress Home = new("Gasse 1", "Stiege 2", "8001", "Zürich", null, "CH");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_HasALetterForEachCustomer_WithWhatIsOpen_AndTheSameBytesAgain()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync("AT281904300234573019");
        await office.RemindAsync(new DunningLevel(7, 2_50), new DunningLevel(14, 5_00));
        var (first, second) = (
            await office.AddressedAsync("Ада Łukasiewicz Ελένη", Home, "de"), await office.AddressedAsync("Ünal Ağaç", Home, "fr"));
        await office.OweAsync(first, "INV-7", 40_00, days: 10);
        await office.OweAsync(first, "INV-8", 1_200_00, days: 3);
        await office.OweAsync(second, "INV-9", 15_00, days: 8);
        foreach (var customer in new[] { first, second })
            await office.DunAsync(customer);

        var (paper, run) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);
        var (again, _) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);

        Assert.Equal((2, 0, 0), (run.Count, run.WithoutAddress.Count, run.Outdated));
        Assert.Equal(paper!.Content.ToArray(), again!.Content.ToArray());
        using var pdf = PdfDocument.Open(paper.Content.ToArray());
        Assert.Equal(2, pdf.NumberOfPages);
        var (german, french) = (TextOf(pdf.GetPage(1)), TextOf(pdf.GetPage(2)));
        Assert.All(
            (string[])
            [
                "Ада Łukasiewicz Ελένη", "8001 Zürich", "SWITZERLAND", "Erinnerung von Café \"Ø\" <Works>: 1.240,00 € sind überfällig",
                "Guten Tag Ада Łukasiewicz Ελένη,", "Vielleicht haben Sie es übersehen", "INV-7", "40,00 €", "INV-8", "1.200,00 €",
                "Gebühr für diese Erinnerung (D", "2,50 €", "Summe 1.242,50 €", "Bitte bezahlen Sie 1.242,50 € bis",
                "AT28 1904 3002 3457 3019", "Verwendungszweck INV-7 INV-8 D", "Falls Sie inzwischen bezahlt haben", "Seite 1 von 1",
            ],
            part => Assert.Contains(part, german, StringComparison.Ordinal));
        Assert.DoesNotContain("?", german, StringComparison.Ordinal);
        Assert.All(
            (string[])["Rappel de", "Bonjour Ünal Ağaç,", "INV-9", "17,50 €", "Veuillez payer", "Page 1 sur 1"],
            part => Assert.Contains(part, french, StringComparison.Ordinal));
        Assert.DoesNotContain("INV-7", french, StringComparison.Ordinal);
    }

    /// <summary>DIN 5008, form B: the field of the address is 20 to 105 mm from the left, and 45 to 90 mm from the top.</summary>
    [Fact]
    public async Task Address_StandsInTheWindow_AndTheLineOfReturnAboveIt_AlsoWhereItIsLong()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync("AT281904300234573019");
        await office.RemindAsync(new DunningLevel(7));
        foreach (var (name, address) in new[]
        {
            ("Anna Keller", Home),
            (string.Join(' ', Enumerable.Repeat("Verein der Freunde", 8)), new PostalAddress(
                new string('W', 100), string.Join(' ', Enumerable.Repeat("Hinterhaus", 9)), "1010", "Wien", "Niederösterreich", "AT")),
        })
        {
            var customer = await office.AddressedAsync(name, address, "de");
            await office.OweAsync(customer, $"INV-{name.Length}", 40_00, days: 10);
            await office.DunAsync(customer);
        }

        var (paper, _) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);

        using var pdf = PdfDocument.Open(paper!.Content.ToArray());
        foreach (var page in pdf.GetPages())
        {
            // Left of what stands beside, above the text, below the letterhead.
            var words = page.GetWords().Where(word => Left(word) < 120 && Top(page, word) is > 40 and < 95).ToList();
            Assert.All(words, word => Assert.InRange(Left(word), 24.9, 105));
            Assert.All(words, word => Assert.InRange(Right(word), 25, 105));
            Assert.All(words, word => Assert.InRange(Top(page, word), 45, 90));
            var small = words.Where(word => word.Letters[0].PointSize < 7 && Top(page, word) < 62.7).Select(word => word.Text);
            Assert.Contains("<Works>", small);
            var address = words.Where(word => Top(page, word) > 62.7).Select(word => word.Text).ToList();
            Assert.Contains(page.Number == 1 ? "Keller" : "Verein", address);
            // The place is never left out. The sender is in Austria too.
            Assert.Contains(page.Number == 1 ? "SWITZERLAND" : "Wien", address);
            Assert.DoesNotContain("AUSTRIA", address);
            Assert.InRange(Top(page, page.GetWords().First(word => word.Text == "Erinnerung")), 98.5, 105);
        }
    }

    [Fact]
    public async Task Customers_WithoutAnAddress_AreNamed_AndThoseWithNothingToPay_AreCounted()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.RemindAsync(new DunningLevel(7));
        var (reached, nowhere, paid, paused) = (
            await office.AddressedAsync("Anna Keller", Home, "de"), await office.CustomerAsync(name: "Paul Unbekannt"),
            await office.AddressedAsync("Petra Bezahlt", Home, "de"), await office.AddressedAsync("Uwe Pause", Home, "de"));
        var unnamed = await office.AddressedAsync(null, Home, "de");
        foreach (var customer in new[] { reached, nowhere, paid, paused, unnamed })
        {
            await office.OweAsync(customer, $"INV-{$"{customer.Value:N}"[^8..]}", 40_00, days: 10);
            await office.DunAsync(customer);
        }

        await office.PayAsync(paid, 40_00);
        await office.HoldAsync(paused);
        var (paper, run) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);

        Assert.Equal((1, 2), (run.Count, run.Outdated));
        Assert.Equal([nowhere, unnamed], run.WithoutAddress.Select(account => account.Id));
        using var pdf = PdfDocument.Open(paper!.Content.ToArray());
        Assert.Contains("Anna Keller", TextOf(pdf.GetPage(1)), StringComparison.Ordinal);
        Assert.Equal(1, pdf.NumberOfPages);
        var before = office.Reached() with { From = office.Day.AddDays(-5), To = office.Day.AddDays(-1) };
        Assert.Equal(0, (await letters.CountAsync(before, Cancel)).Count);
        Assert.Equal((null, LetterLack.NoAddress), await LackAsync(nowhere));
        Assert.Equal((null, LetterLack.NothingToSay), await LackAsync(paid));
        Assert.Equal((null, LetterLack.NothingToSay), await LackAsync(paused));

        async Task<(Paper?, LetterLack?)> LackAsync(AccountId account) =>
            await letters.OfAsync(await office.NamedAsync(account), PostOffice.Issuer, Cancel);
    }

    [Fact]
    public async Task RunForThoseWhomNoMailReached_LeavesOutWhoGotOne()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Reminder);
        await using var receiver = MailReceiver.Start();
        receiver.Judge = to => to.StartsWith("gone", StringComparison.Ordinal) ? SmtpServer.Protocol.SmtpResponse.MailboxUnavailable : null;
        var server = await office.ServerAsync(receiver);
        var letters = await office.LettersAsync();
        await office.RemindAsync(new DunningLevel(7), new DunningLevel(14));
        var (mailed, gone, none, waits) = (
            await office.AddressedAsync("Mia Mail", Home, "de", "mia@example.com"),
            await office.AddressedAsync("Gustav Gone", Home, "de", "gone@example.com"),
            await office.AddressedAsync("Nora None", Home, "de"),
            await office.AddressedAsync("Willi Waits", Home, "de", "willi@example.com"));
        await DunAsync(mailed, gone, none);
        await server.TurnAsync(Cancel);
        await DunAsync(waits);
        var unmailed = office.Reached() with { IsUnmailed = true };

        Assert.Equal(4, (await letters.CountAsync(office.Reached(), Cancel)).Count);
        var (paper, run) = await letters.RunAsync(unmailed, PostOffice.Issuer, Cancel);

        Assert.Equal("failed:address_refused 1, left_out:no_address 1, sent 1, waiting 1", await office.StandAsync());
        Assert.Equal(2, run.Count);
        using (var pdf = PdfDocument.Open(paper!.Content.ToArray()))
        {
            Assert.Contains("Gustav Gone", TextOf(pdf.GetPage(1)), StringComparison.Ordinal);
            Assert.Contains("Nora None", TextOf(pdf.GetPage(2)), StringComparison.Ordinal);
        }

        // Where the kind is switched off, no mail is asked for.
        await office.SwitchAsync(MailKind.Reminder, isOn: false);
        await DunAsync(await office.AddressedAsync("Otto Off", Home, "de", "otto@example.com"));
        Assert.Equal(3, (await letters.CountAsync(unmailed, Cancel)).Count);

        async Task DunAsync(params AccountId[] customers)
        {
            foreach (var customer in customers)
            {
                await office.OweAsync(customer, $"INV-{Business.NewId():N}"[^14..], 40_00, days: 10);
                await office.DunAsync(customer);
            }
        }
    }

    [Fact]
    public async Task Letter_AsksForTheFeesOfAllLevels_LessTheCredit_UntilTheNextLevelComes()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync("AT281904300234573019");
        await office.RemindAsync(new DunningLevel(7, 2_50), new DunningLevel(14, 5_00), new DunningLevel(24));
        var customer = await office.AddressedAsync("Anna Keller", Home, "de");
        await office.OweAsync(customer, "INV-7", 40_00, days: 14);
        await office.DunAsync(customer);
        office.Clock.Advance(TimeSpan.FromDays(7));
        await office.DunAsync(customer);
        await office.PayAsync(customer, 10_00);

        var (paper, _) = await letters.OfAsync(await office.NamedAsync(customer), PostOffice.Issuer, Cancel);

        using var pdf = PdfDocument.Open(paper!.Content.ToArray());
        var text = TextOf(pdf.GetPage(1));
        var number = (await office.NamedAsync(customer)).Account.Number;
        Assert.All(
            (string[])
            [
                "trotz einer früheren Erinnerung", $"Gebühr für eine frühere Erinnerung (D{number}-1-1)",
                $"Gebühr für diese Erinnerung (D{number}-1-2)", "Ihr Guthaben −10,00 €", "Summe 37,50 €",
                $"Bitte bezahlen Sie 37,50 € bis {office.Day.AddDays(9):dd.MM.yyyy}",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.StartsWith($"reminder-{number}-", paper.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_SaysTheTransfer_ByTheBills_OrByTheReferenceOfALinkForTheSame()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync("AT281904300234573019");
        await office.RemindAsync(new DunningLevel(7));
        var customer = await office.AddressedAsync("Anna Keller", Home, "de");
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.DunAsync(customer);
        // A link that ends before the last day to pay is dead when it is needed.
        await office.LinkAsync(customer, "INV-7", days: 3);

        var byBills = await PageAsync();
        var payload = "BCD\n002\n1\nSCT\n\nWorks\nAT281904300234573019\nEUR40.00\n\n\nINV-7";
        Assert.Equal([payload], ReadCodes.CodesOn(byBills));
        Assert.DoesNotContain("Online bezahlen", TextOf(byBills), StringComparison.Ordinal);

        var link = await office.LinkAsync(customer, "INV-7");
        var byLink = await PageAsync();
        var reference = TransferReference.Of(link).Creditor;
        var text = TextOf(byLink);
        Assert.Contains("Online bezahlen", text, StringComparison.Ordinal);
        Assert.Contains("https://pay.example/pay/", text, StringComparison.Ordinal);
        Assert.Contains($"Verwendungszweck {reference[..4]} {reference[4..8]}", text, StringComparison.Ordinal);
        var codes = ReadCodes.CodesOn(byLink);
        Assert.Equal(2, codes.Count);
        Assert.Contains($"BCD\n002\n1\nSCT\n\nWorks\nAT281904300234573019\nEUR40.00\n\n{reference}", codes);
        var address = Assert.Single(codes, code => code.StartsWith("https://pay.example/pay/", StringComparison.Ordinal));
        // The letter breaks it into lines.
        Assert.Contains($"Onlinebezahlen:{address}", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        async Task<Page> PageAsync()
        {
            var (paper, _) = await letters.OfAsync(await office.NamedAsync(customer), PostOffice.Issuer, Cancel);
            return PdfDocument.Open(paper!.Content.ToArray()).GetPage(1);
        }
    }

    [Fact]
    public async Task FortyBills_GoOnToASecondPage_AndTheNextLetterBeginsOnAThird()
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync("AT281904300234573019");
        await office.RemindAsync(new DunningLevel(7));
        var (many, one) = (await office.AddressedAsync("Anna Keller", Home, "de"), await office.AddressedAsync("Jonas Weber", Home, "it"));
        for (var nth = 1; nth <= 40; nth++)
            await office.OweAsync(many, $"INV-2026-{nth:0000}", 10_00, days: 50 - nth);
        await office.OweAsync(one, "INV-1", 10_00, days: 10);
        await office.DunAsync(many);
        await office.DunAsync(one);

        var (paper, _) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);

        using var pdf = PdfDocument.Open(paper!.Content.ToArray());
        Assert.Equal(3, pdf.NumberOfPages);
        Assert.Contains("Seite 1 von 2", TextOf(pdf.GetPage(1)), StringComparison.Ordinal);
        Assert.Contains("Summe 400,00 €", TextOf(pdf.GetPage(2)), StringComparison.Ordinal);
        Assert.Contains("Seite 2 von 2", TextOf(pdf.GetPage(2)), StringComparison.Ordinal);
        Assert.Contains("Pagina 1 di 1", TextOf(pdf.GetPage(3)), StringComparison.Ordinal);
        // The line of a transfer takes only so many names.
        Assert.Contains("Verwendungszweck INV-2026-0001 INV-2026-0002", TextOf(pdf.GetPage(2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CH9300762011623852957", true)]
    [InlineData("CH4431999123000889012", false)]
    public async Task SwissPayee_GetsAPaymentSlip_ButAQrIbanNoneWithoutAReference(string iban, bool hasSlip)
    {
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync(iban, "CH");
        await office.RemindAsync(new DunningLevel(7));
        var customer = await office.AddressedAsync("Anna Keller", Home, "de");
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.DunAsync(customer);

        var (paper, _) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);

        using var pdf = PdfDocument.Open(paper!.Content.ToArray());
        var text = TextOf(pdf.GetPage(1));
        Assert.Equal(1, pdf.NumberOfPages);
        Assert.Equal(hasSlip, text.Contains("Zahlteil", StringComparison.Ordinal));
        Assert.Equal(hasSlip, text.Contains("Zusätzliche Informationen", StringComparison.Ordinal));
        Assert.Contains("INV-7", text, StringComparison.Ordinal);
        var code = ReadCodes.CodesOn(pdf.GetPage(1)).SingleOrDefault()?.Split("\r\n");
        Assert.Equal(hasSlip ? ["SPC", iban, "40.00", "EUR", "NON", "INV-7"] : null, code is null
            ? null : (string[])[code[0], code[3], code[18], code[19], code[27], code[29]]);
        // A bank refuses a transfer to a QR-IBAN that has no reference.
        Assert.Equal(hasSlip, text.Contains("CH93", StringComparison.Ordinal) || text.Contains("CH44", StringComparison.Ordinal));
    }

    [Long]
    [Fact]
    public async Task ThousandsOfLetters_AreOneFile()
    {
        const int Customers = 2_000;
        await using var office = await PostOffice.OpenAsync(books);
        var letters = await office.LettersAsync();
        await office.NamePayeeAsync("AT281904300234573019");
        await office.RemindAsync(new DunningLevel(7, 2_50));
        await Parallel.ForEachAsync(Enumerable.Range(0, Customers), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (nth, _) =>
        {
            var customer = await office.AddressedAsync($"Anna Keller {nth}", Home, "de");
            await office.OweAsync(customer, $"INV-{nth}", 40_00, days: 10);
            await office.DunAsync(customer);
        });

        var (paper, run) = await letters.RunAsync(office.Reached(), PostOffice.Issuer, Cancel);

        Assert.Equal(Customers, run.Count);
        using var pdf = PdfDocument.Open(paper!.Content.ToArray());
        Assert.Equal(Customers, pdf.NumberOfPages);
    }

    private static double Left(Word word) => word.BoundingBox.Left / PointsOfMillimetre;

    private static double Right(Word word) => word.BoundingBox.Right / PointsOfMillimetre;

    /// <summary>How far the line on which a word stands is from the upper edge, millimetres.</summary>
    private static double Top(Page page, Word word) => (page.Height - word.Letters[0].StartBaseLine.Y) / PointsOfMillimetre;

    private static string TextOf(Page page) => string.Join(
        ' ', from line in page.GetWords().GroupBy(word => Math.Round(word.Letters[0].StartBaseLine.Y)).OrderByDescending(line => line.Key)
             from word in line.OrderBy(word => word.BoundingBox.Left)
             select word.Text).Replace('\u00a0', ' ').Replace('\u202f', ' ');
}
