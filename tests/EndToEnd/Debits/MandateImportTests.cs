using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>Mandates that customers gave elsewhere come by a CSV file: all of them or none, however often it is imported.</summary>
public sealed class MandateImportTests(BooksFixture books)
{
    private const string Header = "account;iban;holder;mandate;signed_on";

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ImportedMandate_IsDebitedByTheNextCollection()
    {
        using var studio = await Studio.OpenAsync(books);
        var account = await studio.Biller.CustomerAsync();
        var file = await WriteAsync(
            studio, $"{Header};last_used_on;source",
            $"{account};DE02 1203 0000 0000 2020 51;Jürgen Groß;M-0815;05.01.2019;{Today:O};paper");

        var report = await ImportAsync(studio, file);
        Assert.Equal((1, 0), ((int)report["added"]!, (int)report["known"]!));

        var fee = await studio.Biller.OwingAsync(account, "20");
        var instrument = $"{await studio.ScalarAsync(
            "SELECT m.instrument_id FROM mandate m WHERE m.merchant_id = $1 AND m.reference = 'M-0815' AND m.source = 'paper'",
            studio.Merchant.Value)}";
        await studio.PayAsync(new Member(account, fee, instrument, Guid.Empty, 0), "20");
        var (_, bankFile) = await studio.CollectAllAsync();
        var mandate = Assert.Single(bankFile.Descendants(), element => element.Name.LocalName == "MndtRltdInf");
        Assert.Equal("M-08152019-01-05", string.Concat(mandate.Elements().Take(2).Select(element => element.Value)));
        Assert.Equal("DE02120300000000202051", Of(bankFile, "DbtrAcct"));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task SameFileAgain_ChangesNothing_AndALongerOneAddsItsNewRows()
    {
        using var studio = await Studio.OpenAsync(books);
        var (ada, ben) = (await studio.Biller.CustomerAsync(), await studio.Biller.CustomerAsync());
        var first = $"{ada};DE02120300000000202051;Ada;M-1;2026-01-05";
        var file = await WriteAsync(studio, Header, first);
        Assert.Equal(1, (int)(await ImportAsync(studio, file))["added"]!);
        Assert.Equal((0, 1), Of(await ImportAsync(studio, file)));

        var more = await WriteAsync(studio, Header, first, $"{ben};AT611904300234573201;Ben;M-2;2026-02-05");
        Assert.Equal((1, 1), Of(await ImportAsync(studio, more)));
        var (amended, _, fault) = await studio.RunAsync("mandate", "amend", "M-1", "--reference", "M-7", "--reason", "a typing error");
        Assert.True(amended == 0, fault);
        Assert.Equal((0, 2), Of(await ImportAsync(studio, more)));
        Assert.Equal(2L, await CountAsync(studio));
        await studio.AssertCleanAsync();

        static (int Added, int Known) Of(JsonNode report) => ((int)report["added"]!, (int)report["known"]!);
    }

    [Fact]
    public async Task BadRows_AreNamedByLineAndColumn_AndNothingOfTheFileIsTaken()
    {
        using var studio = await Studio.OpenAsync(books);
        var ada = await studio.Biller.CustomerAsync();
        await ImportAsync(studio, await WriteAsync(studio, Header, $"{ada};DE02120300000000202051;Ada;M-OLD;2026-01-05"));
        var file = await WriteAsync(
            studio, Header,
            $"{ada};AT611904300234573201;Ada;M-1;2026-01-05",
            $"{ada};AT611904300234573201;Ada;M-2;{Today.AddDays(2):O}",
            $"{ada};AT611904300234573202;Ada;M-3;2026-01-05",
            $"{ada};AE070331234567890123456;Ada;M-4;2026-01-05",
            $"{ada};AT611904300234573201;Ada;M-1;2026-01-05",
            "zoe;AT611904300234573201;Zoe;M-5;2026-01-05",
            $"{ada};AT611904300234573201;Ada;M-OLD;2026-01-05",
            $"{ada};AT611904300234573201;Ada;M_6;2026-01-05",
            $"{ada};AT611904300234573201;Ada;M-7;5/1/2026",
            $"{ada};AT611904300234573201;Ada;M-8;2019-01-05",
            $"{ada};AT611904300234573201;;M-9;2026-01-05");

        var faults = await FaultsAsync(studio, file);
        AssertReported(faults, 3, "signed_on", "in the future");
        AssertReported(faults, 4, "iban", "check digits");
        AssertReported(faults, 5, "iban", "outside SEPA");
        AssertReported(faults, 6, "mandate", "line 2 has M-1 too");
        AssertReported(faults, 7, "account", "no customer zoe");
        AssertReported(faults, 8, "mandate", "another mandate");
        AssertReported(faults, 9, "mandate", "letters without accents");
        AssertReported(faults, 10, "signed_on", "2027-01-31");
        AssertReported(faults, 11, "signed_on", "36 months");
        AssertReported(faults, 12, "holder", "1 to 70 characters");
        Assert.Equal(10, faults.Count);
        Assert.DoesNotContain("AT61", faults.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(studio));
    }

    [Theory]
    [InlineData("account;iban;holder;signed_on", "no header line with a column mandate")]
    [InlineData("account;holder;mandate;signed_on", "line 1, iban: there is no such column")]
    [InlineData("", "The file is empty.")]
    public async Task WrongHeader_IsNamed(string header, string why)
    {
        using var studio = await Studio.OpenAsync(books);
        var file = studio.PathOf("wrong.csv");
        await File.WriteAllTextAsync(file, header, Cancel);
        var (exitCode, output, _) = await studio.RunAsync("mandate", "import", file, "--api", "quittance");
        Assert.Equal(1, exitCode);
        var fault = Assert.Single(JsonNode.Parse(output)!["faults"]!.AsArray())!;
        Assert.Contains(why, $"line {fault["line"]}, {fault["column"]}: {fault["problem"]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task MandateForOneDebit_IsDebitedOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        var account = await studio.Biller.CustomerAsync();
        await ImportAsync(
            studio, await WriteAsync(studio, $"{Header};sequence", $"{account};DE02120300000000202051;Ada;M-ONCE;2026-01-05;one_off"));
        var instrument = $"{await studio.ScalarAsync("SELECT instrument_id FROM mandate WHERE merchant_id = $1", studio.Merchant.Value)}";
        await PayAsync();
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("call-off", number, "--reason", "wrong day");
        var (_, file) = await studio.CollectAllAsync();
        Assert.Equal("OOFF", Of(file, "SeqTp"));

        var second = await PayAsync();
        var preview = await studio.CollectAsync("preview");
        var left = Assert.Single(preview["leftOut"]!.AsArray())!;
        Assert.Equal(
            (second.Number, "its mandate is for one debit, which was taken"), ((long)left["payment"]!, (string)left["why"]!));
        await studio.AssertCleanAsync();

        async Task<Member> PayAsync() => await studio.PayAsync(
            new Member(account, await studio.Biller.OwingAsync(account, "5"), instrument, Guid.Empty, 0), "5");
    }

    [Fact]
    public async Task FormerReferenceAndIdentifier_AreReportedOnce_AndAgainWhereTheBankDidNotTakeTheDebit()
    {
        const string Former = "AT61ZZZ01234567890", Changed = "NL79ZZZ999999990000";
        using var studio = await Studio.OpenAsync(books);
        var account = await studio.Biller.CustomerAsync();
        await ImportAsync(studio, await WriteAsync(
            studio, $"{Header};former_mandate;former_creditor", $"{account};DE02120300000000202051;Ada;M-NEW;2026-01-05;M-OLD;{Former}"));
        var instrument = $"{await studio.ScalarAsync("SELECT instrument_id FROM mandate WHERE merchant_id = $1", studio.Merchant.Value)}";

        // The first file is called off, so the bank hears of it by the next one alone.
        await PayAsync();
        var off = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("call-off", off, "--reason", "wrong day");
        Assert.Equal($"true M-OLD {Former}", AmendmentIn((await studio.CollectAllAsync()).File));
        await PayAsync();
        Assert.Equal("false", AmendmentIn((await studio.CollectAllAsync()).File));

        await studio.CollectAsync("account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Changed);
        await PayAsync();
        Assert.Equal($"true {Studio.Creditor}", AmendmentIn((await studio.CollectAllAsync()).File));
        await PayAsync();
        Assert.Equal("false", AmendmentIn((await studio.CollectAllAsync()).File));
        await studio.AssertCleanAsync();

        async Task PayAsync() => await studio.PayAsync(
            new Member(account, await studio.Biller.OwingAsync(account, "5"), instrument, Guid.Empty, 0), "5");
    }

    /// <summary>The bank hears of each change by the next debit, once.</summary>
    [Fact]
    public async Task MandateThatAnOperatorAmends_IsReportedToTheBank_AndARevokedOneIsDebitedNoMore()
    {
        const string Former = "AT61ZZZ01234567890";
        using var studio = await Studio.OpenAsync(books);
        var (account, other) = (await studio.Biller.CustomerAsync(), await studio.Biller.CustomerAsync());
        await ImportAsync(studio, await WriteAsync(
            studio, $"{Header};last_used_on", $"{account};DE02120300000000202051;Ada;M-1;2026-01-05;2026-02-05",
            $"{other};AT611904300234573201;Ben;M-9;2026-01-05;2026-02-05"));
        var instrument = $"{await studio.ScalarAsync(
            "SELECT instrument_id FROM mandate WHERE merchant_id = $1 AND reference = 'M-1'", studio.Merchant.Value)}";

        await CorrectAsync("amend", "M-1", "--reference", "M-2", "--former-creditor", Former);
        await PayAsync();
        Assert.Equal($"true M-1 {Former}", AmendmentIn((await studio.CollectAllAsync()).File));
        await CorrectAsync("amend", "M-2", "--reference", "M-3");
        await PayAsync();
        var (_, file) = await studio.CollectAllAsync();
        Assert.Equal(("true M-2", "M-3"), (AmendmentIn(file), Of(file, "MndtId")));
        await PayAsync();
        Assert.Equal("false", AmendmentIn((await studio.CollectAllAsync()).File));
        Assert.Equal(2L, await studio.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'mandate.amend' AND reason = 'a typing error'",
            studio.Merchant.Value));

        await RefusedAsync("M-9 is another mandate", "amend", "M-3", "--reference", "M-9");
        await RefusedAsync("Your bank debits no mandate M-1", "amend", "M-1", "--reference", "M-4");
        await RefusedAsync("letters without accents", "amend", "M-3", "--reference", "M_4");
        await RefusedAsync("no creditor identifier", "amend", "M-3", "--former-creditor", "AT62ZZZ01234567890");
        await RefusedAsync("Name a new reference or a former creditor identifier", "amend", "M-3");

        var waiting = await PayAsync();
        await CorrectAsync("revoke", "M-3");
        Studio.AssertLeftOutOrEnded(await studio.CollectAsync("preview"), waiting, "its bank account was taken away");
        await studio.CollectAsync("run");
        Assert.Equal("failed", await studio.StatusOfAsync(waiting));
        await RefusedAsync("no such payment method", "revoke", "M-3", "--key", "again");
        await studio.AssertCleanAsync();

        async Task<Member> PayAsync() => await studio.PayAsync(
            new Member(account, await studio.Biller.OwingAsync(account, "5"), instrument, Guid.Empty, 0), "5");

        async Task CorrectAsync(params string[] what)
        {
            var (exitCode, output, error) = await studio.RunAsync(["mandate", .. what, "--reason", "a typing error"]);
            Assert.True(exitCode == 0, $"{output}{error}");
            Assert.True((bool)JsonNode.Parse(output)!["changed"]!);
        }

        async Task RefusedAsync(string why, params string[] what)
        {
            var (exitCode, output, error) = await studio.RunAsync(["mandate", .. what, "--reason", "a typing error"]);
            Assert.True(exitCode != 0, output);
            Assert.Contains(why, error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }
    }

    /// <summary>The import is quick because rows share their commits. <c>bench collections</c> measures it with 50,000.</summary>
    [Long]
    [Fact]
    public async Task FiveThousandMandates_AreTakenByHundredsInACommit()
    {
        const int Rows = 5_000;
        using var studio = await Studio.OpenAsync(books);
        var ada = await studio.Biller.CustomerAsync();
        var text = new StringBuilder($"{Header}\n");
        for (var row = 1; row <= Rows; row++)
            text.Append(CultureInfo.InvariantCulture, $"{ada};DE02120300000000202051;Ada;M-{row};2026-01-05\n");
        var file = studio.PathOf("many.csv");
        await File.WriteAllTextAsync(file, $"{text}", Cancel);

        var before = await CommitsAsync();
        Assert.Equal(Rows, (int)(await ImportAsync(studio, file))["added"]!);
        var after = await CommitsAsync();
        Assert.InRange(after - before, 1, Rows / 200);
        Assert.Equal(Rows, (int)(await ImportAsync(studio, file))["known"]!);
        Assert.Equal((long)Rows, await CountAsync(studio));

        async Task<long> CommitsAsync() =>
            (long)(await studio.ScalarAsync("SELECT count(*) FROM block WHERE merchant_id = $1", studio.Merchant.Value))!;
    }

    /// <summary>The change of the mandate in the only debit of a file.</summary>
    private static string AmendmentIn(System.Xml.Linq.XDocument file) => string.Join(' ', file.Descendants().Single(one =>
        one.Name.LocalName == "MndtRltdInf").Descendants().Where(one =>
        one.Name.LocalName == "AmdmntInd" || one.Name.LocalName == "OrgnlMndtId"
        || (one.Name.LocalName == "Id" && one.Parent!.Name.LocalName == "Othr")).Select(one => one.Value));

    private static string Of(System.Xml.Linq.XDocument file, string element) =>
        file.Descendants().Single(one => one.Name.LocalName == element).Value;

    private static async Task<string> WriteAsync(Studio studio, params string[] lines)
    {
        var path = studio.PathOf($"{Biller.NewText()}.csv");
        await File.WriteAllLinesAsync(path, lines, Cancel);
        return path;
    }

    private static async Task<JsonNode> ImportAsync(Studio studio, string file)
    {
        var (exitCode, output, error) = await studio.RunAsync("mandate", "import", file, "--api", "quittance");
        Assert.True(exitCode == 0, $"{output}{error}");
        return JsonNode.Parse(output)!;
    }

    private static async Task<JsonArray> FaultsAsync(Studio studio, string file)
    {
        var (exitCode, output, error) = await studio.RunAsync("mandate", "import", file, "--api", "quittance");
        Assert.True(exitCode == 1, $"{output}{error}");
        return JsonNode.Parse(output)!["faults"]!.AsArray();
    }

    private static void AssertReported(JsonArray faults, int line, string column, string why)
    {
        var report = Assert.Single(faults, fault => (int)fault!["line"]! == line)!;
        Assert.Equal(column, (string?)report["column"]);
        Assert.Contains(why, (string)report["problem"]!, StringComparison.Ordinal);
    }

    private static async Task<long> CountAsync(Studio studio) =>
        (long)(await studio.ScalarAsync("SELECT count(*) FROM mandate WHERE merchant_id = $1", studio.Merchant.Value))!;
}
