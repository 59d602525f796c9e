using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>Customers' contacts come by a CSV file, as a bookkeeper's spreadsheet writes it: all of them or none, however often.</summary>
public sealed class ContactImportTests(BooksFixture books) : IDisposable
{
    private const string Import = "/api/v1/contacts/import";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-contacts-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task FileOfASpreadsheet_FillsContacts_KeepsWhatItLeavesEmpty_AndChangesNothingAgain()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, ben, zoe) = (await biller.CustomerAsync(), await biller.CustomerAsync(), await biller.CustomerAsync());
        await biller.PostAsync($"{Biller.Accounts}/{ada}/contact", new JsonObject
        {
            ["email"] = "ada@old.example",
            ["phone"] = "030 1234567",
            ["address"] = new JsonObject { ["line1"] = "Gasse 1", ["line2"] = "3. Stock", ["city"] = "Bern", ["country"] = "CH" },
        });
        // By their name, number and id; with the mark of UTF-8, as Excel writes it.
        var file = "\ufeffKunde;Name;E-Mail;email;phone;line1;postal_code;city;country;language\r\n"
            + $"{ada};Ada;;ada@Büro.example;;\"Ring 2; Hof\";01067;Dresden;de;DE\r\n"
            + $"{(await ShownAsync(biller, ben))["number"]};Ben;;;'+49 30 7654321;;;;;\r\n"
            + $"{(await ShownAsync(biller, zoe))["id"]};Zoe;;;;;;;;fr\r\n;;;;;;;;;\r\n";

        var first = await HandInAsync(biller, file);
        var again = await HandInAsync(biller, file);

        Assert.True((int)first.Status == 200, first.Text);
        Assert.Equal(
            "Contacts changed: 3; so already: 0. line 1, E-Mail: the column is not read.", (string)first.Json["said"]!);
        Assert.StartsWith("Contacts changed: 0; so already: 3.", (string)again.Json["said"]!, StringComparison.Ordinal);
        var shown = await ShownAsync(biller, ada);
        Assert.Equal(
            ("ada@büro.example", "030 1234567", "de"), ((string)shown["email"]!, (string)shown["phone"]!, (string)shown["language"]!));
        Assert.Equal(
            "Ring 2; Hof, 01067, Dresden, DE", string.Join(", ", shown["address"]!.AsObject().Select(line => (string)line.Value!)));
        Assert.Equal("+49 30 7654321", (string)(await ShownAsync(biller, ben))["phone"]!);
        Assert.Equal("fr", (string)(await ShownAsync(biller, zoe))["language"]!);
        Assert.Equal(4L, await books.ScalarAsync(
            "SELECT count(*) FROM event WHERE merchant_id = $1 AND type = 'account.contact_changed'", biller.Merchant.Value));
        // The audit log has who and why, and nothing of the people.
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action o WHERE merchant_id = $1 AND o::text ~ 'example|Ring|Dresden|7654'",
            biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task BadRows_AreNamedByLineAndColumn_WithoutWhatTheySay_AndNothingOfTheFileIsTaken()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, ben) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var file = "account,email,phone,line1,city,country,language\n"
            + $"{ada},ada@example.com,,,,,\n"
            + $"{ben},\"ben@secret.example, uwe@secret.example\",,,,,\n"
            + $"{ben},,4242424242424242,,,,\n"
            + $"{ben},,,Geheimweg 1,,,\n"
            + $"{ben},,,,Bern,Schweiz,\n"
            + $"{ben},,,,,,german\n"
            + "nobody,zoe@secret.example,,,,,\n"
            + $"{ada},two@secret.example,,,,,\n"
            + ",who@secret.example,,,,,\n"
            + $"{ben},few@secret.example\n";

        var refused = await HandInAsync(biller, file);

        Assert.Equal(400, (int)refused.Status);
        Assert.All(
            (string[])[
                "line 3, email: it must be one e-mail address", "line 4, phone: it must be a telephone number",
                "line 5, city: it must be the city", "line 6, country: it must be the country", "line 7, language: it must be a language",
                "line 10, account: a customer is named by", "line 11: it has 2 fields",
            ],
            fault => Assert.Contains(fault, refused.Text, StringComparison.Ordinal));
        Assert.All(
            (string[])["secret", "Geheimweg", "4242", "Schweiz", "german"],
            said => Assert.DoesNotContain(said, refused.Text, StringComparison.Ordinal));

        // What only the books tell is told where the file itself is good.
        refused = await HandInAsync(biller, $"account;email\n{ada};a@example.com\nnobody;z@example.com\n{ada};b@example.com\n");
        Assert.Contains("line 3, account: there is no customer nobody", refused.Text, StringComparison.Ordinal);
        Assert.Contains("line 4, account: line 2 has this customer too", refused.Text, StringComparison.Ordinal);
        foreach (var (text, why) in new[]
        {
            ("account;name\n1;x\n", "there is no column of a contact"),
            ("email;phone\na@example.com;1\n", "no header line with a column account"),
            ("account;email;email\n", "two columns are called so"), ("account;email\n", "The file has no contact in it"),
        })
        {
            Assert.Contains(why, (await HandInAsync(biller, text)).Text, StringComparison.Ordinal);
        }

        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM account_contact WHERE merchant_id = $1", biller.Merchant.Value));
    }

    [Fact]
    public async Task Export_IsReadBack_ByTheCommandAndInTheConsole()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, ben) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        JsonObject Said() => new()
        {
            ["email"] = "ada@example.com",
            ["phone"] = "+49 30 1234567",
            ["address"] = new JsonObject { ["line1"] = "-1 \"Hof\"; =2", ["line2"] = "@home, 'x'", ["city"] = "Bern", ["country"] = "CH" },
            ["language"] = "de",
        };
        await biller.PostAsync($"{Biller.Accounts}/{ada}/contact", Said());
        var before = await ShownAsync(biller, ada);
        var path = Path.Combine(_folder.FullName, "contacts.csv");

        Assert.Equal(2, (int)(await RunAsync(biller, "export", "--to", path))["customers"]!);
        Assert.Equal((0, 2), Of(await RunAsync(biller, "import", path)));
        await biller.PostAsync($"{Biller.Accounts}/{ada}/contact", new JsonObject { ["email"] = "other@example.com" });
        Assert.Equal((1, 1), Of(await RunAsync(biller, "import", path)));
        Assert.Equal(before.ToJsonString(), (await ShownAsync(biller, ada)).ToJsonString());

        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, biller.Merchant);
        var customers = await desk.PageAsync("/console/customers");
        Assert.Contains("href=\"/console/customers/contacts\"", customers, StringComparison.Ordinal);
        Assert.DoesNotContain("/console/customers/contacts", await viewer.PageAsync("/console/customers"), StringComparison.Ordinal);
        Assert.Contains("href=\"/console/contacts.csv\"", await desk.PageAsync("/console/customers/contacts"), StringComparison.Ordinal);
        var file = await desk.PageAsync("/console/contacts.csv");
        Assert.Equal((await File.ReadAllTextAsync(path, Cancel)).Trim('\ufeff'), file.Trim('\ufeff'));
        Assert.Contains("Contacts changed: 0; so already: 2.", await UploadAsync(desk, file), StringComparison.Ordinal);
        Assert.Contains("Contacts changed: 1; so already: 0.", await UploadAsync(desk, $"account;email\n{ben};b@example.com\n"),
            StringComparison.Ordinal);
        Assert.Contains(
            "line 2, email: it must be one e-mail address", await UploadAsync(desk, $"account;email\n{ben};b at example\n"),
            StringComparison.Ordinal);
        Assert.Contains("Took contacts from a file", await desk.PageAsync("/console/audit"), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        static (int Changed, int Known) Of(JsonNode report) => ((int)report["changed"]!, (int)report["known"]!);
    }

    private static async Task<JsonNode> ShownAsync(Biller biller, string account) =>
        (await biller.GetAsync($"{Biller.Accounts}/{account}")).Json;

    private static Task<TravelAnswer> HandInAsync(Biller biller, string file) => biller.PostAsync(Import, new JsonObject
    {
        ["file"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(file)),
        ["reason"] = "from the club's list",
    });

    private async Task<JsonNode> RunAsync(Biller biller, string command, params string[] options)
    {
        var (exitCode, output, error) = await RunningProgram.RunAsync(
            ["contact", command, .. options, "--json", "--merchant", $"{biller.Merchant.Value}", "--database", books.ConnectionString]);
        Assert.True(exitCode == 0, output + error);
        return JsonNode.Parse(output)!;
    }

    private static async Task<string> UploadAsync(TestDesk desk, string file)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent("action"), "_handler" },
            { new StringContent("from the club's list"), "Reason" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "File", "contacts.csv" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/customers/contacts") { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await desk.Client.SendAsync(request, Cancel);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
    }
}
