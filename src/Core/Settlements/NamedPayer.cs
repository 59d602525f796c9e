using Quittance.Core.Accounts;

namespace Quittance.Core.Settlements;

/// <summary>A customer whom a line of a statement names.</summary>
/// <param name="Account">The customer's account.</param>
/// <param name="Number">The account's human number.</param>
/// <param name="Slot">The slot of that account.</param>
/// <param name="Open">What the customer owes, oldest due first; not more than the first fifty.</param>
/// <param name="Name">The name by which the customer was found.</param>
public sealed record NamedPayer(AccountId Account, long Number, int Slot, IReadOnlyList<NamedCharge> Open, string Name);
