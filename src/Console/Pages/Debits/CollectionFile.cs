using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Quittance.BackOffice.BankCollections;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Storage.Debits;

namespace Quittance.Console.Pages.Debits;

/// <summary>The file of a collection, which the console hands out for the bank.</summary>
internal static class CollectionFile
{
    public static string AddressOf(long number) => $"{Places.Collection(number)}/file.xml";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost($"{Places.Collections}/{{number:long}}/file.xml", HandOutAsync)
            .WithMetadata(new NeedsAttribute(OperatorRole.Operator), new ProvesAttribute());

    /// <summary>Hands the file out; goes back to the collection, and says why, where it does not.</summary>
    private static async Task HandOutAsync(
        HttpContext http, long number, CurrentOperator desk, Collections collections, CollectionDesk bank)
    {
        var cancel = http.RequestAborted;
        if (await collections.FindAsync(desk.Merchant, number, cancel) is not { } collection
            || await bank.AccountAsync(desk.Merchant, cancel) is not { } account)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await using var file = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var reason = CardNumberMask.Apply($"{http.Request.Form["Reason"]}".Trim());
        if (reason.Length > OperatorAction.LongestReason || (reason.Length > 0 && !OneLine.IsName(reason)))
            reason = "";
        var handedOut = await bank.HandOutAsync(
            account, collection, file, desk.Does("collect.file", CollectionPage.AuditTextOf(collection), reason),
            isAgain: reason.Length > 0, key: null, cancel);
        if (handedOut.Problem != HandOutProblem.None)
        {
            http.GoTo(Done.At(Places.Collection(number).Href, WordOf(handedOut)));
            return;
        }

        http.Response.ContentType = "application/xml";
        http.Response.ContentLength = file.Length;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{CollectionActs.FileNameOf(number)}\"";
        file.Position = 0;
        await file.CopyToAsync(http.Response.Body, cancel);
    }

    private static string WordOf(HandingOut problem) => problem switch
    {
        { Problem: HandOutProblem.TooLate } => "collection-late",
        { Problem: HandOutProblem.Damaged } => "collection-damaged",
        { Problem: HandOutProblem.Overtaken } => "collection-overtaken",
        { Refusal: Refusal.CollectionNotReleased } => "collection-not-released",
        { Refusal: Refusal.CollectionHandedOut } => "collection-needs-reason",
        _ => "collection-not-handed-out",
    };
}
