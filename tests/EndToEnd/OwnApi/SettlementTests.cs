using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A program imports statements of the bank, and says what their lines are.</summary>
public sealed class SettlementTests(BooksFixture books)
{
    /// <summary>OFX and MT940 are one source to the books, and two formats to a reader.</summary>
    [Fact]
    public async Task Statement_NamesItsFormat()
    {
        var biller = await Biller.OpenAsync(books);
        const string Ofx = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\r\n"
            + "<BANKACCTFROM><BANKID>1<ACCTID>DE02120300000000202051</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT"
            + "<DTPOSTED>20261105<TRNAMT>12.00<FITID>F1<NAME>Anna</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";
        const string Mt940 = ":20:1\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C261104EUR0,\r\n:61:261105CR10,NMSCNONREF\r\n"
            + ":86:thanks\r\n:62F:C261105EUR10,\r\n-\r\n";
        foreach (var (format, file) in new[] { ("ofx", Ofx), ("mt940", Mt940), ("camt", new Camt().With(1, "x").ToXml()) })
        {
            var imported = await biller.PostAsync(Biller.Statements, Biller.File(file));
            Assert.Equal(HttpStatusCode.Created, imported.Status);
            var statement = imported.Json["statements"]![0]!;
            Assert.Equal(format, (string)statement["format"]!);
            Assert.Equal(format, (string)(await biller.GetAsync($"{Biller.Statements}/{statement["id"]}")).Json["format"]!);
        }
    }

    [Fact]
    public async Task Statement_IsImportedOnce_AndItsCertainLinesAreBooked()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await OwingAsync(biller, account, "29.90", "INVOICE-4711");
        var file = Biller.File(new Camt().With(29.90m, "INVOICE-4711").With(12, "for something").ToXml());
        var key = Biller.NewText();

        var imported = await biller.PostAsync(Biller.Statements, file, key);
        var again = await biller.PostAsync(Biller.Statements, file, key);

        Assert.True(imported.Status == HttpStatusCode.Created, imported.Text);
        Assert.Equal((imported.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        var id = (string)imported.Json["statements"]![0]!["id"]!;
        var statement = (await biller.GetAsync($"{Biller.Statements}/{id}")).Json;
        Assert.Equal((2, 1, 1), ((int)statement["line_count"]!, (int)statement["booked_count"]!, (int)statement["open_count"]!));
        Assert.Equal(("1000.00", "DE ···· 3000"), ((string)statement["opening"]!["amount"]!, (string)statement["account"]!));
        Assert.Equal(id, (string)Assert.Single((await biller.GetAsync(Biller.Statements)).Json["items"]!.AsArray())!["id"]!);
        Assert.Equal(
            $"settlement.import statement statement.xml credential {await CredentialAsync(biller)}",
            await ActionAsync(biller, "settlement.import"));

        // The same file under another key is known, and no line of it is booked twice.
        Assert.Equal(imported.Text, (await biller.PostAsync(Biller.Statements, file)).Text);
        Assert.Single((await biller.GetAsync(Biller.Payments)).Json["items"]!.AsArray());
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Lines_AreListedInParts_WithWhatTheyMayBe()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await OwingAsync(biller, account, "29.90", "INVOICE-4712");
        // A part of the charge from a payer whom the books do not know: not certain.
        var lines = await biller.ImportedAsync(new Camt().With(20, "INVOICE-4712").With(5, "alms").With(6, "more alms"));

        var first = (await biller.GetAsync($"{Biller.Lines}?limit=2")).Json;
        var rest = (await biller.GetAsync($"{Biller.Lines}?limit=2&cursor={first["next"]}")).Json;
        var ofStatement = (await biller.GetAsync($"{Biller.Statements}/{lines[0]!["statement"]}/lines?limit=2")).Json;
        var last = await biller.GetAsync($"{Biller.Statements}/{lines[0]!["statement"]}/lines?limit=2&cursor={ofStatement["next"]}");

        Assert.Equal(["more alms", "alms", "INVOICE-4712"], TextsOf(first).Concat(TextsOf(rest)));
        Assert.Equal(["INVOICE-4712", "alms", "more alms"], TextsOf(ofStatement).Concat(TextsOf(last.Json)));
        Assert.Null(rest["next"]);
        Assert.Empty((await biller.GetAsync($"{Biller.Lines}?status=booked")).Json["items"]!.AsArray());
        Assert.Equal(["cursor"], (await biller.GetAsync($"{Biller.Lines}?cursor={ofStatement["next"]}")).Places);
        Assert.Equal(["status"], (await biller.GetAsync($"{Biller.Lines}?status=lost")).Places);
        var proposal = (await biller.GetAsync($"{Biller.Lines}/{lines[0]!["id"]}")).Json["proposal"]!;
        Assert.Equal(("charge", charge), ((string)proposal["as"]!, (string)proposal["names"]![0]!));
    }

    /// <summary>No list means all lines that are sure, and an empty one means none: who sends it has made a mistake.</summary>
    [Theory]
    [InlineData("accept")]
    [InlineData("ignore")]
    public async Task EmptyListOfLines_IsNamed_AndDecidesNothing(string act)
    {
        var biller = await Biller.OpenAsync(books);
        await biller.OwingAsync(await biller.CustomerAsync(), "29.90");
        await biller.ImportedAsync(new Camt().With(29.90m, "from Ada Nkemelu"));

        var refused = await biller.PostAsync(
            $"{Biller.Lines}/{act}", new JsonObject { ["lines"] = new JsonArray(), ["reason"] = "as every day" });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["/lines"], refused.Places);
        Assert.Single((await biller.GetAsync(Biller.Lines)).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task LineLessThanItsBill_IsProposedWithItsShortfall_AndBookedAsProposed_Once()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await OwingAsync(biller, await biller.CustomerAsync(), "29.90", "INVOICE-4713");
        await ToleranceTests.SetAsync(
            books.Database, biller.Merchant, new SettlementTolerance(biller.Merchant, Business.Euro, 1_00, null, ShortfallKind.Rounding));
        var lines = await biller.ImportedAsync(new Camt().With(29.50m, "INVOICE-4713"));
        var (place, proposal) = ($"{Biller.Lines}/{lines[0]!["id"]}/book", lines[0]!["proposal"]!);
        Assert.Equal("0.40", (string)proposal["rounding"]!["amount"]!);
        var booking = new JsonObject
        {
            ["as"] = (string)proposal["as"]!,
            ["names"] = proposal["names"]!.DeepClone(),
            ["rounding"] = proposal["rounding"]!.DeepClone(),
            ["reason"] = "cents",
        };

        var both = (JsonObject)booking.DeepClone();
        both["charges"] = booking["rounding"]!.DeepClone();
        Assert.Equal(["/rounding"], (await biller.PostAsync(place, both)).Places);
        var key = Biller.NewText();
        var booked = await biller.PostAsync(place, booking, key);
        await ToleranceTests.SetAsync(books.Database, biller.Merchant, tolerance: null);
        var again = await biller.PostAsync(place, booking, key);

        Assert.True(booked.Status == HttpStatusCode.OK, booked.Text);
        Assert.Equal((booked.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Number_OfABill_WithTheFormOfATransferReference_IsNoWitness()
    {
        var biller = await Biller.OpenAsync(books);
        // 27 digits with a right check digit, as one in ten such numbers has it.
        var number = TransferReference.Of(new PaymentLinkId(biller.Merchant, Guid.Parse(Biller.NewText()))).Swiss;
        var charge = await OwingAsync(biller, await biller.CustomerAsync(), "29.90", number);

        var lines = await biller.ImportedAsync(new Camt().With(29.90m, number));

        Assert.Equal("open", (string)lines[0]!["status"]!);
        Assert.Equal(charge, (string)lines[0]!["proposal"]!["names"]![0]!);
    }

    [Fact]
    public async Task Line_IsBookedForTheWrongCustomer_Unbooked_AndBookedForTheRightOne()
    {
        var biller = await Biller.OpenAsync(books);
        var (petra, uwe) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var (ofPetra, ofUwe) = (await biller.OwingAsync(petra, "29.90"), await biller.OwingAsync(uwe, "29.90"));
        var line = (string)(await biller.ImportedAsync(new Camt().With(29.90m, "rent")))[0]!["id"]!;
        var (wrong, key) = (Booking("charge", "Petra's bill", ofPetra), Biller.NewText());

        var booked = await biller.PostAsync($"{Biller.Lines}/{line}/book", wrong, key);
        Assert.True(booked.Status == HttpStatusCode.OK, booked.Text);
        Assert.Equal(["0.00", "29.90"], await biller.OpenOfAsync(ofPetra, ofUwe));
        var tag = (await biller.GetAsync($"{Biller.Lines}/{line}")).Headers["ETag"];
        Assert.Equal(tag, booked.Headers["ETag"]);
        var unbooked = await UnbookAsync(biller, line, tag, "Uwe paid it");
        Assert.True(unbooked.Status == HttpStatusCode.OK, unbooked.Text);
        Assert.Equal("settlement.unbooked", (string)unbooked.Json["type"]!);
        Assert.Equal(["29.90", "29.90"], await biller.OpenOfAsync(ofPetra, ofUwe));
        var right = await biller.PostAsync($"{Biller.Lines}/{line}/book", Booking("customer", "Uwe's rent", uwe));
        Assert.True(right.Status == HttpStatusCode.OK, right.Text);
        Assert.Equal(["29.90", "0.00"], await biller.OpenOfAsync(ofPetra, ofUwe));

        // A repeated request gets its first answer; a late one takes no later booking back.
        var again = await biller.PostAsync($"{Biller.Lines}/{line}/book", wrong, key);
        Assert.Equal((booked.Text, true), (again.Text, again.Replayed));
        Assert.Equal((412, "line-changed"), (await UnbookAsync(biller, line, tag, "once more")).Problem);
        Assert.Equal((428, "precondition-required"), (await UnbookAsync(biller, line, null, "once more")).Problem);
        Assert.Equal(
            $"settlement.unbook line {line} credential {await CredentialAsync(biller)}: Uwe paid it",
            await ActionAsync(biller, "settlement.unbook", withReason: true));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Line_ThatIsAFeeOrNotOurs_LeavesTheListOfOpenOnes()
    {
        var biller = await Biller.OpenAsync(books);
        var lines = await biller.ImportedAsync(new Camt().With(-3, "fee of the account").With(5, "went back at once").With(7, "payout"));

        foreach (var (line, booking, type) in new[]
        {
            (lines[0]!, Booking("fee", "As each month"), "settlement.booked"),
            (lines[1]!, Booking("ignore", "Not ours, of card 4242424242424242"), "settlement.ignored"),
            (lines[2]!, Booking("payout", "Of last week", "gateway"), "settlement.booked"),
        })
        {
            var done = await biller.PostAsync($"{Biller.Lines}/{line["id"]}/book", booking);
            Assert.True(done.Status == HttpStatusCode.OK, done.Text);
            Assert.Equal(type, (string)done.Json["type"]!);
        }

        Assert.Empty((await biller.GetAsync(Biller.Lines)).Json["items"]!.AsArray());
        // Words of a program can hold a number that belongs nowhere but into the vault.
        var note = (string)(await biller.GetAsync($"{Biller.Lines}/{lines[1]!["id"]}")).Json["note"]!;
        Assert.StartsWith("Not ours, of card ", note, StringComparison.Ordinal);
        Assert.DoesNotContain("4242424242", note, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Booking_ThatTheBooksDoNotAllow_NamesTheField_AndChangesNothing()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, other) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var (charge, ofOther) = (await biller.OwingAsync(account, "20"), await biller.OwingAsync(other, "20"));
        var lines = await biller.ImportedAsync(new Camt().With(20, "x").With(20, "y"));
        var (line, booked) = ($"{Biller.Lines}/{lines[0]!["id"]}", $"{Biller.Lines}/{lines[1]!["id"]}");
        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync($"{booked}/book", Booking("customer", "hers", account))).Status);
        var stranger = await Biller.OpenAsync(books);
        var (ofStranger, foreign) = (await stranger.CustomerAsync(), await stranger.ImportedAsync(new Camt().With(20, "z")));
        var theirs = await stranger.OwingAsync(ofStranger, "20");
        var before = await CountAsync(biller);

        foreach (var (path, body, problem, place) in new (string, JsonObject, (int, string), string?)[]
        {
            ($"{line}/book", Booking("charge", "why", theirs), (404, "charge-unknown"), "/names/0"),
            ($"{line}/book", Booking("charge", "why", charge, Biller.NewText()), (404, "charge-unknown"), "/names/1"),
            ($"{line}/book", Booking("charge", "why"), (400, "invalid-request"), "/names"),
            ($"{line}/book", Booking("charge", "why", charge, ofOther), (422, "line-not-booked"), null),
            ($"{line}/book", Booking("customer", "why", ofStranger), (404, "account-unknown"), "/names/0"),
            ($"{line}/book", Booking("customer", "why", account, other), (400, "invalid-request"), "/names"),
            ($"{line}/book", Booking("payment", "why", charge), (404, "payment-unknown"), "/names/0"),
            ($"{line}/book", Booking("payout", "why", "nobody"), (422, "line-not-booked"), null),
            ($"{line}/book", Booking("fee", "why", "one"), (400, "invalid-request"), "/names"),
            ($"{line}/book", Booking("gift", "why"), (400, "invalid-request"), "/as"),
            ($"{line}/book", new JsonObject { ["as"] = "fee" }, (400, "invalid-request"), "/reason"),
            ($"{booked}/book", Booking("fee", "why"), (409, "settlement-booked"), null),
            ($"{line}/split", Split(("20", "customer", account)), (400, "invalid-request"), "/parts"),
            ($"{line}/split", Split(("10", "charge", charge), ("10", "charge", theirs)), (404, "charge-unknown"), "/parts/1/names/0"),
            ($"{line}/split", Split(("10", "gift", charge), ("10", null, null)), (400, "invalid-request"), "/parts/0/as"),
            ($"{line}/split", Split(("0", null, null), ("20", null, null)), (400, "invalid-request"), "/parts/0/amount"),
            ($"{line}/split", Split(("20.00", "charge", charge), ("0.01", null, null)), (422, "line-not-booked"), null),
            ($"{line}/split", Split(("21", "customer", account), ("-1", "fee", null)), (422, "line-not-booked"), null),
            ($"{booked}/split", Split(("10", null, null), ("10", null, null)), (409, "settlement-booked"), null),
            ($"{Biller.Lines}/{foreign[0]!["id"]}/book", Booking("fee", "why"), (404, "line-unknown"), null),
            ($"{Biller.Lines}/x/book", Booking("fee", "why"), (404, "line-unknown"), null),
        })
        {
            var refused = await biller.PostAsync(path, body);
            Assert.Equal((path, body.ToJsonString(), problem), (path, body.ToJsonString(), refused.Problem));
            Assert.Equal(place is null ? [] : [place], refused.Places);
        }

        Assert.Equal((409, "settlement-not-booked"), (await UnbookAsync(biller, (string)lines[0]!["id"]!, "\"0\"", "why")).Problem);
        Assert.Equal((404, "line-unknown"), (await UnbookAsync(biller, (string)foreign[0]!["id"]!, "\"0\"", "why")).Problem);
        Assert.Equal(404, (await biller.GetAsync($"{Biller.Statements}/{foreign[0]!["statement"]}")).Problem.Status);
        Assert.Equal(404, (await biller.GetAsync($"{Biller.Statements}/{foreign[0]!["statement"]}/lines")).Problem.Status);
        Assert.Equal(404, (await biller.GetAsync($"{Biller.Lines}/{foreign[0]!["id"]}")).Problem.Status);
        Assert.Equal(before, await CountAsync(biller));
    }

    [Fact]
    public async Task File_ThatIsRefused_NamesTheLine_AndNothingOfItIsImported()
    {
        var biller = await Biller.OpenAsync(books);
        var good = new Camt().With(20, "x").ToXml();
        const string Csv = "Date;Amount;Text\n2027-11-02;1.234;x\n";

        foreach (var (body, places) in new (JsonObject, string[])[]
        {
            (Biller.File(good[..^20]), ["/file"]),
            (Biller.File(""), ["/file"]),
            (Biller.File("to be or not to be"), ["/file"]),
            (new JsonObject { ["file"] = "no Base64!" }, ["/file"]),
            (new JsonObject { ["name"] = "statement.xml" }, ["/file"]),
            (With(good, "format", "pdf"), ["/format"]),
            (With(good, "decimal", "dot"), ["/decimal"]),
            (With(good, "currency", "euro"), ["/currency"]),
            (With(good, "bank", "x"), ["/bank"]),
            (With(Csv, "format", "payout"), ["/file"]),
        })
        {
            var refused = await biller.PostAsync(Biller.Statements, body);
            Assert.Equal((body.ToJsonString(), 400), (body.ToJsonString(), (int)refused.Status));
            Assert.Equal(places, refused.Places.Distinct());
        }

        Assert.Empty((await biller.GetAsync(Biller.Statements)).Json["items"]!.AsArray());
        // A key of a refused file is free.
        var key = Biller.NewText();
        Assert.Equal(HttpStatusCode.BadRequest, (await biller.PostAsync(Biller.Statements, Biller.File(good[..^20]), key)).Status);
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Statements, Biller.File(good), key)).Status);
        Assert.Equal((409, "idempotency-key-reused"),
            (await biller.PostAsync(Biller.Statements, Biller.File(new Camt { Id = "2027/12" }.With(1, "y").ToXml()), key)).Problem);
    }

    [Fact]
    public async Task Statements_NeedTheirOwnScope()
    {
        var biller = await Biller.OpenAsync(books, "read", "correct", "pay");
        Assert.Equal(403, (await biller.GetAsync(Biller.Lines)).Problem.Status);
        Assert.Equal(403, (await biller.PostAsync(Biller.Statements, Biller.File(new Camt().With(1, "x").ToXml()))).Problem.Status);
    }

    private static JsonObject Booking(string use, string reason, params string[] names)
    {
        var body = new JsonObject { ["as"] = use, ["reason"] = reason };
        if (names.Length > 0)
            body["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]);
        return body;
    }

    private static JsonObject With(string file, string member, string value)
    {
        var body = Biller.File(file);
        body[member] = value;
        return body;
    }

    [Fact]
    public async Task Line_IsSplit_UnderItsKeyOnce_AndNamesTheStatementOfItsParts()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var line = (await biller.ImportedAsync(new Camt().With(50, "twenty and thirty")))[0]!;
        var (path, body, key) = (
            $"{Biller.Lines}/{line["id"]}/split", Split(("20.00", "charge", charge), ("25", "customer", account), ("5", null, null)),
            Biller.NewText());

        var split = await biller.PostAsync(path, body, key);
        var again = await biller.PostAsync(path, body, key);

        Assert.True(split.Status == HttpStatusCode.OK, split.Text);
        Assert.Equal((split.Status, split.Text), (again.Status, again.Text));
        var statement = (string)(await biller.GetAsync($"{Biller.Lines}/{line["id"]}")).Json["parts"]!;
        var parts = (await biller.GetAsync($"{Biller.Statements}/{statement}/lines")).Json["items"]!.AsArray();
        Assert.Equal(
            "20.00 booked, 25.00 booked, 5.00 open",
            string.Join(", ", parts.Select(part => $"{part!["amount"]!["amount"]} {part["status"]}")));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Import_IsUndoneOnce_UnderItsKey_AndTheSameFileCountsAgain()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await OwingAsync(biller, await biller.CustomerAsync(), "29.90", "INVOICE-4715");
        var (file, imports) = (Biller.File(new Camt().With(29.90m, "INVOICE-4715").With(12, "alms").ToXml()), Biller.NewText());
        var id = (string)(await biller.PostAsync(Biller.Statements, file, imports)).Json["statements"]![0]!["id"]!;
        var (place, body, key) = ($"{Biller.Statements}/{id}/undo", new JsonObject { ["reason"] = "another studio's" }, Biller.NewText());

        Assert.Equal(400, (await biller.PostAsync(place, new JsonObject())).Problem.Status);
        Assert.Equal(404, (await biller.PostAsync($"{Biller.Statements}/{Guid.Empty:D}/undo", body.DeepClone())).Problem.Status);
        var undone = await biller.PostAsync(place, body.DeepClone(), key);
        var again = await biller.PostAsync(place, body.DeepClone(), key);

        Assert.True(undone.Status == HttpStatusCode.OK, undone.Text);
        Assert.Equal("The import is taken back: lines 2, of them booked 1.", (string)undone.Json["said"]!);
        Assert.Equal((undone.Text, true), (again.Text, again.Replayed));
        Assert.Equal(["29.90"], await biller.OpenOfAsync(charge));
        var statement = (await biller.GetAsync($"{Biller.Statements}/{id}")).Json;
        Assert.Equal((2, 0, 0), ((int)statement["undone_count"]!, (int)statement["open_count"]!, (int)statement["shared_count"]!));
        Assert.NotNull(statement["undone_at"]);
        Assert.Equal(
            "undone undone", string.Join(' ', (await biller.GetAsync($"{Biller.Statements}/{id}/lines")).Json["items"]!.AsArray()
                .Select(line => (string)line!["status"]!)));
        Assert.Equal(
            $"settlement.undo statement {id} credential {await CredentialAsync(biller)}", await ActionAsync(biller, "settlement.undo"));

        // The first request comes once more, and then another one.
        Assert.Equal(id, (string)(await biller.PostAsync(Biller.Statements, file, imports)).Json["statements"]![0]!["id"]!);
        Assert.Equal(["29.90"], await biller.OpenOfAsync(charge));
        var later = (await biller.PostAsync(Biller.Statements, file)).Json;
        Assert.NotEqual(id, (string)later["statements"]![0]!["id"]!);
        Assert.Contains("2 of the lines: they count again", (string)later["remarks"]![0]!, StringComparison.Ordinal);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Import_OnWhichSomethingStands_IsNotUndone_AndTheAnswerNamesIt()
    {
        var biller = await Biller.OpenAsync(books);
        var lines = await biller.ImportedAsync(new Camt { Id = "1", Opening = 0 }.With(12, "alms"));
        await biller.ImportedAsync(new Camt { Id = "2", Opening = 12 }.With(5, "more alms"));

        var refused = await biller.PostAsync(
            $"{Biller.Statements}/{lines[0]!["statement"]}/undo", new JsonObject { ["reason"] = "another studio's" });

        Assert.Equal(409, refused.Problem.Status);
        Assert.Contains("Nothing was taken back: 2 of 2027-11-30, imported on", refused.Text, StringComparison.Ordinal);
    }

    private static JsonObject Split(params (string Amount, string? Use, string? Name)[] parts) => new()
    {
        ["parts"] = new JsonArray([.. parts.Select(part => new JsonObject(
            new[]
            {
                KeyValuePair.Create("amount", (JsonNode?)new JsonObject { ["amount"] = part.Amount, ["currency"] = "EUR" }),
                KeyValuePair.Create("as", (JsonNode?)part.Use),
                KeyValuePair.Create("names", part.Name is null ? null : (JsonNode?)new JsonArray(part.Name)),
            }.Where(member => member.Value is not null)))]),
        ["reason"] = "why",
    };

    private static IEnumerable<string> TextsOf(JsonNode page) => page["items"]!.AsArray().Select(line => (string)line!["text"]!);

    private static async Task<string> OwingAsync(Biller biller, string account, string amount, string document)
    {
        var body = Biller.Charge(account, amount);
        body["document"] = document;
        return (string)(await biller.PostAsync(Biller.Charges, body)).Json["id"]!;
    }

    private static Task<TravelAnswer> UnbookAsync(Biller biller, string line, string? tag, string reason) => biller.SendAsync(
        HttpMethod.Post, $"{Biller.Lines}/{line}/unbook", new JsonObject { ["reason"] = reason }.ToJsonString(), Biller.NewText(), tag);

    private async Task<long> CountAsync(Biller biller) =>
        (long)(await books.ScalarAsync("SELECT count(*) FROM event WHERE merchant_id = $1", biller.Merchant.Value))!;

    private async Task<long> CredentialAsync(Biller biller) =>
        (long)(await books.ScalarAsync("SELECT max(id) FROM credential WHERE merchant_id = $1", biller.Merchant.Value))!;

    private async Task<string> ActionAsync(Biller biller, string what, bool withReason = false) => (string)(await books.ScalarAsync(
        $"SELECT what || ' ' || subject || ' ' || who {(withReason ? "|| ': ' || reason" : "")} FROM operator_action "
        + "WHERE merchant_id = $1 AND what = $2",
        biller.Merchant.Value, what))!;
}
