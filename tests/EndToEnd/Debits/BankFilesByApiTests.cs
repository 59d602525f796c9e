using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>Programs hand files of collections out, and hand mandates in; and operators hand mandates in by the console.</summary>
public sealed class BankFilesByApiTests(BooksFixture books)
{
    private const string HandOut = "/api/v1/collections/file";
    private const string Import = "/api/v1/mandates/import";
    private const string Amend = "/api/v1/mandates/amend";
    private const string Header = "account;iban;holder;mandate;signed_on";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_GetsTheFileOfACollection_AndTheSameAgainUnderItsKey_ButNoSecondByMistake()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("39.90");
        var number = (long)(await studio.CollectAsync("run"))["collection"]!["number"]!;
        var body = Of(number);
        Assert.Equal((409, "collection-not-released"), (await studio.Biller.PostAsync(HandOut, body)).Problem);
        Assert.Equal((404, "collection-unknown"), (await studio.Biller.PostAsync(HandOut, Of(number + 99))).Problem);
        await studio.CollectAsync("release", $"{number}");
        var key = Biller.NewText();

        var handedOut = await studio.Biller.PostAsync(HandOut, body, key);

        Assert.True(handedOut.Status == HttpStatusCode.OK, handedOut.Text);
        var file = XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String((string)handedOut.Json["file"]!)));
        Assert.Contains(file.Descendants(), one => one.Name.LocalName == "EndToEndId" && one.Value == studio.NameOf(member));
        Assert.Equal($"collection-{number}.xml", (string)handedOut.Json["name"]!);
        var repeated = await studio.Biller.PostAsync(HandOut, body, key);
        Assert.Equal((handedOut.Text, true), (repeated.Text, repeated.Replayed));
        Assert.Equal((409, "collection-handed-out"), (await studio.Biller.PostAsync(HandOut, body)).Problem);
        Assert.Equal(1, await TimesAsync(studio));
        var again = await studio.Biller.PostAsync(HandOut, Of(number, isAgain: true));
        Assert.Equal((string)handedOut.Json["file"]!, (string)again.Json["file"]!);
        Assert.Equal(2, await TimesAsync(studio));
        Assert.Equal(2L, await studio.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'collect.file' AND reason = 'the fees'",
            studio.Merchant.Value));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Program_ImportsMandates_AllOrNone_AndAmendsOne()
    {
        using var studio = await Studio.OpenAsync(books);
        var (ada, ben) = (await studio.Biller.CustomerAsync(), await studio.Biller.CustomerAsync());
        var rows = $"{Header}\n{ada};DE02120300000000202051;Ada;M-1;2026-01-05\n";

        var refused = await studio.Biller.PostAsync(
            Import, File($"{rows}nobody;AT611904300234573201;Eve;M-2;2026-01-05\n{ben};DE00;Ben;M-3;2026-01-05\n"));
        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.All(refused.Places, place => Assert.Equal("/file", place));
        Assert.Contains("no IBAN", refused.Text, StringComparison.Ordinal);
        Assert.Equal(["/file"], (await studio.Biller.PostAsync(Import, Given("file", "no Base64"))).Places);
        var ofNoApi = File(rows);
        ofNoApi["api"] = "nothing";
        Assert.Equal(["/api"], (await studio.Biller.PostAsync(Import, ofNoApi)).Places);
        Assert.Equal(0L, await MandatesAsync(studio));

        var imported = await studio.Biller.PostAsync(Import, File($"{rows}{ben};AT611904300234573201;Ben;M-2;2026-01-05\n"));
        Assert.True(imported.Status == HttpStatusCode.OK, imported.Text);
        Assert.Contains("New mandates: 2; there already: 0.", imported.Text, StringComparison.Ordinal);
        Assert.Contains(
            "New mandates: 0; there already: 1.", (await studio.Biller.PostAsync(Import, File(rows))).Text, StringComparison.Ordinal);

        var unknown = await studio.Biller.PostAsync(Amend, Given("mandate", "M-9", ("reference", "M-4")));
        Assert.Equal((404, "mandate-unknown"), unknown.Problem);
        Assert.Equal(["/reference"], (await studio.Biller.PostAsync(Amend, Given("mandate", "M-1", ("reference", "M-2")))).Places);
        Assert.Equal(["/former_creditor"], (await studio.Biller.PostAsync(
            Amend, Given("mandate", "M-1", ("former_creditor", "AT62ZZZ01234567890")))).Places);
        var amended = await studio.Biller.PostAsync(Amend, Given("mandate", "M-1", ("reference", "M-3")));
        Assert.True(amended.Status == HttpStatusCode.OK, amended.Text);
        Assert.Equal(1L, await studio.ScalarAsync(
            "SELECT count(*) FROM mandate WHERE merchant_id = $1 AND reference = 'M-3'", studio.Merchant.Value));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task Operator_TakesMandatesFromAFile_AndAmendsOneOnItsPage()
    {
        using var studio = await Studio.OpenAsync(books);
        var ada = await studio.Biller.CustomerAsync();
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        var wrong = await UploadAsync(desk, $"{Header}\nnobody;DE02120300000000202051;Ada;M-1;2026-01-05\n");
        Assert.Contains("there is no customer nobody", wrong, StringComparison.Ordinal);
        Assert.Equal(0L, await MandatesAsync(studio));

        var taken = await UploadAsync(desk, $"{Header}\n{ada};DE02120300000000202051;Ada;M-1;2026-01-05\n");

        Assert.Contains("New mandates: 1; there already: 0.", taken, StringComparison.Ordinal);
        var place = $"/console/instruments/{await studio.ScalarAsync(
            "SELECT instrument_id FROM mandate WHERE merchant_id = $1", studio.Merchant.Value)}/amend";
        var form = await SeenForm.OpenAsync(desk, place);
        Assert.Contains(
            "Name a new reference", (await form.SendAsync(("Reason", "a typing error"))).Page, StringComparison.Ordinal);
        var amended = await form.SendAsync(("reference", "M-2"), ("Reason", "a typing error"));
        Assert.EndsWith("?done=mandate-amended", amended.To?.OriginalString, StringComparison.Ordinal);
        Assert.Equal("M-2", await studio.ScalarAsync("SELECT reference FROM mandate WHERE merchant_id = $1", studio.Merchant.Value));
        await studio.AssertCleanAsync();
    }

    private static JsonObject Of(long number, bool isAgain = false) =>
        new() { ["collection"] = number, ["again"] = isAgain, ["reason"] = "the fees" };

    private static JsonObject Given(string name, string value, params (string Name, string Value)[] more)
    {
        var body = new JsonObject { [name] = value, ["reason"] = "as agreed" };
        foreach (var (other, text) in more)
            body[other] = text;
        return body;
    }

    private static JsonObject File(string text) => Given("file", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    private static async Task<int> TimesAsync(Studio studio) => Convert.ToInt32(
        await studio.ScalarAsync("SELECT handed_out FROM collection WHERE merchant_id = $1", studio.Merchant.Value),
        System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<long> MandatesAsync(Studio studio) =>
        (long)(await studio.ScalarAsync("SELECT count(*) FROM mandate WHERE merchant_id = $1", studio.Merchant.Value))!;

    private static async Task<string> UploadAsync(TestDesk desk, string file)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent("action"), "_handler" },
            { new StringContent("as agreed"), "Reason" },
            { new StringContent("quittance"), "Api" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "File", "mandates.csv" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/settlements/collections/mandates") { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await desk.Client.SendAsync(request, Cancel);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
    }
}
