namespace Quittance.Core.Accounts;

/// <summary>What a reference names: something that belongs to an account, or the account itself.</summary>
/// <param name="Account">The account it belongs to.</param>
/// <param name="Slot">That account's slot.</param>
/// <param name="Object">The id of the account, order, charge or instrument.</param>
public readonly record struct Referent(AccountId Account, int Slot, Guid Object);
