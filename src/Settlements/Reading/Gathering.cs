using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>What a reader finds in a file, while it reads.</summary>
internal sealed class Gathering(ReadingOptions options)
{
    private const int FaultsShown = 20;

    private readonly List<FileFault> _faults = [];

    public ReadingOptions Options => options;

    public List<ReadStatement> Statements { get; } = [];

    public IReadOnlyList<FileFault> Faults => _faults;

    /// <summary>What is odd about the file, and does not keep the rest of it out.</summary>
    public List<FileFault> Remarks { get; } = [];

    public int Skipped { get; set; }

    /// <summary>Whether nothing more is worth reading.</summary>
    public bool IsHopeless { get; private set; }

    public void Refuse(int line, string? column, string problem)
    {
        if (_faults.Count < FaultsShown)
            _faults.Add(new FileFault(line, column, problem));
        else
            IsHopeless = true;
    }

    /// <summary>Passes over a line that moves nothing, and says so.</summary>
    public void PassOver(int line, string column)
    {
        Skipped++;
        Remark(line, column, "it moves nothing, and is passed over");
    }

    public void Remark(int line, string? column, string problem)
    {
        if (Remarks.Count < FaultsShown)
            Remarks.Add(new FileFault(line, column, problem));
    }

    /// <summary>Whether one more line is not too many.</summary>
    public bool MayHave(int lines, int fileLine)
    {
        if (lines < options.MaxLines)
            return true;
        Refuse(fileLine, null, $"more than {options.MaxLines} lines: split the file");
        IsHopeless = true;
        return false;
    }
}
