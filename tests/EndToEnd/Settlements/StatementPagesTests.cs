using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A bank gives several files and statements one number: each is imported once, and no line of it is lost or doubled.</summary>
public sealed class StatementPagesTests(BooksFixture books)
{
    private static readonly string Noon = CamtPage.Of(null, true, ("OPBD", 1000), ("ITBD", 1120), [120], "Invoice INV-2027-1");
    private static readonly string Evening = CamtPage.Of(null, true, ("ITBD", 1120), ("CLBD", 1155), [35], "Invoice INV-2027-2");

    [Fact]
    public async Task PagesInAFile_AreOneStatement_AndItsRepeatIsKnown()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 120_00));
        var file = CamtPage.File(
            CamtPage.Of(1, false, ("OPBD", 1000), ("ITBD", 1120), [120], "Invoice INV-2027-1"),
            CamtPage.Of(2, true, ("ITBD", 1120), ("CLBD", 1155), [35]));
        var report = await shop.ImportAsync(file);
        Assert.Equal((2, 1, false), (report.NewLines, report.Booked, report.WasKnown));
        // Another download of the bank has other bytes.
        report = await shop.ImportAsync(file.Replace("M1", "M2", StringComparison.Ordinal));
        Assert.Equal((0, true), (report.NewLines, report.WasKnown));
    }

    [Fact]
    public async Task StatementsOfOneNumber_InOneFileOrInTwo_AreAllImported()
    {
        await using var shop = await Shop.OpenAsync(books);
        var both = await shop.TryImportAsync(CamtPage.File(Noon, Evening, Evening));
        Assert.Empty(both.Faults);
        Assert.Equal([1, 1, 0], both.Reports.Select(report => report.NewLines));

        await using var other = await Shop.OpenAsync(books);
        Assert.Equal(1, (await other.ImportAsync(CamtPage.File(Noon))).NewLines);
        Assert.Equal(1, (await other.ImportAsync(CamtPage.File(Evening))).NewLines);
        Assert.Equal(2, await other.Books.CountAsync("settlement_line"));
    }

    [Fact]
    public async Task PageThatIsMissingBetweenTwoFiles_IsTold()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(CamtPage.File(CamtPage.Of(1, false, ("OPBD", 1000), ("ITBD", 1120), [120])));
        var third = await shop.TryImportAsync(CamtPage.File(CamtPage.Of(3, true, ("ITBD", 1155), ("CLBD", 1150), [-5])));
        Assert.Contains(third.Remarks, remark => remark.Problem.Contains("a statement between them is missing", StringComparison.Ordinal));
        Assert.Empty((await shop.TryImportAsync(
            CamtPage.File(CamtPage.Of(2, false, ("ITBD", 1120), ("ITBD", 1155), [35])))).Faults);
        Assert.Equal(3, await shop.Books.CountAsync("settlement_line"));
    }

    [Fact]
    public async Task StatementTwiceInAFile_WithOtherLines_IsRefused()
    {
        await using var shop = await Shop.OpenAsync(books);
        var outcome = await shop.TryImportAsync(CamtPage.File(
            Noon, CamtPage.Of(null, true, ("OPBD", 1000), ("ITBD", 1121), [121], "else")));
        Assert.Contains(
            "The file has P-310 of 2027-11-05 of DE ···· 3000 twice", Assert.Single(outcome.Faults).Problem, StringComparison.Ordinal);
        Assert.Equal(0, await shop.Books.CountAsync("statement"));
    }

    [Fact]
    public async Task LinesOfADay_AreListedInTheBanksOrder()
    {
        await using var shop = await Shop.OpenAsync(books);
        decimal[] amounts = [.. Enumerable.Range(1, 12)];
        await shop.ImportAsync(CamtPage.File(CamtPage.Of(1, false, ("OPBD", 0), ("ITBD", 78), amounts)));
        await shop.ImportAsync(CamtPage.File(CamtPage.Of(2, true, ("ITBD", 78), ("CLBD", 91), [13])));
        List<SettlementLine> listed = [];
        while ((await shop.Statements.LinesAsync(
            shop.Merchant, SettlementStatus.Open, listed.LastOrDefault(), 5, TestContext.Current.CancellationToken)) is { Count: > 0 } some)
        {
            listed.AddRange(some);
        }

        Assert.Equal(Enumerable.Range(1, 13).Select(one => one * 100L), listed.Select(line => line.Amount.AmountMinor));
    }
}
