using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.BackOffice.Access.Logos;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.OwnApi;

/// <summary>A merchant says who it is, and customers see it.</summary>
public sealed class ProfileTests(BooksFixture books)
{
    private const string Profile = "/api/v1/profile";
    private const string Logo = $"{Profile}/logo";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Says who the merchant is.</summary>
    internal static async Task IntroduceAsync(Biller biller, string colour = "#0b5cad")
    {
        var said = await biller.PostAsync(Profile, Said(colour), Biller.NewText());
        Assert.True(said.Status == HttpStatusCode.OK, said.Text);
    }

    /// <summary>Shows a logo.</summary>
    internal static async Task ShowAsync(Biller biller, byte[] picture)
    {
        var said = await biller.PostAsync(
            Logo, new JsonObject { ["file"] = Convert.ToBase64String(picture), ["reason"] = "New" }, Biller.NewText());
        Assert.True(said.Status == HttpStatusCode.OK, said.Text);
    }

    [Fact]
    public async Task Profile_IsShownOnThePage_AndOnTheReceipt()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        Assert.Equal("{}", (await biller.GetAsync(Profile)).Json.ToJsonString());
        await IntroduceAsync(biller);
        await ShowAsync(biller, Pictures.Png(texts: "Author\0Anna"));
        var (account, read) = (await biller.CustomerAsync(), await biller.GetAsync(Profile));
        var link = await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("5"), ["text"] = "A course" }, Biller.NewText());
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "7.00"), Biller.NewText());

        using var payer = new Payer(books, "de");
        var (_, html) = await payer.OpenAsync((string)link.Json["url"]!);
        var path = new Uri((string)link.Json["url"]!).AbsolutePath;
        SecretWatch.OfTheRun.Add([((string)link.Json["url"]!).Split('=')[^1]]);
        using var logo = await payer.GetAsync($"{path}/logo");

        Assert.Equal(("Studio & Söhne GmbH", "#0b5cad"), ((string)read.Json["legal_name"]!, (string)read.Json["colour"]!));
        Assert.All(
            (string[])
            [
                "Studio & Söhne GmbH, Ring 1, 1010 Wien, AT", "mailto:office@studio.example", "tel:+431234567", ">Impressum<",
                "https://studio.example/privacy", "--primary: #0b5cad",
            ],
            part => Assert.Contains(part, html, StringComparison.Ordinal));
        Assert.Equal(LogoReader.Read(Pictures.Png()).Logo!.Content.ToArray(), await logo.Content.ReadAsByteArrayAsync(Cancel));
        using var client = new HttpClient { BaseAddress = books.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", biller.Secret);
        using var receipt = PdfDocument.Open(
            await client.GetByteArrayAsync($"{Biller.Payments}/{paid.Json["id"]}/receipt.pdf", Cancel));
        var page = receipt.GetPage(1);
        Assert.Contains("office@studio.example", string.Join(' ', page.GetWords()), StringComparison.Ordinal);
        Assert.Equal(120, Assert.Single(page.GetImages()).WidthInSamples);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Svg_IsServedAsAPicture_ThatRunsAndLoadsNothing()
    {
        var biller = await Biller.OpenAsync(books);
        var said = await biller.PostAsync(
            Logo, new JsonObject
            {
                ["file"] = Convert.ToBase64String(Pictures.Svg("<script>alert(1)</script>", "onload='alert(2)'")),
                ["reason"] = "New",
            }, Biller.NewText());
        Assert.Contains("onload, script", (string)said.Json["said"]!, StringComparison.Ordinal);

        using var client = new HttpClient { BaseAddress = books.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", biller.Secret);
        using var logo = await client.GetAsync(Logo, Cancel);
        Assert.Equal("image/svg+xml", logo.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", logo.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", logo.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("alert", await logo.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        client.DefaultRequestHeaders.Add("If-None-Match", logo.Headers.ETag!.Tag);
        using var again = await client.GetAsync(Logo, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        var removed = await biller.PostAsync(Logo, new JsonObject { ["remove"] = true, ["reason"] = "Old" }, Biller.NewText());
        Assert.Equal("Customers see no logo.", (string)removed.Json["said"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await biller.GetAsync(Logo)).Status);
    }

    [Theory]
    [InlineData("imprint", "javascript:alert(1)")]
    [InlineData("privacy", "http://studio.example/")]
    [InlineData("terms", "https://anna:secret@studio.example/")]
    [InlineData("website", "studio.example")]
    [InlineData("colour", "red")]
    [InlineData("email", "anna@example.com, bert@example.com")]
    [InlineData("country", "Austria")]
    [InlineData("city", "")]
    public async Task Profile_ThatSaysNothingSensible_NamesTheField(string field, string value)
    {
        var biller = await Biller.OpenAsync(books);
        var asked = Said("#0b5cad");
        if (value.Length == 0)
            asked.Remove(field);
        else
            asked[field] = value;

        var refused = await biller.PostAsync(Profile, asked, Biller.NewText());

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"\"/{field}\"", refused.Text, StringComparison.Ordinal);
        Assert.Equal("{}", (await biller.GetAsync(Profile)).Json.ToJsonString());
    }

    [Theory]
    [InlineData("Anna's logo")]
    [InlineData("<html><body>x</body></html>")]
    public async Task FileThatIsNoPicture_IsRefused(string text)
    {
        var biller = await Biller.OpenAsync(books);
        var refused = await biller.PostAsync(
            Logo, new JsonObject { ["file"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), ["reason"] = "New" }, Biller.NewText());
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var large = await biller.PostAsync(
            Logo, new JsonObject { ["file"] = Convert.ToBase64String(new byte[20_000_000]), ["reason"] = "New" }, Biller.NewText());
        Assert.Equal(HttpStatusCode.BadRequest, large.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await biller.GetAsync(Logo)).Status);
    }

    [Fact]
    public async Task Colour_WithoutContrast_IsSaid()
    {
        var biller = await Biller.OpenAsync(books);
        var said = await biller.PostAsync(Profile, Said("#ffe600"), Biller.NewText());
        Assert.Contains("could not be read on white", (string)said.Json["said"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimeZone_OfTheMerchant_IsThatOfAllItsApis()
    {
        var biller = await Biller.OpenAsync(books);
        var (path, zone) = ("/api/v1/apis/time-zone", new JsonObject { ["time_zone"] = "Europe/Vienna", ["reason"] = "Moved" });
        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync(path, zone, Biller.NewText())).Status);
        Assert.Equal(
            0L, await books.ScalarAsync(
                "SELECT count(*) FROM installation WHERE merchant_id = $1 AND time_zone <> 'Europe/Vienna'", biller.Merchant.Value));
        zone["time_zone"] = "Mars/Olympus";
        var refused = await biller.PostAsync(path, zone, Biller.NewText());
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("/time_zone", refused.Text, StringComparison.Ordinal);
    }

    private static JsonObject Said(string colour) => new()
    {
        ["legal_name"] = "Studio & Söhne GmbH",
        ["line1"] = "Ring 1",
        ["postal_code"] = "1010",
        ["city"] = "Wien",
        ["country"] = "AT",
        ["email"] = "office@studio.example",
        ["phone"] = "+43 1 234567",
        ["website"] = "https://studio.example",
        ["imprint"] = "https://studio.example/imprint",
        ["privacy"] = "https://studio.example/privacy",
        ["terms"] = "https://studio.example/terms",
        ["colour"] = colour,
        ["reason"] = "New",
    };
}
