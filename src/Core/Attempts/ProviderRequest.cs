using Quittance.Core.Instruments;

namespace Quittance.Core.Attempts;

/// <summary>
/// What is asked of a provider. Whoever sends it again sends it unchanged: the provider recognises it by its id and
/// does nothing twice.
/// </summary>
/// <param name="Id">The attempt; the provider's idempotency key.</param>
/// <param name="Amount">How much; above zero.</param>
public sealed record ProviderRequest(AttemptId Id, Money Amount)
{
    /// <summary>The authorisation that is captured, given back or refunded; null when authorising.</summary>
    public AttemptId? Authorisation { get; init; }

    /// <summary>What to take the money from, opened from the vault; null but when authorising.</summary>
    public InstrumentSecret? Instrument { get; init; }

    /// <summary>The card's security code where the customer has just given it. Never stored, so it is missing when a request is sent again.</summary>
    public SecurityCode? SecurityCode { get; init; }

    /// <summary>Where the customer comes back to who has to confirm elsewhere.</summary>
    public string? ReturnTo { get; init; }

    /// <summary>The reference of the customer's mandate for a direct debit.</summary>
    public string? Mandate { get; init; }
}
