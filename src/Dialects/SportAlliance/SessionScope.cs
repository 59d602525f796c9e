namespace Quittance.Dialects.SportAlliance;

/// <summary>What a payment session is for.</summary>
public enum SessionScope
{
    /// <summary><c>MEMBER_ACCOUNT</c>: an instrument for the payment runs to come.</summary>
    MemberAccount,

    /// <summary><c>ECOM</c>: a purchase now, or an instrument for purchases that the customer starts.</summary>
    Ecom,
}
