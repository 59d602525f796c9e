namespace Quittance.Dialects.SportAlliance;

/// <summary>A request to replace a customer's payment instrument (Sport Alliance 4.3).</summary>
/// <param name="Token">The payment request token.</param>
public sealed record InstrumentRequest(string Token)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => "instrument";
}
