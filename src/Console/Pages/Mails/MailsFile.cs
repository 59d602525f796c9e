using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Parts;
using Quittance.Core.Mails;
using Quittance.Storage.Mails;

namespace Quittance.Console.Pages.Mails;

/// <summary>The list of mails as a file for spreadsheets, read piece by piece.</summary>
internal static class MailsFile
{
    /// <summary>Where it is as CSV.</summary>
    public const string Csv = $"{ConsoleRoutes.Root}/mails.csv";

    /// <summary>Where it is as a workbook.</summary>
    public const string Xlsx = $"{ConsoleRoutes.Root}/mails.xlsx";

    private const string Head = "id,about,to,customer,state,failed_because,asked_for,ended,next_try";

    /// <summary>Answers a request for it.</summary>
    public static async Task AnswerAsync(HttpContext http, CurrentOperator desk, MailQueue queue)
    {
        var asked = MailListQuery.Of(http.Request.Query).AskedOf(desk.Merchant);
        await using var file = await ISheetAnswer.BeginAsync(http, $"mails-{desk.Today:yyyy-MM-dd}", Head);
        await file.WriteAllAsync<Mail>(
            (last, most) => queue.ListAsync(desk.Merchant, asked, last?.Id.Value, most, http.RequestAborted), mail => Cells(mail, desk));
    }

    private static IEnumerable<CsvCell> Cells(Mail mail, CurrentOperator desk) =>
    [
        CsvCell.Of(mail.Id.Value), CsvCell.Of(MailWords.Of(mail.Kind)), CsvCell.Of(mail.Recipient),
        mail.Account is { } account ? CsvCell.Of(account.Value) : CsvCell.Nothing, CsvCell.Of(MailWords.Of(mail.Status).Text),
        CsvCell.Of(mail.Failure is { } why ? MailWords.Of(why) : null), CsvCell.Of(desk.Local(mail.QueuedAt)), At(mail.EndedAt, desk),
        At(mail.DueAt, desk),
    ];

    private static CsvCell At(DateTimeOffset? moment, CurrentOperator desk) =>
        moment is { } at ? CsvCell.Of(desk.Local(at)) : CsvCell.Nothing;
}
