using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Reports say what the ledger says, and their files have what the pages show.</summary>
public sealed class ReportTests(BooksFixture books, Browser browser)
{
    private const string Reports = "/console/reports";

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task CashFlow_HasTheMoneyThatWentBack_AndNoneThatOnlyMoved()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A", "Ada Nkemelu");
        await ours.CustomerAsync("B", "Ben Okafor");
        var kept = await ours.PayAsync("A", 100_00);
        await ours.RefundAsync("A", kept, 20_00);
        await ours.MoveAsync(await ours.PayAsync("A", 30_00), from: "A", to: "B", 30_00);

        var row = Assert.Single(await FileAsync(desk, "report=cash-flow"));

        Assert.Equal(
            ("EUR", "130.00", "0.00", "20.00", "110.00"), (row["currency"], row["in"], row["taken_back"], row["refunded"], row["net"]));
        Assert.Contains(">110.00<", await desk.PageAsync($"{Reports}?report=cash-flow"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"{Reports}?report=cash-flow", "report-cash-flow");
    }

    [Fact]
    public async Task Ageing_NamesWhoOwes_AndOfAnEarlierDayWhatWasOwedThen()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada Nkemelu");
        await till.ChargeAsync("A", "INV-1", 45_00, Today.AddDays(-31));
        await till.ChargeAsync("A", "INV-2", 5_00, Today);

        var row = Assert.Single(await FileAsync(desk, "report=ageing"));

        Assert.Equal(("Ada Nkemelu", "5.00", "45.00", "50.00"), (row["customer"], row["not_due"], row["up_to60"], row["together"]));
        var yesterday = $"to={Today.AddDays(-1):yyyy-MM-dd}";
        Assert.Empty(await FileAsync(desk, $"report=ageing&{yesterday}"));
        Assert.Contains("Nothing to report", await desk.PageAsync($"{Reports}?{yesterday}"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, Reports, "report-ageing");
    }

    [Theory]
    [InlineData("to=yesterday", "Type days such as")]
    [InlineData("to={tomorrow}", "has not come yet")]
    [InlineData("report=fees&from=2026-02-02&to=2026-02-01", "after the last one")]
    [InlineData("report=fees&from=2001-01-01", "5 years at most")]
    public async Task DaysThatAreNone_AreSaid_AndTheFileLeadsThere(string asked, string problem)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var query = asked.Replace("{tomorrow}", $"{Today.AddDays(1):yyyy-MM-dd}", StringComparison.Ordinal);

        Assert.Contains(problem, await desk.PageAsync($"{Reports}?{query}"), StringComparison.Ordinal);
        using var file = await desk.Client.GetAsync($"{Reports}.csv?{query}", TestContext.Current.CancellationToken);
        Assert.Contains(problem, await desk.PageAsync(file.Headers.Location!.OriginalString), StringComparison.Ordinal);
    }

    private static async Task<List<Dictionary<string, string>>> FileAsync(TestDesk desk, string query)
    {
        var lines = (await desk.PageAsync($"{Reports}.csv?{query}")).TrimStart('\ufeff')
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var heads = lines[0].Split(',');
        return
        [
            .. lines.Skip(1).Select(line => heads.Zip(line.Split(',').Select(cell => cell.Trim('"'))).ToDictionary(
                cell => cell.First, cell => cell.Second)),
        ];
    }
}
