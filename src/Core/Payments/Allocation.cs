using Quittance.Core.Accounts;

namespace Quittance.Core.Payments;

/// <summary>Money of a payment that settles a charge. In the ledger it is a transfer to receivable that names the charge.</summary>
/// <param name="Charge">The charge as it stood before.</param>
/// <param name="AmountMinor">What is settled of it, minor units.</param>
public readonly record struct Allocation(Charge Charge, long AmountMinor)
{
    /// <summary>When money of the payment last went to the charge; null where the books were not read again.</summary>
    public DateTimeOffset? At { get; init; }
}
