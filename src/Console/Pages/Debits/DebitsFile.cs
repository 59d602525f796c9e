using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core.Debits;
using Quittance.Storage.Debits;

namespace Quittance.Console.Pages.Debits;

/// <summary>The debits or the refunds of a collection as a file for spreadsheets, read piece by piece.</summary>
internal static class DebitsFile
{
    private const int Piece = 1000;
    private const string Head = "payment,refund,pays,mandate,status,amount,currency";

    /// <summary>Where that of a collection is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/settlements/collections/{{number:long}}.csv";

    /// <summary>Where that of a collection is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/settlements/collections/{{number:long}}.xlsx";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, long number, CurrentOperator desk, Collections collections)
    {
        if (await collections.FindAsync(desk.Merchant, number, http.RequestAborted) is not { } collection)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await using var file = await ISheetAnswer.BeginAsync(http, $"collection-{number}", Head);
        IReadOnlyList<(WaitingDebit Waiting, int Group)> some;
        var after = Guid.Empty;
        do
        {
            some = await collections.DebitsAsync(collection.Id, after, Piece, http.RequestAborted);
            foreach (var (waiting, _) in some)
                await file.WriteAsync(Cells(waiting, collection.Kind));
            after = some is [.., var last] ? last.Waiting.Attempt.Id.Value : after;
        }
        while (some.Count == Piece);
    }

    private static IEnumerable<CsvCell> Cells(WaitingDebit waiting, CollectionKind kind) =>
    [
        CsvCell.Of(waiting.Payment), CsvCell.Of(waiting.Refund), CsvCell.Of(waiting.Charges), CsvCell.Of(waiting.Mandate?.Reference),
        CsvCell.Of(CollectionWords.Of(waiting.Attempt.Status, kind).Text), CsvCell.Of(waiting.Attempt.Amount),
        CsvCell.Of(waiting.Attempt.Amount.Currency),
    ];
}
