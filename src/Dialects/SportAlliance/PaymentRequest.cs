using Quittance.Core;

namespace Quittance.Dialects.SportAlliance;

/// <summary>A request to book a payment (Sport Alliance 4.2).</summary>
/// <param name="Token">The payment request token.</param>
/// <param name="Amount">How much, above zero, in the studio's currency.</param>
/// <param name="DebtClaims">The debt claims it settles, each once and above zero; may be empty.</param>
public sealed record PaymentRequest(string Token, Money Amount, IReadOnlyList<long> DebtClaims)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"payment of {Amount}";
}
