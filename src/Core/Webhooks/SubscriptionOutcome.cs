namespace Quittance.Core.Webhooks;

/// <summary>What became of the wish to be told.</summary>
public enum SubscriptionOutcome
{
    /// <summary>It is kept: whatever is committed from now on is told.</summary>
    Added,

    /// <summary>The credential has a live one for the same address, events and query.</summary>
    Known,

    /// <summary>The credential has as many as it may have.</summary>
    TooMany,

    /// <summary>There is no such credential for this dialect, or it was revoked.</summary>
    CredentialUnknown,
}
