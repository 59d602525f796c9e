using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Payments;

/// <summary>The list of payments as a file for spreadsheets: all of its filters and in its order, read piece by piece.</summary>
internal static class PaymentsFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/payments.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/payments.xlsx";

    private const int Piece = 1000;
    private const string Head =
        "number,id,received,status,customer_number,customer,amount,currency,credit_left,refunded,reversed,method,api,failed_because";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, PaymentLists lists)
    {
        var query = PaymentQuery.Read(http.Request.Query, desk);
        if (query.Problems.Count > 0 || query.Order is null)
        {
            http.Response.Redirect(query.AddressOf($"{ConsoleRoutes.Root}/payments"));
            return;
        }

        await using var file = await ISheetAnswer.BeginAsync(http, $"payments-{desk.Today:yyyy-MM-dd}", Head);
        Guid? before = null;
        do
        {
            var page = await lists.ReadAsync(desk.Merchant, query.Filter, before, Piece, counts: false, http.RequestAborted);
            foreach (var payment in page.Payments)
                await file.WriteAsync(Cells(payment, desk));
            before = page.Next;
        }
        while (before is not null);
    }

    private static IEnumerable<CsvCell> Cells(ListedPayment payment, CurrentOperator desk) =>
    [
        CsvCell.Of(payment.Number),
        CsvCell.Of(payment.Id),
        CsvCell.Of(desk.Local(payment.At)),
        CsvCell.Of(Words.Of(payment, desk)),
        CsvCell.Of(payment.AccountNumber),
        CsvCell.Of(payment.Name),
        Figure(payment, payment.Amount?.AmountMinor ?? 0),
        CsvCell.Of(payment.Amount?.Currency),
        Figure(payment, payment.UnallocatedMinor),
        Figure(payment, payment.RefundedMinor),
        Figure(payment, payment.ReversedMinor),
        CsvCell.Of(Words.Of(payment.Method)),
        CsvCell.Of(Words.Api(payment.Dialect)),
        CsvCell.Of(payment.Reason is { } reason ? Words.Of(reason) : null),
    ];

    private static CsvCell Figure(ListedPayment payment, long minor) =>
        payment.Amount is { } amount ? CsvCell.Of(amount with { AmountMinor = minor }) : CsvCell.Nothing;
}
