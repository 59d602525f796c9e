using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Customers;

/// <summary>A customer's statement as a file for spreadsheets. No figure in it is below zero.</summary>
internal static class StatementCsv
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/customers/{{id:guid}}/statement.csv";

    private const int Piece = 5000;
    private const string Head = "booked,what,charged,paid,balance_owed,balance_credit,currency,payment,charge";

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
        await using var text = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 32 * 1024, leaveOpen: true) { NewLine = "\r\n" };
        await text.WriteLineAsync(Head);
        await text.WriteLineAsync(CsvCell.Line(Balance(
            CsvCell.Nothing, $"Opening balance of {CustomerWords.NameOf(statement.Customer.Account)}", statement.OpeningMinor, statement.Currency)));
        var written = 0L;
        for (var part = statement; part is { Lines.Count: > 0 }; part = part.Lines.Count < Piece ? null : await ReadAsync(written))
        {
            foreach (var line in part.Lines)
                await text.WriteLineAsync(CsvCell.Line(Cells(line, part.Currency, desk)));
            written += part.Lines.Count;
            await text.FlushAsync(http.RequestAborted);
        }

        await text.WriteLineAsync(CsvCell.Line(Balance(CsvCell.Nothing, "Closing balance", statement.ClosingMinor, statement.Currency)));

        Task<Statement?> ReadAsync(long skip) => reading.ReadAsync(account, query.Currency, query.Start(desk), query.End(desk), skip, Piece, http.RequestAborted);
    }

    private static IEnumerable<CsvCell> Cells(StatementLine line, Currency currency, Desk desk)
    {
        CsvCell[] cells = [.. Balance(CsvCell.Of(desk.Local(line.Transfer.At)), TransferWords.Of(line.Transfer), line.BalanceMinor, currency)];
        cells[2] = Figure(line.OwesMinor, currency);
        cells[3] = Figure(-line.OwesMinor, currency);
        cells[7] = CsvCell.Of(line.Transfer.PaymentNumber);
        cells[8] = CsvCell.Of(line.Transfer.Charge);
        return cells;
    }

    private static IEnumerable<CsvCell> Balance(CsvCell at, string what, long balanceMinor, Currency currency) =>
    [
        at, CsvCell.Of(what), CsvCell.Nothing, CsvCell.Nothing, Figure(balanceMinor, currency), Figure(-balanceMinor, currency), CsvCell.Of(currency), CsvCell.Nothing, CsvCell.Nothing,
    ];

    private static CsvCell Figure(long minor, Currency currency) => minor > 0 ? CsvCell.Of(new Money(minor, currency)) : CsvCell.Nothing;
}
