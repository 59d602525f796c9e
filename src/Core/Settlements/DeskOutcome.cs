using Quittance.Core.Engine;
using Quittance.Core.Formats;

namespace Quittance.Core.Settlements;

/// <summary>The uses that an operator can choose for a line of a statement.</summary>
public enum SettlementChoice
{
    /// <summary>It pays the named charges.</summary>
    Charge,

    /// <summary>It is money of the named customer, and pays open charges, oldest due first.</summary>
    Customer,

    /// <summary>It is about the payment of the named number or id.</summary>
    Payment,

    /// <summary>
    /// The bank takes the money of the named payments back, or gives the money of one back after it took it.
    /// </summary>
    Return,

    /// <summary>It is the bank's payment of the debits or refunds of the collection of the named number.</summary>
    Collection,

    /// <summary>It is the payout of the named provider.</summary>
    Payout,

    /// <summary>It is a fee of the bank.</summary>
    Fee,

    /// <summary>It does not belong in these books.</summary>
    Ignore,
}

/// <summary>The result of an operator's choice.</summary>
/// <param name="Outcome">The engine's outcome; null where the choice did not reach it.</param>
/// <param name="Problem">The problem of a choice that did not reach the engine: the name is unknown or ambiguous. Else null.</param>
public sealed record ChoiceOutcome(Outcome? Outcome, string? Problem);

/// <summary>A reason why a file is refused, or a remark about an imported one.</summary>
/// <param name="Line">The line, from 1; 0 for the whole file.</param>
/// <param name="Column">The column or the element; null for none.</param>
/// <param name="Problem">The problem and its remedy. It repeats no account number.</param>
public sealed record FileFault(int Line, string? Column, string Problem)
{
    public override string ToString() => (Line, Column) switch
    {
        (0, null) => Problem,
        (0, _) => $"{Column}: {Problem}",
        (_, null) => $"line {Line}: {Problem}",
        _ => $"line {Line}, {Column}: {Problem}",
    };
}

/// <summary>An operator's words about a file where the file does not say it.</summary>
public sealed record ReadingOptions
{
    /// <summary>The format; null to tell it from the contents: XML, or CSV with the columns of a payout report.</summary>
    public StatementSource? Source { get; init; }

    /// <summary>The provider of a payout report; null where the operator did not say.</summary>
    public string? Provider { get; init; }

    /// <summary>The bank account, where the file names none.</summary>
    public string? Account { get; init; }

    /// <summary>The currency, where the file names none.</summary>
    public Currency? Currency { get; init; }

    /// <summary>
    /// Whether a statement comes again whose import was taken back. A person or a program that sends its file says so; a folder that is
    /// watched says nothing.
    /// </summary>
    public bool TakesUndone { get; init; } = true;

    /// <summary>The decimal sign in CSV, a point or a comma; null where each amount shows it.</summary>
    public char? DecimalSign { get; init; }

    /// <summary>
    /// What people have said of tables whose columns have other names. The one whose header line a file has is followed.
    /// </summary>
    public IReadOnlyList<StatementFormat> Formats { get; init; } = [];

    /// <summary>Today; null where no day is too far ahead.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>The most bytes of a file.</summary>
    public long MaxBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>The most lines of a file.</summary>
    public int MaxLines { get; init; } = 500_000;

    /// <summary>The most statements of a file.</summary>
    public int MaxStatements { get; init; } = 2_000;

    /// <summary>How long the reading may take.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long to wait for the import of another file of the merchant: a server fetches payout reports and looks into bank folders by
    /// itself, and whoever hands in a file meanwhile would only ask again.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The progress of an import.</summary>
public readonly record struct DeskProgress(long Lines, long Done);

/// <summary>The result of a statement's import.</summary>
/// <param name="WasKnown">Whether it was imported before.</param>
/// <param name="NewLines">How many of its lines are new.</param>
/// <param name="Booked">How many lines the import booked.</param>
/// <param name="BookedMinor">The sum of those, minor units.</param>
public sealed record DeskReport(ListedStatement Statement, bool WasKnown, int NewLines, long Booked, long BookedMinor);

/// <summary>The result of a file's import.</summary>
/// <param name="Reports">The result of each statement; empty for a refused file.</param>
/// <param name="Faults">The faults of a refused file: nothing of it was imported.</param>
/// <param name="Skipped">How many lines were skipped because the bank has not booked them or they move no money.</param>
public sealed record DeskOutcome(IReadOnlyList<DeskReport> Reports, IReadOnlyList<FileFault> Faults, int Skipped)
{
    /// <summary>Remarks about an imported file: skipped lines, balances that do not continue from the statement before.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];

    /// <summary>
    /// Where another file is being imported, the key is another request's or the books are held, the refusal of that; else null.
    /// </summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Whether status reports of a refused file are booked: the faults say which.</summary>
    public bool HasReported { get; init; }

    /// <summary>Whether the file is a table that is refused because the names of its columns do not tell what they are.</summary>
    public bool AsksForColumns { get; init; }

    /// <summary>Whether an earlier request under the same key has imported it.</summary>
    public bool IsRepeated { get; init; }
}
