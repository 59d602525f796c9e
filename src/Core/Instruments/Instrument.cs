using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Core.Instruments;

/// <summary>
/// A customer's card or bank account. Either an external gateway holds it: we know its name, never its number, and a payment made with it
/// has been charged there already. Or our vault holds it, and a provider charges it when we ask.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Reference">The id under which clients name it.</param>
/// <param name="Method">Its kind.</param>
/// <param name="Name">A name fit to be shown.</param>
public sealed record Instrument(InstrumentId Id, AccountId Account, string Reference, PaymentMethod Method, string? Name)
{
    /// <summary>What may be known of it where the vault holds its number; null where an external gateway holds it.</summary>
    public Vaulted? Vaulted { get; init; }

    /// <summary>What it may be used for.</summary>
    public InstrumentStanding Standing { get; init; }

    /// <summary>Whether the customer may choose it again.</summary>
    public bool IsOffered => Vaulted is not null && Standing is InstrumentStanding.Saved or InstrumentStanding.Current;
}
