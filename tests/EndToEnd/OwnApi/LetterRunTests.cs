using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.OwnApi;

/// <summary>A run of letters by each face: a file to print, and the names of those whom none would reach.</summary>
public sealed class LetterRunTests(BooksFixture books, Browser browser)
{
    private const string Letters = "/api/v1/dunning/letters";
    private const string Page = "/console/access/dunning/letters";
    private const string Unread = "山田 花子";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Program_GetsTheFile_WithCountsInItsHeaders_AndNamesWhoHasNoAddress()
    {
        var biller = await Biller.OpenAsync(books);
        var (reached, nowhere, unread) = await DunnedAsync(biller);

        var (status, file, headers) = await FileAsync(biller, $"{Letters}.pdf");
        var counted = (await biller.GetAsync(Letters)).Json;

        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (status, headers.ContentType));
        Assert.Equal(("1", "1", "1", "0"), (headers.Letters, headers.WithoutAddress, headers.Unprintable, headers.Outdated));
        using (var pdf = PdfDocument.Open(file))
        {
            Assert.Equal(1, pdf.NumberOfPages);
            Assert.Contains("Grüner", pdf.GetPage(1).GetWords().Select(word => word.Text));
        }

        Assert.Equal(
            (1, 1, 1, 0),
            ((int)counted["letters"]!, (int)counted["without_address"]!, (int)counted["unprintable"]!, (int)counted["outdated"]!));
        Assert.Equal("Paul Nowhere", (string)Assert.Single(counted["customers_without_address"]!.AsArray())!["name"]!);
        Assert.Equal(Unread, (string)Assert.Single(counted["customers_unprintable"]!.AsArray())!["name"]!);

        Assert.Equal((409, "not-done"), (await biller.GetAsync($"{Letters}.pdf?from=2020-01-01&to=2020-01-31")).Problem);
        Assert.Equal((400, "invalid-request"), (await biller.GetAsync($"{Letters}?from=2020-02-01&to=2020-01-31")).Problem);
        Assert.Equal((400, "invalid-request"), (await biller.GetAsync($"{Letters}.pdf?unmailed=maybe")).Problem);
        Assert.Equal(1, (int)(await biller.GetAsync($"{Letters}?from={Today.AddDays(-3):O}&unmailed=true")).Json["letters"]!);
        Assert.Equal(HttpStatusCode.OK, (await FileAsync(biller, $"{Biller.Accounts}/{reached}/letter.pdf")).Status);
        Assert.Equal((409, "not-done"), (await biller.GetAsync($"{Biller.Accounts}/{nowhere}/letter.pdf")).Problem);
        var lossy = await biller.GetAsync($"{Biller.Accounts}/{unread}/letter.pdf");
        Assert.Equal((409, "not-done"), lossy.Problem);
        Assert.Contains("question marks", lossy.Text, StringComparison.Ordinal);
        Assert.Equal((404, "account-unknown"), (await biller.GetAsync($"{Biller.Accounts}/nobody/letter.pdf")).Problem);
        // A letter has the address of a payment link, which a program that only reads is not told.
        var reader = await Biller.OpenAsync(books, biller.Merchant, "read");
        Assert.Equal((403, "forbidden"), (await reader.GetAsync($"{Letters}.pdf")).Problem);
    }

    [Fact]
    public async Task Operator_PrintsThem_SeesWhoHasNoAddress_AndPrintsThatOfOneCustomer()
    {
        var biller = await Biller.OpenAsync(books);
        var (reached, nowhere, unread) = await DunnedAsync(biller);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);

        Assert.Contains($"href=\"{Page}\"", await desk.PageAsync("/console/access/dunning"), StringComparison.Ordinal);
        var page = await desk.PageAsync(Page);
        Assert.Contains("Print 1 letter", page, StringComparison.Ordinal);
        Assert.Contains("Without a postal address: 1", page, StringComparison.Ordinal);
        Assert.Contains("Paul Nowhere", page, StringComparison.Ordinal);
        Assert.Contains("In a script that papers lack: 1", page, StringComparison.Ordinal);
        Assert.Contains(Unread, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        var printed = await desk.Client.GetByteArrayAsync(
            new Uri($"{Page}.pdf?from={Today:O}&to={Today:O}", UriKind.Relative), Cancel);
        Assert.Equal(printed, (await FileAsync(biller, $"{Letters}.pdf")).File);
        Assert.Contains("No letter to print", await desk.PageAsync($"{Page}?from=2020-01-01&to=2020-01-02"), StringComparison.Ordinal);
        Assert.Contains("The first day is after", await desk.PageAsync($"{Page}?from=2020-02-01&to=2020-01-02"), StringComparison.Ordinal);
        // Where there is no file, the page says why.
        using (var none = await desk.Client.GetAsync(new Uri($"{Page}.pdf?from=x", UriKind.Relative), Cancel))
            Assert.Equal($"{Page}?from=x", none.Headers.Location!.OriginalString);
        Assert.Contains("Reminder as a letter", await desk.PageAsync(await PageOfAsync(biller, reached)), StringComparison.Ordinal);
        var unreached = await PageOfAsync(biller, nowhere);
        Assert.Contains("A letter needs a name and a", await desk.PageAsync(unreached), StringComparison.Ordinal);
        using (var missing = await desk.Client.GetAsync(new Uri($"{unreached}/letter.pdf", UriKind.Relative), Cancel))
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains(
            "in Latin, Greek or Cyrillic letters", await desk.PageAsync(await PageOfAsync(biller, unread)), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Page, "letters");
    }

    [Fact]
    public async Task Command_WritesAFile_AndListsWhoHasNoAddress()
    {
        var biller = await Biller.OpenAsync(books);
        var (reached, _, unread) = await DunnedAsync(biller);
        var folder = Directory.CreateTempSubdirectory("quittance-letters-");
        try
        {
            var path = Path.Combine(folder.FullName, "letters.pdf");
            var (exitCode, output, error) = await RunAsync(biller, "--to", path);
            Assert.True(exitCode == 0, error);
            Assert.Contains("Letters: 1", output, StringComparison.Ordinal);
            Assert.Contains("Paul Nowhere", output, StringComparison.Ordinal);
            Assert.Contains(Unread, output, StringComparison.Ordinal);
            using (var pdf = PdfDocument.Open(await File.ReadAllBytesAsync(path, Cancel)))
                Assert.Equal(1, pdf.NumberOfPages);
            Assert.Contains("is there already", (await RunAsync(biller, "--to", path)).Error, StringComparison.Ordinal);
            var one = Path.Combine(folder.FullName, "one.pdf");
            var alone = await RunAsync(biller, "--to", one, "--customer", reached, "--server", "https://pay.example");
            Assert.True(alone.ExitCode == 0, alone.Error);
            Assert.True(File.Exists(one));
            var none = Path.Combine(folder.FullName, "none.pdf");
            Assert.Contains("question marks", (await RunAsync(biller, "--to", none, "--customer", unread)).Error, StringComparison.Ordinal);
            var empty = await RunAsync(biller, "--to", none, "--since", "2020-01-01", "--until", "2020-01-31");
            Assert.Equal((0, false), (empty.ExitCode, File.Exists(none)));
            Assert.Contains("There is no letter to write", empty.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(Biller biller, params string[] options) => RunningProgram.RunAsync(
        ["dunning", "letters", .. options, "--merchant", $"{biller.Merchant.Value}", "--database", books.ConnectionString]);

    /// <summary>
    /// Customers who reached the first level today, of whom one has no postal address, and one a name in a script that papers lack.
    /// </summary>
    private static async Task<(string Reached, string Nowhere, string Unread)> DunnedAsync(Biller biller)
    {
        var set = await biller.PostAsync("/api/v1/dunning", new JsonObject
        {
            ["currency"] = "EUR",
            ["levels"] = JsonNode.Parse("""[{"after_days":7,"fee":"2.50"},{"after_days":14}]"""),
            ["reason"] = "Agreed",
        });
        Assert.True(set.Status == HttpStatusCode.OK, set.Text);
        var address = new JsonObject { ["line1"] = "Gasse 1", ["postal_code"] = "1010", ["city"] = "Wien", ["country"] = "AT" };
        // An ü of two characters, as some programs write it.
        var (reached, nowhere, unread) = (
            await OpenAsync(biller, "Ju\u0308rgen Gru\u0308ner", address), await OpenAsync(biller, "Paul Nowhere", address: null),
            await OpenAsync(biller, Unread, (JsonObject)address.DeepClone()));
        foreach (var account in (string[])[reached, nowhere, unread])
        {
            var charge = Biller.Charge(account, "40");
            charge["due"] = $"{Today.AddDays(-10):O}";
            Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Charges, charge)).Status);
        }

        var run = await biller.PostAsync("/api/v1/dunning/run", new JsonObject { ["reason"] = "today" });
        Assert.True(run.Status == HttpStatusCode.OK, run.Text);
        return (reached, nowhere, unread);
    }

    private static async Task<string> OpenAsync(Biller biller, string name, JsonObject? address)
    {
        var opened = await biller.PostAsync(Biller.Accounts, new JsonObject
        {
            ["reference"] = $"C-{Biller.NewText()}",
            ["currency"] = "EUR",
            ["name"] = name,
            ["language"] = "de",
            ["address"] = address,
        });
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        return (string)opened.Json["reference"]!;
    }

    private static async Task<string> PageOfAsync(Biller biller, string account) =>
        $"/console/customers/{(string)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["id"]!}";

    private async Task<(HttpStatusCode Status, byte[] File, Said Headers)> FileAsync(Biller biller, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", biller.Secret);
        using var answer = await books.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Cancel), new Said(
            answer.Content.Headers.ContentType?.MediaType, Of("Quittance-Letters"), Of("Quittance-Letters-Without-Address"),
            Of("Quittance-Letters-Unprintable"), Of("Quittance-Letters-Outdated")));

        string? Of(string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
    }

    private sealed record Said(string? ContentType, string? Letters, string? WithoutAddress, string? Unprintable, string? Outdated);
}
