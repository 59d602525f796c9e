namespace Quittance.Core.Accounts;

/// <summary>A customer's account with the merchant. Everything but the name never changes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slot">The merchant's slot (0 to 31) whose lock guards all of this account's rows.</param>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Currency">The currency in which the customer is billed.</param>
/// <param name="Name">The customer's name; can be erased, so it is kept apart from the ledger.</param>
public sealed record Account(AccountId Id, int Slot, long Number, Currency Currency, string? Name)
{
    /// <summary>How many slots a merchant has.</summary>
    public const int Slots = 32;
}
