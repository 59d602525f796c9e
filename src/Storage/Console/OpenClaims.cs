using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>What a payment that came to nothing could be tried again for.</summary>
/// <param name="Instrument">The name of the instrument that it was made with.</param>
/// <param name="Charges">The charges that it was meant to settle, each with what of that is still open; never empty.</param>
/// <param name="Newest">The latest payment of the customer, however it came.</param>
public sealed record OpenClaims(Reference Instrument, IReadOnlyList<ClaimedCharge> Charges, Guid Newest);
