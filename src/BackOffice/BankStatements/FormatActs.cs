using System.Globalization;
using System.Text;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Formats;
using Quittance.Core.Instruments;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>What the columns of a bank's CSV are, said once for all of its files.</summary>
public static class FormatActs
{
    public const string Number = "format";
    public const string Name = "name";
    public const string File = "file";

    /// <summary>The most bytes of a format in JSON.</summary>
    public const int MostBytes = 100_000;

    /// <summary>The most characters of a format's name.</summary>
    public const int LongestName = 60;

    // Whoever imports a file can say what it does not; and all that is booked by it can be taken back.
    public static DeclaredAct Set { get; } = new(
        "format.set", "Keeps what the columns of a bank's CSV are, for all files with its header line",
        "Each import of such a file follows it, also from the bank's folder. It takes the place of the format that was kept for the header "
        + "line and the bank account. What was imported before stays as it is.",
        OperatorRole.Operator, [
            new(Name, AskKind.Text, "Name", "By it people know the format, such as the bank. Do not name a person.")
            {
                Most = LongestName,
            },
            new(File, AskKind.Text, "Format",
                "The format in JSON, as settlement import --columns takes it, its bytes in Base64: columns, each with its name and its "
                + "use, and days, decimal, currency and account, which the file does not tell.")
            {
                Most = (MostBytes / 3 * 4) + 4,
                IsNoCard = true,
            },
        ], SetAsync)
    {
        Operation = new("setStatementFormat", "statement-formats", "Statements", Scopes.Settle),
        IsGrave = false,
    };

    public static DeclaredAct End { get; } = new(
        "format.end", "Ends a format of a bank's CSV",
        "Files with its header line are read by the names of their columns again. What was imported stays as it is.",
        OperatorRole.Operator,
        [new(Number, AskKind.Whole, "Format", "The number of the format.") { Most = int.MaxValue }], EndAsync)
    {
        Operation = new("endStatementFormat", "statement-formats/end", "Statements", Scopes.Settle),
        IsGrave = false,
    };

    /// <summary>What the act that keeps a format asks, answered by one.</summary>
    public static Asked AskedOf(string name, StatementFormat format) => new Asked().With(Name, name)
        .With(File, Convert.ToBase64String(Encoding.UTF8.GetBytes(CsvFormat.Write(format))));

    /// <summary>Why a format can't be kept, though a file could be read by it beside an operator's words; null where it can.</summary>
    public static (string Member, string Text)? ProblemOf(StatementFormat format)
    {
        if (UnfitAt(format) is { } place)
        {
            return ("columns",
                $"the name of column {place + 1} has a number of a card or an account in it, or a sign that nobody can read");
        }

        if (format.Account is { } account && (account.Length > StatementFormat.LongestAccount || !OneLine.IsName(account)))
            return ("account", $"a bank account has at most {StatementFormat.LongestAccount} characters on one line");
        if (format.Account is { } number && !Iban.TryParse(number, out _) && CardNumberMask.Apply(number) != number)
            return ("account", "this looks like the number of a card, which is kept nowhere: give the account a name of yours");
        if (format.Has(ColumnUse.Account) == format.Account is not null)
        {
            return ("account", format.Account is null ? "no column has your bank account: say which one it is"
                : "a column has your bank account: leave this out");
        }

        var isNamed = format.Columns.Any(column => column.Use is ColumnUse.Amount or ColumnUse.PaidIn
            && CsvColumns.CurrencyOf(column.Name) is not null);
        return format.Has(ColumnUse.Currency) || isNamed || format.Currency is not null ? null
            : ("currency", "no column has the currency: say it");
    }

    /// <summary>The place of the first column whose name can't be kept, as names of columns are shown as they are; null for none.</summary>
    public static int? UnfitAt(StatementFormat format)
    {
        var place = format.Columns.ToList().FindIndex(column => !MayBeKept(column.Name));
        return place < 0 ? null : place;
    }

    private static bool MayBeKept(string name) => WithoutBlanks(NumberMask.Apply(name) ?? "") == WithoutBlanks(name)
        && OneLine.Of(name) == OneLine.WithoutMarks(name) && name.EnumerateRunes().All(sign => sign != Rune.ReplacementChar);

    private static string WithoutBlanks(string text) => string.Concat(text.Where(sign => !char.IsWhiteSpace(sign)));

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var (format, problem) = FormatIn(request.Asked.Required(File));
        if (format is null)
            return ActResult.Wrong(File, $"{problem}.");
        if (ProblemOf(format) is var (member, text))
            return ActResult.Wrong(File, $"{member}: {text}.");
        var name = NumberMask.Apply(request.Asked.Required(Name))!;
        var kept = await request.Part<StatementFormats>().KeepAsync(
            new KeptFormat(request.Merchant, 0, name, format),
            format.Account is { } account ? CsvStatementReader.Shown(account) : null, other => CsvFormat.MayBeOfSame(other.Format, format),
            one => request.By(SubjectOf(one)), request.Cancel);
        return kept switch
        {
            { IsTooMany: true } => ActResult.Refused($"There are {KeptFormat.Most} formats already: end one first."),
            { WasThere: true, Format: { } same } => ActResult.Done($"Format {same.Number} is kept already.", isChanged: false),
            { Format: { } one } => ActResult.Done(
                (one.Format is { IsWithoutHeader: true, Columns.Count: var count }
                    ? $"Format {one.Number} is kept: each file of {count} such columns without a header line is read by it."
                    : $"Format {one.Number} is kept: each file with its header line is read by it.")
                + (kept.Replaced.Count == 0 ? "" : $" It takes the place of {string.Join(", ", kept.Replaced.Select(SubjectOf))}.")),
            _ => ActResult.Done("An earlier request has done it.", isChanged: false),
        };
    }

    private static (StatementFormat? Format, string? Problem) FormatIn(string base64)
    {
        if (Base64File.BytesOf(base64, MostBytes) is not { } bytes)
            return (null, $"the bytes of a format in JSON, in Base64, at most {MostBytes} of them");
        return CsvFormat.Read(Encoding.UTF8.GetString(bytes));
    }

    private static async Task<ActResult> EndAsync(ActRequest request)
    {
        var number = request.Asked.Whole(Number)!.Value;
        var ended = await request.Part<StatementFormats>().EndAsync(
            request.Merchant, number, one => request.By(SubjectOf(one)), request.Cancel);
        return ended is null ? ActResult.NoSuch(Number, "format", $"There is no format {number}.")
            : ActResult.Done($"Format {ended.Number} is ended.");
    }

    private static string SubjectOf(KeptFormat format) => $"format {format.Number.ToString(CultureInfo.InvariantCulture)}";
}
