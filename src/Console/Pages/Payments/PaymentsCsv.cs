using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Payments;

/// <summary>The payments' list as a file for spreadsheets: all payments of the filters, read and sent piece by piece.</summary>
internal static class PaymentsCsv
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/payments.csv";

    private const int Piece = 1000;
    private const string Head =
        "number,id,received,status,customer_number,customer,amount,currency,credit_left,refunded,reversed,method,api";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, PaymentLists lists)
    {
        var query = PaymentQuery.Read(http.Request.Query, desk);
        if (query.Problems.Count > 0)
        {
            http.Response.Redirect(query.AddressOf($"{ConsoleRoutes.Root}/payments"));
            return;
        }

        await using var csv = await CsvAnswer.BeginAsync(http, $"payments-{desk.Today:yyyy-MM-dd}", Head);
        Guid? before = null;
        do
        {
            var page = await lists.ReadAsync(desk.Merchant, query.Filter, before, Piece, counts: false, http.RequestAborted);
            foreach (var payment in page.Payments)
                await csv.WriteAsync(Cells(payment, desk));
            before = page.Next;
        }
        while (before is not null);
    }

    private static IEnumerable<CsvCell> Cells(ListedPayment payment, CurrentOperator desk) =>
    [
        CsvCell.Of(payment.Number),
        CsvCell.Of(payment.Id),
        CsvCell.Of(desk.Local(payment.At)),
        CsvCell.Of(Words.Of(payment.Status)),
        CsvCell.Of(payment.AccountNumber),
        CsvCell.Of(payment.Name),
        Figure(payment, payment.Amount?.AmountMinor ?? 0),
        CsvCell.Of(payment.Amount?.Currency),
        Figure(payment, payment.UnallocatedMinor),
        Figure(payment, payment.RefundedMinor),
        Figure(payment, payment.ReversedMinor),
        CsvCell.Of(Words.Of(payment.Method)),
        CsvCell.Of(Words.Api(payment.Dialect)),
    ];

    private static CsvCell Figure(ListedPayment payment, long minor) =>
        payment.Amount is { } amount ? CsvCell.Of(amount with { AmountMinor = minor }) : CsvCell.Nothing;
}
