using Quittance.Core.Access;

namespace Quittance.Core.Engine;

/// <summary>Who brought a command: kept with every event, so that any figure can be traced back to its request.</summary>
/// <param name="Merchant">Whose books.</param>
/// <param name="Credential">The credential used; 0 for the merchant's own command line.</param>
/// <param name="Request">The trace id of the request.</param>
public sealed record Origin(MerchantId Merchant, long Credential, Guid Request)
{
    /// <summary>What an operator did, for the audit log; null for everyone else.</summary>
    public OperatorAction? Action { get; init; }
}
