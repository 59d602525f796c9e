using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>An open charge as a list of several customers' shows it.</summary>
/// <param name="Charge">The charge.</param>
/// <param name="AccountNumber">The human number of who owes it.</param>
/// <param name="Name">The name of who owes it, where it is known.</param>
public sealed record ListedCharge(Charge Charge, long AccountNumber, string? Name);
