using Quittance.Core.Access;

namespace Quittance.Core.Engine;

/// <summary>Who brought a command: kept with every event, so that any figure can be traced back to its request.</summary>
/// <param name="Merchant">Whose books.</param>
/// <param name="Credential">The credential used; 0 for the merchant's own people.</param>
/// <param name="Request">The trace id of the request.</param>
public sealed record Origin(MerchantId Merchant, long Credential, Guid Request)
{
    /// <summary>What an operator does by it; null where a client sent it. Kept with the commit of what it changes, and only then.</summary>
    public OperatorAction? Action { get; init; }
}
