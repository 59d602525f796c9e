using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>A line of the bank counts once, for what it is: what is more than the books expect waits, and says what it can be.</summary>
public sealed class CountedOnceTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What the bank says of our own debits is final, as their collection and return are.</summary>
    [Fact]
    public async Task ImportWithTheLumpOfACollection_IsNotUndone_AndNeitherIsTheReportOfIt()
    {
        using var studio = await Studio.OpenAsync(books);
        await LumpAsync(studio);
        var statements = (await studio.Biller.GetAsync(Biller.Statements)).Json["items"]!.AsArray();

        foreach (var (account, why) in new[]
        {
            ("DE ", "the bank collected debits by it, paid refunds out or took money back, and that is final"),
            ("bank", "it is no import: a line of the bank is made of it"),
        })
        {
            var statement = statements.Single(one => ((string)one!["account"]!).StartsWith(account, StringComparison.Ordinal))!;
            var refused = await studio.Biller.PostAsync(
                $"{Biller.Statements}/{statement["id"]}/undo", new JsonObject { ["reason"] = "another studio's" });
            Assert.Equal(409, refused.Problem.Status);
            Assert.Contains(why, refused.Text, StringComparison.Ordinal);
        }

        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task SecondLineOfADebit_IsNoSecondCollection_AndIsOfferedAsTheCustomersMoney()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);

        var remark = Assert.Single(await RemarksAsync(
            studio, new Camt { Id = "2027/12", Opening = 1080 }.With(40, "once more", studio.NameOf(anna))));
        Assert.Contains($"the bank has paid payment {anna.Number} in another line before", remark, StringComparison.Ordinal);
        var line = await OpenLineAsync(studio);
        Assert.Equal("customer", (string)line["proposal"]!["choice"]!);
        Assert.Contains(
            $"the bank has collected payment {anna.Number} before", (string)line["proposal"]!["text"]!, StringComparison.Ordinal);

        await MatchAsync(studio, line, "--accept");
        Assert.Equal(40_00L, await CreditAsync(studio, anna));
        await AssertSettledAsync(studio);
    }

    [Fact]
    public async Task ReturnThatTheBankTakesBack_IsNoSecondCollection_AndEndsTheDispute()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }
            .WithEntry(-43, BankFileTests.Return(43, studio.NameOf(anna), "AM04", fee: 3)));
        Assert.Equal(40m, await studio.OpenOfAsync(anna));

        // The bank corrects its return, with its charges.
        await BankFileTests.ImportAsync(
            studio, new Camt { Id = "2028/01", Opening = 1037 }.With(43, "correction", studio.NameOf(anna)));
        var line = await OpenLineAsync(studio);
        Assert.Equal("return", (string)line["proposal"]!["choice"]!);
        await MatchAsync(studio, line, "--accept");

        Assert.Equal((0m, "won"), (await studio.OpenOfAsync(anna), await studio.ScalarAsync(
            "SELECT status FROM dispute WHERE payment_id = $1", anna.Payment)));
        await AssertSettledAsync(studio);

        // And takes the money back again.
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2028/02", Opening = 1080 }
            .WithEntry(-40, BankFileTests.Return(40, studio.NameOf(anna), "MD06", fee: 0)));
        await MatchAsync(studio, await OpenLineAsync(studio), "--return", $"{anna.Number}", "--reason", "the bank again");
        Assert.Equal(40m, await studio.OpenOfAsync(anna));
        await AssertSettledAsync(studio);
    }

    /// <summary>
    /// The correction of a return is read before the file's lump, of which the bank has rejected another debit of the amount: the lump is
    /// not taken for that of the rejected one, and a person can put it right.
    /// </summary>
    [Fact]
    public async Task LumpBehindALaterLineOfADebit_IsNotTakenForItsTwin()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, ben) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        var late = new Camt { Id = "2028/01", Opening = 997 }.With(40, "correction", studio.NameOf(anna)).ToXml()
            .Replace("2027-11-", "2028-01-", StringComparison.Ordinal);
        Assert.Empty(await RemarksAsync(studio, late));

        var lump = new Camt().WithEntry(40, BankFileTests.Lump(40, BankFileTests.GroupOf(file)));
        Assert.Contains(
            await RemarksAsync(studio, lump), remark => remark.Contains("which may give a return of it back", StringComparison.Ordinal));
        Assert.Equal((0m, "settling"), (await studio.OpenOfAsync(anna), await studio.StatusOfAsync(ben)));

        await BankFileTests.StatusAsync(studio, BankFileTests.Report(file, (studio.NameOf(ben), "RJCT", "AC04")));
        await MatchAsync(studio, await OpenLineAsync(studio), "--customer", anna.Account, "--reason", "the bank's report");
        await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1040 }
            .WithEntry(-43, BankFileTests.Return(43, studio.NameOf(anna), "AM04", fee: 3)));

        // Anna's credit is what her returned debit owes; Ben owes his.
        Assert.Equal((40m, 40_00L), (await studio.OpenOfAsync(anna), await CreditAsync(studio, anna)));
        Assert.Equal((40m, 0L), (await studio.OpenOfAsync(ben), await CreditAsync(studio, ben)));
        await AssertSettledAsync(studio);
    }

    [Fact]
    public async Task Return_OfADebitThatALineOfItsOwnPaid_IsBookedAtOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.DebitAsync("40");
        await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().With(40, "fee", studio.NameOf(anna)));

        Assert.Empty(await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1040 }
            .WithEntry(-43, BankFileTests.Return(43, studio.NameOf(anna), "AM04", fee: 3))));

        Assert.Equal(40m, await studio.OpenOfAsync(anna));
        await AssertSettledAsync(studio);
    }

    /// <summary>The bank tells the sum of its charges alone, which it kept of the lump or took elsewhere.</summary>
    [Theory]
    [InlineData(80, 0L)]
    [InlineData(79, 100L)]
    public async Task LumpWithASumOfCharges_IsBooked_WhereverTheBankTookThem(int amount, long fees)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();

        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(amount, BankFileTests.Lump(amount, BankFileTests.GroupOf(file))
            .Replace(
                "<NtryDtls>", "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">1.00</TtlChrgsAndTaxAmt></Chrgs><NtryDtls>",
                StringComparison.Ordinal)));

        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        Assert.Equal(fees, Convert.ToInt64(await studio.ScalarAsync(
            "SELECT coalesce(sum(debits_minor - credits_minor), 0) FROM ledger_account WHERE merchant_id = $1 AND kind = 'fees'",
            studio.Merchant.Value), CultureInfo.InvariantCulture));
        await AssertSettledAsync(studio);
    }

    /// <summary>The bank takes the whole lump back: by its group, by its file, in the text, or by its mark alone.</summary>
    [Theory]
    [InlineData("group", "<RvslInd>true</RvslInd>")]
    [InlineData("group", "")]
    [InlineData("file", "")]
    [InlineData("text", "")]
    [InlineData("", "<RvslInd>true</RvslInd>")]
    public async Task LumpThatTheBankTakesBack_IsOfferedAsTheReturnOfItsDebits(string named, string mark)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas, file) = await LumpAsync(studio);
        var group = BankFileTests.GroupOf(file);
        var back = BankFileTests.Lump(80, group).Replace("CRDT</CdtDbtInd>", $"DBIT</CdtDbtInd>{mark}", StringComparison.Ordinal)
            .Replace("2027-11-10", "2027-11-12", StringComparison.Ordinal)
            .Replace($"<Btch><PmtInfId>{group}</PmtInfId></Btch>", named switch
            {
                "group" => $"<Btch><PmtInfId>{group}</PmtInfId></Btch>",
                "file" => $"<Btch><MsgId>{group[..32]}</MsgId></Btch>",
                "text" => $"<TxDtls><RmtInf><Ustrd>Storno {group}</Ustrd></RmtInf></TxDtls>",
                _ => "",
            }, StringComparison.Ordinal);

        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }.WithEntry(-80, back));
        var line = await OpenLineAsync(studio);
        Assert.Contains(
            "the bank takes the 80.00 EUR of 2027-11-10 back", (string)line["proposal"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal("return", (string)line["proposal"]!["choice"]!);
        Assert.Equal((0m, 0m), (await studio.OpenOfAsync(anna), await studio.OpenOfAsync(jonas)));

        await MatchAsync(studio, line, "--accept");

        Assert.Equal((40m, 40m), (await studio.OpenOfAsync(anna), await studio.OpenOfAsync(jonas)));
        Assert.Equal(2L, await studio.ScalarAsync(
            "SELECT count(*) FROM dispute WHERE merchant_id = $1 AND status = 'open' AND fee_minor = 0", studio.Merchant.Value));
        await AssertSettledAsync(studio);
    }

    /// <summary>The bank kept its charges of the lump, and gives them back with it: the payments come back whole.</summary>
    [Theory]
    [InlineData("group")]
    [InlineData("mark")]
    public async Task LumpOfWhichTheBankKeptCharges_ComesBackWithThem(string named)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        var lump = BankFileTests.Lump(79, BankFileTests.GroupOf(file)).Replace(
            "<NtryDtls>", "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">1.00</TtlChrgsAndTaxAmt></Chrgs><NtryDtls>", StringComparison.Ordinal);
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(79, lump));
        var back = BankFileTests.Lump(79, BankFileTests.GroupOf(file)).Replace("2027-11-10", "2027-11-12", StringComparison.Ordinal)
            .Replace("CRDT</CdtDbtInd>", $"DBIT</CdtDbtInd>{(named == "mark" ? "<RvslInd>true</RvslInd>" : "")}", StringComparison.Ordinal);
        if (named == "mark")
            back = back.Replace($"<Btch><PmtInfId>{BankFileTests.GroupOf(file)}</PmtInfId></Btch>", "", StringComparison.Ordinal);

        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1079 }.WithEntry(-79, back));
        var line = await OpenLineAsync(studio);
        Assert.Contains(
            "the bank takes the 79.00 EUR of 2027-11-10 back, for which it kept charges of 1.00 EUR", $"{line["proposal"]?["text"]}",
            StringComparison.Ordinal);
        await MatchAsync(studio, line, "--accept", "--reason", "the bank's letter");

        Assert.Equal((40m, 40m), (await studio.OpenOfAsync(anna), await studio.OpenOfAsync(jonas)));
        Assert.Equal(0L, Convert.ToInt64(await studio.ScalarAsync(
            "SELECT coalesce(sum(debits_minor - credits_minor), 0) FROM ledger_account WHERE merchant_id = $1 AND kind = 'fees'",
            studio.Merchant.Value), CultureInfo.InvariantCulture));
        await AssertSettledAsync(studio);
    }

    /// <summary>The bank takes one debit back and names our file, or the group, and the mandate alone.</summary>
    [Theory]
    [InlineData("PmtInfId")]
    [InlineData("MsgId")]
    public async Task ReturnThatNamesTheFileAndTheMandate_IsOfferedAsTheReturnOfThatDebit(string element)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        var (group, pain) = (BankFileTests.GroupOf(file), file.Root!.Name.Namespace);
        var named = element == "MsgId" ? group[..32] : group;
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(
            80, BankFileTests.Lump(80, named).Replace("PmtInfId", element, StringComparison.Ordinal)));
        var mandate = file.Descendants(pain + "DrctDbtTxInf")
            .Single(one => one.Descendants(pain + "EndToEndId").Single().Value == studio.NameOf(anna))
            .Descendants(pain + "MndtId").Single().Value;
        var id = studio.NameOf(anna);

        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }.WithEntry(
            -40, BankFileTests.Return(40, id, "MD06", fee: 0).Replace(
                $"<EndToEndId>{id}</EndToEndId>", $"<{element}>{named}</{element}><MndtId>{mandate}</MndtId>", StringComparison.Ordinal)));

        var line = await OpenLineAsync(studio);
        Assert.Contains(
            $"the bank takes payment {anna.Number} of 40.00 EUR back. Evidence: it names the mandate of its debit",
            $"{line["proposal"]?["text"]}{line["note"]}", StringComparison.Ordinal);
        await MatchAsync(studio, line, "--accept", "--reason", "the bank's return");
        Assert.Equal((40m, 0m), (await studio.OpenOfAsync(anna), await studio.OpenOfAsync(jonas)));
        await AssertSettledAsync(studio);
    }

    /// <summary>One of its debits has come back before: the bank can't take all of the lump.</summary>
    [Fact]
    public async Task LumpThatTheBankTakesBack_BehindAReturnOfOneOfItsDebits_Waits()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas, file) = await LumpAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }
            .WithEntry(-40, BankFileTests.Return(40, studio.NameOf(anna), "MD06", fee: 0)));
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2028/01", Opening = 1040 }.WithEntry(-80, BankFileTests
            .Lump(80, BankFileTests.GroupOf(file)).Replace("CRDT", "DBIT", StringComparison.Ordinal)));

        var line = await OpenLineAsync(studio);
        Assert.Contains("of the 80.00 EUR of 2027-11-10", (string)line["note"]!, StringComparison.Ordinal);
        Assert.Equal((null, 0m), (line["proposal"], await studio.OpenOfAsync(jonas)));
    }

    /// <summary>The bank gives its fee for a return back, and the return stands.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FeeOfAReturnThatTheBankGivesBack_IsNoMoneyOfTheCustomer(bool isNamed)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }
            .WithEntry(-43, BankFileTests.Return(43, studio.NameOf(anna), "AM04", fee: 3)));

        await BankFileTests.ImportAsync(
            studio, new Camt { Id = "2028/01", Opening = 1037 }.With(3, "our fee", isNamed ? studio.NameOf(anna) : null));
        var line = await OpenLineAsync(studio);
        if (isNamed)
            Assert.Equal("return", (string)line["proposal"]!["choice"]!);
        await MatchAsync(studio, line, isNamed ? ["--accept"] : ["--return", $"{anna.Number}", "--reason", "the bank's letter"]);

        Assert.Equal((40m, "open", 0L), (await studio.OpenOfAsync(anna), await studio.ScalarAsync(
            "SELECT status FROM dispute WHERE payment_id = $1", anna.Payment), await studio.ScalarAsync(
            "SELECT sum(debits_minor - credits_minor)::bigint FROM ledger_account WHERE merchant_id = $1 AND kind = 'fees'",
            studio.Merchant.Value)));
        Assert.Equal(0L, await CreditAsync(studio, anna));
        await AssertSettledAsync(studio);
        var (exitCode, output, error) = await studio.RunAsync("settlement", "unbook", $"{line["id"]}", "--reason", "once more");
        Assert.True(exitCode == 0, $"{output}{error}");
        await studio.AssertCleanAsync();
    }

    /// <summary>An operator can't take money of another currency for a debit either.</summary>
    [Fact]
    public async Task LineOfAnotherCurrency_IsNoCollection_WhoeverSaysSo()
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.DebitAsync("40");
        await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Currency = "USD", Opening = 0 }.With(40, "from afar"));
        var line = await OpenLineAsync(studio);

        var (exitCode, _, error) = await studio.RunAsync(
            "settlement", "match", $"{line["id"]}", "--payment", $"{anna.Number}", "--reason", "it looks so");

        Assert.Equal(1, exitCode);
        Assert.Contains($"payment {anna.Number} is in EUR", error, StringComparison.Ordinal);
        await studio.AssertCleanAsync();
    }

    /// <summary>Banks take a debit back whole. Charges that they tell are in the amount, beside it, told twice, or a line.</summary>
    [Theory]
    [InlineData(0, "40")]
    [InlineData(3, "43")]
    [InlineData(3, "3", "40")]
    [InlineData(3, "40", "3")]
    public async Task Return_IsOfTheWholeDebit_HoweverTheBankTellsItsCharges(int fee, params string[] amounts)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        var returns = new Camt { Id = "2027/12", Opening = 1080 };
        foreach (var amount in amounts.Select(text => decimal.Parse(text, CultureInfo.InvariantCulture)))
        {
            var entry = BankFileTests.Return(amount, studio.NameOf(anna), "AM04", fee: amounts.Length > 1 ? 0 : 3);
            var from = entry.IndexOf("<AmtDtls>", StringComparison.Ordinal);
            entry = entry.Remove(from, entry.IndexOf("<Chrgs>", from, StringComparison.Ordinal) is > 0 and var charges ? charges - from
                : entry.IndexOf("<RtrInf>", from, StringComparison.Ordinal) - from);
            // Some banks tell the charges of the entry, too.
            if (amount == 43)
                entry = entry.Replace("<NtryDtls>", "<Chrgs><Amt Ccy=\"EUR\">3.00</Amt></Chrgs><NtryDtls>", StringComparison.Ordinal);
            returns = returns.WithEntry(-amount, entry);
        }

        await BankFileTests.ImportAsync(studio, returns);

        Assert.Equal((40m, $"4000 {fee}00"), (await studio.OpenOfAsync(anna), await studio.ScalarAsync(
            "SELECT string_agg(amount_minor || ' ' || lpad(fee_minor::text, 3, '0'), ',') FROM dispute WHERE payment_id = $1",
            anna.Payment)));
        await AssertSettledAsync(studio);
    }

    /// <summary>The bank takes a payment back, gives it back, takes it back again, and then its fee for that.</summary>
    [Fact]
    public async Task FeeOfASecondReturn_IsOfThatReturn_AndASecondFeeWaits()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }
            .WithEntry(-43, BankFileTests.Return(43, studio.NameOf(anna), "AM04", fee: 3)));
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2028/01", Opening = 1037 }.With(43, "correction", studio.NameOf(anna)));
        await MatchAsync(studio, await OpenLineAsync(studio), "--accept");
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2028/02", Opening = 1080 }
            .WithEntry(-40, BankFileTests.Return(40, studio.NameOf(anna), "MD06", fee: 0)));
        await MatchAsync(studio, await OpenLineAsync(studio), "--return", $"{anna.Number}", "--reason", "the bank again");

        await BankFileTests.ImportAsync(studio, new Camt { Id = "2028/03", Opening = 1040 }.With(-2.50m, "fee", studio.NameOf(anna)));

        Assert.Equal(
            250L, await studio.ScalarAsync("SELECT fee_minor FROM dispute WHERE payment_id = $1 AND status = 'open'", anna.Payment));
        await AssertSettledAsync(studio);
        Assert.Contains("is booked", Assert.Single(await RemarksAsync(
            studio, new Camt { Id = "2028/04", Opening = 1037.50m }.With(-2.50m, "fee once more", studio.NameOf(anna)))),
            StringComparison.Ordinal);
        Assert.Equal(("0", 1L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    /// <summary>The bank names the file alone, and pays what it has not rejected.</summary>
    [Fact]
    public async Task LumpThatNamesTheFileAlone_PaysWhatTheBankHasNotRejected()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        var report = await BankFileTests.WrittenAsync(studio, BankFileTests.Report(file, (studio.NameOf(jonas), "RJCT", "AM04")));
        await studio.CollectAsync("status", report);
        var message = BankFileTests.GroupOf(file)[..32];

        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(
            40, BankFileTests.Lump(40, message).Replace("PmtInfId", "MsgId", StringComparison.Ordinal)));

        Assert.Equal(("captured", "failed"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        await AssertSettledAsync(studio);
    }

    /// <summary>A server died between the two commits: the books have the collection, and no line shows it.</summary>
    [Fact]
    public async Task LineOfADebitWhoseCollectionIsKnown_IsOfferedAsThatCollection_AndNotAsMoreMoney()
    {
        using var studio = await Studio.OpenAsync(books);
        var anna = await studio.DebitAsync("40");
        var number = $"{(await studio.CollectAsync("run"))["collection"]!["number"]}";
        await studio.CollectAsync("release", number);
        await BankFileTests.ImportAsync(studio, new Camt().With(40, "fee", studio.NameOf(anna)));
        await studio.HandOutAsync(number);
        var capture = (await new Attempts(books.Database).OfPaymentAsync(new PaymentId(studio.Merchant, anna.Payment), Cancel))
            .Single(attempt => attempt.Verb == Verb.Capture);
        var origin = new Origin(studio.Merchant, 0, Guid.Parse(Biller.NewText()));
        var known = await books.Engine.SubmitAsync(new TakeAnswer(origin, capture, ProviderAnswer.Approved) { IsConfirmed = true });
        Assert.True(known.Accepted, string.Join(", ", known.Faults));

        var line = await OpenLineAsync(studio);
        Assert.Contains($"the bank collects payment {anna.Number}", (string)line["proposal"]!["text"]!, StringComparison.Ordinal);
        await MatchAsync(studio, line, "--accept");

        Assert.Equal((0L, 0m), (await CreditAsync(studio, anna), await studio.OpenOfAsync(anna)));
        await AssertSettledAsync(studio);
    }

    [Fact]
    public async Task LumpOfDebitsThatLinesOfTheirOwnHavePaid_Waits()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().With(40, "fee", studio.NameOf(anna)));

        var remark = Assert.Single(await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1040 }
            .WithEntry(80, BankFileTests.Lump(80, BankFileTests.GroupOf(file)))));
        Assert.Contains("1 of the 2 debits", remark, StringComparison.Ordinal);
        Assert.Contains("were paid in lines of their own", remark, StringComparison.Ordinal);
        Assert.Equal(("captured", "settling"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        Assert.Equal("0", await BankFileTests.OutstandingAsync(studio));
        await studio.AssertCleanAsync();
    }

    [Theory]
    [InlineData("EUR", "DE02120300000000202051")]
    [InlineData("USD", Camt.Iban)]
    [InlineData("USD", "DE02120300000000202051")]
    public async Task LineOfAnotherAccountOrCurrency_CollectsNothing(string currency, string iban)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("30"));
        var (_, file) = await studio.CollectAllAsync();
        var single = new Camt { Currency = currency }.With(40, "fee", studio.NameOf(anna)).ToXml()
            .Replace(Camt.Iban, iban, StringComparison.Ordinal);
        var lump = new Camt { Currency = currency, Id = "2027/12", Opening = 1040 }
            .WithEntry(
                70, BankFileTests.Lump(70, BankFileTests.GroupOf(file))
                    .Replace("\"EUR\"", $"\"{currency}\"", StringComparison.Ordinal))
            .ToXml().Replace(Camt.Iban, iban, StringComparison.Ordinal);

        foreach (var foreign in new[] { single, lump })
        {
            Assert.Contains(
                "for another account, or in another currency", Assert.Single(await RemarksAsync(studio, foreign)),
                StringComparison.Ordinal);
        }

        Assert.Equal(("settling", "settling"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(70, BankFileTests.Lump(70, BankFileTests.GroupOf(file))));
        Assert.Equal(("captured", 0m), (await studio.StatusOfAsync(anna), await studio.OpenOfAsync(jonas)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task TransferThatALumpHasPaid_IsNotPaidByASecondLine()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        var refund = await studio.RefundAsync(anna, "15");
        var (_, file) = await studio.CollectAllAsync("--refunds");
        XNamespace pain = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
        var group = file.Descendants(pain + "PmtInfId").Single().Value;
        var lump = BankFileTests.Lump(15, group).Replace("CRDT", "DBIT", StringComparison.Ordinal);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }.WithEntry(-15, lump));
        Assert.Equal("done", await studio.StatusOfAsync(refund));

        var remark = Assert.Single(await RemarksAsync(
            studio, new Camt { Id = "2028/01", Opening = 1065 }.With(-15, "refund", refund.Name)));
        Assert.Contains("the bank has paid the refund of payment", remark, StringComparison.Ordinal);
        Assert.Equal(("0", 1L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    /// <summary>The details of a lump in a notification, and then the lump: the debits are collected once.</summary>
    [Fact]
    public async Task DetailsInANotification_ThenTheLump_ThenTheSinglesAgain_CountOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        var singles = new Camt().With(40, "fee", studio.NameOf(anna)).With(40, "fee", studio.NameOf(jonas)).ToXml();
        var notified = singles.Replace("camt.053.001.02", "camt.054.001.02", StringComparison.Ordinal)
            .Replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", StringComparison.Ordinal)
            .Replace("<Stmt>", "<Ntfctn>", StringComparison.Ordinal).Replace("</Stmt>", "</Ntfctn>", StringComparison.Ordinal);

        Assert.Empty(await RemarksAsync(studio, notified));
        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        Assert.Empty(await RemarksAsync(studio, new Camt { Id = "2027/12" }
            .WithEntry(80, BankFileTests.Lump(80, BankFileTests.GroupOf(file))).ToXml()));
        await AssertSettledAsync(studio);
        Assert.Empty(await RemarksAsync(studio, notified));

        Assert.Equal(2, (await RemarksAsync(studio, singles)).Count);
        Assert.Equal(("0", 2L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    /// <summary>The customer has the bank give the debit back while the refund waits for the bank file: the money goes back once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RefundThatHasNotLeft_IsCalledOffByTheReturn(bool isInAFile)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        var refund = await studio.RefundAsync(anna, "40");
        var number = isInAFile ? $"{(await studio.CollectAsync("run", "--refunds"))["collection"]!["number"]}" : null;
        if (number is not null)
            await studio.CollectAsync("release", number);

        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }
            .WithEntry(-40, BankFileTests.Return(40, studio.NameOf(anna), "MD06", fee: 0)));
        Assert.Equal(("failed", 40m), (await studio.StatusOfAsync(refund), await studio.OpenOfAsync(anna)));
        if (number is not null)
        {
            Assert.Contains(
                "was paid or called off", await studio.RefusedAsync("file", number, "--to", studio.PathOf("x.xml")),
                StringComparison.Ordinal);
            await studio.CollectAsync("call-off", number, "--reason", "returned");
        }

        Assert.Null((await studio.CollectAsync("run", "--refunds"))["collection"]);
        await AssertSettledAsync(studio);
    }

    /// <summary>No customer gets the money twice, and nobody disputes anything: the text says what the bank did.</summary>
    [Fact]
    public async Task RefundOfAReturnedDebit_IsRefused_AndTheTextSaysThatTheBankHasReturnedIt()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }
            .WithEntry(-40, BankFileTests.Return(40, studio.NameOf(anna), "MD06", fee: 0)));

        var refused = await studio.Biller.PostAsync(
            $"{Biller.Payments}/{anna.Payment}/refund", new JsonObject { ["amount"] = Biller.Euro("40") });

        Assert.Equal((409, "payment-disputed"), refused.Problem);
        Assert.StartsWith(
            "The payer disputes the payment, or the payer's bank has returned it: the money has gone back", (string)refused.Json["detail"]!,
            StringComparison.Ordinal);
        await AssertSettledAsync(studio);
    }

    /// <summary>The bank says of a debit that it had paid that it never collected it.</summary>
    [Fact]
    public async Task RefundThatHasNotLeft_IsCalledOffByALateDecline()
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, _, _) = await LumpAsync(studio);
        var refund = await studio.RefundAsync(anna, "40");
        var capture = (await new Attempts(books.Database).OfPaymentAsync(new PaymentId(studio.Merchant, anna.Payment), Cancel))
            .Single(attempt => attempt.Verb == Verb.Capture);

        var declined = await books.Engine.SubmitAsync(new TakeAnswer(
            new Origin(studio.Merchant, 0, Guid.Parse(Biller.NewText())), capture, ProviderAnswer.Declined(DeclineReason.Declined)));

        Assert.True(declined.Accepted, string.Join(", ", declined.Faults));
        Assert.Equal(("failed", 40m), (await studio.StatusOfAsync(refund), await studio.OpenOfAsync(anna)));
        Assert.Null((await studio.CollectAsync("run", "--refunds"))["collection"]);
        await studio.AssertCleanAsync();
    }

    /// <summary>A line of another account, or in another currency, says nothing of a refund in a file.</summary>
    [Theory]
    [InlineData("EUR", "DE02120300000000202051")]
    [InlineData("USD", Camt.Iban)]
    [InlineData("USD", "DE02120300000000202051")]
    public async Task LineOfAnotherAccountOrCurrency_PaysNoRefundOut(string currency, string iban)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas, _) = await LumpAsync(studio);
        var (single, other) = (await studio.RefundAsync(anna, "15"), await studio.RefundAsync(jonas, "20"));
        var (_, file) = await studio.CollectAllAsync("--refunds");
        XNamespace pain = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
        var lump = BankFileTests.Lump(35, file.Descendants(pain + "PmtInfId").Single().Value)
            .Replace("CRDT", "DBIT", StringComparison.Ordinal);
        foreach (var foreign in new[]
        {
            new Camt { Currency = currency, Id = "2027/12", Opening = 1080 }.With(-15, "refund", single.Name),
            new Camt { Currency = currency, Id = "2028/01", Opening = 1065 }
                .WithEntry(-35, lump.Replace("\"EUR\"", $"\"{currency}\"", StringComparison.Ordinal)),
        })
        {
            Assert.Contains(
                "for another account, or in another currency",
                Assert.Single(await RemarksAsync(studio, foreign.ToXml().Replace(Camt.Iban, iban, StringComparison.Ordinal))),
                StringComparison.Ordinal);
        }

        Assert.Equal(("pending", "pending"), (await studio.StatusOfAsync(single), await studio.StatusOfAsync(other)));
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1080 }.WithEntry(-35, lump));
        Assert.Equal(("done", "done"), (await studio.StatusOfAsync(single), await studio.StatusOfAsync(other)));
        await studio.AssertCleanAsync();
    }

    /// <summary>Two debits of 40.00 that the bank has paid in one sum.</summary>
    private static async Task<(Member Anna, Member Jonas, XDocument File)> LumpAsync(Studio studio)
    {
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("40"));
        var (_, file) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(80, BankFileTests.Lump(80, BankFileTests.GroupOf(file))));
        return (anna, jonas, file);
    }

    private static Task<IReadOnlyList<string>> RemarksAsync(Studio studio, Camt statement) => RemarksAsync(studio, statement.ToXml());

    private static async Task<IReadOnlyList<string>> RemarksAsync(Studio studio, string file)
    {
        var (exitCode, output, error) = await studio.RunAsync("settlement", "import", await BankFileTests.WrittenAsync(studio, file));
        Assert.True(exitCode == 0, $"{output}{error}");
        return [.. JsonNode.Parse(output)!["remarks"]!.AsArray().Select(remark => (string)remark!["problem"]!)];
    }

    internal static async Task<JsonNode> OpenLineAsync(Studio studio)
    {
        var (exitCode, output, error) = await studio.RunAsync("settlement", "list", "--open");
        Assert.True(exitCode == 0, $"{output}{error}");
        return Assert.Single(JsonNode.Parse(output)!.AsArray())!;
    }

    internal static async Task MatchAsync(Studio studio, JsonNode line, params string[] how)
    {
        var (exitCode, output, error) = await studio.RunAsync(["settlement", "match", $"{line["id"]}", .. how]);
        Assert.True(exitCode == 0, $"{output}{error}");
    }

    internal static async Task AssertSettledAsync(Studio studio)
    {
        Assert.Equal(("0", 0L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    private static async Task<long> CreditAsync(Studio studio, Member member) => Convert.ToInt64(await studio.ScalarAsync(
        "SELECT coalesce(sum(l.credits_minor - l.debits_minor), 0)::bigint FROM ledger_account l JOIN payment p ON "
        + "p.account_id = l.holder_id AND p.id = $1 WHERE l.kind = 'credit'", member.Payment), CultureInfo.InvariantCulture);
}
