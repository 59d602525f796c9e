using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.OwnApi;

/// <summary>A program makes rules for lines of the bank, tries them, and orders them.</summary>
public sealed class LineRuleTests(BooksFixture books)
{
    private const string Rules = "/api/v1/line-rules";

    [Fact]
    public async Task Rule_IsTried_SwitchedOn_AndDecidesLines_WithTheRuleInTheLine()
    {
        var biller = await Biller.OpenAsync(books);
        var before = await biller.ImportedAsync(
            new Camt { Id = "1" }.With(-700, "rent October").With(-700, "rent of bikes").With(-7, "fee"));
        await biller.PostAsync($"{Biller.Lines}/{before[0]!["id"]}/book", new JsonObject { ["as"] = "ignore", ["reason"] = "rent" });
        await biller.PostAsync($"{Biller.Lines}/{before[1]!["id"]}/book", new JsonObject { ["as"] = "fee", ["reason"] = "a mistake" });

        var made = await MakeAsync(biller, new() { ["name"] = "Rent", ["as"] = "ignore", ["words"] = "rent" });
        await MakeAsync(biller, new() { ["name"] = "Bikes", ["as"] = "fee", ["words"] = "rent bikes", ["on"] = true });
        Assert.Contains("Rule 1 is made, at place 1, and is off", made, StringComparison.Ordinal);
        await biller.ImportedAsync(new Camt { Id = "2" }.With(-701, "rent November"));
        var listed = (await biller.GetAsync($"{Rules}?try=1")).Json["items"]!;
        Assert.Equal((3, 1), ((int)listed[0]!["trial"]!["count"]!, (int)listed[0]!["trial"]!["contradicting"]!));
        Assert.Equal(
            ["takes", "contradicts", "agrees"],
            listed[0]!["trial"]!["lines"]!.AsArray().Select(line => (string)line!["verdict"]!).OrderDescending());
        Assert.Null(listed[1]!["remark"]);

        var on = await biller.PostAsync($"{Rules}/switch", new JsonObject { ["rule"] = 1, ["on"] = true, ["reason"] = "tried" });
        Assert.True(on.Status == HttpStatusCode.OK, on.Text);
        listed = (await biller.GetAsync(Rules)).Json["items"]!;
        Assert.Equal("Rule 1 (Rent) takes all of its lines before it: no money of these books.", (string)listed[1]!["remark"]!);
        var lines = await biller.ImportedAsync(new Camt { Id = "3" }.With(-702, "rent December"));
        Assert.Equal(
            ("ignored", "Rule 1 (Rent): no money of these books"), ((string)lines[0]!["status"]!, (string)lines[0]!["note"]!));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>Whoever makes a rule of an open line need not wait for the next file. A line that a person took back stays open.</summary>
    [Fact]
    public async Task Rule_ThatIsOn_DecidesTheOpenLines_Once()
    {
        var biller = await Biller.OpenAsync(books);
        var before = await biller.ImportedAsync(
            new Camt { Id = "1" }.With(-700, "rent October").With(-701, "rent November").With(-702, "rent December").With(-7, "fee"));
        var path = $"{Biller.Lines}/{before[2]!["id"]}";
        var booked = await biller.PostAsync($"{path}/book", new JsonObject { ["as"] = "fee", ["reason"] = "r" });
        var unbooked = await biller.SendAsync(
            HttpMethod.Post, $"{path}/unbook", new JsonObject { ["reason"] = "r" }.ToJsonString(), Biller.NewText(),
            booked.Headers["ETag"]);
        Assert.True(unbooked.Status == HttpStatusCode.OK, unbooked.Text);

        var (asked, key) = (Asked(new() { ["name"] = "Rent", ["as"] = "ignore", ["words"] = "rent", ["on"] = true }), Biller.NewText());
        var made = await biller.PostAsync(Rules, asked, key);
        var again = await biller.PostAsync(Rules, asked, key);
        var switched = await biller.PostAsync($"{Rules}/switch", new JsonObject { ["rule"] = 1, ["on"] = true, ["reason"] = "again" });

        Assert.EndsWith("It has decided 2 open lines, -1401.00 EUR.", (string)made.Json["said"]!, StringComparison.Ordinal);
        Assert.Equal(made.Text, again.Text);
        Assert.DoesNotContain("decided", switched.Text, StringComparison.Ordinal);
        var lines = (await biller.GetAsync($"{Biller.Lines}?status=ignored")).Json["items"]!.AsArray();
        Assert.Equal(2, lines.Count(line => (string)line!["note"]! == "Rule 1 (Rent): no money of these books"));
        Assert.Equal(2, (await biller.GetAsync($"{Biller.Lines}?status=open")).Json["items"]!.AsArray().Count);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData("", "'as':'ignore'", "would fit every line")]
    [InlineData("", "'as':'ignore','direction':'in','least':{'amount':'0.01','currency':'EUR'}", "would fit every line")]
    [InlineData("/most", "'as':'fee','least':{'amount':'2','currency':'EUR'},'most':{'amount':'1','currency':'EUR'}", "below the smallest")]
    [InlineData("/most", "'as':'fee','least':{'amount':'2','currency':'EUR'},'most':{'amount':'3','currency':'USD'}", "one currency")]
    [InlineData("/which", "'as':'payout','words':'x','which':'nobody'", "there is no such provider")]
    [InlineData("/which", "'as':'customer','words':'x','which':'C-404'", "there is no customer C-404")]
    [InlineData("/which", "'as':'customer','words':'x'", "Say whose money")]
    [InlineData("/which", "'as':'fee','words':'x','which':'stripe'", "Only a payout")]
    [InlineData("/direction", "'as':'customer','words':'x','which':'C','direction':'out'", "comes in")]
    [InlineData("/counterparty", "'as':'fee','counterparty':'12'", "two letters")]
    [InlineData("/payer_of", "'as':'fee','payer_of':'b7e1c9c2-5a55-4d0f-9a34-0e0c8f1f0001'", "no such line")]
    [InlineData("/bank_account", "'as':'fee','words':'x','bank_account':'DE12'", "No bank statement is imported")]
    [InlineData("/as", "'as':'gift','words':'x'", "")]
    public async Task Rule_ThatMakesNoSense_IsRefusedByTheFieldThatIsWrong(string place, string asked, string sentence)
    {
        var biller = await Biller.OpenAsync(books);
        var body = $"{{{asked},'name':'N','reason':'r'}}".Replace('\'', '"');

        var refused = await biller.PostAsync(Rules, JsonNode.Parse(body)!.AsObject());

        Assert.Equal(place.Length == 0 ? [] : [place], refused.Places);
        Assert.InRange((int)refused.Status, 400, 499);
        Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        Assert.Empty((await biller.GetAsync(Rules)).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Words_ThatAreTooLong_AreRefused_AndACardNumberInThemIsMasked()
    {
        var biller = await Biller.OpenAsync(books);
        var endless = await biller.PostAsync(Rules, Asked(new() { ["name"] = "N", ["as"] = "fee", ["words"] = new string('x', 10_000) }));
        Assert.Equal(["/words"], endless.Places);

        await MakeAsync(biller, new() { ["name"] = "Card", ["as"] = "fee", ["words"] = "card 4111111111111111" });

        var listed = (await biller.GetAsync(Rules)).Text;
        Assert.DoesNotContain("411111111111", listed, StringComparison.Ordinal);
        Assert.Contains("1111", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_ForTheSameLines_IsRefused_AndNamesTheOther()
    {
        var biller = await Biller.OpenAsync(books);
        await MakeAsync(biller, new() { ["name"] = "Rent", ["as"] = "ignore", ["words"] = "rent", ["direction"] = "out" });

        var refused = await biller.PostAsync(
            Rules, Asked(new() { ["name"] = "Fees", ["as"] = "fee", ["words"] = "rent", ["direction"] = "out" }));

        Assert.Contains("Rule 1 is for the same lines", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_OfAnAmountThatEveryLineHas_IsRefused_AndAnEndedOneIsListed()
    {
        var biller = await Biller.OpenAsync(books);
        var file = new Camt();
        for (var line = 1; line <= 10; line++)
            file = file.With(-line, $"something {line}");
        await biller.ImportedAsync(file);
        var most = new JsonObject { ["amount"] = "1000000.00", ["currency"] = "EUR" };

        var all = await biller.PostAsync(Rules, Asked(new() { ["name"] = "All", ["as"] = "ignore" }, ("most", most)));
        most = new JsonObject { ["amount"] = "9.00", ["currency"] = "EUR" };
        var few = await biller.PostAsync(Rules, Asked(new() { ["name"] = "Cents", ["as"] = "fee" }, ("most", most)));

        Assert.Contains("It fits each of the 10 lines of the last three months", all.Text, StringComparison.Ordinal);
        Assert.True(few.Status == HttpStatusCode.OK, few.Text);
        await biller.PostAsync($"{Rules}/end", new JsonObject { ["rule"] = 1, ["reason"] = "a mistake" });
        Assert.Empty((await biller.GetAsync(Rules)).Json["items"]!.AsArray());
        var ended = Assert.Single((await biller.GetAsync($"{Rules}?ended=true")).Json["items"]!.AsArray())!;
        Assert.Equal((1, true, false), ((int)ended["number"]!, (bool)ended["ended"]!, (bool)ended["on"]!));
    }

    private static async Task<string> MakeAsync(Biller biller, Dictionary<string, object> asked)
    {
        var made = await biller.PostAsync(Rules, Asked(asked));
        Assert.True(made.Status == HttpStatusCode.OK, made.Text);
        return (string)made.Json["said"]!;
    }

    private static JsonObject Asked(Dictionary<string, object> asked, params (string Name, JsonObject Amount)[] amounts)
    {
        var body = new JsonObject { ["reason"] = "each month" };
        foreach (var (name, value) in asked)
            body[name] = JsonValue.Create(value);
        foreach (var (name, amount) in amounts)
            body[name] = amount;
        return body;
    }
}
