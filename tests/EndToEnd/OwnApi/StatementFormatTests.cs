using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program says once what the columns of its bank's CSV are, and hands in each month's file without a further word.</summary>
public sealed class StatementFormatTests(BooksFixture books)
{
    private const string Formats = "/api/v1/statement-formats";
    private const string Header = "Tag|Wer|Wofür|Wie viel\n";
    private const string Other = "DE89370400440532013000";

    [Fact]
    public async Task File_OfAKnownFormat_NeedsNoWord_AndAnotherFormatTakesItsPlace()
    {
        var biller = await Biller.OpenAsync(books);
        var before = await ImportAsync(biller, $"{Header}01/02/2027|Anna|INV-1|12,00\n");
        Assert.Contains("there is no header line", before.Text, StringComparison.Ordinal);

        Assert.Contains("Format 1 is kept", await SetAsync(biller, Format()), StringComparison.Ordinal);
        Assert.Equal("2027-02-01", await DayOfAsync(biller, $"{Header}01/02/2027|Anna|INV-1|12,00\n"));
        Assert.Equal("2027-03-02", await DayOfAsync(biller, $"{Header}02/03/2027|Anna|INV-2|12,00\n"));
        var listed = (await biller.GetAsync(Formats)).Json["items"]![0]!;
        Assert.Equal(
            ("Tag", "booked_on", "day_first", "DE ···· 2051"),
            ((string)listed["columns"]![0]!["name"]!, (string)listed["columns"]![0]!["use"]!, (string)listed["days"]!,
                (string)listed["account"]!));

        Assert.Contains("Format 1 is kept already", await SetAsync(biller, Format()), StringComparison.Ordinal);
        Assert.Contains(
            "Format 2 is kept: each file with its header line is read by it. It takes the place of format 1.",
            await SetAsync(biller, Format(days: "month_first")), StringComparison.Ordinal);
        Assert.Equal("2027-04-05", await DayOfAsync(biller, $"{Header}04/05/2027|Anna|INV-3|12,00\n"));
        Assert.Single((await biller.GetAsync(Formats)).Json["items"]!.AsArray());

        var ended = await biller.PostAsync($"{Formats}/end", new JsonObject { ["format"] = 2, ["reason"] = "another bank" });
        Assert.True(ended.Status == HttpStatusCode.OK, ended.Text);
        Assert.Contains(
            "there is no header line", (await ImportAsync(biller, $"{Header}06/07/2027|Anna|INV-4|12,00\n")).Text,
            StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>Files of two accounts look the same: none is read as the other's by a guess.</summary>
    [Fact]
    public async Task Files_OfTwoAccounts_AreToldApartByWhoHandsThemIn()
    {
        var biller = await Biller.OpenAsync(books);
        await SetAsync(biller, Format());
        await SetAsync(biller, Format(account: Other));
        const string File = $"{Header}01/02/2027|Anna|INV-1|12,00\n";

        Assert.Contains(
            "files of several of your bank accounts look so", (await ImportAsync(biller, File)).Text, StringComparison.Ordinal);
        var imported = await ImportAsync(biller, File, Other);
        Assert.Equal("DE ···· 3000", (string)imported.Json["statements"]![0]!["account"]!);
    }

    [Theory]
    [InlineData("'columns':[{'name':'Tag','use':'amount'},{'name':'Wie viel','use':'amount'}]", "'Tag' and 'Wie viel' are both amount")]
    [InlineData("'columns':[{'name':'Wer','use':'remittance'},{'name':'Wie viel','use':'amount'}]", "no column is booked_on")]
    [InlineData("'columns':[{'name':'Tag','use':'when'}]", "columns, 'Tag': the use is one of unread, booked_on")]
    [InlineData("'days':'backwards'", "days: one of day_first, month_first, year_first")]
    [InlineData("'decimal':';'", "decimal: one of point, comma")]
    [InlineData("'account':'4111 1111 1111 1111'", "account: this looks like the number of a card")]
    [InlineData("'account':'MISSING'", "account: no column has your bank account")]
    [InlineData("'currency':'MISSING'", "currency: no column has the currency")]
    [InlineData("'currency':'euro'", "currency: an ISO 4217 code")]
    [InlineData("'columns':[{'name':'Tag','use':'booked_on'},{'name':'4111111111111111','use':'remittance'},{'name':'W','use':'amount'}]",
        "the name of column 2")]
    [InlineData("'columns':[{'name':'T','use':'booked_on'},{'name':'NL91ABNA0417164300','use':'end_to_end'},{'name':'W','use':'amount'}]",
        "the name of column 2")]
    [InlineData("'columns':[{'name':'Tag','use':'booked_on'},{'name':'a\\u0000b','use':'remittance'},{'name':'W','use':'amount'}]",
        "the name of column 2")]
    [InlineData("'columns':[{'name':'Tag','use':'booked_on'},{'name':'a\\nb','use':'remittance'},{'name':'W','use':'amount'}]",
        "the name of column 2")]
    [InlineData("'separator':';'", "there is no member 'separator'")]
    public async Task Format_ThatSaysNothingRight_IsRefusedByItsMember_AndNothingIsKept(string other, string sentence)
    {
        var biller = await Biller.OpenAsync(books);
        var format = Format();
        foreach (var (member, value) in JsonNode.Parse($"{{{other.Replace('\'', '"')}}}")!.AsObject().ToList())
        {
            if ((value as JsonValue)?.ToString() == "MISSING")
                format.Remove(member);
            else
                format[member] = value!.DeepClone();
        }

        var refused = await PostAsync(biller, format);

        Assert.Equal(["/file"], refused.Places);
        Assert.InRange((int)refused.Status, 400, 499);
        Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("411111", refused.Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty((await biller.GetAsync(Formats)).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Format_ThatIsNoFile_OrUnknown_IsRefused()
    {
        var biller = await Biller.OpenAsync(books);
        foreach (var file in (string[])[
            "not in base64!", "", Convert.ToBase64String("no json"u8), Convert.ToBase64String("[]"u8),
            Convert.ToBase64String("""{"columns":[{"name":"a\ud800b","use":"amount"}]}"""u8)])
        {
            var refused = await biller.PostAsync(
                Formats, new JsonObject { ["name"] = "N", ["file"] = file, ["reason"] = "r" });
            Assert.Equal(["/file"], refused.Places);
        }

        var none = await biller.PostAsync($"{Formats}/end", new JsonObject { ["format"] = 7, ["reason"] = "r" });
        Assert.Equal(["/format"], none.Places);
        Assert.Contains("There is no format 7.", none.Text, StringComparison.Ordinal);
    }

    private static JsonObject Format(string days = "day_first", string account = "DE02120300000000202051") => new()
    {
        ["columns"] = new JsonArray(
            Column("Tag", "booked_on"), Column("Wer", "counterparty"), Column("Wofür", "remittance"), Column("Wie viel", "amount")),
        ["days"] = days,
        ["decimal"] = "comma",
        ["currency"] = "EUR",
        ["account"] = account,
    };

    private static JsonObject Column(string name, string use) => new() { ["name"] = name, ["use"] = use };

    private static Task<TravelAnswer> PostAsync(Biller biller, JsonObject format) => biller.PostAsync(Formats, new JsonObject
    {
        ["name"] = "Our bank",
        ["file"] = Biller.File(format.ToJsonString())["file"]!.DeepClone(),
        ["reason"] = "r",
    });

    private static async Task<string> SetAsync(Biller biller, JsonObject format)
    {
        var kept = await PostAsync(biller, format);
        Assert.True(kept.Status == HttpStatusCode.OK, kept.Text);
        return kept.Text;
    }

    private static Task<TravelAnswer> ImportAsync(Biller biller, string text, string? account = null)
    {
        var body = Biller.File(text);
        if (account is not null)
            body["account"] = account;
        return biller.PostAsync(Biller.Statements, body);
    }

    private static async Task<string> DayOfAsync(Biller biller, string text)
    {
        var imported = await ImportAsync(biller, text);
        Assert.True(imported.Status == HttpStatusCode.Created, imported.Text);
        var lines = await biller.GetAsync($"{Biller.Statements}/{imported.Json["statements"]![0]!["id"]}/lines");
        return (string)Assert.Single(lines.Json["items"]!.AsArray())!["booked_on"]!;
    }
}
