using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Audit;

/// <summary>The audit log as a file for spreadsheets.</summary>
internal static class AuditExport
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = "/console/audit.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = "/console/audit.xlsx";

    private const int PageSize = 1000;

    /// <summary>Writes what the address asks for, page by page, so that a long log takes no memory.</summary>
    public static async Task WriteAsync(HttpContext http, CurrentOperator desk, OperatorActions log)
    {
        var filter = AuditQuery.Of(http.Request.Query).FilterFor(desk);
        await using var file =
            await ISheetAnswer.BeginAsync(http, $"audit-{desk.Today:yyyy-MM-dd}", "time,person,action,subject,reason,request");
        IReadOnlyList<KeptAction> page;
        AuditPlace? place = null;
        do
        {
            page = await log.ListAsync(desk.Merchant, filter, place, PageSize, http.RequestAborted);
            foreach (var kept in page)
            {
                place = AuditPlace.After(kept, place);
                await file.WriteAsync(CellsOf(desk, kept));
            }
        }
        while (page.Count == PageSize);
    }

    private static IEnumerable<CsvCell> CellsOf(CurrentOperator desk, KeptAction kept) =>
    [
        CsvCell.Of(desk.Local(kept.At)), CsvCell.Of(kept.Action.Who), CsvCell.Of(kept.Action.What), CsvCell.Of(kept.Action.Subject),
        CsvCell.Of(kept.Action.Reason),
        CsvCell.Of(kept.Request),
    ];
}
