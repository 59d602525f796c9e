using Quittance.Core.Accounts;

namespace Quittance.Core.Settlements;

/// <summary>All in the books that a line of a statement names.</summary>
/// <param name="Payments">Payments.</param>
/// <param name="Charges">Charges, each once.</param>
/// <param name="Payers">Customers, each once.</param>
/// <param name="Payouts">Payout reports.</param>
public sealed record MatchEvidence(
    IReadOnlyList<NamedPayment> Payments, IReadOnlyList<NamedCharge> Charges, IReadOnlyList<NamedPayer> Payers, IReadOnlyList<NamedPayout> Payouts)
{
    /// <summary>The customers of whom something is named, each once.</summary>
    public IReadOnlyList<NamedHolder> Holders { get; init; } = [];

    /// <summary>Names that lead to more than one customer.</summary>
    public IReadOnlySet<string> Shared { get; init; } = new HashSet<string>();

    /// <summary>The names in the line that lead to a customer: to the account itself, or to something of it.</summary>
    public IReadOnlySet<(string Name, AccountId Account)> Leads { get; init; } = new HashSet<(string, AccountId)>();

    /// <summary>The line names nothing that we know.</summary>
    public static MatchEvidence None { get; } = new([], [], [], []);
}
