using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Quittance.BackOffice.BankCollections;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
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
        HttpContext http, long number, CurrentOperator desk, Collections collections, CollectionDesk bank, PaymentEngine engine)
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
        var word = bank.IsTooLate(account, collection) ? "collection-late"
            : !await bank.ReadAsync(collection, file, cancel) ? "collection-damaged"
            : await RefusalOfAsync() is { } refusal ? WordOf(refusal) : null;
        if (word is not null)
        {
            http.GoTo(Done.At(Places.Collection(number).Href, word));
            return;
        }

        http.Response.ContentType = "application/xml";
        http.Response.ContentLength = file.Length;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"collection-{number}.xml\"";
        file.Position = 0;
        await file.CopyToAsync(http.Response.Body, cancel);

        async Task<Refusal?> RefusalOfAsync()
        {
            var reason = CardNumberMask.Apply($"{http.Request.Form["Reason"]}".Trim());
            if (reason.Length > OperatorAction.LongestReason || (reason.Length > 0 && !OneLine.IsName(reason)))
                reason = "";
            var outcome = await engine.SubmitAsync(await bank.HandingOutAsync(
                collection, desk.Does("collect.file", CollectionPage.AuditTextOf(collection), reason), cancel));
            return outcome.Accepted ? null : outcome.Faults[0].Refusal;
        }
    }

    private static string WordOf(Refusal refusal) => refusal switch
    {
        Refusal.CollectionNotReleased => "collection-not-released",
        Refusal.CollectionHandedOut => "collection-needs-reason",
        Refusal.AttemptSettled => "collection-overtaken",
        _ => "collection-not-handed-out",
    };
}
