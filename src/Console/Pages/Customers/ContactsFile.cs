using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Accounts;
using Quittance.Console.Access;
using Quittance.Console.Parts;

namespace Quittance.Console.Pages.Customers;

/// <summary>All customers with their contacts as a file for spreadsheets, which can be taken back when it is filled in.</summary>
internal static class ContactsFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/contacts.csv";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, ContactSheet contacts)
    {
        await using var file = await CsvAnswer.BeginAsync(http, $"contacts-{desk.Today:yyyy-MM-dd}", ContactSheet.Head);
        await contacts.WriteAsync(desk.Merchant, cells => file.WriteAsync(cells), http.RequestAborted);
    }
}
