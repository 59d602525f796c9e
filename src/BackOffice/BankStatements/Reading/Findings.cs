using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The findings of a reader while it reads a file.</summary>
internal sealed class Findings(ReadingOptions options)
{
    private const int FaultsShown = 20;

    private readonly List<FileFault> _faults = [];
    private readonly List<ReadStatement> _statements = [];
    private int _linesOfStatements;

    public ReadingOptions Options => options;

    public IReadOnlyList<ReadStatement> Statements => _statements;

    public IReadOnlyList<FileFault> Faults => _faults;

    /// <summary>Remarks that do not refuse the file.</summary>
    public List<FileFault> Remarks { get; } = [];

    public int Skipped { get; set; }

    /// <summary>The file of a ZIP that is being read; null where the file is none.</summary>
    public string? Part { get; set; }

    /// <summary>Whether the reader can stop: the file is refused.</summary>
    public bool IsHopeless { get; private set; }

    public void Refuse(int line, string? column, string problem)
    {
        if (_faults.Count < FaultsShown)
            _faults.Add(new FileFault(line, Named(column), problem));
        else
            IsHopeless = true;
    }

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

    private string? Named(string? column) => Part is null ? column : column is null ? Part : $"{Part}, {column}";

    /// <summary>Takes a statement that is read to its end.</summary>
    public void Add(int fileLine, ReadStatement statement)
    {
        if (_statements.Count == options.MaxStatements)
        {
            Refuse(fileLine, null, $"more than {options.MaxStatements} statements: split the file");
            IsHopeless = true;
            return;
        }

        _statements.Add(statement);
        _linesOfStatements += statement.Lines.Count;
    }

    /// <summary>Whether the file may have one more line.</summary>
    /// <param name="lines">The lines of the statement that is being read.</param>
    /// <param name="fileLine">The line of the file.</param>
    public bool MayHave(int lines, int fileLine)
    {
        if (_linesOfStatements + lines < options.MaxLines)
            return true;
        Refuse(fileLine, null, $"more than {options.MaxLines} lines: split the file");
        IsHopeless = true;
        return false;
    }
}
