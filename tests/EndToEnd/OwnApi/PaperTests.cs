using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.OwnApi;

/// <summary>Receipts and statements as PDF, read back.</summary>
public sealed class PaperTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipt_HasBothParties_WhatWasPaid_AndTheSameBytesAgain()
    {
        var biller = await Biller.OpenAsync(books);
        await NamePayeeAsync(biller, "AT281904300234573019", "Studio", "AT");
        var account = await OpenAsync(biller, "Ада Łukasiewicz Ελένη", "de-AT");
        var (first, second) = (await biller.OwingAsync(account, "1234.50"), await biller.OwingAsync(account, "0.05"));
        var payment = await biller.PostAsync(
            Biller.Payments, Biller.Cash(account, "1300", first, second), Biller.NewText());
        var path = $"{Biller.Payments}/{payment.Json["id"]}/receipt.pdf";

        var (file, headers) = await FileAsync(biller, path);
        var (again, _) = await FileAsync(biller, path);
        var text = TextOf(file);

        Assert.Equal("application/pdf", headers.ContentType!.MediaType);
        Assert.Equal($"receipt-{payment.Json["number"]}.pdf", headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal(file, again);
        Assert.All(
            (string[])
            [
                "Quittung", "Zahlungsempfänger", "Works ", "Ring 1", "1010 Wien", "AT", "Bezahlt von", "Ада Łukasiewicz Ελένη",
                "Gasse 1", "8001 Zürich",
                $"Nummer {payment.Json["number"]}", "Bezahlt mit Bar", "1.234,50 €", "0,05 €", "Als Guthaben behalten 65,45 €",
                "Erhalten 1.300,00 €", "Seite 1 von 1", "keine Rechnung",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("?", text, StringComparison.Ordinal);
        Assert.Contains("Receipt", TextOf((await FileAsync(biller, $"{path}?language=en")).File), StringComparison.Ordinal);
        // A part goes back: the receipt says so.
        var refunded = await biller.PostAsync(
            $"{Biller.Payments}/{payment.Json["id"]}/refund",
            new JsonObject { ["amount"] = Biller.Euro("5.45"), ["reason"] = "Too much" }, Biller.NewText());
        Assert.True(refunded.Status == HttpStatusCode.Created, refunded.Text);
        Assert.Contains("Zurückgezahlt 5,45 €", TextOf((await FileAsync(biller, path)).File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letter_ThatTheFontLacks_IsAQuestionMark_AndAmountsHaveTheDigitsOfTheirCurrency()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await OpenAsync(biller, "日本 שלום Ju\u0308rgen Vie\u0323\u0302t x\u0301 <b>&amp;", "en", "JPY");
        var payment = await biller.PostAsync(
            Biller.Payments, new JsonObject
            {
                ["account"] = account,
                ["amount"] = Biller.Euro("12000", "JPY"),
                ["method"] = "cash",
            }, Biller.NewText());
        Assert.True(payment.Status == HttpStatusCode.Created, payment.Text);

        var text = TextOf((await FileAsync(biller, $"{Biller.Payments}/{payment.Json["id"]}/receipt.pdf")).File);

        // A mark of its own is drawn with its letter, where there is such a letter.
        Assert.Contains("?? ???? Jürgen Việt x <b>&amp;", text, StringComparison.Ordinal);
        Assert.Contains("Received JPY 12,000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_OfNoMoney_IsRefused()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var promised = await biller.PostAsync(
            Biller.Payments, new JsonObject
            {
                ["account"] = account,
                ["amount"] = Biller.Euro("12"),
                ["method"] = "bank_account_transfer",
                ["status"] = "settling",
            }, Biller.NewText());
        var nothing = await biller.GetAsync($"{Biller.Payments}/{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}/receipt.pdf");

        Assert.Equal((404, "payment-unknown"), nothing.Problem);
        if (promised.Status == HttpStatusCode.Created)
        {
            Assert.Equal(
                409, (int)(await biller.GetAsync($"{Biller.Payments}/{promised.Json["id"]}/receipt.pdf")).Status);
        }
    }

    [Fact]
    public async Task Statement_AddsUp_AndListsWhatIsOpen()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await OpenAsync(biller, "Ada Nkemelu", "fr");
        var charges = new List<string>();
        for (var nth = 0; nth < 60; nth++)
            charges.Add(await biller.OwingAsync(account, "10"));
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "15", charges[0], charges[1]), Biller.NewText());
        var path = $"{Biller.Accounts}/{account}/statement.pdf";

        var (file, headers) = await FileAsync(biller, path);
        var (again, _) = await FileAsync(biller, path);
        var text = TextOf(file);

        Assert.Equal("application/pdf", headers.ContentType!.MediaType);
        Assert.Equal(file, again);
        Assert.All(
            (string[])
            [
                "Relevé de compte", "Solde initial 0,00 €", "Solde final 585,00 €", "Encore à payer le", "Total 585,00 €",
                "Ada Nkemelu",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        using (var pdf = PdfDocument.Open(file))
        {
            Assert.InRange(pdf.NumberOfPages, 3, 6);
            Assert.Contains($"Page 1 sur {pdf.NumberOfPages}", text, StringComparison.Ordinal);
            Assert.Contains($"Page {pdf.NumberOfPages} sur {pdf.NumberOfPages}", text, StringComparison.Ordinal);
        }

        var empty = TextOf((await FileAsync(biller, $"{path}?from=2020-01-01&to=2020-01-31&language=it")).File);
        Assert.Contains("Nessuna operazione", empty, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await biller.GetAsync($"{path}?from=2020-02-01&to=2020-01-31")).Status);
        Assert.Equal((404, "account-unknown"), (await biller.GetAsync($"{Biller.Accounts}/nowhere/statement.pdf")).Problem);
    }

    /// <summary>The places are those of the Swiss Style Guide for the QR-bill, in millimetres from the left and the lower edge.</summary>
    [Fact]
    public async Task QrBill_HasASlip_WhosePartsStandWhereTheStandardSays()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await OpenAsync(biller, "Ada Nkemelu", "fr-CH", "CHF");
        var charge = await biller.OwingAsync(account, "12345.60", "CHF");
        var path = $"{Biller.Links}/{await LinkAsync(biller, account, charge)}/qr-bill.pdf";
        Assert.Equal((409, "not-done"), (await biller.GetAsync(path)).Problem);
        await NamePayeeAsync(biller, "CH4431999123000889012", "Studio Süd AG", "CH");

        var (file, _) = await FileAsync(biller, path);
        var text = TextOf(file);

        Assert.Equal(file, (await FileAsync(biller, path)).File);
        Assert.All(
            (string[])
            [
                "QR-facture", "Section paiement", "Récépissé", "Point de dépôt", "CH44 3199 9123 0008 8901 2", "Ada Nkemelu",
                "8001 Zürich", "CHF 12 345.60", "A détacher avant le versement",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        using var pdf = PdfDocument.Open(file);
        var page = pdf.GetPage(1);
        Assert.Equal((1, 210, 297), (pdf.NumberOfPages, Millimetres(page.Width), Millimetres(page.Height)));
        Assert.All(
            ((string Word, double Left, double Base)[])
            [
                ("Récépissé", 5, 96.5), ("Section", 67, 96.5), ("Compte", 5, 90.5), ("Compte", 118, 96.9), ("Monnaie", 67, 33.9),
                ("Monnaie", 5, 34.5), ("Montant", 81, 33.9), ("Payable", 118, 62),
            ],
            place => Assert.Contains(page.GetWords(), word => word.Text == place.Word
                && Math.Abs(InMillimetres(word.Letters[0].StartBaseLine.X) - place.Left) < 0.6
                && Math.Abs(InMillimetres(word.Letters[0].StartBaseLine.Y) - place.Base) < 2.5));
        // What the link asks for is above the slip.
        Assert.All(
            page.GetWords().Where(word => word.Text == "Total"),
            word => Assert.InRange(InMillimetres(word.BoundingBox.Bottom), 106, 250));

        // Without a postcode of the customer the payer writes the name.
        await biller.PostAsync($"{Biller.Accounts}/{account}/contact", new JsonObject { ["language"] = "de" });
        Assert.Contains("Zahlbar durch (Name/Adresse)", TextOf((await FileAsync(biller, path)).File), StringComparison.Ordinal);
        var cash = Biller.Cash(account, "12345.60", charge);
        cash["amount"] = Biller.Euro("12345.60", "CHF");
        await biller.PostAsync(Biller.Payments, cash, Biller.NewText());
        Assert.Equal((409, "link-paid"), (await biller.GetAsync(path)).Problem);
    }

    [Fact]
    public async Task Viewer_OpensBothFromTheConsole()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await OpenAsync(biller, "Ada Nkemelu", "nl");
        var payment = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "15"), Biller.NewText());
        var id = (string)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["id"]!;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        var page = $"/console/payments/{payment.Json["number"]}";

        Assert.Contains($"{page}/receipt.pdf", await desk.PageAsync(page), StringComparison.Ordinal);
        Assert.Contains("statement.pdf", await desk.PageAsync($"/console/customers/{id}/statement"), StringComparison.Ordinal);
        var receipt = await desk.Client.GetByteArrayAsync(new Uri($"{page}/receipt.pdf", UriKind.Relative), Cancel);
        var statement = await desk.Client.GetByteArrayAsync(new Uri($"/console/customers/{id}/statement.pdf", UriKind.Relative), Cancel);
        Assert.Contains("Kwitantie", TextOf(receipt), StringComparison.Ordinal);
        Assert.Contains("Rekeningoverzicht", TextOf(statement), StringComparison.Ordinal);
        var nothing = await desk.Client.GetAsync(new Uri("/console/payments/999999999/receipt.pdf", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    private static int Millimetres(double points) => (int)Math.Round(InMillimetres(points));

    private static double InMillimetres(double points) => points * 25.4 / 72;

    private static async Task<string> LinkAsync(Biller biller, string account, string charge)
    {
        var link = await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(charge) }, Biller.NewText());
        Assert.True(link.Status == HttpStatusCode.Created, link.Text);
        return (string)link.Json["id"]!;
    }

    private static async Task NamePayeeAsync(Biller biller, string iban, string name, string country)
    {
        var payee = await biller.PostAsync("/api/v1/payee", new JsonObject
        {
            ["iban"] = iban,
            ["name"] = name,
            ["street"] = "Ring 1",
            ["postcode"] = "1010",
            ["town"] = "Wien",
            ["country"] = country,
            ["reason"] = "New",
        }, Biller.NewText());
        Assert.True(payee.Status == HttpStatusCode.OK, payee.Text);
    }

    private static async Task<string> OpenAsync(Biller biller, string name, string language, string currency = "EUR")
    {
        var opened = await biller.PostAsync(Biller.Accounts, new JsonObject
        {
            ["reference"] = $"C-{Biller.NewText()}",
            ["currency"] = currency,
            ["name"] = name,
            ["language"] = language,
            ["address"] = new JsonObject { ["line1"] = "Gasse 1", ["postal_code"] = "8001", ["city"] = "Zürich", ["country"] = "CH" },
        });
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        return (string)opened.Json["reference"]!;
    }

    private async Task<(byte[] File, HttpContentHeaders Headers)> FileAsync(Biller biller, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", biller.Secret);
        using var answer = await books.Client.SendAsync(request, Cancel);
        var file = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(file));
        return (file, answer.Content.Headers);
    }

    /// <summary>The words of all pages, in the order of their places: each line below the one before.</summary>
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
