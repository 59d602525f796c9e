using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Storage.Exporting;
using Quittance.Storage.Moments;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Ledger;

/// <summary>The journal of some days as a file, as <c>quittance export journal</c> writes it.</summary>
internal static class JournalExport
{
    /// <summary>Where it is.</summary>
    public const string Path = $"{ConsoleRoutes.Root}/ledger/journal.csv";

    /// <summary>The forms of the file: their words in an address, and their names.</summary>
    public static IReadOnlyList<(string Word, string Label)> Forms { get; } = [("csv", "CSV"), ("hledger", "hledger")];

    /// <summary>Where the journal of a month is.</summary>
    public static string AddressOf(Month month, string form) => Places.With(
        Path, new() { ["from"] = $"{month.FirstDay:yyyy-MM-dd}", ["to"] = $"{month.LastDay:yyyy-MM-dd}", ["form"] = form });

    /// <summary>
    /// Writes what the address asks for, and a row of the audit log before it. What it asks for in words that say nothing leads back to the
    /// months: a person who mistypes a day is not handed all days.
    /// </summary>
    public static async Task WriteAsync(
        HttpContext http, CurrentOperator desk, Journal journal, Periods closings, OperatorActions log, TimeProvider clock)
    {
        var (from, to) = (DayIn("from"), DayIn("to"));
        var word = IsGiven("form") ? (string?)http.Request.Query["form"] : Forms[0].Word;
        var form = word == Forms[1].Word ? JournalFormat.Hledger : JournalFormat.Csv;
        if (from > to || (from is null && IsGiven("from")) || (to is null && IsGiven("to")) || !Forms.Any(known => known.Word == word))
        {
            http.Response.Redirect(Places.Months.Href);
            return;
        }

        var cancel = http.RequestAborted;
        var last = (await closings.ListAsync(desk.Merchant, cancel)).FirstOrDefault(closing => closing.Reopened is null);
        var scope = new JournalScope(
            desk.Merchant, desk.User.MerchantName, await journal.CurrenciesAsync(desk.Merchant, cancel), from, to,
            IsClosed: to <= last?.Month.LastDay);
        await log.AddAsync(desk.Does("journal.export", "the journal"), clock.GetUtcNow(), cancel);
        http.Response.ContentType = form == JournalFormat.Csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8";
        http.Response.Headers.ContentDisposition =
            $"attachment; filename=\"journal{Named(from)}{Named(to)}.{(form == JournalFormat.Csv ? "csv" : "journal")}\"";
        await using var text = new StreamWriter(
            http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        IJournalWriter writer = form == JournalFormat.Csv ? new JournalCsv(text) : new HledgerJournal(text);
        await writer.BeginAsync(scope);
        await foreach (var entry in journal.ReadAsync(desk.Merchant, from, to, null, cancel))
            await writer.WriteAsync(entry);

        DateOnly? DayIn(string name) => Places.Day(http.Request.Query[name]);
        bool IsGiven(string name) => !string.IsNullOrEmpty(http.Request.Query[name]);
    }

    private static string Named(DateOnly? day) => day is { } known ? $"-{known:yyyy-MM-dd}" : "";
}
