using System.Globalization;
using System.Xml.Linq;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>A line of money that went back, or a lump without our ids, is tied by an operator to what it is about.</summary>
public sealed class TiedByOperatorTests(BooksFixture books)
{
    private static readonly XNamespace Pain = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08";

    /// <summary>German banks put the end-to-end id into the text.</summary>
    [Fact]
    public async Task ReturnWithItsIdInTheText_IsProposed_AndOpensTheDebtWithItsFee()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, _) = await CollectedAsync(studio);
        var text = $"EREF+{studio.NameOf(poor)}MREF+X";
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1081 }.WithEntry(-43, Entry(-43, "", text)));

        var line = await CountedOnceTests.OpenLineAsync(studio);
        Assert.Equal("return", (string)line["proposal"]!["choice"]!);
        Assert.Contains("names the debit of payment", (string)line["proposal"]!["text"]!, StringComparison.Ordinal);
        await CountedOnceTests.MatchAsync(studio, line, "--accept");

        Assert.Equal((40m, "4000 300 declined"),
            (await studio.OpenOfAsync(poor), await DisputeAsync(studio, poor)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>The way that a person tries first: the payment's number.</summary>
    [Fact]
    public async Task ReturnWithoutAnyWord_IsBookedForItsPayment()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, _) = await CollectedAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1081 }.WithEntry(-43, Entry(-43, "", "zurueck")));
        await CountedOnceTests.MatchAsync(studio, await CountedOnceTests.OpenLineAsync(studio), "--payment", $"{poor.Number}");
        Assert.Equal((40m, "4000 300 declined"), (await studio.OpenOfAsync(poor), await DisputeAsync(studio, poor)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    [Fact]
    public async Task SeveralReturnsInOneSum_AreBookedTogether_WithTheirFees()
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, other) = await CollectedAsync(studio);
        await BankFileTests.ImportAsync(studio, new Camt { Id = "2027/12", Opening = 1081 }.WithEntry(-87, Entry(-87, "", "zurueck")));
        var line = await CountedOnceTests.OpenLineAsync(studio);
        var refused = await studio.RunAsync(
            "settlement", "match", $"{line["id"]}", "--return", $"{poor.Number}", "--reason", "one of two", "--charges", "3");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("and the bank takes 87.00 EUR back", refused.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(0m, await studio.OpenOfAsync(poor));

        await CountedOnceTests.MatchAsync(
            studio, line, "--return", $"{poor.Number}", "--return", $"{other.Number}", "--reason", "the bank's letter");
        Assert.Equal((40m, 41m), (await studio.OpenOfAsync(poor), await studio.OpenOfAsync(other)));
        Assert.Equal(("4000 300 declined", "4100 300 declined"), (await DisputeAsync(studio, poor), await DisputeAsync(studio, other)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>The bank takes its fee inside the amount and tells it nowhere, or in an entry of its own.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FeeThatIsNotTold_OrStandsAlone_IsTheDisputes(bool isInside)
    {
        using var studio = await Studio.OpenAsync(books);
        var (poor, _) = await CollectedAsync(studio);
        var id = $"<Refs><EndToEndId>{studio.NameOf(poor)}</EndToEndId></Refs>";
        const string Why = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>";
        var statement = new Camt { Id = "2027/12", Opening = 1081 };
        if (isInside)
            statement.WithEntry(-43, Entry(-43, id, "zurueck", Why));
        else
            statement.WithEntry(-3, Entry(-3, id, "Entgelt")).WithEntry(-40, Entry(-40, id, "zurueck", Why));

        await BankFileTests.ImportAsync(studio, statement);
        await BankFileTests.ImportAsync(studio, statement);
        Assert.Equal((40m, "4000 300 insufficient_funds"), (await studio.OpenOfAsync(poor), await DisputeAsync(studio, poor)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    [Theory]
    [InlineData("message")]
    [InlineData("number")]
    [InlineData("text")]
    public async Task LumpWithoutItsGroup_IsTiedToTheCollection(string lead)
    {
        using var studio = await Studio.OpenAsync(books);
        var (anna, jonas) = (await studio.DebitAsync("40"), await studio.DebitAsync("41"));
        var (number, file) = await studio.CollectAllAsync();
        var message = lead == "message" ? file.Descendants(Pain + "MsgId").Single().Value : "NOTPROVIDED";
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(81, BankFileTests.Lump(81, BankFileTests.GroupOf(file))
            .Replace($"<PmtInfId>{BankFileTests.GroupOf(file)}</PmtInfId>", $"<MsgId>{message}</MsgId>", StringComparison.Ordinal)
            .Replace(
                "</NtryDtls>", lead == "text" ? $"</NtryDtls><AddtlNtryInf>Sammler {BankFileTests.GroupOf(file)}</AddtlNtryInf>"
                    : "</NtryDtls>", StringComparison.Ordinal)));
        if (lead == "text")
            await CountedOnceTests.MatchAsync(studio, await CountedOnceTests.OpenLineAsync(studio), "--accept");
        if (lead == "number")
        {
            await CountedOnceTests.MatchAsync(
                studio, await CountedOnceTests.OpenLineAsync(studio), "--collection", number, "--reason", "the day and the sum");
        }

        Assert.Equal(("captured", "captured"), (await studio.StatusOfAsync(anna), await studio.StatusOfAsync(jonas)));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    private static string Entry(decimal amount, string refs, string text, string reason = "") =>
        string.Create(CultureInfo.InvariantCulture, $"""
        <Ntry><Amt Ccy="EUR">{Math.Abs(amount):0.00}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>2027-12-02</Dt></BookgDt><AcctSvcrRef>B{Biller.NewText()[..12]}</AcctSvcrRef><NtryDtls><TxDtls>{refs}
        <RltdPties><Cdtr><Nm>Anna Bell</Nm></Cdtr></RltdPties>
        <RmtInf><Ustrd>{text}</Ustrd></RmtInf>{reason}</TxDtls></NtryDtls></Ntry>
        """);

    /// <summary>Debits of 40.00 and 41.00 that the bank has collected.</summary>
    private static async Task<(Member Poor, Member Other)> CollectedAsync(Studio studio)
    {
        var (poor, other) = (await studio.DebitAsync("40"), await studio.DebitAsync("41"));
        var (_, file) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(81, BankFileTests.Lump(81, BankFileTests.GroupOf(file))));
        return (poor, other);
    }

    private static async Task<string?> DisputeAsync(Studio studio, Member member) => await studio.ScalarAsync(
        "SELECT string_agg(format('%s %s %s', amount_minor, fee_minor, reason), ', ') FROM dispute WHERE payment_id = $1", member.Payment)
        as string;
}
