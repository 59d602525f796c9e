using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Customers;

/// <summary>A customer's statement as a file for spreadsheets. No figure in it is below zero, so that whatever looks like a formula can be defused.</summary>
internal static class StatementCsv
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/customers/{{id:guid}}/statement.csv";

    private const int Piece = 5000;

    // What a spreadsheet would run as a formula stands behind an apostrophe.
    private static readonly CsvConfiguration Form = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n",
        InjectionOptions = InjectionOptions.Escape,
        InjectionEscapeCharacter = '\'',
    };

    private static readonly string[] Head = ["booked", "what", "charged", "paid", "balance_owed", "balance_credit", "currency", "payment", "charge"];

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, Guid id, Desk desk, StatementReading reading)
    {
        var query = StatementQuery.Read(http.Request.Query, desk);
        var account = new AccountId(desk.Merchant, id);
        if (await ReadAsync(0) is not { } statement)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (query.Problem is not null)
        {
            http.Response.Redirect(query.AddressOf($"{CustomerWords.Href(account)}/statement"));
            return;
        }

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"statement-{statement.Customer.Account.Number}-{query.To:yyyy-MM-dd}.csv\"";
        // The mark tells spreadsheets that it is UTF-8.
        await using var text = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 32 * 1024, leaveOpen: true);
        await using var csv = new CsvWriter(text, Form, leaveOpen: true);
        await WriteAsync(csv, Head);
        await WriteAsync(csv, Balance("", $"Opening balance of {CustomerWords.NameOf(statement.Customer.Account)}", statement.OpeningMinor, statement.Currency));
        var written = 0L;
        for (var part = statement; part is { Lines.Count: > 0 }; part = part.Lines.Count < Piece ? null : await ReadAsync(written))
        {
            foreach (var line in part.Lines)
                await WriteAsync(csv, Cells(line, part.Currency, desk));
            written += part.Lines.Count;
            await csv.FlushAsync();
            await text.FlushAsync(http.RequestAborted);
        }

        await WriteAsync(csv, Balance("", "Closing balance", statement.ClosingMinor, statement.Currency));

        Task<Statement?> ReadAsync(long skip) => reading.ReadAsync(account, query.Currency, query.Start(desk), query.End(desk), skip, Piece, http.RequestAborted);
    }

    private static async Task WriteAsync(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(cell);
        await csv.NextRecordAsync();
    }

    private static IEnumerable<string> Cells(StatementLine line, Currency currency, Desk desk)
    {
        var at = desk.Local(line.Transfer.At).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        string[] cells = [.. Balance(at, TransferWords.Of(line.Transfer), line.BalanceMinor, currency)];
        cells[2] = Figure(line.OwesMinor, currency);
        cells[3] = Figure(-line.OwesMinor, currency);
        cells[7] = line.Transfer.PaymentNumber is { } number ? $"{number}" : "";
        cells[8] = line.Transfer.Charge ?? "";
        return cells;
    }

    private static IEnumerable<string> Balance(string at, string what, long balanceMinor, Currency currency) =>
        [at, what, "", "", Figure(balanceMinor, currency), Figure(-balanceMinor, currency), currency.Code, "", ""];

    private static string Figure(long minor, Currency currency) => minor > 0 ? new Money(minor, currency).ToText(AmountDecimals.Full) : "";
}
