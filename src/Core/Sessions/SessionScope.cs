namespace Quittance.Core.Sessions;

/// <summary>What a payment session is for.</summary>
public enum SessionScope
{
    /// <summary>An instrument with which a customer's account is paid from then on.</summary>
    MemberAccount,

    /// <summary>A purchase now, or an instrument for purchases that the customer starts later.</summary>
    Ecom,
}
