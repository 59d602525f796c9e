using Quittance.Console.Parts;
using Quittance.Storage.Exporting;

namespace Quittance.Host.Cli;

/// <summary>A journal as CSV: one line per transfer. One that is open has a column more, which says so.</summary>
internal sealed class JournalCsv(TextWriter text) : IJournalWriter
{
    private const string Head = "time,number,event,debit,credit,amount,currency,payment,refund,charge,customer,credential,request";

    private long _number;
    private bool _isOpen;

    public Task BeginAsync(JournalScope scope)
    {
        _isOpen = !scope.IsClosed;
        return WriteLineAsync(Head);
    }

    public Task WriteAsync(JournalEntry entry) => WriteLineAsync(CsvCell.Line(
        CsvCell.Utc(entry.At), CsvCell.Of(++_number), CsvCell.Of(entry.What), CsvCell.Of(entry.Debit), CsvCell.Of(entry.Credit), CsvCell.Of(entry.Amount),
        CsvCell.Of(entry.Amount.Currency), CsvCell.Of(entry.Payment), CsvCell.Of(entry.Refund), CsvCell.Of(entry.Charge), CsvCell.Of(entry.Customer),
        CsvCell.Of(entry.Credential), CsvCell.Of(entry.Request)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task WriteLineAsync(string line) => text.WriteAsync($"{line}{(_isOpen ? ",open" : "")}\n");
}
