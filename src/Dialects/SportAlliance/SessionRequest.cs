using Quittance.Core;
using Quittance.Core.Sessions;

namespace Quittance.Dialects.SportAlliance;

/// <summary>A request for a payment session (Sport Alliance 4.1).</summary>
/// <param name="Amount">What to authorise, in the studio's currency; zero to take in an instrument only.</param>
/// <param name="Scope">What it is for.</param>
/// <param name="ReferenceText">What the customer's bank statement shows.</param>
public sealed record SessionRequest(Money Amount, SessionScope Scope, string ReferenceText)
{
    /// <summary>The existing customer it is for.</summary>
    public long? Customer { get; init; }

    /// <summary>The person it is for, whom an earlier session has made known; never together with <see cref="Customer"/>.</summary>
    public Guid? FinionPayCustomer { get; init; }

    /// <summary>The only methods to offer, each once, as far as there are providers for them here.</summary>
    public IReadOnlyList<PaymentChoice> Choices { get; init; } = [];

    /// <summary>Whether the request names methods at all; where it does not, all are offered that there are in the studio's currency.</summary>
    public bool NamesChoices { get; init; }

    /// <summary>Whether a direct debit needs a signature.</summary>
    public bool RequiresSignature { get; init; }

    /// <summary>Whether the customer's stored instruments are offered too.</summary>
    public bool OffersStored { get; init; } = true;
}
