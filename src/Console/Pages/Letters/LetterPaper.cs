using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Pages.Payments;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Papers.Letters;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Letters;

/// <summary>Reminders as letters. They have the addresses of payment links, which operators alone see.</summary>
internal static class LetterPaper
{
    /// <summary>Where those of some days are.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/access/dunning/letters.pdf";

    private const string OfOne = $"{ConsoleRoutes.Root}/customers/{{id:guid}}/letter.pdf";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AnswerAsync).WithMetadata(new NeedsAttribute(OperatorRole.Operator), new DrawnAttribute());
        routes.MapGet(OfOne, AnswerOneAsync).WithMetadata(new NeedsAttribute(OperatorRole.Operator), new DrawnAttribute());
    }

    /// <summary>Answers a request for those of some days. Where there is no file, it leads back to the page, which says why.</summary>
    private static async Task AnswerAsync(
        HttpContext http, CurrentOperator desk, LetterDesk letters, Merchants merchants)
    {
        var query = LetterQuery.Read(http.Request.Query, desk.Merchant, desk.Today);
        var issuer = await PaperAnswer.IssuerAsync(desk, merchants, http.RequestAborted);
        var paper = query.Problem is null ? (await letters.RunAsync(query.Asked, issuer, http.RequestAborted)).Paper : null;
        if (paper is null)
            http.Response.Redirect($"{Places.Letters}{http.Request.QueryString}");
        else
            await PaperAnswer.WriteAsync(http, paper);
    }

    /// <summary>Answers a request for that of one customer; 404 where there is nothing to write, or nowhere to send it.</summary>
    private static async Task AnswerOneAsync(
        HttpContext http, Guid id, CurrentOperator desk, LetterDesk letters, IReceivables receivables, Merchants merchants)
    {
        var cancel = http.RequestAborted;
        var customer = await receivables.AccountAsync(new AccountId(desk.Merchant, id), Reference.House, cancel);
        await PaperAnswer.WriteAsync(
            http, customer is null ? null
                : (await letters.OfAsync(customer, await PaperAnswer.IssuerAsync(desk, merchants, cancel), cancel)).Paper);
    }
}
