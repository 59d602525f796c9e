namespace Quittance.Tests.Verification;

/// <summary>A change of the books by SQL.</summary>
/// <param name="Rule">The rule that finds it; empty where none does.</param>
/// <param name="Then">The next act of a careful thief.</param>
internal sealed record Tampering(string What, string Sql, string Rule, string? Then = null)
{
    /// <summary>The next act of a thief who moved money: makes the totals fit it.</summary>
    public const string Totals = """
        UPDATE ledger_account l SET debits_minor = coalesce((SELECT sum(amount_minor) FROM transfer WHERE debit_id = l.id), 0),
                                    credits_minor = coalesce((SELECT sum(amount_minor) FROM transfer WHERE credit_id = l.id), 0)
        """;

    public Tampering(string what, string sql)
        : this(what, sql, "")
    {
    }
}
