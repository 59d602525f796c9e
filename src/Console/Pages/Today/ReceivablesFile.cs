using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Today;

/// <summary>The list of open charges as a file for spreadsheets, in the order of the list, read piece by piece.</summary>
internal static class ReceivablesFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/receivables.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/receivables.xlsx";

    private const int Piece = 1000;
    private const string Head = "customer_number,customer,charge,number,due,days_overdue,for,charged,open,currency";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, Receivables receivables)
    {
        var query = ReceivableQuery.Read(http.Request.Query);
        if (query.Order is null)
        {
            http.Response.Redirect(Places.With(Places.Receivables, new() { [ListOrder.Name] = http.Request.Query[ListOrder.Name] }));
            return;
        }

        await using var file = await ISheetAnswer.BeginAsync(http, $"receivables-{desk.Today:yyyy-MM-dd}", Head);
        OpenChargePlace? after = null;
        do
        {
            var page = await receivables.ListAsync(desk.Merchant, query.FilterOn(desk.Today), after, Piece, http.RequestAborted);
            foreach (var listed in page.Charges)
                await file.WriteAsync(Cells(listed, desk.Today));
            after = page.Next;
        }
        while (after is not null);
    }

    private static IEnumerable<CsvCell> Cells(ListedCharge listed, DateOnly today)
    {
        var charge = listed.Charge;
        return
        [
            CsvCell.Of(listed.AccountNumber), CsvCell.Of(listed.Name), CsvCell.Of(Words.NameOf(charge)), CsvCell.Of(charge.Number),
            CsvCell.Of(charge.DueOn), CsvCell.Of(Math.Max(0, today.DayNumber - charge.DueOn.DayNumber)),
            CsvCell.Of(charge.Description ?? charge.Label), CsvCell.Of(charge.Amount),
            CsvCell.Of(charge.Amount with { AmountMinor = charge.OpenMinor }), CsvCell.Of(charge.Amount.Currency),
        ];
    }
}
