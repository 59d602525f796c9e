namespace Quittance.Core.Accounts;

/// <summary>How an account stands on a day, in one currency.</summary>
/// <param name="Credit">The customer's general credit.</param>
/// <param name="Owed">What is open on charges due by that day.</param>
/// <param name="ConsumptionCredit">The customer's credit for consumption.</param>
public sealed record AccountStanding(Money Credit, Money Owed, Money ConsumptionCredit)
{
    /// <summary>General credit less what is owed; below zero when the customer owes.</summary>
    public Money Balance => Credit - Owed;
}
