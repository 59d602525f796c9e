using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>A charge that a payment is meant to settle.</summary>
/// <param name="Charge">The charge.</param>
/// <param name="Amount">How much of it at most.</param>
public sealed record ClaimedCharge(Charge Charge, Money Amount);
