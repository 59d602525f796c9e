using System.Globalization;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>
/// A notification (camt.054) tells a single payment that the statement books without its details: they reach the line, and count once.
/// </summary>
public sealed class NotifiedPaymentTests(BooksFixture books)
{
    private const string Anna = "Anna Bell|INV-2027-0001|120.00";

    [Theory]
    [InlineData("bare", "notification")]
    [InlineData("notification", "bare")]
    [InlineData("bare", "notification", "bare", "notification")]
    [InlineData("payer", "notification")]
    [InlineData("notification", "payer")]
    [InlineData("notification", "notification", "bare", "bare")]
    [InlineData("whole", "notification", "whole")]
    [InlineData("notification", "whole", "notification", "whole")]
    public async Task SinglePayment_SettlesItsBill_WhateverComesFirst_AndOnce(params string[] files)
    {
        await using var shop = await OwingAsync();

        foreach (var file in files)
        {
            Assert.Empty((await shop.TryImportAsync(
                file == "notification" ? Camt054.Of(Entry("REF-1", Details(Anna))) : Statement(Of(file, "REF-1", Anna)))).Faults);
        }

        await AssertSettledAsync(shop, 120_00);
    }

    /// <summary>Two customers pay the same fee on one day, and the notification tells one of them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PaymentOfTheSameDayAndAmount_IsNotTakenForTheOneThatIsTold(bool isTold)
    {
        await using var shop = await OwingAsync();
        await shop.OweAsync(("jonas", "INV-2027-0003", 120_00));
        string[] files =
        [
            Camt054.Of(Entry("REF-1", Details(Anna))),
            Statement(Of("whole", "REF-1", Anna), Of("bare", "REF-2", "|something|120.00")),
        ];
        foreach (var file in isTold ? files : files.Reverse())
            await shop.TryImportAsync(file);

        Assert.Equal(
            ("INV-2027-0003", 120_00L, 1L),
            (await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"),
            await shop.ScalarAsync("SELECT sum(amount_minor)::bigint FROM payment"),
            await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'")));
        Assert.Equal(120_00L, (await shop.BalancesAsync()).Single(one => one.Key.StartsWith("bank ", StringComparison.Ordinal)).Value);
    }

    /// <summary>The bank puts its own words into the lines, and no payer and no reference: they tell whose each is.</summary>
    [Theory]
    [InlineData("notification", "Miete Jonas", "INV-2027-0001 Anna")]
    [InlineData("notification", "INV-2027-0001 Anna", "Miete Jonas")]
    [InlineData("Miete Jonas", "INV-2027-0001 Anna", "notification")]
    [InlineData("INV-2027-0001 Anna", "Miete Jonas", "notification")]
    public async Task LineThatSaysAnotherPayment_IsNotTakenForTheOneThatIsTold(params string[] files)
    {
        await using var shop = await OwingAsync();
        var statement = Statement([.. files.Where(one => one != "notification").Select(Bare)]);
        string[] both = [statement, Told("Anna Bell|INV-2027-0001")];
        foreach (var file in files[0] == "notification" ? both.Reverse() : both)
            await shop.TryImportAsync(file);

        Assert.Equal(
            (0L, 120_00L, "Miete Jonas"),
            (await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"),
            await shop.ScalarAsync("SELECT sum(amount_minor)::bigint FROM payment"),
            await OpenTextAsync(shop)));
    }

    /// <summary>A line of OFX is known by the words that an earlier version read of it, which no row keeps: its text ties it.</summary>
    [Theory]
    [InlineData("Beitrag 11", 0L)]
    [InlineData("Beitrag 12", 2L)]
    public async Task LineThatIsKnownByEarlierWords_IsTiedByItsText(string name, long waiting)
    {
        await using var shop = await OwingAsync();
        string[] files =
        [
            Camt054.Of(Entry("REF-1", Details("Anna Bell|Beitrag 11 thanks INV-2027-0001|120.00"))),
            "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
                + "<CURDEF>EUR<BANKACCTFROM><BANKID>37040044<ACCTID>532013000</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>OTHER"
                + "<DTPOSTED>20271105<TRNAMT>120.00<FITID>REF-1"
                + $"<NAME>{name}<EXTDNAME>Anna Bell<MEMO>thanks</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
        ];
        foreach (var file in files)
            Assert.Empty((await shop.TryImportAsync(file)).Faults);

        Assert.Equal(waiting, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'"));
    }

    /// <summary>Two lines, or two payments, that nothing tells apart: a person says which is which.</summary>
    [Theory]
    [InlineData("two lines", 2L)]
    [InlineData("two payments", 1L)]
    [InlineData("two of each", 2L)]
    [InlineData("one of each", 0L)]
    public async Task LinesThatNothingTellsApart_WaitForAPerson(string what, long waiting)
    {
        await using var shop = await OwingAsync();
        string[] told = what is "two payments" or "two of each" ? ["Anna Bell|INV-2027-0001", "Jonas Weber|thank you"]
            : ["Anna Bell|INV-2027-0001"];
        foreach (var isTold in new[] { true, false, true })
        {
            await shop.TryImportAsync(isTold ? Told(told)
                : Statement([.. Enumerable.Repeat(Bare(""), what is "two lines" or "two of each" ? 2 : 1)]));
        }

        Assert.Equal(waiting, await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open' AND source <> 'payout'"));
    }

    /// <summary>More payments than the lines that an import looks at once more: no line shows them, so they are not looked at.</summary>
    [Fact]
    public async Task ManyPaymentsThatNoLineShows_DoNotKeepAnEarlierLineFromBeingMatched()
    {
        await using var shop = await OwingAsync();
        await shop.TryImportAsync(Statement(Of("whole", "REF-1", "Jonas Weber|INV-2027-0009|120.00")));
        await shop.OweAsync(("jonas", "INV-2027-0009", 120_00));

        await shop.TryImportAsync(Camt054.Of(
            [.. Enumerable.Range(1, 510).Select(number => Entry($"TOLD-{number}", Details($"Payer {number}|gift {number}|120.00")))])
            .Replace("2027-11-05", "2027-11-06", StringComparison.Ordinal));

        Assert.Equal(
            (1L, 510L),
            (await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'booked'"),
            await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open' AND note LIKE '%no statement shows%'")));
    }

    private static async Task<object?> OpenTextAsync(Shop shop)
    {
        var line = Assert.Single(await shop.Statements.LinesAsync(
            shop.Merchant, SettlementStatus.Open, before: null, 10, TestContext.Current.CancellationToken));
        return line.Remittance;
    }

    private static string Bare(string words) => Unnamed($"<AddtlNtryInf>{words}</AddtlNtryInf>");

    private static string Told(params string[] payments) =>
        Camt054.Of([.. payments.Select(payment => Unnamed(Details($"{payment}|120.00")))]);

    private static string Unnamed(string details) =>
        Entry("REF", details).Replace("<AcctSvcrRef>REF</AcctSvcrRef>", "", StringComparison.Ordinal);

    private static async Task AssertSettledAsync(Shop shop, long sumMinor)
    {
        Assert.Equal(
            (0L, 0L),
            (await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"),
            await shop.ScalarAsync("SELECT count(*) FROM settlement_line WHERE status = 'open'")));
        var balances = await shop.BalancesAsync();
        Assert.Equal(sumMinor, balances.Single(balance => balance.Key.StartsWith("bank ", StringComparison.Ordinal)).Value);
        Assert.DoesNotContain(balances, balance => balance.Key.StartsWith("clearing", StringComparison.Ordinal));
    }

    private async Task<Shop> OwingAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0001", 120_00));
        return shop;
    }

    private static string Of(string how, string reference, string payment) => Entry(reference, how switch
    {
        "bare" => "<AddtlNtryInf>GUTSCHRIFT</AddtlNtryInf>",
        "payer" => $"<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{payment.Split('|')[0]}</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>",
        _ => Details(payment),
    });

    private static string Details(string payment) => $"""
        <NtryDtls><TxDtls>
          <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
          <RltdPties><Dbtr><Nm>{payment.Split('|')[0]}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{payment.Split('|')[1]}</Ustrd></RmtInf>
        </TxDtls></NtryDtls>
        """;

    private static string Entry(string reference, string details) => string.Create(CultureInfo.InvariantCulture, $"""
        <Ntry>
          <Amt Ccy="EUR">120.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-11-05</Dt></BookgDt>
          <ValDt><Dt>2027-11-05</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>{details}
        </Ntry>
        """);

    private static string Statement(params string[] entries) =>
        entries.Aggregate(new Camt { Opening = 0 }, (camt, entry) => camt.WithEntry(120, entry)).ToXml();
}
