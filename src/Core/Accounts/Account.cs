namespace Quittance.Core.Accounts;

/// <summary>A customer's account with the merchant. Everything but the name never changes.</summary>
/// <param name="Slot">The merchant's slot (0 to 31) whose lock guards all of this account's rows.</param>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Currency">The currency in which the customer is billed.</param>
/// <param name="Name">The customer's name; can be erased, so it is kept apart from the ledger.</param>
public sealed record Account(AccountId Id, int Slot, long Number, Currency Currency, string? Name)
{
    /// <summary>How many slots a merchant has.</summary>
    public const int Slots = 32;
}

/// <summary>How an account stands on a day, in one currency.</summary>
/// <param name="Credit">The customer's general credit.</param>
/// <param name="Owed">The open parts of charges due by that day.</param>
/// <param name="ConsumptionCredit">The customer's credit for consumption.</param>
public sealed record AccountStanding(Money Credit, Money Owed, Money ConsumptionCredit)
{
    /// <summary>General credit less open charges; below zero when the customer owes.</summary>
    public Money Balance => Credit - Owed;
}
