namespace Quittance.Settlements;

/// <summary>What an operator may say that a line of a statement is.</summary>
public enum SettlementChoice
{
    /// <summary>It pays charges, which are named.</summary>
    Charge,

    /// <summary>It is money of a customer, who is named; it pays what is owed, oldest due first.</summary>
    Customer,

    /// <summary>It is about a payment, which is named by its number or id.</summary>
    Payment,

    /// <summary>It is the payout of a provider, which is named.</summary>
    Payout,

    /// <summary>It is a fee of the bank.</summary>
    Fee,

    /// <summary>It does not belong into these books.</summary>
    Ignore,
}
