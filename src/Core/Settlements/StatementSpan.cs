namespace Quittance.Core.Settlements;

/// <summary>What a statement covers: what tells whether an equal line of two statements of one account is the same line.</summary>
/// <param name="OpeningMinor">The balance before, minor units; null where it tells none.</param>
/// <param name="ClosingMinor">The balance after, minor units; null where it tells none.</param>
/// <param name="FirstOn">The day of its first line; null where it has none.</param>
/// <param name="LastOn">The day of its last line; null where it has none.</param>
public sealed record StatementSpan(long? OpeningMinor, long? ClosingMinor, DateOnly? FirstOn, DateOnly? LastOn)
{
    /// <summary>
    /// Whether an equal line of an earlier statement is this statement's line too; null where nothing tells, or where the chain of
    /// balances and the bank's own reference contradict each other. The chain decides first, then the reference, then days of which one of the
    /// two has all lines.
    /// </summary>
    /// <param name="earlier">The earlier statement.</param>
    /// <param name="day">The day of the line.</param>
    /// <param name="hasReference">Whether the bank gives the line a reference, which no other line of either statement has.</param>
    /// <param name="isChained">Whether one of the two ends where the other begins, directly or by statements between them.</param>
    public bool? Shares(StatementSpan earlier, DateOnly day, bool hasReference, bool isChained)
    {
        var meetsAtAnEnd = (OpeningMinor is { } opening && opening == earlier.OpeningMinor) || (ClosingMinor is { } closing && closing == earlier.ClosingMinor);
        if (isChained != meetsAtAnEnd)
            return meetsAtAnEnd ? true : hasReference ? null : false;
        return hasReference || HasAllOf(day) || earlier.HasAllOf(day) ? true : null;
    }

    /// <summary>The statements of an account that this one follows or leads to without a gap: they share nothing with it.</summary>
    /// <param name="others">Other statements of the account.</param>
    public IReadOnlySet<StatementSpan> Chain(IReadOnlyCollection<StatementSpan> others)
    {
        HashSet<StatementSpan> chained = [];
        Walk(OpeningMinor, at => others.Where(other => other.ClosingMinor == at && other.LastOn <= FirstOn), other => other.OpeningMinor);
        Walk(ClosingMinor, at => others.Where(other => other.OpeningMinor == at && other.FirstOn >= LastOn), other => other.ClosingMinor);
        return chained;

        void Walk(long? at, Func<long, IEnumerable<StatementSpan>> neighbours, Func<StatementSpan, long?> next)
        {
            if (at is not { } balanceMinor)
                return;
            foreach (var neighbour in neighbours(balanceMinor))
            {
                if (chained.Add(neighbour))
                    Walk(next(neighbour), neighbours, next);
            }
        }
    }

    /// <summary>Whether it goes on before and after a day: then it has all lines of that day.</summary>
    private bool HasAllOf(DateOnly day) => FirstOn < day && day < LastOn;
}
