using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Storage.Reports;

namespace Quittance.Console.Pages.Reports;

/// <summary>A report as a file for spreadsheets, with all of its rows.</summary>
internal static class ReportFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/reports.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/reports.xlsx";

    /// <summary>Answers a request for it. A wrong address leads to the page, which says what is wrong.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, ReportReading reading)
    {
        var query = ReportQuery.Read(http.Request.Query, desk.Today);
        if (query.Problem is not null)
        {
            http.Response.Redirect(Places.With(Places.Reports, new()
            {
                ["report"] = http.Request.Query["report"],
                ["from"] = http.Request.Query["from"],
                ["to"] = http.Request.Query["to"],
            }));
            return;
        }

        var report = await query.Form.ReadAsync(reading, query.DaysOf(desk), http.RequestAborted);
        await using var file = await ISheetAnswer.BeginAsync(
            http, $"{query.Form.Word}-{Places.Iso(query.To)}", string.Join(',', report.Columns.Select(column => column.Name)));
        foreach (var row in report.Rows)
            await file.WriteAsync(row.Cells.Select(cell => cell.Cell));
    }
}
