using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Customers;

/// <summary>
/// The list of customers as a file for spreadsheets, in the order of the list, read piece by piece. A customer has a line for each
/// currency.
/// </summary>
internal static class CustomersFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/customers.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/customers.xlsx";

    private const int Piece = 500;
    private const string Head = "number,id,name,known_as,api,owes,credit,currency";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, CustomerReading reading)
    {
        var query = CustomerQuery.Read(http.Request.Query);
        if (query.Order is null)
        {
            http.Response.Redirect(Places.With(Places.Customers, new() { [ListOrder.Name] = http.Request.Query[ListOrder.Name] }));
            return;
        }

        await using var file = await ISheetAnswer.BeginAsync(http, $"customers-{desk.Today:yyyy-MM-dd}", Head);
        CustomerPlace? after = null;
        do
        {
            var page = await reading.ListAsync(desk.Merchant, query.Search, query.Sorted, after, Piece, http.RequestAborted);
            foreach (var row in page.Rows)
            {
                foreach (var currency in CurrenciesOf(row))
                    await file.WriteAsync(Cells(row, currency));
            }

            after = page.Next;
        }
        while (after is not null);
    }

    private static IEnumerable<Currency> CurrenciesOf(CustomerRow row) =>
        row.Open.Concat(row.Credit).Select(sum => sum.Currency).DefaultIfEmpty(row.Account.Currency).Distinct();

    private static IEnumerable<CsvCell> Cells(CustomerRow row, Currency currency)
    {
        var name = row.FoundBy ?? row.Names.Select(each => (Reference?)each).FirstOrDefault();
        return
        [
            CsvCell.Of(row.Account.Number), CsvCell.Of(row.Account.Id.Value), CsvCell.Of(row.Account.Name), CsvCell.Of(name?.Value),
            CsvCell.Of(name is { } known ? Words.Api(known.Dialect) : null), In(row.Open), In(row.Credit), CsvCell.Of(currency),
        ];

        CsvCell In(IReadOnlyList<Money> sums) =>
            CsvCell.Of(sums.Where(sum => sum.Currency == currency).DefaultIfEmpty(new Money(0, currency)).First());
    }
}
