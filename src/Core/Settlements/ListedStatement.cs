namespace Quittance.Core.Settlements;

/// <summary>A statement in a list.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Open">How many of its lines are open.</param>
/// <param name="Booked">How many are booked.</param>
/// <param name="Ignored">How many were left out.</param>
public sealed record ListedStatement(Statement Statement, long Open, long Booked, long Ignored)
{
    /// <summary>How many of its lines an earlier statement had, under which they are listed.</summary>
    public long Elsewhere => Statement.Lines - Open - Booked - Ignored;
}
