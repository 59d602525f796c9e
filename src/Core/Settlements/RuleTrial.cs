namespace Quittance.Core.Settlements;

/// <summary>What a rule would have made of a line.</summary>
public enum RuleVerdict
{
    /// <summary>The line is open, and the rule decides or proposes it once it is on.</summary>
    Takes,

    /// <summary>It was decided as the rule says.</summary>
    Agrees,

    /// <summary>It was decided otherwise.</summary>
    Contradicts,

    /// <summary>A rule before it takes the line.</summary>
    Earlier,

    /// <summary>The line names something of ours, or waits for a person for another reason: no rule touches it.</summary>
    Left,
}

/// <summary>A line that a rule fits, with what the rule would have made of it.</summary>
public sealed record TriedLine(SettlementLine Line, RuleVerdict Verdict);

/// <summary>What a rule would have done with the lines of the last months.</summary>
/// <param name="From">The first day of those lines.</param>
/// <param name="Lines">The lines that it fits, the newest first.</param>
/// <param name="IsCut">Whether there are more lines than were looked at.</param>
public sealed record RuleTrial(DateOnly From, IReadOnlyList<TriedLine> Lines, bool IsCut)
{
    /// <summary>How many of its lines have a verdict.</summary>
    public int Of(RuleVerdict verdict) => Lines.Count(tried => tried.Verdict == verdict);

    /// <summary>The sums of its lines in each currency.</summary>
    public IReadOnlyList<Money> Sums => Money.SumsOf(Lines.Select(tried => tried.Line.Amount));

    /// <summary>All of it in sentences.</summary>
    public string Said => Lines.Count == 0 ? $"No line since {From:yyyy-MM-dd} fits it."
        : $"{(IsCut ? "At least " : "")}{Lines.Count} {(Lines.Count == 1 ? "line" : "lines")} since {From:yyyy-MM-dd} "
            + $"{(Lines.Count == 1 ? "fits" : "fit")} it, {string.Join(", ", Sums)}. They wait, and would go by it: "
            + $"{Of(RuleVerdict.Takes)}. They were decided so: {Of(RuleVerdict.Agrees)}. They were decided otherwise: "
            + $"{Of(RuleVerdict.Contradicts)}. A rule before it takes: {Of(RuleVerdict.Earlier)}. No rule touches, because they name "
            + $"something of yours or wait for another reason: {Of(RuleVerdict.Left)}.";
}
