using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.Debits;

/// <summary>A mandate on paper: its form is printed, the customer signs it, and a person records it.</summary>
public sealed class PaperMandateTests(BooksFixture books)
{
    private const string Mandates = "/api/v1/mandates";
    private const string AnIban = "DE02120300000000202051";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Form_HasTheCreditor_TheWords_AndWhatIsKnownOfThePayer_ButNoNumber()
    {
        using var studio = await Studio.OpenAsync(books);
        var (reference, number) = await CustomerAsync(studio, "de");
        await RecordAsync(studio.Biller, reference);
        var path = $"{Biller.Accounts}/{reference}/mandate-form.pdf";

        var file = await FileAsync(studio.Biller, path);
        var text = TextOf(file);

        Assert.Equal(file, await FileAsync(studio.Biller, path));
        Assert.All(
            (string[])
            [
                "SEPA-Lastschriftmandat", "Studio Süd", Studio.Creditor, $"Mandatsreferenz M-{number}-2",
                "Ich ermächtige (wir ermächtigen) Studio Süd, Zahlungen", "innerhalb von acht Wochen", "Wiederkehrende Zahlung",
                "Einmalige Zahlung", "Ада Łukasiewicz Ελένη", "Gasse 1", "8001 Zürich", "IBAN", "BIC", "Ort", "Datum", "Unterschrift",
                $"Kundennummer {number}",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("2020", text, StringComparison.Ordinal);
        Assert.DoesNotContain("?", text, StringComparison.Ordinal);
        using (var pdf = PdfDocument.Open(file))
            Assert.Equal(1, pdf.NumberOfPages);

        var business = TextOf(await FileAsync(studio.Biller, $"{path}?scheme=b2b&language=en&sequence=one_off&reference=by_hand"));
        Assert.Contains("Business-to-Business", business, StringComparison.Ordinal);
        Assert.Contains("You are not entitled to a refund", business, StringComparison.Ordinal);
        Assert.Contains("(completed by the creditor)", business, StringComparison.Ordinal);
        Assert.Contains("Mandate reference GIVEN-1", TextOf(await FileAsync(studio.Biller, $"{path}?reference=GIVEN-1&language=en")),
            StringComparison.Ordinal);
        Assert.Equal((400, "invalid-request"), (await studio.Biller.GetAsync($"{path}?reference=Grün")).Problem);
    }

    [Theory]
    [InlineData("en", "SEPA Direct Debit Mandate")]
    [InlineData("de", "SEPA-Lastschriftmandat")]
    [InlineData("es", "Orden de domiciliación de adeudo directo SEPA")]
    [InlineData("fr", "Mandat de prélèvement SEPA")]
    [InlineData("it", "Mandato per addebito diretto SEPA")]
    [InlineData("nl", "Machtiging SEPA-incasso")]
    public async Task Form_IsOnOnePage_InEachLanguage_OfEitherScheme(string language, string title)
    {
        using var studio = await Studio.OpenAsync(books);
        var (reference, _) = await CustomerAsync(studio, language);
        foreach (var scheme in (string[])["core", "b2b"])
        {
            var file = await FileAsync(studio.Biller, $"{Biller.Accounts}/{reference}/mandate-form.pdf?scheme={scheme}");
            using var pdf = PdfDocument.Open(file);
            Assert.Equal(1, pdf.NumberOfPages);
            if (scheme == "core")
                Assert.Contains(title, TextOf(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Merchant_WithoutABankAccount_HasNoForm_AndTakesNoMandate()
    {
        var biller = await Biller.OpenAsync(books);
        var reference = await biller.CustomerAsync();

        Assert.Equal((409, "not-done"), (await biller.GetAsync($"{Biller.Accounts}/{reference}/mandate-form.pdf")).Problem);
        var refused = await biller.PostAsync(Mandates, Asked(reference));
        Assert.Equal((409, "not-done"), refused.Problem);
        using var swiss = await Studio.OpenSwissAsync(books);
        var customer = await swiss.Biller.CustomerAsync("CHF");
        Assert.Equal((409, "not-done"), (await swiss.Biller.GetAsync($"{Biller.Accounts}/{customer}/mandate-form.pdf")).Problem);
        Assert.Equal((409, "not-done"), (await swiss.Biller.PostAsync(Mandates, Asked(customer))).Problem);
    }

    [Fact]
    public async Task SignedMandate_IsAPaymentMethodOfItsCustomer_ByEachFace_AndIsDebited()
    {
        using var studio = await Studio.OpenAsync(books);
        List<string> customers = [];
        foreach (var face in (string[])["api", "console", "command"])
        {
            var (reference, number) = await CustomerAsync(studio, "de");
            customers.Add(reference);
            switch (face)
            {
                case "api":
                    var key = Biller.NewText();
                    var done = await studio.Biller.PostAsync(Mandates, Asked(reference), key);
                    Assert.Equal($"Mandate M-{number}-1 of customer {number} is recorded.", (string?)done.Json["said"]);
                    var again = await studio.Biller.PostAsync(Mandates, Asked(reference), key);
                    Assert.Equal(done.Text, again.Text);
                    break;
                case "console":
                    using (var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant))
                    {
                        var id = (string)(await studio.Biller.GetAsync($"{Biller.Accounts}/{reference}")).Json["id"]!;
                        var page = $"/console/customers/{id}";
                        Assert.Contains($"{page}/mandate.pdf", await desk.PageAsync(page), StringComparison.Ordinal);
                        var blank = new Uri($"{page}/mandate.pdf?mandate=", UriKind.Relative);
                        var printed = await desk.Client.GetByteArrayAsync(blank, Cancel);
                        Assert.Contains("wird vom Gläubiger ausgefüllt", TextOf(printed), StringComparison.Ordinal);
                        var form = await SeenForm.OpenAsync(desk, $"{page}/mandate");
                        (string, string)[] said =
                            [("iban", "DE02 1203 0000 0000 2020 51"), ("signed_on", $"{Today:O}"), ("Reason", "came by post")];
                        Assert.NotNull((await form.SendAsync(said)).To);
                        Assert.NotNull((await form.SendAsync(said)).To);
                        Assert.Contains("on paper", await desk.PageAsync(page), StringComparison.Ordinal);
                    }

                    break;
                case "command":
                    var (exitCode, output, error) = await studio.RunAsync(
                        "mandate", "record", "--account", $"{number}", "--iban", AnIban, "--signed-on", $"{Today:O}", "--reason",
                        "came by post");
                    Assert.True(exitCode == 0, $"{output}{error}");
                    break;
            }

            var instrument = (await studio.Biller.GetAsync($"{Biller.Instruments}?account={reference}")).Json["items"]!.AsArray();
            Assert.Equal("DE ···· 2051", (string)Assert.Single(instrument)!["name"]!);
            await studio.Biller.OwingAsync(reference, "25");
        }

        Assert.Equal(3L, await books.ScalarAsync(
            "SELECT count(*) FROM mandate WHERE merchant_id = $1 AND source = 'paper' AND status = 'active'", studio.Merchant.Value));
        Assert.Equal(3L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'mandate.record'", studio.Merchant.Value));
        var dues = await studio.Biller.PostAsync("/api/v1/dues", new JsonObject { ["until"] = "2026-12-31", ["method"] = "debit" });
        Assert.Equal((HttpStatusCode.Created, 3), (dues.Status, (int)dues.Json["planned"]!));
        await books.AssertBooksAreCleanAsync(studio.Merchant);
    }

    [Fact]
    public async Task WrongPaper_IsRefused_AndSaysWhy()
    {
        using var studio = await Studio.OpenAsync(books);
        var ((reference, number), (other, _)) = (await CustomerAsync(studio, "de"), await CustomerAsync(studio, "de"));
        foreach (var (field, value, place, says) in new (string, JsonNode, string, string)[]
        {
            ("iban", "DE02120300000000202052", "/iban", "check digits do not fit"),
            ("iban", "BR1500000000000010932840814P2", "/iban", "outside SEPA"),
            ("iban", "GB82WEST12345698765432", "/iban", "needs the debtor's address"),
            ("signed_on", $"{Today.AddDays(1):O}", "/signed_on", "a day in the future"),
            ("signed_on", "2020-01-01", "/signed_on", "not used for 36 months"),
            ("reference", "Grün 1", "/reference", "without accents"),
            ("bic", "NOBANK", "/bic", "8 or 11"),
            ("holder", new string('x', 71), "/holder", ""),
        })
        {
            var asked = Asked(reference);
            asked[field] = value;
            var refused = await studio.Biller.PostAsync(Mandates, asked);
            Assert.Equal((field, 400), (field, refused.Problem.Status));
            Assert.Equal([place], refused.Places);
            Assert.Contains(says, refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal((404, "account-unknown"), (await studio.Biller.PostAsync(Mandates, Asked("nobody"))).Problem);
        await RecordAsync(studio.Biller, reference, "R-1");
        var taken = Asked(other);
        taken["reference"] = "R-1";
        Assert.Contains("is another mandate", (await studio.Biller.PostAsync(Mandates, taken)).Text, StringComparison.Ordinal);
        // The same paper twice is one mandate, also where its reference is not said.
        await RecordAsync(studio.Biller, reference, "R-1");
        await RecordAsync(studio.Biller, reference);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM mandate WHERE merchant_id = $1", studio.Merchant.Value));

        // A mandate that has ended does not come back with its paper.
        var id = (Guid)(await books.ScalarAsync(
            "SELECT instrument_id FROM mandate WHERE merchant_id = $1 AND reference = 'R-1'", studio.Merchant.Value))!;
        await studio.Biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{id:D}");
        var again = Asked(reference);
        again["reference"] = "R-1";
        Assert.Contains("R-1 has ended", (await studio.Biller.PostAsync(Mandates, again)).Text, StringComparison.Ordinal);
        await studio.Biller.PostAsync($"{Biller.Accounts}/{other}/close", new JsonObject { ["reason"] = "gone" });
        Assert.Contains("is closed", (await studio.Biller.PostAsync(Mandates, Asked(other))).Text, StringComparison.Ordinal);
        var dollars = await studio.Biller.CustomerAsync("USD");
        Assert.Contains("in USD", (await studio.Biller.PostAsync(Mandates, Asked(dollars))).Text, StringComparison.Ordinal);
        Assert.NotEqual(0, number);
    }

    private static JsonObject Asked(string account) => new()
    {
        ["account"] = account,
        ["iban"] = AnIban,
        ["signed_on"] = $"{Today:O}",
        ["reason"] = "came by post",
    };

    private static async Task RecordAsync(Biller biller, string account, string? reference = null)
    {
        var asked = Asked(account);
        if (reference is not null)
            asked["reference"] = reference;
        var recorded = await biller.PostAsync(Mandates, asked);
        Assert.True(recorded.Status == HttpStatusCode.OK, recorded.Text);
    }

    private static async Task<(string Reference, long Number)> CustomerAsync(Studio studio, string language)
    {
        var opened = await studio.Biller.PostAsync(Biller.Accounts, new JsonObject
        {
            ["reference"] = $"C-{Biller.NewText()}",
            ["currency"] = "EUR",
            ["name"] = "Ада Łukasiewicz Ελένη",
            ["language"] = language,
            ["address"] = new JsonObject { ["line1"] = "Gasse 1", ["postal_code"] = "8001", ["city"] = "Zürich", ["country"] = "CH" },
        });
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        return ((string)opened.Json["reference"]!, (long)opened.Json["number"]!);
    }

    private async Task<byte[]> FileAsync(Biller biller, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", biller.Secret);
        using var answer = await books.Client.SendAsync(request, Cancel);
        var file = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(file));
        return file;
    }

    private static string TextOf(byte[] file)
    {
        using var pdf = PdfDocument.Open(file);
        return string.Join(
            ' ', from page in pdf.GetPages()
                 from line in page.GetWords().GroupBy(word => Math.Round(word.Letters[0].StartBaseLine.Y))
                     .OrderByDescending(line => line.Key)
                 from word in line.OrderBy(word => word.BoundingBox.Left)
                 select word.Text).Replace('\u00a0', ' ');
    }
}
