using System.IO.Compression;
using System.Xml.Linq;
using Quittance.BackOffice.Exports;
using Quittance.Core.Access;
using Quittance.Storage.Exporting;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console.Pages;

/// <summary>The journal and the trial balance as workbooks: the columns and lines of the CSV.</summary>
public sealed class LedgerFileTests(BooksFixture books)
{
    private static readonly XNamespace Sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/console/ledger/journal.csv?form=csv", "/console/ledger/journal.csv?form=xlsx", 5)]
    [InlineData("/console/ledger/at.csv", "/console/ledger/at.xlsx", 2)]
    public async Task Workbook_HasTheLinesOfTheCsv_WithFiguresAsFigures(string csv, string xlsx, int amount)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada");
        await till.ChargeAsync("A", "N-1", 12_34, new DateOnly(2026, 1, 1));
        await till.PayAsync("A", 1_234_50);

        string[][] lines =
        [
            .. (await desk.PageAsync(csv)).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.TrimEnd('\r').Split(',').Select(cell => cell.Trim('"')).ToArray()),
        ];
        using var answer = await desk.Client.GetAsync(xlsx, Cancel);
        Assert.Equal(Workbook.ContentType, answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".xlsx", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        using var file = new ZipArchive(await answer.Content.ReadAsStreamAsync(Cancel));
        await using var text = await file.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(Cancel);
        var sheet = await XDocument.LoadAsync(text, LoadOptions.None, Cancel);
        var rows = sheet.Descendants(Sheet + "row").Select(row => row.Elements(Sheet + "c").ToList()).ToList();

        Assert.True(lines.Length > 2, $"{lines.Length} lines");
        Assert.Equal(lines.Length, rows.Count);
        Assert.Equal(lines[0], rows[0].Select(cell => cell.Value));
        foreach (var (line, row) in lines.Zip(rows).Skip(1))
        {
            Assert.Equal(line.Length, row.Count);
            Assert.Equal(line[amount], row[amount].Value);
            Assert.Null(row[amount].Attribute("t"));
        }
    }

    [Fact]
    public async Task Survey_CountsAllTransfers_WhereNoDayIsNamed()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var journal = new Journal(books.Database);
        Assert.Empty(await journal.SurveyAsync(desk.Merchant, DateOnly.MinValue, DateOnly.MaxValue, Cancel));
        await new Till(books, desk.Merchant).OpenAsync("A", "Ada");
        await new Till(books, desk.Merchant).PayAsync("A", 1_00);
        Assert.Equal(1, (await journal.SurveyAsync(desk.Merchant, DateOnly.MinValue, DateOnly.MaxValue, Cancel)).Sum(one => one.Transfers));
    }
}
