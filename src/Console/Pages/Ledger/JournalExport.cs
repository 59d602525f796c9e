using System.Text;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Exporting;
using Quittance.Storage.Moments;
using Quittance.Storage.Tenancy;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Ledger;

/// <summary>The journal of some days as a file, as <c>quittance export journal</c> writes it.</summary>
internal static class JournalExport
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/ledger/journal.csv";

    private const string HledgerForm = "hledger";

    /// <summary>The form that has only so many lines.</summary>
    public const string WorkbookForm = "xlsx";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The form that needs the numbers of an accountant.</summary>
    public const string DatevForm = "datev";

    /// <summary>The forms of the file: their words in an address, and their names.</summary>
    public static IReadOnlyList<(string Word, string Label)> Forms { get; } =
        [("csv", "CSV"), (WorkbookForm, "XLSX"), (HledgerForm, "hledger"), (DatevForm, "DATEV")];

    /// <summary>Where the journal of a month is.</summary>
    public static string AddressOf(Month month, string form) => Places.With(
        Path, new() { ["from"] = $"{month.FirstDay:yyyy-MM-dd}", ["to"] = $"{month.LastDay:yyyy-MM-dd}", ["form"] = form });

    /// <summary>
    /// Writes what the address asks for, and a row of the audit log before it. What it asks for in words that say nothing, or what DATEV
    /// could not read, leads back to the months, which say why: a person who mistypes a day is not handed all days.
    /// </summary>
    public static async Task WriteAsync(
        HttpContext http, CurrentOperator desk, Journal journal, Periods closings, OperatorActions log, NpgsqlDataSource books,
        TimeProvider clock)
    {
        var asked = JournalAsked.Of(http.Request.Query);
        var batch = asked is { IsDatev: true } ? await asked.BatchAsync(books, clock, desk.Merchant, http.RequestAborted) : default;
        if (asked is null || batch.Problem is not null
            || (asked.IsWorkbook && await asked.WorkbookProblemAsync(journal, desk.Merchant, http.RequestAborted) is not null))
        {
            http.Response.Redirect(asked is null ? Places.Months.Href : $"{Places.Months}{http.Request.QueryString}");
            return;
        }

        var (from, to, cancel) = (asked.From, asked.To, http.RequestAborted);
        var last = (await closings.ListAsync(desk.Merchant, cancel)).FirstOrDefault(closing => closing.Reopened is null);
        var scope = new JournalScope(
            desk.Merchant, desk.User.MerchantName, await journal.CurrenciesAsync(desk.Merchant, cancel), from, to,
            IsClosed: to <= last?.Month.LastDay);
        await log.AddAsync(desk.Does("journal.export", "the journal"), clock.GetUtcNow(), cancel);
        var (type, file, encoding) = asked.Form switch
        {
            DatevForm => ("application/octet-stream", $"EXTF_journal{Named(from)}{Named(to)}.csv", DatevBatch.Encoding),
            WorkbookForm => (Workbook.ContentType, $"journal{Named(from)}{Named(to)}.xlsx", Utf8),
            HledgerForm => ("text/plain; charset=utf-8", $"journal{Named(from)}{Named(to)}.journal", Utf8),
            _ => ("text/csv; charset=utf-8", $"journal{Named(from)}{Named(to)}.csv", Utf8),
        };
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
        await using var workbook = new JournalWorkbook(http.Response.Body, cancel);
        await using var text = new StreamWriter(http.Response.Body, encoding, leaveOpen: true);
        IJournalWriter writer = asked.Form switch
        {
            DatevForm => new DatevBatch(text, batch.Chart!, batch.Currency, clock.GetUtcNow()),
            WorkbookForm => workbook,
            HledgerForm => new HledgerJournal(text),
            _ => new JournalCsv(text),
        };
        await writer.BeginAsync(scope);
        await foreach (var entry in journal.ReadAsync(desk.Merchant, from, to, null, cancel))
        {
            if (writer.Has(entry))
                await writer.WriteAsync(entry);
        }
    }

    private static string Named(DateOnly? day) => day is { } known ? $"-{known:yyyy-MM-dd}" : "";
}

/// <summary>What an address asks of the journal.</summary>
/// <param name="Form">One of <see cref="JournalExport.Forms"/>.</param>
/// <param name="Currency">For DATEV; null where none was chosen.</param>
internal sealed record JournalAsked(string Form, DateOnly? From, DateOnly? To, Currency? Currency)
{
    public bool IsDatev => Form == JournalExport.DatevForm;

    public bool IsWorkbook => Form == JournalExport.WorkbookForm;

    /// <summary>Null where it says something that has no meaning.</summary>
    public static JournalAsked? Of(IQueryCollection query)
    {
        var (from, to) = (Places.Day(query["from"]), Places.Day(query["to"]));
        var form = IsGiven("form") ? (string?)query["form"] : JournalExport.Forms[0].Word;
        Currency? currency = Core.Currency.TryParse(query["currency"], out var known) ? known : null;
        return from > to || (from is null && IsGiven("from")) || (to is null && IsGiven("to"))
            || (currency is null && IsGiven("currency")) || !JournalExport.Forms.Any(one => one.Word == form)
            ? null : new JournalAsked(form!, from, to, currency);

        bool IsGiven(string name) => !string.IsNullOrEmpty(query[name]);
    }

    /// <summary>Why a workbook can't have these days; null where it can.</summary>
    public async Task<string?> WorkbookProblemAsync(Journal journal, MerchantId merchant, CancellationToken cancel) =>
        (await journal.SurveyAsync(merchant, From ?? DateOnly.MinValue, To ?? DateOnly.MaxValue, cancel)).Sum(part => part.Transfers)
            is > Workbook.MostRows and var transfers
            ? Say($"These days have {transfers:N0} transfers, and an XLSX file at most {Workbook.MostRows:N0} lines. "
                + $"Choose fewer days, or CSV.")
            : null;

    /// <summary>What a batch for DATEV needs; or why there is none.</summary>
    public Task<(DatevChart? Chart, Currency Currency, string? Problem)> BatchAsync(
        NpgsqlDataSource books, TimeProvider clock, MerchantId merchant, CancellationToken cancel) =>
        DatevBatch.OfAsync(books, clock, merchant, From, To, Currency, cancel);
}
