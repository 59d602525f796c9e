namespace Quittance.Core.Payments;

/// <summary>Money of a payment that settles no charge, kept for a purpose.</summary>
/// <param name="Purpose">See <see cref="Ledger.CreditPurpose"/>.</param>
/// <param name="AmountMinor">How much of it is left, minor units.</param>
public readonly record struct Credit(string Purpose, long AmountMinor);
