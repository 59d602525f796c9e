using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Customers;

/// <summary>A customer's statement as a file for spreadsheets. No figure in it is below zero.</summary>
internal static class StatementCsv
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/customers/{{id:guid}}/statement.csv";

    private const string Head = "booked,what,charged,paid,balance_owed,balance_credit,currency,payment,charge";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, Guid id, CurrentOperator desk, StatementReading reading)
    {
        var query = StatementQuery.Read(http.Request.Query, desk);
        var account = new AccountId(desk.Merchant, id);
        if (query.Problem is not null)
            http.Response.Redirect(query.AddressOf($"{Places.Customer(account.Value)}/statement"));
        else if (!await reading.WriteAsync(account, query.Currency, query.From, query.To, WriteAsync, http.RequestAborted))
            http.Response.StatusCode = StatusCodes.Status404NotFound;

        async Task WriteAsync(CustomerStatement statement, IAsyncEnumerable<StatementEntry> entries)
        {
            var (customer, currency) = (statement.Customer.Account, statement.Currency);
            await using var csv = await CsvAnswer.BeginAsync(http, $"statement-{customer.Number}-{query.To:yyyy-MM-dd}", Head);
            await csv.WriteAsync(
                Balance(CsvCell.Nothing, $"Opening balance of {Words.NameOf(customer)}", statement.OpeningMinor, currency));
            await foreach (var line in entries)
                await csv.WriteAsync(Cells(line, currency));
            await csv.WriteAsync(Balance(CsvCell.Nothing, "Closing balance", statement.ClosingMinor, currency));
        }
    }

    private static IEnumerable<CsvCell> Cells(StatementEntry line, Currency currency)
    {
        CsvCell[] cells =
            [.. Balance(CsvCell.Of(line.BookedOn), LedgerWords.Of(line.Transfer), line.BalanceMinor, currency)];
        cells[2] = Figure(line.OwesMinor, currency);
        cells[3] = Figure(-line.OwesMinor, currency);
        cells[7] = CsvCell.Of(line.Transfer.PaymentNumber);
        cells[8] = CsvCell.Of(line.Transfer.Charge);
        return cells;
    }

    private static IEnumerable<CsvCell> Balance(CsvCell at, string what, long balanceMinor, Currency currency) =>
    [
        at, CsvCell.Of(what), CsvCell.Nothing, CsvCell.Nothing, Figure(balanceMinor, currency), Figure(-balanceMinor, currency),
        CsvCell.Of(currency), CsvCell.Nothing, CsvCell.Nothing,
    ];

    private static CsvCell Figure(long minor, Currency currency) => minor > 0 ? CsvCell.Of(new Money(minor, currency)) : CsvCell.Nothing;
}
