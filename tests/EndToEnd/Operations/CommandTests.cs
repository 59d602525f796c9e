using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Quittance.Core.Settlements;
using Quittance.Host;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Operations;

/// <summary>
/// Operators' commands, beside a running server: each command reports its result to programs, and the audit log has the person.
/// </summary>
public sealed class CommandTests(BooksFixture books) : IDisposable
{
    // Servers end on command, and a script is for a shell.
    private static readonly string[] Unlike = ["demo", "serve", "completion"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-operator-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Long]
    [Theory]
    [InlineData("stripe", "sk_test_5Xw2c", "payment_intent.succeeded")]
    [InlineData("gocardless", "sandbox_5Xw2c", "payments")]
    public async Task Provider_ThatGivesItsKeys_IsConnectedByFiles_AndSaysWhatToSwitchOn(string provider, string key, string wanted)
    {
        await using var day = await OperatorDay.BeginAsync(books, _folder.FullName);
        string[] connect = ["provider", "connect", provider, "--merchant", day.Merchant, "--json"];
        string[] keys = ["--api-key-file", Written("key", $"{key}\n"), "--notice-secret-file", Written("secret", "whsec_5Xw2c")];
        string[] face = ["--url", new Uri(books.Sandbox, provider).AbsoluteUri];

        var (_, _, without) = await day.RunAsync([.. connect, .. face]);
        Assert.Contains("--api-key-file", without, StringComparison.Ordinal);
        var (_, _, away) = await day.RunAsync([.. connect, .. keys, "--url", "http://127.0.0.1:1"]);
        Assert.Contains("Nothing was changed", away, StringComparison.Ordinal);

        var (exitCode, output, error) = await day.RunAsync([.. connect, .. keys, .. face]);
        Assert.True(exitCode == 0, error);
        var report = JsonNode.Parse(output)!;
        Assert.Equal($"/providers/{provider}/merchants/{day.Merchant}/notices", (string?)report["notices"]);
        Assert.Equal("test", (string?)report["world"]);
        Assert.Contains(wanted, report["events"]!.AsArray().Select(name => (string?)name));
        Assert.DoesNotContain("5Xw2c", output, StringComparison.Ordinal);

        var (_, _, refused) = await day.RunAsync(["provider", "rotate-key", provider, "--merchant", day.Merchant]);
        Assert.Contains("--notice-secret-file", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_CompletesCommandsAndOptions()
    {
        var (_, script, _) = await RunningProgram.RunAsync("completion", "bash");
        const string Typed = "quittance payment ref";
        var asked = $$"""
            {{script}}
            COMP_WORDS=("{{RunningProgram.Path}}" payment ref); COMP_CWORD=2; COMP_LINE="{{Typed}}"; COMP_POINT={{Typed.Length}}
            _quittance; printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(
            new ProcessStartInfo("bash", ["-c", asked]) { RedirectStandardOutput = true, UseShellExecute = false })!;

        Assert.Equal("refund", (await bash.StandardOutput.ReadToEndAsync(Cancel)).Trim());
    }

    /// <summary>The nodes of a cluster can't sign in to one another, PostgreSQL ends, or its disk is full.</summary>
    [Theory]
    [InlineData("08006")]
    [InlineData("57P01")]
    [InlineData("53100")]
    public async Task Database_ThatLosesItsOwnConnections_IsSaidInALine(string state)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await OperatedBooks.ExecuteAsync(own, $"""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN RAISE 'connection to the remote node failed' USING ERRCODE = '{state}'; END$$;
            CREATE TRIGGER failing BEFORE INSERT ON merchant EXECUTE FUNCTION fail()
            """);

        var (exitCode, output, error) =
            await RunningProgram.RunAsync("merchant", "create", "Northwind", "--database", own.ConnectionString);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("The database can't do this just now: connection to the remote node failed", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanOfADistribution_IsRefused_BeforeAnyDatabaseIsAsked()
    {
        var (exitCode, _, error) =
            await RunningProgram.RunAsync("migrate", "--plan", "--distribute", "--database", "Host=127.0.0.1;Port=1;Database=quittance");
        Assert.Equal(2, exitCode);
        Assert.Contains("--plan lists migrations alone: run it without --distribute.", error, StringComparison.Ordinal);
    }

    private string Written(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    [Long]
    [Fact]
    public async Task EveryCommand_WithJson_PrintsOneDocumentAndIsAudited()
    {
        await using var day = await OperatorDay.BeginAsync(books, _folder.FullName);
        foreach (var sample in OperatorDay.Samples)
        {
            var (exitCode, output, error) = await day.RunAsync([.. sample.Command.Split(' '), .. await sample.Arguments(day), "--json"]);
            Assert.True(exitCode == 0, $"{sample.Command} ended with {exitCode}: {error}{output}");
            var report = JsonNode.Parse(output)!;
            SecretWatch.OfTheRun.Add(SecretsIn(report));
            sample.Then(day, report);
        }

        Assert.Equal(
            [
                "account.close", "account.contact", "account.create", "account.erase", "account.merge", "account.note", "account.reopen",
                "account.unmerge",
                "approval.reject", "autopay.choose", "autopay.end", "books.backup", "books.hold", "books.release",
                "charge.cancel", "charge.change",
                "charge.credit", "charge.import", "charge.recover", "charge.reinstate", "charge.write-off",
                "client.create", "client.revoke", "collect.account", "collect.call-off", "collect.file", "collect.lost", "collect.release",
                "collect.run", "collect.sent", "collect.status", "collect.unsent", "contact.import", "credential.create",
                "credential.revoke", "credential.rotate", "datev.set",
                "dues.collect", "dues.policy", "dues.stop", "dunning.hold", "dunning.policy", "dunning.release", "dunning.run",
                "factor.remove", "factor.require", "format.end", "format.set",
                "installation.zone", "instrument.register", "journal.export",
                "limit.set", "link.make", "link.take-back", "mail.account-link", "mail.policy",
                "mail.resend", "mail.sentence", "mail.statement",
                "mandate.amend", "mandate.import", "mandate.record", "mandate.revoke", "merchant.create", "merchant.logo", "merchant.payee",
                "merchant.profile", "origin.add", "origin.remove", "payment.allocate", "payment.cancel", "payment.complete", "payment.move",
                "payment.record",
                "payment.refund", "payment.retry", "payment.settle",
                "payment.unallocate", "period.close", "period.reopen", "person.create", "person.end",
                "person.password", "person.reset-link", "person.role", "person.unlock",
                "provider.connect", "provider.rotate", "provider.route", "provider.route-end",
                "refund.call-off", "refund.paid", "retry.policy",
                "rule.end", "rule.set", "rule.switch",
                "settlement.book", "settlement.erase", "settlement.import",
                "settlement.match", "settlement.unbook", "tolerance.set", "vault.check", "vault.rekey", "vault.rotate",
                "webhook.add", "webhook.end", "webhook.replay",
                "webhook.rotate", "webhook.test",
            ],
            await day.FindAsync("SELECT what FROM operator_action WHERE who = 'command line' GROUP BY what ORDER BY what COLLATE \"C\""));
        Assert.Equal(["payment.refund|a customer's wish"],
            await day.FindAsync("SELECT DISTINCT what || '|' || reason FROM operator_action WHERE what = 'payment.refund'"));
        await day.AssertCleanAsync();
    }

    [Fact]
    public void EveryCommand_HasASample() => Assert.Equal(
        Leaves(Program.Commands(), "").Select(leaf => leaf.Name).Except(Unlike).Order(StringComparer.Ordinal),
        OperatorDay.Samples.Select(sample => sample.Command).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Help_DoesNotPrintTheConnectionStringOfTheVariable()
    {
        var variables = new Dictionary<string, string> { ["QUITTANCE_DATABASE"] = "Host=db;Username=quittance;Password=of-the-variable" };

        foreach (var command in (string[])["verify", "serve"])
        {
            var help = await RunningProgram.RunAsync(variables, command, "--help");

            Assert.Equal((0, ""), (help.ExitCode, help.Error));
            Assert.Contains("--database <connection>", help.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("of-the-variable", help.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryCommand_TakesJson() => Assert.All(
        Leaves(Program.Commands(), "").Where(leaf => !Unlike.Contains(leaf.Name)),
        leaf => Assert.True(leaf.Command.Options.Any(option => option.Name == "--json"), leaf.Name));

    [Theory]
    [InlineData("There is no merchant 999999", "payment", "show", "1", "--merchant", "999999")]
    [InlineData("has no payment 77", "payment", "show", "77")]
    [InlineData("has no payment 77", "payment", "refund", "77", "--reason", "x")]
    [InlineData("there is no charge 77", "charge", "cancel", "77", "--reason", "x")]
    [InlineData("Say one of --due-on, --document, --description and --no-dunning-until", "charge", "change", "77", "--reason", "x")]
    [InlineData("has no payment 77", "payment", "move", "77", "--customer", "A-1", "--reason", "x")]
    [InlineData("has no credential 99", "credential", "rotate", "99")]
    [InlineData("has no credential 99", "credential", "revoke", "99")]
    [InlineData("A policy has 1 to 5 levels", "dunning", "policy", "set", "EUR", "--level", "7", "--level", "7", "--reason", "x")]
    [InlineData("with a fee behind a colon", "dunning", "policy", "set", "EUR", "--level", "soon", "--reason", "x")]
    [InlineData("Say --until or --exempt", "dunning", "hold", "77", "--reason", "x")]
    [InlineData("A policy has 1 to 5 tries", "retry", "policy", "set", "--after", "5", "--after", "3", "--reason", "x")]
    [InlineData("There is no request 77", "approval", "reject", "77", "--reason", "x")]
    [InlineData("is no currency", "settlement", "tolerance", "EURO", "5", "--reason", "x")]
    [InlineData("Say an amount, a percentage, or both", "settlement", "tolerance", "EUR", "--reason", "x")]
    [InlineData("The amount must be above zero.", "settlement", "tolerance", "EUR", "0", "--reason", "x")]
    [InlineData("A percentage is above 0", "settlement", "tolerance", "EUR", "--percent", "1.234", "--reason", "x")]
    [InlineData("--as is one of", "settlement", "tolerance", "EUR", "2", "--as", "gift", "--reason", "x")]
    [InlineData("Say why by --reason", "settlement", "tolerance", "EUR", "2")]
    [InlineData("would fit every line", "settlement", "rule", "set", "--name", "All", "--as", "ignore", "--reason", "x")]
    [InlineData("There is no rule 7", "settlement", "rule", "end", "--rule", "7", "--reason", "x")]
    [InlineData("There is no rule 7", "settlement", "rule", "try", "7")]
    [InlineData("is no currency", "approval", "limit", "EURO", "5", "--reason", "x")]
    [InlineData("limit 0: The amount must be above zero.", "approval", "limit", "EUR", "0", "--reason", "x")]
    [InlineData("limit 1.234: This could mean two amounts", "approval", "limit", "EUR", "1.234", "--reason", "x")]
    [InlineData("--reason", "approval", "limit", "EUR", "5", "--reason", " ")]
    [InlineData("--reason", "refund", "paid", "77", "--reason", " ")]
    [InlineData("--reason", "refund", "call-off", "77", "--reason", "paid\u202E")]
    [InlineData("--keep-old", "credential", "rotate", "1", "--keep-old", "0")]
    [InlineData(
        "--town has 1 to 35 characters", "merchant", "payee", "CH5800791123000889012", "--name", "N", "--postcode", "8002", "--country",
        "CH", "--town",
        "Llanfairpwllgwyngyllgogerychwyrndrobwll")]
    [InlineData("There is no file", "charge", "import", "nowhere.csv", "--api", "midnight")]
    [InlineData("nobody@example.com does not sign in", "person", "unlock", "--email", "nobody@example.com")]
    public Task Command_ThatCannotBeDone_SaysWhyOnStandardErrorAndEndsWith1(string says, params string[] command) =>
        FailAsync(says, 1, command);

    [Theory]
    [InlineData("--reason", "payment", "refund", "77")]
    [InlineData("--reason", "charge", "credit", "77", "--amount", "1")]
    [InlineData("Cannot parse argument 'verwalter'", "person", "create", "--email", "a@example.com", "--name", "A", "--role", "verwalter")]
    public Task Command_ThatCannotBeRead_SaysWhyOnStandardErrorAndEndsWith2(string says, params string[] command) =>
        FailAsync(says, 2, command);

    private async Task FailAsync(string says, int expected, string[] command)
    {
        var merchant = $"{(await books.Merchants.CreateAsync("Errors", Cancel)).Value}";
        string[] where = command.Contains("--merchant") ? [] : ["--merchant", merchant];
        var (exitCode, output, error) =
            await RunningProgram.RunAsync([.. command, .. where, "--json", "--database", books.ConnectionString]);
        Assert.Equal(expected, exitCode);
        Assert.Contains(says, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("{", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChargesThatAreImported_HaveNumbersThatCanBeRead_AndNoNumberOfACard()
    {
        var merchant = await books.Merchants.CreateAsync("Print shop", Cancel);
        string[] where = ["--api", "midnight", "--merchant", $"{merchant.Value}", "--database", books.ConnectionString];
        await RunningProgram.RunAsync(["account", "create", "3", "--currency", "EUR", .. where]);
        var file = Path.Combine(_folder.FullName, "charges.csv");
        await File.WriteAllTextAsync(
            file, "account,amount,currency,reference,order,order_number,description\n3,5,EUR,801,7,O-7,Card 4242 4242 4242 4242\n"
                + "3,5,EUR,802,8,O-\u202E8,\n", Cancel);

        var (_, output, error) = await RunningProgram.RunAsync(["charge", "import", file, .. where]);

        Assert.Contains("taken in: 1; there already: 0; refused: 1", output + error, StringComparison.Ordinal);
        Assert.Contains("order_number must be on one line with a letter to see", output + error, StringComparison.Ordinal);
        Assert.Equal("Card ************4242", await books.ScalarAsync(
            "SELECT description FROM charge WHERE merchant_id = $1", merchant.Value));
    }

    [Fact]
    public async Task ChargesThatAreImported_AreDueOnTheDayOfEitherName_AndColumnsWithoutMeaningAreNamed()
    {
        var merchant = await books.Merchants.CreateAsync("Print shop", Cancel);
        string[] where = ["--api", "midnight", "--merchant", $"{merchant.Value}", "--database", books.ConnectionString];
        await RunningProgram.RunAsync(["account", "create", "3", "--currency", "EUR", .. where]);
        var file = Path.Combine(_folder.FullName, "charges.csv");
        await File.WriteAllTextAsync(
            file, "account,amount,currency,reference,Due,Due_date,tax\n3,5,EUR,801,2027-11-30,2027-12-24,19\n", Cancel);

        var (exitCode, _, error) = await RunningProgram.RunAsync(["charge", "import", file, .. where]);

        Assert.Equal(0, exitCode);
        Assert.Contains("Columns that are not read: Due_date, tax", error, StringComparison.Ordinal);
        Assert.Equal("2027-11-30", await books.ScalarAsync("SELECT due_on::text FROM charge WHERE merchant_id = $1", merchant.Value));
    }

    [Long]
    [Fact]
    public async Task Payment_ShownToPeople_TellsWhatItSettlesAndWhoBroughtIt()
    {
        await using var day = await OperatorDay.BeginAsync(books, _folder.FullName);
        var (exitCode, output, error) = await day.RunAsync("payment", "show", day.Captured, "--merchant", day.Merchant);
        Assert.True(exitCode == 0, error);
        Assert.Contains($"Payment {day.Captured}  10.00 USD · captured since", output, StringComparison.Ordinal);
        Assert.Contains("allocated 10.00 USD · unallocated 0.00 USD", output, StringComparison.Ordinal);
        Assert.Contains("capture 10.00 USD at sandbox · approved", output, StringComparison.Ordinal);
        Assert.Contains("payment_captured", output, StringComparison.Ordinal);
        Assert.Contains("test (credential 1)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Act_AboveTheLimit_IsNotDoneByTheCommandLine_WhichIsNoPerson()
    {
        await using var day = await OperatorDay.BeginAsync(books, _folder.FullName);
        await day.JsonAsync("approval", "limit", "USD", "5.00", "--reason", "two people");
        string[] refund = ["payment", "refund", day.Captured, "--merchant", day.Merchant, "--reason", "broken"];
        var (exitCode, _, error) = await day.RunAsync([.. refund, "--amount", "5.01"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("one person asks for it in the console", error, StringComparison.Ordinal);
        // In parts it is as much.
        Assert.Equal(0, (await day.RunAsync([.. refund, "--amount", "5.00"])).ExitCode);
        Assert.Equal(1, (await day.RunAsync([.. refund, "--amount", "0.01"])).ExitCode);
        Assert.Equal(["500"], await day.FindAsync("SELECT amount_minor::text FROM refund"));
        await day.JsonAsync("account", "create", "0.0.0.1+-account+9001", "--api", "oracle-brm", "--currency", "USD");
        await day.JsonAsync("charge", "import", await day.ChargesAsync(), "--api", "oracle-brm");
        string[] writeOff = ["charge", "write-off", "0.0.0.1+-bill+9102", "--merchant", day.Merchant, "--reason", "gone"];
        (exitCode, _, error) = await day.RunAsync(writeOff);
        Assert.Equal(1, exitCode);
        Assert.Contains("one person asks for it in the console", error, StringComparison.Ordinal);
        Assert.Equal(0, (await day.RunAsync([.. writeOff, "--amount", "5.00"])).ExitCode);
        Assert.Equal(1, (await day.RunAsync([.. writeOff, "--amount", "0.01"])).ExitCode);
        Assert.Equal(["500"], await day.FindAsync("SELECT written_off_minor::text FROM charge WHERE written_off_minor > 0"));
        Assert.Empty(await day.FindAsync("SELECT id::text FROM approval_request"));

        await day.JsonAsync("approval", "limit", "USD", "none", "--reason", "one person again");
        Assert.False((bool)(await day.JsonAsync("approval", "limit", "USD", "none", "--reason", "again"))["isChanged"]!);
        Assert.Equal(0, (await day.RunAsync([.. refund, "--amount", "5.00", "--key", "another"])).ExitCode);
        await day.AssertCleanAsync();
    }

    [Fact]
    public async Task Correction_ThatWasDoneAndUndone_IsNotTakenForDone()
    {
        var merchant = await books.Merchants.CreateAsync("Corrections", Cancel);
        var till = new Till(books, merchant);
        await till.OpenAsync("P", "Petra Alt");
        await till.ChargeAsync("P", "P-1", 29_90);
        string[] change = ["charge", "change", "P-1", "--reason", "Agreed by telephone", "--due-on"];

        Assert.Contains("Done.", (await RunAsync([.. change, "2030-01-31"])).Output, StringComparison.Ordinal);
        Assert.Contains("It was done before", (await RunAsync([.. change, "2030-01-31"])).Output, StringComparison.Ordinal);
        Assert.Contains("It was done before", (await RunAsync([.. change, "2030-01-31", "--dry"])).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync([.. change, "2030-02-28"])).ExitCode);
        var (exitCode, _, error) = await RunAsync([.. change, "2030-01-31"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("more has happened since. To do it once more, give another --key", error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync([.. change, "2030-01-31", "--key", "again"])).ExitCode);

        Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] command) =>
            RunningProgram.RunAsync([.. command, "--merchant", $"{merchant.Value}", "--database", books.ConnectionString]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unbooking_Repeated_TakesNoLaterBookingBack(bool isSplit)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("petra", "PETRA-1", 29_90), ("uwe", "UWE-1", 29_90));
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(29.90m, "PETRA-1").ToXml())));
        await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Customer, ["petra"], shop.Origin, null, Cancel);
        string[] unbook = ["settlement", "unbook", $"{line.Id.Value:D}", "--reason", "Uwe paid it"];
        Assert.Equal(0, (await RunAsync()).ExitCode);
        Assert.Contains("It was done before", (await RunAsync()).Output, StringComparison.Ordinal);
        line = (await shop.Statements.FindAsync(line.Id, Cancel))!;
        SplitPart[] parts = [PartOf(20_00, SettlementChoice.Customer, "uwe"), PartOf(9_90, choice: null)];
        var later = isSplit ? await shop.Desk.SplitAsync(line, parts, shop.Origin, null, null, Cancel)
            : await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Customer, ["uwe"], shop.Origin, null, Cancel);
        Assert.True(later.Outcome is { Accepted: true }, later.Problem);
        var balances = await shop.BalancesAsync();

        var (exitCode, _, error) = await RunAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("more has happened since", error, StringComparison.Ordinal);
        Assert.Equal(SettlementStatus.Booked, (await shop.Statements.FindAsync(line.Id, Cancel))!.Status);
        Assert.Equal(balances, await shop.BalancesAsync());

        SplitPart PartOf(long amountMinor, SettlementChoice? choice, params string[] names) =>
            new(line.Amount with { AmountMinor = amountMinor }, choice, names);

        Task<(int ExitCode, string Output, string Error)> RunAsync() =>
            RunningProgram.RunAsync([.. unbook, "--merchant", $"{shop.Merchant.Value}", "--database", shop.Books.ConnectionString]);
    }

    [Fact]
    public async Task Unbooking_OfASplitLine_ShowsBeforehandWhatItsPartsGiveBack()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("uwe", "UWE-1", 20_00));
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(29.90m, "thanks").ToXml())));
        SplitPart[] parts =
        [
            new(line.Amount with { AmountMinor = 20_00 }, SettlementChoice.Charge, ["UWE-1"]),
            new(line.Amount with { AmountMinor = 9_90 }, null, []),
        ];
        await shop.Desk.SplitAsync(line, parts, shop.Origin, null, null, Cancel);
        var balances = await shop.BalancesAsync();

        var (exitCode, output, _) = await RunningProgram.RunAsync(
            "settlement", "unbook", $"{line.Id.Value:D}", "--reason", "wrong", "--dry", "--merchant", $"{shop.Merchant.Value}",
            "--database", shop.Books.ConnectionString);

        Assert.Equal(0, exitCode);
        Assert.Matches("assets:receivable:customer \\d+  0.00 EUR → 20.00 EUR", output);
        Assert.Equal(balances, await shop.BalancesAsync());
    }

    [Fact]
    public async Task Refund_Repeated_GivesNothingBackTwice()
    {
        await using var day = await OperatorDay.BeginAsync(books, _folder.FullName);
        string[] refund = ["payment", "refund", day.Captured, "--merchant", day.Merchant, "--reason", "broken", "--json"];
        var first = JsonNode.Parse((await day.RunAsync([.. refund, "--amount", "3"])).Output)!;
        var second = JsonNode.Parse((await day.RunAsync([.. refund, "--amount", "3"])).Output)!;
        var another = JsonNode.Parse((await day.RunAsync([.. refund, "--amount", "3", "--key", "another"])).Output)!;
        var (reused, _, said) = await day.RunAsync([.. refund, "--amount", "4", "--key", "another"]);
        var (tooMuch, _, why) = await day.RunAsync([.. refund, "--amount", "4.01"]);
        var rest = JsonNode.Parse((await day.RunAsync(refund)).Output)!;

        Assert.Equal(("done", "3.00", false), ((string?)first["status"], (string?)first["amount"]!["amount"], (bool)first["repeated"]!));
        Assert.Equal(((long)first["refund"]!, true), ((long)second["refund"]!, (bool)second["repeated"]!));
        Assert.NotEqual((long)first["refund"]!, (long)another["refund"]!);
        Assert.Equal((1, 1), (reused, tooMuch));
        Assert.Contains("names another refund", said, StringComparison.Ordinal);
        Assert.Contains("less of the payment is left", why, StringComparison.Ordinal);
        Assert.Equal("4.00", (string?)rest["amount"]!["amount"]);
        Assert.Equal(["300", "300", "400"], await day.FindAsync("SELECT amount_minor::text FROM refund ORDER BY amount_minor, id"));
        await day.AssertCleanAsync();
    }

    [Long]
    [Fact]
    public async Task Secret_Rotated_IsLetInBesideTheNewOneForAsLongAsWasSaid()
    {
        await using var day = await OperatorDay.BeginAsync(books, _folder.FullName);
        var created = await day.JsonAsync("credential", "create", "--api", "tmf676", "--name", "shop");
        var number = $"{created["credentials"]![0]!["credential"]}";
        var first = (string)created["credentials"]![0]!["secret"]!;
        Assert.True(await day.IsLetInAsync(first));

        var second = (string)(await day.JsonAsync("credential", "rotate", number, "--keep-old", "2"))["secret"]!;
        Assert.True(await day.IsLetInAsync(second));
        await Task.Delay(RememberedFor, TimeProvider.System, Cancel);
        Assert.True(await day.IsLetInAsync(first));

        // At once: all former secrets are out.
        var third = (string)(await day.JsonAsync("credential", "rotate", number))["secret"]!;
        await Task.Delay(RememberedFor, TimeProvider.System, Cancel);
        Assert.Equal((false, false, true), (await day.IsLetInAsync(first), await day.IsLetInAsync(second), await day.IsLetInAsync(third)));

        await day.JsonAsync("credential", "rotate", number, "--keep-old", "1");
        await day.JsonAsync("credential", "revoke", number);
        await Task.Delay(RememberedFor, TimeProvider.System, Cancel);
        Assert.False(await day.IsLetInAsync(third));
        var listed = await day.JsonAsync("credential", "list");
        Assert.All(listed["credentials"]!.AsArray().Where(one => (string)one!["api"]! == "tmf676"),
            one => Assert.False((bool)one!["letsIn"]!));
        Assert.Equal(1, (await day.RunAsync("credential", "rotate", number, "--merchant", day.Merchant)).ExitCode);
    }

    private static TimeSpan RememberedFor => TimeSpan.FromSeconds(5.5);

    private static IEnumerable<(string Name, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(sub => Leaves(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"));

    /// <summary>The secrets that a command has just made, which no output may show again.</summary>
    private static IEnumerable<string> SecretsIn(JsonNode node) => node switch
    {
        JsonObject members =>
            members.SelectMany(member => member is { Key: "secret" or "clientSecret" or "password", Value: JsonValue made }
            ? [made.GetValue<string>()]
            : member.Value is null ? [] : SecretsIn(member.Value)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(SecretsIn),
        _ => [],
    };
}
