using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.Console.Pages.Settlements;

/// <summary>The open lines of statements as a file for spreadsheets, by the filter of the list, read piece by piece.</summary>
internal static class LinesFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/settlements.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/settlements.xlsx";

    private const string Head = "id,booked,value,account,from_or_to,text,reference,amount,currency,fee";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, Statements statements, LineRules rules)
    {
        var accounts = await rules.AccountsAsync(desk.Merchant, http.RequestAborted);
        var filter = LineQuery.Of(http.Request.Query, accounts, desk);
        await using var file = await ISheetAnswer.BeginAsync(http, $"open-lines-{desk.Today:yyyy-MM-dd}", Head);
        await file.WriteAllAsync<SettlementLine>(
            (last, most) => statements.LinesAsync(desk.Merchant, SettlementStatus.Open, last, most, http.RequestAborted, filter), Cells);
    }

    private static IEnumerable<CsvCell> Cells(SettlementLine line) =>
    [
        CsvCell.Of(line.Id.Value), CsvCell.Of(line.BookedOn), CsvCell.Of(line.EffectiveOn), CsvCell.Of(line.Account),
        CsvCell.Of(line.Counterparty), CsvCell.Of(line.Remittance), CsvCell.Of(line.EndToEnd), CsvCell.Of(line.Amount),
        CsvCell.Of(line.Amount.Currency), CsvCell.Of(line.Amount with { AmountMinor = line.FeeMinor }),
    ];
}
