using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Banks part long statements into pages, and give several statements of a day one number.</summary>
public sealed class CamtPagesTests
{
    private static async Task<ReadFile> ReadAsync(params string[] statements)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(CamtPage.File(statements)));
        return await StatementFile.ReadAsync(stream, new ReadingOptions(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PagesInOneFile_AreOneStatement()
    {
        var read = await ReadAsync(
            CamtPage.Of(1, false, ("OPBD", 1000), ("ITBD", 1120), [120]), CamtPage.Of(2, false, ("ITBD", 1120), ("ITBD", 1155), [35]),
            CamtPage.Of(3, true, ("ITBD", 1155), ("CLBD", 1150), [-5]));
        Assert.Empty(read.Faults);
        var statement = Assert.Single(read.Statements);
        Assert.Equal(
            ("P-310 of 2027-11-05", 1000_00L, 1150_00L),
            (statement.Reference, statement.OpeningMinor!.Value, statement.ClosingMinor!.Value));
        Assert.Equal([120_00, 35_00, -5_00], statement.Lines.Select(line => line.AmountMinor));
    }

    [Fact]
    public async Task PagesThatRepeatTheBalancesOfAll_AreOneStatement()
    {
        var statement = Assert.Single((await ReadAsync(
            CamtPage.Of(1, false, ("OPBD", 1000), ("CLBD", 1155), [120]),
            CamtPage.Of(2, true, ("OPBD", 1000), ("CLBD", 1155), [35]))).Statements);
        Assert.Equal((1000_00L, 1155_00L, 2), (statement.OpeningMinor!.Value, statement.ClosingMinor!.Value, statement.Lines.Count));
    }

    [Fact]
    public async Task PageInAFileOfItsOwn_IsAStatement_WithARemark()
    {
        var read = await ReadAsync(CamtPage.Of(2, false, ("ITBD", 1120), ("ITBD", 1155), [35]));
        Assert.Equal("P-310 of 2027-11-05, page 2", Assert.Single(read.Statements).Reference);
        Assert.Contains("page 2 is not the last one", Assert.Single(read.Remarks).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PageThatIsMissing_AndPagesThatDoNotMeet_AreRefused()
    {
        Assert.Contains("page 2 of P-310 of 2027-11-05 is missing", (await ReadAsync(
            CamtPage.Of(1, false, ("OPBD", 1000), ("ITBD", 1120), [120]),
            CamtPage.Of(3, true, ("ITBD", 1120), ("CLBD", 1155), [35]))).Faults[0].Problem, StringComparison.Ordinal);
        Assert.Contains("page 2 of P-310 of 2027-11-05 does not begin at the balance", (await ReadAsync(
            CamtPage.Of(1, false, ("OPBD", 1000), ("ITBD", 1120), [120]),
            CamtPage.Of(2, true, ("ITBD", 1121), ("CLBD", 1156), [35]))).Faults[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatementsOfADayWithOneNumber_AreSeveral()
    {
        var read = await ReadAsync(
            CamtPage.Of(null, true, ("OPBD", 1000), ("ITBD", 1120), [120]), CamtPage.Of(null, true, ("ITBD", 1120), ("CLBD", 1155), [35]));
        Assert.Empty(read.Faults);
        Assert.Equal([1120_00, 1155_00], read.Statements.Select(one => one.ClosingMinor!.Value));
    }
}
