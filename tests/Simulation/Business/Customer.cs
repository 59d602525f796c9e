using Quittance.Core;

namespace Quittance.Tests.Simulation.Business;

/// <summary>A customer of the schedule's merchant.</summary>
/// <param name="Account">The name of the customer's account.</param>
/// <param name="Bills">The names of the customer's charges, each with its amount in minor units.</param>
/// <param name="Instruments">The names of the customer's cards and bank accounts.</param>
internal sealed record Customer(Reference Account, List<(Reference Name, long AmountMinor)> Bills, IReadOnlyList<Reference> Instruments);
