using System.Numerics;
using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Moments;

namespace Quittance.Console.Pages.Ledger;

/// <summary>A trial balance as of a moment or a day as a file for spreadsheets.</summary>
internal static class TrialBalanceFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/ledger/at.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/ledger/at.xlsx";

    private const string Head = "account,currency,debit,credit";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, MomentReading reading)
    {
        var query = AtQuery.Read(http.Request.Query["at"], desk);
        if (query.Problem is not null)
        {
            http.Response.Redirect(Places.With(Places.LedgerAt, new() { ["at"] = http.Request.Query["at"] }));
            return;
        }

        var balances = await reading.TrialBalanceAsync(desk.Merchant, query.At, http.RequestAborted);
        await using var file = await ISheetAnswer.BeginAsync(http, $"trial-balance-{query.At.ToString().Replace(':', '-')}", Head);
        foreach (var line in balances.Lines)
        {
            await file.WriteAsync(
            [
                CsvCell.Of(LedgerAccountName.Of(line.Kind, line.Purpose, null)), CsvCell.Of(line.Currency),
                Figure(line.BalanceMinor, line.Currency), Figure(-line.BalanceMinor, line.Currency),
            ]);
        }
    }

    private static CsvCell Figure(BigInteger minor, Currency currency) =>
        minor > 0 ? CsvCell.Of(AmountText.Sum(minor, currency)) : CsvCell.Nothing;
}
