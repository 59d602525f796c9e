namespace Quittance.Core.Accounts;

/// <summary>An order with what is due on it.</summary>
/// <param name="Order">The order.</param>
/// <param name="Names">What the dialect's clients call it.</param>
/// <param name="Customer">Whose it is.</param>
/// <param name="Charges">Its charges, the oldest due first.</param>
public sealed record OrderStanding(Order Order, IReadOnlyList<Reference> Names, NamedAccount Customer, IReadOnlyList<Charge> Charges);
