using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Settlements.Reading;

namespace Quittance.Settlements;

/// <summary>The uses that an operator can choose for a line of a statement.</summary>
public enum SettlementChoice
{
    /// <summary>It pays the named charges.</summary>
    Charge,

    /// <summary>It is money of the named customer, and pays open charges, oldest due first.</summary>
    Customer,

    /// <summary>It is about the payment of the named number or id.</summary>
    Payment,

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
}
