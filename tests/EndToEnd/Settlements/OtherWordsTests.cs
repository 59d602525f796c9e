using System.Globalization;
using System.IO.Compression;
using System.Text;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>
/// A file tells lines of an earlier one in other words: they wait for a person, and count once until then. Other lines are booked.
/// </summary>
public sealed class OtherWordsTests(BooksFixture books)
{
    private const string Header = "account;date;amount;currency;payer;purpose\n";
    private const string Wide = "account;date;amount;currency;payer;counterparty_account;end_to_end;purpose\n";
    private const string Held = "An earlier file may have this line in other words: ";
    private const string Iban = "DE02120300000000202051";
    private const string OtherIban = "DE02500105170137075030";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The camt.053 begins where the MT940 does, or long before it.</summary>
    [Theory]
    [InlineData(1000)]
    [InlineData(990)]
    public async Task Camt053_OfDaysThatMt940Had_WaitsForAPerson(int opening)
    {
        await using var shop = await ShopAsync();
        var day = opening == 1000 ? "02" : "03";
        Assert.Equal(1, (await shop.ImportAsync(Mt940($"11{day}"))).Booked);

        var camt = new Camt { Opening = opening };
        var file = (opening == 1000 ? camt : camt.With(10, "else")).With(30, "Teilzahlung INV-2027-1", "E-1").With(7, "later").ToXml();
        var second = await shop.ImportAsync(file);

        Assert.Equal(0, second.Booked);
        var line = Assert.Single(await HeldAsync(shop, second));
        Assert.Equal(
            $"{Held}line 1 of 309/1 of 2027-11-{day}, 30.00 EUR, 2027-11-{day}, ANNA BELL, INV-2027-1 Teil. Ignore this one if it is the "
                + "same, else say what it is.",
            line.Note);
        await AssertBookedAsync(shop, 30_00);
        Assert.True((await shop.Desk.Lines.IgnoreAsync(line.Id, "it is the same", shop.Origin)).Accepted);
        Assert.True((await shop.ImportAsync(file)).WasKnown);
        await AssertBookedAsync(shop, 30_00);
    }

    [Fact]
    public async Task CsvOfAMonth_WithOneMoreColumnThanTheWeek_WaitsForAPerson()
    {
        await using var shop = await ShopAsync();
        await shop.ImportAsync($"{Header}{Row("01", "else")}{Row("02", "INV-2027-1")}{Row("05", "else")}");

        var month = await shop.ImportAsync(
            "account;date;amount;currency;payer;purpose;memo\n"
            + string.Concat(((string[])["01 else", "02 INV-2027-1", "05 else", "20 INV-2027-1"])
                .Select(row => $"{Row(row[..2], row[3..]).TrimEnd()};November\n")));

        Assert.Equal([1, 2, 3], (await HeldAsync(shop, month)).Select(line => line.Number));
        Assert.Equal(1, month.Booked);
        await AssertBookedAsync(shop, 60_00);
    }

    /// <summary>Short texts are equal in both files, and lines of other transfers are no cut ones.</summary>
    [Fact]
    public async Task TextThatIsCut_Waits_AndALineWithAnotherTextIsBooked()
    {
        const string Text = "INV-2027-1 Teilzahlung fuer den November";
        await using var shop = await ShopAsync();
        await shop.ImportAsync($"{Header}{Row("01", "else")}{Row("02", "short")}{Row("02", Text)}{Row("03", "else")}");

        var cut = await shop.ImportAsync(
            $"{Header}{Row("01", "else")}{Row("02", "short")}{Row("02", Text[..27])}{Row("02", "INV-2027-2")}{Row("04", "else")}");

        Assert.Equal([3], (await HeldAsync(shop, cut)).Select(line => line.Number));
        Assert.Equal((1, 1), (cut.Booked, cut.Statement.Elsewhere));
        await AssertBookedAsync(shop, 60_00);
    }

    [Fact]
    public async Task StatementsOfOneDay_ThatFollowOneAnother_OrHaveNothingInCommon_WaitForNothing()
    {
        await using var shop = await ShopAsync();
        foreach (var (id, opening, text) in ((string, int, string)[])
            [("1", 0, "INV-2027-1"), ("2", 30, "part of INV-2027-1"), ("3", 500, "INV-2027-1 the rest")])
        {
            Assert.Equal(1, (await shop.ImportAsync(new Camt { Id = id, Opening = opening }.With(30, text).ToXml())).Booked);
        }

        await AssertBookedAsync(shop, 90_00);
    }

    [Fact]
    public async Task EqualLines_OfOneFile_WaitForNothing_AndOneMoreThanTheEarlierFileHadIsBooked()
    {
        await using var shop = await ShopAsync();
        var first = $"{Header}{Row("02", "INV-2027-1")}";
        await shop.ImportAsync(first);
        var second = await shop.ImportAsync($"{Header}{Row("02", "Teil von INV-2027-1")}{Row("02", "Teil von INV-2027-1")}");

        Assert.Single(await HeldAsync(shop, second));
        Assert.Equal(1, second.Booked);
        await AssertBookedAsync(shop, 60_00);
        Assert.True((await shop.ImportAsync(first)).WasKnown);

        var twice = await shop.ImportAsync($"{Header}{Row("04", "INV-2027-2")}{Row("04", "INV-2027-2")}");
        Assert.Equal((2, 2), (twice.NewLines, twice.Booked));
    }

    /// <summary>The other payer, the other account or the other reference of the payer says that they are two.</summary>
    [Theory]
    [InlineData("Anna Bell;;", "Ben Carter;;", true)]
    [InlineData($";{Iban};", $";{OtherIban};", true)]
    [InlineData("Anna Bell;;E-1", "Anna Bell;;E-2", true)]
    [InlineData("Anna Bell;;E-1", "BELL, ANNA;;E-1", false)]
    [InlineData("Anna Bell;;", "Anna;;", false)]
    [InlineData("J?rg M?ller;;", "Jörg Müller;;", false)]
    public async Task Lines_OfOneDayAndAmount_AreTwoWherePayersOrReferencesSaySo(string first, string second, bool areTwo)
    {
        await using var shop = await ShopAsync();
        await shop.ImportAsync($"{Wide}{Camt.Iban};2027-11-02;30.00;EUR;{first};INV-2027-1\n");
        var report = await shop.ImportAsync($"{Wide}{Camt.Iban};2027-11-02;30.00;EUR;{second};Rechnung INV-2027-1\n");

        Assert.Equal(areTwo ? 0 : 1, (await HeldAsync(shop, report)).Count);
    }

    /// <summary>It books as new, whether the other file comes behind the undoing or has waited before it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FileInOtherWords_CountsWhenTheEarlierOneIsUndone(bool comesBehind)
    {
        await using var shop = await ShopAsync();
        var first = await shop.ImportAsync(Mt940("1102"));
        var other = new Camt().With(30, "Teilzahlung INV-2027-1").ToXml();
        if (!comesBehind)
            Assert.Single(await HeldAsync(shop, await shop.ImportAsync(other)));

        var undone = await shop.Desk.Undoing.UndoAsync(first.Statement.Statement.Id, "the wrong file", shop.Origin, Cancel);
        Assert.Equal((1, 1), (undone!.Taken, undone.Booked));

        Assert.Equal(1, (await shop.ImportAsync(other)).Booked);
        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>Two later files have the line: one of them takes its place.</summary>
    [Fact]
    public async Task LineOfThreeFiles_IsBookedOnce_WhenTheFirstIsUndone()
    {
        await using var shop = await ShopAsync();
        var first = (await shop.ImportAsync(Mt940("1102"))).Statement.Statement.Id;
        await shop.ImportAsync($"{Header}{Row("02", "Teil von INV-2027-1")}");
        await shop.ImportAsync(new Camt().With(30, "Teilzahlung INV-2027-1").ToXml());
        Assert.Equal(1, (await shop.Desk.Undoing.UndoAsync(first, "the wrong file", shop.Origin, Cancel))!.Taken);

        await shop.TryImportAsync(new Camt { Opening = 5000 }.With(1, "else").ToXml());

        await AssertBookedAsync(shop, 30_00);
        Assert.Contains(
            await shop.Statements.LinesAsync(shop.Merchant, SettlementStatus.Open, null, 10, Cancel),
            line => line.Note?.StartsWith($"{Held}line 1 of ", StringComparison.Ordinal) == true && line.Source == StatementSource.Camt);
    }

    /// <summary>The last of three files, or the first one come back, takes the place of the one that is undone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LineOfThreeFiles_IsBookedOnce_InWhateverOrderTheyAreUndone(bool isTheLastBooked)
    {
        await using var shop = await ShopAsync();
        var mt940 = Mt940("1102", "INV-2027-9");
        var first = (await shop.ImportAsync(mt940)).Statement.Statement.Id;
        var second = (await shop.ImportAsync($"{Header}{Row("02", "Teil von INV-2027-9")}")).Statement.Statement.Id;
        var third = await shop.ImportAsync(new Camt().With(30, "Teilzahlung INV-2027-9").ToXml());
        await shop.OweAsync(("anna", "INV-2027-9", 200_00));
        if (isTheLastBooked)
        {
            Assert.True((await shop.Desk.BookAsChosenAsync(
                Assert.Single(await HeldAsync(shop, third)), SettlementChoice.Charge, ["INV-2027-9"], shop.Origin, "it came", Cancel))
                .Outcome!.Accepted);
        }

        Assert.Equal(1, (await shop.Desk.Undoing.UndoAsync(first, "the wrong file", shop.Origin, Cancel))!.Taken);
        if (!isTheLastBooked)
        {
            await shop.TryImportAsync(mt940);
            Assert.Equal(1, (await shop.Desk.Undoing.UndoAsync(second, "the wrong file", shop.Origin, Cancel))!.Taken);
        }

        foreach (var opening in (int[])[5000, 6000])
            await shop.TryImportAsync(new Camt { Id = $"{opening}", Opening = opening }.With(1, "else").ToXml());
        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>Both files have the fee in the same words, and one of them can't write ü.</summary>
    [Theory]
    [InlineData("Teilzahlung fuer INV-2027-1")]
    [InlineData("Teilzahlung f?r INV-2027-1")]
    public async Task TextInOtherLetters_Waits_ThoughOtherLinesAreEqual(string text)
    {
        const string Fee = $"{Camt.Iban};2027-11-02;-5.00;EUR;;Kontofee\n";
        await using var shop = await ShopAsync();
        await shop.ImportAsync($"{Header}{Fee}{Row("02", "Teilzahlung für INV-2027-1")}");

        Assert.Equal([2], (await HeldAsync(shop, await shop.ImportAsync($"{Header}{Fee}{Row("02", text)}"))).Select(line => line.Number));
        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>Two tables of one bank may have references of different kinds, also where they tell a line without one alike.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("2027-11-02;-5.00;EUR;;Kontofee;")]
    public async Task TablesWithOtherReferences_WaitForAPerson(string fee)
    {
        await using var shop = await ShopAsync();
        foreach (var (column, reference) in ((string, string)[])[("bank_reference", "B-1"), ("transaction id", "778812")])
        {
            await shop.ImportAsync(
                $"account;date;amount;currency;payer;purpose;{column}\n{Row("02", "INV-2027-1").TrimEnd()};{reference}\n"
                    + (fee.Length > 0 ? $"{Camt.Iban};{fee}\n" : ""));
        }

        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>The books show a bill's number that looks like a card's; the bank's reference is of the text that hides it.</summary>
    [Fact]
    public async Task LineWhoseNumberTheBooksShow_IsKnownThoughItsIdentityIsOfAnotherText()
    {
        const string Bill = "5555555555554444";
        await using var shop = await ShopAsync();
        await shop.OweAsync(("anna", Bill, 30_00));
        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(30, $"KID {Bill}", bankReference: "B-1").ToXml())).Booked);

        var second = new Camt { Id = "2" }.With(30, $"KID {Bill}, of November", bankReference: "B-1").With(1, "else").ToXml();

        Assert.Single(await HeldAsync(shop, await shop.ImportAsync(second)));
        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>It was made at noon; the other one has the whole day, the newest line first.</summary>
    [Fact]
    public async Task FileThatEndsWithinADay_IsComparedWithOneOfAnotherOrder()
    {
        const string Names = "account;date;amount;currency;payer;balance;purpose";
        static string Of(string day, string amount, string balance, string purpose) =>
            $"{Camt.Iban};2027-11-{day};{amount};EUR;Anna Bell;{balance};{purpose}\n";
        await using var shop = await ShopAsync();
        await shop.ImportAsync($"{Names}\n{Of("02", "50.00", "1050.00", "else")}{Of("03", "30.00", "1080.00", "Teil INV-2027-1")}");
        await AssertBookedAsync(shop, 30_00);

        var day = await shop.ImportAsync(
            $"{Names};memo\n{Of("04", "70.00", "1150.00", "else;x")}{Of("03", "-5.00", "1080.00", "fee;x")}"
            + $"{Of("03", "5.00", "1085.00", "other;x")}{Of("03", "30.00", "1080.00", "INV-2027-1, Teil;x")}");

        Assert.Single(await HeldAsync(shop, day));
        await AssertBookedAsync(shop, 30_00);
    }

    [Fact]
    public async Task FileOfAnotherFormat_WaitsWhileTheEarlierOneIsTakenBackInPart()
    {
        await using var shop = await ShopAsync();
        var first = (await shop.ImportAsync(Mt940("1102"))).Statement.Statement.Id;
        var other = new Camt().With(30, "Teilzahlung INV-2027-1").ToXml();
        Assert.True(await new UndoneStatements(shop.Books.Database, TimeProvider.System).MarkAsync(first, shop.Origin, Cancel));

        var refused = await shop.TryImportAsync(other);
        Assert.Contains("is being taken back", Assert.Single(refused.Faults).Problem, StringComparison.Ordinal);

        Assert.Equal(1, (await shop.Desk.Undoing.UndoAsync(first, "the wrong file", shop.Origin, Cancel))!.Taken);
        Assert.Equal(1, (await shop.ImportAsync(other)).Booked);
        await AssertBookedAsync(shop, 30_00);
    }

    [Fact]
    public async Task FileThatOneOfAnotherFormatContinues_StaysUntilThatOneIsUndone()
    {
        await using var shop = await ShopAsync();
        var first = (await shop.ImportAsync(Mt940("1101"))).Statement.Statement.Id;
        await shop.ImportAsync(new Camt { Opening = 1030 }.With(30, "INV-2027-1").ToXml());

        var refused = (await shop.Desk.Undoing.UndoAsync(first, "the wrong file", shop.Origin, Cancel))!;
        Assert.Contains("continues it or shares lines with it", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    /// <summary>A person has booked the later line: the earlier one waits for a person too, though it names a bill by now.</summary>
    [Fact]
    public async Task EarlierLine_OfWhichALaterOneIsBooked_WaitsForAPerson()
    {
        await using var shop = await ShopAsync();
        await shop.ImportAsync(Mt940("1102", "INV-2027-9"));
        var later = Assert.Single(await HeldAsync(shop, await shop.ImportAsync(new Camt().With(30, "Zahlung INV-2027-9").ToXml())));
        await shop.OweAsync(("anna", "INV-2027-9", 70_00));
        Assert.True((await shop.Desk.BookAsChosenAsync(
            later, SettlementChoice.Charge, ["INV-2027-9"], shop.Origin, "it came", Cancel)).Outcome!.Accepted);

        await shop.TryImportAsync(new Camt { Opening = 5000 }.With(1, "else").ToXml());

        var open = await shop.Statements.LinesAsync(shop.Merchant, SettlementStatus.Open, null, 10, Cancel);
        Assert.Contains(open, line => line.Source == StatementSource.Mt940
            && line.Note?.StartsWith("A line of a later file is booked that may be this one", StringComparison.Ordinal) == true);
        await AssertBookedAsync(shop, 30_00);
    }

    [Fact]
    public async Task LineThatAnEarlierVersionHeld_StaysForAPerson()
    {
        const string Kept = "A file of another kind has a line of this account, day and amount: ignore this one if it is the same.";
        await using var shop = await ShopAsync();
        var file = $"{Header}{Row("02", "INV-2027-9")}";
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(file)));
        await shop.Statements.NoteAsync(shop.Merchant, [(line.Id, Kept)], Cancel);
        await shop.OweAsync(("anna", "INV-2027-9", 70_00));

        Assert.Equal(0, (await shop.ImportAsync(file)).Booked);
        Assert.Equal(Kept, Assert.Single(await shop.Statements.LinesAsync(
            shop.Merchant, SettlementStatus.Open, null, 10, Cancel)).Note);
    }

    /// <summary>Each file of a ZIP is told by a program of its own.</summary>
    [Fact]
    public async Task FilesOfOneZip_ThatTellALineInOtherWords_BookItOnce()
    {
        await using var shop = await ShopAsync();
        using var zip = new MemoryStream();
        await using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var text in new[] { Mt940("1102"), new Camt().With(30, "Teilzahlung INV-2027-1").ToXml() })
            {
                await using var entry = await archive.CreateEntry($"{text.Length}").OpenAsync(Cancel);
                await entry.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);
            }
        }

        zip.Position = 0;
        var both = await shop.Desk.ImportAsync(zip, "all.zip", new ReadingOptions(), shop.Origin, null, Cancel);

        Assert.Empty(both.Faults);
        Assert.Equal((2, 1), (both.Reports.Count, both.Reports.Sum(report => report.Booked)));
        Assert.Single(await HeldAsync(shop, both.Reports[1]));
        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>The bank's reference says that they are one, also of a line that was taken back and came again.</summary>
    [Fact]
    public async Task LineThatCameAgain_IsKnownByTheBanksReference()
    {
        const string Names = "account;date;amount;currency;payer;purpose;bank_reference";
        const string Line = $"{Camt.Iban};2027-11-02;30.00;EUR;Anna Bell;INV-2027-1;B-1";
        await using var shop = await ShopAsync();
        var week = await shop.ImportAsync($"{Names}\n{Line}\n");
        Assert.Equal(1, (await shop.Desk.Undoing.UndoAsync(week.Statement.Statement.Id, "the wrong file", shop.Origin, Cancel))!.Taken);
        Assert.Equal(1, (await shop.ImportAsync($"{Names}\n{Line}\n")).Booked);

        var month = await shop.ImportAsync($"{Names};memo\n{Line};November\n");

        Assert.Single(await HeldAsync(shop, month));
        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>An import looks at a number of the lines that were open before.</summary>
    [Fact]
    public async Task LinesThatAreToldAgain_TakeNoPlaceFromThoseThatABillCanAnswer()
    {
        await using var shop = await ShopAsync();
        await shop.ImportAsync($"{Header}{Row("01", "INV-2027-9")}");
        string[] rows = [.. Enumerable.Range(0, 260).Select(nth => Row("10", $"a friend of {nth}"))];
        await shop.ImportAsync($"{Header}{string.Concat(rows)}");
        var again = await shop.ImportAsync(
            $"account;date;amount;currency;payer;purpose;memo\n{string.Concat(rows.Select(row => $"{row.TrimEnd()};November\n"))}");
        Assert.NotEmpty(await HeldAsync(shop, again));

        await shop.OweAsync(("anna", "INV-2027-9", 70_00));
        await shop.TryImportAsync($"{Header}{Row("20", "else")}");

        await AssertBookedAsync(shop, 30_00);
    }

    /// <summary>Anna and Jonas owe bills that their lines pay in part.</summary>
    private async Task<Shop> ShopAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 200_00), ("anna", "INV-2027-2", 200_00), ("jonas", "INV-2027-3", 200_00));
        return shop;
    }

    private static async Task<IReadOnlyList<SettlementLine>> HeldAsync(Shop shop, DeskReport report) =>
        [.. (await shop.LinesAsync(report)).Where(line => line.Note?.StartsWith(Held, StringComparison.Ordinal) == true)];

    private static async Task AssertBookedAsync(Shop shop, long minor) =>
        Assert.Equal(minor, (await shop.BalancesAsync()).Where(balance => balance.Key.StartsWith("bank", StringComparison.Ordinal))
            .Sum(balance => balance.Value));

    private static string Row(string day, string purpose) => $"{Camt.Iban};2027-11-{day};30.00;EUR;Anna Bell;{purpose}\n";

    private static string Mt940(string day, string text = "INV-2027-1 Teil") => string.Create(CultureInfo.InvariantCulture, $"""
        :20:STARTUMS
        :25:{Camt.Iban}
        :28C:309/1
        :60F:C27{day}EUR1000,00
        :61:27{day}{day}C30,00NTRFNONREF//B1
        :86:166?00GUTSCHR. UEBERWEISUNG?20EREF+E-1?21SVWZ+{text}?32ANNA ?33BELL
        :62F:C27{day}EUR1030,00
        -
        """);
}
