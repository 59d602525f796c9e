using System.Security.Cryptography;
using System.Text;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Settlements;

/// <summary>
/// The question what the columns of a file are. The page carries the file along in its form until the question is answered: the server
/// keeps nothing of it. Of a long file it carries the beginning, and the person hands the file in again.
/// </summary>
public sealed class FormatQuestion
{
    private const int MostCarried = 2 * 1024 * 1024;
    private const int MostOfLong = 256 * 1024;
    private const int MarkBytes = 8;

    // Nothing of how rows are read follows from it.
    private const string AnyAccount = "account";

    private readonly byte[] _content;
    private readonly string[] _uses;

    private FormatQuestion(SeenTable table, byte[] content, bool isPart) =>
        (Table, _content, IsPart, _uses) = (table, content, isPart, [.. table.Columns.Select(column => EnumWords.Of(column.Guess))]);

    public SeenTable Table { get; }

    /// <summary>Whether only the beginning of the file is carried along.</summary>
    public bool IsPart { get; }

    /// <summary>The file, as the form carries it.</summary>
    public string Carried => Convert.ToBase64String(_content);

    /// <summary>What is chosen for each column.</summary>
    public IReadOnlyList<string> Uses => _uses;

    /// <summary>What the file does not tell.</summary>
    public string? Days { get; set; }

    public string? Sign { get; set; }

    public string? Code { get; set; }

    public string? Account { get; set; }

    public string? Name { get; set; }

    /// <summary>What is wrong, by the field; the column at a place has the field of <see cref="FieldOf"/>.</summary>
    public Dictionary<string, string> Problems { get; } = [];

    /// <summary>The file as it would be read; null where it can't be.</summary>
    public ReadFile? Read { get; private set; }

    /// <summary>Why it can't be read by what is chosen, line by line.</summary>
    public IReadOnlyList<FileFault> Faults { get; private set; } = [];

    /// <summary>Tells what was seen from what is chosen now.</summary>
    public string Mark => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(CsvFormat.Write(Format with { Account = null }))).AsSpan(0, MarkBytes));

    /// <summary>The format that is chosen.</summary>
    public StatementFormat Format => new(
        [.. Table.Columns.Zip(_uses, (column, use) => new FormatColumn(column.Name, EnumWords.Find<ColumnUse>(use) ?? ColumnUse.Unread))])
    {
        Order = EnumWords.Find<DayOrder>(Days),
        DecimalSign = Sign is "," or "." ? Sign[0] : null,
        Currency = Currency.TryParse(Code?.Trim(), out var currency) ? currency : null,
        Account = string.IsNullOrWhiteSpace(Account) ? null : Account.Trim(),
    };

    /// <summary>What a column has, for people.</summary>
    public static string TitleOf(ColumnUse use) => use switch
    {
        ColumnUse.Unread => Say("Not read"),
        ColumnUse.BookedOn => Say("Day (booked on)"),
        ColumnUse.ValueOn => Say("Value date"),
        ColumnUse.Amount => Say("Amount (minus: money out)"),
        ColumnUse.PaidOut => Say("Paid out"),
        ColumnUse.PaidIn => Say("Paid in"),
        ColumnUse.Direction => Say("Direction: in or out, by a word"),
        ColumnUse.Currency => Say("Currency"),
        ColumnUse.Counterparty => Say("Payer or payee"),
        ColumnUse.CounterpartyAccount => Say("IBAN of the payer or payee"),
        ColumnUse.Remittance => Say("Text (remittance)"),
        ColumnUse.EndToEnd => Say("Payer's reference (end to end)"),
        ColumnUse.BankReference => Say("Bank's reference"),
        ColumnUse.Account => Say("Your bank account"),
        ColumnUse.Balance => Say("Balance after the row"),
        ColumnUse.Status => Say("State: booked or not, by a word"),
        ColumnUse.Fee or _ => Say("Fee"),
    };

    /// <summary>The field of the column at a place.</summary>
    public static string FieldOf(int at) => $"Use{at}";

    /// <summary>The question about a file that was handed in; null where it is no table.</summary>
    public static async Task<FormatQuestion?> OfAsync(Stream file, CancellationToken cancel)
    {
        file.Position = 0;
        var isPart = file.Length > MostCarried;
        var content = new byte[isPart ? MostOfLong : file.Length];
        await file.ReadExactlyAsync(content, cancel);
        return await OfAsync(isPart ? WholeLines(content) : content, isPart, cancel);
    }

    /// <summary>The question about a file that the form has carried along; null where it is no table.</summary>
    public static async Task<FormatQuestion?> OfAsync(string carried, bool isPart, CancellationToken cancel)
    {
        var content = new byte[(carried.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(carried, content, out var length)
            ? await OfAsync(content[..length], isPart, cancel) : null;
    }

    private static async Task<FormatQuestion?> OfAsync(byte[] content, bool isPart, CancellationToken cancel)
    {
        using var stream = new MemoryStream(content, writable: false);
        if (await SeenTable.OfAsync(stream, cancel) is not { } table)
            return null;
        var order = table.Columns.FirstOrDefault(column => column.Guess == ColumnUse.BookedOn)?.Order;
        return new FormatQuestion(table, content, isPart) { Days = order is { } shown ? EnumWords.Of(shown) : null };
    }

    /// <summary>In UTF-16 the byte behind the end of a line belongs to it.</summary>
    private static byte[] WholeLines(byte[] content)
    {
        var end = Array.LastIndexOf(content, (byte)'\n') + 1;
        return content[..(content is [0xFF, 0xFE, ..] && end < content.Length ? end + 1 : end)];
    }

    public Stream Open() => new MemoryStream(_content, writable: false);

    /// <summary>Takes what was chosen for the columns, in their order.</summary>
    public void Choose(IReadOnlyList<string?> uses)
    {
        for (var at = 0; at < _uses.Length; at++)
        {
            var use = uses.ElementAtOrDefault(at) ?? "";
            _uses[at] = use;
            if (EnumWords.Find<ColumnUse>(use) is null)
                Problems[FieldOf(at)] = Say("Choose what this column is.");
        }
    }

    /// <summary>Reads the file by what is chosen. What is wrong with it has its field.</summary>
    /// <param name="today">Days far ahead of it are wrong.</param>
    public async Task ReadAsync(DateOnly today, CancellationToken cancel)
    {
        var format = Format;
        if (format.Problem is { } problem)
            Problems[problem.At is { } at ? FieldOf(at) : nameof(Uses)] = Sentence(Heard(problem.Text));
        if (format.Order is null && format.Columns.Index().Any(column =>
            column.Item.Use is ColumnUse.BookedOn or ColumnUse.ValueOn && Table.Columns[column.Index].IsOfTwoReadings))
        {
            Problems[nameof(Days)] = Say("The days of this file can be read in two ways: say which comes first.");
        }

        if (!string.IsNullOrWhiteSpace(Code) && format.Currency is null)
            Problems[nameof(Code)] = Say("A currency is a code in capitals, such as EUR.");
        else if (FormatActs.ProblemOf(OfAnyAccount(format)) is { Member: "currency" })
            Problems[nameof(Code)] = Say("No column has the currency: say it, such as EUR.");
        if (Problems.Count > 0)
            return;
        using var stream = new MemoryStream(_content, writable: false);
        var read = await StatementFile.ReadAsync(stream, new ReadingOptions { Formats = [OfAnyAccount(format)], Today = today }, cancel);
        if (read is { Faults.Count: 0, Statements: [{ Lines.Count: > 0 }] })
        {
            Read = read;
            return;
        }

        Faults = read.Faults.Count > 0 ? read.Faults : [new FileFault(0, null, Say("No row of it is a line for the books."))];
        foreach (var (place, column) in format.Columns.Index())
        {
            if (read.Faults.FirstOrDefault(fault => fault.Column == column.Name && column.Name.Length > 0) is { } fault)
                Problems[FieldOf(place)] = Sentence(Say($"line {fault.Line}: {Heard(fault.Problem)}"));
        }
    }

    /// <summary>Checks what only the keeping needs.</summary>
    public void CheckKeeping()
    {
        if (FormatActs.ProblemOf(Format) is not var (member, text))
            return;
        var field = FormatActs.UnfitAt(Format) is { } place ? FieldOf(place) : member == "account" ? nameof(Account) : nameof(Code);
        Problems[field] = Sentence(Heard(text));
    }

    private static StatementFormat OfAnyAccount(StatementFormat format) =>
        format with { Account = format.Has(ColumnUse.Account) ? null : AnyAccount };

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..].Replace('_', ' ')}.";
}
