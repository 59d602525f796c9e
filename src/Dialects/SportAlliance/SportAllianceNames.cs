namespace Quittance.Dialects.SportAlliance;

/// <summary>The names of this dialect and of its kinds of references.</summary>
public static class SportAllianceNames
{
    public const string Dialect = "sport-alliance";

    /// <summary>References to accounts: the customer's id, a whole number above zero.</summary>
    public const string Customer = "customer";

    /// <summary>References to accounts of people who are not customers yet, by the id that sessions give them.</summary>
    public const string Person = "person";

    /// <summary>References to charges: the id of the debt claim, a whole number above zero.</summary>
    public const string DebtClaim = "debt-claim";

    /// <summary>References to charges by what is printed on the bill.</summary>
    public const string Document = "document";

    /// <summary>
    /// The header of a booking's answer that names the way to pay, in the words of <c>permittedPaymentChoices</c>.
    /// </summary>
    public const string PaymentMethod = "Quittance-Payment-Method";
}
