namespace Quittance.Core.Settlements;

/// <summary>All in the books that a line of a statement names.</summary>
/// <param name="Payments">Payments.</param>
/// <param name="Charges">Charges, each once.</param>
/// <param name="Payers">Customers, each once.</param>
/// <param name="Payouts">Payout reports.</param>
public sealed record MatchEvidence(
    IReadOnlyList<NamedPayment> Payments, IReadOnlyList<NamedCharge> Charges, IReadOnlyList<NamedPayer> Payers, IReadOnlyList<NamedPayout> Payouts)
{
    /// <summary>The line names nothing that we know.</summary>
    public static MatchEvidence None { get; } = new([], [], [], []);
}
