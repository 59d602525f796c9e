using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Files for spreadsheets run nothing there, with any customer's name.</summary>
public sealed class CsvFormulaTests(BooksFixture books)
{
    [Theory]
    [InlineData("=HYPERLINK(\"https://evil.example\",\"Pay\")", "\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"Pay\"\")\"")]
    [InlineData("+44 20 7946 0000", "\"'+44 20 7946 0000\"")]
    [InlineData("-2+3", "\"'-2+3\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t'=1\"")]
    [InlineData("x;=HYPERLINK(\"https://evil.example\")", "\"x;'=HYPERLINK(\"\"https://evil.example\"\")\"")]
    [InlineData("Miller, Ada", "\"Miller, Ada\"")]
    public async Task NameThatIsAFormula_IsDefused(string name, string cell)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", name);
        var number = await till.PayAsync("A", 12_50);
        await till.PayAsync("B", 99_00);

        using var answer = await desk.Client.GetAsync("/console/payments.csv?most=20", TestContext.Current.CancellationToken);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimStart('\uFEFF').Split("\r\n");
        Assert.StartsWith("number,id,received,status,customer_number,customer,amount,currency", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{number},", lines[1], StringComparison.Ordinal);
        Assert.Contains($",{cell},12.50,EUR,12.50,0.00,0.00,", lines[1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public async Task File_HasAllPayments_HoweverManyAPageShows()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await new Till(books, desk.Merchant).PayManyAsync("A", 2345);
        var lines = (await desk.PageAsync("/console/payments.csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2346, lines.Length);
        Assert.Equal(2345, lines.Skip(1).Select(line => line.Split(',')[0]).Distinct().Count());
        Assert.Contains("More than 1,000 payments", await desk.PageAsync("/console/payments"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoIsNotSignedIn_GetsNoFile()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = books.Address };
        using var answer = await client.GetAsync("/console/payments.csv", TestContext.Current.CancellationToken);
        Assert.StartsWith("/console/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }
}
