using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Extensions.Hosting;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Host.Debits;
using Quittance.Storage.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>Debits are gathered in collections, which become files for the bank.</summary>
public sealed class CollectionTests(BooksFixture books)
{
    private static CreditorIdentifier Creditor => CreditorIdentifier.Parse(Studio.Creditor);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The customer pays in another way before a file has the debit: a program, a person or a command cancels it.</summary>
    [Fact]
    public async Task DebitThatNoFileHas_IsCancelled_AndInNoFile()
    {
        using var studio = await Studio.OpenAsync(books);
        var (gone, taken) = (await studio.DebitAsync("40"), await studio.DebitAsync("41"));
        var path = $"{Biller.Payments}/{gone.Payment:D}";

        var cancelled = await studio.Biller.PostAsync($"{path}/cancel", new JsonObject { ["reason"] = "paid in cash" });

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (cancelled.Status, (string)cancelled.Json["status"]!));
        Assert.Equal(40m, await studio.OpenOfAsync(gone));
        var (number, file) = await studio.CollectAllAsync();
        Assert.DoesNotContain(studio.NameOf(gone), file.ToString(), StringComparison.Ordinal);
        Assert.Contains(studio.NameOf(taken), file.ToString(), StringComparison.Ordinal);
        var late = await studio.Biller.PostAsync(
            $"{Biller.Payments}/{taken.Payment:D}/cancel", new JsonObject { ["reason"] = "paid in cash" });
        Assert.Equal(409, late.Problem.Status);
        Assert.Contains("collection", late.Text, StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task DebitWhoseCollectionWasCalledOff_IsCancelled()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("40");
        var run = await studio.CollectAsync("run");
        await studio.CollectAsync("call-off", $"{run["collection"]!["number"]}", "--reason", "wrong day");

        var cancelled = await studio.Biller.PostAsync(
            $"{Biller.Payments}/{member.Payment:D}/cancel", new JsonObject { ["reason"] = "paid in cash" });

        Assert.True(cancelled.Status == HttpStatusCode.OK, cancelled.Text);
        Assert.Equal(("cancelled", 40m), ((string)cancelled.Json["status"]!, await studio.OpenOfAsync(member)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task BankThatTakesOneGroupInAFile_GetsOneOffAndRecurringDebitsInFilesOfTheirOwn()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.CollectAsync(
            "account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Studio.Creditor, "--file-per-group");
        await studio.DebitAsync("20");
        var once = await studio.DebitAsync(
            "30", new Mandate($"M-{Biller.NewText()}", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active)
            {
                IsForOneDebit = true,
            });
        await studio.DebitAsync("40");

        var preview = await studio.CollectAsync("preview");
        var left = Assert.Single(preview["leftOut"]!.AsArray())!;
        Assert.Equal(once.Number, (long)left["payment"]!);
        Assert.Contains("the bank takes one group in a file", (string)left["why"]!, StringComparison.Ordinal);
        var (_, recurring) = await studio.CollectAllAsync();
        var (_, oneOff) = await studio.CollectAllAsync();

        Assert.Equal([("RCUR", "60.00")], GroupsOf(recurring));
        Assert.Equal([("OOFF", "30.00")], GroupsOf(oneOff));
        await studio.AssertCleanAsync();
    }

    [Theory]
    [InlineData("single", "false")]
    [InlineData("batch", "true")]
    public async Task File_AsksTheBankToBookEachDebitOrAllTogether(string booking, string written)
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.CollectAsync(
            "account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Studio.Creditor, "--booking", booking);
        await studio.DebitAsync("20");
        var (_, file) = await studio.CollectAllAsync();

        Assert.Equal(written, file.Descendants().Single(element => element.Name.LocalName == "BtchBookg").Value);
    }

    private static IEnumerable<(string Sequence, string Sum)> GroupsOf(XDocument file) =>
        file.Descendants().Where(element => element.Name.LocalName == "PmtInf").Select(group =>
            (group.Descendants().First(one => one.Name.LocalName == "SeqTp").Value,
                group.Descendants().First(one => one.Name.LocalName == "CtrlSum").Value));

    [Fact]
    public async Task Debits_WaitForACollection_WhoseFileHasThem()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("39.90"), await studio.DebitAsync("50"));
        Assert.Equal("settling", await studio.StatusOfAsync(anna));

        var preview = await studio.CollectAsync("preview");
        Assert.Equal((2, "89.90 EUR"), (preview["debits"]!.AsArray().Count, TextOf(preview["sum"])));
        var (number, file) = await studio.CollectAllAsync();

        XNamespace ns = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08";
        Assert.Equal(
            new[] { (anna, "39.90"), (jonas, "50.00") }.Select(one => (studio.NameOf(one.Item1), one.Item2)).Order(),
            file.Descendants(ns + "DrctDbtTxInf").Select(one => (
                one.Descendants(ns + "EndToEndId").Single().Value, one.Element(ns + "InstdAmt")!.Value)).Order());
        Assert.Equal($"{preview["dueOn"]}", file.Descendants(ns + "ReqdColltnDt").Single().Value);
        Assert.All(file.Descendants(ns + "SeqTp"), one => Assert.Equal("RCUR", one.Value));
        Assert.Equal(Studio.Creditor, file.Descendants(ns + "CdtrSchmeId").Single().Value[..Studio.Creditor.Length]);

        var listed = Assert.Single((await studio.CollectAsync("list")).AsArray())!;
        Assert.Equal((number, "handed_out", 2), ($"{listed["collection"]!["number"]}", $"{listed["collection"]!["status"]}",
            (int)listed["progress"]!["waiting"]!));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task EventOfATakenDebit_HasItsTerms_ForTheNoticeToTheCustomer()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync(
            "39.90", new Mandate("M-77", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active), "DE02120300000000202051");
        var first = (await studio.CollectAsync("run"))["collection"]!;
        await studio.CollectAsync("call-off", $"{first["number"]}", "--reason", "wrong day");
        // A later day: its event says that one, and the first event still says its own.
        await studio.CollectAsync(
            "account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Studio.Creditor, "--notice-days", "30");
        var second = (await studio.CollectAsync("run"))["collection"]!;

        var events = (await studio.Biller.GetAsync($"{Biller.Events}?limit=100")).Json["items"]!.AsArray();
        var taken = events.Where(one => (string)one!["type"]! == "payment.debit_taken").ToList();
        Assert.All(taken, one => Assert.Equal(member.Payment, (Guid)one!["subject"]!));
        Assert.Equal([$"{first["dueOn"]}", $"{second["dueOn"]}"], taken.Select(one => (string)one!["debit"]!["due_on"]!));
        Assert.All(taken, one => Assert.Equal(
            """{"amount":{"amount":"39.90","currency":"EUR"},"mandate":"M-77","creditor":"DE98ZZZ09999999999","account":"DE ···· 2051"}""",
            Without(one!["debit"]!, "due_on")));
        Assert.All(events.Except(taken), one => Assert.Null(one!["debit"]));
        await studio.AssertCleanAsync();

        static string Without(JsonNode terms, string member) => new JsonObject(
            terms.AsObject().Where(one => one.Key != member).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())))
            .ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    [Fact]
    public async Task Debit_IsInOneFileAlone_AndTheFileIsHandedOutOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("20");
        var (number, file) = await studio.CollectAllAsync();
        Assert.Null((await studio.CollectAsync("run"))["collection"]);

        Assert.Contains(
            "a reason is needed", await studio.RefusedAsync("file", number, "--to", studio.PathOf("again.xml")), StringComparison.Ordinal);
        Assert.False(File.Exists(studio.PathOf("again.xml")));
        var again = await studio.HandOutAsync(number, "--reason", "the bank lost it");
        Assert.Equal($"{file}", $"{again}");
        await studio.RefusedAsync("call-off", number, "--reason", "too late");
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task File_IsKeptSealed_WithItsHash()
    {
        using var studio = await Studio.OpenAsync(books);
        await studio.DebitAsync("20");
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.RefusedAsync("file", number, "--to", studio.PathOf("early.xml"));
        await studio.CollectAsync("release", number);
        var path = studio.PathOf("debits.xml");
        var report = await studio.CollectAsync("file", number, "--to", path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Cancel))), (string?)report["sha256"]);
        Assert.Equal(0L, await studio.ScalarAsync(
            "SELECT count(*) FROM collection_file WHERE merchant_id = $1 AND position(convert_to('Groß', 'UTF8') IN sealed) > 0",
            studio.Merchant.Value));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task CollectionThatIsCalledOff_LeavesItsDebitsToTheNextOne()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("call-off", number, "--reason", "wrong day");
        await studio.RefusedAsync("release", number);
        var (next, file) = await studio.CollectAllAsync();
        Assert.NotEqual(number, next);
        Assert.Contains(studio.NameOf(member), $"{file}", StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task DebitOfAFile_IsNotGivenUpAlone()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";

        var (refused, _, error) = await GiveUpAsync(studio, member);
        Assert.NotEqual(0, refused);
        Assert.Contains($"Collection {number} has the debit", error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal("settling", await studio.StatusOfAsync(member));

        await studio.CollectAsync("call-off", number, "--reason", "she pays in cash");
        var (accepted, _, fault) = await GiveUpAsync(studio, member);
        Assert.True(accepted == 0, fault);
        Assert.Equal("failed", await studio.StatusOfAsync(member));
        Assert.Null((await studio.CollectAsync("run"))["collection"]);
        await studio.AssertCleanAsync();
    }

    /// <summary>A mandate can be ended at any time: a debit that no file has yet goes into none, and its bill can be paid.</summary>
    [Fact]
    public async Task DebitWhoseMandateEnds_BeforeAFileHasIt_Fails_AndItsBillCanBePaid()
    {
        using var studio = await Studio.OpenAsync(books);
        var (ended, stands) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        await EndMandateAsync(studio, ended);

        var run = await studio.CollectAsync("run");

        Assert.Equal(1, (int)run["collection"]!["debits"]!);
        Assert.Equal(("failed", "instrument_invalid"), await EndOfAsync(studio, ended));
        Assert.Equal("settling", await studio.StatusOfAsync(stands));
        Assert.Equal(201, (int)(await studio.Biller.PostAsync(
            Biller.Payments, Biller.Cash(ended.Account, "20.00", ended.Fee))).Status);
        Assert.Equal(0m, await studio.OpenOfAsync(ended));
        await studio.AssertCleanAsync();
    }

    /// <summary>The bill was paid at the desk while the debit waited: the bank is not asked for the money as well.</summary>
    [Fact]
    public async Task DebitWhoseBillIsPaidInCash_BeforeAFileHasIt_IsCancelled()
    {
        using var studio = await Studio.OpenAsync(books);
        var (paid, waits) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        await PayInCashAsync(studio, paid);

        var preview = await studio.CollectAsync("preview");
        Assert.Equal(waits.Number, (long)preview["debits"]!.AsArray().Single()!["payment"]!);
        Studio.AssertLeftOutOrEnded(preview, paid, "paid meanwhile");
        var run = await studio.CollectAsync("run");

        Assert.Equal(1, (int)run["collection"]!["debits"]!);
        Studio.AssertLeftOutOrEnded(run, paid, "its payment is cancelled");
        Assert.Equal("cancelled", await studio.StatusOfAsync(paid));
        await studio.AssertCleanAsync();
    }

    /// <summary>The server ends such debits by itself, where no collection is built for a month.</summary>
    [Fact]
    public async Task DebitsThatMayNotBeCollected_AreEndedByTheServer()
    {
        using var studio = await Studio.OpenAsync(books);
        var (ended, paid, waits) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"), await studio.DebitAsync("40"));
        await EndMandateAsync(studio, ended);
        await PayInCashAsync(studio, paid);

        await books.PartOf<IEnumerable<IHostedService>>().OfType<EndedDebitService>().Single().TurnAsync(Cancel);

        Assert.Equal(("failed", "cancelled", "settling"), (
            await studio.StatusOfAsync(ended), await studio.StatusOfAsync(paid), await studio.StatusOfAsync(waits)));
        await studio.AssertCleanAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FileOfADebitThatMayNotBeCollected_IsNotHandedOut(bool isPaid)
    {
        using var studio = await Studio.OpenAsync(books);
        var (over, stands) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        await (isPaid ? PayInCashAsync(studio, over) : EndMandateAsync(studio, over));

        var path = studio.PathOf("over.xml");
        Assert.Contains(
            "the mandate of a debit has ended, or its bill was paid (payments", await studio.RefusedAsync("file", number, "--to", path),
            StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        await studio.CollectAsync("call-off", number, "--reason", "a debit of it is over");
        var (_, file) = await studio.CollectAllAsync();

        Assert.DoesNotContain(studio.NameOf(over), $"{file}", StringComparison.Ordinal);
        Assert.Contains(studio.NameOf(stands), $"{file}", StringComparison.Ordinal);
        Assert.Equal(isPaid ? "cancelled" : "failed", await studio.StatusOfAsync(over));
        await studio.AssertCleanAsync();
    }

    /// <summary>What is at the bank ends as the bank says.</summary>
    [Fact]
    public async Task DebitWhoseMandateEnds_AfterItsFileWasHandedOut_EndsAsTheBankSays()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("20");
        var (number, _) = await studio.CollectAllAsync();
        await EndMandateAsync(studio, member);

        await studio.HandOutAsync(number, "--reason", "the bank lost it");
        await books.PartOf<IEnumerable<IHostedService>>().OfType<EndedDebitService>().Single().TurnAsync(Cancel);

        Assert.Equal("settling", await studio.StatusOfAsync(member));
        await studio.AssertCleanAsync();
    }

    private static async Task EndMandateAsync(Studio studio, Member member) => Assert.Equal(
        204, (int)(await studio.Biller.SendAsync(HttpMethod.Delete, $"{Biller.Instruments}/{member.Instrument}")).Status);

    private static async Task PayInCashAsync(Studio studio, Member member) => Assert.Equal(
        201, (int)(await studio.Biller.PostAsync(Biller.Payments, Biller.Cash(
            member.Account, $"{await studio.OpenOfAsync(member)}", member.Fee))).Status);

    private static async Task<(string Status, string Why)> EndOfAsync(Studio studio, Member member)
    {
        var payment = (await studio.Biller.GetAsync($"{Biller.Payments}/{member.Payment}")).Json;
        return ((string)payment["status"]!, (string)payment["why"]!);
    }

    private Task<(int ExitCode, string Output, string Error)> GiveUpAsync(Studio studio, Member member) => RunningProgram.RunAsync(
        "attempt", "resolve", $"{AttemptId.Of(new PaymentId(studio.Merchant, member.Payment), Verb.Capture, 1).Value}", "--as", "declined",
        "--reason", "she pays in cash", "--database", books.ConnectionString);

    [Fact]
    public async Task DebitsThatMustNotBeCollected_AreLeftOut_WithTheReason()
    {
        using var studio = await Studio.OpenAsync(books);
        var good = await studio.DebitAsync("20");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var left = new[]
        {
            (await studio.DebitAsync("1", MandateOf(today.AddMonths(-37))), "36 months"),
            (await studio.DebitAsync("2", MandateOf(today.AddDays(3))), "in the future"),
            (await studio.DebitAsync("4", iban: "CH9300762011623852957"), "European Economic Area"),
        };

        // Outside SEPA the bank takes no debit at all: the payment fails at once.
        var outside = await studio.DebitAsync("5", iban: "SA0380000000608010167519");
        Assert.Equal(("failed", 5m), (await studio.StatusOfAsync(outside), await studio.OpenOfAsync(outside)));
        var preview = await studio.CollectAsync("preview");
        Assert.Equal(
            (good.Number, left.Length), ((long)preview["debits"]!.AsArray().Single()!["payment"]!, preview["leftOut"]!.AsArray().Count));

        var run = await studio.CollectAsync("run");
        Assert.Equal(1, (int)run["collection"]!["debits"]!);
        foreach (var (member, why) in left)
        {
            Assert.Contains(why, (string)run["leftOut"]!.AsArray().Single(one => (long)one!["payment"]! == member.Number)!["why"]!,
                StringComparison.Ordinal);
            Assert.Equal("settling", await studio.StatusOfAsync(member));
        }

        Assert.Equal("settling", await studio.StatusOfAsync(good));
        await studio.AssertCleanAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunThatWasInterrupted_IsGoneOnWith_ByTheNextOneOfThePerson(bool isOfAnother)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("20"), await studio.DebitAsync("30"));
        var collections = new Collections(books.Database);
        var id = new CollectionId(studio.Merchant, Guid.Parse(Biller.NewText()));
        var dueOn = (string)(await studio.CollectAsync("preview"))["dueOn"]!;

        // It ended when it had taken one debit and kept a file that was not the whole one.
        await DoAsync(new OpenCollection(
            isOfAnother ? ByPerson(studio.Merchant) : new Origin(studio.Merchant, 0, Guid.Parse(Biller.NewText())), id,
            CollectionKind.Debits, Business.Euro, DebitScheme.Core,
            DateOnly.Parse(dueOn, CultureInfo.InvariantCulture), Creditor));
        var first = (await collections.WaitingAsync(studio.Merchant, null, 1, Cancel)).Single();
        await DoAsync(new TakeDebit(ByPerson(studio.Merchant), first.Attempt, first.Instrument!.Value, id, first.Former));
        await new CollectionFiles(books.Database, books.Vault).KeepAsync(
            id, async file => await file.WriteAsync("half"u8.ToArray(), Cancel), Cancel);

        var (number, file) = await studio.CollectAllAsync();
        var built = await collections.FindAsync(studio.Merchant, long.Parse(number, CultureInfo.InvariantCulture), Cancel);
        Assert.Equal((!isOfAnother, (Guid?)null), (built!.Id == id, built.OpenedBy));
        foreach (var member in new[] { anna, jonas })
            Assert.Single(file.Descendants(), element => element.Name.LocalName == "EndToEndId" && element.Value == studio.NameOf(member));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task FileWhoseConnectionBreaks_SaysThatTheDatabaseCantBeReached()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var id = new CollectionId(await own.MerchantAsync(), Guid.Parse(Biller.NewText()));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => new CollectionFiles(own.Database, books.Vault).KeepAsync(
            id, async file =>
            {
                await own.OnServerAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND state = 'idle in transaction'");
                // More than one piece, also when it is packed.
                await file.WriteAsync(RandomNumberGenerator.GetBytes(1024 * 1024), Cancel);
            }, Cancel));
    }

    [Fact]
    public async Task TwoRunsAtOnce_CollectEachDebitOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        List<Member> members = [];
        for (var index = 0; index < 6; index++)
            members.Add(await studio.DebitAsync("5"));
        var waiting = await new Collections(books.Database).WaitingAsync(studio.Merchant, null, 100, Cancel);
        var ids = new[] { Biller.NewText(), Biller.NewText() }.Select(text => new CollectionId(studio.Merchant, Guid.Parse(text))).ToList();
        foreach (var id in ids)
        {
            await DoAsync(new OpenCollection(
                ByPerson(studio.Merchant), id, CollectionKind.Debits, Business.Euro, DebitScheme.Core, new DateOnly(2027, 3, 1), Creditor));
        }

        var taken = await Task.WhenAll(
            from id in ids
            from debit in waiting
            select books.Engine.SubmitAsync(
                new TakeDebit(ByPerson(studio.Merchant), debit.Attempt, debit.Instrument!.Value, id, debit.Former)));
        Assert.Equal(
            (6, 6),
            (taken.Count(report => report.Accepted), taken.Count(report => report.Faults is [{ Refusal: Refusal.AttemptSettled }])));
        Assert.Equal(members.Count, waiting.Count);
    }

    private Task DoAsync(Command command) => books.Engine.DoAsync(command);

    [Fact]
    public async Task CollectionAboveTheLimit_IsReleasedByASecondPerson()
    {
        using var studio = await Studio.OpenAsync(books);
        var set = await studio.RunAsync("approval", "limit", "EUR", "10", "--reason", "two people");
        Assert.True(set.ExitCode == 0, set.Error);
        await studio.DebitAsync("20");
        var number = (long)(await studio.CollectAsync("run"))["collection"]!["number"]!;
        Assert.Contains("above the limit", await studio.RefusedAsync("release", $"{number}"), StringComparison.OrdinalIgnoreCase);

        var collection = (await new Collections(books.Database).FindAsync(studio.Merchant, number, Cancel))!;
        var released = await books.Engine.SubmitAsync(new ReleaseCollection(ByPerson(studio.Merchant), collection.Id));
        Assert.True(released.Accepted, string.Join(", ", released.Faults));
        await studio.HandOutAsync($"{number}");
        await studio.AssertCleanAsync();
    }

    private static Origin ByPerson(MerchantId merchant) => new(merchant, 0, Guid.Parse(Biller.NewText()))
    {
        Action = new OperatorAction(Guid.Parse(Biller.NewText()), "Ruth", "collect.release", "collection", ""),
    };

    private static Mandate MandateOf(DateOnly signedOn) =>
        new($"M-{Biller.NewText()}", MandateScheme.Sepa, signedOn, MandateStatus.Active);

    private static string TextOf(JsonNode? money) => $"{money!["amount"]} {money["currency"]}";
}
