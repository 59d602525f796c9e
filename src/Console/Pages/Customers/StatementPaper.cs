using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Pages.Payments;
using Quittance.Core;
using Quittance.Papers;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Customers;

/// <summary>A customer's statement as the customer gets it, in the account's own currency.</summary>
internal static class StatementPaper
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/customers/{{id:guid}}/statement.pdf";

    /// <summary>Answers a request for it. With days that are none, or with too many lines, it leads back to the page.</summary>
    public static async Task AnswerAsync(HttpContext http, Guid id, CurrentOperator desk, PaperDesk papers, Merchants merchants)
    {
        var query = StatementQuery.Read(http.Request.Query, desk);
        var account = new AccountId(desk.Merchant, id);
        var issuer = await PaperAnswer.IssuerAsync(desk, merchants, http.RequestAborted);
        var (paper, isTooLong) = query.Problem is null
            ? await papers.StatementAsync(account, query.From, query.To, issuer, language: null, http.RequestAborted) : (null, true);
        if (isTooLong)
            http.Response.Redirect(query.AddressOf($"{Places.Customer(account.Value)}/statement"));
        else
            await PaperAnswer.WriteAsync(http, paper);
    }
}
