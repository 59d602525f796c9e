using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core.Books;
using Quittance.Papers;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Payments;

/// <summary>The receipt of a payment as its customer gets it.</summary>
internal static class ReceiptPaper
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/payments/{{number:long}}/receipt.pdf";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(
        HttpContext http, long number, CurrentOperator desk, PaperDesk papers, IBooks books, Merchants merchants)
    {
        var cancel = http.RequestAborted;
        await PaperAnswer.WriteAsync(
            http, await books.PaymentAsync(desk.Merchant, number, cancel) is { } view && PaperDesk.HasReceipt(view)
                ? await papers.ReceiptAsync(view, await PaperAnswer.IssuerAsync(desk, merchants, cancel), language: null, cancel) : null);
    }
}

/// <summary>A paper as the answer to a request.</summary>
internal static class PaperAnswer
{
    /// <summary>The merchant of the signed-in person.</summary>
    public static async Task<PaperIssuer> IssuerAsync(CurrentOperator desk, Merchants merchants, CancellationToken cancel)
    {
        var installations = await merchants.InstallationsAsync(desk.Merchant, cancel);
        return new PaperIssuer(desk.User.MerchantName, desk.Zone, installations.Select(one => one.Locale).FirstOrDefault("en"));
    }

    /// <summary>Sends it; 404 where there is none.</summary>
    public static async Task WriteAsync(HttpContext http, Paper? paper)
    {
        if (paper is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = Paper.MediaType;
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{paper.Name}\"";
        await http.Response.Body.WriteAsync(paper.Content, http.RequestAborted);
    }
}
