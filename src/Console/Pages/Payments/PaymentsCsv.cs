using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Payments;

/// <summary>The payments' list as a file for spreadsheets: the same filters, all of what they show, read and sent piece by piece.</summary>
internal static class PaymentsCsv
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/payments.csv";

    private const int Piece = 1000;

    // What a spreadsheet would run as a formula stands behind an apostrophe.
    private static readonly CsvConfiguration Form = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n",
        InjectionOptions = InjectionOptions.Escape,
        InjectionEscapeCharacter = '\'',
    };

    private static readonly string[] Head =
        ["number", "id", "received", "status", "customer_number", "customer", "amount", "currency", "credit_left", "refunded", "reversed", "method", "api"];

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, Desk desk, PaymentLists lists)
    {
        var query = PaymentQuery.Read(http.Request.Query, desk);
        if (query.Problems.Count > 0)
        {
            http.Response.Redirect(query.AddressOf($"{ConsoleRoutes.Root}/payments"));
            return;
        }

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"payments-{desk.Today:yyyy-MM-dd}.csv\"";
        // The mark tells spreadsheets that it is UTF-8.
        await http.Response.WriteAsync("\uFEFF", http.RequestAborted);
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        await using var csv = new CsvWriter(text, Form, leaveOpen: true);
        Write(csv, Head);
        Guid? before = null;
        do
        {
            var page = await lists.ReadAsync(desk.Merchant, query.Filter, before, Piece, counts: false, http.RequestAborted);
            foreach (var payment in page.Payments)
                Write(csv, Cells(payment, desk));
            await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
            text.GetStringBuilder().Clear();
            before = page.Next;
        }
        while (before is not null);
    }

    private static void Write(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(cell);
        csv.NextRecord();
        csv.Flush();
    }

    private static IEnumerable<string> Cells(ListedPayment payment, Desk desk) =>
    [
        payment.Number.ToString(CultureInfo.InvariantCulture),
        payment.Id.ToString("D"),
        desk.Local(payment.At).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        PaymentWords.Of(payment.Status),
        payment.AccountNumber.ToString(CultureInfo.InvariantCulture),
        payment.Name ?? "",
        Figure(payment, payment.Amount?.AmountMinor ?? 0),
        payment.Amount?.Currency.Code ?? "",
        Figure(payment, payment.UnallocatedMinor),
        Figure(payment, payment.RefundedMinor),
        Figure(payment, payment.ReversedMinor),
        PaymentWords.Of(payment.Method),
        PaymentWords.Api(payment.Dialect),
    ];

    private static string Figure(ListedPayment payment, long minor) =>
        payment.Amount is { } amount ? (amount with { AmountMinor = minor }).ToText(AmountDecimals.Full) : "";
}
