namespace Quittance.Core.Settlements;

/// <summary>A provider's payout report that a line of a bank's statement names.</summary>
/// <param name="Report">The report.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Reference">The payout's reference.</param>
/// <param name="Total">What is paid out.</param>
/// <param name="IsSettled">Whether a line is booked for it already.</param>
public sealed record NamedPayout(StatementId Report, string Provider, string Reference, Money Total, bool IsSettled);
