using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Core.Instruments;

/// <summary>
/// A customer's card or bank account as an external gateway holds it: we know its name, never its number.
/// A payment made with it has been charged there already.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Reference">The id under which clients name it.</param>
/// <param name="Method">Its kind.</param>
/// <param name="Name">A name fit to be shown.</param>
public sealed record Instrument(InstrumentId Id, AccountId Account, string Reference, PaymentMethod Method, string? Name);
