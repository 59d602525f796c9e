using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Quittance.Core;
using Quittance.Storage.Exporting;

namespace Quittance.Host.Cli;

/// <summary>A journal as CSV: one line per transfer. No cell begins like a formula, as spreadsheets would run it.</summary>
internal sealed class JournalCsv : IJournalWriter
{
    private static readonly string[] Columns =
        ["time", "number", "event", "debit", "credit", "amount", "currency", "payment", "refund", "charge", "customer", "credential", "request"];

    private readonly CsvWriter _csv;
    private long _number;

    public JournalCsv(TextWriter text) => _csv = new CsvWriter(
        text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n", InjectionOptions = InjectionOptions.Escape }, leaveOpen: true);

    public Task BeginAsync(JournalScope scope) => RowAsync(Columns);

    public Task WriteAsync(JournalEntry entry) => RowAsync(
        entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), Text(++_number), entry.What, entry.Debit, entry.Credit, entry.Amount.ToText(AmountDecimals.Full),
        entry.Amount.Currency.Code, Text(entry.Payment), Text(entry.Refund), Text(entry.Charge), Text(entry.Customer), entry.Credential,
        entry.Request.ToString("D"));

    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private static string Text(long? number) => number?.ToString() ?? "";

    private Task RowAsync(params string[] cells)
    {
        foreach (var cell in cells)
            _csv.WriteField(cell);
        return _csv.NextRecordAsync();
    }
}
