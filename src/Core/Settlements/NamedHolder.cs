using Quittance.Core.Accounts;

namespace Quittance.Core.Settlements;

/// <summary>A customer of whom a line of a statement names something, as far as that tells whether the line is the customer's money.</summary>
/// <param name="Account">The customer's account.</param>
/// <param name="Currency">The currency in which the customer is billed.</param>
/// <param name="Name">The customer's name; null where it is not known.</param>
/// <param name="SharesName">Whether the payer may as well be another customer, by that one's name.</param>
/// <param name="SharesAmount">Whether another customer owes the line's very amount.</param>
/// <param name="IsPaidFromAccount">Whether the payer's bank account has paid for the customer before.</param>
public sealed record NamedHolder(AccountId Account, Currency Currency, string? Name, bool SharesName, bool SharesAmount, bool IsPaidFromAccount);
