namespace Quittance.Core.Attempts;

/// <summary>What a provider's answer says, or that there was none.</summary>
public enum Verdict
{
    /// <summary>It is done.</summary>
    Approved,

    /// <summary>It is refused, for good.</summary>
    Declined,

    /// <summary>The provider has taken it on and will decide later, as for a direct debit or a customer who must confirm.</summary>
    Pending,

    /// <summary>Nobody knows: time-out, broken connection, an answer that can't be read. It may have been done. Never a failure.</summary>
    Unknown,

    /// <summary>
    /// The provider has no such request. Only an answer to <see cref="IProvider.FindAsync"/>; it proves nothing while the request
    /// may still be on its way.
    /// </summary>
    NotFound,
}
