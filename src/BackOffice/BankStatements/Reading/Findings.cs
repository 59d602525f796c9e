using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The findings of a reader while it reads a file.</summary>
internal sealed class Findings(ReadingOptions options)
{
    /// <summary>Value dates lie some days ahead, and samples may by more. Beyond two years, the year is mistyped or misread.</summary>
    private const int MostDaysAhead = 731;

    private const int FaultsShown = 20;

    private readonly List<FileFault> _faults = [];
    private readonly List<ReadStatement> _statements = [];
    private readonly ReadingOptions _said = options;
    private int _linesOfStatements;

    /// <summary>The operator's words about the file, and beside them those of the format that it is read by.</summary>
    public ReadingOptions Options { get; private set; } = options;

    /// <summary>What a person has said of the file's columns; null where their names tell.</summary>
    public StatementFormat? Format { get; private set; }

    public IReadOnlyList<ReadStatement> Statements => _statements;

    public IReadOnlyList<FileFault> Faults => _faults;

    /// <summary>Remarks that do not refuse the file.</summary>
    public List<FileFault> Remarks { get; } = [];

    public int Skipped { get; set; }

    /// <summary>The file of a ZIP that is being read; null where the file is none.</summary>
    public string? Part { get; set; }

    /// <summary>Whether a person could say what the columns of the table are, for which it is refused.</summary>
    public bool AsksForColumns { get; private set; }

    /// <summary>Whether the reader can stop: the file is refused.</summary>
    public bool IsHopeless { get; private set; }

    public void Refuse(int line, string? column, string problem)
    {
        if (_faults.Count < FaultsShown)
            _faults.Add(new FileFault(line, Named(column), problem));
        else
            IsHopeless = true;
    }

    /// <summary>Whether a day lies so far ahead that no line can have it.</summary>
    public bool IsTooLate(DateOnly day) => Options.Today is { } today && day.DayNumber - today.DayNumber > MostDaysAhead;

    /// <summary>The same; refuses it then.</summary>
    public bool IsTooLate(DateOnly? day, int line, string? column)
    {
        if (day is not { } its || !IsTooLate(its))
            return false;
        Refuse(line, column, $"{its:yyyy-MM-dd} lies more than two years ahead: no bank has booked it");
        return true;
    }

    /// <summary>Says that the names of columns do not tell what they are. What a person has said already is not asked again.</summary>
    public void AskForColumns() => AsksForColumns |= Format is null && Part is null;

    /// <summary>Skips a line that moves no money, with a remark.</summary>
    public void PassOver(int line, string column)
    {
        Skipped++;
        Remark(line, column, "it moves nothing, and is passed over");
    }

    public void Remark(int line, string? column, string problem)
    {
        if (Remarks.Count < FaultsShown)
            Remarks.Add(new FileFault(line, Named(column), problem));
    }

    /// <summary>Reads the next file by a format. What the operator says of a file goes before what its format says.</summary>
    public void Follow(StatementFormat? format)
    {
        Format = format;
        Options = _said with
        {
            Account = _said.Account ?? format?.Account,
            Currency = _said.Currency ?? format?.Currency,
            DecimalSign = _said.DecimalSign ?? format?.DecimalSign,
        };
    }

    private string? Named(string? column) => Part is null ? column : column is null ? Part : $"{Part}, {column}";

    /// <summary>Takes a statement that is read to its end.</summary>
    public void Add(int fileLine, ReadStatement statement)
    {
        if (_statements.Count == Options.MaxStatements)
        {
            Refuse(fileLine, null, $"more than {Options.MaxStatements} statements: split the file");
            IsHopeless = true;
            return;
        }

        _statements.Add(statement with { Part = Part, Lines = [.. statement.Lines.Select(line => LessOwn(line, statement.AccountKey))] });
        _linesOfStatements += statement.Lines.Count;
    }

    /// <summary>A line whose other account is not the statement's own: by that one, each payer would be every other.</summary>
    private static ReadLine LessOwn(ReadLine line, string accountKey)
    {
        var entry = line.Entry is { } whole ? LessOwn(whole, accountKey) : null;
        return line.CounterpartyAccount == accountKey ? line with { CounterpartyAccount = null, Entry = entry }
            : ReferenceEquals(entry, line.Entry) ? line : line with { Entry = entry };
    }

    /// <summary>Whether the file may have one more line.</summary>
    /// <param name="lines">The lines of the statement that is being read.</param>
    /// <param name="fileLine">The line of the file.</param>
    public bool MayHave(int lines, int fileLine)
    {
        if (_linesOfStatements + lines < Options.MaxLines)
            return true;
        Refuse(fileLine, null, $"more than {Options.MaxLines} lines: split the file");
        IsHopeless = true;
        return false;
    }
}
