using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Exporting;

namespace Quittance.BackOffice.Exports;

/// <summary>The forms in which a journal is exported.</summary>
public enum JournalFormat
{
    /// <summary>One line per transfer, for spreadsheets.</summary>
    Csv,

    /// <summary>Plain-text accounting, as hledger reads it.</summary>
    Hledger,

    /// <summary>A batch of postings for DATEV.</summary>
    Datev,
}

/// <summary>The merchant, currencies and days of a journal.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="IsClosed">Whether its days are closed: no later commit belongs to them.</param>
public sealed record JournalScope(
    MerchantId Merchant, string MerchantName, IReadOnlyList<Currency> Currencies, DateOnly? From, DateOnly? To, bool IsClosed);

/// <summary>Writes a journal in one of its forms.</summary>
public interface IJournalWriter
{
    /// <summary>Writes the lines before the entries.</summary>
    Task BeginAsync(JournalScope scope);

    /// <summary>Whether the form has the entry.</summary>
    bool Has(JournalEntry entry) => true;

    /// <summary>Writes the next entry that it has. Entries come in the order of time, the entries of one event together.</summary>
    Task WriteAsync(JournalEntry entry);
}

/// <summary>A journal as CSV: one line per transfer. An open journal has one more column, which says so.</summary>
public sealed class JournalCsv(TextWriter text) : IJournalWriter
{
    /// <summary>The names of the columns.</summary>
    internal const string Head =
        "time,number,event,debit,credit,amount,currency,payment,refund,charge,customer,credential,request,booked,effective";

    /// <summary>The name of the column that says that the journal is open, and what it says.</summary>
    internal const string Open = "open";

    private long _number;
    private bool _isOpen;

    public Task BeginAsync(JournalScope scope)
    {
        _isOpen = !scope.IsClosed;
        return WriteLineAsync(Head);
    }

    public Task WriteAsync(JournalEntry entry) => WriteLineAsync(CsvCell.Line(CellsOf(entry, ++_number)));

    /// <summary>The cells of an entry, in the order of the columns.</summary>
    internal static IEnumerable<CsvCell> CellsOf(JournalEntry entry, long number) =>
    [
        CsvCell.Utc(entry.Time.At), CsvCell.Of(number), CsvCell.Of(entry.What), CsvCell.Of(entry.Debit), CsvCell.Of(entry.Credit),
        CsvCell.Of(entry.Amount),
        CsvCell.Of(entry.Amount.Currency), CsvCell.Of(entry.Payment), CsvCell.Of(entry.Refund), CsvCell.Of(entry.Charge),
        CsvCell.Of(entry.Customer),
        CsvCell.Of(entry.Credential), CsvCell.Of(entry.Request), CsvCell.Of(entry.Time.BookedOn), CsvCell.Of(entry.Time.EffectiveOn),
    ];

    private Task WriteLineAsync(string line) => text.WriteAsync($"{line}{(_isOpen ? $",{Open}" : "")}\n");
}

/// <summary>A journal as a workbook: the columns of <see cref="JournalCsv"/>.</summary>
public sealed class JournalWorkbook(Stream to, CancellationToken cancel) : IJournalWriter, IAsyncDisposable
{
    private Workbook? _book;
    private CsvCell[] _open = [];
    private long _number;

    public async Task BeginAsync(JournalScope scope)
    {
        _open = scope.IsClosed ? [] : [CsvCell.Of(JournalCsv.Open)];
        _book = await Workbook.BeginAsync(
            to, [.. JournalCsv.Head.Split(','), .. scope.IsClosed ? (string[])[] : [JournalCsv.Open]], cancel);
    }

    public Task WriteAsync(JournalEntry entry) => _book!.WriteAsync([.. JournalCsv.CellsOf(entry, ++_number), .. _open]);

    public ValueTask DisposeAsync() => _book?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>
/// A journal as plain-text accounting: one transaction per event, one pair of postings per transfer. Names lose the characters that
/// would end a comment or a tag.
/// </summary>
public sealed class HledgerJournal(TextWriter text) : IJournalWriter
{
    private const int AccountWidth = 50;
    private const int AmountWidth = 20;

    private (Guid, int) _event;

    public async Task BeginAsync(JournalScope scope)
    {
        var days = $"{Day(scope.From, "the beginning")} to {Day(scope.To, "the end")}";
        await text.WriteAsync($"; Journal of {Plain(scope.MerchantName)} (merchant {scope.Merchant.Value}), {days}, its own days\n");
        if (!scope.IsClosed)
            await text.WriteAsync("; Open: its last day may still get transactions\n");
        await text.WriteAsync("decimal-mark .\n");
        foreach (var currency in scope.Currencies)
            await text.WriteAsync($"commodity 1000.{new string('0', currency.MinorUnits)} {currency.Code}\n");
    }

    public async Task WriteAsync(JournalEntry entry)
    {
        if (entry.Event != _event)
        {
            await text.WriteAsync(
                $"\n{Dates(entry.Time)} * {entry.What}"
                + $"{Named("payment", entry.Payment)}{Named("refund", entry.Refund)}{Named("customer", entry.Customer)}" +
                $"  ; time:{TimeOf(entry.Time)}, credential:{Plain(entry.Credential)}, request:{entry.Request:D}\n");
            _event = entry.Event;
        }

        await PostAsync(entry.Debit, entry.Amount, entry.Charge);
        await PostAsync(entry.Credit, -entry.Amount, entry.Charge);
    }

    private Task PostAsync(string account, Money amount, long? charge)
    {
        var number = amount.ToText(AmountDecimals.Full).PadLeft(AmountWidth);
        return text.WriteAsync(
            $"    {account.PadRight(AccountWidth)}  {number} {amount.Currency.Code}{(charge is null ? "" : $"  ; charge:{charge}")}\n");
    }

    /// <summary>The day of the books, and where it is another the day on which it took effect: hledger's two dates.</summary>
    private static string Dates(EventTime time) =>
        time.EffectiveOn == time.BookedOn ? $"{time.BookedOn:yyyy-MM-dd}" : $"{time.BookedOn:yyyy-MM-dd}={time.EffectiveOn:yyyy-MM-dd}";

    private static string TimeOf(EventTime time) =>
        DateOnly.FromDateTime(time.At.UtcDateTime) == time.BookedOn ? $"{time.At:HH:mm:ss.fff}" : $"{time.At:yyyy-MM-dd HH:mm:ss.fff}";

    private static string Named(string what, long? number) => number is null ? "" : $" {what} {number}";

    private static string Day(DateOnly? day, string none) => day?.ToString("yyyy-MM-dd") ?? none;

    private static string Plain(string given) =>
        string.Concat(given.Select(letter => char.IsControl(letter) || letter is ',' or ';' or ':' ? ' ' : letter));
}
