using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>One line of the bank pays several collections, a part of one, or one of several equal sums: an operator says which.</summary>
public sealed class LinesOfSeveralTests(BooksFixture books)
{
    private static readonly XNamespace Transfers = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    [Theory]
    [InlineData("command line")]
    [InlineData("console")]
    [InlineData("API")]
    public async Task LineOfTwoCollections_IsTiedToBoth(string face)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, first, _) = await CollectedAsync(studio, "40");
        var (jonas, second, _) = await CollectedAsync(studio, "41");
        await ImportAsync(studio, 81);
        var line = await CountedOnceTests.OpenLineAsync(studio);

        Assert.Contains(
            "the bank pays 81.00 EUR", await RefusedAsync(studio, line, "--collection", first), StringComparison.Ordinal);
        Assert.Contains(
            "named twice", await RefusedAsync(studio, line, "--collection", first, "--collection", first), StringComparison.Ordinal);
        if (face == "console")
        {
            using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
            using var done = await desk.SendAsync(
                $"/console/settlements/lines/{line["id"]}/book", ("Choice", "collection"), ("Which", $"{first}, {second}"),
                ("Reason", "the bank's letter"));
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        }
        else if (face == "API")
        {
            var done = await studio.Biller.PostAsync($"{Biller.Lines}/{line["id"]}/book", new JsonObject
            {
                ["as"] = "collection",
                ["names"] = new JsonArray(first, second),
                ["reason"] = "the bank's letter",
            });
            Assert.True(done.Status == HttpStatusCode.OK, done.Text);
        }
        else
        {
            await MatchAsync(studio, line, "--collection", first, "--collection", second);
        }

        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    [Fact]
    public async Task LineOfTwoCollections_LessTheBanksCharges_IsTiedToBoth_AndTheChargesAreAFee()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, first, _) = await CollectedAsync(studio, "40");
        var (jonas, second, _) = await CollectedAsync(studio, "41");
        await ImportAsync(studio, 80.50m);

        await MatchAsync(
            studio, await CountedOnceTests.OpenLineAsync(studio), "--collection", first, "--collection", second, "--charges", "0.50");

        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        Assert.Equal(50L, await studio.ScalarAsync(
            "SELECT sum(debits_minor - credits_minor)::bigint FROM ledger_account WHERE merchant_id = $1 AND kind = 'fees'",
            studio.Merchant.Value));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>The bank pays a file in two lines; a third line is no third payment.</summary>
    [Fact]
    public async Task LinesOfPartsOfACollection_AreTiedToItsDebits_AndToTheRest()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas, carla) = (await studio.DebitAsync("40"), await studio.DebitAsync("41"), await studio.DebitAsync("42"));
        var (number, _) = await studio.CollectAllAsync();
        await ImportAsync(studio, 81);

        await MatchAsync(
            studio, await CountedOnceTests.OpenLineAsync(studio), "--payment", $"{anna.Number}", "--payment", $"{jonas.Number}");
        Assert.Equal(
            ("captured", "captured", "settling"),
            (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas), await studio.StatusOfAsync(carla)));
        await ImportAsync(studio, 42, "2027/12", 1081);
        await MatchAsync(studio, await CountedOnceTests.OpenLineAsync(studio), "--collection", number);
        Assert.Equal("captured", await studio.StatusOfAsync(carla));
        await CountedOnceTests.AssertSettledAsync(studio);

        await ImportAsync(studio, 81, "2028/01", 1123);
        Assert.Contains(
            "in another line before",
            await RefusedAsync(
                studio, await CountedOnceTests.OpenLineAsync(studio), "--payment", $"{anna.Number}", "--payment", $"{jonas.Number}"),
            StringComparison.Ordinal);
    }

    /// <summary>The line of a collection and of a part of another one is tied after it was unbooked, too.</summary>
    [Fact]
    public async Task LineOfSeveralDebits_ThatIsUnbooked_IsTiedAgain()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await CollectedAsync(studio, "40");
        var (jonas, _, _) = await CollectedAsync(studio, "41");
        await ImportAsync(studio, 81);
        var line = await CountedOnceTests.OpenLineAsync(studio);
        string[] both = ["--payment", $"{anna.Number}", "--payment", $"{jonas.Number}"];
        await MatchAsync(studio, line, both);
        var (exitCode, output, error) = await studio.RunAsync("settlement", "unbook", $"{line["id"]}", "--reason", "once more");
        Assert.True(exitCode == 0, $"{output}{error}");

        await MatchAsync(studio, line, both);

        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>Both groups of a file have the sum of the line: the group's name in the file tells them apart.</summary>
    [Fact]
    public async Task LineOfOneOfTwoEqualGroups_IsTiedToTheGroupThatTheOperatorNames()
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.DebitAsync("40");
        await studio.CollectAllAsync();
        var refund = await studio.RefundAsync(await PaidAsync(studio, anna), "40");
        var back = await studio.RefundAsync(await studio.TransferredAsync("40", "DE02120300000000202051"), "40");
        var (number, file) = await studio.CollectAllAsync("--refunds");
        var groups = file.Descendants(Transfers + "PmtInfId").Select(one => one.Value).ToList();
        Assert.Equal(2, groups.Count);
        await ImportAsync(studio, -40, "2027/12", 1040);
        var line = await CountedOnceTests.OpenLineAsync(studio);

        var refused = await RefusedAsync(studio, line, "--collection", number);
        Assert.All(groups, group => Assert.Contains(group, refused.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal));
        var of = file.Descendants(Transfers + "EndToEndId").Single(one => one.Value == back.Name)
            .Ancestors(Transfers + "PmtInf").Single().Element(Transfers + "PmtInfId")!.Value;
        await MatchAsync(studio, line, "--collection", of);

        Assert.Equal("done", await studio.StatusOfAsync(back));
        Assert.NotEqual("done", await studio.StatusOfAsync(refund));
        await ImportAsync(studio, -40, "2028/01", 1000);
        await MatchAsync(studio, await CountedOnceTests.OpenLineAsync(studio), "--collection", number);
        Assert.Equal("done", await studio.StatusOfAsync(refund));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>Refunds go back in one line, of two files or of a part of one.</summary>
    [Fact]
    public async Task LineOfSeveralRefunds_IsTiedToTheirPayments()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.TransferredAsync("40", "DE02120300000000202051"),
            await studio.TransferredAsync("41", "AT611904300234573201"));
        var (first, second) = (await studio.RefundAsync(anna, "40"), await studio.RefundAsync(jonas, "41"));
        await studio.RefundAsync(await studio.TransferredAsync("42", "NL91ABNA0417164300"), "42");
        await studio.CollectAllAsync("--refunds");
        await ImportAsync(studio, -81);

        await MatchAsync(
            studio, await CountedOnceTests.OpenLineAsync(studio), "--payment", $"{anna.Number}", "--payment", $"{jonas.Number}");

        Assert.Equal(("done", "done"), (await studio.StatusOfAsync(first), await studio.StatusOfAsync(second)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>
    /// The bank took the refunds of a debit and of a transfer in one sum: each is money of another holder, and no report has both.
    /// </summary>
    [Theory]
    [InlineData("command line")]
    [InlineData("console")]
    [InlineData("API")]
    public async Task LineOfRefundsOfTwoHolders_IsSplit_AndFinishesBoth(string face)
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.DebitAsync("40");
        await studio.CollectAllAsync();
        var (refund, jonas) = (
            await studio.RefundAsync(await PaidAsync(studio, anna), "40"), await studio.TransferredAsync("41", "DE02120300000000202051"));
        var back = await studio.RefundAsync(jonas, "41");
        await studio.CollectAllAsync("--refunds");
        await ImportAsync(studio, -81, "2027/12", 1040);
        var line = await CountedOnceTests.OpenLineAsync(studio);
        Assert.Contains(
            "split the line, with a part for each payment",
            await RefusedAsync(studio, line, "--payment", $"{anna.Number}", "--payment", $"{jonas.Number}"), StringComparison.Ordinal);

        var isProgram = face == "API";
        await SplitAsync(
            studio, face, line, ("40.00", "payment", isProgram ? $"{anna.Payment:D}" : $"{anna.Number}"),
            ("41.00", "payment", isProgram ? $"{jonas.Payment:D}" : $"{jonas.Number}"));

        Assert.Equal(("done", "done"), (await studio.StatusOfAsync(refund), await studio.StatusOfAsync(back)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>The bank takes a debit back, and a transfer: the one becomes a dispute, and the other is reversed.</summary>
    [Fact]
    public async Task LineOfReturnsOfTwoHolders_IsSplit_AndIsNotTakenBack()
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.DebitAsync("40");
        await studio.CollectAllAsync();
        await PaidAsync(studio, anna);
        var jonas = await studio.TransferredAsync("41", "DE02120300000000202051");
        await ImportAsync(studio, -84, "2027/12", 1040);
        var line = await CountedOnceTests.OpenLineAsync(studio);
        Assert.Contains(
            "split the line, with a part for each payment",
            await RefusedAsync(studio, line, "--return", $"{anna.Number}", "--return", $"{jonas.Number}"), StringComparison.Ordinal);

        await SplitAsync(studio, "command line", line, ("43.00", "return", $"{anna.Number}"), ("41.00", "return", $"{jonas.Number}"));

        Assert.Equal((40m, 41_00L), (await studio.OpenOfAsync(anna), await studio.ScalarAsync(
            "SELECT reversed_minor FROM payment WHERE id = $1", jonas.Payment)));
        Assert.Equal("4000 300", await studio.ScalarAsync(
            "SELECT string_agg(format('%s %s', amount_minor, fee_minor), ', ') FROM dispute WHERE payment_id = $1", anna.Payment));
        await CountedOnceTests.AssertSettledAsync(studio);
        var (exitCode, output, error) = await studio.RunAsync("settlement", "unbook", $"{line["id"]}", "--reason", "once more");
        Assert.True(exitCode != 0, output);
        Assert.Contains("can't be unbooked", error, StringComparison.Ordinal);
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    private async Task SplitAsync(
        Studio studio, string face, JsonNode line, params (string Amount, string Use, string Name)[] parts)
    {
        if (face == "console")
        {
            using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
            using var done = await desk.SendAsync(
                $"/console/settlements/lines/{line["id"]}/split",
                [
                    .. parts.SelectMany(part => new[] { ("Amounts", part.Amount), ("Uses", part.Use), ("Which", part.Name) }),
                    ("Reason", "the bank's letter"),
                ]);
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        }
        else if (face == "API")
        {
            var done = await studio.Biller.PostAsync($"{Biller.Lines}/{line["id"]}/split", new JsonObject
            {
                ["parts"] = new JsonArray([.. parts.Select(part => new JsonObject
                {
                    ["amount"] = new JsonObject { ["amount"] = part.Amount, ["currency"] = "EUR" },
                    ["as"] = part.Use,
                    ["names"] = new JsonArray(part.Name),
                })]),
                ["reason"] = "the bank's letter",
            });
            Assert.True(done.Status == HttpStatusCode.OK, done.Text);
        }
        else
        {
            var (exitCode, output, error) = await studio.RunAsync(
                ["settlement", "split", $"{line["id"]}", "--reason", "the bank's letter",
                .. parts.SelectMany(part => new[] { "--part", $"{part.Amount} {part.Use} {part.Name}" })]);
            Assert.True(exitCode == 0, $"{output}{error}");
        }
    }

    private static async Task<(Member Member, string Number, XDocument File)> CollectedAsync(Studio studio, string amount)
    {
        var member = await studio.DebitAsync(amount);
        var (number, file) = await studio.CollectAllAsync();
        return (member, number, file);
    }

    private static async Task<Member> PaidAsync(Studio studio, Member member)
    {
        await BankFileTests.ImportAsync(studio, new Camt().With(40, "fee", studio.NameOf(member)));
        return member;
    }

    /// <summary>A line without any of our ids.</summary>
    private static Task<string> ImportAsync(Studio studio, decimal amount, string id = "2027/11", decimal opening = 1000) =>
        BankFileTests.ImportAsync(studio, new Camt { Id = id, Opening = opening }.WithEntry(amount, string.Create(
            CultureInfo.InvariantCulture, $"""
            <Ntry><Amt Ccy="EUR">{Math.Abs(amount):0.00}</Amt><CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd><Sts>BOOK</Sts>
            <BookgDt><Dt>2027-12-02</Dt></BookgDt><AcctSvcrRef>B{Biller.NewText()[..12]}</AcctSvcrRef></Ntry>
            """)));

    private static Task MatchAsync(Studio studio, JsonNode line, params string[] how) =>
        CountedOnceTests.MatchAsync(studio, line, [.. how, "--reason", "the bank's letter"]);

    private static async Task<string> RefusedAsync(Studio studio, JsonNode line, params string[] how)
    {
        var (exitCode, output, error) = await studio.RunAsync(
            ["settlement", "match", $"{line["id"]}", .. how, "--reason", "the bank's letter"]);
        Assert.True(exitCode != 0, output);
        return error.ReplaceLineEndings(" ");
    }
}
